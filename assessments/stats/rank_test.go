package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Φ(1) = .8413447461 and Φ(2) = .9772498681 by the tables: three people one standard error of a difference apart.
func TestExpectedRanksByHand(t *testing.T) {
	t.Parallel()
	got := must(ExpectedRanks([]float64{0, 2, 1}, []float64{0.5, 0.5, 0.5}))
	for i, want := range []float64{
		1 + 0.1586552539 + 0.0227501319, 1 + 0.8413447461 + 0.9772498681, 1 + 0.8413447461 + 0.1586552539,
	} {
		near(t, "rank", got[i], want, 1e-9)
	}
	// Known exactly: plain ranks, equals share theirs.
	for i, r := range must(ExpectedRanks([]float64{5, 1, 5}, make([]float64, 3))) {
		near(t, "exact rank", r, []float64{2.5, 1, 2.5}[i], 0)
	}
}

func TestExpectedRanksAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		theta := rapid.SliceOfN(rapid.Float64Range(-3, 3), n, n).Draw(t, "theta")
		v := rapid.SliceOfN(rapid.Float64Range(0, 4), n, n).Draw(t, "v")
		ranks := must(ExpectedRanks(theta, v))
		sum := 0.0
		for _, r := range ranks {
			sum += r
		}
		apart := math.Abs(sum - float64(n*(n+1))/2)
		if apart > 1e-9*float64(n*n) || slices.Min(ranks) < 1 || slices.Max(ranks) > float64(n)+1e-9 {
			t.Fatalf("ranks %v of %d", ranks, n)
		}
	})
}

func TestRankability(t *testing.T) {
	t.Parallel()
	near(t, "ρ", must(Rankability(3, []float64{9, 1, 100})), 0.25, 1e-15)
	near(t, "no variance", must(Rankability(0, []float64{0})), 0, 0)
	for rho, want := range map[float64]bool{0.49: false, 0.5: true, 0.68: true} {
		if ShowOrder(rho) != want {
			t.Errorf("ShowOrder(%g) = %v", rho, !want)
		}
	}
	_, err := ExpectedRanks([]float64{1}, nil)
	refused(t, err, "stats.length")
	_, err = ExpectedRanks([]float64{math.NaN()}, []float64{1})
	refused(t, err, "stats.number")
	_, err = ExpectedRanks([]float64{1}, []float64{-1})
	refused(t, err, "stats.amount")
	_, err = Rankability(1, nil)
	refused(t, err, "stats.empty")
	_, err = Rankability(-1, []float64{1})
	refused(t, err, "stats.amount")
	_, err = Rankability(1, []float64{1, math.Inf(1)})
	refused(t, err, "stats.amount")
}
