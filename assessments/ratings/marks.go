package ratings

import (
	"gorm.io/gorm"

	"shanzhi/assessments/stats"
	"shanzhi/models"
)

// Kinds of integrity marks (数据疑点): something about the data that a human looks into. They exclude and change nothing.
const (
	MarkPressure   = "pressure"    // residents said that somebody asked for a good rating
	MarkKeyedTwice = "keyed_twice" // two people keyed a slip differently
	MarkKeyedOwn   = "keyed_own"   // somebody of the rated unit keyed a slip
	MarkSameText   = "same_text"   // the same words again and again
	MarkBurst      = "burst"       // more ratings on one day than chance explains
	MarkAllFive    = "all_five"    // nearly nothing but the best level, without a word, from nearly everybody
	MarkLastDays   = "last_days"   // more cases closed just before the end of the span than chance explains
)

// Mark is one doubt about the data of a unit, without any person.
type Mark struct {
	Kind  string
	N     int     // how many ratings, slips, reports or cases
	Of    int     // of how many, or on how many days, or how many texts; as the kind says
	Month string  // of a burst: 2026-07
	Usual float64 // what would have been expected
}

const (
	burstTail = 1e-4 // chance below which a day, or the last days, are marked
	sameTexts = 3    // equal texts below which nothing is marked
	sameRunes = 8    // letters below which equal texts say nothing
	lastDays  = 3    // working days before the end of the span
)

// MarksTx looks for doubts about the ratings of a span, both days included, by unit, as far as what is kept can tell.
// Neither addresses nor devices nor the minute of a rating are kept, so nothing is said of them. Only ratings in a
// batch count (red line 6).
func (s *Service) MarksTx(tx *gorm.DB, from, to models.Date) (map[string][]Mark, error) {
	out := map[string][]Mark{}
	for _, look := range []func(*gorm.DB, models.Date, models.Date) (map[string]Mark, error){
		pressureMarksTx, keyedMarksTx, ownKeyedMarksTx, sameTextMarksTx, s.burstMarksTx,
	} {
		found, err := look(tx, from, to)
		if err != nil {
			return nil, err
		}
		for unit, m := range found {
			out[unit] = append(out[unit], m)
		}
	}
	return out, nil
}

// sameText finds the largest group of equal texts: what counts are letters and digits.
func sameText(texts []string) (m Mark, ok bool) {
	groups := map[string]int{}
	for _, t := range texts {
		if t = letters(t); len([]rune(t)) >= sameRunes {
			groups[t]++
		}
	}
	m.Kind = MarkSameText
	for _, n := range groups {
		if n >= sameTexts {
			m.N, m.Of = max(m.N, n), m.Of+1
		}
	}
	return m, m.N > 0
}

// Day is how many ratings came in on a day.
type Day struct {
	On models.Date
	N  int
}

// burst finds the days on which more ratings came in than chance explains, against what comes in on the other days of
// the same kind, working or free: the largest is told with its month, and how many there are.
func burst(days []Day, from, to models.Date, works func(models.Date) bool) (m Mark, ok bool, err error) {
	var length, total [2]int
	kind := func(d models.Date) int {
		if works(d) {
			return 1
		}
		return 0
	}
	for d := from; d <= to; d = d.AddDays(1) {
		length[kind(d)]++
	}
	for _, d := range days {
		total[kind(d.On)] += d.N
	}
	m.Kind = MarkBurst
	for _, d := range days {
		k := kind(d.On)
		if d.N < BatchSize || length[k] < 20 {
			continue // five at least, and enough days to know what is usual
		}
		usual := float64(total[k]-d.N) / float64(length[k]-1)
		p, err := stats.PoissonTail(d.N, usual)
		if err != nil {
			return m, false, err
		}
		if p < burstTail {
			if m.Of++; d.N > m.N {
				m.N, m.Month, m.Usual = d.N, string(d.On)[:7], usual
			}
		}
	}
	return m, m.Of > 0, nil
}

func (s *Service) burstMarksTx(tx *gorm.DB, from, to models.Date) (map[string]Mark, error) {
	days, err := daysTx(tx, from, to)
	if err != nil {
		return nil, err
	}
	out := map[string]Mark{}
	for unit, all := range days {
		m, ok, err := burst(all, from, to, s.days.Works)
		if err != nil {
			return nil, err
		}
		if ok {
			out[unit] = m
		}
	}
	return out, nil
}

// AllFive is how many of the ratings of a unit are of the best level without a word, of those who were asked.
type AllFive struct{ Silent, Rated int }

// AllFiveMark marks one of several comparable units where more than nine in ten have answered and the share of silent
// best levels lies beyond the 99.9 % limit of what differs between the units (beta-binomial). Fewer units than
// stats.MinGroup tell nothing.
func AllFiveMark(own AllFive, invited int, group []stats.Count) (m Mark, ok bool, err error) {
	if own.Rated == 0 || invited == 0 || 10*own.Rated <= 9*invited {
		return m, false, nil
	}
	prior, err := stats.FitBetaBinomial(group, stats.MinGroup)
	if err != nil || prior.Weak {
		return m, false, err
	}
	p, err := stats.BetaBinomialTail(own.Silent, own.Rated, prior.Alpha, prior.Beta)
	if err != nil || p >= 1e-3 {
		return m, false, err
	}
	return Mark{Kind: MarkAllFive, N: own.Silent, Of: own.Rated, Usual: prior.Mean}, true, nil
}

// LastDaysMark marks a unit that closed more cases on the last working days of a span than chance explains, against
// what it closed on the others.
func LastDaysMark(closed map[models.Date]int, from, to models.Date, works func(models.Date) bool) (Mark, bool, error) {
	m := Mark{Kind: MarkLastDays, Of: lastDays}
	last, left := to, lastDays
	for d := to; d >= from && left > 0; d = d.AddDays(-1) {
		if last = d; works(d) {
			left--
		}
	}
	rest, length := 0, 0
	for d := from; d <= to; d = d.AddDays(1) {
		switch {
		case d >= last:
			m.N += closed[d]
		default:
			rest += closed[d]
			if works(d) {
				length++
			}
		}
	}
	if length < 20 || m.N < BatchSize {
		return m, false, nil
	}
	m.Usual = lastDays * float64(rest) / float64(length)
	p, err := stats.PoissonTail(m.N, m.Usual)
	return m, err == nil && p < burstTail, err
}
