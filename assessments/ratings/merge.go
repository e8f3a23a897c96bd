package ratings

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
)

// HeldTx counts the standing rating cards of a unit. Its blank slips are not counted: they go with the cards, and
// nobody could end them.
func HeldTx(tx *gorm.DB, unitID string) (int, error) {
	var n int64
	if err := tx.Model(&models.Stand{}).Where("unit_id = ? AND valid_to = ''", unitID).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count stands of unit: %w", err)
	}
	return int(n), nil
}

// MergeTx gives the standing rating cards of one unit and the blank slips that were not keyed to another: the printed
// codes go on to work, and what is rated by them from now on counts for the unit that took over. Ratings that were
// given stay with the unit as it was, and so does the slip of a case.
func (s *Service) MergeTx(tx *gorm.DB, now time.Time, who models.Actor, from, into models.Unit) error {
	stands := tx.Model(&models.Stand{}).Where("unit_id = ? AND valid_to = ''", from.ID).
		Updates(map[string]any{"unit_id": into.ID, "version": gorm.Expr("version + 1")})
	if stands.Error != nil {
		return fmt.Errorf("move stands: %w", stands.Error)
	}
	slips := tx.Model(&models.PaperSlip{}).
		Where("unit_id = ? AND case_id IS NULL AND state = ?", from.ID, models.SlipOpen).Update("unit_id", into.ID)
	if slips.Error != nil {
		return fmt.Errorf("move blank slips: %w", slips.Error)
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: "stand.unit_merged", Kind: "unit", ID: from.ID,
		Detail: fmt.Sprintf("stands=%d slips=%d into=%s", stands.RowsAffected, slips.RowsAffected, into.ID),
	})
}
