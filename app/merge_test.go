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

// merge merges a unit into another.
func (c *county) merge(t *testing.T, from, into models.Unit) {
	t.Helper()
	must(t, c.accounts.MergeUnit(t.Context(), c.sys, from.ID, accounts.MergeInput{Version: from.Version, IntoID: into.ID}))
}

// row reads one row of a table.
func row[T any](t *testing.T, c *county, id string) (x T) {
	t.Helper()
	must(t, db.View(t.Context(), c.db, func(tx *gorm.DB) error { return tx.Where("id = ?", id).Take(&x).Error }))
	return x
}

// What is hidden from a unit stays hidden from whoever takes it over, and goes up where it would lie with them.
func TestAMergedUnitBringsItsSecretsToNobody(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	ctx := t.Context()
	raise := func(at models.Unit) models.Case {
		r, err := c.cases.Raise(ctx, cases.Raising{
			Kind: models.Complaint, UnitID: at.ID, Text: "当众发火", OfPerson: true, Ticket: c.cases.RaiseTicket(),
		})
		must(t, err)
		var x models.Case
		must(t, db.View(ctx, c.db, func(tx *gorm.DB) error { return tx.Where("no = ?", r.No).Take(&x).Error }))
		return x
	}
	ofVillage, ofTown := raise(c.village), raise(c.town)
	c.grant(t, "B1", models.RoleIntake, c.elsewhere)
	if _, err := c.cases.Get(ctx, c.actor(t, "K1"), ofVillage.ID); err != nil {
		t.Fatalf("the township does not see the complaint about its village: %v", err)
	}
	c.now.Set(models.Date("2026-08-01").Start()) // the units are of the first day
	c.merge(t, c.village, c.town)                // into the unit that has the complaint
	if _, err := c.cases.Get(ctx, c.actor(t, "K1"), ofVillage.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("the township took the village over and sees the complaint about it: %v", err)
	}
	if x := row[models.Case](t, c, ofVillage.ID); x.UnitID != c.root.ID || x.State != models.CaseReceived {
		t.Errorf("it lies at %s, %s", x.UnitID, x.State)
	}
	c.merge(t, row[models.Unit](t, c, c.town.ID), c.elsewhere)
	for _, x := range []models.Case{ofVillage, ofTown} {
		for _, no := range []string{"S2", "B1"} {
			if _, err := c.cases.Get(ctx, c.actor(t, no), x.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s of the unit that took over sees %s: %v", no, x.No, err)
			}
		}
		if _, err := c.cases.Get(ctx, system("test"), x.ID); err != nil {
			t.Error(err)
		}
	}
}

// Cards at windows and blank slips go on in the unit that took over; so does what it was asked to do, once.
func TestCardsAndPartsGoOnInTheMergedUnit(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	ctx, clerk := t.Context(), c.actor(t, "K1")
	c.person(t, "A4", c.village)
	stand, err := c.ratings.AddStand(ctx, clerk, c.village.ID, "一号窗口")
	must(t, err)
	slips, err := c.ratings.BlankSlips(ctx, clerk, stand.ID, 2)
	must(t, err)
	x, y := c.given(t, "A1"), c.given(t, "A1")
	_, err = c.cases.Join(ctx, clerk, x.ID, "p:"+c.posts["A3"], "上门核实", x.Version)
	must(t, err)
	third := c.unit(t, c.town, "三河村")
	c.person(t, "A5", third)
	for _, no := range []string{"A3", "A5"} {
		z, err := c.cases.Join(ctx, clerk, y.ID, "p:"+c.posts[no], "上门核实", y.Version)
		must(t, err)
		y = z
	}
	c.now.Set(models.Date("2026-08-01").Start()) // the units are of the first day
	m, err := c.accounts.PreviewMerge(ctx, c.sys, c.village.ID, accounts.MergeInput{IntoID: third.ID})
	must(t, err)
	held := map[string]int{}
	for _, h := range m.Held {
		held[h.Kind] = h.N
	}
	if held["stand"] != 1 || held["part"] != 2 {
		t.Errorf("the preview says %v", held)
	}
	c.merge(t, c.village, third)
	if s := row[models.Stand](t, c, stand.ID); s.UnitID != third.ID || s.ValidTo != "" || s.Version != 2 {
		t.Errorf("the card: %+v", s)
	}
	var moved int64
	var parts []models.CaseParty
	must(t, db.View(ctx, c.db, func(tx *gorm.DB) error {
		if err := tx.Model(&models.PaperSlip{}).Where("unit_id = ?", third.ID).Count(&moved).Error; err != nil {
			return err
		}
		return tx.Order("case_id, answer, id").Find(&parts).Error
	}))
	if int(moved) != len(slips) {
		t.Errorf("%d of %d slips moved", moved, len(slips))
	}
	open := map[string]int{}
	for _, p := range parts {
		if p.Answer == "" {
			open[p.CaseID]++
			if p.UnitID != third.ID {
				t.Errorf("an open part stayed behind: %+v", p)
			}
		}
	}
	if len(parts) != 3 || open[x.ID] != 1 || open[y.ID] != 1 {
		t.Errorf("parts %+v", parts)
	}
	if e := c.seen(t, x.ID).Events[0]; e.Kind != cases.EventUnitMerged || e.Note != "石桥村 → 三河村" {
		t.Errorf("history says %+v", e)
	}
}
