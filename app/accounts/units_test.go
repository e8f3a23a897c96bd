package accounts_test

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// again reads a unit anew.
func (h *house) again(t *testing.T, id string) models.Unit {
	t.Helper()
	var u models.Unit
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error { return tx.Take(&u, "id = ?", id).Error }))
	return u
}

// oldHouse is a house whose units were made a year ago.
func oldHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, accounts.Options{})
	h.clock.Set(models.Date("2025-07-01").Start())
	return h
}

// A former name is kept with its span, also when the name changes twice.
func TestFormerNamesOfUnitsAreKept(t *testing.T) {
	t.Parallel()
	h := oldHouse(t)
	u := h.unit(t, h.root, "柳溪乡", models.Township)
	h.clock.Set(models.Date("2026-07-15").Start())
	rename := func(version int, name string, from models.Date) error {
		return h.RenameUnit(t.Context(), h.sys, u.ID, version, name, from)
	}
	field(t, rename(1, "柳溪镇", "2026-07-16"), "from", "account.unit_future")
	field(t, rename(1, "柳溪镇", "2025-01-01"), "from", "account.unit_before")
	must(t, rename(1, "柳溪镇", "2026-01-01"))
	must(t, rename(2, "柳溪街道", "2026-07-01"))
	must(t, rename(3, "柳溪街道办", "2026-07-01")) // a slip put right on the same day leaves no trace of a day it never held
	s, err := h.UnitStory(t.Context(), h.sys, u.ID)
	must(t, err)
	if s.Name != "柳溪街道办" || len(s.Pasts) != 2 {
		t.Fatalf("%s with %+v", s.Name, s.Pasts)
	}
	for i, want := range []struct {
		name     string
		from, to models.Date
	}{{"柳溪镇", "2026-01-01", "2026-06-30"}, {"柳溪乡", "2025-07-01", "2025-12-31"}} {
		if p := s.Pasts[i]; p.Value != want.name || p.ValidFrom != want.from || p.ValidTo != want.to {
			t.Errorf("got %+v, want %+v", p, want)
		}
	}
}

// A unit moves with all below it; nobody puts it below itself, and nobody takes it out of another's hands.
func TestAUnitMovesWithAllBelowIt(t *testing.T) {
	t.Parallel()
	h := oldHouse(t)
	a, b := h.unit(t, h.root, "柳溪镇", models.Township), h.unit(t, h.root, "青山镇", models.Township)
	v := h.unit(t, a, "石桥村", models.Village)
	g := h.unit(t, v, "一组", models.Village)
	h.unit(t, b, "东村", models.Village)
	p := h.cadre(t, "LX1001", "周晓岚", g)
	admin := h.townAdmin(t, "LXSYS", a)
	move := func(who models.Actor, u models.Unit, to string) error {
		return h.MoveUnit(t.Context(), who, u.ID, accounts.MoveInput{Version: u.Version, ParentID: to})
	}
	field(t, move(h.sys, v, g.ID), "parent", "account.move.inside")
	field(t, move(h.sys, v, a.ID), "parent", "account.move.same")
	field(t, move(h.sys, h.root, a.ID), "parent", "account.move.inside")
	field(t, move(admin, v, b.ID), "parent", "form.required_choice")
	wants(t, move(admin, b, a.ID), fault.NotFound, "")
	must(t, move(h.sys, v, b.ID))
	wants(t, move(h.sys, v, b.ID), fault.Conflict, "error.stale")
	if got := h.again(t, g.ID).Path; got != b.Path+v.ID+"/"+g.ID+"/" {
		t.Errorf("the unit below lies at %s", got)
	}
	if rows, _, _ := h.People(t.Context(), admin, accounts.PeopleFilter{Text: p.StaffNo}); len(rows) != 0 {
		t.Error("the former superior unit still sees the people")
	}
	s, err := h.UnitStory(t.Context(), h.sys, v.ID)
	must(t, err)
	if len(s.Pasts) != 0 || s.Parent != "青山镇" { // moved on the day it was made: it never lay elsewhere for a day
		t.Errorf("%+v below %s", s.Pasts, s.Parent)
	}
}

// A unit ends when nothing hangs on it any more; then nobody is given a post there.
func TestAUnitEndsWhenNothingHangsOnIt(t *testing.T) {
	t.Parallel()
	h := oldHouse(t)
	a := h.unit(t, h.root, "柳溪镇", models.Township)
	v := h.unit(t, a, "石桥村", models.Village)
	p := h.cadre(t, "LX1001", "周晓岚", v)
	must(t, h.grant("LX1001", models.RoleTrainer, v))
	h.clock.Set(models.Date("2026-07-15").Start())
	end := func(u models.Unit) error {
		return h.EndUnit(t.Context(), h.sys, u.ID, h.again(t, u.ID).Version, "2026-07-14")
	}
	held := func(u models.Unit) string {
		list, err := h.HeldAt(t.Context(), h.sys, u.ID)
		must(t, err)
		var kinds []string
		for _, x := range list {
			kinds = append(kinds, x.Kind)
		}
		return strings.Join(kinds, " ")
	}
	wants(t, end(v), fault.Conflict, "account.unit_held")
	wants(t, end(h.root), fault.Conflict, "account.unit_root")
	if got := held(v); got != "post role" {
		t.Errorf("on the village hang %q", got)
	}
	if got := held(a); got != "unit" {
		t.Errorf("on the township hangs %q", got)
	}
	_, err := h.Leave(t.Context(), h.sys, p.ID, accounts.LeaveInput{Last: "2026-07-14", Reason: models.LeftPost})
	must(t, err)
	must(t, end(v))
	wants(t, end(v), fault.Conflict, "account.unit_over")
	_, err = h.AddPost(t.Context(), h.sys, p.ID, *post(v))
	field(t, err, "unit", "account.unit_ended")
	must(t, end(a))
}

// Merging moves people, managing authority and units below, ends roles, and keeps what was.
func TestMergedUnitsKeepTheirHistory(t *testing.T) {
	t.Parallel()
	h := oldHouse(t)
	a, b := h.unit(t, h.root, "柳溪镇", models.Township), h.unit(t, h.root, "青山镇", models.Township)
	v := h.unit(t, a, "石桥村", models.Village)
	p := h.cadre(t, "LX1001", "周晓岚", a)
	managed := *post(v)
	managed.ManagerID = a.ID
	q, _, err := h.CreatePerson(t.Context(), h.sys, accounts.PersonInput{StaffNo: "LX2001", Name: "李强", Post: &managed})
	must(t, err)
	must(t, h.grant("LX1001", models.RoleTrainer, a))
	h.clock.Set(models.Date("2026-07-15").Start())
	in := accounts.MergeInput{Version: 1, IntoID: v.ID, From: "2026-07-01"}
	_, err = h.PreviewMerge(t.Context(), h.sys, a.ID, in)
	field(t, err, "into", "account.merge.inside")
	in.IntoID = b.ID
	wants(t, h.MergeUnit(t.Context(), h.townAdmin(t, "QSSYS", b), a.ID, in), fault.NotFound, "")
	m, err := h.PreviewMerge(t.Context(), h.sys, a.ID, in)
	must(t, err)
	if len(m.Posts) != 1 || m.Managed != 1 || len(m.Ending) != 1 || len(m.Children) != 1 {
		t.Errorf("the preview says %+v", m)
	}
	must(t, h.MergeUnit(t.Context(), h.sys, a.ID, in))
	wants(t, h.MergeUnit(t.Context(), h.sys, a.ID, in), fault.Conflict, "error.stale")
	for _, tc := range []struct {
		person, unit, manager string
	}{{p.ID, b.ID, b.ID}, {q.ID, v.ID, b.ID}} {
		rows := h.posts(t, tc.person)
		if len(rows) != 2 || rows[0].UnitID != tc.unit || rows[0].ManagerID != tc.manager ||
			rows[0].ValidFrom != "2026-07-01" || rows[1].ValidTo != "2026-06-30" || rows[1].EndReason != models.UnitMerged {
			t.Errorf("posts %+v", rows)
		}
	}
	if got := h.roleEnd(t, p.ID, models.RoleTrainer); got != "2026-07-14" {
		t.Errorf("the role ends on %q", got)
	}
	if got := h.again(t, v.ID); got.Path != b.Path+v.ID+"/" || *got.ParentID != b.ID {
		t.Errorf("the unit below lies at %s", got.Path)
	}
	s, err := h.UnitStory(t.Context(), h.sys, a.ID)
	if err != nil || s.ValidTo != "2026-06-30" || s.Into != "青山镇" {
		t.Errorf("%+v, %v", s, err)
	}
	if s, _ = h.UnitStory(t.Context(), h.sys, v.ID); len(s.Pasts) != 1 || s.Pasts[0].Value != "柳溪镇" ||
		s.Pasts[0].ValidTo != "2026-06-30" {
		t.Errorf("the village was elsewhere: %+v", s.Pasts)
	}
}
