package ratings

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
)

// DayCount is the ratings of the batches that took effect on a day, and how many of them are of level 4 or 5.
type DayCount struct{ Good, N int }

// Daily is the batched ratings of all cadres and units by the day their batch took effect.
type Daily struct {
	Persons, Units map[string]map[models.Date]DayCount
}

// DailyTx reads the days of a span, both ends included.
func (s *Service) DailyTx(tx *gorm.DB, from, to models.Date) (Daily, error) {
	var rows []struct {
		SubjectID, UnitID string
		EffectiveOn       models.Date
		Good, N           int
	}
	err := batched(tx, span{from: from, to: to}).
		Select("COALESCE(r.subject_id, '') AS subject_id, r.unit_id, b.effective_on, COUNT(*) AS n, " +
			"SUM(CASE WHEN r.level >= 4 THEN 1 ELSE 0 END) AS good").
		Group("r.subject_id, r.unit_id, b.effective_on").Find(&rows).Error
	if err != nil {
		return Daily{}, fmt.Errorf("count ratings by day: %w", err)
	}
	out := Daily{Persons: map[string]map[models.Date]DayCount{}, Units: map[string]map[models.Date]DayCount{}}
	add := func(of map[string]map[models.Date]DayCount, id string, on models.Date, c DayCount) {
		if id == "" {
			return
		}
		if of[id] == nil {
			of[id] = map[models.Date]DayCount{}
		}
		was := of[id][on]
		of[id][on] = DayCount{Good: was.Good + c.Good, N: was.N + c.N}
	}
	for _, r := range rows {
		add(out.Persons, r.SubjectID, r.EffectiveOn, DayCount{r.Good, r.N})
		add(out.Units, r.UnitID, r.EffectiveOn, DayCount{r.Good, r.N})
	}
	return out, nil
}
