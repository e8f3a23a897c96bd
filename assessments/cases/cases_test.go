package cases_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

func TestACaseFromWindowToClosing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.takeIn()
	if c.No != "2607-0001" || c.DueOn != "2026-07-22" || c.State != models.CaseReceived || c.UnitID != w.town.ID {
		t.Fatalf("taken in as %s, due %s, %s, unit %s", c.No, c.DueOn, c.State, c.UnitID)
	}
	c = must(w.cases.Dispatch(ctx, w.clerk, c.ID, w.posts[w.villager.ID], c.Version))(t)
	if c.UnitID != w.village.ID || *c.HandlerID != w.villager.ID || *c.IntakeID != w.clerk.ID {
		t.Errorf("a case counts for its handler's unit and keeps its first receiver: %+v", c)
	}
	c = must(w.cases.Acknowledge(ctx, w.villager, c.ID, c.Version))(t)
	c = must(w.cases.Note(ctx, w.villager, c.ID, "已入户核实", true, c.Version))(t)
	c = must(w.cases.Note(ctx, w.supervisor, c.ID, "请抓紧", false, c.Version))(t)
	_, err := w.cases.Close(ctx, w.villager, c.ID, models.Solved, "", c.Version)
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("solved without an answer: %v", err)
	}
	c = must(w.cases.Answer(ctx, w.villager, c.ID, "已办妥", c.Version))(t)
	c, err = w.cases.Close(ctx, w.villager, c.ID, models.Solved, "", c.Version)
	if err != nil {
		t.Fatal(err)
	}
	if c.State != models.CaseClosed || c.ClosedOn != "2026-07-15" || len(w.closed.nos) != 1 {
		t.Errorf("closed as %s on %s, told %v", c.State, c.ClosedOn, w.closed.nos)
	}
	v := must(w.cases.Get(ctx, w.villager, c.ID))(t)
	var kinds []string
	for _, e := range v.Events {
		kinds = append(kinds, e.Kind)
	}
	want := strings.Join([]string{"closed", "answered", "note", "note", "acknowledged", "dispatched", "received"}, " ")
	if got := strings.Join(kinds, " "); got != want {
		t.Errorf("history %s, want %s", got, want)
	}
	if v.Name != "赵＊＊" || v.Phone != "138****0926" || v.Intake != "张慧" || v.Handler != "王𬭁" {
		t.Errorf("shown: %q %q %q %q", v.Name, v.Phone, v.Intake, v.Handler)
	}
	if n := w.count(&models.AuditEntry{}, "action LIKE 'case.%'"); n != 7 {
		t.Errorf("%d audit entries, want 7", n)
	}
}

func TestNumbersRunByMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.takeIn()
	w.put(&models.Case{
		ID: models.NewID(), No: "2607-9999", MatterID: w.matter.ID, UnitID: w.town.ID, State: models.CaseReceived,
		ReceivedAt: w.clock.Now(), CreatedAt: w.clock.Now(), UpdatedAt: w.clock.Now(), Version: 1,
	})
	for _, want := range []string{"2607-10000", "2607-10001"} {
		if c := w.takeIn(); c.No != want {
			t.Errorf("got %s, want %s", c.No, want)
		}
	}
	w.clock.Advance(20 * 24 * time.Hour)
	if c := w.takeIn(); c.No != "2608-0001" {
		t.Errorf("got %s in August", c.No)
	}
}

func TestWhoSeesAndDoesWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.takeIn()
	if _, err := w.cases.Get(ctx, w.stranger, c.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("another township sees it: %v", err)
	}
	if _, err := w.cases.Get(ctx, w.handler, c.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a cadre sees a case that is not his: %v", err)
	}
	if _, err := w.cases.TakeIn(ctx, w.handler, cases.Intake{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a cadre takes in: %v", err)
	}
	if _, err := w.cases.TakeIn(ctx, w.stranger, cases.Intake{
		MatterID: w.matter.ID, Kind: models.Help, Channel: models.Window, Title: "x",
	}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a clerk takes in another township's matter: %v", err)
	}
	if _, err := w.cases.Dispatch(ctx, w.clerk, c.ID, w.posts[w.stranger.ID], c.Version); !fault.Is(err, fault.Invalid) {
		t.Errorf("dispatched to another township: %v", err)
	}
	c = must(w.cases.Dispatch(ctx, w.clerk, c.ID, w.posts[w.handler.ID], c.Version))(t)
	if _, err := w.cases.Acknowledge(ctx, w.clerk, c.ID, c.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the clerk acknowledges: %v", err)
	}
	if _, err := w.cases.Acknowledge(ctx, w.handler, c.ID, c.Version-1); !fault.Is(err, fault.Conflict) {
		t.Errorf("an old version passes: %v", err)
	}
	if _, err := w.cases.Answer(ctx, w.handler, c.ID, "答复", c.Version); !fault.Is(err, fault.Conflict) {
		t.Errorf("answered before it was acknowledged: %v", err)
	}
	c = must(w.cases.Return(ctx, w.handler, c.ID, "不属本镇职责", c.Version))(t)
	if c.State != models.CaseReceived || c.HandlerID != nil {
		t.Errorf("returned: %+v", c)
	}
	if _, err := w.cases.Get(ctx, w.handler, c.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("he still sees what he returned: %v", err)
	}
}

func TestInspectorLooksAreLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.takeIn()
	must(w.cases.Get(t.Context(), w.clerk, c.ID))(t)
	must(w.cases.Get(t.Context(), w.inspector, c.ID))(t)
	if n := w.count(&models.AuditEntry{}, "action = 'case.see' AND object_id = ?", c.ID); n != 1 {
		t.Errorf("%d entries, want the inspector's alone", n)
	}
}

func TestContactOpensToTheInterviewerAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.answered()
	for name, who := range map[string]models.Actor{"handler": w.handler, "clerk": w.clerk, "supervisor": w.supervisor} {
		if _, err := w.cases.Contact(ctx, who, c.ID, "想看看"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.cases.Contact(ctx, w.caller, c.ID, " "); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	got := must(w.cases.Contact(ctx, w.caller, c.ID, "回访"))(t)
	if want := (cases.Contact{Name: "赵大爷", Phone: "138 1234 0926"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if n := w.count(&models.AuditEntry{}, "action = 'case.contact' AND detail = '回访'"); n != 1 {
		t.Errorf("%d audit entries of the look, want 1", n)
	}
	var raw []string
	err := db.View(ctx, w.db, func(tx *gorm.DB) error {
		return tx.Raw("SELECT resident_name FROM cases UNION SELECT resident_phone FROM cases").Scan(&raw).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(raw, " "); strings.Contains(all, "赵") || strings.Contains(all, "0926") {
		t.Errorf("the database holds it in clear: %s", all)
	}
}

func TestReopenedGoesBackWithANewDeadline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.answered()
	c, err := w.cases.Close(ctx, w.handler, c.ID, models.Solved, "", c.Version)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.cases.Reopen(ctx, w.handler, c.ID, "没解决", c.Version); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the handler reopens: %v", err)
	}
	w.clock.Advance(10 * 24 * time.Hour)
	c = must(w.cases.Reopen(ctx, w.clerk, c.ID, "群众反映未解决", c.Version))(t)
	if c.Reopened != 1 || c.State != models.CaseDispatched || c.DueOn != "2026-07-31" || c.Outcome != "" || c.ClosedOn != "" {
		t.Errorf("reopened: %d times, %s, due %s, outcome %q, closed %q", c.Reopened, c.State, c.DueOn, c.Outcome, c.ClosedOn)
	}
	c = must(w.cases.Acknowledge(ctx, w.handler, c.ID, c.Version))(t)
	if _, err = w.cases.Close(ctx, w.handler, c.ID, models.Solved, "", c.Version); !fault.Is(err, fault.Invalid) {
		t.Errorf("closed with the old answer: %v", err)
	}
}

func TestReopenedGoesToIntakeWhenTheHandlerHasLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.answered()
	c, err := w.cases.Close(ctx, w.handler, c.ID, models.PartSolved, "", c.Version)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Tx(ctx, w.db, func(tx *gorm.DB) error {
		return tx.Model(&models.Post{}).Where("person_id = ?", w.handler.ID).Update("valid_to", "2026-07-14").Error
	})
	if err != nil {
		t.Fatal(err)
	}
	c = must(w.cases.Reopen(ctx, w.supervisor, c.ID, "没解决", c.Version))(t)
	if c.State != models.CaseReceived || c.HandlerID != nil {
		t.Errorf("it is still with who left: %s %v", c.State, c.HandlerID)
	}
}

func TestWhatIsNotAskedNeedsAReasonAndNoAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.takeIn()
	if _, err := w.cases.Close(ctx, w.clerk, c.ID, models.NotAccepted, "", c.Version); !fault.Is(err, fault.Invalid) {
		t.Errorf("not accepted without a reason: %v", err)
	}
	c, err := w.cases.Close(ctx, w.clerk, c.ID, models.NotAccepted, "已进入诉讼程序", c.Version)
	if err != nil || c.State != models.CaseClosed {
		t.Errorf("got %v, %v", c, err)
	}
}

func TestListFiltersAndStaysWithinReach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for range 3 {
		w.takeIn()
	}
	c := w.answered()
	if _, err := w.cases.Close(ctx, w.handler, c.ID, models.Solved, "", c.Version); err != nil {
		t.Fatal(err)
	}
	in := must(w.cases.Dispatch(ctx, w.clerk, w.takeIn().ID, w.posts[w.handler.ID], 1))(t)
	for name, tc := range map[string]struct {
		who  models.Actor
		f    cases.Filter
		want int
	}{
		"the clerk sees all":        {w.clerk, cases.Filter{}, 5},
		"open":                      {w.clerk, cases.Filter{Open: true}, 4},
		"closed":                    {w.clerk, cases.Filter{State: models.CaseClosed}, 1},
		"waiting":                   {w.clerk, cases.Filter{State: models.CaseReceived}, 3},
		"the handler sees his":      {w.handler, cases.Filter{}, 2},
		"another township nothing":  {w.stranger, cases.Filter{}, 0},
		"by number":                 {w.clerk, cases.Filter{Text: in.No}, 1},
		"by title":                  {w.clerk, cases.Filter{Text: "高龄"}, 5},
		"a per cent sign is a text": {w.clerk, cases.Filter{Text: "%"}, 0},
		"another family":            {w.clerk, cases.Filter{Family: models.Health}, 0},
		"not yet due soon":          {w.clerk, cases.Filter{Due: cases.Soon}, 0},
	} {
		if got := must(w.cases.List(ctx, tc.who, tc.f))(t); got.Total != tc.want || len(got.Entries) != tc.want {
			t.Errorf("%s: %d entries of %d, want %d", name, len(got.Entries), got.Total, tc.want)
		}
		if n := must(w.cases.Count(ctx, tc.who, tc.f))(t); n != tc.want {
			t.Errorf("%s: counts %d, want %d", name, n, tc.want)
		}
	}
	w.clock.Advance(4 * 24 * time.Hour) // Sunday 19 July: three working days are left
	got := must(w.cases.List(ctx, w.clerk, cases.Filter{Due: cases.Soon, Size: 2}))(t)
	if got.Total != 4 || len(got.Entries) != 2 || got.Entries[0].DaysLeft != 3 {
		t.Errorf("due soon: %d of %d, %d days left", len(got.Entries), got.Total, got.Entries[0].DaysLeft)
	}
	w.clock.Advance(5 * 24 * time.Hour) // Friday 24 July
	late := must(w.cases.List(ctx, w.clerk, cases.Filter{Due: cases.Overdue}))(t)
	if late.Total != 4 || late.Entries[0].DaysLeft != -2 {
		t.Errorf("overdue: %d, %d days left", late.Total, late.Entries[0].DaysLeft)
	}
	if n := must(w.cases.Count(ctx, w.clerk, cases.Filter{Open: true, Due: cases.Overdue}))(t); n != 4 {
		t.Errorf("counts %d overdue, want 4", n)
	}
	desk := must(w.cases.Desk(ctx, w.handler))(t)
	if desk.ToAcknowledge != 1 || desk.Overdue != 1 || desk.Next == nil || desk.Next.No != in.No || desk.ToDispatch != 0 {
		t.Errorf("the handler's desk: %+v", desk)
	}
	if desk = must(w.cases.Desk(ctx, w.clerk))(t); desk.ToDispatch != 3 {
		t.Errorf("the clerk's desk: %+v", desk)
	}
}

func TestHandlersAreThoseBelowTheResponsibleUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.answered()
	got := must(w.cases.Handlers(t.Context(), w.clerk, c.ID, ""))(t).List
	loads := map[string]int{}
	for _, h := range got {
		loads[h.Name] = h.Open
	}
	want := map[string]int{"张慧": 0, "周晓岚": 1, "赵督": 0, "王𬭁": 0}
	if diff := cmp.Diff(want, loads); diff != "" {
		t.Error(diff)
	}
	if !got[0].Near {
		t.Errorf("somebody from afar stands first: %+v", got[0])
	}
	for i, h := range got {
		if i > 0 && h.Near && !got[i-1].Near {
			t.Errorf("%s of the unit stands behind %s from afar", h.Name, got[i-1].Name)
		}
		if h.Above == "" && h.UnitID != w.county.ID || !h.Idle {
			t.Errorf("%s: unit above %q, not activated %v", h.Name, h.Above, h.Idle)
		}
	}
	if _, err := w.cases.Handlers(t.Context(), w.handler, c.ID, ""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a handler looks for others: %v", err)
	}
}

func TestMattersOfAClerk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.cases.AddMatter(ctx, models.SystemActor("test"), cases.MatterInput{
		Code: "MS-001", Name: "重复", Family: models.Health, UnitID: w.county.ID, Days: 3, Difficulty: 1,
	})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("a code twice: %v", err)
	}
	must(w.cases.AddMatter(ctx, models.SystemActor("test"), cases.MatterInput{
		Code: "WJ-001", Name: "医疗救助", Family: models.Health, UnitID: w.county.ID, Days: 3, Difficulty: 1,
	}))(t)
	if got := must(w.cases.Matters(ctx, w.clerk))(t); len(got) != 2 || got[0].Code != "MS-001" {
		t.Errorf("the township's clerk: %v", got)
	}
	if got := must(w.cases.Matters(ctx, w.stranger))(t); len(got) != 1 || got[0].Code != "WJ-001" {
		t.Errorf("the other township's clerk: %v", got)
	}
	if policy.May(w.handler, policy.CaseTakeIn) {
		t.Fatal("the test needs a cadre who takes nothing in")
	}
	if got := must(w.cases.Matters(ctx, w.handler))(t); len(got) != 0 {
		t.Errorf("a cadre: %v", got)
	}
}

func TestExcludedOnceWithItsReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.answered()
	err := db.Tx(t.Context(), w.db, func(tx *gorm.DB) error {
		for range 2 {
			if err := w.cases.ExcludeTx(tx, w.clock.Now(), w.supervisor, c, "属于诉讼事项"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || !c.Excluded || c.ExcludeReason != "属于诉讼事项" {
		t.Errorf("%v, %+v", err, c)
	}
	if n := w.count(&models.CaseEvent{}, "kind = 'excluded'"); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}
