package demo_test
import ("testing";"time")
func TestTmp(t *testing.T){
 old:=wall
 for i,d:=range []time.Time{time.Date(2026,7,15,2,0,0,0,time.UTC),time.Date(2026,1,4,16,5,0,0,time.UTC),time.Date(2027,2,20,2,0,0,0,time.UTC),time.Date(2026,10,8,16,1,0,0,time.UTC),time.Date(2026,3,1,15,59,0,0,time.UTC),time.Date(2028,2,29,9,0,0,0,time.UTC)}{
  wall=func()time.Time{return d}
  c:=newCounty(t,fresh(t),uint64(i)+20260712)
  for n,f:=range map[string]func(*county){"first":firstPeriod,"red":redLines,"hand":func(*county){},"vis":visitor,"log":logins,"num":numbers,"up":unitsAndPeople}{ _=n; f(c)}
 }
 wall=old
}
