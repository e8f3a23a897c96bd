package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Interval is a pair of limits, Lo ≤ Hi, in the unit of what it belongs to.
type Interval struct{ Lo, Hi float64 }

// Contains reports whether x lies in the interval, limits included.
func (i Interval) Contains(x float64) bool { return i.Lo <= x && x <= i.Hi }

// Wilson returns the score interval for x successes in n trials.
//
// 0 ≤ x ≤ n, n ≥ 1; z is the normal quantile (Z95 for 95 %). Lo and Hi are in [0, 1] and hold x/n.
// Fault: Invalid "stats.count", "stats.z" outside that range.
// Source: Newcombe (1998), Statist. Med. 17, 857–872, method 3.
func Wilson(x, n int, z float64) (Interval, error) {
	if err := checkCount(x, n); err != nil {
		return Interval{}, err
	}
	if err := checkZ(z); err != nil {
		return Interval{}, err
	}
	trials, z2 := float64(n), z*z
	p := float64(x) / trials
	d := 1 + z2/trials
	c := (p + z2/(2*trials)) / d
	h := z * math.Sqrt(p*(1-p)/trials+z2/(4*trials*trials)) / d
	i := Interval{Lo: max(0, min(c-h, p)), Hi: min(1, max(c+h, p))}
	if x == 0 {
		i.Lo = 0
	}
	if x == n {
		i.Hi = 1
	}
	return i, nil
}

// Exact returns the exact binomial (Clopper–Pearson) interval for x successes in n trials.
//
// 0 ≤ x ≤ n, n ≥ 1; z is the normal quantile (Z95 for 95 %). It never covers less than its level and so is wider
// than Wilson's. Fault: Invalid "stats.count", "stats.z".
// Source: Clopper & Pearson (1934), Biometrika 26, 404–413; Newcombe (1998), method 5.
func Exact(x, n int, z float64) (Interval, error) {
	if err := checkCount(x, n); err != nil {
		return Interval{}, err
	}
	if err := checkZ(z); err != nil {
		return Interval{}, err
	}
	tail := phi(-z)
	i := Interval{Lo: 0, Hi: 1}
	if x > 0 {
		i.Lo = mathext.InvRegIncBeta(float64(x), float64(n-x+1), tail)
	}
	if x < n {
		// The upper limit is one minus the lower limit of the failures: small tails keep their digits.
		i.Hi = 1 - mathext.InvRegIncBeta(float64(n-x), float64(x+1), tail)
	}
	return i, nil
}

// Bounds returns where the share of successes among all invited must lie, whatever those who did not answer think:
// [ρp, ρp + 1 − ρ] with p = x/n and the response rate ρ = n/invited.
//
// 0 ≤ x ≤ n ≤ invited, invited ≥ 1; n may be 0. Fault: Invalid "stats.count", "stats.invited".
// Source: Manski (1989), J. Human Resources 24, 343–360.
func Bounds(x, n, invited int) (Interval, error) {
	if n < 0 || x < 0 || x > n {
		return Interval{}, invalid("stats.count", "x", x, "n", n)
	}
	if invited < 1 || n > invited {
		return Interval{}, invalid("stats.invited", "n", n, "invited", invited)
	}
	all := float64(invited)
	return Interval{Lo: float64(x) / all, Hi: float64(x+invited-n) / all}, nil
}
