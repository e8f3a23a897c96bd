package stats

import "math"

// Count is X successes in N trials of one person or unit.
type Count struct{ X, N int }

const (
	// MinGroup is the preset of the smallest group from which a prior is estimated.
	MinGroup = 20
	// WeakPrecision is α + β of the weak prior: it weighs as much as four ratings, about as the centre of the
	// 95 % Wilson interval does (z² = 3.84).
	WeakPrecision = 4

	maxPrecision = 1e6  // α + β beyond which a group cannot be told from one without differences
	minPrecision = 0.02 // α + β below which everybody has only successes or only failures
	// noDifference is the 5 % point of 2Δ ln L when the variance lies on its bound: ½χ²₀ + ½χ²₁.
	// Source: Self & Liang (1987), J. Am. Statist. Assoc. 82, 605–610, case 5.
	noDifference = 2.705543
)

// Node is one possible Beta(Alpha, Beta) of a group and its share in the uncertainty; shares add up to 1.
type Node struct{ Alpha, Beta, Share float64 }

// Prior says how a share differs between the people of one comparable group: Beta(Alpha, Beta).
//
// It holds everything that Posterior needs, so that a sealed copy gives the same figures again.
type Prior struct {
	Alpha, Beta float64
	Mean        float64 // α/(α+β), the level of the group
	Groups      int     // people with at least one trial
	Trials      int     // of all of them
	LR2         float64 // 2Δ ln L against "all alike"; 0 for a weak prior
	VarMean     float64 // estimated variance of logit(mean); 0 for a weak prior
	VarPrec     float64 // of ln(α+β); 0 where AtBound
	Cov         float64 // of the two; 0 where AtBound
	// AtBound: the likelihood grows up to the largest precision tried; variance between people is estimated as none.
	AtBound bool
	// NoDifference: the variance between people is not above the binomial one (LR2 below its 5 % point).
	NoDifference bool
	// Weak: the group was too small, the prior is fixed and not estimated; nobody is compared.
	Weak  bool
	Nodes []Node
}

// K is α + β: the number of trials at which a person's own data and the group weigh the same (reliability ½).
func (p Prior) K() float64 { return p.Alpha + p.Beta }

// FitBetaBinomial estimates the prior of a comparable group by maximum likelihood.
//
// groups: one count per person; people without trials are left out and not counted. With fewer than minGroup
// people (MinGroup is the preset) the answer is WeakPrior at the group's level. Mean and ln(α+β) are estimated, the
// likelihood is maximised on α + β in [0.02, 1e6], and the variances of both come from the observed information.
// Fault: Invalid "stats.count", "stats.trials" (a count above a million), "stats.group" (minGroup < 2), "stats.empty".
// Source: Griffiths (1973), Biometrics 29, 637–648; Smith (1983), Appl. Statist. 32, 196–204.
func FitBetaBinomial(groups []Count, minGroup int) (Prior, error) {
	if minGroup < 2 {
		return Prior{}, invalid("stats.group", "min", minGroup)
	}
	t, err := tallyOf(groups)
	if err != nil {
		return Prior{}, err
	}
	if t.groups == 0 {
		return Prior{}, invalid("stats.empty")
	}
	if t.groups < minGroup {
		p, err := WeakPrior((float64(t.wins) + 0.5) / (float64(t.trials) + 1))
		p.Groups, p.Trials = t.groups, t.trials
		return p, err
	}
	p := t.fit()
	p.Groups, p.Trials = t.groups, t.trials
	p.Nodes = t.nodes(nodesAcross, nodesAlong)
	return p, nil
}

// WeakPrior is the fixed prior for groups that are too small: Beta(4·mean, 4·(1 − mean)), 0 < mean < 1.
//
// Fault: Invalid "stats.share" outside that range.
func WeakPrior(mean float64) (Prior, error) {
	if err := checkShare("mean", mean); err != nil {
		return Prior{}, err
	}
	a, b := WeakPrecision*mean, WeakPrecision*(1-mean)
	return Prior{Alpha: a, Beta: b, Mean: mean, Weak: true, Nodes: []Node{{Alpha: a, Beta: b, Share: 1}}}, nil
}

// fit maximises the likelihood: for each dispersion the best mean is found exactly, and along the dispersion a
// coarse scan finds the hill and the derivative its top.
func (t tally) fit() Prior {
	if t.wins == 0 || t.wins == t.trials {
		return t.alike((float64(t.wins) + 0.5) / (float64(t.trials) + 1))
	}
	grid := dispersions()
	heights := make([]float64, len(grid))
	for i, d := range grid {
		m, _ := t.bestMean(d, 0)
		heights[i] = t.logL(m, d)
	}
	best := highest(heights)
	pooled := float64(t.wins) / float64(t.trials)
	if best == 0 {
		return t.alike(pooled)
	}
	climb := func(u float64) float64 {
		d := math.Exp(u)
		m, _ := t.bestMean(d, 0)
		return d * t.slope(m, d).d
	}
	lo, hi := math.Log(grid[best-1]), math.Log(grid[min(best+1, len(grid)-1)])
	d := math.Exp(root(climb, lo, hi, 1e-12))
	m, _ := t.bestMean(d, 0)
	p := Prior{Alpha: m / d, Beta: (1 - m) / d, Mean: m}
	p.LR2 = max(0, 2*(t.logL(m, d)-t.logL(pooled, 0)))
	p.NoDifference = p.LR2 < noDifference
	p.VarMean, p.VarPrec, p.Cov = t.covariance(m, d)
	return p
}

// alike is the estimate on the bound: the largest precision, no difference between people.
func (t tally) alike(m float64) Prior {
	return Prior{
		Alpha: m * maxPrecision, Beta: (1 - m) * maxPrecision, Mean: m,
		VarMean: 1 / (float64(t.trials) * m * (1 - m)), AtBound: true, NoDifference: true,
	}
}

// covariance inverts the observed information for (logit m, ln(1/d)); zeros where it is not positive definite.
func (t tally) covariance(m, d float64) (varMean, varPrec, cov float64) {
	s, v := t.slope(m, d), m*(1-m)
	mm := -s.mm*v*v - s.m*v*(1-2*m)
	dd := -s.dd*d*d - s.d*d
	md := s.md * v * d // d(ln(1/d)) = −d(ln d), so the sign of −md turns
	det := mm*dd - md*md
	if !(det > 0 && mm > 0) {
		return 0, 0, 0
	}
	return dd / det, mm / det, -md / det
}

// dispersions is the scan of 1/(α+β), even on the log scale.
func dispersions() []float64 {
	const steps = 48
	lo, hi := math.Log(1/float64(maxPrecision)), math.Log(1/minPrecision)
	ds := make([]float64, steps+1)
	for i := range ds {
		ds[i] = math.Exp(lo + (hi-lo)*float64(i)/steps)
	}
	return ds
}
