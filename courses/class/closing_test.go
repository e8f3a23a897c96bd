package class

import (
	"slices"
	"testing"
	"time"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/fault"
)

func TestASheetIsCorrectedByAnotherEntryWithItsReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, xs := w.open()
	w.wantField(w.sign(c, xs[0], w.anna, 0, models.OnLeave, " "), "reason-"+w.anna.ID, "class.sign.why")
	w.wantField(w.sign(c, xs[0], w.anna, 0, "asleep", ""), "mark-"+w.anna.ID, "form.required_choice")
	w.ok(w.sign(c, xs[0], w.anna, 0, models.OnLeave, "参加防汛值班"))
	w.ok(w.sign(c, xs[0], w.anna, 1, models.OnLeave, "")) // says nothing new
	w.wantField(w.sign(c, xs[0], w.anna, 1, models.Late, ""), "reason-"+w.anna.ID, "class.sign.why_corrected")
	w.want(w.sign(c, xs[0], w.anna, 0, models.Late, "记错了"), fault.Conflict, "error.stale")
	w.ok(w.sign(c, xs[0], w.anna, 1, models.Late, "值班换人，九点到课"))
	n, err := w.Sign(ctx, w.trainer, c.ID, xs[0].ID, nil, true)
	if err != nil || n != 1 {
		t.Errorf("the rest: %d entered, error %v, want boris alone", n, err)
	}
	v, err := w.Sheet(ctx, w.leader, c.ID, xs[0].ID, 1, 20)
	w.ok(err)
	if v.Total != 2 || v.Signed != 2 || len(v.Lines) != 2 {
		t.Fatalf("%d of %d signed for", v.Signed, v.Total)
	}
	a := v.Lines[0]
	if a.Mark != models.Late || a.No != 2 || len(a.Before) != 1 || a.Before[0].Mark != models.OnLeave {
		t.Errorf("line %+v, want the correction and what it corrects", a)
	}
	w.want(w.DropSession(ctx, w.trainer, c.ID, xs[0].ID), fault.Conflict, "class.session.signed")
}

func TestNobodySignsHimselfOrBeforeTheDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, xs := w.planned()
	_, err := w.InviteByNo(ctx, w.second, c.ID, "S1 S4") // the trainer is put on the list by another one
	w.ok(err)
	w.want(w.sign(c, xs[0], w.anna, 0, models.Present, ""), fault.Conflict, "class.sign.not_open")
	w.ok(w.Announce(ctx, w.trainer, c.ID, 1))
	w.want(w.sign(c, xs[0], w.trainer, 0, models.Present, ""), fault.Forbidden, "class.sign.own")
	if n, err := w.Sign(ctx, w.trainer, c.ID, xs[0].ID, nil, true); err != nil || n != 1 {
		t.Errorf("the rest: %d entered, error %v, want all but himself", n, err)
	}
	w.clock.Set(w.clock.Now().Add(-48 * time.Hour))
	w.want(w.sign(c, xs[1], w.anna, 0, models.Present, ""), fault.Conflict, "class.sign.early")
}

func TestHoursAreBookedByTwoPeopleForThoseWhoWereThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, xs := w.open()
	w.want(w.Submit(ctx, w.trainer, c.ID, 2), fault.Conflict, "class.close.unsigned")
	// One of seven hours away is as much as the rule book allows; boris missed six.
	w.ok(w.sign(c, xs[0], w.anna, 0, models.Late, ""))
	w.ok(w.sign(c, xs[1], w.anna, 0, models.OnLeave, "家中有急事"))
	w.ok(w.sign(c, xs[0], w.boris, 0, models.Absent, "未请假"))
	w.ok(w.sign(c, xs[1], w.boris, 0, models.Present, ""))
	w.ok(w.Submit(ctx, w.trainer, c.ID, 2))
	w.want(w.sign(c, xs[1], w.boris, 1, models.Late, "记错了"), fault.Conflict, "class.not_open")
	_, err := w.Confirm(ctx, w.trainer, c.ID, 3)
	w.want(err, fault.Forbidden, "class.close.same")
	w.wantField(w.SendBack(ctx, w.leader, c.ID, 3, ""), "reason", "form.required")
	w.ok(w.SendBack(ctx, w.leader, c.ID, 3, "王𬭁的缺课理由请核实"))
	w.ok(w.Submit(ctx, w.trainer, c.ID, 4))
	n, err := w.Confirm(ctx, w.leader, c.ID, 5)
	if err != nil || n != 1 {
		t.Fatalf("%d credited, error %v, want anna alone", n, err)
	}
	_, err = w.Confirm(ctx, w.second, c.ID, 5)
	w.want(err, fault.Conflict, "error.stale")
	l, err := w.ledger.Ledger(ctx, w.anna, 0)
	w.ok(err)
	if l.InPerson.Hours != 600 || l.Online.Hours != 0 || len(l.InPerson.Entries) != 1 {
		t.Fatalf("in person %d, online %d", l.InPerson.Hours, l.Online.Hours)
	}
	e := l.InPerson.Entries[0]
	if b := e.Claim; e.SourceKind != courses.SourceClass || e.SourceID != c.ID || b.Title != c.Name ||
		b.By != "苏文、何静" || b.Attended != 1 || b.Sessions != 2 {
		t.Errorf("entry %s of %+v", e.SourceKind, b)
	}
	own, err := w.OwnByID(ctx, w.boris, c.ID)
	if err != nil || own.Booked != 0 || own.Completed || own.Sessions[0].Reason != "未请假" {
		t.Errorf("who missed too much sees %+v, error %v", own.Sum, err)
	}
	if got := w.told(w.anna); !slices.Equal(got, []string{"class_announced", "class_closed"}) {
		t.Errorf("told %v", got)
	}
	if got := w.told(w.trainer); !slices.Equal(got, []string{"class_sent_back"}) {
		t.Errorf("who asked for the hours was told %v", got)
	}
}

func TestNobodyConfirmsHisOwnHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, xs := w.planned()
	_, err := w.InviteByNo(ctx, w.trainer, c.ID, "S6")
	w.ok(err)
	w.ok(w.Announce(ctx, w.trainer, c.ID, 1))
	for _, x := range xs {
		_, err := w.Sign(ctx, w.trainer, c.ID, x.ID, nil, true)
		w.ok(err)
	}
	w.ok(w.Submit(ctx, w.trainer, c.ID, 2))
	_, err = w.Confirm(ctx, w.leader, c.ID, 3)
	w.want(err, fault.Forbidden, "class.close.own")
	if v, err := w.Closing(ctx, w.leader, c.ID); err != nil || v.Class.State != models.ClassClosing || v.Lines[0].Credit() != 700 {
		t.Errorf("after the refusal: %+v, error %v", v, err)
	}
}

func TestAwayMoreThanASeventhIsNotCompleted(t *testing.T) {
	t.Parallel()
	book := courses.ExampleBook()
	sessions := []Session{
		{ClassSession: models.ClassSession{ID: "a", Hours: 600}},
		{ClassSession: models.ClassSession{ID: "b", Hours: 100}},
		{ClassSession: models.ClassSession{ID: "c"}}, // an opening counts nothing and needs no signature
	}
	for _, tc := range []struct {
		a, b   models.Attendance
		credit int
	}{
		{models.Present, models.Late, 700},
		{models.Present, models.OnLeave, 600},
		{models.Present, models.Absent, 600},
		{models.OnLeave, models.Present, 0},
		{models.Absent, models.Absent, 0},
		{models.Present, "", 0},
	} {
		got := sum(book, sessions, map[string]models.Attendance{"a": tc.a, "b": tc.b})
		if got.Credit() != tc.credit || got.All != 700 || got.Sessions != 2 {
			t.Errorf("%s and %s: credit %d of %d, want %d", tc.a, tc.b, got.Credit(), got.All, tc.credit)
		}
	}
}
