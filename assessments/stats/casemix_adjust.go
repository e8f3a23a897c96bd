package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

const (
	// MinCovered is the preset of the least share of a person's trials that must lie in strata which at least two
	// others have too; below it there is nobody to compare with.
	MinCovered = 0.8
	fewestAlso = 2   // others who must handle a stratum too
	mixGrid    = 121 // points across a person's effect
	mixReach   = 6.0 // how far the grid goes, in standard deviations
)

// Adjusted is a person's share "had everyone handled the same mix".
//
// Mean is the figure to print and follows from the estimates of the model. SD, the intervals and the probability carry
// their uncertainty too.
type Adjusted struct {
	X, N        int
	Mean, SD    float64  // standardised share
	I80, I95    Interval // credible, equal tails
	Reliability float64  // n/(n+K)
	AboveMean   float64  // probability of lying above the level of the group
	group       CaseMix
}

// Covered is the share of the trials of one of the people that lie in strata which at least two others have too; 1
// without trials.
func (m CaseMix) Covered(own []Count) float64 {
	n, covered := 0, 0
	for f, c := range own {
		n += c.N
		if m.people[f]-1 >= fewestAlso { // without himself
			covered += c.N
		}
	}
	if n == 0 {
		return 1
	}
	return float64(covered) / float64(n)
}

// Adjust returns a person's standardised share: the average over the mix of all people of what is predicted with
// this person's effect.
//
// own: as many strata as the model, at least one trial. Fault: Invalid "stats.strata", "stats.count"; "stats.prior"
// for a model that FitCaseMix has not made.
// Source: Lane & Nelder (1982), Biometrics 38, 613–621, for the standardisation.
func (m CaseMix) Adjust(own []Count) (Adjusted, error) {
	if len(m.nodes) == 0 {
		return Adjusted{}, invalid("stats.prior", "alpha", m.Sigma, "beta", 0)
	}
	if len(own) != len(m.Weights) {
		return Adjusted{}, invalid("stats.strata", "n", len(own))
	}
	a := Adjusted{group: m}
	for _, c := range own {
		if c.X < 0 || c.N < c.X {
			return Adjusted{}, invalid("stats.count", "x", c.X, "n", c.N)
		}
		a.X, a.N = a.X+c.X, a.N+c.N
	}
	if a.N == 0 {
		return Adjusted{}, invalid("stats.count", "x", 0, "n", 0)
	}
	mean, slope := m.local(own)
	d := m.draw(own)
	a.Mean, a.AboveMean = mean, d.above
	a.Reliability = float64(a.N) / (float64(a.N) + m.K)
	wider := math.Sqrt(1 + quadratic(m.spread, slope)/(d.sd*d.sd))
	// The spread is taken about Mean, as Mean is what is printed.
	a.SD = math.Hypot(d.sd*wider, d.mean-a.Mean)
	a.I80 = d.interval(0.80, wider).hold(a.Mean)
	a.I95 = d.interval(0.95, wider).hold(a.I80.Lo).hold(a.I80.Hi)
	return a, nil
}

// local is, at the estimates, the mean of a person's standardised share and how it moves with the effects of the
// strata.
func (m *CaseMix) local(own []Count) (mean float64, slope []float64) {
	k := len(own)
	slope = make([]float64, k)
	sum := 0.0
	direct, score, cross := make([]float64, k), make([]float64, k), make([]float64, k)
	m.hermite.integral(own, m.Effects, m.Sigma, func(u, w float64) {
		p := m.share(m.Effects, u)
		sum += w
		mean += w * p
		for f, c := range own {
			q := expit(m.Effects[f] + u)
			s := float64(c.X) - float64(c.N)*q
			direct[f] += w * m.Weights[f] * q * (1 - q)
			score[f] += w * s
			cross[f] += w * s * p
		}
	})
	mean /= sum
	for f := range slope {
		slope[f] = direct[f]/sum + cross[f]/sum - mean*score[f]/sum
	}
	return mean, slope
}

// drawn is the posterior of a standardised share as weighted points, in rising order of the share.
type drawn struct {
	at, weight      []float64
	mean, sd, above float64
}

// draw lays a grid over the person's effect at every node of sigma.
func (m *CaseMix) draw(own []Count) drawn {
	type point struct{ at, weight float64 }
	var all []point
	var d drawn
	for _, node := range m.nodes {
		mode, width := effectPeak(own, node.effects, node.sigma)
		logs, total := make([]float64, mixGrid), 0.0
		us := make([]float64, mixGrid)
		for i := range us {
			us[i] = mode + width*mixReach*(2*float64(i)/(mixGrid-1)-1)
			logs[i] = -us[i] * us[i] / (2 * node.sigma * node.sigma)
			for f, c := range own {
				if c.N > 0 {
					eta := node.effects[f] + us[i]
					logs[i] += float64(c.X)*eta - float64(c.N)*softplus(eta)
				}
			}
		}
		top := logs[highest(logs)]
		for i := range logs {
			logs[i] = math.Exp(logs[i] - top)
			total += logs[i]
		}
		for i, u := range us {
			p, w := m.share(node.effects, u), node.share*logs[i]/total
			all = append(all, point{p, w})
			d.mean += w * p
			switch { // the cell of the grid that holds the level counts by half
			case i > 0 && i+1 < mixGrid && m.share(node.effects, (us[i]+us[i-1])/2) < node.mean &&
				m.share(node.effects, (us[i]+us[i+1])/2) > node.mean:
				d.above += w / 2
			case p > node.mean:
				d.above += w
			}
		}
	}
	slices.SortFunc(all, func(a, b point) int { return cmp.Compare(a.at, b.at) })
	for _, p := range all {
		d.at, d.weight = append(d.at, p.at), append(d.weight, p.weight)
		d.sd += p.weight * (p.at - d.mean) * (p.at - d.mean)
	}
	d.sd, d.above = math.Sqrt(d.sd), min(1, d.above)
	return d
}

// interval has equal tails and holds the share level; wider stretches it about the mean.
func (d drawn) interval(level, wider float64) Interval {
	tail := (1 - level) / 2
	stretch := func(p float64) float64 { return max(0, min(1, d.mean+wider*(p-d.mean))) }
	return Interval{Lo: stretch(d.quantile(tail)), Hi: stretch(d.quantile(1 - tail))}
}

// quantile interpolates between the middles of the points' weights.
func (d drawn) quantile(p float64) float64 {
	before := 0.0
	for i, w := range d.weight {
		middle := before + w/2
		if middle >= p {
			if i == 0 {
				return d.at[0]
			}
			last := before - d.weight[i-1]/2
			return d.at[i-1] + (d.at[i]-d.at[i-1])*(p-last)/(middle-last)
		}
		before += w
	}
	return d.at[len(d.at)-1]
}

// Source returns a standardised share as evidence, in points of 100.
func (a Adjusted) Source(weight float64, minN int) Source {
	return Source{
		Score: 100 * a.Mean, SE: 100 * a.SD, Reliability: a.Reliability, N: a.N, MinN: minN, Weight: weight,
		GroupMean: 100 * a.group.Mean, GroupSE: 100 * a.group.MeanSE, Shrunken: true,
		GroupAlike: a.group.NoDifference,
	}
}

// quadratic is xᵀSx, not below 0.
func quadratic(s *mat.SymDense, x []float64) float64 {
	v := mat.NewVecDense(len(x), x)
	return max(0, mat.Inner(v, s, v))
}
