package ratings

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// MinRates is the smallest number of valid call-backs for which rates are shown (red line 8).
const MinRates = 10

// UnitRates are the three rates of a unit by call-backs of the independent sample (三率).
//
// They advance by five calls at once: a unit that looked every day would else read single answers off the differences.
type UnitRates struct {
	UnitID, Unit string
	Valid        int // valid call-backs, a multiple of five; 0 below MinRates
	Contacted    int // the handling unit got in touch
	Solved       int // solved, in the resident's words
	Satisfied    float64
	Few          bool // there are some, but fewer than MinRates
}

// Shares returns response, resolution and satisfaction as shares of the valid call-backs; satisfied counts the
// basically satisfied by 0.9 (12345 三率). Zero without valid ones.
func (r UnitRates) Shares() (response, resolution, satisfaction float64) {
	if r.Valid == 0 {
		return 0, 0, 0
	}
	n := float64(r.Valid)
	return float64(r.Contacted) / n, float64(r.Solved) / n, r.Satisfied / n
}

// calledRow is one answered call.
type calledRow struct {
	UnitID, Unit string
	Contacted    bool
	Solved       models.Resolution
	Level        int
}

// Rates returns the three rates of the units within the actor's reach, in the order of the tree. A call in which the
// resident would not give a level is no valid one.
//
// Fault: Forbidden.
func (s *Service) Rates(ctx context.Context, who models.Actor) ([]UnitRates, error) {
	if !policy.May(who, policy.RatesSee) {
		return nil, policy.Check(who, policy.RatesSee, policy.Object{})
	}
	var rows []calledRow
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		q := tx.Table("rating_loops AS l").Select("l.unit_id, u.name AS unit, l.contacted, l.solved, l.level").
			Joins("JOIN units u ON u.id = l.unit_id").
			Where("l.origin = ? AND l.called_on <> '' AND l.level > 0", models.LoopSample)
		within, args := policy.Scope(who, policy.RatesSee).Below("u.path")
		return q.Where(within, args...).Order("u.path, l.called_on, l.id").Find(&rows).Error
	})
	if err != nil {
		return nil, fmt.Errorf("read call-backs: %w", err)
	}
	var out []UnitRates
	for start := 0; start < len(rows); {
		end := start
		for end < len(rows) && rows[end].UnitID == rows[start].UnitID {
			end++
		}
		out = append(out, ratesOf(rows[start:end]))
		start = end
	}
	return out, nil
}

// ratesOf counts the calls of one unit, in the order of their days, as far as they fill fives.
func ratesOf(rows []calledRow) UnitRates {
	out := UnitRates{UnitID: rows[0].UnitID, Unit: rows[0].Unit}
	n := len(rows) / BatchSize * BatchSize
	if n < MinRates {
		out.Few = true
		return out
	}
	out.Valid = n
	for _, r := range rows[:n] {
		if r.Contacted {
			out.Contacted++
		}
		if r.Solved == models.ResolvedYes {
			out.Solved++
		}
		switch {
		case r.Level >= 4:
			out.Satisfied++
		case r.Level == 3:
			out.Satisfied += 0.9
		}
	}
	return out
}
