package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestReliabilityAndTheNumbersItNeeds(t *testing.T) {
	t.Parallel()
	// Report specification's sample: k = 29.270169, 84 ratings: .741590.
	near(t, "reliability", must(Reliability(84, 29.270169)), 0.741590, 5e-7)
	near(t, "by variances", must(ReliabilityOf(2, 18, 21)), 0.7, 1e-12)
	near(t, "no variance", must(ReliabilityOf(0, 0, 1)), 0, 0)
	for _, c := range []struct {
		target, k float64
		want      int
	}{{0.7, 9, 21}, {0.9, 9, 81}, {0.7, 30, 70}, {0.9, 29.270169, 264}} {
		if got := must(NeededN(c.target, c.k)); got != c.want {
			t.Errorf("NeededN(%g, %g) = %d, want %d", c.target, c.k, got, c.want)
		}
	}
	// Twice a test of reliability .6 has .75: Lord & Novick (1968), p. 112, the formula for doubled length.
	near(t, "doubled", must(SpearmanBrown(0.6, 2)), 0.75, 1e-15)
}

func TestNeededNIsTheSmallest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.Float64Range(0.5, 500).Draw(t, "k")
		target := rapid.Float64Range(0.05, 0.98).Draw(t, "target")
		n := must(NeededN(target, k))
		if got := must(Reliability(float64(n), k)); got < target-1e-6 {
			t.Fatalf("%d items give %g, want %g", n, got, target)
		}
		if got := must(Reliability(float64(n-1), k)); got >= target {
			t.Fatalf("already %d items give %g ≥ %g", n-1, got, target)
		}
		one := must(Reliability(1, k))
		if d := must(SpearmanBrown(one, float64(n))) - must(Reliability(float64(n), k)); math.Abs(d) > 1e-12 {
			t.Fatalf("Spearman–Brown differs by %g", d)
		}
	})
}

// Report specification's sample: quiz 88.4 in a group with mean 76.8, reliability .814807: 86.251757.
func TestShrinkIsKelleys(t *testing.T) {
	t.Parallel()
	near(t, "shrunken", must(Shrink(88.4, 76.8, 0.814807)), 86.251757, 5e-6)
	near(t, "reliability 0", must(Shrink(88.4, 76.8, 0)), 76.8, 0)
	near(t, "reliability 1", must(Shrink(88.4, 76.8, 1)), 88.4, 1e-13)
}

func TestReliabilityRefusesWrongInput(t *testing.T) {
	t.Parallel()
	_, err := Reliability(-1, 3)
	refused(t, err, "stats.amount")
	_, err = Reliability(1, 0)
	refused(t, err, "stats.amount")
	_, err = ReliabilityOf(math.NaN(), 1, 1)
	refused(t, err, "stats.amount")
	_, err = ReliabilityOf(1, 1, 0)
	refused(t, err, "stats.count")
	_, err = NeededN(1, 3)
	refused(t, err, "stats.share")
	_, err = NeededN(0.999, 1e9)
	refused(t, err, "stats.amount")
	_, err = SpearmanBrown(1.2, 2)
	refused(t, err, "stats.reliability")
	_, err = Shrink(math.Inf(1), 1, 0.5)
	refused(t, err, "stats.number")
	_, err = Shrink(1, 1, -0.1)
	refused(t, err, "stats.reliability")
}
