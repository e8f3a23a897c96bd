package cases

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/fault"
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

// openRechecks selects the rechecks that wait for somebody. The matter is closed and stays his who handled it; the
// recheck belongs to the unit for which it counts.
func openRechecks(tx *gorm.DB) *gorm.DB {
	return tx.Table("case_rechecks AS k").
		Select("k.id, c.no, k.due_on, m.name AS matter, u.name AS unit, u.path AS unit_path, u.path AS home_path, " +
			"h.id AS handler_id, h.name AS handler").
		Joins("JOIN cases c ON c.id = k.case_id").Joins("JOIN matters m ON m.id = c.matter_id").
		Joins("JOIN units u ON u.id = c.unit_id").Joins("JOIN persons h ON h.id = k.handler_id").
		Where("k.replied_on = ''").Order("k.due_on, c.no, k.id")
}

// OpenRechecksOfTx lists the rechecks that wait for somebody, by deadline.
func OpenRechecksOfTx(tx *gorm.DB, personID string) (out []OpenCase, err error) {
	if err := openRechecks(tx).Where("k.handler_id = ?", personID).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("list open rechecks: %w", err)
	}
	return out, nil
}

// AdriftRechecksTx lists the rechecks that the actor may hand over of whoever holds no post at the unit any more, by
// deadline; none of a case that is hidden from the actor.
func AdriftRechecksTx(tx *gorm.DB, today models.Date, who models.Actor) (out []OpenCase, err error) {
	cond, args := ScopeCond(who, policy.HandOver)
	err = openRechecks(tx).Where(cond, args...).
		Where(gone("c.unit_id"), today, today).
		Limit(maxAdrift).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list rechecks to be handed over: %w", err)
	}
	return out, nil
}

// HandOverRecheckTx gives a recheck that waits to another. Who handled the matter, and for whom it counts, stays as it
// was. The caller has checked who may do this and to whom.
//
// Faults: Conflict "serve.stale" when it was answered meanwhile, "serve.hidden_taker" in a complaint about him or his
// unit.
func (s *Service) HandOverRecheckTx(tx *gorm.DB, now time.Time, who models.Actor, id string, to Taker) error {
	var k models.CaseRecheck
	if err := tx.Where("id = ?", id).Take(&k).Error; err != nil {
		return fmt.Errorf("read recheck to be handed over: %w", err)
	}
	if err := s.mayTakeTx(tx, k.CaseID, to); err != nil {
		return err
	}
	var from models.Person
	if err := tx.Where("id = ?", k.HandlerID).Take(&from).Error; err != nil {
		return fmt.Errorf("read who had the recheck: %w", err)
	}
	done := tx.Model(&models.CaseRecheck{}).Where("id = ? AND replied_on = '' AND handler_id = ?", id, from.ID).
		Update("handler_id", to.PersonID)
	switch {
	case done.Error != nil:
		return fmt.Errorf("hand over recheck: %w", done.Error)
	case done.RowsAffected == 0:
		return fault.New(fault.Conflict, "serve.stale")
	}
	note := from.Name + " → " + to.Name + " · " + to.Unit
	if err := s.eventTx(tx, now, who, k.CaseID, EventHandedOver, note, false); err != nil {
		return err
	}
	args, href := notice.Args{"due": k.DueOn}, "/serve/cases/"+k.CaseID
	if err := notice.AddTx(tx, now, to.PersonID, "case_recheck", args, href); err != nil {
		return err
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: "case.hand_over", Kind: "case", ID: k.CaseID, Detail: "recheck " + k.ID,
	})
}
