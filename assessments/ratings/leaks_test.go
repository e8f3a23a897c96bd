package ratings_test

import (
	"testing"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
)

func TestALeakComplaintIsReadAboveTheRatedUnitOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	in := ratings.Leak{
		UnitID: w.village.ID, Text: "村主任问我为什么打差评", Contact: "13812340926", Ticket: w.ratings.LeakTicket(),
	}
	for range 2 { // sent twice it is one
		if err := w.ratings.ReportLeak(ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	inVillage := w.person("V1", "村督", w.village, models.RoleSupervisor, models.RoleIntake, models.RoleLeader)
	if list, n, err := w.ratings.Leaks(ctx, inVillage, 1, 20); err != nil || n != 0 || len(list) != 0 {
		t.Errorf("the rated unit sees %d complaints; %v", n, err)
	}
	list, n, err := w.ratings.Leaks(ctx, w.supervisor, 1, 20)
	if err != nil || n != 1 || list[0].Unit != w.village.Name || list[0].State != models.LeakOpen {
		t.Fatalf("the unit above sees %+v; %v", list, err)
	}
	id := list[0].ID
	_, err = w.ratings.Leak(ctx, inVillage, id)
	refused(t, err, fault.NotFound, "", "rate.leak.unknown")
	refused(t, w.ratings.CloseLeak(ctx, inVillage, id, "算了", 1), fault.NotFound, "", "rate.leak.unknown")
	_, err = w.ratings.Leak(ctx, w.handler, id)
	refused(t, err, fault.NotFound, "", "rate.leak.unknown")
	one, err := w.ratings.Leak(ctx, w.supervisor, id)
	if err != nil || one.Said != in.Text || one.Reach != in.Contact {
		t.Fatalf("opened %+v; %v", one, err)
	}
	refused(t, w.ratings.CloseLeak(ctx, w.supervisor, id, " ", 1), fault.Invalid, "note", "form.required")
	if err := w.ratings.CloseLeak(ctx, w.supervisor, id, "已约谈", 1); err != nil {
		t.Fatal(err)
	}
	refused(t, w.ratings.CloseLeak(ctx, w.supervisor, id, "再来", 1), fault.Conflict, "", "error.stale")
	if one, err = w.ratings.Leak(ctx, w.supervisor, id); err != nil || one.Note != "已约谈" || one.Handler != "赵督" {
		t.Errorf("closed %+v; %v", one, err)
	}
	seen := 0
	for _, e := range all[models.AuditEntry](w) {
		if e.Action == "leak.see" {
			seen++
		}
	}
	if seen != 2 {
		t.Errorf("%d looks are logged, want 2", seen)
	}
}

func TestLeakComplaintsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	send := func(unit, text, ticket string) error {
		return w.ratings.ReportLeak(t.Context(), ratings.Leak{UnitID: unit, Text: text, Ticket: ticket})
	}
	good := w.ratings.LeakTicket()
	refused(t, send("", "", good), fault.Invalid, "unit", "form.required_choice")
	refused(t, send(w.village.ID, "  ", good), fault.Invalid, "text", "form.required")
	refused(t, send("nowhere", "x", good), fault.Invalid, "unit", "form.choice")
	refused(t, send(w.town.ID, "nobody above", good), fault.Invalid, "unit", "form.choice")
	refused(t, send(w.village.ID, "x", "made up"), fault.Invalid, "", "vault.token_wrong")
	if n := len(all[models.LeakReport](w)); n != 0 {
		t.Errorf("%d complaints, want none", n)
	}
}

// inRated is a supervisor of the township whose own post lies in a unit.
func (w *world) inRated(staffNo string, post models.Unit) models.Actor {
	a := w.person(staffNo, "督导"+staffNo, w.town, models.RoleSupervisor)
	a.Grants = append(a.Grants, models.Grant{Role: models.RoleCadre, UnitID: post.ID, UnitPath: post.Path})
	return a
}

// "The rated unit does not see this" holds against a supervisor above whose own post is there.
func TestNobodyWithAPostInTheRatedUnitReadsALeakComplaint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	named, own := w.person("N1", "孟督导", w.town, models.RoleSupervisor), w.inRated("N2", w.village)
	in := ratings.Leak{UnitID: w.village.ID, Text: "孟督导把差评告诉了村里", Ticket: w.ratings.LeakTicket()}
	for range 2 {
		if err := w.ratings.ReportLeak(ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	id := all[models.LeakReport](w)[0].ID
	for _, who := range []models.Actor{named, own} {
		if list, n, err := w.ratings.Leaks(ctx, who, 1, 20); err != nil || n != 0 || len(list) != 0 {
			t.Errorf("%s lists %d; %v", who.Name, n, err)
		}
		if n, err := w.ratings.LeaksWaiting(ctx, who); err != nil || n != 0 {
			t.Errorf("%s hears of %d; %v", who.Name, n, err)
		}
		_, err := w.ratings.Leak(ctx, who, id)
		refused(t, err, fault.NotFound, "", "rate.leak.unknown")
		refused(t, w.ratings.CloseLeak(ctx, who, id, "算了", 1), fault.NotFound, "", "rate.leak.unknown")
	}
	county := w.supervisor
	if _, err := w.ratings.Leak(ctx, county, id); err != nil {
		t.Errorf("a supervisor apart: %v", err)
	}
}
