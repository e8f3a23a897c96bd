package cases

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// openParts selects the parts of open cases that somebody was asked to do and has not done yet. A part belongs to the
// unit that was asked.
func openParts(tx *gorm.DB) *gorm.DB {
	return tx.Table("case_parties AS cp").
		Select("cp.id, c.no, c.due_on, m.name AS matter, u.name AS unit, u.path AS unit_path, u.path AS home_path, "+
			"h.id AS handler_id, h.name AS handler").
		Joins("JOIN cases c ON c.id = cp.case_id").Joins("JOIN matters m ON m.id = c.matter_id").
		Joins("JOIN units u ON u.id = cp.unit_id").Joins("JOIN persons h ON h.id = cp.person_id").
		Where("cp.answer = '' AND c.state IN ?", openStates()).Order("c.due_on, c.no, cp.id")
}

// gone is true of a person h who cannot log in or has no post at the unit, a column, on the day that is given twice.
func gone(unit string) string {
	return "(h.disabled_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM posts p WHERE p.person_id = h.id AND p.unit_id = " +
		unit + " AND p.valid_from <= ? AND (p.valid_to = '' OR p.valid_to >= ?)))"
}

// OpenPartsOfTx lists the parts that wait for somebody, by deadline.
func OpenPartsOfTx(tx *gorm.DB, personID string) (out []OpenCase, err error) {
	if err := openParts(tx).Where("cp.person_id = ?", personID).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("list open parts: %w", err)
	}
	return out, nil
}

// AdriftPartsTx lists the parts that the actor may hand over of whoever holds no post at the unit any more, by
// deadline; none of a case that is hidden from the actor.
func AdriftPartsTx(tx *gorm.DB, today models.Date, who models.Actor) (out []OpenCase, err error) {
	cond, args := ScopeCond(who, policy.HandOver)
	err = openParts(tx).Where(cond, args...).
		Where(gone("cp.unit_id"), today, today).
		Limit(maxAdrift).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list parts to be handed over: %w", err)
	}
	return out, nil
}

// HandOverPartTx gives a part that is not done to another of the unit that was asked. The caller has checked who may do
// this and to whom.
//
// Faults: Conflict "serve.stale" when it was done meanwhile, "serve.hidden_taker" in a complaint about him or his unit.
func (s *Service) HandOverPartTx(tx *gorm.DB, now time.Time, who models.Actor, partyID string, to Taker) error {
	var part models.CaseParty
	if err := tx.Where("id = ?", partyID).Take(&part).Error; err != nil {
		return fmt.Errorf("read part to be handed over: %w", err)
	}
	if err := s.mayTakeTx(tx, part.CaseID, to); err != nil {
		return err
	}
	var from models.Person
	if err := tx.Where("id = ?", models.Deref(part.PersonID)).Limit(1).Find(&from).Error; err != nil {
		return fmt.Errorf("read who had the part: %w", err)
	}
	done := tx.Model(&models.CaseParty{}).Where("id = ? AND answer = '' AND person_id = ?", part.ID, from.ID).
		Update("person_id", to.PersonID)
	switch {
	case done.Error != nil:
		return fmt.Errorf("hand over part: %w", done.Error)
	case done.RowsAffected == 0:
		return fault.New(fault.Conflict, "serve.stale")
	}
	note := from.Name + " → " + to.Name + " · " + to.Unit
	if err := s.eventTx(tx, now, who, part.CaseID, EventHandedOver, note, false); err != nil {
		return err
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: "case.hand_over", Kind: "case", ID: part.CaseID, Detail: "part " + part.ID,
	})
}
