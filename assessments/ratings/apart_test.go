package ratings_test

import (
	"strings"
	"testing"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// clerkToo is the handler with the role of an intake clerk besides.
func (w *world) clerkToo() models.Actor {
	a := w.handler
	a.Grants = append(append([]models.Grant{}, a.Grants...), w.clerk.Grants...)
	return a
}

// A rated person must be able neither to rate himself nor to choose who is asked.
func TestWhoIsRatedHoldsNeitherLinkNorSlip(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, token := w.closed(w.handler)
	for name, who := range map[string]models.Actor{"the handler": w.handler, "a handler who is clerk too": w.clerkToo()} {
		_, err := w.ratings.Reprint(ctx, who, c.ID)
		refused(t, err, fault.Forbidden, "", "error.forbidden")
		_, err = w.ratings.CaseSlip(ctx, who, c.ID)
		refused(t, err, fault.Forbidden, "", "error.forbidden")
		v, err := w.cases.Get(ctx, who, c.ID)
		if err != nil || v.May.Receipt || !v.May.Invited {
			t.Errorf("%s is offered the receipt: %+v, %v", name, v.May, err)
		}
	}
	if v, err := w.cases.Get(ctx, w.clerk, c.ID); err != nil || !v.May.Receipt || v.May.Invited {
		t.Errorf("the clerk is not offered the receipt: %v", err)
	}
	if err := w.ratings.Rate(ctx, token, ratings.Input{Level: 3}); err != nil {
		t.Errorf("a refused print ended the resident's link: %v", err)
	}
}

func TestWhoClosesTellsTheClerkThatTheReceiptCanBePrinted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.closed(w.handler)
	var told []string
	for _, n := range all[models.Notice](w) {
		if n.Kind == "case_invite" {
			told = append(told, n.PersonID+" "+n.Href)
		}
	}
	if want := w.clerk.ID + " /serve/cases/" + c.ID; len(told) != 1 || told[0] != want {
		t.Errorf("told %v, want %s", told, want)
	}
	own, err := w.cases.TakeIn(t.Context(), w.clerk, cases.Intake{
		MatterID: w.matter.ID, Kind: models.Help, Channel: models.Window, Title: "进入诉讼",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = w.cases.Close(t.Context(), w.clerk, own.ID, models.NotAccepted, "已进入诉讼程序", own.Version); err != nil {
		t.Fatal(err)
	}
	if n := len(all[models.Invitation](w)); n != 1 {
		t.Errorf("%d invitations, want 1: what was not accepted asks nobody", n)
	}
}

// A clerk who printed the follow-up code and got the matter afterwards could rate himself by it.
func TestTheCodeThatTheRatedPrintedLeadsToNoRating(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	step := func(c *models.Case, err error) *models.Case {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	both := w.clerkToo()
	c := step(w.cases.TakeIn(ctx, both, cases.Intake{
		MatterID: w.matter.ID, Kind: models.Help, Channel: models.Window, Title: "申请高龄津贴",
	}))
	code, err := w.cases.Code(ctx, both, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	c = step(w.cases.Dispatch(ctx, w.supervisor, c.ID, w.posts[w.handler.ID], c.Version))
	c = step(w.cases.Acknowledge(ctx, both, c.ID, c.Version))
	c = step(w.cases.Answer(ctx, both, c.ID, "已办妥", c.Version))
	step(w.cases.Close(ctx, both, c.ID, models.Solved, "", c.Version))

	ticket := w.unlock(code)
	if wait, err := w.ratings.Wait(ctx, ticket, false); err != nil || wait.Open || wait.Key != "track.rate.window" {
		t.Errorf("the page offers the rating: %+v, %v", wait, err)
	}
	_, err = w.ratings.LinkFor(ctx, ticket)
	refused(t, err, fault.Conflict, "", "track.rate.none")

	if code, err = w.cases.Code(ctx, w.clerk, c.ID); err != nil { // by another clerk
		t.Fatal(err)
	}
	ticket = w.unlock(code)
	if wait, err := w.ratings.Wait(ctx, ticket, false); err != nil || !wait.Open {
		t.Errorf("the code of another clerk does not lead to the rating: %+v, %v", wait, err)
	}
	link, err := w.ratings.LinkFor(ctx, ticket)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.ratings.Rate(ctx, strings.TrimPrefix(link, "/r/"), ratings.Input{Level: 2}); err != nil {
		t.Error(err)
	}
}

func (w *world) unlock(code cases.RaiseReceipt) (ticket string) {
	w.t.Helper()
	key, err := w.cases.Unlock(w.t.Context(), code.No, code.Secret)
	if err != nil {
		w.t.Fatal(err)
	}
	return key.Ticket
}

// Whoever printed the slip of an earlier closing may have the matter in hand by the next one.
func TestASlipDiesWhenItsMatterIsClosedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, _ := w.closed(w.handler)
	number := w.caseSlip(w.clerk, c.ID)
	c, err := w.cases.Reopen(ctx, w.clerk, c.ID, "没解决", c.Version)
	if err == nil {
		c, err = w.cases.Acknowledge(ctx, w.handler, c.ID, c.Version)
	}
	if err == nil {
		c, err = w.cases.Answer(ctx, w.handler, c.ID, "补办妥", c.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.close(w.handler, c)
	refused(t, w.key(w.keyer(), number, ratings.Input{Level: 5}), fault.Invalid, "number",
		"rate.paper.unknown")
}
