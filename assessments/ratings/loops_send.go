package ratings

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"shanzhi/assessments/cases"
	"shanzhi/models"
)

const (
	besides   = 2  // cases drawn by chance for each that was rated badly, where there are as many
	setAlone  = 3  // cases of a set drawn by chance alone
	checkDays = 90 // how far back cases for sets are drawn
)

// waiting is a verified loop that goes to its handler with the next set.
type waiting struct {
	models.RatingLoop
	HandlerID string
}

// send makes the sets of today: for handlers of verified loops, and for others by chance. A handler gets one set a day.
func (t turn) send() (int, error) {
	if !t.s.days.Works(t.today) {
		return 0, nil
	}
	var verified []waiting
	err := t.tx.Table("rating_loops AS l").Select("l.*, c.handler_id").Joins("JOIN cases c ON c.id = l.case_id").
		Where("l.state = ? AND c.state = ? AND c.handler_id IS NOT NULL", models.LoopSend, models.CaseClosed).
		Where("NOT EXISTS (SELECT 1 FROM case_rechecks AS k WHERE k.case_id = c.id)").
		Order("l.opened_on, l.id").Limit(turnAtOnce).Find(&verified).Error
	if err != nil {
		return 0, fmt.Errorf("read verified loops: %w", err)
	}
	of := map[string][]waiting{}
	for _, v := range verified {
		of[v.HandlerID] = append(of[v.HandlerID], v)
	}
	handlers, err := t.due(of)
	if err != nil || len(handlers) == 0 {
		return 0, err
	}
	pool, err := t.pool(handlers)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, h := range handlers {
		k, err := t.set(h, of[h], pool[h])
		if err != nil {
			return 0, err
		}
		n += k
	}
	return n, nil
}

// due lists who gets a set today: handlers of verified loops, and those whom chance has chosen for a day of this week.
func (t turn) due(of map[string][]waiting) ([]string, error) {
	var busy, served []string
	err := t.tx.Model(&models.Case{}).Distinct().
		Where("state = ? AND closed_on >= ? AND handler_id IS NOT NULL", models.CaseClosed,
			t.today.AddDays(-checkDays)).
		Pluck("handler_id", &busy).Error
	if err != nil {
		return nil, fmt.Errorf("read handlers: %w", err)
	}
	err = t.tx.Model(&models.CaseRecheck{}).Distinct().Where("sent_on = ?", t.today).Pluck("handler_id", &served).Error
	if err != nil {
		return nil, fmt.Errorf("read sets of today: %w", err)
	}
	var out []string
	for _, h := range busy {
		if !slices.Contains(served, h) && (len(of[h]) > 0 || t.s.chosen(h, t.today, t.presets[cases.CheckPercent])) {
			out = append(out, h)
		}
	}
	slices.Sort(out)
	return out, nil
}

// chosen reports whether chance sends a handler a set on a day: one working day of a week, in percent of the weeks.
func (s *Service) chosen(handler string, today models.Date, percent int) bool {
	year, week := today.Day().ISOWeek()
	of := fmt.Sprintf("%d-%d %s", year, week, handler)
	day := time.Weekday(s.vault.Hash("loop.day", of)[0]%5) + time.Monday
	return today.Day().Weekday() == day && s.chance("loop.week", of, percent)
}

// pool is, by handler, the cases from which sets are drawn, in an order of chance: closed, never rated badly, in no
// loop and never sent.
func (t turn) pool(handlers []string) (map[string][]origin, error) {
	var found []origin
	err := t.tx.Table("cases AS c").Select("c.id AS case_id, c.unit_id, c.handler_id AS subject_id").
		Where("c.handler_id IN ? AND c.state = ? AND c.closed_on >= ?", handlers, models.CaseClosed,
			t.today.AddDays(-checkDays)).
		Where("c.outcome IN ? AND c.excluded = ?", asked(), false).
		Where("NOT EXISTS (SELECT 1 FROM rating_loops AS l WHERE l.case_id = c.id)").
		Where("NOT EXISTS (SELECT 1 FROM case_rechecks AS k WHERE k.case_id = c.id)").
		Where("NOT EXISTS (SELECT 1 FROM ratings AS r WHERE r.case_id = c.id AND r.level <= ?)", bad).Where(ordinary).
		Order("c.id").Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("read cases for sets: %w", err)
	}
	out := map[string][]origin{}
	for _, o := range found {
		out[*o.SubjectID] = append(out[*o.SubjectID], o)
	}
	for _, all := range out {
		slices.SortFunc(all, func(a, b origin) int { return t.byChance("loop.pool", a.CaseID, b.CaseID) })
	}
	return out, nil
}

func (t turn) byChance(what, a, b string) int {
	return cmp.Compare(t.s.vault.Hash(what, a), t.s.vault.Hash(what, b))
}

// set sends one handler what is due to him: never more cases of bad ratings than cases drawn by chance. What does not
// fit waits.
func (t turn) set(handler string, verified []waiting, pool []origin) (int, error) {
	draw := min(len(pool), besides*len(verified))
	if len(verified) == 0 {
		if len(pool) < setAlone {
			return 0, nil
		}
		draw = setAlone
	}
	verified = verified[:min(len(verified), draw)]
	var set []models.RatingLoop
	for _, v := range verified {
		set = append(set, v.RatingLoop)
	}
	due := t.s.days.Add(t.today, t.presets[cases.RecheckDays])
	for _, o := range pool[:draw] {
		l := t.loop(models.LoopCheck, o, models.LoopSend, due)
		if err := t.keep(l, StepDrawn); err != nil {
			return 0, err
		}
		set = append(set, l)
	}
	// In an order that tells nothing: rows of the history are numbered by their time.
	slices.SortFunc(set, func(a, b models.RatingLoop) int { return t.byChance("loop.set", a.CaseID, b.CaseID) })
	for _, l := range set {
		if err := t.recheck(l, handler, "", due); err != nil {
			return 0, err
		}
	}
	return len(set), nil
}

// recheck sends one case to its handler.
func (t turn) recheck(l models.RatingLoop, handler, note string, due models.Date) error {
	k, err := cases.RecheckTx(t.tx, t.now, l.CaseID, handler, note, due)
	if err != nil {
		return err
	}
	return changeTx(t.tx, l, t.today, models.Actor{}, l.Version, change{
		step: StepSent, set: map[string]any{"state": models.LoopRight, "recheck_id": k.ID, "due_on": due},
	})
}
