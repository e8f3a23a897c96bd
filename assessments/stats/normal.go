package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Measure is one person's mean Y and its sampling variance V (σ²/n), in any one unit.
type Measure struct{ Y, V float64 }

// minMeasures is the fewest people from whom a variance between people is estimated: below, the uncertainty of τ
// has no bound worth printing.
const minMeasures = 5

// NormalNode is one possible N(Mu, Tau2) of a group, VarMu the variance of Mu given Tau2; shares add up to 1.
type NormalNode struct{ Mu, VarMu, Tau2, Share float64 }

// NormalPrior says how means differ between the people of a comparable group: N(Mu, Tau2).
type NormalPrior struct {
	Mu, Tau2     float64
	SEMu         float64 // standard error of Mu
	Q            float64 // Cochran's Q, χ² with Units − 1 degrees of freedom if all are alike
	Units        int
	NoDifference bool // Q below its 5 % point, or Tau2 = 0
	Nodes        []NormalNode
}

// NormalPosterior is what is known of one person's true mean.
type NormalPosterior struct {
	Mean      float64  // μ + w(y − μ)
	Weight    float64  // w = τ²/(τ² + v), the reliability
	Var       float64  // (1 − w)τ², as if μ and τ² were known
	SD        float64  // standard error of Mean, with their uncertainty
	I80, I95  Interval // credible, equal tails, with their uncertainty; they always hold Mean
	AboveMean float64  // probability that the true mean lies above the group's
}

// FitNormal estimates the prior of a group from at least five measures with V > 0; τ² by restricted maximum
// likelihood (REML), μ by the weights 1/(v + τ²).
//
// Fault: Invalid "stats.few", "stats.number", "stats.amount".
// Source: Viechtbauer (2005), J. Educ. Behav. Statist. 30, 261–293.
func FitNormal(ms []Measure) (NormalPrior, error) {
	if err := checkMeasures(ms); err != nil {
		return NormalPrior{}, err
	}
	tau2 := reml(ms)
	mu, varMu := pooled(ms, tau2)
	q := cochran(ms)
	df := float64(len(ms) - 1)
	alike := tau2 == 0 || mathext.GammaIncReg(df/2, q/2) < 0.95
	return NormalPrior{
		Mu: mu, Tau2: tau2, SEMu: math.Sqrt(varMu), Q: q, Units: len(ms), NoDifference: alike, Nodes: normalNodes(ms),
	}, nil
}

// TauDL returns the moment estimate of τ² by DerSimonian and Laird: max(0, (Q − (k − 1))/(Σw − Σw²/Σw)), w = 1/v.
//
// At least five measures with V > 0. It needs no iteration; reports use REML.
// Fault: Invalid "stats.few", "stats.number", "stats.amount".
// Source: DerSimonian & Laird (1986), Controlled Clinical Trials 7, 177–188.
func TauDL(ms []Measure) (float64, error) {
	if err := checkMeasures(ms); err != nil {
		return 0, err
	}
	var sum, square float64
	for _, m := range ms {
		sum += 1 / m.V
		square += 1 / (m.V * m.V)
	}
	return max(0, (cochran(ms)-float64(len(ms)-1))/(sum-square/sum)), nil
}

// Posterior returns the posterior of a person with the given measure, V > 0. Fault: Invalid "stats.number",
// "stats.amount"; "stats.prior" for a prior that FitNormal has not made.
func (p NormalPrior) Posterior(m Measure) (NormalPosterior, error) {
	if err := checkMeasure(m); err != nil {
		return NormalPosterior{}, err
	}
	if len(p.Nodes) == 0 || !(p.Tau2 >= 0) {
		return NormalPosterior{}, invalid("stats.prior", "alpha", p.Mu, "beta", p.Tau2)
	}
	w := p.Tau2 / (p.Tau2 + m.V)
	post := NormalPosterior{Mean: kelley(m.Y, p.Mu, w), Weight: w, Var: (1 - w) * p.Tau2}
	mix := make(normals, len(p.Nodes))
	var centre, square float64
	for i, n := range p.Nodes {
		w := n.Tau2 / (n.Tau2 + m.V)
		c := bell{mean: kelley(m.Y, n.Mu, w), share: n.Share}
		c.sd = math.Sqrt((1-w)*n.Tau2 + (1-w)*(1-w)*n.VarMu)
		centre += c.share * c.mean
		square += c.share * (c.sd*c.sd + (c.mean-post.Mean)*(c.mean-post.Mean))
		// θ − μ = w(y − μ) + e: the uncertainty of μ enters with w.
		gap := math.Sqrt((1-w)*n.Tau2 + w*w*n.VarMu)
		post.AboveMean += n.Share * beyond(w*(m.Y-n.Mu), gap)
		mix[i] = c
	}
	post.AboveMean = min(1, post.AboveMean)
	post.SD = math.Sqrt(square)
	post.I80 = mix.interval(0.80, centre, post.SD).hold(post.Mean)
	post.I95 = mix.interval(0.95, centre, post.SD).hold(post.I80.Lo).hold(post.I80.Hi)
	return post, nil
}

// beyond is the probability that a normal variable with this mean and sd is positive; ½ where both are 0.
func beyond(mean, sd float64) float64 {
	switch {
	case sd > 0:
		return phi(mean / sd)
	case mean > 0:
		return 1
	case mean < 0:
		return 0
	}
	return 0.5
}

// normals is a weighted sum of normal distributions.
type normals []bell

type bell struct{ mean, sd, share float64 }

func (m normals) below(x float64) (p float64) {
	for _, c := range m {
		p += c.share * beyond(x-c.mean, c.sd)
	}
	return p
}

// interval solves for both tails; the bracket is wide because the tails of a mixture are.
func (m normals) interval(level, centre, sd float64) Interval {
	tail := (1 - level) / 2
	if sd == 0 {
		return Interval{Lo: centre, Hi: centre}
	}
	at := func(p float64) float64 {
		return root(func(x float64) float64 { return m.below(x) - p }, centre-40*sd, centre+40*sd, 1e-9*sd)
	}
	return Interval{Lo: at(tail), Hi: at(1 - tail)}
}
