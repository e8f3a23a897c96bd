package assessments

import (
	"fmt"

	"shanzhi/assessments/stats"
	"shanzhi/models"
)

// assembleUnits puts the dossiers of the units together; units of one kind are compared with each other.
func (f *facts) assembleUnits(people map[string]PersonDossier) ([]UnitDossier, error) {
	staff := map[string][]member{}
	for _, m := range f.People {
		staff[m.UnitID] = append(staff[m.UnitID], m)
	}
	onDuty := map[string]int{}
	kinds := map[models.UnitKind][]string{}
	for _, u := range f.Units {
		onDuty[u.ID] = len(staff[u.ID])
		kinds[u.Kind] = append(kinds[u.Kind], u.ID)
	}
	load := map[models.UnitKind]loads{}
	for k, ids := range kinds {
		load[k] = newLoads(f.Months, ids, f.Closed.Unit, onDuty)
	}
	var out []UnitDossier
	for _, u := range f.Units {
		d := UnitDossier{
			Format: 1, Edition: 1, Period: f.Info, Unit: u, Ratings: f.Ratings.Unit[u.ID], Cases: f.Cases.Unit[u.ID],
			Load: load[u.Kind].of(u.ID), OnDuty: onDuty[u.ID], Trend: f.Trends.Unit[u.ID],
			Method: Method{
				GroupSize: len(kinds[u.Kind]), Threshold: stats.DefaultBandRule().Signal, CalendarOK: f.CalendarKnown,
			},
		}
		handled, leftOut := f.Handled[u.ID], f.LeftOut[u.ID]
		d.Handled, d.LeftOut = &handled, &leftOut
		marks, err := f.marks(u.ID, kinds[u.Kind])
		if err != nil {
			return nil, fmt.Errorf("marks of %s: %w", u.Name, err)
		}
		d.Marks = &marks
		if err := f.compareUnit(&d, kinds[u.Kind]); err != nil {
			return nil, fmt.Errorf("unit %s: %w", u.Name, err)
		}
		for _, m := range staff[u.ID] {
			p := people[m.PersonID]
			d.Persons = append(d.Persons, AnnexPerson{
				Person: p.Person, Ratings: p.Ratings, Cases: p.Cases, Load: p.Load,
			})
		}
		out = append(out, d)
	}
	return out, nil
}

// compareUnit adds intervals and funnels: good ratings and solved cases among units of the same kind.
func (f *facts) compareUnit(d *UnitDossier, peers []string) error {
	var good, solved []stats.Count
	for _, id := range peers {
		r, c := f.Ratings.Unit[id], f.Cases.Unit[id]
		good = append(good, stats.Count{X: r.Good, N: r.N})
		solved = append(solved, stats.Count{X: c.Solved, N: c.Asked})
	}
	prior, err := priorOf(good)
	if err != nil {
		return err
	}
	if len(prior.Nodes) > 0 {
		d.Method.Priors = append(d.Method.Priors, Prior{
			Source: models.SourceRatings, Groups: prior.Groups, Alpha: prior.Alpha, Beta: prior.Beta, Weak: prior.Weak,
			NoDifference: prior.NoDifference,
		})
	}
	if d.Ratings, err = rated(d.Ratings, prior); err != nil {
		return err
	}
	if w, ok := f.Weighted[d.Unit.ID]; ok && bounded(d.Ratings) {
		d.Ratings.Weighted, d.Ratings.WeightCells = w.Share, w.Cells
	}
	if err := fillCases(&d.Cases); err != nil {
		return err
	}
	for _, x := range []struct {
		figure string
		units  []stats.Count
		own    stats.Count
	}{
		{"good", good, stats.Count{X: d.Ratings.Good, N: d.Ratings.N}},
		{"solved", solved, stats.Count{X: d.Cases.Solved, N: d.Cases.Asked}},
	} {
		fun, ok, err := funnelOf(x.figure, x.units, x.own)
		if err != nil {
			return err
		}
		if ok {
			d.Funnels = append(d.Funnels, fun)
		}
	}
	return nil
}

// bounded says that there is something to say of those who did not rate.
func bounded(r RatingResult) bool {
	return r.N >= stats.DefaultBandRule().MinN && r.InvitedKnown && r.Unrated > 0
}

func priorOf(cs []stats.Count) (stats.Prior, error) {
	n := 0
	for _, c := range cs {
		n += c.N
	}
	if n == 0 {
		return stats.Prior{}, nil
	}
	return stats.FitBetaBinomial(cs, stats.MinGroup)
}

// funnelOf compares proportions of units; ok is false without a single trial. Other units are never named.
func funnelOf(figure string, units []stats.Count, own stats.Count) (out Funnel, ok bool, err error) {
	rule := stats.DefaultFunnelRule()
	trials := 0
	for _, u := range units {
		trials += u.N
	}
	if trials == 0 {
		return out, false, nil
	}
	f, err := stats.FunnelOf(units, rule)
	if err != nil {
		return out, false, err
	}
	out = Funnel{Figure: figure, Theta: f.Theta, Phi: f.Phi, Tau2: f.Tau2, Exact: f.Plain, NotPlotted: f.Small}
	seen := false
	for _, u := range units {
		if u.N < rule.MinN {
			continue
		}
		p := FunnelPoint{N: u.N, P: float64(u.X) / float64(u.N), Own: !seen && u == own}
		seen = seen || p.Own
		out.Points = append(out.Points, p)
		place, err := f.Place(u)
		if err != nil {
			return out, false, err
		}
		if place.IsOutside95() {
			out.Out95++
		}
		if place.IsSignal() {
			out.Out998++
		}
	}
	if own.N >= rule.MinN {
		lo, err := f.Limits(float64(own.N), stats.Z95)
		if err != nil {
			return out, false, err
		}
		hi, err := f.Limits(float64(own.N), stats.Z998)
		if err != nil {
			return out, false, err
		}
		out.Own95, out.Own998 = Interval(lo), Interval(hi)
	}
	return out, true, nil
}
