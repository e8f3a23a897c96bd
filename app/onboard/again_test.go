package onboard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/onboard"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// dated is a row of a roster with the first day of the post.
func dated(r []string, from models.Date) []string {
	r[9] = string(from)
	return r
}

func (w *world) postsOf(staffNo string) (out []models.Post) {
	w.t.Helper()
	id := w.person(staffNo).ID
	w.tx(func(tx *gorm.DB) error { return tx.Order("valid_from, id").Find(&out, "person_id = ?", id).Error })
	return out
}

// A sheet with days to come that is brought again, or approved twice, registers nothing a second time.
func TestWhatBeginsLaterIsRegisteredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	next := models.DateOf(w.clock.Now()).AddDays(20)
	data := roster(
		dated(row("A1", "", "甲", "清泉镇", "主任"), next), dated(row("A2", "", "乙", "松坡镇", "所长"), next),
		dated(row("E1", "", "新人", "松坡镇", "科员"), next))
	one, err := w.take(onboard.Input{Kind: onboard.Roster, Data: data, How: onboard.Stage})
	w.must(err)
	two, err := w.take(onboard.Input{Kind: onboard.Roster, Data: data, How: onboard.Stage})
	w.must(err)
	_, err = w.door.Apply(t.Context(), system, onboard.Approval{PlanID: one.PlanID})
	w.must(err)
	if _, err = w.door.Apply(t.Context(), system, onboard.Approval{PlanID: two.PlanID}); fault.Of(err).Key != "onboard.base_changed" {
		t.Fatalf("approved twice: %v", err)
	}
	again := w.bring(onboard.Roster, data)
	without := w.bring(onboard.Roster, roster(row("A1", "", "甲", "清泉镇", "主任"), row("A2", "", "乙", "松坡镇", "科员")))
	if again.Counts[onboard.Same] != 3 || !again.Idle() || without.Counts[onboard.Same] != 2 || !without.Idle() {
		t.Errorf("the same again: %+v, %+v", again.Counts, without.Counts)
	}
	for staff, n := range map[string]int{"A1": 2, "A2": 2, "E1": 1} {
		if got := w.postsOf(staff); len(got) != n {
			t.Errorf("%s has %d posts, want %d: %+v", staff, len(got), n, got)
		}
	}
	same(t, w.wrong(onboard.Roster, roster(row("A1", "", "甲", "高岭乡", "主任"))), []string{"2 任职日期 onboard.planned"})
	same(t, w.wrong(onboard.Roster, roster(dated(row("A1", "", "甲", "高岭乡", "主任"), next))), []string{"2 任职日期 onboard.planned"})
	w.bring(onboard.Roster, roster(dated(row("A1", "", "甲", "清泉镇", "副主任"), next))) // a slip put right
	if got := w.postsOf("A1"); len(got) != 2 || got[1].Title != "副主任" || got[1].ValidFrom != next {
		t.Errorf("%+v", got)
	}
}

// Whoever comes or goes on a later day is not sent away by the sheet of one of the two units; who has left is not again.
func TestNobodyIsSentAwayTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	next := models.DateOf(w.clock.Now()).AddDays(20)
	w.bring(onboard.Roster, roster(dated(row("A1", "", "甲", "清泉镇", "主任"), next)))
	for _, town := range []string{"松坡镇", "清泉镇"} {
		in := onboard.Input{Kind: onboard.Roster, ScopeID: w.unit(town).ID, LeaveRest: true, How: onboard.KeepAll}
		in.Data = roster(row("A2", "", "乙", "松坡镇", "科员"), row("A3", "", "丙", "松坡新村", "文书"))
		if town == "清泉镇" {
			in.Data = roster(row("F1", "", "己", "清泉镇", "科员"))
		}
		r, err := w.take(in)
		w.must(err)
		if want := map[string]int{"松坡镇": 0, "清泉镇": 1}[town]; r.Counts[onboard.Left] != want {
			t.Errorf("%s: %+v", town, r.Counts)
		}
		if r, err = w.take(in); err != nil || r.Counts[onboard.Left] != 0 {
			t.Errorf("%s again: %+v, %v", town, r.Counts, err)
		}
	}
}

// A second post with a day to come is registered once; one that is over does not begin again.
func TestFurtherPostsAreRegisteredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	heads := "工号,任职方式,所属单位,职务,岗位类别,人员类别,干部管理权限,任职日期,截止日期"
	today := models.DateOf(w.clock.Now())
	from, to := string(today.AddDays(10)), string(today.AddDays(40))
	data := sheet(lines(heads + "|A1,借调,清泉镇,干事,乡镇（街道）工作人员,公务员,云岭县," + from + "," + to + "|A2,兼任,松坡新村,第一书记,乡镇（街道）工作人员,公务员,,,")...)
	w.bring(onboard.Posts, data)
	if r := w.bring(onboard.Posts, data); r.Counts[onboard.Same] != 2 {
		t.Errorf("%+v", r.Counts)
	}
	short := sheet(lines("工号,任职方式,所属单位,职务,岗位类别,人员类别|A1,借调,清泉镇,干事,乡镇（街道）工作人员,公务员")...)
	if r := w.bring(onboard.Posts, short); r.Counts[onboard.Same] != 1 {
		t.Errorf("columns that are absent change something: %+v", r.Counts)
	}
	w.clock.Advance(60 * 24 * 3600e9)
	if r := w.bring(onboard.Posts, data); r.Counts[onboard.Same] != 2 || len(w.postsOf("A1")) != 2 {
		t.Errorf("a post that is over: %+v", r.Counts)
	}
	same(t, w.wrong(onboard.Posts, short), []string{"2 任职日期 onboard.post_again"})
}

// Who is registered as leaving takes no post by a sheet; a roster that still has him says so and restores nothing.
func TestALeaverIsNotBroughtBackInSilence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	heads := "工号,任职方式,所属单位,职务,岗位类别,人员类别,截止日期"
	second := func(unit, to string) []byte {
		return sheet(lines(heads + "|A2,兼任," + unit + ",第一书记,乡镇（街道）工作人员,公务员," + to)...)
	}
	w.bring(onboard.Posts, second("松坡新村", ""))
	r, err := w.take(onboard.Input{
		Kind: onboard.Roster, ScopeID: w.unit("松坡镇").ID, LeaveRest: true, How: onboard.KeepAll,
		Data: roster(row("A1", "", "甲", "松坡镇", "科员"), row("A3", "", "丙", "松坡新村", "文书")),
	})
	w.must(err)
	if r.Counts[onboard.Left] != 1 {
		t.Fatalf("%+v", r.Counts)
	}
	again := w.bring(onboard.Posts, second("松坡新村", ""))
	same(t, said(again.Warnings), []string{"0  onboard.hint.leaving"})
	if !again.Idle() {
		t.Errorf("%+v", again.Counts)
	}
	same(t, w.wrong(onboard.Posts, second("松坡新村", "2030-01-01")), []string{"2 截止日期 onboard.post_ended"})
	same(t, w.wrong(onboard.Posts, second("清泉镇", "")), []string{"2 工号 onboard.leaver"})
	still := w.bring(onboard.Roster, roster(row("A2", "", "乙", "松坡镇", "科员")))
	same(t, said(still.Warnings)[1:], []string{"0  onboard.hint.leaving"})
	if n := w.count(&models.Post{}, "person_id = ? AND valid_to = ''", w.person("A2").ID); n != 0 || !still.Idle() {
		t.Errorf("%d posts go on", n)
	}
	w.clock.Advance(48 * 3600e9)
	back, err := w.take(onboard.Input{Kind: onboard.Roster, Data: roster(row("A2", "", "乙", "松坡镇", "科员")), How: onboard.Stage})
	w.must(err)
	if !slices.Contains(said(back.Warnings), "0  onboard.hint.back") {
		t.Errorf("somebody who has left comes back in silence: %v", back.Warnings)
	}
}

// What a sheet leaves out stays as it is, whether the column is absent or the cell is empty, in every kind of sheet.
func TestWhatIsLeftOutStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	full := row("A1", id(3), "甲", "松坡镇", "科员")
	full[3] = "13812340001"
	w.bring(onboard.Roster, roster(full))
	short := "工号,姓名,所属单位,职务,岗位类别,人员类别|A1,甲,松坡镇,%s,乡镇（街道）工作人员,公务员"
	absent := w.bring(onboard.Roster, sheet(lines(fmt.Sprintf(short, "科员"))...))
	empty := w.bring(onboard.Roster, roster([]string{"A1", "", "甲", "", "松坡镇", "科员", "乡镇（街道）工作人员", "公务员", "", ""}))
	if !absent.Idle() || !empty.Idle() {
		t.Errorf("absent %+v, empty %+v", absent.Counts, empty.Counts)
	}
	w.bring(onboard.Roster, sheet(lines(fmt.Sprintf(short, "主任"))...))
	if p := w.postsOf("A1"); p[0].Title != "主任" || p[0].ManagerID != w.county.ID || p[0].ValidFrom != "2025-01-01" {
		t.Errorf("%+v", p)
	}
	w.bring(onboard.Roster, sheet(lines("工号,姓名,所属单位,职务,岗位类别,人员类别,干部管理权限|A1,甲,松坡镇,主任,乡镇（街道）工作人员,公务员,松坡镇")...))
	if p := w.postsOf("A1"); p[0].ManagerID != p[0].UnitID {
		t.Error("the unit itself, as the sheet says")
	}
	const code = "91350100M000100Y43"
	w.bring(onboard.Units, sheet(lines(unitHeads+"|"+code+",松坡新村,村,松坡镇")...))
	w.bring(onboard.Matters, sheet(lines("事项编码,事项名称,事项大类,责任单位,办理时限（工作日）,难度|MZ-1,津贴,民生保障,松坡镇,10,较难")...))
	w.bring(onboard.Holidays, sheet(lines("日期,类型,节日名称|2031-01-01,放假,元旦")...))
	for k, text := range map[onboard.Kind]string{
		onboard.Units:    "单位名称,单位类别|松坡新村,村|清泉镇,乡镇",
		onboard.Matters:  "事项编码,事项名称,事项大类,责任单位,办理时限（工作日）|MZ-1,津贴,民生保障,松坡镇,10",
		onboard.Holidays: "日期,类型|2031-01-01,放假",
	} {
		if r := w.bring(k, sheet(lines(text)...)); !r.Idle() {
			t.Errorf("%s: %+v", k, r.Counts)
		}
	}
	if u := w.unit("松坡新村"); u.Code == nil || *u.Code != code {
		t.Error("the code is gone")
	}
}

// A month without a day is its first day, and the day that is there in that month stays.
func TestAMonthIsItsFirstDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	second := w.person("A2").ID
	w.tx(func(tx *gorm.DB) error {
		return tx.Exec(`UPDATE posts SET valid_from = '2025-03-17' WHERE person_id = ?`, second).Error
	})
	r := w.bring(onboard.Roster, roster(
		dated(row("G1", "", "庚", "松坡镇", "科员"), "2024.03"), dated(row("A2", "", "乙", "松坡镇", "科员"), "2025年3月"),
		dated(row("A1", "", "甲", "松坡镇", "科员"), "202411")))
	same(t, said(r.Warnings)[:1], []string{"0  onboard.stay"})
	if !slices.Contains(said(r.Warnings), "0  onboard.hint.months") {
		t.Errorf("%v", said(r.Warnings))
	}
	for staff, want := range map[string]models.Date{"G1": "2024-03-01", "A2": "2025-03-17", "A1": "2024-11-01"} {
		if p := w.postsOf(staff); len(p) != 1 || p[0].ValidFrom != want {
			t.Errorf("%s: %+v", staff, p)
		}
	}
	same(t, w.wrong(onboard.Roster, roster(dated(row("G2", "", "辛", "松坡镇", "科员"), "2024.1"))), []string{"2 任职日期 sheet.month_unclear"})
}

// Words that people use for the same thing are understood; where one is not, the one that is near is named.
func TestWhatPeopleWriteIsUnderstoodOrAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.threeTowns()
	person := func(staff, unit, class, category string) []string {
		return []string{staff, "", "王" + map[string]string{"H1": "一", "H2": "二", "H3": "三", "H4": "四", "H5": "五"}[staff], "", unit, "成员", class, category, "", ""}
	}
	w.bring(onboard.Roster, roster(
		person("H1", "松坡镇河西村", `村（社区）"两委"成员`, "村干部"), person("H2", "云岭县松坡镇", "乡镇干部", "参公人员"),
		person("H3", "清泉镇/河西村", "村（社区）‘两委’成员", "村（社区）干部"), person("H4", "高岭乡", "党组织书记", "事业编")))
	for staff, want := range map[string]string{
		"H1": "village_member village", "H2": "township_staff civil", "H3": "village_member village", "H4": "village_secretary institution",
	} {
		if p := w.postsOf(staff)[0]; p.Class+" "+string(p.Category) != want {
			t.Errorf("%s: %s %s, want %s", staff, p.Class, p.Category, want)
		}
	}
	r, err := w.take(onboard.Input{Kind: onboard.Roster, Data: roster(person("H5", "松坡", "乡镇领导成员", "公务"))})
	w.must(err)
	near := map[string]string{}
	for _, f := range r.Errors {
		near[f.Key] = fmt.Sprint(f.Args["near"])
	}
	for key, want := range map[string]string{"onboard.unit_near": "松坡镇", "onboard.class_near": "领导", "sheet.not_offered_near": "公务员"} {
		if !strings.Contains(near[key], want) {
			t.Errorf("%s: %q, want %s", key, near[key], want)
		}
	}
}

// The plan tells villages of the same name apart, what was from what is, and what whoever goes leaves behind.
func TestAPlanSaysWhatItChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fourPeople()
	town := w.unit("松坡镇")
	clerk := w.person("A1").ID
	w.tx(func(tx *gorm.DB) error {
		return tx.Create(&models.RoleGrant{
			ID: models.NewID(), PersonID: clerk, UnitID: town.ID, Role: models.RoleIntake, ValidFrom: "2025-01-01",
			CreatedAt: w.clock.Now(),
		}).Error
	})
	r, err := w.take(onboard.Input{
		Kind: onboard.Roster, ScopeID: town.ID, LeaveRest: true,
		Data: roster([]string{"A3", "", "丙", "", "松坡新村", "文书", "两委成员", "事业", "", ""}, row("H1", "", "壬", "松坡镇/河西村", "文书")),
	})
	w.must(err)
	var got []string
	for _, l := range r.Lines {
		for _, n := range l.Notes {
			got = append(got, fmt.Sprint(l.Code, " ", l.Place, " ", n.Key, " ", n.Args["turn"], n.Args["choices"]))
		}
	}
	for _, want := range []string{
		"A3 松坡新村 onboard.note.class [account.class.township_staff account.class.village_member] <nil>",
		"A3 松坡新村 onboard.note.category [account.category.civil account.category.institution] <nil>",
		"H1 松坡镇/河西村 onboard.note.is <nil> [account.class.township_staff account.category.civil]",
		"A1 松坡镇 onboard.note.role_only <nil> [account.role.intake]",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("missing %q in %q", want, got)
		}
	}
	if !slices.Contains(said(r.Warnings), "0  onboard.hint.vacated") {
		t.Errorf("%v", said(r.Warnings))
	}
	m, err := w.take(onboard.Input{Kind: onboard.Matters, Data: sheet(lines(matterHeads + "|MZ-1,津贴,民生保障,松坡镇,10,较难")...)})
	w.must(err)
	if n := m.Lines[0].Notes; len(n) != 1 || fmt.Sprint(n[0].Args["days"], n[0].Args["choices"]) != "10 [report.family.livelihood serve.difficulty.3]" {
		t.Errorf("%+v", m.Lines[0])
	}
}

// A plan that waits while a newer sheet is carried out says so; what it would set back is approved by itself.
func TestAnOldPlanDoesNotUndoInSilence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.threeTowns()
	first := roster(row("A1", "", "甲", "松坡镇", "科员"), row("A2", "", "乙", "松坡镇", "科员"))
	old, err := w.take(onboard.Input{Kind: onboard.Roster, Data: first, How: onboard.Stage})
	w.must(err)
	w.clock.Advance(3600e9)
	w.bring(onboard.Roster, roster(row("A1", "", "甲", "松坡镇", "主任"), row("A2", "", "乙", "松坡镇", "科员")))
	v, err := w.door.Plan(t.Context(), system, old.PlanID, onboard.PlanFilter{})
	w.must(err)
	if !slices.Contains(said(v.Hints), "0  onboard.hint.newer") {
		t.Errorf("%v", said(v.Hints))
	}
	if _, err = w.door.Apply(t.Context(), system, onboard.Approval{PlanID: old.PlanID, Undo: true}); fault.Of(err).Key != "onboard.base_changed" {
		t.Fatalf("carried out as it was: %v", err)
	}
	v, err = w.door.Plan(t.Context(), system, old.PlanID, onboard.PlanFilter{})
	w.must(err)
	same(t, said(v.Hints)[1:], []string{"0  onboard.hint.renewed", "0  onboard.hint.undoes"})
	if v.Undoes != 1 || v.Counts[onboard.Changed] != 1 || fmt.Sprint(v.Hints[1].Args["was_new"], "→", v.Hints[1].Args["now_changed"]) != "2→1" {
		t.Errorf("%+v, %+v", v.Counts, v.Hints)
	}
	if _, err = w.door.Apply(t.Context(), system, onboard.Approval{PlanID: old.PlanID}); !fault.Is(err, fault.Invalid) || w.postsOf("A1")[0].Title != "主任" {
		t.Errorf("set back in silence: %v", err)
	}
}
