package onboard_test

import (
	"fmt"
	"slices"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"gorm.io/gorm"

	"shanzhi/app/onboard"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// Headings that people write for the same thing are read; those that nobody knows are named, for every kind of sheet.
func TestWhatASheetHoldsIsReadOrNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.threeTowns()
	text := "序号,工号,姓名,所属单位,职务,岗位类别,人员类别,任职时间,备注\n1,A1,甲,松坡镇,科员,乡镇（街道）工作人员,公务员,2024/3/5,无\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	w.must(err)
	r, err := w.take(onboard.Input{Kind: onboard.Roster, Data: []byte(gb), How: onboard.Stage})
	w.must(err)
	same(t, said(r.Warnings), []string{"1  onboard.unused"})
	if len(r.Warnings) == 1 && r.Warnings[0].Args["names"] != "序号、备注" {
		t.Errorf("%v", r.Warnings[0].Args)
	}
	v, err := w.door.Plan(t.Context(), system, r.PlanID, onboard.PlanFilter{})
	w.must(err)
	same(t, said(v.Hints), []string{"1  onboard.unused"})
	var keys []string
	for _, n := range v.Lines[0].Notes {
		keys = append(keys, fmt.Sprint(n.Key, n.Args["on"]))
	}
	same(t, keys, []string{"onboard.note.post<nil>", "onboard.note.is<nil>", "onboard.note.begins2024-03-05"})
	for k, text := range map[onboard.Kind]string{
		onboard.Units:    unitHeads + ",备注|,东坡镇,乡镇,,无",
		onboard.Matters:  matterHeads + ",备注|MZ-1,津贴,民生保障,松坡镇,10,,无",
		onboard.Holidays: "日期,类型,节日名称,备注|2031-01-01,放假,元旦,无",
	} {
		r, err := w.take(onboard.Input{Kind: k, Data: sheet(lines(text)...)})
		w.must(err)
		if !slices.Contains(said(r.Warnings), "1  onboard.unused") {
			t.Errorf("%s: nothing is said of a column that was not used: %v", k, r.Warnings)
		}
	}
}

// A staff number alone does not hand an account to somebody of another name: each is approved by himself, and where
// nobody is asked it is an error.
func TestAnotherNameIsApprovedByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	data := roster(row("A1", "", "王小明", "松坡镇", "科员"), row("A2", "", "乙", "松坡镇", "科员"))
	same(t, w.wrong(onboard.Roster, data), []string{"2 姓名 onboard.name_differs"})
	r, err := w.take(onboard.Input{Kind: onboard.Roster, Data: data, How: onboard.Stage})
	w.must(err)
	if r.Counts[onboard.Renamed] != 1 || r.Harmless() {
		t.Fatalf("%+v", r.Counts)
	}
	for _, in := range []onboard.Approval{{PlanID: r.PlanID}, {PlanID: r.PlanID, Names: []int{3}}} {
		_, err = w.door.Apply(t.Context(), system, in)
		if f := fault.Of(err); f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Key != "onboard.rename_ticks" {
			t.Fatalf("approved without the name: %v", err)
		}
	}
	if w.person("A1").Name != "甲" {
		t.Error("the name was changed")
	}
	_, err = w.door.Apply(t.Context(), system, onboard.Approval{PlanID: r.PlanID, Names: []int{2}})
	w.must(err)
	if w.person("A1").Name != "王小明" {
		t.Error("the name was not changed")
	}
}

// Somebody whose identity number or mobile number agrees is the same person; one character in the same post is perhaps
// put right and is approved all the same.
func TestWhoIsTheSamePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.threeTowns()
	known := row("A1", id(1), "欧阳子", "松坡镇", "科员")
	w.bring(onboard.Roster, roster(known, row("A2", "", "张玮", "松坡镇", "科员")))
	known[2] = "司马子长"
	r, err := w.take(onboard.Input{
		Kind: onboard.Roster, Data: roster(known, row("A2", "", "张伟", "松坡镇", "科员")), How: onboard.Stage,
	})
	w.must(err)
	if r.Counts[onboard.Changed] != 1 || r.Counts[onboard.Renamed] != 1 {
		t.Fatalf("%+v", r.Counts)
	}
	v, err := w.door.Plan(t.Context(), system, r.PlanID, onboard.PlanFilter{})
	w.must(err)
	if len(v.Names) != 1 || v.Names[0].Notes[1].Key != "onboard.note.name_near" {
		t.Errorf("%+v", v.Names)
	}
}

// Who is not in the roster is counted though nothing is done; a sheet that changes nothing leaves nothing to approve.
func TestNothingIsPassedOverInSilence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	r, err := w.take(onboard.Input{Kind: onboard.Roster, Data: roster(row("A1", "", "甲", "松坡镇", "科员")), How: onboard.Stage})
	w.must(err)
	if len(r.Warnings) != 1 || r.Warnings[0].Key != "onboard.stay" || r.Warnings[0].Args["n"] != 3 {
		t.Errorf("%+v", r.Warnings)
	}
	v, err := w.door.Plan(t.Context(), system, r.PlanID, onboard.PlanFilter{})
	w.must(err)
	if !r.Idle() || v.State != models.PlanApplied || v.EndedAt == nil {
		t.Errorf("a sheet without changes waits: %+v", v.ImportPlan)
	}
	heads := "日期,类型,节日名称"
	r, err = w.take(onboard.Input{
		Kind: onboard.Holidays, Data: sheet(lines(heads + "|2031-01-01,放假,元旦|2031-01-05,放假,元旦|2031/1/11,放假,")...),
	})
	w.must(err)
	if len(r.Warnings) != 1 || r.Warnings[0].Key != "onboard.weekends" || r.Warnings[0].Args["n"] != 2 {
		t.Errorf("%+v", r.Warnings)
	}
}

// Who leaves with open cases in hand is named by the plan, and until the work is handed over.
func TestWhoLeavesWithWorkIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	gone := w.person("A2")
	w.openCase(gone.ID, w.unit("松坡镇").ID)
	town := w.unit("松坡镇").ID
	r, err := w.take(onboard.Input{
		Kind: onboard.Roster, Data: roster(row("A1", "", "甲", "松坡镇", "科员")), ScopeID: town, LeaveRest: true,
		How: onboard.Stage,
	})
	w.must(err)
	if before, err := w.door.Leaving(t.Context(), system); err != nil || len(before) != 0 {
		t.Fatalf("somebody leaves before it is approved: %v, %v", before, err)
	}
	_, err = w.door.Apply(t.Context(), system, onboard.Approval{PlanID: r.PlanID})
	w.must(err)
	list, n, err := w.door.Leavers(t.Context(), system, r.PlanID)
	w.must(err)
	if n < 1 || len(list) != 1 || list[0].ID != gone.ID || list[0].Open != 1 {
		t.Fatalf("%d, %+v", n, list)
	}
	still, err := w.door.Leaving(t.Context(), system)
	w.must(err)
	if len(still) != 1 || still[0].ID != gone.ID || still[0].Open != 1 {
		t.Fatalf("%+v", still)
	}
	w.tx(func(tx *gorm.DB) error { return tx.Exec(`UPDATE cases SET handler_id = NULL`).Error })
	if still, err = w.door.Leaving(t.Context(), system); err != nil || len(still) != 0 {
		t.Errorf("%v, %v", still, err)
	}
}

// The size of nothing and the kind of a file are said as they are.
func TestAFileThatIsNoSheetIsCalledWhatItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for key, data := range map[string][]byte{
		"sheet.no_bytes": {}, "sheet.document": []byte("%PDF-1.7"),
	} {
		if _, err := w.take(onboard.Input{Kind: onboard.Units, Data: data}); fault.Of(err).Key != key {
			t.Errorf("%v, want %s", err, key)
		}
	}
}

// openCase puts a case into somebody's hands.
func (w *world) openCase(personID, unitID string) {
	w.t.Helper()
	w.tx(func(tx *gorm.DB) error {
		m := models.Matter{ID: models.NewID(), Code: "MZ-9", Name: "津贴", Family: "welfare", UnitID: unitID, Days: 10, Difficulty: 2, ValidFrom: "2020-01-01"}
		if err := tx.Create(&m).Error; err != nil {
			return err
		}
		return tx.Create(&models.Case{
			ID: models.NewID(), No: "2607-0009", Channel: models.Window, Kind: models.Help, MatterID: m.ID,
			Family: m.Family, Difficulty: 2, Title: "津贴", UnitID: unitID, HandlerID: &personID, State: models.CaseInHand,
			ReceivedAt: w.clock.Now(), ReceivedOn: "2026-07-01", DueOn: "2026-07-15", CreatedAt: w.clock.Now(),
			UpdatedAt: w.clock.Now(), Version: 1,
		}).Error
	})
}
