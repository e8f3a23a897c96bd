package ratings_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/sheet"
)

const heads = "评价编号,办件编号,被评价人工号,单位,满意度,是否解决,原因,意见,渠道,评价方式,评价日期,事项大类\n"

func (w *world) load(text string, dry bool) (cases.ImportResult, error) {
	w.t.Helper()
	return w.ratings.Import(w.t.Context(), system, "评价.csv", []byte(text), dry)
}

func counts(r cases.ImportResult) [3]int { return [3]int{r.Read, r.Accepted, r.Skipped} }

func TestImportReadsChineseAndEnglishAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.closed(w.handler)
	zh := heads +
		"R1," + c.No + ",,,满意,部分解决,办理速度、跑的次数,还行,短信,邀请评价,2026-07-01,\n" +
		"R2,V-9,s3,石桥村,非常不满意,没有解决,,,12345热线,回访评价,2026/7/2,教育\n" +
		"R3,,S3,石桥村,5,,,,窗口,代录（纸质）,2026年7月3日,健康\n"
	zh = strings.Replace(zh, "健康", "医疗卫生", 1)
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(zh)
	if err != nil {
		t.Fatal(err)
	}
	dry, err := w.load(gb, true)
	if err != nil || counts(dry) != [3]int{3, 3, 0} || len(all[models.Rating](w)) != 0 {
		t.Fatalf("dry run: %v, %v, %d kept", counts(dry), err, len(all[models.Rating](w)))
	}
	if got, err := w.load(gb, false); err != nil || counts(got) != [3]int{3, 3, 0} {
		t.Fatalf("%v, %v", counts(got), err)
	}
	en := "rating_no,interaction_no,staff_no,unit,level,solved,reasons,comment,channel,mode,date,family\n" +
		"R1," + c.No + ",,,4,part,speed;trips,还行,sms,invited,2026-07-01,\n" +
		"R2,V-9,S3,石桥村,Very dissatisfied,no,,,hotline,callback,2026-07-02,education\n" +
		"R4,,,石桥村,3,,,,web,active,2026-07-04,\n"
	if got, err := w.load(en, false); err != nil || counts(got) != [3]int{3, 1, 2} {
		t.Errorf("again in English: %v, %v", counts(got), err)
	}
	rows := map[string]models.Rating{}
	for _, r := range all[models.Rating](w) {
		rows[*r.OutsideNo] = r
	}
	r1, r2, r3 := rows["R1"], rows["R2"], rows["R3"]
	if *r1.CaseID != c.ID || *r1.SubjectID != w.handler.ID || r1.UnitID != w.town.ID || r1.Family != models.Livelihood ||
		r1.Reasons != "speed,trips" || *r1.PostID != w.posts[w.handler.ID] {
		t.Errorf("by our case number: %+v", r1)
	}
	if *r2.SubjectID != w.colleague.ID || r2.CaseID != nil || *r2.InteractionNo != "V-9" || r2.Mode != models.ModeCallback {
		t.Errorf("by another system's visit: %+v", r2)
	}
	if r3.SubjectID != nil || r3.PostID != nil || r3.UnitID != w.village.ID || r3.Family != models.Health {
		t.Errorf("without a visit it counts for the unit only: %+v", r3)
	}
}

func TestImportNamesEveryWrongField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unit("石桥村", models.Village, &w.town) // two of one name
	c, _ := w.closed(w.handler)
	got, err := w.load(heads+
		"R1,V-1,S99,柳溪镇,满意,,,,窗口,主动评价,2026-07-01,\n"+ // no such person
		"R2,V-2,S3,没有镇,满意,,,,窗口,主动评价,2026-07-01,\n"+ // no such unit
		"R3,V-3,S3,石桥村,满意,,,,窗口,主动评价,2026-07-01,\n"+ // two such units
		"R4,V-4,S3,柳溪镇,很好,,,,窗口,主动评价,2026-07-32,\n"+ // no such level, no such day
		"R4,V-5,S3,柳溪镇,满意,,好,,窗口,主动评价,2026-07-16,\n"+ // twice, no such reason, tomorrow
		"R5,"+c.No+",S3,,满意,,,,窗口,主动评价,2026-07-01,\n"+ // another's case
		"R6,,,,满意,,,,窗口,主动评价,2026-07-01,\n"+ // nowhere
		"R7,V-7,S3,柳溪镇,满意,,,,窗口,主动评价,2026-07-01,\n", false)
	if !fault.Is(err, fault.Invalid) || got.Accepted != 0 || len(all[models.Rating](w)) != 0 {
		t.Fatalf("accepted %d, %v", got.Accepted, err)
	}
	var said []string
	for _, f := range got.Errors {
		said = append(said, fmt.Sprintf("%d %s %s", f.Row, f.Name, f.Key))
	}
	want := []string{
		"2 被评价人工号 serve.import.staff_unknown", "3 单位 serve.import.unit_unknown", "4 单位 serve.import.unit_twice",
		"5 满意度 sheet.not_offered", "5 评价日期 sheet.not_date", "6 评价编号 serve.import.twice",
		"6 原因 rate.import.reason_unknown", "6 评价日期 form.date_future", "7 被评价人工号 rate.import.other_handler",
		"8 单位 rate.import.unit_missing",
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
}

func TestImportRefusesOtherContentUnderAKnownNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	row := "R1,V-1,S3,柳溪镇,%s,,,%s,窗口,主动评价,2026-07-01,\n"
	if _, err := w.load(heads+fmt.Sprintf(row, "满意", ""), false); err != nil {
		t.Fatal(err)
	}
	got, err := w.load(heads+fmt.Sprintf(row, "不满意", "慢"), false)
	if !fault.Is(err, fault.Invalid) || len(got.Errors) != 2 || got.Errors[0].Key != "serve.import.differs" {
		t.Errorf("%v %v", got.Errors, err)
	}
}

func TestNobodyKeysRatingsAboutHimselfOrElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	own := heads + "R1,V-1,S1,柳溪镇,满意,,,,纸质,代录（纸质）,2026-07-01,\n"
	if got, err := w.ratings.Import(ctx, w.clerk, "a.csv", []byte(own), false); len(got.Errors) != 1 {
		t.Errorf("about himself: %v %v", got.Errors, err)
	}
	other := w.unit("东山镇", models.Township, nil)
	away := heads + "R1,V-1,S2," + other.Name + ",满意,,,,纸质,代录（纸质）,2026-07-01,\n"
	if got, err := w.ratings.Import(ctx, w.clerk, "a.csv", []byte(away), false); len(got.Errors) != 1 {
		t.Errorf("for another township: %v %v", got.Errors, err)
	}
	if _, err := w.ratings.Import(ctx, w.handler, "a.csv", []byte(own), false); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a cadre imports: %v", err)
	}
}

func TestImportedRatingsAreBatched(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var b strings.Builder
	b.WriteString(heads)
	for i := range 1203 {
		fmt.Fprintf(&b, "R%d,V-%d,S%d,,%d,,,,网上,主动评价,2026-07-%02d,\n", i, i, 2+i%2, 1+i%5, 1+i%14)
	}
	if got, err := w.load(b.String(), false); err != nil || counts(got) != [3]int{1203, 1203, 0} {
		t.Fatalf("%v %v", counts(got), err)
	}
	if n := w.batch(); n != 602/5+601/5 {
		t.Errorf("%d batches", n)
	}
	if got := w.mine(w.handler); got.N() != 600 || !got.Waiting {
		t.Errorf("the cadre sees %d", got.N())
	}
	if got, err := w.load(b.String(), false); err != nil || counts(got) != [3]int{1203, 0, 1203} {
		t.Errorf("again: %v %v", counts(got), err)
	}
}

func TestTemplateIsReadBack(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		var b bytes.Buffer
		say := func(key string, _ map[string]any) string { return key }
		if err := ratings.Template(&b, lang, say); err != nil {
			t.Fatal(err)
		}
		_, err := sheet.Read("t.xlsx", b.Bytes(), ratings.Columns(), sheet.Limits{})
		if f := fault.Of(err); f.Key != "sheet.no_rows" {
			t.Errorf("%s: %v, want a sheet with all headings and no rows", lang, err)
		}
	}
}
