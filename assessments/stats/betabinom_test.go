package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// Surgical: OpenBUGS examples vol. 1; maximum likelihood α = 8.253, β = 99.637 printed to three decimals.
func TestSurgicalPrior(t *testing.T) {
	t.Parallel()
	p := must(FitBetaBinomial(surgical(), 8))
	near(t, "α", p.Alpha, 8.253, 6e-4)
	near(t, "β", p.Beta, 99.637, 6e-4)
	if p.NoDifference || p.Weak || p.AtBound || p.Groups != 12 || p.Trials != 2814 {
		t.Errorf("got %+v", p)
	}
}

// 70 historical rat groups: α = 2.304768, β = 14.079707, R package BayesGOF (vignette, gMLE.bb). Its optimiser stops
// early, hence three decimals.
func TestRatsPrior(t *testing.T) {
	t.Parallel()
	p := must(FitBetaBinomial(rats()[:70], MinGroup))
	near(t, "α", p.Alpha, 2.304768, 2e-3)
	near(t, "β", p.Beta, 14.079707, 2e-2)
}

// 42 posts of the report specification's sample: α, β and 2Δ ln L to six digits.
func TestPostsPriorAndTestOfDifferences(t *testing.T) {
	t.Parallel()
	p := must(FitBetaBinomial(posts(), MinGroup))
	near(t, "α", p.Alpha, 22.950641, 1e-5)
	near(t, "β", p.Beta, 6.319528, 1e-5)
	near(t, "K", p.K(), 29.270169, 1e-5)
	near(t, "2Δ ln L", p.LR2, 37.27277, 1e-5)
}

// The tally's likelihood against the textbook's form in beta functions.
func TestLikelihoodIsTheBetaBinomial(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Count {
			n := rapid.IntRange(1, 60).Draw(t, "n")
			return Count{X: rapid.IntRange(0, n).Draw(t, "x"), N: n}
		}), 1, 12).Draw(t, "counts")
		m := rapid.Float64Range(0.02, 0.98).Draw(t, "m")
		k := rapid.Float64Range(0.1, 2000).Draw(t, "k")
		want := 0.0
		for _, c := range cs {
			want += mathext.Lbeta(float64(c.X)+m*k, float64(c.N-c.X)+(1-m)*k) - mathext.Lbeta(m*k, (1-m)*k)
		}
		got := must(tallyOf(cs)).logL(m, 1/k)
		if math.Abs(got-want) > 1e-8*(1+math.Abs(want)) {
			t.Fatalf("got %g, want %g", got, want)
		}
	})
}

// The covariance against numerical second derivatives of the likelihood in (logit m, ln(α+β)).
func TestCovarianceIsTheInverseInformation(t *testing.T) {
	t.Parallel()
	tl := must(tallyOf(surgical()))
	p := must(FitBetaBinomial(surgical(), 8))
	at := []float64{logit(p.Mean), math.Log(p.K())}
	logL := func(x []float64) float64 { return tl.logL(expit(x[0]), math.Exp(-x[1])) }
	second := func(i, j int) float64 {
		return fd.Derivative(func(h float64) float64 {
			return fd.Derivative(func(g float64) float64 {
				x := []float64{at[0], at[1]}
				x[i] += g
				x[j] += h
				return logL(x)
			}, 0, &fd.Settings{Formula: fd.Central, Step: 1e-3})
		}, 0, &fd.Settings{Formula: fd.Central, Step: 1e-3})
	}
	a, b, c := -second(0, 0), -second(0, 1), -second(1, 1)
	det := a*c - b*b
	near(t, "var logit m", p.VarMean, c/det, 1e-4*c/det)
	near(t, "var ln(α+β)", p.VarPrec, a/det, 1e-4*a/det)
	near(t, "covariance", p.Cov, -b/det, 2e-3*math.Abs(b/det))
}

// A group drawn from one share has no differences; the 5 % test errs in about 5 % of such groups.
func TestAGroupOfEqualsShowsNoDifference(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 1))
	const runs = 400
	alike := 0
	for range runs {
		cs := make([]Count, 30)
		for i := range cs {
			cs[i] = draw(r, 0.8, 20+r.IntN(60))
		}
		if must(FitBetaBinomial(cs, MinGroup)).NoDifference {
			alike++
		}
	}
	if share := float64(alike) / runs; share < 0.92 || share > 0.995 {
		t.Errorf("no difference in %.3f of groups of equals, want about .95", share)
	}
}

func TestUnderdispersedGroupLiesOnTheBound(t *testing.T) {
	t.Parallel()
	cs := make([]Count, 25)
	for i := range cs {
		cs[i] = Count{X: 32, N: 40}
	}
	p := must(FitBetaBinomial(cs, MinGroup))
	if !p.AtBound || !p.NoDifference || p.LR2 != 0 {
		t.Errorf("got %+v, want a prior on the bound", p)
	}
	near(t, "mean", p.Mean, 0.8, 1e-9)
	post := must(p.Posterior(32, 40))
	near(t, "posterior mean", post.Mean, 0.8, 1e-6)
	// 800 of 1,000 in all: nobody can be known worse than alone, nor better than the pool.
	alone, pool := must(Wilson(32, 40, Z95)), must(Wilson(800, 1000, Z95))
	if w := post.I95.Hi - post.I95.Lo; w > alone.Hi-alone.Lo || w < 0.9*(pool.Hi-pool.Lo) {
		t.Errorf("95 %% interval %v is not between the own one %v and the pool's %v", post.I95, alone, pool)
	}
}

func TestAGroupOfOnlySuccessesHasANumber(t *testing.T) {
	t.Parallel()
	cs := make([]Count, 20)
	for i := range cs {
		cs[i] = Count{X: 12, N: 12}
	}
	p := must(FitBetaBinomial(cs, MinGroup))
	near(t, "mean", p.Mean, 240.5/241, 1e-9)
	post := must(p.Posterior(12, 12))
	if !p.NoDifference || !(post.I95.Lo > 0.95 && post.I95.Hi <= 1) {
		t.Errorf("got %+v and %+v", p, post)
	}
}

func TestSmallGroupGetsTheWeakPrior(t *testing.T) {
	t.Parallel()
	p := must(FitBetaBinomial([]Count{{9, 10}, {0, 0}, {5, 9}}, MinGroup))
	if !p.Weak || p.Groups != 2 || p.Trials != 19 || p.NoDifference {
		t.Errorf("got %+v", p)
	}
	near(t, "mean", p.Mean, 14.5/20, 1e-15)
	near(t, "precision", p.K(), WeakPrecision, 1e-12)
	// A fixed prior has plain Beta limits.
	post := must(p.Posterior(9, 10))
	b := distuv.Beta{Alpha: 9 + p.Alpha, Beta: 1 + p.Beta}
	nearInterval(t, "95 %", post.I95, b.Quantile(0.025), b.Quantile(0.975), 1e-6)
	if got := must(BandOf(post.Standing(), DefaultBandRule())); got != SmallGroup {
		t.Errorf("band %v, want small_group", got)
	}
}

func TestPriorRefusesWrongGroups(t *testing.T) {
	t.Parallel()
	_, err := FitBetaBinomial([]Count{{3, 2}}, MinGroup)
	refused(t, err, "stats.count")
	_, err = FitBetaBinomial([]Count{{3, 0}}, MinGroup)
	refused(t, err, "stats.count")
	_, err = FitBetaBinomial([]Count{{3, maxTrials + 1}}, MinGroup)
	refused(t, err, "stats.trials")
	_, err = FitBetaBinomial(nil, MinGroup)
	refused(t, err, "stats.empty")
	_, err = FitBetaBinomial(surgical(), 1)
	refused(t, err, "stats.group")
	_, err = WeakPrior(1)
	refused(t, err, "stats.share")
	_, err = Prior{}.Posterior(1, 2)
	refused(t, err, "stats.prior")
	_, err = must(WeakPrior(0.5)).Posterior(3, 2)
	refused(t, err, "stats.count")
	_, err = Posterior{}.Interval(0.9)
	refused(t, err, "stats.prior")
	_, err = must(must(WeakPrior(0.5)).Posterior(1, 2)).Above(1)
	refused(t, err, "stats.share")
}

// draw is a binomial count, from n coin tosses.
func draw(r *rand.Rand, p float64, n int) Count {
	c := Count{N: n}
	for range n {
		if r.Float64() < p {
			c.X++
		}
	}
	return c
}
