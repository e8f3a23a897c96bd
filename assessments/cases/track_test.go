package cases_test

import (
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// followed raises a matter and returns its row and a ticket to it.
func (w *world) followed() (models.Case, string) {
	w.t.Helper()
	r := w.raised(models.Help, "高龄津贴没有发")
	return w.byNo(r.No), must(w.cases.Unlock(w.t.Context(), r.No, r.Secret))(w.t).Ticket
}

// handled walks a raised matter to its closing.
func (w *world) handled(c models.Case) models.Case {
	w.t.Helper()
	ctx, p := w.t.Context(), &c
	p = must(w.cases.Dispatch(ctx, w.clerk, p.ID, w.posts[w.handler.ID], p.Version))(w.t)
	return w.finished(*p)
}

func (w *world) finished(c models.Case) models.Case {
	w.t.Helper()
	ctx := w.t.Context()
	p := must(w.cases.Acknowledge(ctx, w.handler, c.ID, c.Version))(w.t)
	p = must(w.cases.Answer(ctx, w.handler, c.ID, "下月补发", p.Version))(w.t)
	p, err := w.cases.Close(ctx, w.handler, c.ID, models.Solved, "", p.Version)
	if err != nil {
		w.t.Fatal(err)
	}
	return *p
}

func TestAWrongNumberAndAWrongCodeAreToldAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.raised(models.Help, "路灯")
	told := map[string]bool{}
	for _, try := range [][2]string{
		{r.No, "0000000000"}, {"2601-9999", r.Secret}, {"", ""}, {"JB2601-001", r.Secret}, {r.No, ""}, {"%", r.Secret},
	} {
		_, err := w.cases.Unlock(t.Context(), try[0], try[1])
		if err == nil {
			t.Fatalf("%q opens", try)
		}
		told[err.Error()] = true
	}
	if len(told) != 1 {
		t.Errorf("told apart: %v", told)
	}
	spaced := r.Secret[:3] + " " + r.Secret[3:]
	key, err := w.cases.Unlock(t.Context(), " "+strings.ToLower(r.No), spaced)
	if err != nil {
		t.Fatalf("typed with blanks: %v", err)
	}
	w.clock.Advance(31 * time.Minute)
	for _, ticket := range []string{key.Ticket, "made up", ""} {
		if _, err := w.cases.Track(t.Context(), ticket); fault.Of(err).Key != "track.closed" {
			t.Errorf("ticket %q: %v", ticket, err)
		}
	}
}

func TestTheStateOfAMatterNamesUnitsAndNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ticket := w.followed()
	got := must(w.cases.Track(t.Context(), ticket))(t)
	if got.State != models.CaseReceived || got.Unit != w.village.Name || !got.MayAdd || !got.MayWithdraw ||
		got.ReopenBy != "" || len(got.Steps) != 1 {
		t.Errorf("new: %+v", got)
	}
	done := w.handled(c)
	must(w.cases.Note(t.Context(), w.clerk, w.another().ID, "内部", false, 1))(t)
	got = must(w.cases.Track(t.Context(), ticket))(t)
	if got.State != models.CaseClosed || got.Answer != "下月补发" || got.Unit != w.town.Name || got.MayAdd ||
		got.ReopenBy != done.ClosedOn.AddDays(cases.ReopenDays) || len(got.Steps) != 5 {
		t.Errorf("closed: %+v", got)
	}
	// Somebody else of the same unit has taken it over and begun: to the resident the unit has begun once.
	taken := models.CaseEvent{
		ID: models.NewID(), CaseID: c.ID, Kind: cases.EventAcknowledged, ActorID: &w.handler.ID, At: w.clock.Now(),
	}
	if err := db.Tx(t.Context(), w.db, func(tx *gorm.DB) error { return tx.Create(&taken).Error }); err != nil {
		t.Fatal(err)
	}
	if again := must(w.cases.Track(t.Context(), ticket))(t); len(again.Steps) != 5 {
		t.Errorf("a hand-over within the unit is told: %+v", again.Steps)
	}
	for _, s := range got.Steps {
		for _, name := range []string{"周晓岚", "张慧", "S2"} {
			if strings.Contains(s.Note, name) {
				t.Errorf("step %s names %s", s.Kind, name)
			}
		}
	}
}

// another is another matter, so that steps of one do not show in another.
func (w *world) another() models.Case { return w.byNo(w.raised(models.Help, "另一件").No) }

func TestAResidentAddsWithdrawsAndAsksAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, ticket := w.followed()
	if err := w.cases.AddWords(ctx, ticket, "补充：社保卡尾号不对"); err != nil {
		t.Fatal(err)
	}
	if err := w.cases.AddWords(ctx, ticket, " "); !fault.Is(err, fault.Invalid) {
		t.Errorf("nothing added: %v", err)
	}
	if err := w.cases.AskAgain(ctx, ticket, "没解决"); fault.Of(err).Key != "track.wrong_state" {
		t.Errorf("running matter opened again: %v", err)
	}
	c = w.handled(w.byNo(c.No))
	if err := w.cases.Withdraw(ctx, ticket); fault.Of(err).Key != "track.wrong_state" {
		t.Errorf("closed matter withdrawn: %v", err)
	}
	if err := w.cases.AskAgain(ctx, ticket, "钱还没到"); err != nil {
		t.Fatal(err)
	}
	if c = w.byNo(c.No); c.State != models.CaseDispatched || c.HandlerID == nil || c.Reopened != 1 || c.Outcome != "" {
		t.Errorf("the first time it goes back to its handler: %+v", c)
	}
	c = w.finished(c)
	if err := w.cases.AskAgain(ctx, ticket, "还是没到"); err != nil {
		t.Fatal(err)
	}
	if c = w.byNo(c.No); c.State != models.CaseReceived || c.HandlerID != nil || c.Reopened != 2 {
		t.Errorf("after that intake decides anew: %+v", c)
	}
	if err := w.cases.Withdraw(ctx, ticket); err != nil {
		t.Fatal(err)
	}
	if c = w.byNo(c.No); c.State != models.CaseClosed || c.Outcome != models.Withdrawn {
		t.Errorf("withdrawn: %+v", c)
	}
	if err := w.cases.AskAgain(ctx, ticket, "后悔"); fault.Of(err).Key != "track.wrong_state" {
		t.Errorf("withdrawn matter opened again: %v", err)
	}
}

func TestAMatterIsOpenedAgainWithinTheSetting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	r := w.raised(models.Help, "津贴")
	w.handled(w.byNo(r.No))
	if err := w.cases.SetReopenWithin(ctx, w.clerk, 3); !fault.Is(err, fault.Forbidden) {
		t.Errorf("set by a clerk: %v", err)
	}
	if err := w.cases.SetReopenWithin(ctx, models.SystemActor("test"), 400); !fault.Is(err, fault.Invalid) {
		t.Errorf("set to 400 days: %v", err)
	}
	if err := w.cases.SetReopenWithin(ctx, models.SystemActor("test"), 3); err != nil {
		t.Fatal(err)
	}
	if days := must(w.cases.ReopenWithin(ctx))(t); days != 3 {
		t.Errorf("%d days, want 3", days)
	}
	w.clock.Advance(4 * 24 * time.Hour)
	ticket := must(w.cases.Unlock(ctx, r.No, r.Secret))(t).Ticket
	if err := w.cases.AskAgain(ctx, ticket, "没解决"); fault.Of(err).Key != "track.too_late" {
		t.Errorf("on the fourth day: %v", err)
	}
	if got := must(w.cases.Track(ctx, ticket))(t); got.ReopenBy != "" {
		t.Errorf("still offered until %s", got.ReopenBy)
	}
}
