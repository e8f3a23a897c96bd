package assessments

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
)

// PastStep is an earlier period of the same cadre or unit as it was sealed, with the two shares that are followed over
// time: good of rated, solved of asked.
type PastStep struct {
	From, To                   models.Date
	Good, Rated, Solved, Asked int
}

// pastSteps is how many earlier periods are followed at most.
const pastSteps = 8

// pastTx returns the sealed periods of a subject that ended before the span of p began, oldest first. Of periods that
// overlap the later one is left out, so that nothing is counted twice; a cadre's went by the same scheme, "" for a
// unit.
func pastTx(tx *gorm.DB, p models.Period, kind, subject, scheme string) ([]PastStep, error) {
	var rows []models.Dossier
	err := tx.Table("dossiers AS d").Select("d.*").Joins("JOIN periods q ON q.id = d.period_id").
		Where("d.kind = ? AND d.subject_id = ? AND q.state <> ?", kind, subject, models.PeriodOpen).
		Where("q.unit_id = ? AND q.span_to < ?", p.UnitID, p.SpanFrom).
		Order("q.span_from, q.code, d.edition").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read earlier periods: %w", err)
	}
	var out []PastStep
	last := ""
	for _, row := range rows {
		var d struct {
			Period  PeriodInfo
			Scheme  SchemeInfo
			Ratings RatingResult
			Cases   CaseResult
		}
		if err := json.Unmarshal([]byte(row.Body), &d); err != nil {
			return nil, fmt.Errorf("decode dossier %s: %w", row.ID, err)
		}
		step := PastStep{
			From: d.Period.From, To: d.Period.To, Good: d.Ratings.Good, Rated: d.Ratings.N,
			Solved: d.Cases.Solved, Asked: d.Cases.Asked,
		}
		switch n := len(out); {
		case d.Scheme.Code != scheme:
		case n > 0 && last == row.PeriodID: // a later edition
			out[n-1] = step
		case n == 0 || step.From > out[n-1].To:
			out, last = append(out, step), row.PeriodID
		}
	}
	return out[max(0, len(out)-pastSteps):], nil
}
