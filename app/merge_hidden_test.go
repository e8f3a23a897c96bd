package main

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// complaint raises one about the conduct of somebody of a unit, who is not named.
func (c *county) complaint(t *testing.T, at models.Unit) models.Case {
	t.Helper()
	r, err := c.cases.Raise(t.Context(), cases.Raising{
		Kind: models.Complaint, UnitID: at.ID, Text: "当众发火", OfPerson: true, Ticket: c.cases.RaiseTicket(),
	})
	must(t, err)
	var x models.Case
	must(t, db.View(t.Context(), c.db, func(tx *gorm.DB) error { return tx.Where("no = ?", r.No).Take(&x).Error }))
	return x
}

func (c *county) sees(t *testing.T, no, caseID string) bool {
	t.Helper()
	_, err := c.cases.Get(t.Context(), c.actor(t, no), caseID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		t.Fatal(err)
	}
	return err == nil
}

// Nothing can be hidden from the unit at the top; so a complaint about a unit that was merged into it stays away from
// each of the people who came over, whatever role they get there.
func TestAComplaintStaysAwayFromThoseWhoComeToTheTop(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	x := c.complaint(t, c.elsewhere)
	c.person(t, "R1", c.root)
	c.grant(t, "R1", models.RoleSupervisor, c.root)
	if !c.sees(t, "R1", x.ID) || c.sees(t, "S2", x.ID) {
		t.Fatal("the complaint does not lie above the unit that it is about")
	}
	c.now.Set(models.Date("2026-08-01").Start())
	c.merge(t, c.elsewhere, c.root)
	c.grant(t, "B1", models.RoleSupervisor, c.root)
	c.grant(t, "S2", models.RoleIntake, c.root)
	for _, no := range []string{"B1", "S2"} {
		if c.sees(t, no, x.ID) {
			t.Errorf("%s came over and sees the complaint about his former unit", no)
		}
	}
	if !c.sees(t, "R1", x.ID) {
		t.Error("whoever was at the top before does not see it any more")
	}
}

// A complaint lies with the unit above the one that it is about. Is that unit merged into the one below, the complaint
// goes up and does not come to those whom it is about.
func TestAComplaintGoesUpWhenItsUnitJoinsTheOneItIsAbout(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	x := c.complaint(t, c.village) // lies with the township
	c.now.Set(models.Date("2026-08-01").Start())
	must(t, c.accounts.MoveUnit(t.Context(), c.sys, c.village.ID, accounts.MoveInput{
		Version: c.village.Version, ParentID: c.elsewhere.ID,
	}))
	c.grant(t, "S2", models.RoleIntake, c.elsewhere)
	if c.sees(t, "S2", x.ID) || !c.sees(t, "K1", x.ID) {
		t.Error("the move of a unit carried the complaint about it along")
	}
	c.grant(t, "A3", models.RoleSupervisor, row[models.Unit](t, c, c.village.ID))
	if c.sees(t, "A3", x.ID) {
		t.Error("the village sees the complaint about it after the move")
	}
	c.merge(t, row[models.Unit](t, c, c.town.ID), row[models.Unit](t, c, c.village.ID))
	c.grant(t, "K1", models.RoleIntake, row[models.Unit](t, c, c.village.ID))
	for _, no := range []string{"A3", "K1"} {
		if c.sees(t, no, x.ID) {
			t.Errorf("%s of the village sees the complaint about it", no)
		}
	}
	if got := row[models.Case](t, c, x.ID); got.UnitID != c.elsewhere.ID || got.State != models.CaseReceived {
		t.Errorf("it lies at %s, %s; want the unit above the village", got.UnitID, got.State)
	}
}
