package stats

import "math"

// OrderFrom is the rankability from which an order may be shown at all.
const OrderFrom = 0.5

// ExpectedRanks returns ERᵢ = 1 + Σⱼ Φ((θᵢ − θⱼ)/√(vᵢ + vⱼ)), j ≠ i: rank 1 is the lowest. They add up to n(n + 1)/2.
//
// theta: estimates; v ≥ 0: their variances, as many. Two without any variance are compared exactly, equals at ½.
// Never to be shown as bare ranks. Fault: Invalid "stats.length", "stats.number", "stats.amount".
// Source: Laird & Louis (1989), J. Educ. Statist. 14, 29–46.
func ExpectedRanks(theta, v []float64) ([]float64, error) {
	if len(theta) != len(v) {
		return nil, invalid("stats.length", "a", len(theta), "b", len(v))
	}
	ranks := make([]float64, len(theta))
	for i := range theta {
		if err := checkNumber("theta", theta[i]); err != nil {
			return nil, err
		}
		if err := checkAmount("v", v[i]); err != nil {
			return nil, err
		}
		ranks[i] = 1
	}
	for i := range theta {
		for j := range i {
			p := beyond(theta[i]-theta[j], math.Sqrt(v[i]+v[j]))
			ranks[i] += p
			ranks[j] += 1 - p
		}
	}
	return ranks, nil
}

// Rankability returns ρ = τ²/(τ² + median v): the share of the differences in estimates that is not chance.
//
// tau2 ≥ 0 between people, v ≥ 0 the sampling variance of each estimate before shrinkage, in the same unit; ρ is 0
// where both are. Fault: Invalid "stats.amount", "stats.empty".
// Source: van Dishoeck et al. (2011), BMJ Qual. Saf. 20, 869–874.
func Rankability(tau2 float64, v []float64) (float64, error) {
	if err := checkAmount("tau2", tau2); err != nil {
		return 0, err
	}
	for _, x := range v {
		if err := checkAmount("v", x); err != nil {
			return 0, err
		}
	}
	middle, err := Median(v)
	if err != nil || tau2 == 0 {
		return 0, err
	}
	return tau2 / (tau2 + middle), nil
}

// ShowOrder reports whether people may be shown in any order of their estimates.
func ShowOrder(rankability float64) bool { return rankability >= OrderFrom }
