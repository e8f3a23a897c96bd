package assessments

import (
	"fmt"
	"slices"

	"shanzhi/assessments/stats"
	"shanzhi/models"
)

// assembled is what sealing a period writes: dossiers of people and units, in a fixed order.
type assembled struct {
	People []PersonDossier
	Units  []UnitDossier
}

// assemble puts the dossiers of a period together. It is pure: the same facts give the same dossiers.
func assemble(f *facts) (assembled, error) {
	var out assembled
	records := map[string]record{}
	for _, m := range f.People {
		records[m.PersonID] = f.record(m.PersonID)
	}
	people := map[string]PersonDossier{}
	for _, class := range f.classes() {
		var members []member
		for _, m := range f.People {
			if m.Class == class {
				members = append(members, m)
			}
		}
		if err := f.assembleGroup(class, members, records, people); err != nil {
			return out, err
		}
	}
	for _, m := range f.People {
		out.People = append(out.People, people[m.PersonID])
	}
	var err error
	out.Units, err = f.assembleUnits(people)
	return out, err
}

// assembleGroup adds the dossiers of one comparison group.
func (f *facts) assembleGroup(class string, members []member, records map[string]record,
	into map[string]PersonDossier,
) error {
	ids := make([]string, len(members))
	for i, m := range members {
		ids[i] = m.PersonID
	}
	g, err := groupOf(class, ids, records)
	if err != nil {
		return err
	}
	scheme := f.scheme(class)
	method, err := g.method(scheme, f.CalendarKnown)
	if err != nil {
		return fmt.Errorf("method of %s: %w", class, err)
	}
	results := map[string][]CompetencyResult{}
	for _, id := range ids {
		if results[id], err = g.estimate(id, scheme); err != nil {
			return err
		}
	}
	if err := bands(results); err != nil {
		return err
	}
	load := newLoads(f.Months, ids, f.Closed.Person, nil)
	for _, m := range members {
		d := PersonDossier{
			Format: 1, Edition: 1, Period: f.Info, Scheme: scheme.info(), Person: m.Info, Method: method,
			Competencies: results[m.PersonID], Cases: f.Cases.Person[m.PersonID], Load: load.of(m.PersonID),
			Quizzes: f.Quizzes[m.PersonID], Mix: g.mixResult(m.PersonID), Trend: f.Trends.Person[m.PersonID],
		}
		if d.Ratings, err = rated(f.Ratings.Person[m.PersonID], g.Priors[models.SourceRatings]); err != nil {
			return err
		}
		if err := fillCases(&d.Cases); err != nil {
			return err
		}
		d.Suggestions = suggest(d, f.Courses)
		into[m.PersonID] = d
	}
	return nil
}

// rated adds the estimates to the counts of ratings. Below ten ratings there are none: counts only.
func rated(r RatingResult, prior stats.Prior) (RatingResult, error) {
	if r.N < stats.DefaultBandRule().MinN {
		return r, nil
	}
	w, err := stats.Wilson(r.Good, r.N, stats.Z95)
	if err != nil {
		return r, err
	}
	r.Wilson = Interval(w)
	if len(prior.Nodes) > 0 {
		post, err := prior.Posterior(r.Good, r.N)
		if err != nil {
			return r, err
		}
		r.Shrunk, r.Shrunk95 = post.Mean, Interval(post.I95)
	}
	if r.InvitedKnown {
		b, err := stats.Bounds(r.Good, r.N, r.N+r.Unrated)
		if err != nil {
			return r, err
		}
		r.BoundLo, r.BoundHi = b.Lo, b.Hi
	}
	return r, nil
}

// fillCases adds the intervals to the counts of cases where there are ten or more.
func fillCases(c *CaseResult) error {
	minN := stats.DefaultBandRule().MinN
	for _, x := range []struct {
		x, n int
		to   *Interval
	}{{c.OnTime, c.Closed, &c.OnTimeWilson}, {c.Solved, c.Asked, &c.SolvedWilson}} {
		if x.n < minN {
			continue
		}
		w, err := stats.Wilson(x.x, x.n, stats.Z95)
		if err != nil {
			return err
		}
		*x.to = Interval(w)
	}
	return nil
}

// suggest proposes the courses of competencies that lie clearly below, and of quizzes not passed. A human approves.
func suggest(d PersonDossier, courses map[models.Competency][]Suggestion) []Suggestion {
	var out []Suggestion
	for _, c := range d.Competencies {
		for _, s := range courses[c.Competency] {
			failed := func(q QuizResult) bool { return q.Course == s.Course && !q.Passed }
			if c.State == Below || slices.ContainsFunc(d.Quizzes, failed) {
				out = append(out, s)
			}
		}
	}
	return out
}

// loads are monthly figures of a group with their spread.
type loads struct {
	months []string
	by     map[string][]float64
	spread []MonthLoad // Lo, Median, Hi by month
}

// newLoads reckons the closed cases by month of the group; per divides them where given (people on duty). A unit with
// nobody on duty has no load and is not part of the spread.
func newLoads(months, ids []string, closed map[string]map[string]int, per map[string]int) loads {
	l := loads{months: months, by: map[string][]float64{}, spread: make([]MonthLoad, len(months))}
	for _, id := range ids {
		share := 1
		if per != nil {
			share = per[id]
		}
		if share == 0 {
			continue
		}
		row := make([]float64, len(months))
		for i, m := range months {
			row[i] = float64(closed[id][m]) / float64(share)
		}
		l.by[id] = row
	}
	for i, m := range months {
		l.spread[i].Month = m
		var xs []float64
		for _, row := range l.by {
			xs = append(xs, row[i])
		}
		if len(xs) == 0 {
			continue
		}
		slices.Sort(xs)
		l.spread[i].Lo, _ = stats.Quantile(xs, 0.1) // not empty and finite: no error
		l.spread[i].Median, _ = stats.Quantile(xs, 0.5)
		l.spread[i].Hi, _ = stats.Quantile(xs, 0.9)
	}
	return l
}

func (l loads) of(id string) []MonthLoad {
	out := slices.Clone(l.spread)
	for i := range out {
		if row := l.by[id]; row != nil {
			out[i].Own = row[i]
		}
	}
	return out
}
