package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// PoissonLimits returns the plain control limits of a standardised ratio at the expected number e.
//
// Quantiles of χ² with 2e (lower) and 2(e + 1) (upper) degrees of freedom, divided by 2e; e > 0; z as in Wilson.
// Fault: Invalid "stats.amount", "stats.z". Source: Dobson et al. (1991), Statist. Med. 10, 457–462.
func PoissonLimits(e, z float64) (Interval, error) {
	if err := checkPositive("expected", e); err != nil {
		return Interval{}, err
	}
	if err := checkZ(z); err != nil {
		return Interval{}, err
	}
	tail := phi(-z)
	return Interval{
		Lo: mathext.GammaIncRegInv(e, tail) / e,
		Hi: mathext.GammaIncRegCompInv(e+1, tail) / e,
	}, nil
}

// RatioLimits returns the over-dispersed control limits of a standardised ratio: exp(±z·√(1/e + tau2)).
//
// e > 0, tau2 ≥ 0 from RatioDispersion. Fault: Invalid "stats.amount", "stats.z". Source: NHS Digital, SHMI.
func RatioLimits(e, tau2, z float64) (Interval, error) {
	if err := checkPositive("expected", e); err != nil {
		return Interval{}, err
	}
	if err := checkAmount("tau2", tau2); err != nil {
		return Interval{}, err
	}
	if err := checkZ(z); err != nil {
		return Interval{}, err
	}
	h := min(500, z*math.Sqrt(1/e+tau2)) // e⁵⁰⁰: a limit far beyond any ratio, yet a number
	return Interval{Lo: math.Exp(-h), Hi: math.Exp(h)}, nil
}

// BinomialLimits returns the plain control limits of a proportion in n trials around theta: exact binomial
// quantiles, interpolated so that the limits are smooth in the level.
//
// With r the smallest number for which F(r) ≥ p, the lower limit is (r − (F(r) − p)/(F(r) − F(r−1)))/n, cut to [0, 1].
// The upper limit is the lower limit of the failures, mirrored: beyond either limit lies at most the nominal chance.
// (Reading the same formula at 1 − p puts the upper limit one count lower, where more than the nominal chance lies
// beyond it: with θ = .99 it would call 31 of 31 far above.)
// 0 ≤ theta ≤ 1, n ≥ 1. Fault: Invalid "stats.share", "stats.count", "stats.z".
// Source: Spiegelhalter (2005), Statist. Med. 24, 1185–1202, appendix A.1.1, for the interpolation.
func BinomialLimits(theta float64, n int, z float64) (Interval, error) {
	if err := checkLimits(theta, float64(n), z); err != nil {
		return Interval{}, err
	}
	return binomialLimits(theta, n, z), nil
}

func binomialLimits(theta float64, n int, z float64) Interval {
	if theta == 0 || theta == 1 {
		return Interval{Lo: theta, Hi: theta}
	}
	return Interval{
		Lo: binomialPoint(theta, n, phi(-z)),
		Hi: 1 - binomialPoint(1-theta, n, phi(-z)),
	}
}

// binomialPoint is the interpolated p-quantile of a proportion, for small p.
func binomialPoint(theta float64, n int, p float64) float64 {
	below := func(r int) float64 {
		if r < 0 {
			return 0
		}
		if r >= n {
			return 1
		}
		return mathext.RegIncBeta(float64(n-r), float64(r+1), 1-theta)
	}
	lo, hi := -1, n // F(lo) < p ≤ F(hi)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; below(mid) >= p {
			hi = mid
		} else {
			lo = mid
		}
	}
	f, before := below(hi), below(hi-1)
	return max(0, (float64(hi)-(f-p)/(f-before))/float64(n))
}

// ProportionLimits returns the over-dispersed control limits of a proportion: sin²(arcsin√theta ± z·√(s² + tau2)),
// s = 1/(2√n), cut to [0, 1].
//
// 0 ≤ theta ≤ 1; n ≥ 1 need not be whole, since a drawn limit is a curve; tau2 ≥ 0 from ProportionDispersion.
// Fault: Invalid "stats.share", "stats.count", "stats.z", "stats.amount".
// Source: Spiegelhalter (2005), Statist. Med. 24, 1185–1202.
func ProportionLimits(theta, n, tau2, z float64) (Interval, error) {
	if err := checkLimits(theta, n, z); err != nil {
		return Interval{}, err
	}
	if err := checkAmount("tau2", tau2); err != nil {
		return Interval{}, err
	}
	return proportionLimits(theta, n, tau2, z), nil
}

func proportionLimits(theta, n, tau2, z float64) Interval {
	centre, h := arcsine(theta), z*math.Sqrt(1/(4*n)+tau2)
	lo, hi := math.Sin(max(0, centre-h)), math.Sin(min(math.Pi/2, centre+h))
	return Interval{Lo: lo * lo, Hi: hi * hi}
}

func checkLimits(theta, n, z float64) error {
	if !(theta >= 0 && theta <= 1) {
		return invalid("stats.share", "name", "theta", "value", theta)
	}
	if !(n >= 1 && n <= 1e9) {
		return invalid("stats.count", "x", 0, "n", n)
	}
	return checkZ(z)
}
