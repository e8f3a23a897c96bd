package accounts

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

func insertUnit(tx *gorm.DB, row *models.Unit) error {
	if err := tx.Create(row).Error; err != nil {
		return fmt.Errorf("create unit: %w", err)
	}
	return nil
}

func unitTx(tx *gorm.DB, id string) (models.Unit, error) {
	var row models.Unit
	if err := tx.Take(&row, "id = ?", id).Error; err != nil {
		return row, fmt.Errorf("read unit: %w", err)
	}
	return row, nil
}

func unitsTx(tx *gorm.DB, reach policy.Reach, today models.Date) ([]models.Unit, error) {
	var rows []models.Unit
	err := within(tx.Model(&models.Unit{}), reach, "units.path").
		Where(current("units"), on(today)...).Order("path").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list units: %w", err)
	}
	return rows, nil
}

// siblingTx reports whether a unit of that name lies directly below the parent.
func siblingTx(tx *gorm.DB, parentID, name string) (bool, error) {
	var n int64
	q := tx.Model(&models.Unit{}).Where("parent_id = ? AND name = ? AND valid_to = ''", parentID, name)
	err := q.Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("look for unit of the same name: %w", err)
	}
	return n > 0, nil
}
