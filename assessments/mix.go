package assessments

import (
	"encoding/json"
	"fmt"
	"slices"

	"shanzhi/assessments/stats"
	"shanzhi/models"
)

// record is what is counted of one cadre: successes and trials of every source that the house collects, and the solved
// cases of those that could be solved by family of matters, in the order of models.Families.
type record struct {
	Counts   map[models.Source]stats.Count
	Families []stats.Count
}

// familyCounts are solved and asked cases by family.
func familyCounts(rows []FamilyRow) []stats.Count {
	families := models.Families()
	out := make([]stats.Count, len(families))
	for _, r := range rows {
		if i := slices.Index(families, r.Family); i >= 0 {
			out[i] = stats.Count{X: r.Solved, N: r.Asked}
		}
	}
	return out
}

// evidenceDetail is what the sealed row of a source keeps beside its numbers.
type evidenceDetail struct {
	N        int           `json:"n"`
	X        int           `json:"x"`
	Families []stats.Count `json:"families,omitempty"` // of the solved, in the order of models.Families
}

// detail encodes what is kept of a source.
func (r record) detail(src models.Source) (string, error) {
	d := evidenceDetail{N: r.Counts[src].N, X: r.Counts[src].X}
	if src == models.SourceSolved {
		d.Families = r.Families
	}
	body, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("encode evidence: %w", err)
	}
	return string(body), nil
}

// mixOf fits the case mix of a group. There is none for a small group, for one in which everybody solved all or
// nothing, and for periods that were sealed before families were.
func mixOf(people []string, records map[string]record) (*stats.CaseMix, error) {
	var rows [][]stats.Count
	var total stats.Count
	staffed := 0
	for _, p := range people {
		own := records[p].Families
		if len(own) == 0 {
			if records[p].Counts[models.SourceSolved].N > 0 {
				return nil, nil
			}
			continue
		}
		n := 0
		for _, c := range own {
			n, total.X, total.N = n+c.N, total.X+c.X, total.N+c.N
		}
		if n > 0 {
			rows, staffed = append(rows, own), staffed+1
		}
	}
	if staffed < stats.MinGroup || total.X == 0 || total.X == total.N {
		return nil, nil
	}
	m, err := stats.FitCaseMix(rows)
	if err != nil {
		return nil, fmt.Errorf("case mix: %w", err)
	}
	return &m, nil
}

// ownMix is what the mix of the group says of one cadre.
type ownMix struct {
	covered  float64 // share of his cases that others of the group handle too
	adjusted *stats.Adjusted
}

// adjust reckons the solved cases of everybody for the mix of the group. Where too few of the cadre's cases are of a
// kind that others handle too there is no adjustment and no comparison.
func (g *group) adjust() error {
	var err error
	if g.Mix, err = mixOf(g.People, g.Records); g.Mix == nil {
		return err
	}
	g.mixed = map[string]ownMix{}
	for _, p := range g.People {
		r := g.Records[p]
		if r.Counts[models.SourceSolved].N == 0 {
			continue
		}
		one := ownMix{covered: g.Mix.Covered(r.Families)}
		if one.covered >= stats.MinCovered {
			a, err := g.Mix.Adjust(r.Families)
			if err != nil {
				return fmt.Errorf("case mix of %s: %w", p, err)
			}
			one.adjusted = &a
		}
		g.mixed[p] = one
	}
	return nil
}

// mixResult is what the report says of the kinds of matters a cadre handled; nil where nothing was adjusted in the
// group or he has too few cases for a share.
func (g *group) mixResult(person string) *MixResult {
	n := g.Records[person].Counts[models.SourceSolved]
	if g.Mix == nil || n.N < g.Rule.MinN {
		return nil
	}
	m := g.mixed[person]
	r := &MixResult{X: n.X, N: n.N, Covered: m.covered}
	for i, c := range g.Records[person].Families {
		if c.N == 0 && g.Mix.Weights[i] == 0 {
			continue
		}
		r.Families = append(r.Families, MixRow{
			Family: models.Families()[i], N: c.N, Own: float64(c.N) / float64(n.N), Group: g.Mix.Weights[i],
			Typical: g.Mix.Typical(i),
		})
	}
	if a := m.adjusted; a != nil {
		r.Adjusted, r.Mean, r.I95 = true, a.Mean, Interval(a.I95)
	}
	return r
}
