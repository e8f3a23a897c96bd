package main

import (
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/config"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

// county is a house with two townships and the people whose work changes hands.
type county struct {
	*house
	now                   *testkit.StillClock
	root, town, elsewhere models.Unit
	village               models.Unit
	sys                   models.Actor
	matter                *models.Matter
	posts                 map[string]string // by staff number
	people                map[string]string
}

func newCounty(t *testing.T) *county {
	t.Helper()
	c := &county{now: testkit.Clock(t), posts: map[string]string{}, people: map[string]string{}}
	h, err := open(t.Context(), config.Store{Data: t.TempDir(), Database: testkit.Migrated(t)}, "http://localhost", c.now.Now,
		slog.New(slog.NewTextHandler(io.Discard, nil)))
	must(t, err)
	t.Cleanup(func() { _ = h.db.Close() })
	c.house = h
	admin := func(no string) accounts.Administrator {
		return accounts.Administrator{StaffNo: no, Name: "管理员", Password: "three-people-of-the-house"}
	}
	ctx, who := t.Context(), system("test")
	must(t, h.accounts.Setup(ctx, models.Actor{}, accounts.SetupInput{
		OnePassword: true,
		Code:        h.accounts.OpenSetup(), UnitName: "青禾县", UnitKind: models.County, SiteName: "青禾", Organizer: "县委组织部",
		Phone: "12345", System: admin("SYS1"), Security: admin("SEC1"), Audit: admin("AUD1"),
	}))
	c.root, err = h.accounts.UnitByName(ctx, who, "青禾县")
	must(t, err)
	c.town, c.elsewhere = c.unit(t, c.root, "柳溪镇"), c.unit(t, c.root, "青山镇")
	c.village = c.unit(t, c.town, "石桥村")
	for no, at := range map[string]models.Unit{
		"A1": c.town, "A2": c.town, "A3": c.village, "B1": c.elsewhere, "K1": c.town, "S1": c.town, "S2": c.elsewhere,
	} {
		c.person(t, no, at)
	}
	for no, role := range map[string]models.Role{"K1": models.RoleIntake, "S1": models.RoleSupervisor} {
		c.grant(t, no, role, c.town)
	}
	c.grant(t, "S2", models.RoleSupervisor, c.elsewhere)
	c.sys = c.actor(t, "SYS1")
	c.matter, err = h.cases.AddMatter(ctx, who, cases.MatterInput{
		Code: "ms-001", Name: "高龄津贴申请", Family: models.Livelihood, UnitID: c.town.ID, Days: 5, Difficulty: 2,
	})
	must(t, err)
	return c
}

func (c *county) unit(t *testing.T, parent models.Unit, name string) models.Unit {
	t.Helper()
	u, err := c.accounts.CreateUnit(t.Context(), system("test"), accounts.UnitInput{
		ParentID: parent.ID, Name: name, Kind: models.Township,
	})
	must(t, err)
	return u
}

func postAt(at models.Unit, from models.Date) accounts.PostInput {
	return accounts.PostInput{
		UnitID: at.ID, Title: "科员", Class: "township_staff", Category: models.CivilServant, From: from,
	}
}

func (c *county) person(t *testing.T, no string, at models.Unit) {
	t.Helper()
	in := postAt(at, "2025-01-01")
	made, err := c.accounts.Enrol(t.Context(), system("test"), []accounts.PersonInput{{StaffNo: no, Name: "周晓岚", Post: &in}})
	must(t, err)
	c.people[no] = made[0].ID
	v, err := c.accounts.Person(t.Context(), system("test"), made[0].ID)
	must(t, err)
	c.posts[no] = v.Posts[0].ID
}

func (c *county) grant(t *testing.T, no string, role models.Role, at models.Unit) {
	t.Helper()
	_, err := c.accounts.Grant(t.Context(), system("test"), accounts.GrantInput{StaffNo: no, UnitID: at.ID, Role: role})
	must(t, err)
}

// actor is a person with the roles of today.
func (c *county) actor(t *testing.T, no string) models.Actor {
	t.Helper()
	p, err := c.accounts.PersonByLogin(t.Context(), system("test"), no)
	must(t, err)
	var a models.Actor
	must(t, db.View(t.Context(), c.db, func(tx *gorm.DB) (err error) {
		a, err = accounts.ActorTx(tx, c.now.Now(), p.ID)
		return err
	}))
	return a
}

// given is a case in hand of somebody.
func (c *county) given(t *testing.T, no string) *models.Case {
	t.Helper()
	ctx, clerk := t.Context(), c.actor(t, "K1")
	x, err := c.cases.TakeIn(ctx, clerk, cases.Intake{
		MatterID: c.matter.ID, Kind: models.Help, Channel: models.Window, Title: "申请高龄津贴", Detail: "八十二岁",
	})
	must(t, err)
	x, err = c.cases.Dispatch(ctx, clerk, x.ID, c.posts[no], x.Version)
	must(t, err)
	x, err = c.cases.Acknowledge(ctx, c.actor(t, no), x.ID, x.Version)
	must(t, err)
	return x
}

// seen is a case as the clerk's page shows it.
func (c *county) seen(t *testing.T, id string) *cases.View {
	t.Helper()
	v, err := c.cases.Get(t.Context(), c.actor(t, "K1"), id)
	must(t, err)
	return v
}

// adrift lists the numbers of what has nobody, as somebody sees it.
func (c *county) adrift(t *testing.T, no string) []string {
	t.Helper()
	d, err := c.accounts.Adrift(t.Context(), c.actor(t, no))
	must(t, err)
	var out []string
	for _, it := range d.Items {
		out = append(out, it.No)
	}
	return out
}

func (c *county) ends(t *testing.T, no string, last models.Date, receiver string) {
	t.Helper()
	_, err := c.accounts.EndPost(t.Context(), c.sys, c.people[no], accounts.EndInput{
		PostID: c.posts[no], Last: last, Reason: models.LeftPost, Receiver: receiver,
	})
	must(t, err)
}

// Ending a post that is over gives the open work to the receiver at once, with its deadline, and the case says so.
func TestOpenCasesGoToTheReceiver(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	inHand, answered := c.given(t, "A1"), c.given(t, "A1")
	_, err := c.cases.Answer(t.Context(), c.actor(t, "A1"), answered.ID, "已经办妥。", answered.Version)
	must(t, err)
	c.ends(t, "A1", "2026-07-14", c.posts["A3"])
	for id, want := range map[string]models.CaseState{
		inHand.ID: models.CaseDispatched, answered.ID: models.CaseAnswered,
	} {
		v := c.seen(t, id)
		x := v.Case
		if x.State != want || *x.HandlerID != c.people["A3"] || *x.HandlerPostID != c.posts["A3"] ||
			x.UnitID != c.village.ID || x.DueOn != inHand.DueOn {
			t.Errorf("case %s: %+v", x.No, x)
		}
		if e := v.Events[0]; e.Kind != cases.EventHandedOver || e.Note != "周晓岚 → 周晓岚 · 石桥村" || e.Resident {
			t.Errorf("history says %+v", e)
		}
	}
	if left := c.adrift(t, "S1"); len(left) != 0 {
		t.Errorf("left over: %v", left)
	}
}

// All that are chosen change hands, or none; the receiver serves where the work belongs and is somebody else.
func TestHandingOverIsAllOrNothing(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	one, two := c.given(t, "A1"), c.given(t, "A1")
	give := func(to1, to2 string) error {
		_, err := c.accounts.HandOver(t.Context(), c.sys, c.people["A1"], []accounts.Choice{
			{Key: "case:" + one.ID, Post: to1}, {Key: "case:" + two.ID, Post: to2},
		})
		return err
	}
	for name, bad := range map[string]string{
		"the person himself": c.posts["A1"], "another township": c.posts["B1"], "nobody's post": models.NewID(),
	} {
		f := fault.Of(give(c.posts["A2"], bad))
		if len(f.Fields) != 1 || f.Fields[0].Name != "case:"+two.ID || f.Fields[0].Key != "work.receiver_elsewhere" {
			t.Errorf("%s: %v", name, f)
		}
	}
	if h := c.seen(t, one.ID).Case.HandlerID; *h != c.people["A1"] {
		t.Error("half of a refused handing over was kept")
	}
	if f := fault.Of(give("", "")); len(f.Fields) != 1 || f.Fields[0].Name != "receiver" {
		t.Errorf("nobody chosen: %v", f)
	}
	must(t, give(c.posts["A2"], c.posts["A3"]))
	if f := fault.Of(give(c.posts["A2"], "")); len(f.Fields) != 1 || f.Fields[0].Key != "work.moved_on" {
		t.Errorf("handed over twice: %v", f)
	}
	d, err := c.accounts.WorkOf(t.Context(), c.sys, c.people["A1"])
	must(t, err)
	if len(d.Items) != 0 || len(d.Plans) != 2 || d.Plans[0].Items != 1 || d.Plans[0].DoneAt == nil {
		t.Errorf("afterwards %d items, %+v", len(d.Items), d.Plans)
	}
}

// What has no receiver stays in the list of the unit's supervisor until somebody takes it, and in no other unit's.
func TestWorkWithoutAReceiverWaitsInTheUnit(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	x := c.given(t, "A1")
	if got := c.adrift(t, "S1"); len(got) != 0 {
		t.Errorf("before: %v", got)
	}
	c.ends(t, "A1", "2026-07-14", "")
	if got := c.adrift(t, "S1"); !slices.Equal(got, []string{x.No}) {
		t.Errorf("the supervisor sees %v", got)
	}
	if got := c.adrift(t, "SYS1"); !slices.Equal(got, []string{x.No}) {
		t.Errorf("the administrator sees %v", got)
	}
	d, err := c.accounts.Adrift(t.Context(), c.sys)
	must(t, err)
	for _, r := range d.Receivers { // two villages may bear one name
		if strings.Count(r.UnitPath, "/") > 2 && r.Above == "" {
			t.Errorf("%s of %s stands without the unit above", r.Name, r.Unit)
		}
	}
	if len(d.Receivers) == 0 {
		t.Error("nobody could take it")
	}
	if got := c.adrift(t, "S2"); len(got) != 0 {
		t.Errorf("another township sees %v", got)
	}
	if _, err := c.accounts.Adrift(t.Context(), c.actor(t, "A2")); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a cadre: %v", err)
	}
	to := []accounts.Choice{{Key: "case:" + x.ID, Post: c.posts["A2"]}}
	_, err = c.accounts.HandOver(t.Context(), c.actor(t, "S2"), "", to)
	if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Key != "work.moved_on" {
		t.Errorf("another township hands over: %v", err)
	}
	_, err = c.accounts.HandOver(t.Context(), c.actor(t, "S1"), "", to)
	must(t, err)
	if got := c.adrift(t, "S1"); len(got) != 0 || *c.seen(t, x.ID).Case.HandlerID != c.people["A2"] {
		t.Errorf("afterwards %v", got)
	}
}

// Whoever moves within the unit goes on with his cases, in the new post.
func TestWorkStaysWithWhoMovesWithinTheUnit(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	x := c.given(t, "A1")
	made, _, err := c.accounts.Transfer(t.Context(), c.sys, c.people["A1"], accounts.TransferInput{
		PostID: c.posts["A1"], Last: "2026-07-14", Post: postAt(c.town, ""),
	})
	must(t, err)
	if got := c.seen(t, x.ID).Case; *got.HandlerPostID != made.ID || got.State != models.CaseInHand {
		t.Errorf("the case is in post %s, %s", *got.HandlerPostID, got.State)
	}
}

// What is to end later ends on its day, once, however often the job runs.
func TestEndingsInTheFutureComeOnTheirDay(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	x := c.given(t, "A1")
	lend := postAt(c.root, "")
	lend.Kind, lend.To = models.OnLoan, "2026-07-31"
	_, err := c.accounts.Lend(t.Context(), c.sys, c.people["A1"], lend)
	must(t, err)
	c.grant(t, "A1", models.RoleTrainer, c.root)
	_, err = c.accounts.Leave(t.Context(), c.sys, c.people["A2"], accounts.LeaveInput{
		Last: "2026-07-31", Reason: models.Retired,
	})
	must(t, err)
	c.ends(t, "A1", "2026-07-31", c.posts["A3"])
	run := func(want string) {
		t.Helper()
		got, err := c.accounts.EndDue(t.Context(), system("end-terms"))
		if err != nil || got != want {
			t.Errorf("on %s: %s, %v; want %s", models.DateOf(c.now.Now()), got, err, want)
		}
	}
	c.now.Set(models.Date("2026-07-31").Start())
	run("posts=0 roles=0 items=0 logins=0")
	if *c.seen(t, x.ID).Case.HandlerID != c.people["A1"] {
		t.Error("the case changed hands before the last day was over")
	}
	c.now.Set(models.Date("2026-08-01").Start())
	run("posts=1 roles=1 items=1 logins=1")
	run("posts=0 roles=0 items=0 logins=0")
	if *c.seen(t, x.ID).Case.HandlerID != c.people["A3"] {
		t.Error("the case did not change hands")
	}
	v, err := c.accounts.Person(t.Context(), system("test"), c.people["A1"])
	must(t, err)
	if v.Posts[0].EndReason != models.TermOver || v.Grants[0].ValidTo != "2026-07-31" {
		t.Errorf("the loan ended as %q, its role on %s", v.Posts[0].EndReason, v.Grants[0].ValidTo)
	}
	if v, err = c.accounts.Person(t.Context(), system("test"), c.people["A2"]); err != nil || v.DisabledAt == nil {
		t.Errorf("the login of who retired is open, %v", err)
	}
	// A role granted at that unit later on was granted all the same.
	c.grant(t, "A1", models.RoleTrainer, c.root)
	run("posts=0 roles=0 items=0 logins=0")
}

// Work of the assessment goes with a role: it is shown while only the one who leaves could do it, and names no
// receiver.
func TestWorkThatGoesWithARoleIsShown(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	c.grant(t, "A1", models.RoleOfficer, c.town)
	var scheme models.Scheme
	must(t, db.Tx(t.Context(), c.db, func(tx *gorm.DB) error {
		if err := tx.Take(&scheme).Error; err != nil {
			return err
		}
		return tx.Create(&models.Period{
			ID: models.NewID(), Code: "2026-1", Title: "上半年", Kind: models.Routine, SchemeID: scheme.ID, UnitID: c.town.ID,
			SpanFrom: "2026-01-01", SpanTo: "2026-06-30", CutoffOn: "2026-07-10", State: models.PeriodOpen, Version: 1,
			CreatedAt: c.now.Now(),
		}).Error
	}))
	only := func(no string) int {
		d, err := c.accounts.WorkOf(t.Context(), c.sys, c.people[no])
		must(t, err)
		for _, it := range d.Items {
			if !it.ByRole() || it.No != "2026-1" {
				t.Errorf("listed %+v", it)
			}
		}
		return len(d.Items)
	}
	if only("A1") != 1 || only("A2") != 0 {
		t.Error("the only officer's work is not his alone")
	}
	c.ends(t, "A1", "2026-07-14", c.posts["A2"])
	c.now.Set(models.Date("2026-07-16").Start())
	if got := c.adrift(t, "S1"); !slices.Equal(got, []string{"2026-1"}) {
		t.Errorf("nobody's work: %v", got)
	}
	c.grant(t, "A2", models.RoleOfficer, c.town)
	if got := c.adrift(t, "S1"); len(got) != 0 {
		t.Errorf("with a new officer: %v", got)
	}
}

// Merging a unit moves its open cases and its entries of the duty list; what is closed keeps the unit as it was.
func TestOpenCasesGoOnInTheMergedUnit(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	open, closed := c.given(t, "A1"), c.given(t, "A1")
	ctx, handler := t.Context(), c.actor(t, "A1")
	closed, err := c.cases.Answer(ctx, handler, closed.ID, "已经办妥。", closed.Version)
	must(t, err)
	_, err = c.cases.Close(ctx, handler, closed.ID, models.Solved, "", closed.Version)
	must(t, err)
	c.now.Set(models.Date("2026-08-01").Start())
	m, err := c.accounts.PreviewMerge(ctx, c.sys, c.town.ID, accounts.MergeInput{IntoID: c.elsewhere.ID})
	must(t, err)
	if want := []accounts.Held{{Kind: "case", N: 1}, {Kind: "matter", N: 1}}; !slices.Equal(m.Held, want) {
		t.Errorf("the preview says %+v", m.Held)
	}
	must(t, c.accounts.MergeUnit(ctx, c.sys, c.town.ID, accounts.MergeInput{Version: 1, IntoID: c.elsewhere.ID}))
	v, err := c.accounts.Person(ctx, system("test"), c.people["A1"])
	must(t, err)
	get := func(id string) *cases.View {
		out, err := c.cases.Get(ctx, system("test"), id)
		must(t, err)
		return out
	}
	x := get(open.ID)
	if x.Case.UnitID != c.elsewhere.ID || *x.Case.HandlerPostID != v.Posts[0].ID || x.Case.State != models.CaseInHand ||
		x.Events[0].Kind != cases.EventUnitMerged {
		t.Errorf("the open case: %+v, %+v", x.Case, x.Events[0])
	}
	if x := get(closed.ID).Case; x.UnitID != c.town.ID || *x.HandlerPostID != c.posts["A1"] {
		t.Errorf("the closed case lies at %s in post %s", x.UnitID, *x.HandlerPostID)
	}
	if got := c.adrift(t, "S2"); len(got) != 0 {
		t.Errorf("left without anybody: %v", got)
	}
	must(t, db.View(ctx, c.db, func(tx *gorm.DB) error { return tx.Take(c.matter, "id = ?", c.matter.ID).Error }))
	if c.matter.UnitID != c.elsewhere.ID {
		t.Error("the entry of the duty list stayed behind")
	}
}

// What somebody was asked to do in another's case changes hands, too, within the unit that was asked.
func TestAssistingChangesHands(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	c.person(t, "A4", c.village)
	x := c.given(t, "A1")
	_, err := c.cases.Join(t.Context(), c.actor(t, "K1"), x.ID, "p:"+c.posts["A3"], "上门核实", x.Version)
	must(t, err)
	c.ends(t, "A3", "2026-07-14", "")
	d, err := c.accounts.Adrift(t.Context(), c.actor(t, "S1"))
	must(t, err)
	if len(d.Items) != 1 || d.Items[0].Kind != "part" || d.Items[0].Unit != "石桥村" {
		t.Fatalf("adrift: %+v", d.Items)
	}
	give := func(post string) error {
		_, err := c.accounts.HandOver(t.Context(), c.actor(t, "S1"), "", []accounts.Choice{{Key: d.Items[0].Key(), Post: post}})
		return err
	}
	if f := fault.Of(give(c.posts["A2"])); len(f.Fields) != 1 || f.Fields[0].Key != "work.receiver_elsewhere" {
		t.Errorf("to another unit than was asked: %v", f)
	}
	must(t, give(c.posts["A4"]))
	if got := c.adrift(t, "S1"); len(got) != 0 {
		t.Errorf("afterwards %v", got)
	}
	if e := c.seen(t, x.ID).Events[0]; e.Kind != cases.EventHandedOver {
		t.Errorf("history says %+v", e)
	}
}

// hide keeps a case from a person, as a complaint about him is.
func (c *county) hide(t *testing.T, caseID, from string) {
	t.Helper()
	must(t, db.Tx(t.Context(), c.db, func(tx *gorm.DB) error {
		return tx.Create(&models.CaseHidden{CaseID: caseID, FromID: from}).Error
	}))
}

// A complaint about a supervisor does not come to him by the list of what is to be handed over, and nobody whom it is
// about takes a part in it.
func TestNothingHiddenIsHandedOver(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	c.person(t, "A4", c.village)
	x := c.given(t, "A1")
	_, err := c.cases.Join(t.Context(), c.actor(t, "K1"), x.ID, "p:"+c.posts["A3"], "上门核实", x.Version)
	must(t, err)
	c.ends(t, "A1", "2026-07-14", "")
	c.ends(t, "A3", "2026-07-14", "")
	if got := c.adrift(t, "S1"); len(got) != 2 {
		t.Fatalf("adrift before it is hidden: %v", got)
	}
	d, err := c.accounts.Adrift(t.Context(), c.actor(t, "S1"))
	must(t, err)
	part := d.Items[slices.IndexFunc(d.Items, func(i accounts.WorkItem) bool { return i.Kind == "part" })].Key()
	c.hide(t, x.ID, c.people["A4"])
	_, err = c.accounts.HandOver(t.Context(), c.actor(t, "S1"), "", []accounts.Choice{{Key: part, Post: c.posts["A4"]}})
	if f := fault.Of(err); f.Key != "serve.hidden_taker" {
		t.Errorf("to whom it is about: %v", err)
	}
	c.hide(t, x.ID, c.people["S1"])
	if got := c.adrift(t, "S1"); len(got) != 0 {
		t.Errorf("the supervisor is shown the complaint about him: %v", got)
	}
	d, err = c.accounts.Adrift(t.Context(), c.sys)
	if err != nil || len(d.Items) != 2 {
		t.Errorf("nobody else hands it over: %+v, %v", d.Items, err)
	}
}
