package ratings_test

import (
	"strings"
	"testing"
	"time"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
)

func TestALinkCanBeUsedUntilTheEndOfItsLastDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, first := w.closed(w.handler)
	_, second := w.closed(w.handler)
	w.clock.Advance(ratings.ValidDays * 24 * time.Hour)
	if err := w.ratings.Rate(ctx, first, ratings.Input{Level: 4}); err != nil {
		t.Errorf("on the last day: %v", err)
	}
	w.clock.Advance(24 * time.Hour)
	refused(t, w.ratings.Rate(ctx, second, ratings.Input{Level: 4}), fault.Conflict, "", "rate.expired")
	if l, err := w.ratings.Look(ctx, second); err != nil || l.State != ratings.LinkExpired {
		t.Errorf("the day after: %+v, %v", l, err)
	}
}

func TestAGuessedLinkOpensNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, token := w.closed(w.handler)
	last := "A"
	if strings.HasSuffix(token, last) {
		last = "B"
	}
	before := w.dump()
	for _, guess := range []string{
		"", "x", token[:42], token + "A", token[:42] + last, strings.Repeat("%", 43), strings.Repeat("_", 43),
		strings.ToUpper(token) + " ", "' OR '1'='1",
	} {
		_, err := w.ratings.Look(ctx, guess)
		refused(t, err, fault.NotFound, "", "rate.unknown")
		refused(t, w.ratings.Rate(ctx, guess, ratings.Input{Level: 5}), fault.NotFound, "", "rate.unknown")
		refused(t, w.ratings.Pressure(ctx, guess, ""), fault.NotFound, "", "rate.unknown")
	}
	for name, rows := range w.dump() {
		if n := len(fresh(before[name], rows)); n > 0 {
			t.Errorf("guesses wrote %d rows of %s", n, name)
		}
	}
}

// Who raised a matter online comes to the rating by the code of the receipt, and whoever had the link of the closing in
// his hands has it no more.
func TestAMatterRaisedOnlineIsRatedByItsReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	r, err := w.cases.Raise(ctx, cases.Raising{
		Kind: models.Help, UnitID: w.village.ID, Text: "津贴没有发", Ticket: w.cases.RaiseTicket(),
	})
	if err != nil {
		t.Fatal(err)
	}
	key, err := w.cases.Unlock(ctx, r.No, r.Secret)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.ratings.LinkFor(ctx, key.Ticket)
	refused(t, err, fault.Conflict, "", "track.rate.none")
	if wait, err := w.ratings.Wait(ctx, key.Ticket, true); err != nil || wait.Key != "" || wait.Open {
		t.Errorf("before it is closed: %+v, %v", wait, err)
	}
	row := all[models.Case](w)[0]
	c, err := w.cases.Dispatch(ctx, w.clerk, row.ID, w.posts[w.handler.ID], row.Version)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = w.cases.Acknowledge(ctx, w.handler, c.ID, c.Version); err != nil {
		t.Fatal(err)
	}
	if c, err = w.cases.Answer(ctx, w.handler, c.ID, "已补发", c.Version); err != nil {
		t.Fatal(err)
	}
	_, handlers := w.close(w.handler, c)
	if wait, err := w.ratings.Wait(ctx, key.Ticket, true); err != nil || wait.Key != "track.rate.waits" || !wait.Open {
		t.Errorf("closed: %+v, %v", wait, err)
	}
	path, err := w.ratings.LinkFor(ctx, key.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.ratings.Look(ctx, handlers)
	refused(t, err, fault.NotFound, "", "rate.unknown")
	if err := w.ratings.Rate(ctx, strings.TrimPrefix(path, "/r/"), ratings.Input{Level: 3}); err != nil {
		t.Fatal(err)
	}
	for self, want := range map[bool]string{true: "track.rated", false: "track.rate.may"} {
		if wait, err := w.ratings.Wait(ctx, key.Ticket, self); err != nil || wait.Key != want {
			t.Errorf("rated, self %v: %+v, %v; want %s", self, wait, err, want)
		}
	}
	_, err = w.ratings.LinkFor(ctx, "made up")
	refused(t, err, fault.NotFound, "", "track.closed")
}
