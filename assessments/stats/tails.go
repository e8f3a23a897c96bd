package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// PoissonTail returns the chance of k events or more where mean are expected.
//
// k ≥ 0, mean ≥ 0. Fault: Invalid "stats.count", "stats.amount" outside that range.
// Source: Johnson, Kotz & Kemp (1992), Univariate Discrete Distributions, eq. 4.33.
func PoissonTail(k int, mean float64) (float64, error) {
	if k < 0 {
		return 0, invalid("stats.count", "x", k)
	}
	if err := checkAmount("mean", mean); err != nil {
		return 0, err
	}
	switch {
	case k == 0:
		return 1, nil
	case mean == 0:
		return 0, nil
	}
	return mathext.GammaIncReg(float64(k), mean), nil
}

// BetaBinomialTail returns the chance of x successes or more in n trials of somebody whose share comes from
// Beta(alpha, beta).
//
// 0 ≤ x ≤ n, n ≥ 1; alpha and beta positive. Fault: Invalid "stats.count", "stats.amount".
// Source: Griffiths (1973), Biometrics 29, 637–648, eq. 1.
func BetaBinomialTail(x, n int, alpha, beta float64) (float64, error) {
	if err := checkCount(x, n); err != nil {
		return 0, err
	}
	for name, v := range map[string]float64{"alpha": alpha, "beta": beta} {
		if err := checkPositive(name, v); err != nil {
			return 0, err
		}
	}
	logs, base := 0.0, mathext.Lbeta(alpha, beta)
	sum := 0.0
	for k := n; k >= x; k-- {
		if k < n { // ln of n over k, from n over k+1
			logs += math.Log(float64(k+1)) - math.Log(float64(n-k))
		}
		sum += math.Exp(logs + mathext.Lbeta(float64(k)+alpha, float64(n-k)+beta) - base)
	}
	return min(1, sum), nil
}
