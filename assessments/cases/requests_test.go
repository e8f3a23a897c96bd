package cases_test

import (
	"errors"
	"testing"
	"time"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// inHand is a case that the handler has acknowledged.
func (w *world) inHand() *models.Case {
	w.t.Helper()
	ctx := w.t.Context()
	c := w.takeIn()
	c = must(w.cases.Dispatch(ctx, w.clerk, c.ID, w.posts[w.handler.ID], c.Version))(w.t)
	return must(w.cases.Acknowledge(ctx, w.handler, c.ID, c.Version))(w.t)
}

// look is the case as somebody sees it.
func (w *world) look(who models.Actor, id string) *cases.View {
	w.t.Helper()
	return must(w.cases.Get(w.t.Context(), who, id))(w.t)
}

// asked puts a request and returns the case with the id of the request.
func (w *world) asked(who models.Actor, c *models.Case, a cases.Ask) (*models.Case, string) {
	w.t.Helper()
	c = must(w.cases.Ask(w.t.Context(), who, c.ID, a, c.Version))(w.t)
	return c, w.look(w.clerk, c.ID).More.Requests[0].ID
}

func isKey(err error, key string) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Key == key
}

func isField(err error, name string) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Kind == fault.Invalid && len(f.Fields) > 0 && f.Fields[0].Name == name
}

func TestTheFirstReceiverIsResponsibleUntilHandOverIsAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.takeIn()
	c = must(w.cases.Dispatch(ctx, w.clerk, c.ID, w.posts[w.handler.ID], c.Version))(t)
	if got := w.look(w.handler, c.ID).More.Responsible; got != w.clerk.Name {
		t.Errorf("before it is acknowledged %q is responsible, want the first receiver", got)
	}
	c = must(w.cases.Acknowledge(ctx, w.handler, c.ID, c.Version))(t)
	if got := w.look(w.handler, c.ID).More.Responsible; got != w.handler.Name {
		t.Errorf("afterwards %q is responsible, want the handler", got)
	}
}

func TestAnObjectionToDispatchIsDecidedByAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ask := cases.Ask{Kind: models.AskDispatch, Note: "不属于本单位职责"}
	c, id := w.asked(w.handler, w.inHand(), ask)
	if c.State != models.CaseInHand || *c.HandlerID != w.handler.ID {
		t.Error("the objection alone changed the case")
	}
	if _, err := w.cases.Ask(ctx, w.handler, c.ID, ask, c.Version); !isKey(err, "serve.ask_open") {
		t.Errorf("asked twice: %v", err)
	}
	if _, err := w.cases.Decide(ctx, w.handler, c.ID, id, true, "同意", c.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the handler decides: %v", err)
	}
	if _, err := w.cases.Decide(ctx, w.stranger, c.ID, id, true, "同意", c.Version); !fault.Is(err, fault.NotFound) {
		t.Errorf("a clerk of another township decides: %v", err)
	}
	if _, err := w.cases.Decide(ctx, w.clerk, c.ID, id, true, " ", c.Version); !isField(err, "decision") {
		t.Errorf("without a reason: %v", err)
	}
	c = must(w.cases.Decide(ctx, w.clerk, c.ID, id, true, "异议成立，改派", c.Version))(t)
	if c.State != models.CaseReceived || c.HandlerID != nil {
		t.Errorf("upheld: state %s, handler %v", c.State, c.HandlerID)
	}
	if _, err := w.cases.Decide(ctx, w.clerk, c.ID, id, false, "再想想", c.Version); !isKey(err, "serve.ask_decided") {
		t.Errorf("decided twice: %v", err)
	}
	c, id = w.asked(w.handler, w.inHand(), ask)
	c = must(w.cases.Decide(ctx, w.supervisor, c.ID, id, false, "属于本单位职责", c.Version))(t)
	if c.State != models.CaseInHand || *c.HandlerID != w.handler.ID {
		t.Error("an objection that is not upheld changed the case")
	}
}

func TestAnExtensionBeyondThePresetGoesToTheLeader(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	leader := w.person("S8", "严领", w.county, models.RoleLeader)
	c, id := w.asked(w.handler, w.inHand(), cases.Ask{Kind: models.AskExtend, Note: "等待鉴定", Days: 5})
	was := c.DueOn
	if was != "2026-07-22" {
		t.Fatalf("due on %s", was)
	}
	if _, err := w.cases.Decide(ctx, leader, c.ID, id, true, "同意", c.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the leader decides what is the supervisor's: %v", err)
	}
	c = must(w.cases.Decide(ctx, w.supervisor, c.ID, id, true, "理由充分", c.Version))(t)
	if c.DueOn != "2026-07-29" {
		t.Errorf("due on %s, want five working days later", c.DueOn)
	}
	// A further one, however short, is the leader's.
	c, id = w.asked(w.handler, c, cases.Ask{Kind: models.AskExtend, Note: "鉴定延后", Days: 1})
	if _, err := w.cases.Decide(ctx, w.supervisor, c.ID, id, true, "同意", c.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the supervisor grants a second one: %v", err)
	}
	waiting := must(w.cases.Requests(ctx, leader, false, 1, 20))(t)
	if waiting.Total != 1 || waiting.Entries[0].ID != id {
		t.Errorf("for the leader wait %+v", waiting)
	}
	if n := must(w.cases.Requests(ctx, w.supervisor, false, 1, 20))(t).Total; n != 0 {
		t.Errorf("for the supervisor wait %d", n)
	}
	c = must(w.cases.Decide(ctx, leader, c.ID, id, true, "同意", c.Version))(t)
	if c.DueOn != "2026-07-30" {
		t.Errorf("due on %s", c.DueOn)
	}
	if _, err := w.cases.Ask(ctx, w.handler, c.ID, cases.Ask{Kind: models.AskExtend, Note: "x", Days: 61}, c.Version); !isField(err, "days") {
		t.Errorf("61 days: %v", err)
	}
}

func TestEscalationLetsTheUnitAboveHandleTheCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	leader := w.person("S8", "严领", w.county, models.RoleLeader)
	countyClerk := w.person("S9", "县受理", w.county, models.RoleIntake)
	c := w.inHand()
	has := func() bool {
		for _, h := range must(w.cases.Handlers(ctx, countyClerk, c.ID, ""))(t).List {
			if h.UnitID == w.county.ID {
				return true
			}
		}
		return false
	}
	if has() {
		t.Fatal("the county can handle it before")
	}
	c, id := w.asked(w.supervisor, c, cases.Ask{Kind: models.AskEscalate, Note: "涉及多个乡镇"})
	if _, err := w.cases.Decide(ctx, w.supervisor, c.ID, id, true, "同意", c.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the supervisor approves his own: %v", err)
	}
	c = must(w.cases.Decide(ctx, leader, c.ID, id, true, "同意提级", c.Version))(t)
	if !c.Escalated || !has() {
		t.Errorf("escalated %v, the county can handle it %v", c.Escalated, has())
	}
}

func TestAnExclusionNeedsASecondPersonApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	above := w.person("S8", "县督", w.county, models.RoleSupervisor)
	ask := cases.Ask{Kind: models.AskExclude, Reason: "litigation", Note: "已进入诉讼，附立案通知书"}
	if _, err := w.cases.Ask(ctx, w.supervisor, w.takeIn().ID, cases.Ask{Kind: models.AskExclude, Note: "x"}, 1); !isField(err, "ground") {
		t.Errorf("without a statutory reason: %v", err)
	}
	c := w.inHand()
	if _, err := w.cases.Ask(ctx, w.handler, c.ID, ask, c.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the handler proposes: %v", err)
	}
	c, id := w.asked(above, c, ask)
	if c.Excluded {
		t.Error("the proposal alone excluded the case")
	}
	if _, err := w.cases.Decide(ctx, above, c.ID, id, true, "同意", c.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the proposer confirms: %v", err)
	}
	// The supervisor of the township has a post there, and the case is the township's.
	if _, err := w.cases.Decide(ctx, w.supervisor, c.ID, id, true, "同意", c.Version); !isKey(err, "serve.ask_unit") {
		t.Errorf("somebody of the handling unit confirms: %v", err)
	}
	second := w.person("S9", "县督二", w.county, models.RoleSupervisor)
	c = must(w.cases.Decide(ctx, second, c.ID, id, true, "材料齐全", c.Version))(t)
	if !c.Excluded || c.ExcludeReason != ask.Note {
		t.Errorf("excluded %v for %q", c.Excluded, c.ExcludeReason)
	}
	// It stays visible, with the count.
	found := must(w.cases.List(ctx, w.supervisor, cases.Filter{Mark: cases.Left}))(t)
	if found.Total != 1 || found.Entries[0].ID != c.ID {
		t.Errorf("excluded cases in the list: %+v", found)
	}
}

func TestTheClockStandsStillWhileACaseIsSuspended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.inHand()
	if _, err := w.cases.Suspend(ctx, w.handler, c.ID, "等待鉴定", c.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the handler suspends: %v", err)
	}
	if _, err := w.cases.Suspend(ctx, w.supervisor, c.ID, "", c.Version); !isField(err, "say") {
		t.Errorf("without a reason: %v", err)
	}
	c = must(w.cases.Suspend(ctx, w.supervisor, c.ID, "等待鉴定", c.Version))(t)
	w.clock.Advance(14 * 24 * time.Hour) // ten working days
	late := must(w.cases.List(ctx, w.supervisor, cases.Filter{Due: cases.Overdue}))(t)
	if late.Total != 0 {
		t.Error("a suspended case is overdue")
	}
	if v := w.look(w.handler, c.ID); v.DaysLeft != 0 {
		t.Errorf("a suspended case has %d days left", v.DaysLeft)
	}
	c = must(w.cases.Resume(ctx, w.supervisor, c.ID, "鉴定完成", c.Version))(t)
	if c.DueOn != "2026-08-05" || c.SuspendedOn != "" {
		t.Errorf("due on %s, want ten working days after 2026-07-22; suspended %q", c.DueOn, c.SuspendedOn)
	}
	if _, err := w.cases.Resume(ctx, w.supervisor, c.ID, "再来", c.Version); !isKey(err, "serve.wrong_state") {
		t.Errorf("resumed twice: %v", err)
	}
}

func TestClosingASuspendedCaseCountsTheClockFairly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.answered()
	c = must(w.cases.Suspend(t.Context(), w.supervisor, c.ID, "等待公示", c.Version))(t)
	w.clock.Advance(14 * 24 * time.Hour)
	c, err := w.cases.Close(t.Context(), w.handler, c.ID, models.Solved, "", c.Version)
	if err != nil || c.DueOn < c.ClosedOn || c.SuspendedOn != "" {
		t.Errorf("closed on %s, due on %s, suspended %q: %v", c.ClosedOn, c.DueOn, c.SuspendedOn, err)
	}
}

func TestASupervisorRemindsAndSupervises(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.inHand()
	c = must(w.cases.Remind(ctx, w.supervisor, c.ID, "请于本周五前答复", c.Version))(t)
	v := w.look(w.handler, c.ID)
	if v.Events[0].Kind != cases.EventReminded || v.Events[0].Resident {
		t.Errorf("the handler reads first %+v", v.Events[0])
	}
	c = must(w.cases.Supervise(ctx, w.supervisor, c.ID, "每周报告进展", c.Version))(t)
	if c.SupervisedOn != "2026-07-15" {
		t.Errorf("supervised on %q", c.SupervisedOn)
	}
	if _, err := w.cases.Supervise(ctx, w.supervisor, c.ID, "再督办", c.Version); !isKey(err, "serve.wrong_state") {
		t.Errorf("supervised twice: %v", err)
	}
	leader := w.person("S8", "严领", w.county, models.RoleLeader)
	if _, err := w.cases.Remind(ctx, leader, c.ID, "快", c.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the leader reminds: %v", err)
	}
	must(w.cases.Instruct(ctx, leader, c.ID, "请妥善办理", c.Version))(t)
}

func TestAPartySeesItsCaseAndTheHandlerClosesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	org := w.unit("夕阳红助老中心", models.SocialOrg, &w.town)
	provider := w.person("S8", "安然", org, models.RoleSocial)
	other := w.person("S9", "他社", w.unit("晨曦社", models.SocialOrg, &w.town), models.RoleSocial)
	c := w.inHand()
	c = must(w.cases.Note(ctx, w.handler, c.ID, "内部：家中困难", false, c.Version))(t)
	if _, err := w.cases.Get(ctx, provider, c.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("before it takes part: %v", err)
	}
	c = must(w.cases.Join(ctx, w.clerk, c.ID, "u:"+org.ID, "上门探访", c.Version))(t)
	c = must(w.cases.Join(ctx, w.clerk, c.ID, "p:"+w.posts[w.villager.ID], "核实住址", c.Version))(t)
	if _, err := w.cases.Join(ctx, w.clerk, c.ID, "u:"+org.ID, "再一次", c.Version); !isKey(err, "serve.party_twice") {
		t.Errorf("the same unit twice: %v", err)
	}
	if _, err := w.cases.Get(ctx, other, c.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("another organization looks: %v", err)
	}
	v := w.look(provider, c.ID)
	if !v.More.Partial || v.Name != "" || v.Phone != "" || len(v.More.Parties) != 1 || !v.More.MayPart {
		t.Errorf("the provider sees %+v, name %q, phone %q", v.More, v.Name, v.Phone)
	}
	for _, e := range v.Events {
		if !e.Resident {
			t.Errorf("the provider reads the internal %s %q", e.Kind, e.Note)
		}
	}
	if v.May != (cases.May{}) {
		t.Errorf("the provider may %+v", v.May)
	}
	if n := must(w.cases.List(ctx, provider, cases.Filter{Mark: cases.Assisting}))(t).Total; n != 1 ||
		must(w.cases.Count(ctx, provider, cases.Filter{Mark: cases.Assisting}))(t) != n {
		t.Errorf("the provider's list has %d", n)
	}
	if err := w.cases.Part(ctx, provider, c.ID, "已上门，老人情况良好。"); err != nil {
		t.Fatal(err)
	}
	if err := w.cases.Part(ctx, w.villager, c.ID, "住址属实。"); err != nil {
		t.Fatal(err)
	}
	if err := w.cases.Part(ctx, w.clerk, c.ID, "我也来"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("who does not assist adds a part: %v", err)
	}
	if n := must(w.cases.List(ctx, provider, cases.Filter{Mark: cases.Assisting}))(t).Total; n != 0 {
		t.Errorf("after its part %d wait", n)
	}
	if _, err := w.cases.Answer(ctx, provider, c.ID, "答复", c.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a provider answers the resident: %v", err)
	}
	// The parts have not made the handler's page stale.
	c = must(w.cases.Answer(ctx, w.handler, c.ID, "已办妥", c.Version))(t)
	if _, err := w.cases.Close(ctx, w.handler, c.ID, models.Solved, "", c.Version); err != nil {
		t.Fatal(err)
	}
	if err := w.cases.Part(ctx, provider, c.ID, "补充"); !isKey(err, "serve.wrong_state") {
		t.Errorf("a part after closing: %v", err)
	}
}

func TestARepeatIsSuggestedByTheHashOfTheNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	first := w.takeIn()
	w.clock.Advance(time.Hour)
	again := w.takeIn()
	v := w.look(w.clerk, again.ID)
	if len(v.More.Earlier) != 1 || v.More.Earlier[0].ID != first.ID || !v.More.Earlier[0].SameMatter {
		t.Fatalf("suggested %+v", v.More.Earlier)
	}
	if n := len(w.look(w.clerk, first.ID).More.Earlier); n != 0 {
		t.Errorf("%d later ones are suggested", n)
	}
	for _, no := range []string{"2601-9999", again.No} {
		if _, err := w.cases.Repeat(ctx, w.clerk, again.ID, no, again.Version); !isField(err, "repeat") {
			t.Errorf("repeat of %s: %v", no, err)
		}
	}
	again = must(w.cases.Repeat(ctx, w.clerk, again.ID, first.No, again.Version))(t)
	if got := w.look(w.clerk, again.ID).More; got.RepeatNo != first.No || len(got.Earlier) != 0 {
		t.Errorf("linked to %q, suggestions %d", got.RepeatNo, len(got.Earlier))
	}
	if _, err := w.cases.Repeat(ctx, w.stranger, again.ID, first.No, again.Version); !fault.Is(err, fault.NotFound) {
		t.Errorf("a stranger links: %v", err)
	}
}

// A request that nobody can decide must not wait in silence.
func TestARequestThatNoLeaderCanDecideIsToldAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	grant := func(id string, role models.Role, at models.Unit) {
		w.put(&models.RoleGrant{
			ID: models.NewID(), PersonID: id, UnitID: at.ID, Role: role, ValidFrom: "2024-01-01", CreatedAt: w.clock.Now(),
		})
	}
	grant(w.supervisor.ID, models.RoleSupervisor, w.town)
	grant(w.stranger.ID, models.RoleSupervisor, w.elsewhere)
	grant(w.stranger.ID, models.RoleLeader, w.elsewhere)
	c, _ := w.asked(w.handler, w.inHand(), cases.Ask{Kind: models.AskExtend, Note: "需要鉴定", Days: 40})
	for id, want := range map[string]int64{w.handler.ID: 1, w.supervisor.ID: 1, w.stranger.ID: 0} {
		if n := w.count(&models.Notice{}, "person_id = ? AND kind = 'case_no_leader'", id); n != want {
			t.Errorf("told %d times, want %d", n, want)
		}
	}
	if !w.look(w.handler, c.ID).More.Requests[0].Leaderless {
		t.Error("the page of the case is silent")
	}
	leader := w.person("L9", "钱领导", w.county, models.RoleLeader)
	grant(leader.ID, models.RoleLeader, w.county)
	if w.look(w.handler, c.ID).More.Requests[0].Leaderless {
		t.Error("a leader of the county is there")
	}
	other, _ := w.asked(w.handler, w.inHand(), cases.Ask{Kind: models.AskExtend, Note: "需要鉴定", Days: 40})
	if other.ID == c.ID || w.count(&models.Notice{}, "kind = 'case_no_leader'") != 2 {
		t.Error("told although a leader is there")
	}
}

func TestNobodyIsOfferedAnExclusionOfHisOwnUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asked(w.clerk, w.inHand(), cases.Ask{Kind: models.AskExclude, Reason: "litigation", Note: "已立案"})
	for want, who := range map[int]models.Actor{
		0: posted(w.supervisor, w.town), 1: posted(w.person("C9", "县督", w.county, models.RoleSupervisor), w.county),
	} {
		if p, err := w.cases.Requests(t.Context(), who, false, 1, 20); err != nil || p.Total != want {
			t.Errorf("%s is offered %d, want %d; %v", who.Name, p.Total, want, err)
		}
	}
}

func TestATelephoneNumberMustBeWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for phone, ok := range map[string]bool{
		"13900003333": true, "1390000333": false, "139000033333": false, "+86 139 0000 3333": true, "8613900003333": true,
		"0871-6412345": true, "087164123456": true, "4008001234": true,
	} {
		_, err := w.cases.Raise(t.Context(), cases.Raising{
			Kind: models.Help, UnitID: w.village.ID, Text: "路灯不亮", Phone: phone, Ticket: w.cases.RaiseTicket(),
		})
		if (err == nil) != ok {
			t.Errorf("%s: %v", phone, err)
		}
	}
}
