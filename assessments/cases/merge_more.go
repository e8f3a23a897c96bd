package cases

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
)

// openPartsAt are the parts of open cases that a unit was asked to do and has not done.
func openPartsAt(tx *gorm.DB, unitID string) *gorm.DB {
	return tx.Model(&models.CaseParty{}).Where("unit_id = ? AND answer = ''", unitID).
		Where("case_id IN (?)", tx.Model(&models.Case{}).Select("id").Where("state <> ?", models.CaseClosed))
}

// mergePartsTx gives the parts that are not done to the unit that took over. Where that one takes part already, or has
// the case itself, the part ends with a note: nobody assists himself.
func (s *Service) mergePartsTx(tx *gorm.DB, now time.Time, who models.Actor, from, into models.Unit) error {
	var parts []models.CaseParty
	if err := openPartsAt(tx, from.ID).Order("id").Find(&parts).Error; err != nil {
		return fmt.Errorf("read parts of unit: %w", err)
	}
	note := from.Name + " → " + into.Name
	for _, p := range parts { // a few at most
		var taken, own int64
		err := tx.Model(&models.CaseParty{}).Where("case_id = ? AND unit_id = ?", p.CaseID, into.ID).Count(&taken).Error
		if err != nil {
			return fmt.Errorf("read parts of case: %w", err)
		}
		err = tx.Model(&models.Case{}).Where("id = ? AND unit_id = ?", p.CaseID, into.ID).Count(&own).Error
		if err != nil {
			return fmt.Errorf("read unit of case: %w", err)
		}
		set := map[string]any{"unit_id": into.ID}
		if taken+own > 0 {
			set = map[string]any{"answer": note, "answered_by": models.Ref(who.ID), "answered_at": now}
		}
		if err := tx.Model(&models.CaseParty{}).Where("id = ?", p.ID).Updates(set).Error; err != nil {
			return fmt.Errorf("move part: %w", err)
		}
		if err := s.eventTx(tx, now, who, p.CaseID, EventUnitMerged, note, false); err != nil {
			return err
		}
	}
	return nil
}

// mergeHiddenTx keeps what was hidden from a unit hidden from whoever works for the unit that took over. Open cases
// that lie with that unit, or below it, go to the one above, which decides anew who answers them; so do those that came
// with the merged unit and are about the one that took over. From the unit at the top nothing can be hidden, for nobody
// is above it: there it stays hidden from each person who comes over.
func (s *Service) mergeHiddenTx(
	tx *gorm.DB, now time.Time, who models.Actor, from, into models.Unit, posts map[string]string,
) error {
	var hidden []string
	err := tx.Model(&models.CaseHidden{}).Distinct("case_id").Where("from_id IN ?", []string{from.ID, into.ID}).
		Order("case_id").Pluck("case_id", &hidden).Error
	if err != nil {
		return fmt.Errorf("read what is hidden from unit: %w", err)
	}
	if into.ParentID == nil {
		return hideFromStaffTx(tx, hidden, posts)
	}
	for _, id := range hidden { // complaints about the staff of one unit: a few
		var known int64
		err := tx.Model(&models.CaseHidden{}).Where("case_id = ? AND from_id = ?", id, into.ID).Count(&known).Error
		if err != nil {
			return fmt.Errorf("read what is hidden from unit: %w", err)
		}
		if known == 0 {
			if err := hideTx(tx, id, []string{into.ID}); err != nil {
				return err
			}
		}
		if err := s.raiseHiddenTx(tx, now, who, id, into); err != nil {
			return err
		}
	}
	return nil
}

// hideFromStaffTx hides cases from everybody who held one of the posts of a merged unit.
func hideFromStaffTx(tx *gorm.DB, hidden []string, posts map[string]string) error {
	var staff []string
	err := tx.Model(&models.Post{}).Distinct("person_id").Where("id IN ?", slices.Collect(maps.Keys(posts))).
		Order("person_id").Pluck("person_id", &staff).Error
	if err != nil {
		return fmt.Errorf("read staff of merged unit: %w", err)
	}
	for _, id := range hidden {
		for _, person := range staff {
			if _, err := db.Insert(tx, &models.CaseHidden{CaseID: id, FromID: person}); err != nil {
				return fmt.Errorf("hide case: %w", err)
			}
		}
	}
	return nil
}

// raiseHiddenTx gives an open case that lies with a unit it is hidden from, or below it, to the unit above.
func (s *Service) raiseHiddenTx(tx *gorm.DB, now time.Time, who models.Actor, id string, unit models.Unit) error {
	var lies []models.Case
	err := tx.Table("cases AS c").Select("c.*").Joins("JOIN units u ON u.id = c.unit_id").
		Where("c.id = ? AND c.state <> ? AND u.path LIKE ?", id, models.CaseClosed, unit.Path+"%").Find(&lies).Error
	if err != nil || len(lies) == 0 {
		if err != nil {
			return fmt.Errorf("read case: %w", err)
		}
		return nil
	}
	var above models.Unit
	if err := tx.Where("id = ?", *unit.ParentID).Take(&above).Error; err != nil {
		return fmt.Errorf("read unit above: %w", err)
	}
	c := lies[0]
	err = updateTx(tx, &c, c.Version, map[string]any{
		"unit_id": above.ID, "handler_id": nil, "handler_post_id": nil, "state": models.CaseReceived, "updated_at": now,
	})
	if err != nil {
		return err
	}
	return s.eventTx(tx, now, who, id, EventUnitMerged, unit.Name+" → "+above.Name, false)
}
