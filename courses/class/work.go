package class

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// OpenClass is a class that somebody has charge of as head teacher (班主任) and that is not over.
type OpenClass struct {
	ID, Name, Unit, UnitPath, HeadID, Head string
	ToOn                                   models.Date
}

// live are the states in which a class has somebody in charge.
var live = []models.ClassState{models.ClassPlanned, models.ClassOpen, models.ClassClosing}

func openQuery(tx *gorm.DB) *gorm.DB {
	return tx.Table("training_classes").
		Select("training_classes.id, training_classes.name, training_classes.head_id, training_classes.to_on, "+
			"units.name AS unit, units.path AS unit_path, h.name AS head").
		Joins("JOIN units ON units.id = training_classes.unit_id").
		Joins("JOIN persons h ON h.id = training_classes.head_id").
		Where("training_classes.state IN ?", live).Order("training_classes.to_on, training_classes.id")
}

// OpenOfTx lists the classes that somebody has charge of, by their last day.
func OpenOfTx(tx *gorm.DB, personID string) (out []OpenClass, err error) {
	if err := openQuery(tx).Where("training_classes.head_id = ?", personID).Scan(&out).Error; err != nil {
		return nil, fmt.Errorf("list classes in charge: %w", err)
	}
	return out, nil
}

// AdriftTx lists the classes in a reach whose head teacher has left: no post, and no training administrator any more.
// By their last day.
func AdriftTx(tx *gorm.DB, today models.Date, r policy.Reach) (out []OpenClass, err error) {
	err = within(openQuery(tx), r).Where("(h.disabled_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM posts "+
		"WHERE posts.person_id = h.id AND "+current+") AND NOT EXISTS (SELECT 1 FROM role_grants "+
		"WHERE role_grants.person_id = h.id AND "+trains+"))", today, today, models.RoleTrainer, today, today).
		Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list classes without anybody in charge: %w", err)
	}
	return out, nil
}

// HandOverTx gives a class to another head teacher. The caller has checked who may do this and to whom.
//
// Fault: Conflict "class.not_open" for a class that is over.
func (s *Service) HandOverTx(tx *gorm.DB, now time.Time, who models.Actor, id, personID string) error {
	done := tx.Model(&models.TrainingClass{}).Where("id = ? AND state IN ?", id, live).
		Updates(map[string]any{"head_id": personID, "version": gorm.Expr("version + 1")})
	switch {
	case done.Error != nil:
		return fmt.Errorf("hand class over: %w", done.Error)
	case done.RowsAffected == 0:
		return fault.New(fault.Conflict, "class.not_open")
	}
	return audit.Add(tx, now, who, audit.Event{Action: "class.hand_over", Kind: "class", ID: id})
}

// HeldTx counts the classes of a unit that are not over.
func HeldTx(tx *gorm.DB, unitID string) (int, error) {
	var n int64
	err := tx.Model(&models.TrainingClass{}).Where("unit_id = ? AND state IN ?", unitID, live).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count classes of unit: %w", err)
	}
	return int(n), nil
}

// MergeTx gives the classes of a unit that are not over to the one it is merged into.
func MergeTx(tx *gorm.DB, from, into models.Unit) error {
	err := tx.Model(&models.TrainingClass{}).Where("unit_id = ? AND state IN ?", from.ID, live).
		Updates(map[string]any{"unit_id": into.ID, "version": gorm.Expr("version + 1")}).Error
	if err != nil {
		return fmt.Errorf("merge classes of unit: %w", err)
	}
	return nil
}
