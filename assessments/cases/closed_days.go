package cases

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
)

// ClosedDaysTx counts the cases that were closed in a span, both days included, by unit and day.
func (s *Service) ClosedDaysTx(tx *gorm.DB, from, to models.Date) (map[string]map[models.Date]int, error) {
	var rows []struct {
		UnitID   string
		ClosedOn models.Date
		N        int
	}
	err := tx.Table("cases AS c").Select("c.unit_id, c.closed_on, COUNT(*) AS n").
		Where("c.closed_on BETWEEN ? AND ? AND c.excluded = ?", from, to, false).Group("c.unit_id, c.closed_on").
		Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count closed cases by day: %w", err)
	}
	out := map[string]map[models.Date]int{}
	for _, r := range rows {
		if out[r.UnitID] == nil {
			out[r.UnitID] = map[models.Date]int{}
		}
		out[r.UnitID][r.ClosedOn] = r.N
	}
	return out, nil
}
