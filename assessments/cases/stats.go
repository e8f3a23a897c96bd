package cases

import (
	"cmp"
	"slices"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/workday"
)

// Stats are the figures of all cadres and units at once, by id. A unit's are those of its own cases, without those of
// units below.
type Stats struct {
	Persons, Units map[string]*Figures
}

// Figures are the cases of one cadre or unit in a span. Excluded cases are counted in Excluded alone.
type Figures struct {
	CarriedIn int // received before the span, not closed before it
	Received  int // in the span
	Closed    int // in the span
	Open      int // received and not closed at the end of the span
	Excluded  int // touched the span, not counted in the assessment
	OnTime    int // of the closed: by the deadline
	Reopened  int // of the closed: reopened at least once
	Asked     int // of the closed: could have been solved
	Solved    int // of those asked: solved and never reopened
	Outcomes  map[models.Outcome]int
	Families  []FamilyFigures // in the order of the reports, only those with closed cases
	Ages      []AgeFigures    // of the open, all classes, the oldest first
	Months    map[string]int  // closed by month: "2026-07"

	spent map[models.Family]map[int]int // closed: family → working days → cases
}

// FamilyFigures are the closed cases of one family.
type FamilyFigures struct {
	Family                        models.Family
	Closed, OnTime, Solved, Asked int
	MedianDays, P90Days           float64 // working days from receipt to closing
}

// AgeFigures are the open cases of one class of age, in calendar days since receipt at the end of the span.
type AgeFigures struct {
	Class           string // ">90", "61-90", "31-60", "16-30", "8-15", "<=7"
	Within, Overdue int    // before and after their deadline
}

// ages lists the classes, the oldest first, with the least age of each in days.
var ages = []struct {
	class string
	least int
}{{">90", 91}, {"61-90", 61}, {"31-60", 31}, {"16-30", 16}, {"8-15", 8}, {"<=7", 0}}

// StatsTx reads the figures of the span, both days included, in one query.
func (s *Service) StatsTx(tx *gorm.DB, from, to models.Date) (Stats, error) {
	groups, err := groupsTx(tx, from, to)
	if err != nil {
		return Stats{}, err
	}
	out := Stats{Persons: map[string]*Figures{}, Units: map[string]*Figures{}}
	t := tally{from: from, to: to, days: newSpans(s.days)}
	for _, g := range groups {
		t.add(figuresOf(out.Units, g.UnitID), g)
		if g.HandlerID != "" {
			t.add(figuresOf(out.Persons, g.HandlerID), g)
		}
	}
	for _, m := range []map[string]*Figures{out.Persons, out.Units} {
		for _, f := range m {
			f.finish()
		}
	}
	return out, nil
}

func figuresOf(m map[string]*Figures, id string) *Figures {
	f := m[id]
	if f == nil {
		f = &Figures{
			Outcomes: map[models.Outcome]int{}, Months: map[string]int{}, spent: map[models.Family]map[int]int{},
		}
		for _, a := range ages {
			f.Ages = append(f.Ages, AgeFigures{Class: a.class})
		}
		for _, fam := range models.Families() {
			f.Families = append(f.Families, FamilyFigures{Family: fam})
		}
		m[id] = f
	}
	return f
}

// tally adds groups of equal cases to figures.
type tally struct {
	from, to models.Date
	days     *spans
}

func (t tally) add(f *Figures, g group) {
	if g.Excluded {
		f.Excluded += g.N
		return
	}
	if g.ReceivedOn < t.from {
		f.CarriedIn += g.N
	} else {
		f.Received += g.N
	}
	if g.ClosedOn == "" || g.ClosedOn > t.to {
		f.Open += g.N
		t.age(f, g)
		return
	}
	t.close(f, g)
}

// age counts open cases by their age at the end of the span.
func (t tally) age(f *Figures, g group) {
	old := g.ReceivedOn.DaysUntil(t.to)
	for i, a := range ages {
		if old >= a.least {
			if g.DueOn < t.to {
				f.Ages[i].Overdue += g.N
			} else {
				f.Ages[i].Within += g.N
			}
			return
		}
	}
}

// close counts cases closed within the span.
func (t tally) close(f *Figures, g group) {
	var one FamilyFigures
	one.Closed = g.N
	if g.ClosedOn <= g.DueOn {
		one.OnTime = g.N
	}
	if IsAsked(g.Outcome) {
		one.Asked = g.N
		if g.Outcome == models.Solved && !g.Again {
			one.Solved = g.N
		}
	}
	if g.Again {
		f.Reopened += g.N
	}
	f.Closed, f.OnTime = f.Closed+one.Closed, f.OnTime+one.OnTime
	f.Asked, f.Solved = f.Asked+one.Asked, f.Solved+one.Solved
	f.Outcomes[g.Outcome] += g.N
	f.Months[string(g.ClosedOn)[:7]] += g.N
	i := max(0, slices.IndexFunc(f.Families, func(x FamilyFigures) bool { return x.Family == g.Family }))
	fam := &f.Families[i]
	fam.Closed, fam.OnTime = fam.Closed+one.Closed, fam.OnTime+one.OnTime
	fam.Asked, fam.Solved = fam.Asked+one.Asked, fam.Solved+one.Solved
	if f.spent[g.Family] == nil {
		f.spent[g.Family] = map[int]int{}
	}
	f.spent[g.Family][t.days.between(g.ReceivedOn, g.ClosedOn)] += g.N
}

// finish computes the quantiles and drops families without closed cases.
func (f *Figures) finish() {
	for i := range f.Families {
		fam := &f.Families[i]
		fam.MedianDays, fam.P90Days = quantile(f.spent[fam.Family], 0.5), quantile(f.spent[fam.Family], 0.9)
	}
	f.Families = slices.DeleteFunc(f.Families, func(x FamilyFigures) bool { return x.Closed == 0 })
	f.spent = nil
}

// quantile returns the p-quantile of whole numbers given as value → count, 0 for none.
//
// Source: Hyndman & Fan (1996), Am. Statistician 50, 361–365, type 7.
func quantile(counts map[int]int, p float64) float64 {
	type run struct{ value, n int }
	var runs []run
	total := 0
	for v, n := range counts {
		runs = append(runs, run{v, n})
		total += n
	}
	if total == 0 {
		return 0
	}
	slices.SortFunc(runs, func(a, b run) int { return cmp.Compare(a.value, b.value) })
	at := func(i int) float64 { // the i-th smallest, from 0
		for _, r := range runs {
			if i < r.n {
				return float64(r.value)
			}
			i -= r.n
		}
		return float64(runs[len(runs)-1].value)
	}
	h := p * float64(total-1)
	i := int(h)
	return at(i) + (h-float64(i))*(at(i+1)-at(i))
}

// spans counts working days between two days, each pair once.
type spans struct {
	cal  *workday.Calendar
	seen map[[2]models.Date]int
}

func newSpans(cal *workday.Calendar) *spans { return &spans{cal: cal, seen: map[[2]models.Date]int{}} }

func (s *spans) between(from, to models.Date) int {
	pair := [2]models.Date{from, to}
	n, known := s.seen[pair]
	if !known {
		n = s.cal.Between(from, to)
		s.seen[pair] = n
	}
	return n
}
