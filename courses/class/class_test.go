package class

import (
	"slices"
	"testing"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

func TestAPlanIsCheckedFieldByField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for field, spoil := range map[string]func(*Input){
		"name":   func(in *Input) { in.Name = " " },
		"ledger": func(in *Input) { in.Ledger = "both" },
		"unit":   func(in *Input) { in.UnitID = w.county.ID + "x" },
		"head":   func(in *Input) { in.HeadNo = "S99" },
		"from":   func(in *Input) { in.From = "2026-02-30" },
		"to":     func(in *Input) { in.To = in.From.AddDays(-1) },
	} {
		in := w.input()
		spoil(&in)
		_, err := w.Create(t.Context(), w.trainer, in)
		if f := fault.Of(err); f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s spoilt: got %v", field, err)
		}
	}
	in := w.input()
	in.From, in.To = models.NewDate(w.today.Year()-1, 12, 30), models.NewDate(w.today.Year(), 1, 2)
	_, err := w.Create(t.Context(), w.trainer, in)
	w.wantField(err, "to", "class.one_year")
	_, err = w.Create(t.Context(), w.town, w.input())
	if f := fault.Of(err); f.Kind != fault.Invalid || f.Fields[0].Name != "unit" {
		t.Errorf("a township plans a class of the county: %v", err)
	}
	for _, who := range []models.Actor{w.anna, w.leader, w.clerk} {
		_, err := w.Create(t.Context(), who, w.input())
		w.want(err, fault.Forbidden, "")
	}
}

func TestASessionLiesWithinItsClassAndItsHoursWithinItsTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, sessions := w.planned()
	good := SessionInput{Day: w.today, FromMin: 540, ToMin: 600, Title: "公文", Hours: 200}
	for _, tc := range []struct {
		field, key string
		spoil      func(*SessionInput)
	}{
		{"day", "class.session.outside", func(in *SessionInput) { in.Day = w.today.AddDays(1) }},
		{"start", "class.session.time", func(in *SessionInput) { in.FromMin = -1 }},
		{"end", "class.session.order", func(in *SessionInput) { in.ToMin = 540 }},
		{"hours", "class.session.hours", func(in *SessionInput) { in.Hours = 201 }}, // 60 minutes hold two lessons
		{"title", "form.required", func(in *SessionInput) { in.Title = "" }},
		{"course", "form.required_choice", func(in *SessionInput) { in.Course = "nothing" }},
		{"hours", "class.session.course_hours", func(in *SessionInput) { in.Course = "mediation" }},
	} {
		in := good
		tc.spoil(&in)
		_, err := w.AddSession(t.Context(), w.trainer, c.ID, in)
		w.wantField(err, tc.field, tc.key)
	}
	clash := good
	clash.Day, clash.FromMin, clash.ToMin = w.today.AddDays(-1), 1000, 1100
	_, err := w.AddSession(t.Context(), w.trainer, c.ID, clash)
	w.want(err, fault.Conflict, "class.session.overlap")
	in := w.input()
	in.From = w.today
	w.want(w.Change(t.Context(), w.trainer, c.ID, 1, in), fault.Conflict, "class.sessions_outside")
	w.ok(w.DropSession(t.Context(), w.trainer, c.ID, sessions[0].ID))
	w.want(w.DropSession(t.Context(), w.trainer, c.ID, sessions[0].ID), fault.NotFound, "")
}

func TestAnAudienceIsByUnitCategoryAndPostWithoutWhoeverInvites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, _ := w.planned()
	invite := func(a Audience, want int) {
		t.Helper()
		if n, err := w.Invite(ctx, w.trainer, c.ID, a); err != nil || n != want {
			t.Errorf("%+v: %d invited, error %v, want %d", a, n, err, want)
		}
	}
	invite(Audience{UnitID: w.county.ID, PostClass: "service_window", Below: true}, 0)
	invite(Audience{UnitID: w.near.ID, Category: models.VillageCadre}, 1) // boris
	invite(Audience{UnitID: w.near.ID}, 2)                                // anna and the trainer of the town
	invite(Audience{UnitID: w.county.ID}, 3)                              // all of the county itself but the actor
	invite(Audience{UnitID: w.county.ID, Below: true}, 1)                 // other
	_, err := w.InviteByNo(ctx, w.trainer, c.ID, "S1, S98；S99")
	w.wantField(err, "numbers", "class.member.unknown")
	_, err = w.InviteByNo(ctx, w.trainer, c.ID, "S4")
	w.wantField(err, "numbers", "class.member.own")
	_, err = w.Invite(ctx, w.trainer, c.ID, Audience{UnitID: "none"})
	w.wantField(err, "unit", "form.required_choice")
	_, list, total, err := w.Members(ctx, w.leader, c.ID, 1, 3)
	if err != nil || total != 7 || len(list) != 3 {
		t.Errorf("%d of %d on the list, error %v", len(list), total, err)
	}
}

func TestWhoIsOnTheListIsToldOfWhatConcernsHim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, _ := w.planned()
	w.want(w.Announce(ctx, w.trainer, c.ID, 1), fault.Conflict, "class.no_member")
	_, err := w.InviteByNo(ctx, w.trainer, c.ID, "S1 S2")
	w.ok(err)
	if own, err := w.OwnClasses(ctx, w.anna); err != nil || len(own) != 0 || len(w.told(w.anna)) != 0 {
		t.Errorf("a class that is only planned shows: %v, error %v, told %v", own, err, w.told(w.anna))
	}
	w.ok(w.Announce(ctx, w.trainer, c.ID, 1))
	w.want(w.Announce(ctx, w.trainer, c.ID, 1), fault.Conflict, "error.stale")
	for range 2 { // two changes of a day are told together
		in := w.input()
		in.Purpose += "。"
		w.ok(w.Change(ctx, w.trainer, c.ID, w.version(c.ID), in))
	}
	w.ok(w.Withdraw(ctx, w.trainer, c.ID, w.boris.ID, "工作冲突"))
	w.wantField(w.Withdraw(ctx, w.trainer, c.ID, w.anna.ID, ""), "reason", "form.required")
	w.ok(w.Cancel(ctx, w.trainer, c.ID, w.version(c.ID), "讲师不能到课"))
	for who, want := range map[string][]string{
		w.anna.ID: {"class_announced", "class_changed_more", "class_cancelled"}, w.other.ID: nil,
		w.boris.ID: {"class_announced", "class_changed_more", "class_left"},
	} {
		if got := w.told(models.Actor{ID: who}); !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	}
	own, err := w.OwnByID(ctx, w.boris, c.ID)
	if err != nil || own.LeftOn != w.today || own.LeftWhy != "工作冲突" || len(own.Sessions) != 2 {
		t.Errorf("who has left sees %+v, error %v", own.Own, err)
	}
	_, err = w.OwnByID(ctx, w.other, c.ID)
	w.want(err, fault.NotFound, "")
}

// version is the present version of a class.
func (w *world) version(id string) int {
	w.t.Helper()
	v, err := w.ByID(w.t.Context(), w.trainer, id)
	w.ok(err)
	return v.Version
}

func TestAClassOutOfReachDoesNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c, sessions := w.open()
	_, err := w.ByID(ctx, w.town, c.ID)
	w.want(err, fault.NotFound, "")
	_, err = w.Closing(ctx, w.anna, c.ID)
	w.want(err, fault.NotFound, "")
	_, _, err = w.List(ctx, w.anna, Filter{Size: 20})
	w.want(err, fault.Forbidden, "")
	if _, n, err := w.List(ctx, w.town, Filter{Size: 20}); err != nil || n != 0 {
		t.Errorf("the township sees %d classes of the county, error %v", n, err)
	}
	if all, n, err := w.List(ctx, w.leader, Filter{State: models.ClassOpen, Size: 20}); err != nil || n != 1 ||
		all[0].Members != 2 || all[0].Head != "苏文" {
		t.Errorf("the leader sees %+v, error %v", all, err)
	}
	_, err = w.Sign(ctx, w.leader, c.ID, sessions[0].ID, nil, true)
	w.want(err, fault.Forbidden, "")
}

func TestTheClassesOfWhoLeavesChangeHands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.open()
	w.ok(db.Tx(t.Context(), w.d, func(tx *gorm.DB) error {
		mine, err := OpenOfTx(tx, w.trainer.ID)
		if err != nil || len(mine) != 1 || mine[0].ID != c.ID || mine[0].ToOn != c.ToOn {
			t.Errorf("in charge of %+v, error %v", mine, err)
		}
		if err := w.HandOverTx(tx, w.clock.Now(), w.leader, c.ID, w.second.ID); err != nil {
			return err
		}
		if left, err := OpenOfTx(tx, w.trainer.ID); err != nil || len(left) != 0 {
			t.Errorf("still in charge of %v, error %v", left, err)
		}
		if n, err := HeldTx(tx, w.county.ID); err != nil || n != 1 {
			t.Errorf("the unit holds %d, error %v", n, err)
		}
		return MergeTx(tx, w.county, w.near)
	}))
	if v, err := w.ByID(t.Context(), w.town, c.ID); err != nil || v.HeadID != w.second.ID {
		t.Errorf("after merging: head %s, error %v", v.Head, err)
	}
	w.ok(w.Cancel(t.Context(), w.town, c.ID, w.version(c.ID), "不再办"))
	w.ok(db.Tx(t.Context(), w.d, func(tx *gorm.DB) error {
		w.want(w.HandOverTx(tx, w.clock.Now(), w.leader, c.ID, w.trainer.ID), fault.Conflict, "class.not_open")
		return nil
	}))
}
