package cases_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/sheet"
)

const heads = "办件编号,事项编码,单位,承办人工号,受理渠道,诉求类型,标题,诉求内容,诉求人姓名,联系电话,受理日期,办理时限,办结日期,办理结果,答复内容,重新办理次数\n"

var system = models.SystemActor("test")

func (w *world) load(text string, dry bool) (cases.ImportResult, error) {
	w.t.Helper()
	return w.cases.Import(w.t.Context(), system, "办件.csv", []byte(text), dry)
}

func TestImportedCases(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.takeIn() // takes 2607-0001
	text := heads +
		"A1,ms-001,,S3,窗口,求助,补办证件,内容,赵大爷,13812340926,2026-07-01,,2026-07-06,已解决,已办,1\n" +
		"A2,MS-001,石桥村,,网上,,,,,,2026-07-02,2026-07-20,,,,\n" +
		"A3,MS-001,,,12345热线,投诉,噪声,,,,2026-06-30,,2026-07-09,不予受理,,\n"
	if got, err := w.load(text, true); err != nil || got.Accepted != 3 || w.count(&models.Case{}, "1 = 1") != 1 {
		t.Fatalf("dry run: %+v, %v", got, err)
	}
	for _, want := range [][2]int{{3, 0}, {0, 3}} {
		if got, err := w.load(text, false); err != nil || [2]int{got.Accepted, got.Skipped} != want {
			t.Fatalf("%+v, %v, want %v", got, err, want)
		}
	}
	var rows []models.Case
	err := db.View(t.Context(), w.db, func(tx *gorm.DB) error {
		return tx.Where("outside_no IS NOT NULL").Order("outside_no").Find(&rows).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		No, Unit      string
		State         models.CaseState
		Due           models.Date
		Outcome       models.Outcome
		Again, Events int
		Handled       bool
	}
	var got []line
	for _, c := range rows {
		got = append(got, line{
			c.No, c.UnitID, c.State, c.DueOn, c.Outcome, c.Reopened, int(w.count(&models.CaseEvent{}, "case_id = ?", c.ID)),
			c.HandlerPostID != nil,
		})
	}
	want := []line{
		{"2607-0002", w.village.ID, models.CaseClosed, "2026-07-08", models.Solved, 1, 2, true},
		{"2607-0003", w.village.ID, models.CaseReceived, "2026-07-20", "", 0, 1, false},
		{"2606-0001", w.town.ID, models.CaseClosed, "2026-07-07", models.NotAccepted, 0, 2, false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	v := must(w.cases.Get(t.Context(), w.villager, rows[0].ID))(t)
	if v.Name != "赵＊＊" || v.Phone != "138****0926" || rows[1].Title != "高龄津贴申请" {
		t.Errorf("shown: %q %q, titled %q", v.Name, v.Phone, rows[1].Title)
	}
	if len(w.closed.nos) != 0 {
		t.Errorf("imported cases invite: %v", w.closed.nos)
	}
}

func TestImportOfCasesNamesEveryWrongField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got, err := w.load(heads+
		"A1,XX,,,窗口,,,,,,2026-07-01,,,,,\n"+
		"A2,MS-001,,S9,窗口,,,,,12,2026-07-01,,,,,\n"+
		"A3,MS-001,无,,飞鸽,,,,,,2026-07-20,,,,,\n"+
		"A4,MS-001,,,窗口,,,,,,2026-07-10,2026-07-09,2026-07-08,,,\n"+
		"A5,MS-001,,,窗口,,,,,,2026-07-10,,,已解决,,\n"+
		"A5,MS-001,,,窗口,,,,,,2026-07-10,,,,,-1\n", false)
	if !fault.Is(err, fault.Invalid) || w.count(&models.Case{}, "1 = 1") != 0 {
		t.Fatalf("%+v %v", got, err)
	}
	var said []string
	for _, f := range got.Errors {
		said = append(said, fmt.Sprintf("%d %s %s", f.Row, f.Name, f.Key[strings.LastIndex(f.Key, ".")+1:]))
	}
	want := []string{
		"2 事项编码 matter_unknown", "3 承办人工号 staff_unknown", "3 联系电话 phone", "4 受理日期 date_future",
		"4 单位 unit_unknown", "4 受理渠道 not_offered", "5 办结日期 closed_before", "5 办理时限 due_before",
		"5 办理结果 outcome_missing", "6 办结日期 closed_missing", "7 办件编号 twice", "7 重新办理次数 out_of_range",
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
}

func TestImportOfCasesRefusesOtherContent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	row := "A1,MS-001,,S3,窗口,,%s,,%s,,2026-07-01,,,,,\n"
	if _, err := w.load(heads+fmt.Sprintf(row, "甲", "赵大爷"), false); err != nil {
		t.Fatal(err)
	}
	got, err := w.load(heads+fmt.Sprintf(row, "乙", "钱大爷"), false)
	if !fault.Is(err, fault.Invalid) || len(got.Errors) != 2 {
		t.Errorf("%v %v", got.Errors, err)
	}
	if _, err := w.cases.Import(t.Context(), w.stranger, "a.csv", []byte(heads+fmt.Sprintf(row, "甲", "")), false); !fault.Is(err, fault.Invalid) {
		t.Errorf("a clerk imports for another township: %v", err)
	}
	if _, err := w.cases.Import(t.Context(), w.handler, "a.csv", nil, false); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a cadre imports: %v", err)
	}
}

func TestTemplateIsReadBack(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	say := func(key string, _ map[string]any) string { return key }
	if err := cases.Template(&b, "zh-CN", say); err != nil {
		t.Fatal(err)
	}
	_, err := sheet.Read("t.xlsx", b.Bytes(), cases.Columns(), sheet.Limits{})
	if f := fault.Of(err); f.Key != "sheet.no_rows" {
		t.Errorf("%v, want a sheet with all headings and no rows", err)
	}
}
