package onboard_test

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/onboard"
	"shanzhi/models"
	"shanzhi/models/fault"
)

func roster(rows ...[]string) []byte {
	return sheet(append(lines(rosterHeads), rows...)...)
}

// Whoever has no staff number gets one, and is found by the identity number ever after; the number itself is nowhere.
func TestPeopleWithoutAStaffNumberKeepTheOneTheyAreGiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.threeTowns()
	people := roster(
		row("lx001", "", "张伟", "松坡镇", "副镇长"), row("", id(1), "张伟", "松坡镇", "科员"),
		row("", strings.ToLower(id(9)), "王𬭁", "松坡镇/河西村", "文书"))
	r := w.bring(onboard.Roster, people)
	if r.Counts[onboard.Joined] != 3 || w.count(&models.Person{}, "name = '张伟'") != 2 {
		t.Fatalf("%+v", r.Counts)
	}
	first, second := w.person("SZ0000018"), w.person("SZ0000026")
	if first.Name != "张伟" || second.Name != "王𬭁" || first.PasswordHash != "" || !onboard.IsMade("SZ0000018") {
		t.Errorf("%s, %s", first.Name, second.Name)
	}
	if r := w.bring(onboard.Roster, people); r.Counts[onboard.Same] != 3 || w.count(&models.Person{}, "1 = 1") != 3 {
		t.Errorf("the same sheet again: %+v", r.Counts)
	}
	w.tx(func(tx *gorm.DB) error {
		for _, table := range []string{"id_cards", "persons", "import_plans", "import_lines", "audit_entries"} {
			var all []map[string]any
			if err := tx.Table(table).Find(&all).Error; err != nil {
				return err
			}
			for _, r := range all {
				for k, v := range r {
					if text, ok := v.(string); ok && strings.Contains(text, id(1)) {
						t.Errorf("%s.%s holds the identity number", table, k)
					}
				}
			}
		}
		return nil
	})
}

func (w *world) fourPeople() {
	w.t.Helper()
	w.threeTowns()
	w.bring(onboard.Roster, roster(
		row("A1", "", "甲", "松坡镇", "科员"), row("A2", "", "乙", "松坡镇", "科员"),
		row("A3", "", "丙", "松坡新村", "文书"), row("B1", "", "丁", "清泉镇", "科员")))
	w.tx(func(tx *gorm.DB) error { // yesterday's posts: a move begins after the old post has
		return tx.Exec(`UPDATE posts SET valid_from = '2025-01-01'`).Error
	})
}

// The next sheet shows who joined, moved, left and of whom something is different; nothing happens before it is approved.
func TestTheNextSheetShowsTheDifference(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	next := roster(
		row("A1", "", "甲", "松坡镇", "科员"), row("A2", "", "乙", "松坡新村", "书记"), row("A4", "", "戊", "松坡镇", "科员"),
		row("A5", "", "己", "松坡镇", "科员"))
	in := onboard.Input{
		Kind: onboard.Roster, Data: next, ScopeID: w.unit("松坡镇").ID, LeaveRest: true, How: onboard.Keep,
	}
	r, err := w.take(in)
	w.must(err)
	if r.Applied || w.count(&models.Person{}, "1 = 1") != 4 {
		t.Fatalf("carried out without approval: %+v", r)
	}
	v, err := w.door.Plan(t.Context(), system, r.PlanID, onboard.PlanFilter{})
	w.must(err)
	var got []string
	for _, l := range v.Lines {
		got = append(got, string(l.Category)+" "+l.Code)
	}
	same(t, got, []string{"moved A2", "new A4", "new A5", "left A3"})
	if v.Counts[onboard.Same] != 1 || v.Counts[onboard.Joined] != 2 || v.Scope != "松坡镇" || v.Total != 4 {
		t.Errorf("%+v", v)
	}
	page, err := w.door.Plan(t.Context(), system, r.PlanID, onboard.PlanFilter{Category: onboard.Joined, Page: 2, Size: 1})
	if err != nil || page.Total != 2 || len(page.Lines) != 1 || page.Lines[0].Code != "A5" {
		t.Errorf("second page: %+v, %v", page.Lines, err)
	}
	if _, err := w.door.Apply(t.Context(), system, onboard.Approval{PlanID: r.PlanID}); err != nil {
		t.Fatal(err)
	}
	today := models.DateOf(w.clock.Now())
	if n := w.count(&models.Post{}, "valid_to = ? AND end_reason = ?", today.AddDays(-1), models.Transferred); n != 1 {
		t.Errorf("%d posts ended by a transfer, want that of A2", n)
	}
	gone := w.person("A3")
	if n := w.count(&models.Post{}, "person_id = ? AND valid_to = ? AND end_reason = ?", gone.ID, today, models.LeftPost); n != 1 {
		t.Error("A3 has not left")
	}
	if n := w.count(&models.Post{}, "person_id = ? AND valid_to = ''", w.person("B1").ID); n != 1 {
		t.Error("a sheet of one township has dismissed somebody of another")
	}
	_, err = w.door.Apply(t.Context(), system, onboard.Approval{PlanID: r.PlanID})
	if !fault.Is(err, fault.Conflict) || fault.Of(err).Key != "onboard.plan_over" {
		t.Errorf("carried out twice: %v", err)
	}
	if n := w.count(&models.ImportPlan{}, "id = ? AND content = '' AND state = ?", r.PlanID, models.PlanApplied); n != 1 {
		t.Error("the sheet is kept although the plan is over")
	}
}

// By itself a sheet dismisses nobody, and without saying whose sheet it is it cannot.
func TestNobodyLeavesByDefault(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	one := roster(row("A1", "", "甲", "松坡镇", "科员"))
	if r := w.bring(onboard.Roster, one); r.Counts[onboard.Left] != 0 || r.Counts[onboard.Same] != 1 {
		t.Errorf("%+v", r.Counts)
	}
	_, err := w.take(onboard.Input{Kind: onboard.Roster, Data: one, LeaveRest: true})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("without a unit: %v", err)
	}
	in := onboard.Input{Kind: onboard.Roster, Data: roster(row("B1", "", "丁", "清泉镇", "科员")), ScopeID: w.unit("松坡镇").ID}
	r, err := w.take(in)
	w.must(err)
	same(t, said(r.Errors), []string{"2 所属单位 onboard.out_of_scope"})
}

// A corrected name keeps the former one; somebody who comes back takes a post in his old account.
func TestNamesAndReturns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	r := row("A1", id(3), "甲乙", "松坡镇", "科员")
	r[3] = "13812340001"
	done, err := w.take(onboard.Input{Kind: onboard.Roster, Data: roster(r), How: onboard.KeepAll, Rename: true})
	w.must(err)
	p := w.person("A1")
	if !done.Applied || p.Name != "甲乙" || p.MobileHash == nil || w.count(&models.PersonName{}, "person_id = ? AND name = '甲'", p.ID) != 1 {
		t.Errorf("%+v", p)
	}
	if w.count(&models.IDCard{}, "person_id = ?", p.ID) != 1 || w.count(&models.SearchKey{}, "object_id = ? AND said = '甲乙'", p.ID) != 1 {
		t.Error("the hash of the identity number or the search key is missing")
	}
	w.tx(func(tx *gorm.DB) error {
		return tx.Exec(`UPDATE posts SET valid_to = '2025-12-31' WHERE person_id = ?`, p.ID).Error
	})
	again := w.bring(onboard.Roster, roster(row("", id(3), "甲乙", "清泉镇", "主任")))
	if again.Counts[onboard.Joined] != 1 || w.count(&models.Person{}, "1 = 1") != 4 {
		t.Errorf("%+v", again.Counts)
	}
	if w.count(&models.Post{}, "person_id = ? AND valid_to = '' AND title = '主任'", p.ID) != 1 {
		t.Error("no new post in the old account")
	}
}

// A plan is carried out as it was shown or not at all: where the house has changed it is computed anew.
func TestAPlanRestsOnWhatWasShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	r, err := w.take(onboard.Input{
		Kind: onboard.Roster, Data: roster(row("A1", "", "甲", "清泉镇", "科员"), row("A9", "", "新人", "清泉镇", "科员")),
		How: onboard.Stage,
	})
	w.must(err)
	first := w.person("A1").ID
	w.tx(func(tx *gorm.DB) error { // somebody else changes the post meanwhile
		return tx.Exec(`UPDATE posts SET title = '主任', version = version + 1 WHERE person_id = ?`, first).Error
	})
	_, err = w.door.Apply(t.Context(), system, onboard.Approval{PlanID: r.PlanID})
	if !fault.Is(err, fault.Conflict) || fault.Of(err).Key != "onboard.base_changed" || w.count(&models.Person{}, "staff_no = 'A9'") != 0 {
		t.Fatalf("carried out on another base: %v", err)
	}
	v, err := w.door.Plan(t.Context(), system, r.PlanID, onboard.PlanFilter{Category: onboard.Moved})
	w.must(err)
	if len(v.Lines) != 1 || len(v.Lines[0].Notes) != 3 || v.Undoes != 1 || v.State != models.PlanOpen {
		t.Errorf("the plan does not show the new difference: %+v", v.Lines)
	}
	_, err = w.door.Apply(t.Context(), system, onboard.Approval{PlanID: r.PlanID})
	if f := fault.Of(err); f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Key != "onboard.undo_tick" {
		t.Errorf("a later change is undone without a second look: %v", err)
	}
	if _, err := w.door.Apply(t.Context(), system, onboard.Approval{PlanID: r.PlanID, Undo: true}); err != nil {
		t.Error(err)
	}
}

func TestPlansExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	r, err := w.take(onboard.Input{
		Kind: onboard.Roster, Data: roster(row("A1", "", "甲", "清泉镇", "科员")), How: onboard.Stage,
	})
	w.must(err)
	if n, err := w.door.Expire(t.Context(), system); n != 0 || err != nil {
		t.Fatalf("%d ended too early, %v", n, err)
	}
	w.clock.Advance(7 * 24 * 3600e9)
	if _, err := w.door.Apply(t.Context(), system, onboard.Approval{PlanID: r.PlanID}); !fault.Is(err, fault.Conflict) {
		t.Errorf("an old plan was carried out: %v", err)
	}
	if n, err := w.door.Expire(t.Context(), system); n != 1 || err != nil || w.count(&models.ImportLine{}, "1 = 1") != 0 {
		t.Errorf("%d ended, %v", n, err)
	}
}

func TestWhatIsWrongWithARoster(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	w.bring(onboard.Roster, roster(row("C1", id(7), "有证", "清泉镇", "科员")))
	wrongCheck := id(1)[:17] + "0"
	if wrongCheck == id(1) {
		wrongCheck = id(1)[:17] + "1"
	}
	for _, c := range []struct {
		rows [][]string
		want []string
	}{
		{[][]string{row("D1", "", "甲", "没有镇", "科员")}, []string{"2 所属单位 onboard.unit_unknown"}},
		{[][]string{row("D1", "", "甲", "清泉镇", "科员"), row("d1", "", "乙", "清泉镇", "科员")}, []string{"3 工号 onboard.twice_staff"}},
		{
			[][]string{row("", id(2), "甲", "清泉镇", "科员"), row("", id(2), "乙", "清泉镇", "科员")},
			[]string{"3 居民身份证号 onboard.twice_card"},
		},
		{[][]string{row("", wrongCheck, "甲", "清泉镇", "科员")}, []string{"2 居民身份证号 onboard.id_card"}},
		{[][]string{row("", "", "甲", "清泉镇", "科员")}, []string{"2 工号 onboard.person_number"}},
		{[][]string{row("C1", id(8), "有证", "清泉镇", "科员")}, []string{"2 居民身份证号 onboard.card_other"}},
		{[][]string{row("D1", id(7), "有证", "清泉镇", "科员")}, []string{"2 工号 onboard.staff_other"}},
		{[][]string{row("D1", "", strings.Repeat("长", 51), "清泉镇", "科员")}, []string{"2 姓名 form.too_long"}},
		{[][]string{row("D1", "", "甲", "河西村", "科员")}, []string{"2 所属单位 onboard.unit_twice"}},
		{
			[][]string{{"D1", "", "甲", "12345", "清泉镇", "科员", "不明", "公务员", "", "明天"}},
			[]string{"2 任职日期 sheet.not_date", "2 手机号码 onboard.mobile", "2 岗位类别 onboard.class_unknown"},
		},
	} {
		same(t, w.wrong(onboard.Roster, roster(c.rows...)), c.want)
	}
	if n := w.count(&models.Person{}, "1 = 1"); n != 5 {
		t.Errorf("%d people: something was kept", n)
	}
}

// Whoever administers the system holds no post, and what the actor does not reach does not exist for him.
func TestARosterKeepsTheLimitsOfRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	town, admin := w.unit("松坡镇"), w.person("B1").ID
	w.tx(func(tx *gorm.DB) error {
		return tx.Create(&models.RoleGrant{
			ID: models.NewID(), PersonID: admin, UnitID: w.county.ID, Role: models.RoleAudit,
			ValidFrom: "2026-01-01", CreatedAt: w.clock.Now(),
		}).Error
	})
	same(t, w.wrong(onboard.Roster, roster(row("B1", "", "丁", "清泉镇", "主任"))), []string{"2 工号 onboard.administrator"})
	local := models.Actor{ID: w.person("A1").ID, Name: "甲", Grants: []models.Grant{
		{Role: models.RoleSystem, UnitID: town.ID, UnitPath: town.Path},
	}}
	in := onboard.Input{Kind: onboard.Roster, Name: "a.csv", Data: roster(row("D1", "", "甲", "清泉镇", "科员"))}
	r, err := w.door.Take(t.Context(), local, in)
	w.must(err)
	same(t, said(r.Errors), []string{"2 所属单位 onboard.unit_unknown", "2 干部管理权限 onboard.unit_unknown"})
	in.Kind = onboard.Holidays
	in.Data = sheet(lines("日期,类型|2027-01-01,放假")...)
	if _, err := w.door.Take(t.Context(), local, in); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a township changes the calendar of the county: %v", err)
	}
	nobody := models.Actor{ID: "x", Grants: []models.Grant{{Role: models.RoleOfficer, UnitPath: w.county.Path}}}
	if _, err := w.door.Take(t.Context(), nobody, in); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an assessment officer imports: %v", err)
	}
}

// Cases in hand of somebody who goes are said, so that they are handed over.
func TestOpenCasesOfSomebodyWhoGoesAreSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	gone, town := w.person("A2"), w.unit("松坡镇")
	w.bring(onboard.Matters, sheet(lines(matterHeads+"|MZ-001,高龄津贴,民生保障,松坡镇,10,一般")...))
	w.tx(func(tx *gorm.DB) error {
		var m models.Matter
		if err := tx.Take(&m, "code = 'MZ-001'").Error; err != nil {
			return err
		}
		return tx.Create(&models.Case{
			ID: models.NewID(), No: "2607-0001", Channel: models.Window, Kind: models.Help, MatterID: m.ID,
			Family: m.Family, Difficulty: 2, Title: "津贴", UnitID: town.ID, HandlerID: &gone.ID, State: models.CaseInHand,
			ReceivedAt: w.clock.Now(), ReceivedOn: "2026-07-01", DueOn: "2026-07-15", CreatedAt: w.clock.Now(),
			UpdatedAt: w.clock.Now(), Version: 1,
		}).Error
	})
	r, err := w.take(onboard.Input{
		Kind: onboard.Roster, Data: roster(row("A1", "", "甲", "松坡镇", "科员")), ScopeID: town.ID, LeaveRest: true,
	})
	w.must(err)
	for _, l := range r.Lines {
		if l.Code == "A2" && (len(l.Notes) != 1 || l.Notes[0].Key != "onboard.note.cases" || l.Notes[0].Args["n"] != 1) {
			t.Errorf("%+v", l)
		}
	}
	if r.Counts[onboard.Left] != 2 {
		t.Errorf("%+v", r.Counts)
	}
}
