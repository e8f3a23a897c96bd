package stats

import "math"

// Source is the evidence from one source towards a competency, on the scale 0–100.
type Source struct {
	Score       float64 // 0–100
	SE          float64 // standard error of Score, in points
	Reliability float64 // of Score among the comparable group, in [0, 1)
	N, MinN     int     // items it rests on; the fewest that count
	Weight      float64 // policy weight, in the unit of ComposeRule.TotalWeight
	GroupMean   float64 // 0–100
	GroupSE     float64 // standard error of GroupMean, in points; 0 where it is taken as known
	// Shrunken: Score and SE are a posterior's already (beta-binomial, case mix), not a raw mean's.
	Shrunken bool
	// SmallGroup, GroupAlike and NoOverlap: as in Standing, of the group that the source was compared with.
	SmallGroup, GroupAlike, NoOverlap bool
}

// Source returns a posterior as evidence, in points of 100.
func (p Posterior) Source(weight float64, minN int) Source {
	m := p.prior.Mean
	return Source{
		Score: 100 * p.Mean, SE: 100 * p.SD, Reliability: p.Weight, N: p.N, MinN: minN, Weight: weight,
		GroupMean: 100 * m, GroupSE: 100 * m * (1 - m) * math.Sqrt(p.prior.VarMean), Shrunken: true,
		SmallGroup: p.prior.Weak, GroupAlike: p.prior.NoDifference,
	}
}

// ComposeRule holds what a scheme sets about composition.
type ComposeRule struct {
	TotalWeight float64 // of all sources of the competency, those without evidence included
	MinWeight   float64 // share of TotalWeight that must be available, 0–1
}

// DefaultComposeRule returns the presets: weights in per cent, 60 % of them available.
func DefaultComposeRule() ComposeRule { return ComposeRule{TotalWeight: 100, MinWeight: 0.6} }

// Part is what one source gives to the competency.
type Part struct {
	Missing      bool    // no items at all: no weight, and never a zero
	UnderMin     bool    // some items, fewer than MinN: no weight, and no estimate of the competency
	Score        float64 // after Kelley's shrinkage, points; 0 unless available
	SD           float64 // its posterior standard deviation, points
	Contribution float64 // w(T − μ)/Σw, points; they add up to Score − GroupMean of the competency
}

// Competency is the composition. Where Insufficient, everything but Available, N, Parts' marks and the flags is zero:
// there is no estimate to print.
type Competency struct {
	Score, SE    float64  // points
	GroupMean    float64  // of the same sources with the same weights, points
	I80, I95     Interval // points, cut to 0–100
	Reliability  float64  // 1 − SE²/variance of true scores, for independent sources
	Above        float64  // probability that the true score lies above the group's mean
	Available    float64  // share of TotalWeight that had evidence
	N            int      // items of the available sources together
	Insufficient bool     // Available below MinWeight, or a source under its minimum
	SmallGroup   bool     // an available source has a fixed prior: no comparison
	GroupAlike   bool     // no available source tells people apart
	NoOverlap    bool     // an available source rests on what few others do: no comparison
	Parts        []Part   // one per source, in their order
}

// Compose puts a competency together: T̂ = μ + rel·(X − μ) per source, the weighted mean of the T̂ over what is
// available, its standard error by propagation for independent sources.
//
// A source with no items (N = 0) is missing: its weight is not available and nothing else follows. A source with some
// items but fewer than its minimum is treated as missing too, and makes the whole competency insufficient: a few
// items are neither silently used nor silently dropped. So does an available share below MinWeight.
// The posterior variance of a raw source is SE²·rel + (1 − rel)²·GroupSE²; of a shrunken one SE².
// Fault: Invalid "stats.empty", "stats.score", "stats.amount", "stats.reliability", "stats.count", "stats.weight".
// Source: Kelley (1927); Mosier (1943), Psychometrika 8, 161–168, for the reliability of a weighted composite.
func Compose(sources []Source, r ComposeRule) (Competency, error) {
	if err := checkSources(sources, r); err != nil {
		return Competency{}, err
	}
	return compose(sources, r), nil
}

// compose is Compose for sources that have been checked.
func compose(sources []Source, r ComposeRule) Competency {
	c := Competency{Parts: make([]Part, len(sources)), GroupAlike: true}
	var weights float64
	underMin := false
	for i, s := range sources {
		c.Parts[i] = Part{Missing: s.N == 0, UnderMin: s.N > 0 && s.N < s.MinN}
		underMin = underMin || c.Parts[i].UnderMin
		if !s.counts() {
			continue
		}
		weights += s.Weight
		c.N += s.N
		c.SmallGroup = c.SmallGroup || s.SmallGroup
		c.NoOverlap = c.NoOverlap || s.NoOverlap
		c.GroupAlike = c.GroupAlike && s.GroupAlike
	}
	c.Available = min(1, weights/r.TotalWeight)
	if underMin || weights == 0 || c.Available < r.MinWeight-1e-9 {
		c.Insufficient, c.GroupAlike = true, false
		return c
	}
	c.estimate(sources, weights)
	return c
}

func (c *Competency) estimate(sources []Source, weights float64) {
	var variance, own, truth, gap float64
	for i, s := range sources {
		if !s.counts() {
			continue
		}
		w := s.Weight / weights
		t := s.posterior()
		c.Parts[i].Score, c.Parts[i].SD = t.score, math.Sqrt(t.variance)
		c.Parts[i].Contribution = w * (t.score - s.GroupMean)
		c.Score += w * t.score
		c.GroupMean += w * s.GroupMean
		variance += w * w * t.variance
		own += w * w * t.own
		truth += w * w * t.own / (1 - s.Reliability)
		gap += w * w * (t.own + s.Reliability*s.Reliability*s.GroupSE*s.GroupSE)
	}
	c.SE = math.Sqrt(variance)
	c.I80, c.I95 = c.within(Z80), c.within(Z95)
	c.Above = beyond(c.Score-c.GroupMean, math.Sqrt(gap))
	if truth > 0 {
		c.Reliability = max(0, 1-own/truth)
	}
}

func (c *Competency) within(z float64) Interval {
	return Interval{Lo: max(0, c.Score-z*c.SE), Hi: min(100, c.Score+z*c.SE)}
}

// Band returns the band of a competency. Its sources have minima of their own, so that BandRule.MinN does not count.
//
// Fault: Invalid "stats.rule".
func (c Competency) Band(r BandRule) (Band, error) {
	return BandOf(Standing{
		N: max(c.N, r.MinN), Reliability: c.Reliability, Above: c.Above,
		Insufficient: c.Insufficient, SmallGroup: c.SmallGroup, GroupAlike: c.GroupAlike, NoOverlap: c.NoOverlap,
	}, r)
}

// counts reports whether the source has evidence enough to be used.
func (s Source) counts() bool { return s.N > 0 && s.N >= s.MinN }

type truth struct {
	score    float64
	own      float64 // posterior variance with the group's mean known
	variance float64 // with its uncertainty
}

func (s Source) posterior() truth {
	if s.Shrunken {
		return truth{score: s.Score, own: s.SE * s.SE, variance: s.SE * s.SE}
	}
	own, far := s.SE*s.SE*s.Reliability, (1-s.Reliability)*s.GroupSE
	return truth{score: kelley(s.Score, s.GroupMean, s.Reliability), own: own, variance: own + far*far}
}

func checkSources(sources []Source, r ComposeRule) error {
	if len(sources) == 0 {
		return invalid("stats.empty")
	}
	if !(r.MinWeight >= 0 && r.MinWeight <= 1) {
		return invalid("stats.rule", "name", "MinWeight", "value", r.MinWeight)
	}
	if err := checkPositive("TotalWeight", r.TotalWeight); err != nil {
		return err
	}
	sum := 0.0
	for _, s := range sources {
		if err := s.check(); err != nil {
			return err
		}
		sum += s.Weight
	}
	if sum > r.TotalWeight*(1+1e-9) {
		return invalid("stats.weight", "sum", sum, "total", r.TotalWeight)
	}
	return nil
}

// check refuses a source out of range; the figures of one that does not count are not looked at.
func (s Source) check() error {
	if s.N < 0 || s.MinN < 0 {
		return invalid("stats.count", "x", s.MinN, "n", s.N)
	}
	if err := checkPositive("weight", s.Weight); err != nil {
		return err
	}
	if !s.counts() {
		return nil
	}
	for _, v := range []float64{s.Score, s.GroupMean} {
		if !(v >= 0 && v <= 100) {
			return invalid("stats.score", "value", v)
		}
	}
	for _, v := range []float64{s.SE, s.GroupSE} {
		if err := checkAmount("se", v); err != nil {
			return err
		}
	}
	if !(s.Reliability >= 0 && s.Reliability < 1) {
		return invalid("stats.reliability", "value", s.Reliability)
	}
	return nil
}
