package trainer

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
)

// Waiting are the claims of one unit that no training administrator has decided yet.
type Waiting struct {
	UnitID, Unit, Path string
	N                  int
}

// WaitingTx counts the claims of hours that wait, by unit.
func WaitingTx(tx *gorm.DB) (out []Waiting, err error) {
	err = tx.Table("hours_claims AS h").Select("u.id AS unit_id, u.name AS unit, u.path, COUNT(*) AS n").
		Joins("JOIN units u ON u.id = h.unit_id").Where("h.state = ?", models.ClaimOpen).
		Group("u.id, u.name, u.path").Order("u.path").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("count claims that wait: %w", err)
	}
	return out, nil
}
