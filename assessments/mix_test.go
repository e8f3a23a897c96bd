package assessments

import (
	"testing"

	"shanzhi/models"
)

// mixed makes a county in which everybody solves 9 of 10 easy matters and 5 of 10 hard ones; the first cadre is given
// hard ones alone, the last a kind that nobody else has.
func mixed() *facts {
	f := county(30)
	for i, m := range f.People {
		rows := []FamilyRow{
			{Family: models.Livelihood, Closed: 30, Asked: 30, Solved: 25 + i%4},
			{Family: models.Housing, Closed: 10, Asked: 10, Solved: 3 + i%4},
		}
		switch i {
		case 0:
			rows = []FamilyRow{{Family: models.Housing, Closed: 40, Asked: 40, Solved: 20}}
		case 29:
			rows = []FamilyRow{{Family: models.Food, Closed: 40, Asked: 40, Solved: 20}}
		}
		c := CaseResult{Closed: 40, OnTime: 36, Families: rows}
		for _, r := range rows {
			c.Asked, c.Solved = c.Asked+r.Asked, c.Solved+r.Solved
		}
		f.Cases.Person[m.PersonID] = c
	}
	return f
}

// TestHardMattersAreAdjustedFor: whoever is given the hard matters does not look worse for it.
func TestHardMattersAreAdjustedFor(t *testing.T) {
	t.Parallel()
	f := mixed()
	out := assembled1(t, f)
	d := out.People[0]
	c := competencyOf(d, models.Problem)
	if d.Mix == nil || !d.Mix.Adjusted || d.Mix.X != 20 || d.Mix.N != 40 {
		t.Fatalf("mix %+v", d.Mix)
	}
	if c.Sources[0].Score != 50 || c.State == Below || c.Mean < 70 || 100*d.Mix.Mean != c.Mean {
		t.Errorf("with hard matters alone: %+v, mix %+v", c, d.Mix)
	}
	own, group := 0.0, 0.0
	for _, r := range d.Mix.Families {
		own, group = own+r.Own, group+r.Group
		if r.Family == models.Housing && r.Own != 1 {
			t.Errorf("housing %+v", r)
		}
	}
	if own < 0.999 || own > 1.001 || group < 0.999 || group > 1.001 {
		t.Errorf("shares add up to %v and %v", own, group)
	}
	m := d.Method
	if m.Mix == nil || m.Mix.Groups != 30 || m.Mix.Sigma <= 0 {
		t.Errorf("method %+v", m.Mix)
	}
	for _, p := range m.Priors {
		if p.Source == models.SourceSolved {
			t.Error("the solved cases have a beta-binomial prior too")
		}
	}
}

// TestWhatNobodyElseHandlesIsNotCompared: no adjustment and no comparison without others who do such matters.
func TestWhatNobodyElseHandlesIsNotCompared(t *testing.T) {
	t.Parallel()
	d := assembled1(t, mixed()).People[29]
	if d.Mix == nil || d.Mix.Adjusted || d.Mix.Covered != 0 {
		t.Fatalf("mix %+v", d.Mix)
	}
	c := competencyOf(d, models.Problem)
	if c.State != NoOverlap || c.Mean <= 50 || c.Mean >= 80 {
		t.Errorf("%+v", c)
	}
}

// TestOldPeriodsAreCountedAgainAsTheyWere: evidence that was sealed without families is corrected without them.
func TestOldPeriodsAreCountedAgainAsTheyWere(t *testing.T) {
	t.Parallel()
	f := mixed()
	records := map[string]record{}
	var people []string
	for _, m := range f.People {
		r := f.record(m.PersonID)
		r.Families = nil
		people, records[m.PersonID] = append(people, m.PersonID), r
	}
	records[people[0]] = f.record(people[0]) // the one that is corrected
	g, err := groupOf("window", people, records)
	if err != nil {
		t.Fatal(err)
	}
	if r := g.mixResult(people[0]); g.Mix != nil || r != nil {
		t.Errorf("mix %+v, %+v", g.Mix, r)
	}
}
