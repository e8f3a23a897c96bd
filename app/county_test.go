package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/config"
	"shanzhi/app/onboard"
	"shanzhi/app/web/webtest"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/sheet"
	"shanzhi/models/testkit"
	"shanzhi/templates/ui/uicheck"
)

// countySheets is a made-up county in spreadsheets: 3 townships, 12 villages, 60 people, 20 matters and the holidays of a year.
func countySheets(t *testing.T) map[onboard.Kind][]byte {
	t.Helper()
	towns := []string{"松坡镇", "清泉镇", "高岭乡"}
	units := [][]any{}
	people := [][]any{}
	for i, town := range towns {
		for v := range 4 {
			village := fmt.Sprintf("%s%d组村", town[:6], v+1)
			units = append(units, []any{"", village, "村", town}) // before the township itself
			for p := range 3 {
				no := any(fmt.Sprintf("YL%d%d%d", i, v, p))
				people = append(people, []any{no, "", "张伟", "", village, "委员", "村（社区）“两委”成员", "村（社区）干部", town, "2025-01-01"})
			}
		}
		for p := range 8 {
			people = append(people, []any{
				fmt.Sprintf("YL%dT%d", i, p), "", "王𬭁", fmt.Sprintf("1391234%d%03d", i, p), town, "科员", "乡镇（街道）工作人员", "公务员", "云岭县",
				"2025-01-01",
			})
		}
	}
	for _, town := range towns {
		units = append(units, []any{"", town, "乡镇", ""})
	}
	matters := [][]any{}
	for i := range 20 {
		matters = append(matters, []any{fmt.Sprintf("YL-%03d", i), fmt.Sprintf("事项%d", i), "民生保障", towns[i%3], 5 + i, "一般"})
	}
	return map[onboard.Kind][]byte{
		onboard.Units:   workbook(t, []string{"统一社会信用代码", "单位名称", "单位类别", "上级单位"}, units),
		onboard.Matters: workbook(t, []string{"事项编码", "事项名称", "事项大类", "责任单位", "办理时限（工作日）", "难度"}, matters),
		onboard.Roster: workbook(t, []string{
			"工号", "居民身份证号", "姓名", "手机号码", "所属单位", "职务", "岗位类别", "人员类别", "干部管理权限", "任职日期",
		}, people),
		onboard.Posts: workbook(t, []string{"工号", "姓名", "任职方式", "所属单位", "职务", "岗位类别", "人员类别", "截止日期"}, [][]any{
			{"YL0T0", "王𬭁", "借调", "云岭县", "办公室工作人员", "县直部门工作人员", "公务员", "2099-12-31"},
		}),
		onboard.Holidays: workbook(t, []string{"日期", "类型", "节日名称"}, [][]any{
			{"2040-01-02", "放假", "元旦"}, {"2040-01-07", "上班", ""},
		}),
	}
}

func workbook(t *testing.T, heads []string, rows [][]any) []byte {
	t.Helper()
	cols := make([]sheet.Col, len(heads))
	for i, h := range heads {
		cols[i].Head = h
	}
	var b bytes.Buffer
	must(t, sheet.WriteXLSX(&b, cols, func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}))
	return b.Bytes()
}

const countyPassword = "Yunling-2026-first"

// A second county comes in from spreadsheets by the command line alone; the next sheet waits to be approved.
func TestACountyComesInByCommand(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	dir := t.TempDir()
	h := rewired(t, config.Store{Data: dir}, clock.Wall())
	ctx := t.Context()
	must(t, h.accounts.Setup(ctx, models.Actor{}, accounts.SetupInput{
		OnePassword: true,
		Code:        h.accounts.OpenSetup(), UnitName: "云岭县", UnitKind: models.County, SiteName: "云岭县干部学习与服务评价",
		Organizer: "中共云岭县委组织部", Phone: "0871-7654321",
		System:   accounts.Administrator{StaffNo: "SYS1", Name: "何静", Password: countyPassword},
		Security: accounts.Administrator{StaffNo: "SEC1", Name: "刘安", Password: countyPassword},
		Audit:    accounts.Administrator{StaffNo: "AUD1", Name: "沈计", Password: countyPassword},
	}))
	bring := func(kind onboard.Kind, data []byte, args ...string) (code int, out map[string]any, complaint string) {
		file := filepath.Join(dir, string(kind)+".xlsx")
		must(t, os.WriteFile(file, data, 0o600))
		code, text, complaint := command(t, append([]string{"import", string(kind), file, "--json", "--data", dir}, args...)...)
		if code != codeUsage {
			must(t, json.Unmarshal([]byte(text), &out))
		}
		return code, out, complaint
	}
	sheets := countySheets(t)
	if code, out, _ := bring(onboard.Roster, sheets[onboard.Roster]); code != codeFault || len(out["errors"].([]any)) == 0 {
		t.Errorf("people before units: exit %d, %v", code, out)
	}
	for kind, want := range map[onboard.Kind]float64{onboard.Units: 15, onboard.Holidays: 2} {
		if code, out, why := bring(kind, sheets[kind], "--dry-run"); code != 0 || out["new"] != want || out["applied"] != false {
			t.Errorf("dry run of %s: exit %d, %v, %s", kind, code, out, why)
		}
	}
	for _, kind := range onboard.Kinds() {
		want := map[onboard.Kind]float64{
			onboard.Units: 15, onboard.Matters: 20, onboard.Roster: 60, onboard.Posts: 1, onboard.Holidays: 2,
		}[kind]
		for _, again := range []bool{false, true} {
			code, out, why := bring(kind, sheets[kind])
			new, same := want, 0.0
			if again {
				new, same = 0, want
			}
			if code != 0 || out["new"] != new || out["skipped"] != same || out["applied"] != true {
				t.Errorf("%s: exit %d, %v, %s", kind, code, out, why)
			}
		}
	}
	one := []any{"YL0T0", "", "王𬭁", "", "清泉镇", "副镇长", "乡镇（街道）领导班子成员", "党政领导干部", "云岭县", ""}
	heads := []string{"工号", "居民身份证号", "姓名", "手机号码", "所属单位", "职务", "岗位类别", "人员类别", "干部管理权限", "任职日期"}
	code, out, why := bring(onboard.Roster, workbook(t, heads, [][]any{one}))
	if code != 0 || out["moved"] != 1.0 || out["applied"] != false || out["plan"] == "" {
		t.Fatalf("exit %d, %v, %s", code, out, why)
	}
	if code, text, why := command(t, "import", "approve", out["plan"].(string), "--data", dir); code != 0 || text == "" {
		t.Errorf("approve: exit %d, %s", code, why)
	}
	if code, _, _ := command(t, "import", "approve", out["plan"].(string), "--data", dir); code != codeFault {
		t.Errorf("approved twice: exit %d", code)
	}
	o, err := h.onboard.Overview(ctx, system("test"))
	must(t, err)
	if o.Units != 16 || o.People != 60 || o.Matters != 20 || o.Further != 1 || o.Waiting != 60 {
		t.Errorf("%+v", o)
	}
	must(t, h.calendar(ctx))
	if got := h.onboard.KnownYears(2040); len(got) != 1 {
		t.Error("the running server does not know the holidays that the command brought")
	}
	for _, kind := range onboard.Kinds() {
		to := filepath.Join(dir, "t.xlsx")
		if code, _, why := command(t, "import", "template", string(kind), "--out", to); code != 0 {
			t.Errorf("template of %s: %s", kind, why)
		}
	}
}

// The same county comes in by the pages alone, from the first set-up to the guide that misses nothing.
func TestACountyComesInByPages(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	h := rewired(t, config.Store{Data: t.TempDir()}, clock.Wall())
	runner, err := newRunner(h)
	must(t, err)
	app, err := newApp(h, config.Server{Listen: "127.0.0.1:0"}, runner)
	must(t, err)
	c := webtest.New(t, app)
	c.Get("/setup").Want(200)
	c.Post("/setup", url.Values{
		"code": {h.accounts.OpenSetup()}, "unit_name": {"云岭县"}, "unit_kind": {"county"}, "site_name": {"云岭县干部学习与服务评价"},
		"organizer": {"中共云岭县委组织部"}, "phone": {"0871-7654321"}, "filing": {"滇ICP备00000000号"},
		"sys_staff_no": {"SYS1"}, "sys_name": {"何静"}, "sys_password": {countyPassword},
		"sec_staff_no": {"SEC1"}, "sec_name": {"刘安"}, "sec_password": {countyPassword + "-b"},
		"aud_staff_no": {"AUD1"}, "aud_name": {"沈计"}, "aud_password": {countyPassword + "-c"},
	}).Want(303)
	sys, sec := begin(t, webtest.New(t, app), "SYS1", ""), begin(t, webtest.New(t, app), "SEC1", "-b")
	guide := sys.Get("/admin/onboarding").Want(200)
	uicheck.Page(t, guide.Body)
	for _, want := range []string{"还没有导入单位", "还没有事项", "没有审核人"} {
		if !strings.Contains(guide.Text(), want) {
			t.Errorf("the guide of an empty county does not say %q", want)
		}
	}
	for _, kind := range onboard.Kinds() {
		at := "/admin/onboarding/" + string(kind)
		sys.Get(at).Want(200)
		p := sys.PostFile(at, nil, "file", string(kind)+".xlsx", countySheets(t)[kind])
		uicheck.Page(t, sys.Follow(p).Want(200).Body)
		if done := sys.Follow(sys.Post(p.Location()+"/apply", nil)); !strings.Contains(done.Text(), "已经导入") {
			t.Errorf("%s: %s", kind, done.Text())
		}
	}
	units, err := h.accounts.Units(t.Context(), system("test"))
	must(t, err)
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error { // reviewer and releaser have begun
		return tx.Exec(`UPDATE persons SET must_change = ?, password_hash = 'x' WHERE staff_no IN ?`, false,
			[]string{"YL0T4", "YL0T5"}).Error
	}))
	for no, role := range map[string]string{
		"YL0T1": "intake", "YL0T2": "supervisor", "YL0T3": "officer", "YL0T4": "reviewer", "YL0T5": "releaser", "YL0T6": "interviewer",
	} {
		sec.Get("/admin/roles/new").Want(200)
		sec.Post("/admin/roles", url.Values{"staff_no": {no}, "role": {role}, "unit": {units[0].ID}, "sure": {"1"}}).Want(303)
	}
	guide = sys.Get("/admin/onboarding").Want(200)
	uicheck.Page(t, guide.Body)
	for _, gone := range []string{"还没有导入", "没有受理员", "没有审核人", "没有人员"} {
		if strings.Contains(guide.Text(), gone) {
			t.Errorf("the guide still misses %q: %s", gone, guide.Text())
		}
	}
	if !strings.Contains(guide.Text(), "58 人尚未开通") {
		t.Errorf("the guide does not say who has not begun: %s", guide.Text())
	}
	guide.Has("a[href]", "/admin/slips")
	sys.Get("/admin/slips").Want(200)
	if slips := sys.Post("/admin/slips", url.Values{"unit": {units[0].ID}}).Want(200); strings.Count(slips.Text(), "YL0T") != 6 {
		t.Errorf("the slips of the county do not name its people: %s", slips.Text())
	}
}

// begin signs an administrator in for the first time and gives him a password of his own.
func begin(t *testing.T, c *webtest.Client, staffNo, end string) *webtest.Client {
	t.Helper()
	c.Get("/login").Want(200)
	c.Post("/login", url.Values{"login": {staffNo}, "password": {countyPassword + end}}).Want(303)
	c.Get("/password").Want(200)
	c.Post("/password", url.Values{
		"old": {countyPassword + end}, "new": {countyPassword + "-own"}, "again": {countyPassword + "-own"},
	}).Want(303)
	return c
}

// Whoever leaves by a sheet leaves no case behind unseen: it waits in the list of work to be handed over.
func TestWhoLeavesByASheetLeavesHisCasesToBeHandedOver(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	now := testkit.Clock(t)
	h := rewired(t, config.Store{Data: t.TempDir()}, now.Now)
	ctx, who := t.Context(), system("test")
	must(t, h.accounts.Setup(ctx, models.Actor{}, accounts.SetupInput{
		OnePassword: true,
		Code:        h.accounts.OpenSetup(), UnitName: "云岭县", UnitKind: models.County, SiteName: "云岭县干部学习与服务评价",
		Organizer: "中共云岭县委组织部", Phone: "0871-7654321",
		System:   accounts.Administrator{StaffNo: "SYS1", Name: "何静", Password: countyPassword},
		Security: accounts.Administrator{StaffNo: "SEC1", Name: "刘安", Password: countyPassword},
		Audit:    accounts.Administrator{StaffNo: "AUD1", Name: "沈计", Password: countyPassword},
	}))
	sheets := countySheets(t)
	for _, kind := range onboard.Kinds() {
		r, err := h.onboard.Take(ctx, who, onboard.Input{Kind: kind, Name: "a.xlsx", Data: sheets[kind], How: onboard.KeepAll})
		if err != nil || !r.Applied {
			t.Fatalf("%s: %v, %+v", kind, err, r.Errors)
		}
	}
	_, err := h.cases.Import(ctx, who, "办件.csv", []byte("办件编号,事项编码,单位,承办人工号,受理渠道,受理日期\n"+
		"V1,YL-000,松坡镇,YL0T3,窗口,2026-07-14\n"), false)
	must(t, err)
	town, err := h.accounts.UnitByName(ctx, who, "松坡镇")
	must(t, err)
	heads := []string{"工号", "姓名", "所属单位", "职务", "岗位类别", "人员类别"}
	rest := workbook(t, heads, [][]any{{"YL0T0", "王𬭁", "松坡镇", "科员", "乡镇（街道）工作人员", "公务员"}})
	r, err := h.onboard.Take(ctx, who, onboard.Input{
		Kind: onboard.Roster, Name: "b.xlsx", Data: rest, ScopeID: town.ID, LeaveRest: true, How: onboard.Stage,
	})
	must(t, err)
	if r.Counts[onboard.Left] != 19 {
		t.Fatalf("%+v", r)
	}
	_, err = h.onboard.Apply(ctx, who, onboard.Approval{PlanID: r.PlanID})
	must(t, err)
	now.Advance(24 * time.Hour)
	desk, err := h.accounts.Adrift(ctx, who)
	must(t, err)
	if len(desk.Items) != 1 || desk.Items[0].Person != "王𬭁" {
		t.Errorf("work to be handed over: %+v", desk.Items)
	}
}
