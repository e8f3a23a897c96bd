package main

import (
	"slices"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/db"
)

// waiting lists the kinds and units of work by role that only one person does, or nobody where no is "".
func (c *county) waiting(t *testing.T, no string) (out []string) {
	t.Helper()
	var d accounts.Desk
	var err error
	if no == "" {
		d, err = c.accounts.Adrift(t.Context(), c.sys)
	} else {
		d, err = c.accounts.WorkOf(t.Context(), c.sys, c.people[no])
	}
	must(t, err)
	for _, it := range d.Items {
		if it.ByRole() {
			out = append(out, it.Kind+" "+it.Unit+" "+string(it.Role)+it.No+it.Title)
		}
	}
	return out
}

// Claims and matters looked into again are listed where nobody else holds the role; of the latter neither how many
// there are nor whose.
func TestWorkByRoleIsListedWhenNobodyElseHoldsTheRole(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	x := c.given(t, "A3")
	must(t, db.Tx(t.Context(), c.db, func(tx *gorm.DB) error {
		for i, state := range []models.LoopState{models.LoopVerify, models.LoopSend, models.LoopDone} {
			l := models.RatingLoop{
				ID: models.NewRandomID(), Origin: models.LoopSample, CaseID: x.ID, UnitID: c.village.ID,
				OpenedOn: "2026-07-15", DueOn: "2026-07-22", State: state, Version: i + 1,
			}
			if err := tx.Create(&l).Error; err != nil {
				return err
			}
		}
		return tx.Create(&models.HoursClaim{
			ID: models.NewID(), PersonID: c.people["A3"], UnitID: c.village.ID, Ledger: models.InPersonLedger, Title: "培训班",
			FromOn: "2026-07-01", ToOn: "2026-07-02", Hours: 600, State: models.ClaimOpen, Version: 1, CreatedAt: c.now.Now(),
		}).Error
	}))
	quality, claim := "quality 柳溪镇 supervisor", "claim 石桥村 trainer"
	if got := c.waiting(t, ""); !slices.Equal(got, []string{claim}) {
		t.Errorf("nobody's: %v, want the claim", got)
	}
	if got := c.waiting(t, "S1"); !slices.Equal(got, []string{quality}) {
		t.Errorf("of the only supervisor: %v", got)
	}
	c.grant(t, "A3", models.RoleSupervisor, c.village) // of the unit itself: he is not apart from it
	c.grant(t, "B1", models.RoleTrainer, c.root)
	if got := c.waiting(t, "S1"); !slices.Equal(got, []string{quality}) {
		t.Errorf("beside a supervisor of the unit itself: %v", got)
	}
	if got := c.waiting(t, "B1"); !slices.Equal(got, []string{claim}) {
		t.Errorf("of the only trainer: %v", got)
	}
	c.grant(t, "A2", models.RoleSupervisor, c.root)
	c.grant(t, "A1", models.RoleTrainer, c.town)
	for _, no := range []string{"S1", "B1", ""} {
		if got := c.waiting(t, no); len(got) != 0 {
			t.Errorf("%q with two of each: %v", no, got)
		}
	}
}
