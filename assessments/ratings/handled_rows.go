package ratings

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
)

// handledRow is one bad rating, or one left out, with its loop where it has one and what the handler answered.
type handledRow struct {
	UnitID, Reasons   string
	Excluded          bool
	LoopID            string // "" = none
	State             models.LoopState
	Finding           string
	RecheckDue        models.Date // "" = was not sent to the handler
	RepliedOn, PlanOn models.Date

	days     stepDays
	settleBy models.Date // where the supervisor settled what was not sent
	again    int         // level at which the resident rated again, 0 for none
}

// stepDays are the days of the steps of a loop, "" for none.
type stepDays struct{ verified, settled models.Date }

// ofBad are the ratings (r) of a span that are bad and in a batch (b), or left out, with their loops (l).
func ofBad(tx *gorm.DB, from, to models.Date) *gorm.DB {
	return tx.Table("ratings AS r").Joins("LEFT JOIN rating_batches b ON b.id = r.batch_id").
		Where("(r.excluded = ? AND r.level <= ? AND b.effective_on BETWEEN ? AND ?) OR "+
			"(r.excluded = ? AND l.id IS NOT NULL AND r.rated_on BETWEEN ? AND ?)",
			false, bad, from, to, true, from, to)
}

func handledTx(tx *gorm.DB, from, to models.Date) ([]handledRow, error) {
	var out []handledRow
	err := ofBad(tx, from, to).
		Select("r.unit_id, r.reasons, r.excluded, COALESCE(l.id, '') AS loop_id, COALESCE(l.state, '') AS state, " +
			"COALESCE(l.finding, '') AS finding, COALESCE(k.due_on, '') AS recheck_due, " +
			"COALESCE(k.replied_on, '') AS replied_on, COALESCE(k.plan_on, '') AS plan_on").
		Joins("LEFT JOIN rating_loops l ON l.rating_id = r.id").
		Joins("LEFT JOIN case_rechecks k ON k.id = l.recheck_id").Order("r.id").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read bad ratings of span: %w", err)
	}
	return out, nil
}

// checksTx reads the cases drawn by chance that were sent to handlers beside bad ratings, with their answers.
func checksTx(tx *gorm.DB, from, today models.Date) ([]handledRow, error) {
	var out []handledRow
	err := tx.Table("rating_loops AS l").
		Select("l.unit_id, k.due_on AS recheck_due, k.replied_on, k.plan_on").
		Joins("JOIN case_rechecks k ON k.id = l.recheck_id").
		Where("l.origin = ? AND k.sent_on BETWEEN ? AND ?", models.LoopCheck, from, today).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read cases sent by chance: %w", err)
	}
	return out, nil
}

// stepDaysTx reads by loop when it was verified and, where a supervisor did so himself, settled.
func stepDaysTx(tx *gorm.DB, from, to models.Date) (map[string]stepDays, error) {
	var rows []struct {
		LoopID, Kind string
		TakenOn      models.Date
	}
	err := ofBad(tx, from, to).Select("s.loop_id, s.kind, s.taken_on").
		Joins("JOIN rating_loops l ON l.rating_id = r.id").Joins("JOIN loop_steps s ON s.loop_id = l.id").
		Where("s.kind IN ?", []string{StepVerified, StepSettled}).Order("s.loop_id, s.no").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read steps of loops: %w", err)
	}
	out := map[string]stepDays{}
	for _, r := range rows {
		d := out[r.LoopID]
		if r.Kind == StepVerified {
			d.verified = r.TakenOn
		} else {
			d.settled = r.TakenOn
		}
		out[r.LoopID] = d
	}
	return out, nil
}

// againRatedTx reads by loop the level at which the resident has rated again, once that rating is in a batch.
func againRatedTx(tx *gorm.DB, from, to models.Date) (map[string]int, error) {
	var rows []struct {
		LoopID string
		Level  int
	}
	err := ofBad(tx, from, to).Select("l.id AS loop_id, a.level").
		Joins("JOIN rating_loops l ON l.rating_id = r.id").
		Joins("JOIN ratings a ON a.case_id = l.case_id AND a.id <> r.id").
		Where("l.called_on <> '' AND a.rated_on >= l.called_on AND a.mode = ? AND a.batch_id IS NOT NULL AND "+
			"a.excluded = ?", models.ModeInvited, false).
		Order("l.id, a.rated_on, a.id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read ratings given again: %w", err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.LoopID] = r.Level
	}
	return out, nil
}

// LeftOut is how many ratings or cases were left out for one kind of reason, and how many of them by two persons.
type LeftOut struct {
	Kind     string // FoundMistaken, FoundMalicious; OtherReason where nothing says why
	N, ByTwo int
}

// LeftOutTx counts the ratings of a span that do not count, by unit and kind.
func (s *Service) LeftOutTx(tx *gorm.DB, from, to models.Date) (map[string][]LeftOut, error) {
	var rows []struct {
		UnitID, Kind string
		N, ByTwo     int
	}
	kind := "CASE WHEN l.finding IN ('" + FoundMistaken + "', '" + FoundMalicious + "') THEN l.finding ELSE '" +
		OtherReason + "' END"
	err := tx.Table("ratings AS r").
		Select("r.unit_id, "+kind+" AS kind, COUNT(*) AS n, "+
			"SUM(CASE WHEN s.actor_id IS NOT NULL AND s.actor_id <> l.verified_by THEN 1 ELSE 0 END) AS by_two").
		Joins("LEFT JOIN rating_loops l ON l.rating_id = r.id").
		Joins("LEFT JOIN loop_steps s ON s.loop_id = l.id AND s.kind = ?", StepLeftOut).
		Where("r.excluded = ? AND r.rated_on BETWEEN ? AND ?", true, from, to).
		Group("r.unit_id, " + kind).Order("r.unit_id, kind DESC").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count ratings left out: %w", err)
	}
	out := map[string][]LeftOut{}
	for _, r := range rows {
		out[r.UnitID] = append(out[r.UnitID], LeftOut{r.Kind, r.N, r.ByTwo})
	}
	return out, nil
}
