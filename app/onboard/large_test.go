package onboard_test

import (
	"fmt"
	"testing"
	"time"

	"shanzhi/app/onboard"
	"shanzhi/models"
)

// A county of 5,000 people comes in within seconds, and so does its next sheet: rows cost no query each.
func TestACountyOfFiveThousand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.threeTowns()
	rows := make([][]string, 0, 5000)
	for i := range 5000 {
		r := row("", id(i), "张伟", []string{"松坡镇", "清泉镇", "高岭乡/河西村"}[i%3], "科员")
		r[3] = fmt.Sprintf("138%08d", i)
		rows = append(rows, r)
	}
	began := time.Now()
	r := w.bring(onboard.Roster, roster(rows...))
	first := time.Since(began)
	if r.Counts[onboard.Joined] != 5000 || w.count(&models.IDCard{}, "1 = 1") != 5000 {
		t.Fatalf("%+v", r.Counts)
	}
	rows[17][5] = "主任"
	began = time.Now()
	next, err := w.take(onboard.Input{Kind: onboard.Roster, Data: roster(rows...), How: onboard.Stage})
	w.must(err)
	t.Logf("5,000 people: first sheet %v, the next one staged %v", first, time.Since(began))
	if next.Counts[onboard.Same] != 4999 || next.Counts[onboard.Changed] != 1 {
		t.Errorf("%+v", next.Counts)
	}
	if first > 30*time.Second {
		t.Errorf("the first sheet took %v", first)
	}
}
