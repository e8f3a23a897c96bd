package stats

import (
	"math"

	"shanzhi/models/fault"
)

// maxTrials bounds the size of one count: the likelihood keeps a table of that length.
const maxTrials = 1_000_000

func invalid(key string, pairs ...any) error { return fault.New(fault.Invalid, key, pairs...) }

// checkCount refuses anything but 0 ≤ x ≤ n and n ≥ 1.
func checkCount(x, n int) error {
	if n < 1 || x < 0 || x > n {
		return invalid("stats.count", "x", x, "n", n)
	}
	return nil
}

// checkZ refuses a normal quantile outside (0, 10].
func checkZ(z float64) error {
	if !(z > 0 && z <= 10) {
		return invalid("stats.z", "z", z)
	}
	return nil
}

// checkShare refuses anything outside the open interval (0, 1).
func checkShare(name string, p float64) error {
	if !(p > 0 && p < 1) {
		return invalid("stats.share", "name", name, "value", p)
	}
	return nil
}

// checkReliability refuses anything outside [0, 1].
func checkReliability(r float64) error {
	if !(r >= 0 && r <= 1) {
		return invalid("stats.reliability", "value", r)
	}
	return nil
}

// checkAmount refuses what is negative, NaN or beyond 1e12 (a variance, an expected number, a weight).
func checkAmount(name string, v float64) error {
	if !(v >= 0 && v <= 1e12) {
		return invalid("stats.amount", "name", name, "value", v)
	}
	return nil
}

// checkPositive refuses what checkAmount refuses, and what is below 1e-12.
func checkPositive(name string, v float64) error {
	if !(v >= 1e-12 && v <= 1e12) {
		return invalid("stats.amount", "name", name, "value", v)
	}
	return nil
}

// checkNumber refuses NaN and anything beyond ±1e12.
func checkNumber(name string, v float64) error {
	if !(math.Abs(v) <= 1e12) {
		return invalid("stats.number", "name", name, "value", v)
	}
	return nil
}
