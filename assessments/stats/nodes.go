package stats

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

const (
	nodesAlong  = 20   // Gauss–Legendre nodes along the dispersion
	nodesAcross = 5    // Gauss–Hermite nodes across the mean at each
	spanDrop    = 10.0 // how far below its top, in log units, the density is still followed
	minShare    = 1e-3 // nodes that carry less than this part of an even share are left out
)

// nodes spreads the uncertainty of (α, β) over a few weighted pairs, without random numbers.
//
// The hyperprior is uniform on the mean m and on s = (α+β)^(−1/2), which is close to the standard deviation between
// people relative to the binomial one; the posterior is proper even where the likelihood has no maximum. Along s
// Gauss–Legendre over the span where the density is more than e⁻¹⁰ of its top, across logit m adaptive Gauss–Hermite
// at the conditional maximum.
// Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.3, for the hyperprior.
func (t tally) nodes(across, along int) []Node {
	from, to := t.spanOfS()
	ss, sw := make([]float64, along), make([]float64, along)
	quad.Legendre{}.FixedLocations(ss, sw, from, to)
	hx, hw := make([]float64, across), make([]float64, across)
	quad.Hermite{}.FixedLocations(hx, hw, math.Inf(-1), math.Inf(1))

	nodes, logs := make([]Node, 0, along*across), make([]float64, 0, along*across)
	for i, s := range ss {
		d := s * s
		m, curve := t.bestMean(d, 1)
		width := math.Sqrt(2 / curve)
		for k, x := range hx {
			eta := logit(m) + width*x
			at := expit(eta)
			nodes = append(nodes, Node{Alpha: at / d, Beta: (1 - at) / d})
			logs = append(logs, t.logPosterior(at, d)+x*x+math.Log(sw[i]*hw[k]*width))
		}
	}
	return weigh(nodes, logs)
}

// logPosterior is the log density of (logit m, s) at m and d = s², up to a constant.
func (t tally) logPosterior(m, d float64) float64 {
	return t.logL(m, d) + math.Log(m) + math.Log1p(-m)
}

// spanOfS finds where the density of s, with the mean integrated out by Laplace's method, is worth following.
func (t tally) spanOfS() (from, to float64) {
	density := func(s float64) float64 {
		m, curve := t.bestMean(s*s, 1)
		return t.logPosterior(m, s*s) - 0.5*math.Log(curve)
	}
	grid := dispersions()
	heights := make([]float64, len(grid))
	for i, d := range grid {
		grid[i] = math.Sqrt(d)
		heights[i] = density(grid[i])
	}
	best, last := highest(heights), len(grid)-1
	lo, hi := grid[max(best-1, 0)], grid[min(best+1, last)]
	top := peak(density, lo, hi, 1e-4*hi)
	from, to = span(density, grid[0], top, grid[last], spanDrop)
	if from == grid[0] {
		from = 0
	}
	return from, to
}

// weigh turns log weights into shares that add up to 1 and leaves out what carries nothing.
func weigh(nodes []Node, logs []float64) []Node {
	top, sum := logs[highest(logs)], 0.0
	for i := range nodes {
		nodes[i].Share = math.Exp(logs[i] - top)
		sum += nodes[i].Share
	}
	kept, left := nodes[:0], 0.0
	for _, n := range nodes {
		if n.Share /= sum; n.Share*float64(len(logs)) >= minShare {
			kept = append(kept, n)
			left += n.Share
		}
	}
	for i := range kept {
		kept[i].Share /= left
	}
	return kept
}

func logit(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

func expit(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
