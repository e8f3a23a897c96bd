package stats

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

func checkMeasures(ms []Measure) error {
	if len(ms) < minMeasures {
		return invalid("stats.few", "n", len(ms), "min", minMeasures)
	}
	for _, m := range ms {
		if err := checkMeasure(m); err != nil {
			return err
		}
	}
	return nil
}

func checkMeasure(m Measure) error {
	if err := checkNumber("y", m.Y); err != nil {
		return err
	}
	return checkPositive("v", m.V)
}

// pooled returns the mean weighted by 1/(v + τ²), and its variance.
func pooled(ms []Measure, tau2 float64) (mu, variance float64) {
	var sum, weights float64
	for _, m := range ms {
		w := 1 / (m.V + tau2)
		sum += w * m.Y
		weights += w
	}
	return sum / weights, 1 / weights
}

func cochran(ms []Measure) (q float64) {
	mu, _ := pooled(ms, 0)
	for _, m := range ms {
		q += (m.Y - mu) * (m.Y - mu) / m.V
	}
	return q
}

// restricted is the restricted log likelihood of τ², up to a constant.
func restricted(ms []Measure, tau2 float64) float64 {
	mu, variance := pooled(ms, tau2)
	l := math.Log(variance)
	for _, m := range ms {
		v := m.V + tau2
		l -= math.Log(v) + (m.Y-mu)*(m.Y-mu)/v
	}
	return l / 2
}

// restrictedSlope is twice its derivative.
func restrictedSlope(ms []Measure, tau2 float64) float64 {
	mu, variance := pooled(ms, tau2)
	var s, square float64
	for _, m := range ms {
		w := 1 / (m.V + tau2)
		s += w*w*(m.Y-mu)*(m.Y-mu) - w
		square += w * w
	}
	return s + square*variance
}

// taus is the scan of τ: 0, then even on the log scale around the spread of the data.
func taus(ms []Measure) []float64 {
	const steps = 60
	mu, spread := 0.0, 0.0
	for _, m := range ms {
		mu += m.Y / float64(len(ms))
	}
	for _, m := range ms {
		spread += ((m.Y-mu)*(m.Y-mu) + m.V) / float64(len(ms))
	}
	ts := make([]float64, steps+2)
	for i := range steps + 1 {
		ts[i+1] = math.Sqrt(spread) * math.Pow(10, -4+6*float64(i)/steps)
	}
	return ts
}

// reml scans the restricted likelihood and finds its top by the derivative; 0 where it falls from the start.
func reml(ms []Measure) float64 {
	ts := taus(ms)
	heights := make([]float64, len(ts))
	for i, t := range ts {
		heights[i] = restricted(ms, t*t)
	}
	best := highest(heights)
	lo, hi := ts[max(best-1, 0)], ts[min(best+1, len(ts)-1)]
	if best <= 1 && restrictedSlope(ms, 0) <= 0 {
		return 0
	}
	return root(func(tau2 float64) float64 { return restrictedSlope(ms, tau2) }, lo*lo, hi*hi, 1e-13*hi*hi)
}

// normalNodes spreads the uncertainty of τ over weighted nodes: uniform prior on τ, μ integrated out exactly.
//
// Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.4.
func normalNodes(ms []Measure) []NormalNode {
	const along = 40
	density := func(t float64) float64 { return restricted(ms, t*t) }
	ts := taus(ms)
	heights := make([]float64, len(ts))
	for i, t := range ts {
		heights[i] = density(t)
	}
	best, last := highest(heights), len(ts)-1
	lo, hi := ts[max(best-1, 0)], ts[min(best+1, last)]
	from, to := span(density, 0, peak(density, lo, hi, 1e-4*hi), ts[last], spanDrop)

	xs, ws := make([]float64, along), make([]float64, along)
	quad.Legendre{}.FixedLocations(xs, ws, from, to)
	nodes, sum := make([]NormalNode, along), 0.0
	top := heights[best]
	for i, x := range xs {
		mu, variance := pooled(ms, x*x)
		nodes[i] = NormalNode{Mu: mu, VarMu: variance, Tau2: x * x, Share: ws[i] * math.Exp(density(x)-top)}
		sum += nodes[i].Share
	}
	for i := range nodes {
		nodes[i].Share /= sum
	}
	return nodes
}
