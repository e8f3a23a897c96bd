package stats

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// R package FunnelPlotR, unit values: φ = 2.948033, τ² = .019478.
func TestRatioDispersionAgreesWithFunnelPlotR(t *testing.T) {
	t.Parallel()
	d := must(RatioDispersion([]Ratio{{100, 108}, {150, 112}, {180, 165}, {80, 95}, {120, 100}, {225, 220}}, 0.1))
	near(t, "φ", d.Phi, 2.948033, 5e-7)
	near(t, "τ²", d.Tau2, 0.019478, 5e-7)
	if d.Units != 6 || d.Kept != 6 {
		t.Errorf("got %+v", d)
	}
}

// R package FunnelPlotR, unit values of the Poisson limits at E = 15, 20, 30.
func TestPoissonLimitsAgreeWithFunnelPlotR(t *testing.T) {
	t.Parallel()
	for e, want := range map[float64][2]Interval{
		15: {{0.5596924, 1.649348}, {0.3862650, 2.082907}},
		20: {{0.6108260, 1.544419}, {0.4479107, 1.902094}},
		30: {{0.6746958, 1.427562}, {0.5289724, 1.702771}},
	} {
		nearInterval(t, "95 %", must(PoissonLimits(e, Z95)), want[0].Lo, want[0].Hi, 5e-7)
		nearInterval(t, "99.8 %", must(PoissonLimits(e, Z998)), want[1].Lo, want[1].Hi, 5e-7)
	}
}

// exp(±1.96·√(1/100 + .019478)), by hand.
func TestRatioLimits(t *testing.T) {
	t.Parallel()
	nearInterval(t, "95 %", must(RatioLimits(100, 0.019478, 1.96)), 0.714260, 1.400051, 2e-5)
	nearInterval(t, "without over-dispersion", must(RatioLimits(25, 0, 2)), math.Exp(-0.4), math.Exp(0.4), 1e-12)
}

// Ranks r·10/(N + 1) below 1 and from 9 on are dropped: of 19 units the lowest and the highest, of 29 two each.
func TestTruncationDropsBothTenths(t *testing.T) {
	t.Parallel()
	for n, dropped := range map[int]int{6: 0, 9: 1, 19: 3, 29: 5} {
		units := make([]Ratio, n)
		for i := range units {
			units[i] = Ratio{Observed: float64(50 + i), Expected: 60}
		}
		d := must(RatioDispersion(units, 0.1))
		if got := d.Units - d.Kept; got != dropped {
			t.Errorf("%d units: %d dropped, want %d", n, got, dropped)
		}
	}
	// Without trimming all stay; a unit without events has a number.
	d := must(RatioDispersion([]Ratio{{0, 3}, {4, 3}, {2, 3}}, 0))
	if d.Kept != 3 || !(d.Phi > 0) {
		t.Errorf("got %+v", d)
	}
}

// 42 posts of the report specification's sample: θ₀ = .782182, φ = 2.259845, τ² = .005445; at n = 84 95 % limits
// .618822–.909420, 99.8 % .516244–.959755; 4 posts outside 95 %, 1 outside 99.8 %.
func TestFunnelOfPosts(t *testing.T) {
	t.Parallel()
	f := must(FunnelOf(posts(), DefaultFunnelRule()))
	near(t, "θ₀", f.Theta, 0.782182, 5e-7)
	near(t, "φ", f.Phi, 2.259845, 5e-7)
	near(t, "τ²", f.Tau2, 0.005445, 5e-7)
	nearInterval(t, "95 %", must(f.Limits(84, Z95)), 0.618822, 0.909420, 1e-6)
	nearInterval(t, "99.8 %", must(f.Limits(84, Z998)), 0.516244, 0.959755, 1e-6)
	var outside, signals int
	for _, c := range posts() {
		p := must(f.Place(c))
		if p.IsOutside95() {
			outside++
		}
		if p.IsSignal() {
			signals++
		}
	}
	if outside != 4 || signals != 1 || f.Plain || f.Units != 42 {
		t.Errorf("%d outside 95 %%, %d outside 99.8 %%, %+v", outside, signals, f)
	}
	d := must(ProportionDispersion(posts(), 0.1))
	near(t, "φ alone", d.Phi, f.Phi, 1e-12)
	near(t, "by chance 95 %", must(ChanceOutside(42, Z95)), 2.1, 1e-9)
	near(t, "by chance 99.8 %", must(ChanceOutside(42, Z998)), 0.084, 1e-9)
}

// 26 centres of the sample, cases closed in time: θ₀ = .960136, φ = 1.22, τ² = .000054, at n = 1,223 99.8 % limits
// .938471–.977267, 3 centres outside 95 %, of them 1 outside 99.8 %.
func TestFunnelOfCentres(t *testing.T) {
	t.Parallel()
	units := counts(
		[]int{
			113, 141, 145, 212, 1297, 1702, 1625, 307, 1418, 694, 906, 819, 1644, 938, 1375, 1049, 2162, 2446, 1201,
			1947, 1938, 1877, 933, 1568, 1966, 1129,
		}, []int{
			115, 144, 150, 224, 1340, 1768, 1693, 319, 1468, 712, 949, 849, 1723, 977, 1451, 1088, 2236, 2559, 1245,
			2012, 2017, 1937, 968, 1644, 2051, 1223,
		})
	f := must(FunnelOf(append(units, Count{3, 9}, Count{}), DefaultFunnelRule()))
	if f.Small != 1 || f.Units != 26 {
		t.Errorf("got %+v, want 26 units and 1 small", f)
	}
	f = must(FunnelOf(units, DefaultFunnelRule()))
	near(t, "θ₀", f.Theta, 0.960136, 5e-7)
	near(t, "φ", f.Phi, 1.22, 5e-3)
	near(t, "τ²", f.Tau2, 0.000054, 5e-7)
	nearInterval(t, "99.8 %", must(f.Limits(1223, Z998)), 0.938471, 0.977267, 1e-5)
	if got := must(f.Place(units[25])); got != Low998 {
		t.Errorf("1,129 of 1,223 is %v, want low_998", got)
	}
}

func TestFewerThanTenUnitsHavePlainLimits(t *testing.T) {
	t.Parallel()
	f := must(FunnelOf(surgical()[:9], DefaultFunnelRule()))
	if !f.Plain || f.Tau2 != 0 || f.Phi != 0 || f.Units != 9 {
		t.Errorf("got %+v, want plain limits", f)
	}
	got, want := must(f.Limits(148, Z95)), must(BinomialLimits(f.Theta, 148, Z95))
	nearInterval(t, "limits", got, want.Lo, want.Hi, 0)
	half := must(f.Limits(148.5, Z95))
	next := must(BinomialLimits(f.Theta, 149, Z95))
	near(t, "between two n", half.Lo, (want.Lo+next.Lo)/2, 1e-12)
	if p := must(f.Place(Count{1, 9})); p != NotPlaced || p.String() != "not_placed" {
		t.Errorf("nine trials are %v, want not_placed", p)
	}
}

// Base 158 of 201, quarters of 31, 28 and 43: lower 99.8 % and 95 % limits of the report specification's sample.
func TestBinomialLimitsInterpolate(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][2]float64{
		31: {0.519969, 0.616893}, 28: {0.504170, 0.608065}, 43: {0.563812, 0.645234},
	} {
		near(t, "99.8 %", must(BinomialLimits(158./201, n, Z998)).Lo, want[0], 5e-7)
		near(t, "95 %", must(BinomialLimits(158./201, n, Z95)).Lo, want[1], 5e-7)
	}
}

// Beyond a limit lies at most the nominal chance, in both directions alike; one count nearer lies more.
func TestBinomialLimitsKeepTheirChance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 800).Draw(t, "n")
		theta := rapid.Float64Range(0.005, 0.995).Draw(t, "theta")
		z := rapid.SampledFrom([]float64{Z95, Z998}).Draw(t, "z")
		i, mirror := must(BinomialLimits(theta, n, z)), must(BinomialLimits(1-theta, n, z))
		if math.Abs(i.Lo+mirror.Hi-1) > 1e-12 || !(0 <= i.Lo && i.Lo <= theta && theta <= i.Hi && i.Hi <= 1) {
			t.Fatalf("limits %v around %g, mirrored %v", i, theta, mirror)
		}
		tail, b := distuv.UnitNormal.CDF(-z), distuv.Binomial{N: float64(n), P: theta}
		edge := i.Lo * float64(n)
		last := math.Ceil(edge) - 1 // the largest count below the limit
		if last >= 0 && b.CDF(last) > tail*(1+1e-9) {
			t.Fatalf("%g of %d is outside, yet as low has chance %g", last, n, b.CDF(last))
		}
		if b.CDF(math.Ceil(edge)) < tail*(1-1e-9) {
			t.Fatalf("%g of %d is inside, yet as low has chance %g", math.Ceil(edge), n, b.CDF(math.Ceil(edge)))
		}
	})
}

func TestProportionLimitsAreCutToShares(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		theta := rapid.Float64Range(0, 1).Draw(t, "theta")
		n := rapid.Float64Range(1, 1e6).Draw(t, "n")
		tau2 := rapid.Float64Range(0, 2).Draw(t, "tau2")
		near, far := must(ProportionLimits(theta, n, tau2, Z95)), must(ProportionLimits(theta, n, tau2, Z998))
		if !(0 <= far.Lo && far.Lo <= near.Lo && near.Hi <= far.Hi && far.Hi <= 1) || near.Lo > theta+1e-12 ||
			near.Hi < theta-1e-12 {
			t.Fatalf("limits %v and %v around %g", near, far, theta)
		}
	})
}

func TestFunnelRefusesWrongInput(t *testing.T) {
	t.Parallel()
	_, err := RatioDispersion([]Ratio{{1, 0}, {1, 1}}, 0)
	refused(t, err, "stats.amount")
	_, err = RatioDispersion([]Ratio{{1, 1}}, 0)
	refused(t, err, "stats.few")
	_, err = ProportionDispersion(posts(), 0.5)
	refused(t, err, "stats.trim")
	_, err = ProportionDispersion(posts()[:1], 0.1)
	refused(t, err, "stats.few")
	_, err = ProportionDispersion([]Count{{1, 2}, {0, 0}}, 0.1)
	refused(t, err, "stats.count")
	_, err = PoissonLimits(0, Z95)
	refused(t, err, "stats.amount")
	_, err = RatioLimits(1, -1, Z95)
	refused(t, err, "stats.amount")
	_, err = BinomialLimits(1.1, 5, Z95)
	refused(t, err, "stats.share")
	_, err = BinomialLimits(0.5, 0, Z95)
	refused(t, err, "stats.count")
	_, err = ProportionLimits(0.5, 5, math.NaN(), Z95)
	refused(t, err, "stats.amount")
	_, err = FunnelOf([]Count{{}}, DefaultFunnelRule())
	refused(t, err, "stats.empty")
	_, err = FunnelOf(posts(), FunnelRule{MinUnits: 1, MinN: 1})
	refused(t, err, "stats.rule")
	_, err = Funnel{Theta: 0.5}.Limits(0.5, Z95)
	refused(t, err, "stats.count")
	_, err = Funnel{Theta: 0.5}.Place(Count{3, 2})
	refused(t, err, "stats.count")
	_, err = ChanceOutside(-1, Z95)
	refused(t, err, "stats.group")
}
