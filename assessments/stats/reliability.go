package stats

import "math"

// Reliability returns n/(n + k), the share of the differences between people that is not chance.
//
// n ≥ 0 items; k > 0 is the number of items at which it is one half, σ²/τ² (for a beta-binomial group α + β).
// Fault: Invalid "stats.amount".
func Reliability(n, k float64) (float64, error) {
	if err := checkAmount("n", n); err != nil {
		return 0, err
	}
	if err := checkPositive("k", k); err != nil {
		return 0, err
	}
	return n / (n + k), nil
}

// ReliabilityOf returns τ²/(τ² + σ²/n): tau2 between people, sigma2 within a person per item, n items.
//
// tau2, sigma2 ≥ 0, n ≥ 1; without any variance it is 0. Fault: Invalid "stats.amount", "stats.count".
func ReliabilityOf(tau2, sigma2 float64, n int) (float64, error) {
	if err := checkAmount("tau2", tau2); err != nil {
		return 0, err
	}
	if err := checkAmount("sigma2", sigma2); err != nil {
		return 0, err
	}
	if n < 1 {
		return 0, invalid("stats.count", "x", 0, "n", n)
	}
	if tau2 == 0 {
		return 0, nil
	}
	return tau2 / (tau2 + sigma2/float64(n)), nil
}

// NeededN returns the smallest number of items with which reliability reaches the target, rounded up: k·r/(1 − r).
//
// target in (0, 1), k > 0 as in Reliability. Fault: Invalid "stats.share", "stats.amount".
// Source: the Spearman–Brown formula solved for n; Spearman (1910), Brown (1910), Brit. J. Psychol. 3.
func NeededN(target, k float64) (int, error) {
	if err := checkShare("target", target); err != nil {
		return 0, err
	}
	if err := checkPositive("k", k); err != nil {
		return 0, err
	}
	n := k * target / (1 - target)
	if n > math.MaxInt32 {
		return 0, invalid("stats.amount", "name", "k", "value", k)
	}
	return int(math.Ceil(n - 1e-9*n)), nil // .7/.3 is a hair above 7/3 in binary
}

// SpearmanBrown returns the reliability of a measure that is made times as long: m·r/(1 + (m − 1)·r).
//
// r in [0, 1], times > 0. Fault: Invalid "stats.reliability", "stats.amount".
func SpearmanBrown(r, times float64) (float64, error) {
	if err := checkReliability(r); err != nil {
		return 0, err
	}
	if err := checkPositive("times", times); err != nil {
		return 0, err
	}
	return min(1, times*r/(1+(times-1)*r)), nil
}

// Shrink returns Kelley's estimate of a true score: mu + reliability·(x − mu), between the group's mean and x.
//
// x, mu in any one unit; reliability in [0, 1]. Fault: Invalid "stats.number", "stats.reliability".
// Source: Kelley (1927), Interpretation of Educational Measurements, p. 178.
func Shrink(x, mu, reliability float64) (float64, error) {
	if err := checkNumber("x", x); err != nil {
		return 0, err
	}
	if err := checkNumber("mu", mu); err != nil {
		return 0, err
	}
	if err := checkReliability(reliability); err != nil {
		return 0, err
	}
	return kelley(x, mu, reliability), nil
}

func kelley(x, mu, reliability float64) float64 { return mu + reliability*(x-mu) }
