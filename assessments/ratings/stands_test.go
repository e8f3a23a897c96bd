package ratings_test

import (
	"strings"
	"testing"
	"time"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// stand puts up a window of the township.
func (w *world) stand() ratings.Stand {
	w.t.Helper()
	s, err := w.ratings.AddStand(w.t.Context(), w.clerk, w.town.ID, "便民服务大厅 2 号窗口")
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) ticket(code string) string {
	w.t.Helper()
	l, err := w.ratings.LookStand(w.t.Context(), code)
	if err != nil {
		w.t.Fatal(err)
	}
	return l.Ticket
}

// refused checks the kind and, of an invalid input, the key on a field.
func refused(t *testing.T, err error, kind fault.Kind, field, key string) {
	t.Helper()
	f := fault.Of(err)
	if err == nil || f.Kind != kind {
		t.Errorf("got %v, want kind %d", err, kind)
		return
	}
	if field == "" {
		if f.Key != key {
			t.Errorf("got %s, want %s", f.Key, key)
		}
		return
	}
	for _, x := range f.Fields {
		if x.Name == field && x.Key == key {
			return
		}
	}
	t.Errorf("got %v, want %s on %s", err, key, field)
}

// Red line 10: a rating without a visit or case code counts for the unit only, never for a person.
func TestARatingAtAWindowCountsForTheUnitOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	st := w.stand()
	for range 5 {
		in := ratings.Input{Level: 2, Solved: models.ResolvedNo, Reasons: []string{"speed"}, MayKnow: true, Callback: true}
		if err := w.ratings.RateStand(t.Context(), st.Code, w.ticket(st.Code), in); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range all[models.Rating](w) {
		if r.SubjectID != nil || r.PostID != nil || r.CaseID != nil || r.UnitID != w.town.ID {
			t.Errorf("it counts for somebody: %+v", r)
		}
		if r.Channel != models.QR || r.Mode != models.ModeActive || r.MayKnow || r.Callback {
			t.Errorf("channel, mode or ticks: %+v", r)
		}
		if strings.Contains(r.ID+r.Comment+r.Reasons, st.ID) || r.InteractionNo != nil {
			t.Errorf("it tells the window: %+v", r)
		}
	}
	w.batch()
	for _, who := range []models.Actor{w.clerk, w.handler, w.colleague} {
		if n := w.mine(who).N(); n != 0 {
			t.Errorf("%s has %d ratings of his own, want none", who.Name, n)
		}
	}
	seen, err := w.ratings.UnitFigures(t.Context(), w.clerk, w.town.ID)
	if err != nil || seen.N() != 5 {
		t.Errorf("the unit has %d ratings, want 5; %v", seen.N(), err)
	}
}

func TestARatingSentTwiceAtAWindowIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	st := w.stand()
	ticket := w.ticket(st.Code)
	for level := 1; level <= 2; level++ {
		if err := w.ratings.RateStand(t.Context(), st.Code, ticket, ratings.Input{Level: level}); err != nil {
			t.Fatal(err)
		}
		if err := w.ratings.PressureStand(t.Context(), st.Code, ticket, "让打好评"); err != nil {
			t.Fatal(err)
		}
	}
	if rows := all[models.Rating](w); len(rows) != 1 || rows[0].Level != 1 {
		t.Errorf("kept %+v, want the first alone", rows)
	}
	if rows := all[models.PressureReport](w); len(rows) != 1 || rows[0].UnitID != w.town.ID || rows[0].CaseID != nil {
		t.Errorf("kept %+v, want one report about the unit", rows)
	}
}

func TestWindowsThatCannotBeRated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	st, other := w.stand(), w.stand()
	ctx := t.Context()
	old := w.ticket(st.Code)
	in := ratings.Input{Level: 5}
	rate := func(code, ticket string) error { return w.ratings.RateStand(ctx, code, ticket, in) }
	refused(t, rate(st.Code, "made up"), fault.Invalid, "", "vault.token_wrong")
	refused(t, rate(st.Code, w.ticket(other.Code)), fault.Invalid, "", "vault.token_wrong")
	refused(t, w.ratings.RateStand(ctx, st.Code, old, ratings.Input{}), fault.Invalid, "level", "rate.level_missing")
	_, err := w.ratings.LookStand(ctx, "nosuchcode")
	refused(t, err, fault.NotFound, "", "rate.stand.unknown")
	if err := w.ratings.EndStand(ctx, w.clerk, st.ID, st.Version); err != nil {
		t.Fatal(err)
	}
	refused(t, rate(st.Code, old), fault.Conflict, "", "rate.stand.ended")
	refused(t, w.ratings.EndStand(ctx, w.clerk, st.ID, st.Version), fault.Conflict, "", "error.stale")
	w.clock.Advance(13 * time.Hour)
	refused(t, rate(other.Code, old), fault.Invalid, "", "vault.token_expired")
	if n := len(all[models.Rating](w)); n != 0 {
		t.Errorf("%d ratings, want none", n)
	}
}

func TestWindowsBelongToTheClerksOfTheirUnits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	st := w.stand()
	ctx := t.Context()
	villageClerk := w.person("S9", "孙小", w.village, models.RoleIntake)
	_, err := w.ratings.AddStand(ctx, villageClerk, w.town.ID, "越权")
	refused(t, err, fault.NotFound, "", "error.not_found")
	_, err = w.ratings.Stand(ctx, villageClerk, st.ID)
	refused(t, err, fault.NotFound, "", "rate.stand.unknown")
	if list, n, err := w.ratings.Stands(ctx, villageClerk, 1, 20); err != nil || n != 0 || len(list) != 0 {
		t.Errorf("the village sees %d windows of the township; %v", n, err)
	}
	_, _, err = w.ratings.Stands(ctx, w.handler, 1, 20)
	refused(t, err, fault.Forbidden, "", "error.forbidden")
	_, err = w.ratings.AddStand(ctx, w.clerk, w.village.ID, "  ")
	refused(t, err, fault.Invalid, "name", "form.required")
}

func TestTheResultOfAReportOfPressureIsWrittenOnceByWhoSeesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, token := w.closed(w.handler)
	if err := w.ratings.Pressure(ctx, token, "让我打五分"); err != nil {
		t.Fatal(err)
	}
	id := all[models.PressureReport](w)[0].ID
	own := w.inRated("Y1", w.town)
	_, err := w.ratings.Signal(ctx, own, id)
	refused(t, err, fault.NotFound, "", "signal.unknown")
	refused(t, w.ratings.SettleSignal(ctx, own, id, "untrue", "没有"), fault.NotFound, "", "signal.unknown")
	_, err = w.ratings.Signal(ctx, w.handler, id)
	refused(t, err, fault.Forbidden, "", "error.forbidden")
	refused(t, w.ratings.SettleSignal(ctx, w.supervisor, id, "", "x"), fault.Invalid, "finding", "form.required_choice")
	refused(t, w.ratings.SettleSignal(ctx, w.supervisor, id, "maybe", "x"), fault.Invalid, "finding", "form.not_listed")
	refused(t, w.ratings.SettleSignal(ctx, w.supervisor, id, "true", " "), fault.Invalid, "note", "form.required")
	if n, err := w.ratings.SignalsWaiting(ctx, w.supervisor); err != nil || n != 1 {
		t.Errorf("%d wait, want 1; %v", n, err)
	}
	if err := w.ratings.SettleSignal(ctx, w.supervisor, id, "true", "已约谈窗口负责人。"); err != nil {
		t.Fatal(err)
	}
	refused(t, w.ratings.SettleSignal(ctx, w.supervisor, id, "untrue", "再写"), fault.Conflict, "", "signal.settled")
	got, err := w.ratings.Signal(ctx, w.supervisor, id)
	if err != nil || got.Open() || got.Finding != "true" || got.Note != "已约谈窗口负责人。" || got.Handler != "赵督" {
		t.Errorf("settled: %+v; %v", got, err)
	}
	if n, err := w.ratings.SignalsWaiting(ctx, w.supervisor); err != nil || n != 0 {
		t.Errorf("%d wait, want none; %v", n, err)
	}
}
