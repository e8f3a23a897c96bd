package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Posterior is what is known of one person's share after seeing X of N, given the group.
//
// Mean is the figure to print: it follows from α and β by hand. SD, the intervals and the probability carry the
// uncertainty of α and β too, so they do not: they average over the nodes of the prior.
type Posterior struct {
	X, N      int
	Mean      float64  // (x+α)/(n+α+β)
	Weight    float64  // n/(n+α+β), the weight on own data = the reliability
	SD        float64  // standard error of Mean
	I80, I95  Interval // credible, equal tails; they always hold Mean
	AboveMean float64  // probability that the person's share lies above the group's level
	prior     Prior
}

// Posterior returns the posterior of a person with x of n; n may be 0, then it is the prior itself.
//
// Fault: Invalid "stats.count"; "stats.prior" for a prior that no function here has made.
func (p Prior) Posterior(x, n int) (Posterior, error) {
	if x < 0 || n < x || n > maxTrials {
		return Posterior{}, invalid("stats.count", "x", x, "n", n)
	}
	if !(p.Alpha > 0 && p.Beta > 0) || math.IsInf(p.K(), 0) || len(p.Nodes) == 0 {
		return Posterior{}, invalid("stats.prior", "alpha", p.Alpha, "beta", p.Beta)
	}
	k := float64(n) + p.K()
	post := Posterior{X: x, N: n, Mean: (float64(x) + p.Alpha) / k, Weight: float64(n) / k, prior: p}
	mix := p.mixture(x, n)
	centre, variance := mix.moments()
	// The spread is taken about Mean, as Mean is what is printed.
	post.SD = math.Sqrt(variance + (centre-post.Mean)*(centre-post.Mean))
	post.I80 = mix.interval(0.80, centre, variance).hold(post.Mean)
	post.I95 = mix.interval(0.95, centre, variance).hold(post.I80.Lo).hold(post.I80.Hi)
	for _, c := range mix {
		post.AboveMean += c.share * mathext.RegIncBeta(c.b, c.a, 1-c.mean)
	}
	post.AboveMean = min(1, post.AboveMean)
	return post, nil
}

// Above returns the probability that the person's share lies above level, 0 < level < 1.
//
// Fault: Invalid "stats.share", "stats.prior".
func (p Posterior) Above(level float64) (float64, error) {
	if err := p.check(level); err != nil {
		return 0, err
	}
	return p.mixture().above(level), nil
}

// Below returns the probability that the person's share lies below level, 0 < level < 1.
//
// Fault: Invalid "stats.share", "stats.prior".
func (p Posterior) Below(level float64) (float64, error) {
	if err := p.check(level); err != nil {
		return 0, err
	}
	return p.mixture().below(level), nil
}

// Interval returns the credible interval with equal tails that holds the share level of the posterior, and Mean.
//
// 0 < level < 1. Fault: Invalid "stats.share", "stats.prior".
func (p Posterior) Interval(level float64) (Interval, error) {
	if err := p.check(level); err != nil {
		return Interval{}, err
	}
	mix := p.mixture()
	centre, variance := mix.moments()
	return mix.interval(level, centre, variance).hold(p.Mean), nil
}

// Standing returns what BandOf needs: the comparison with the level of the person's group.
func (p Posterior) Standing() Standing {
	return Standing{
		N: p.N, Reliability: p.Weight, Above: p.AboveMean,
		SmallGroup: p.prior.Weak, GroupAlike: p.prior.NoDifference,
	}
}

// check refuses a posterior read back from a store, which has lost its prior: ask the sealed Prior for it again.
func (p Posterior) check(level float64) error {
	if len(p.prior.Nodes) == 0 {
		return invalid("stats.prior", "alpha", p.prior.Alpha, "beta", p.prior.Beta)
	}
	return checkShare("level", level)
}

func (p Posterior) mixture() mixture { return p.prior.mixture(p.X, p.N) }

// hold widens the interval so that it holds x: the flat prior of the nodes may leave out a mean drawn to the group.
func (i Interval) hold(x float64) Interval { return Interval{Lo: min(i.Lo, x), Hi: max(i.Hi, x)} }

// mixture is a weighted sum of Beta(a, b).
type mixture []component

type component struct {
	a, b, share float64
	logB        float64 // ln B(a, b)
	mean        float64 // the level of the group at this node
}

func (p Prior) mixture(x, n int) mixture {
	mix := make(mixture, len(p.Nodes))
	for i, d := range p.Nodes {
		a, b := float64(x)+d.Alpha, float64(n-x)+d.Beta
		mix[i] = component{a: a, b: b, share: d.Share, logB: mathext.Lbeta(a, b), mean: d.Alpha / (d.Alpha + d.Beta)}
	}
	return mix
}

func (m mixture) moments() (mean, variance float64) {
	square := 0.0
	for _, c := range m {
		k := c.a + c.b
		at := c.a / k
		mean += c.share * at
		variance += c.share * at * (1 - at) / (k + 1)
		square += c.share * at * at
	}
	return mean, variance + max(0, square-mean*mean)
}

func (m mixture) below(x float64) (p float64) {
	for _, c := range m {
		p += c.share * mathext.RegIncBeta(c.a, c.b, x)
	}
	return min(1, p)
}

func (m mixture) above(x float64) (p float64) {
	for _, c := range m {
		p += c.share * mathext.RegIncBeta(c.b, c.a, 1-x)
	}
	return min(1, p)
}

// density is the derivative of below with regard to logit x.
func (m mixture) density(x float64) (d float64) {
	l, r := math.Log(x), math.Log1p(-x)
	for _, c := range m {
		d += c.share * math.Exp(c.a*l+c.b*r-c.logB)
	}
	return d
}

func (m mixture) interval(level, mean, variance float64) Interval {
	tail, z := (1-level)/2, mathext.NormalQuantile(0.5+level/2)
	width := math.Sqrt(variance) / (mean * (1 - mean))
	centre := logit(mean)
	return Interval{Lo: m.quantile(tail, centre-z*width), Hi: m.quantile(1-tail, centre+z*width)}
}

// quantile solves below(x) = p by Newton's steps on the logit scale within a shrinking bracket, from the guess.
func (m mixture) quantile(p, guess float64) float64 {
	lo, hi := -36.0, 36.0 // expit(±36) is 0 and 1 to the last digit
	u := max(lo, min(hi, guess))
	for range 60 {
		x := expit(u)
		gap := m.below(x) - p
		if gap < 0 {
			lo = u
		} else {
			hi = u
		}
		next := u - gap/m.density(x)
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		step := math.Abs(next - u)
		u = next
		if step < 1e-7 {
			break
		}
	}
	return expit(u)
}
