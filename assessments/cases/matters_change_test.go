package cases_test

import (
	"testing"
	"time"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// A case keeps what its matter was when it came in; what a matter was is kept beside it, and ending it ends no case.
func TestAChangedMatterLeavesItsCasesAsTheyWere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, sys := t.Context(), models.SystemActor("test")
	before := w.takeIn()
	w.clock.Advance(time.Hour)
	in := cases.MatterChange{MatterInput: cases.MatterInput{
		Name: "老年津贴申请", Family: models.Health, UnitID: w.county.ID, Days: 20, Difficulty: 3,
	}}
	if err := w.cases.ChangeMatter(ctx, sys, w.matter.ID, in); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(time.Hour)
	after := w.takeIn()
	for id, want := range map[string]string{before.ID: "高龄津贴申请", after.ID: "老年津贴申请"} {
		if v := must(w.cases.Get(ctx, w.clerk, id))(t); v.Matter != want {
			t.Errorf("the case shows %q, want %q", v.Matter, want)
		}
	}
	v := must(w.cases.Get(ctx, w.clerk, before.ID))(t).Case
	if v.Family != models.Livelihood || v.Difficulty != 2 || v.DueOn != before.DueOn || after.Family != models.Health {
		t.Errorf("%+v", v)
	}
	m := must(w.cases.Matter(ctx, sys, w.matter.ID))(t)
	if m.Version() != 1 || m.Pasts[0].Name != "高龄津贴申请" || m.Pasts[0].Unit != "柳溪镇" || m.Pasts[0].Days != 5 {
		t.Errorf("%+v", m)
	}
	if err := w.cases.ChangeMatter(ctx, sys, w.matter.ID, in); !fault.Is(err, fault.Conflict) {
		t.Errorf("an older form is taken: %v", err)
	}
	in.Version, in.To = 1, models.DateOf(w.clock.Now())
	if err := w.cases.ChangeMatter(ctx, sys, w.matter.ID, in); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(24 * time.Hour)
	if _, err := w.cases.TakeIn(ctx, w.clerk, cases.Intake{
		MatterID: w.matter.ID, Kind: models.Help, Channel: models.Window, Title: "申请", Detail: "又一件", Name: "钱", Phone: "13812340926",
	}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an ended matter takes cases in: %v", err)
	}
	must(w.cases.Dispatch(ctx, w.clerk, before.ID, w.posts[w.handler.ID], before.Version))(t)
	in.Version, in.To = 2, ""
	if err := w.cases.ChangeMatter(ctx, sys, w.matter.ID, in); err != nil {
		t.Fatal(err)
	}
	w.takeIn()
	if err := w.cases.ChangeMatter(ctx, w.clerk, w.matter.ID, in); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a clerk changes the duty list: %v", err)
	}
	local := models.Actor{ID: "x", Grants: []models.Grant{{Role: models.RoleSystem, UnitID: w.elsewhere.ID, UnitPath: w.elsewhere.Path}}}
	if err := w.cases.ChangeMatter(ctx, local, w.matter.ID, in); !fault.Is(err, fault.NotFound) {
		t.Errorf("beyond the reach: %v", err)
	}
}
