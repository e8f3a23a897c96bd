package assessments_test

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/assessments"
	"shanzhi/models"
)

// dossiers reads what was sealed of a cadre and, where there is one, of a unit.
func (w *world) dossiers(person, unit string) (p assessments.PersonDossier, u assessments.UnitDossier, has bool) {
	w.t.Helper()
	w.tx(func(tx *gorm.DB) error {
		period, err := assessments.PeriodTx(tx, code)
		if err != nil {
			return err
		}
		if _, err := assessments.DossierTx(tx, period.ID, assessments.PersonKind, person, &p); err != nil {
			return err
		}
		_, err = assessments.DossierTx(tx, period.ID, assessments.UnitKind, unit, &u)
		has = err == nil
		return nil
	})
	return p, u, has
}

// move ends the town's post of a cadre on a day and lets him go on at another unit.
func (w *world) move(person string, last models.Date, to models.Unit, kind models.PostKind) {
	w.t.Helper()
	w.tx(func(tx *gorm.DB) error {
		if kind == models.Appointed {
			err := tx.Model(&models.Post{}).Where("person_id = ?", person).Update("valid_to", last).Error
			if err != nil {
				return err
			}
		}
		post := models.Post{
			ID: models.NewID(), PersonID: person, UnitID: to.ID, ManagerID: to.ID, Title: "村务助理", Class: "window",
			Category: models.Institution, Kind: kind, ValidFrom: last.AddDays(1), Version: 1,
		}
		if kind != models.Appointed {
			post.ValidTo = "2026-12-31"
		}
		return tx.Create(&post).Error
	})
}

// Whoever moves in the middle of the span is assessed where he is at its end, on all that he did in it; what he did
// before stays with the unit where he did it.
func TestWhoMovesWithinTheSpanTakesHisEvidenceAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mover := w.cadres[1]
	w.move(mover.ID, "2026-04-30", w.village, models.Appointed)
	w.seal()
	p, town, _ := w.dossiers(mover.ID, w.town.ID)
	if p.Person.Unit != "石桥村" || p.Person.Since != "2026-05-01" || p.Person.CountedFrom != "2026-01-01" {
		t.Errorf("assessed at %s since %s, counted from %s", p.Person.Unit, p.Person.Since, p.Person.CountedFrom)
	}
	if p.Cases.Closed != 20 || p.Ratings.N != 15 {
		t.Errorf("his own: %d cases and %d ratings, want 20 and 15", p.Cases.Closed, p.Ratings.N)
	}
	if town.Cases.Closed != 24*20 || town.Ratings.N != 24*15 || town.OnDuty != 23 {
		t.Errorf("the town: %d cases, %d ratings, %d on duty", town.Cases.Closed, town.Ratings.N, town.OnDuty)
	}
}

// Somebody on loan is assessed where he is appointed, once.
func TestALoanIsNoSecondAssessment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lent := w.cadres[1]
	w.tx(func(tx *gorm.DB) error { // the loan is older than the appointment: it is not the one held longest that counts
		return tx.Model(&models.Post{}).Where("person_id = ?", lent.ID).Update("valid_from", "2026-03-01").Error
	})
	w.move(lent.ID, "2026-01-31", w.village, models.OnLoan)
	w.seal()
	p, _, _ := w.dossiers(lent.ID, w.village.ID)
	if p.Person.Unit != "柳溪镇" || p.Person.CountedFrom != "2026-02-01" {
		t.Errorf("assessed at %s, counted from %s", p.Person.Unit, p.Person.CountedFrom)
	}
	var n int64
	w.tx(func(tx *gorm.DB) error {
		return tx.Model(&models.Participant{}).Where("person_id = ?", lent.ID).Count(&n).Error
	})
	if n != 1 {
		t.Errorf("assessed %d times", n)
	}
}

// A unit is called what it was called at the end of the span, and one that was merged into another within it is reported
// on when it has served until then.
func TestUnitsAreReportedAsTheyWere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tx(func(tx *gorm.DB) error {
		gone := models.UnitPast{
			ID: models.NewID(), UnitID: w.dept.ID, Kind: models.PastName, Value: "组织部（旧名）", ValidFrom: "2020-01-01",
			ValidTo: "2026-05-31", CreatedAt: w.clock.Now(),
		}
		held := gone
		held.ID, held.UnitID, held.Value, held.ValidTo = models.NewID(), w.village.ID, "石桥大队", "2026-07-01"
		for _, row := range []any{&gone, &held} {
			if err := tx.Create(row).Error; err != nil {
				return err
			}
		}
		// The town ends in May; its people go on in the village.
		if err := tx.Model(&models.Unit{}).Where("id = ?", w.town.ID).Update("valid_to", "2026-05-31").Error; err != nil {
			return err
		}
		return nil
	})
	for _, p := range w.cadres {
		w.move(p.ID, "2026-05-31", w.village, models.Appointed)
	}
	w.seal()
	p, town, has := w.dossiers(w.cadres[0].ID, w.town.ID)
	if !has || town.Cases.Closed != 24*20 || town.OnDuty != 0 {
		t.Errorf("the unit that was merged: %v, %d cases, %d on duty", has, town.Cases.Closed, town.OnDuty)
	}
	if p.Person.Unit != "石桥大队" {
		t.Errorf("his unit is called %s", p.Person.Unit)
	}
	_, dept, has := w.dossiers(w.cadres[0].ID, w.dept.ID)
	if !has || dept.Unit.Name != "中共青禾县委组织部" {
		t.Errorf("the department is called %q", dept.Unit.Name)
	}
	_, village, _ := w.dossiers(w.cadres[0].ID, w.village.ID)
	if village.Unit.Name != "石桥大队" || village.Unit.Parent != "柳溪镇" || village.OnDuty != 24 {
		t.Errorf("the village: %+v, %d on duty", village.Unit, village.OnDuty)
	}
}
