package cases

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
)

// EventUnitMerged is the step of the history in which an open case went over to the unit that took over its own.
const EventUnitMerged = "unit_merged"

// UnitHolds is what of this room hangs on a unit.
type UnitHolds struct{ Open, Matters, Parts int }

// HeldTx counts the open cases of a unit, the entries of the duty list for which it is responsible, and the parts of
// open cases that it was asked to do.
func HeldTx(tx *gorm.DB, unitID string) (out UnitHolds, err error) {
	var open, matters, parts int64
	err = tx.Model(&models.Case{}).Where("unit_id = ? AND state <> ?", unitID, models.CaseClosed).Count(&open).Error
	if err != nil {
		return out, fmt.Errorf("count open cases of unit: %w", err)
	}
	err = tx.Model(&models.Matter{}).Where("unit_id = ? AND valid_to = ''", unitID).Count(&matters).Error
	if err != nil {
		return out, fmt.Errorf("count matters of unit: %w", err)
	}
	if err := openPartsAt(tx, unitID).Count(&parts).Error; err != nil {
		return out, fmt.Errorf("count parts of unit: %w", err)
	}
	return UnitHolds{Open: int(open), Matters: int(matters), Parts: int(parts)}, nil
}

// MergeTx gives the open cases, the parts that are not done and the entries of the duty list of one unit to another;
// posts says which post follows which. Closed cases keep the unit as it was. What was hidden from the one is hidden
// from the other too.
func (s *Service) MergeTx(
	tx *gorm.DB, now time.Time, who models.Actor, from, into models.Unit, posts map[string]string,
) error {
	var open []string
	err := tx.Model(&models.Case{}).Where("unit_id = ? AND state <> ?", from.ID, models.CaseClosed).Order("id").
		Pluck("id", &open).Error
	if err != nil {
		return fmt.Errorf("read open cases of unit: %w", err)
	}
	events := make([]models.CaseEvent, len(open))
	for i, id := range open {
		events[i] = models.CaseEvent{
			ID: models.NewID(), CaseID: id, At: now, Kind: EventUnitMerged, Note: from.Name + " → " + into.Name,
			ActorID: models.Ref(who.ID),
		}
	}
	if len(open) > 0 {
		if err := tx.CreateInBatches(events, 200).Error; err != nil {
			return fmt.Errorf("write case events: %w", err)
		}
	}
	set := map[string]any{"unit_id": into.ID, "version": gorm.Expr("version + 1"), "updated_at": now}
	err = tx.Model(&models.Case{}).Where("unit_id = ? AND state <> ?", from.ID, models.CaseClosed).Updates(set).Error
	if err != nil {
		return fmt.Errorf("move open cases: %w", err)
	}
	for old, next := range posts { // a unit has a few dozen posts
		err := tx.Model(&models.Case{}).Where("handler_post_id = ? AND state <> ?", old, models.CaseClosed).
			Update("handler_post_id", next).Error
		if err != nil {
			return fmt.Errorf("move handlers: %w", err)
		}
	}
	err = tx.Model(&models.Matter{}).Where("unit_id = ? AND valid_to = ''", from.ID).Update("unit_id", into.ID).Error
	if err != nil {
		return fmt.Errorf("move matters: %w", err)
	}
	if err := s.mergePartsTx(tx, now, who, from, into); err != nil {
		return err
	}
	if err := s.mergeHiddenTx(tx, now, who, from, into, posts); err != nil {
		return err
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: "case.unit_merged", Kind: "unit", ID: from.ID,
		Detail: fmt.Sprintf("cases=%d into=%s", len(open), into.ID),
	})
}
