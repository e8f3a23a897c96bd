package cases_test

import (
	"testing"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// posted gives an actor the right that comes with a post at a unit, as whoever signs in has it.
func posted(a models.Actor, at models.Unit) models.Actor {
	a.Grants = append([]models.Grant{{Role: models.RoleCadre, UnitID: at.ID, UnitPath: at.Path}}, a.Grants...)
	return a
}

// countySupervisor holds the role for the whole county, and a post at another unit.
func (w *world) countySupervisor(staffNo, name string, post models.Unit) models.Actor {
	return posted(w.person(staffNo, name, w.county, models.RoleSupervisor, models.RoleIntake), post)
}

// What residents were promised holds against whoever holds a role for the whole county as well: his post decides.
func TestAReportOfWrongdoingReachesNobodyWithAPostInTheUnitItIsAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	inTown := w.countySupervisor("C1", "县督甲", w.town)
	inVillage := w.countySupervisor("C2", "县督乙", w.village)
	apart := w.countySupervisor("C3", "县督丙", w.elsewhere)
	atTop := w.countySupervisor("C4", "县督丁", w.county)
	send := func(at models.Unit, text string) string {
		t.Helper()
		must(w.cases.Raise(ctx, cases.Raising{
			Kind: models.Wrongdoing, UnitID: at.ID, Text: text, Ticket: w.cases.RaiseTicket(),
		}))(t)
		list, _, err := w.cases.Tips(ctx, atTop, 1, 20)
		if err != nil || len(list) == 0 {
			t.Fatalf("the county sees %d; %v", len(list), err)
		}
		for _, l := range list {
			if l.State == models.TipOpen {
				return l.ID
			}
		}
		t.Fatal("none is open")
		return ""
	}
	for name, tc := range map[string]struct {
		at       models.Unit
		text     string
		not, yes []models.Actor
	}{
		"the township": {w.town, "违规收费", []models.Actor{inTown, inVillage}, []models.Actor{apart, atTop}},
		"the village":  {w.village, "截留补贴", []models.Actor{inVillage}, []models.Actor{inTown, apart, atTop}},
		"the village, and somebody of the township above": {
			w.village, "周晓岚与村里合伙截留", []models.Actor{inTown, inVillage}, []models.Actor{apart, atTop},
		},
		"the village, and somebody of another township": {
			w.village, "李四与村里合伙截留", []models.Actor{inVillage, apart}, []models.Actor{inTown, atTop},
		},
	} {
		id := send(tc.at, tc.text)
		for _, who := range tc.not {
			if _, err := w.cases.Tip(ctx, who, id); fault.Of(err).Key != "tip.unknown" {
				t.Errorf("%s: %s reads it: %v", name, who.Name, err)
			}
			if err := w.cases.PassTip(ctx, who, id, "县纪委监委信访室", "陈纪", 1); fault.Of(err).Key != "tip.unknown" {
				t.Errorf("%s: %s empties it: %v", name, who.Name, err)
			}
			list, _, err := w.cases.Tips(ctx, who, 1, 50)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range list {
				if l.ID == id {
					t.Errorf("%s: %s has it in the list", name, who.Name)
				}
			}
			if n, err := w.cases.TipsWaiting(ctx, who); err != nil || n != 0 {
				t.Errorf("%s: %s hears of %d that wait; %v", name, who.Name, n, err)
			}
		}
		for _, who := range tc.yes {
			if v, err := w.cases.Tip(ctx, who, id); err != nil || v.Said != tc.text {
				t.Errorf("%s: %s reads %q; %v", name, who.Name, v.Said, err)
			}
		}
		if err := w.cases.PassTip(ctx, atTop, id, "县纪委监委信访室", "陈纪", 1); err != nil {
			t.Fatal(err)
		}
	}
}

// A complaint about a cadre never reaches his unit, nor whoever has a post there and a role for the whole county.
func TestAComplaintReachesNobodyWithAPostInTheUnitItIsAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.byNo(w.raised(models.Complaint, "王𬭁在窗口骂人，态度恶劣。").No)
	for _, who := range []models.Actor{
		w.countySupervisor("C1", "县督甲", w.village),
		posted(w.person("C2", "县检乙", w.county, models.RoleInspector), w.village),
	} {
		w.hidden(who, c)
		found, err := w.cases.List(t.Context(), who, cases.Filter{})
		if err != nil || found.Total != 0 {
			t.Errorf("%s lists %d; %v", who.Name, found.Total, err)
		}
	}
	for _, post := range []models.Unit{w.town, w.elsewhere, w.county} {
		who := w.countySupervisor("D"+post.ID[20:], "县督", post)
		if _, err := w.cases.Get(t.Context(), who, c.ID); err != nil {
			t.Errorf("a post at %s: %v", post.Name, err)
		}
	}
}
