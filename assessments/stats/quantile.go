package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// Normal quantiles of the central 80, 95 and 99.8 %: Φ(z) = .9, .975, .999.
const (
	Z80  = 1.2815515655446004
	Z95  = 1.959963984540054
	Z998 = 3.090232306167813
)

// ZOf returns the z for which the central share level of a normal distribution lies within ±z; 0 < level < 1.
func ZOf(level float64) (float64, error) {
	if err := checkShare("level", level); err != nil {
		return 0, err
	}
	return mathext.NormalQuantile(0.5 + level/2), nil
}

// phi is the standard normal distribution function, exact in both tails.
func phi(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }

// Quantile returns the p-quantile of xs, 0 ≤ p ≤ 1, by linear interpolation of the order statistics.
//
// xs need not be sorted and is left as it is. Fault: Invalid "stats.empty", "stats.number", "stats.share".
// Source: Hyndman & Fan (1996), Am. Statistician 50, 361–365, type 7 (the default of R and of spreadsheets).
func Quantile(xs []float64, p float64) (float64, error) {
	if len(xs) == 0 {
		return 0, invalid("stats.empty")
	}
	if !(p >= 0 && p <= 1) {
		return 0, invalid("stats.share", "name", "p", "value", p)
	}
	for _, x := range xs {
		if err := checkNumber("x", x); err != nil {
			return 0, err
		}
	}
	return quantile7(slices.Sorted(slices.Values(xs)), p), nil
}

// Median is Quantile at one half.
func Median(xs []float64) (float64, error) { return Quantile(xs, 0.5) }

// quantile7 is Quantile for a sorted slice that is not empty.
func quantile7(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	i := int(h)
	if i >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}
