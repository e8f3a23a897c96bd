package ratings

import "shanzhi/models"

// Draw lets tests say which slips chance draws; it returns what chance itself says.
func (s *Service) Draw(all bool) (chance func(slipID string, percent int) bool) {
	chance = func(slipID string, percent int) bool { return s.chance(drawFor, slipID, percent) }
	s.drawn = func(string, int) bool { return all }
	return chance
}

// Chosen tells tests on which days chance sends a handler a set.
func (s *Service) Chosen(handler string, on models.Date, percent int) bool {
	return s.chosen(handler, on, percent)
}

// ApartReasons is apartReasons for numbers of ratings by reason; nil for no rows.
func ApartReasons(named map[string]int) (rows map[string]int, merged bool) {
	by := map[string]*Handled{}
	for reason, n := range named {
		by[reason] = &Handled{Reason: reason, Received: n}
	}
	all, merged := apartReasons(by)
	for _, r := range all {
		if rows == nil {
			rows = map[string]int{}
		}
		rows[r.Reason] = r.Received
	}
	return rows, merged
}

// SameText and Burst are what marks are made of.
func SameText(texts []string) (Mark, bool) { return sameText(texts) }

// Burst looks for days on which more came in than chance explains.
func Burst(days []Day, from, to models.Date, works func(models.Date) bool) (Mark, bool, error) {
	return burst(days, from, to, works)
}
