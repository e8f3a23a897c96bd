package stats

import (
	"math"
	"testing"
)

// Φ⁻¹ to 16 digits: Wichura (1988), Appl. Statist. 37, 477–484.
func TestNormalQuantilesOfTheLevels(t *testing.T) {
	t.Parallel()
	near(t, "80 %", must(ZOf(0.80)), Z80, 1e-12)
	near(t, "95 %", must(ZOf(0.95)), Z95, 1e-12)
	near(t, "99.8 %", must(ZOf(0.998)), Z998, 1e-11)
	near(t, "Φ(1.96)", phi(1.96), 0.9750021048517795, 1e-15)
	_, err := ZOf(1)
	refused(t, err, "stats.share")
}

// R 4.3: quantile(c(1, 3, 4, 9, 11), c(.1, .25, .9)) = 1.8, 3.0, 10.2 (type 7).
func TestQuantileIsTypeSeven(t *testing.T) {
	t.Parallel()
	xs := []float64{9, 1, 4, 11, 3}
	for p, want := range map[float64]float64{0: 1, 0.1: 1.8, 0.25: 3, 0.5: 4, 0.9: 10.2, 1: 11} {
		near(t, "quantile", must(Quantile(xs, p)), want, 1e-12)
	}
	near(t, "median of four", must(Median([]float64{1, 2, 3, 10})), 2.5, 0)
	if xs[0] != 9 {
		t.Error("the caller's slice was sorted")
	}
	_, err := Median(nil)
	refused(t, err, "stats.empty")
	_, err = Quantile([]float64{math.NaN()}, 0.5)
	refused(t, err, "stats.number")
	_, err = Quantile(xs, 1.1)
	refused(t, err, "stats.share")
}

func TestRootAndPeakArrive(t *testing.T) {
	t.Parallel()
	near(t, "root", root(func(x float64) float64 { return x*x*x - 2 }, 0, 9, 1e-13), math.Cbrt(2), 1e-12)
	steep := func(x float64) float64 { return math.Exp(x) - 1e9 }
	near(t, "steep root", root(steep, -50, 60, 1e-12), math.Log(1e9), 1e-11)
	near(t, "no root", root(func(x float64) float64 { return 1 + x*x }, -1, 3, 1e-9), -1, 0)
	near(t, "peak", peak(func(x float64) float64 { return -math.Abs(x - 0.3) }, -5, 5, 1e-9), 0.3, 1e-8)
	from, to := span(func(x float64) float64 { return -x * x / 2 }, -9, 0, 9, 2)
	near(t, "span", to-from, 4, 0.02)
	from, _ = span(func(x float64) float64 { return -x * x / 2 }, -1, 0, 9, 2)
	near(t, "span at its end", from, -1, 0)
}
