package stats

import (
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// Newcombe (1998), Statist. Med. 17, 857–872, table I; printed to four decimals.
func TestWilsonAndExactAgreeWithNewcombe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x, n          int
		wilson, exact Interval
	}{
		{81, 263, Interval{0.2553, 0.3662}, Interval{0.2527, 0.3676}},
		{15, 148, Interval{0.0624, 0.1605}, Interval{0.0578, 0.1617}},
		{0, 20, Interval{0, 0.1611}, Interval{0, 0.1684}},
		{1, 29, Interval{0.0061, 0.1718}, Interval{0.0009, 0.1776}},
	} {
		nearInterval(t, "Wilson", must(Wilson(c.x, c.n, Z95)), c.wilson.Lo, c.wilson.Hi, 5e-5)
		nearInterval(t, "exact", must(Exact(c.x, c.n, Z95)), c.exact.Lo, c.exact.Hi, 5e-5)
	}
}

func TestWilsonHoldsTheRateAndMirrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 100_000).Draw(t, "n")
		x := rapid.IntRange(0, n).Draw(t, "x")
		z := rapid.Float64Range(0.1, 5).Draw(t, "z")
		i, mirror := must(Wilson(x, n, z)), must(Wilson(n-x, n, z))
		if !(0 <= i.Lo && i.Lo <= i.Hi && i.Hi <= 1) || !i.Contains(float64(x)/float64(n)) {
			t.Fatalf("interval %v does not hold %d/%d within [0, 1]", i, x, n)
		}
		if d := i.Lo + mirror.Hi - 1; d > 1e-12 || d < -1e-12 {
			t.Fatalf("not mirrored: %v and %v", i, mirror)
		}
		if wider := must(Wilson(x, n, z*1.01)); wider.Hi-wider.Lo <= i.Hi-i.Lo {
			t.Fatalf("a larger z gives a narrower interval")
		}
	})
}

// The defining property: at the limits the observed count has exactly the tail probability.
func TestExactLimitsHaveTheTailProbability(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5000).Draw(t, "n")
		x := rapid.IntRange(1, n-1).Draw(t, "x")
		z := rapid.SampledFrom([]float64{Z80, Z95, Z998}).Draw(t, "z")
		i := must(Exact(x, n, z))
		tail := distuv.UnitNormal.CDF(-z)
		lower := 1 - distuv.Binomial{N: float64(n), P: i.Lo}.CDF(float64(x-1))
		upper := distuv.Binomial{N: float64(n), P: i.Hi}.CDF(float64(x))
		if d := max(lower/tail-1, upper/tail-1, 1-lower/tail, 1-upper/tail); d > 1e-5 {
			t.Fatalf("%d/%d: tails %g and %g, want %g", x, n, lower, upper, tail)
		}
	})
}

// 69 good of 84 ratings after 219 invitations: 31.5068–93.1507 %, report specification's sample.
func TestBoundsForMissingAnswers(t *testing.T) {
	t.Parallel()
	nearInterval(t, "bounds", must(Bounds(69, 84, 219)), 0.315068, 0.931507, 5e-7)
	nearInterval(t, "nobody answered", must(Bounds(0, 0, 12)), 0, 1, 0)
	nearInterval(t, "all answered", must(Bounds(3, 4, 4)), 0.75, 0.75, 0)
}

func TestWrongCountsAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []Count{{-1, 5}, {6, 5}, {0, 0}, {0, -1}} {
		_, err := Wilson(c.X, c.N, Z95)
		refused(t, err, "stats.count")
		_, err = Exact(c.X, c.N, Z95)
		refused(t, err, "stats.count")
	}
	_, err := Wilson(1, 2, 0)
	refused(t, err, "stats.z")
	_, err = Exact(1, 2, -1)
	refused(t, err, "stats.z")
	_, err = Bounds(1, 2, 1)
	refused(t, err, "stats.invited")
	_, err = Bounds(3, 2, 9)
	refused(t, err, "stats.count")
}
