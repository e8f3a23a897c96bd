package assessments

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
)

// TrendStep is a month of a unit or three months of a cadre: the ratings of the batches that took effect from From to
// To, and how many of them are of level 4 or 5.
type TrendStep struct {
	From, To models.Date
	Good, N  int
}

// TrendResult follows the share of levels 4–5 over time, oldest first: Steps[Now] is the first of the period, those
// before are the own past, which is there for comparison only.
type TrendResult struct {
	Steps []TrendStep
	Now   int
}

// pace is how a trend is cut: months of a step, and how many steps before the period are followed.
type pace struct{ months, before int }

// personPace takes three months at a time, as a month brings a cadre too few ratings: eight steps, two of them
// past at the least.
func personPace(from, to models.Date) pace {
	own := (len(months(from, to)) + 2) / 3
	return pace{months: 3, before: max(2, 8-own)}
}

// unitPace takes months; more than 18 would stand too close to be read.
func unitPace(from, to models.Date) pace {
	if len(months(from, to)) > 12 {
		return personPace(from, to)
	}
	return pace{months: 1, before: 6}
}

// steps cuts a span and what lies before it. Steps run over whole months but the first and the last of the span.
func (c pace) steps(from, to models.Date) TrendResult {
	first := from.Day().AddDate(0, 0, 1-from.Day().Day())
	start := func(i int) models.Date { return models.DateOf(first.AddDate(0, i*c.months, 0).Add(12 * time.Hour)) }
	t := TrendResult{Now: c.before}
	for i := -c.before; start(i) <= to; i++ {
		t.Steps = append(t.Steps, TrendStep{From: start(i), To: start(i + 1).AddDays(-1)})
	}
	t.Steps[t.Now-1].To = from.AddDays(-1)
	t.Steps[t.Now].From, t.Steps[len(t.Steps)-1].To = from, to
	return t
}

// count puts what came on each day into the steps and drops the steps before anything came.
func (t TrendResult) count(days map[models.Date]ratings.DayCount) *TrendResult {
	for i, s := range t.Steps {
		for day, c := range days {
			if day >= s.From && day <= s.To {
				t.Steps[i].Good, t.Steps[i].N = t.Steps[i].Good+c.Good, t.Steps[i].N+c.N
			}
		}
	}
	for t.Now > 0 && t.Steps[0].N == 0 {
		t.Steps, t.Now = t.Steps[1:], t.Now-1
	}
	return &t
}

// readTrends reads what everybody's ratings were before the span and in it.
func (s *Service) readTrends(tx *gorm.DB, f *facts) error {
	from, to := f.Period.SpanFrom, f.Period.SpanTo
	own, units := personPace(from, to), unitPace(from, to)
	earliest := min(own.steps(from, to).Steps[0].From, units.steps(from, to).Steps[0].From)
	days, err := s.ratings.DailyTx(tx, earliest, to)
	if err != nil {
		return fmt.Errorf("read trends: %w", err)
	}
	f.Trends = ledger[*TrendResult]{Person: map[string]*TrendResult{}, Unit: map[string]*TrendResult{}}
	for id, c := range days.Persons {
		f.Trends.Person[id] = own.steps(from, to).count(c)
	}
	for id, c := range days.Units {
		f.Trends.Unit[id] = units.steps(from, to).count(c)
	}
	return nil
}
