package assessments

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"shanzhi/assessments/stats"
	"shanzhi/models"
)

// collected are the sources that the house collects, in a fixed order. The others of a scheme are missing evidence.
var collected = []models.Source{models.SourceQuiz, models.SourceRatings, models.SourceSolved, models.SourceOnTime}

// group is a comparison group: the people of one post class, their counts, and the prior of each source.
type group struct {
	Class   string
	People  []string
	Records map[string]record
	Priors  map[models.Source]stats.Prior
	Mix     *stats.CaseMix // of the solved cases; nil where they are not adjusted
	Rule    stats.BandRule
	mixed   map[string]ownMix // by person with solved cases to reckon
}

// groupOf fits the priors of a comparison group. A source without any evidence in the group has no prior.
func groupOf(class string, people []string, records map[string]record) (*group, error) {
	g := &group{
		Class: class, People: people, Records: records, Priors: map[models.Source]stats.Prior{},
		Rule: stats.DefaultBandRule(),
	}
	for _, src := range collected {
		var cs []stats.Count
		trials := 0
		for _, p := range people {
			c := records[p].Counts[src]
			cs = append(cs, c)
			trials += c.N
		}
		if trials == 0 {
			continue
		}
		prior, err := stats.FitBetaBinomial(cs, stats.MinGroup)
		if err != nil {
			return nil, fmt.Errorf("prior of %s in %s: %w", src, class, err)
		}
		g.Priors[src] = prior
	}
	return g, g.adjust()
}

// estimate returns the competencies of one cadre in the order of the scheme. Group bands are filled by bands.
func (g *group) estimate(person string, scheme SchemeView) ([]CompetencyResult, error) {
	var out []CompetencyResult
	for _, c := range models.Competencies() {
		var rows []models.SchemeSource
		for _, r := range scheme.Sources {
			if r.Competency == c {
				rows = append(rows, r)
			}
		}
		if len(rows) == 0 {
			continue
		}
		res, err := g.competency(person, c, rows)
		if err != nil {
			return nil, fmt.Errorf("competency %s: %w", c, err)
		}
		out = append(out, res)
	}
	return out, nil
}

func (g *group) competency(person string, c models.Competency, rows []models.SchemeSource) (CompetencyResult, error) {
	res := CompetencyResult{Competency: c}
	sources := make([]stats.Source, len(rows))
	var alone []intervals // of the sources that count
	for i, r := range rows {
		n := g.Records[person].Counts[r.Source]
		sr := SourceResult{Source: r.Source, N: n.N, X: n.X, MinN: r.MinN, Weight: r.Weight}
		sources[i] = stats.Source{Weight: float64(r.Weight), MinN: r.MinN}
		if prior, ok := g.Priors[r.Source]; ok && n.N > 0 {
			var own intervals
			var err error
			if sources[i], own, err = g.source(person, r, prior); err != nil {
				return res, err
			}
			if n.N >= r.MinN {
				alone = append(alone, own)
			}
			sr.Score, sr.SE = raw(n)
			sr.Reliability, sr.GroupMean = sources[i].Reliability, sources[i].GroupMean
		}
		res.Sources = append(res.Sources, sr)
	}
	rule := stats.DefaultComposeRule()
	comp, err := stats.Compose(sources, rule)
	if err != nil {
		return res, err
	}
	band, err := comp.Band(g.Rule)
	if err != nil {
		return res, err
	}
	g.fill(&res, comp, band)
	if comp.Insufficient {
		return res, nil
	}
	if len(alone) == 1 { // one source alone: its own credible interval, which is not symmetric near the ends
		res.I80, res.I95 = inPoints(alone[0].i80), inPoints(alone[0].i95)
	}
	draws := stats.DefaultDraws(seedOf(person, string(c)))
	if res.SameBand, err = stats.Sensitivity(sources, rule, g.Rule, draws); err != nil {
		return res, err
	}
	res.ChanceSignals, err = stats.ChanceSignals(g.Rule.Signal, comp.Reliability, len(g.People))
	return res, err
}

// intervals are the credible intervals of one source.
type intervals struct{ i80, i95 stats.Interval }

// source is what one source says of a cadre, shrunken within the group.
func (g *group) source(person string, r models.SchemeSource, prior stats.Prior) (stats.Source, intervals, error) {
	adjusting := r.Source == models.SourceSolved && g.Mix != nil
	if a := g.mixed[person].adjusted; adjusting && a != nil {
		return a.Source(float64(r.Weight), r.MinN), intervals{a.I80, a.I95}, nil
	}
	n := g.Records[person].Counts[r.Source]
	post, err := prior.Posterior(n.X, n.N)
	src := post.Source(float64(r.Weight), r.MinN)
	src.NoOverlap = adjusting
	return src, intervals{post.I80, post.I95}, err
}

func (g *group) fill(res *CompetencyResult, comp stats.Competency, band stats.Band) {
	res.State = State(band.String())
	res.AvailableWeight = int(math.Round(100 * comp.Available))
	for i, p := range comp.Parts {
		sr := &res.Sources[i]
		sr.Missing = p.Missing || p.UnderMin
		if !sr.Missing {
			sr.Shrunk, sr.Contribution = p.Score, p.Contribution
		}
	}
	if comp.Insufficient {
		return
	}
	res.Mean, res.SE, res.Reliability, res.GroupMean = comp.Score, comp.SE, comp.Reliability, comp.GroupMean
	res.I80, res.I95 = Interval(comp.I80), Interval(comp.I95)
}

// inPoints is an interval of a share in points of 100.
func inPoints(i stats.Interval) Interval { return Interval{Lo: 100 * i.Lo, Hi: 100 * i.Hi} }

// raw is the score as obtained, 0–100, with the standard error of (x+2)/(n+4), which is not zero at 0 or n successes.
// Source: Agresti & Coull (1998), Am. Statist. 52, 119–126.
func raw(c stats.Count) (score, se float64) {
	n := float64(c.N + 4)
	p := float64(c.X+2) / n
	return 100 * float64(c.X) / float64(c.N), 100 * math.Sqrt(p*(1-p)/n)
}

// bands fills the 10th and 90th percentile of the group's estimates into every result that is compared or shown.
func bands(all map[string][]CompetencyResult) error {
	means := map[models.Competency][]float64{}
	for _, rs := range all {
		for _, r := range rs {
			if r.State != Insufficient {
				means[r.Competency] = append(means[r.Competency], r.Mean)
			}
		}
	}
	for c, xs := range means {
		slices.SortFunc(xs, cmp.Compare)
		lo, err := stats.Quantile(xs, 0.1)
		if err != nil {
			return err
		}
		hi, err := stats.Quantile(xs, 0.9)
		if err != nil {
			return err
		}
		for _, rs := range all {
			for i := range rs {
				if rs[i].Competency == c && rs[i].State != Insufficient {
					rs[i].GroupLo, rs[i].GroupHi = lo, hi
				}
			}
		}
	}
	return nil
}

// method says how the figures of the group came about, for the competencies of the scheme.
func (g *group) method(scheme SchemeView, calendarKnown bool) (Method, error) {
	m := Method{
		GroupSize: len(g.People), Threshold: g.Rule.Signal, CalendarOK: calendarKnown,
		Rankability: map[models.Competency]float64{},
	}
	for _, src := range collected {
		p, ok := g.Priors[src]
		if !ok {
			continue
		}
		if src == models.SourceSolved && g.Mix != nil {
			m.Mix = &MixMethod{
				Groups: g.Mix.Groups, Sigma: g.Mix.Sigma, LR2: g.Mix.LR2, NoDifference: g.Mix.NoDifference,
			}
			if err := g.rank(&m, scheme, src, p.Mean, g.Mix.SD*g.Mix.SD, g.Mix.NoDifference); err != nil {
				return m, err
			}
			continue
		}
		m.Priors = append(m.Priors, Prior{
			Source: src, Groups: p.Groups, Alpha: p.Alpha, Beta: p.Beta, Weak: p.Weak, NoDifference: p.NoDifference,
		})
		tau2 := p.Mean * (1 - p.Mean) / (p.K() + 1)
		if err := g.rank(&m, scheme, src, p.Mean, tau2, p.Weak || p.NoDifference); err != nil {
			return m, err
		}
	}
	return m, nil
}

// rank adds the rankability of a source to the competencies that rest on it: the variance between people against the
// binomial variances of those with ten or more.
func (g *group) rank(m *Method, scheme SchemeView, src models.Source, mean, tau2 float64, alike bool) error {
	if alike {
		return nil
	}
	var vs []float64
	for _, person := range g.People {
		if n := g.Records[person].Counts[src].N; n >= g.Rule.MinN {
			vs = append(vs, mean*(1-mean)/float64(n))
		}
	}
	rho := 0.0
	if len(vs) > 0 {
		var err error
		if rho, err = stats.Rankability(tau2, vs); err != nil {
			return err
		}
	}
	for _, row := range scheme.Sources {
		if row.Source == src {
			m.Rankability[row.Competency] = rho
		}
	}
	return nil
}

// seedOf makes the seed of a draw from what it is about, so that it can be repeated by whoever has the dossier.
func seedOf(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p + "\x00"))
	}
	return h.Sum64()
}
