package stats

import (
	"math"
	"testing"
)

// Surgical, OpenBUGS examples vol. 1: maximum likelihood μ = −2.544, σ = .358; means of the 12 hospitals within .003.
func TestSurgicalLogitNormal(t *testing.T) {
	t.Parallel()
	f := must(FitLogitNormal(surgical()))
	near(t, "μ", f.Mu, -2.544, 5e-4)
	near(t, "σ", f.Sigma, 0.358, 5e-4)
	if f.NoDifference || f.Groups != 12 {
		t.Errorf("got %+v", f)
	}
	want := []float64{.0528, .1040, .0707, .0591, .0515, .0692, .0671, .1231, .0704, .0787, .1028, .0687}
	prior := must(FitBetaBinomial(surgical(), 8))
	for i, c := range surgical() {
		mean, sd, err := f.Posterior(c.X, c.N)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "mean", mean, want[i], 0.003)
		// The two shapes of prior tell the same story here.
		beta := must(prior.Posterior(c.X, c.N))
		near(t, "beta-binomial mean", beta.Mean, mean, 0.004)
		k := float64(c.N) + prior.K()
		plug := math.Sqrt(beta.Mean * (1 - beta.Mean) / (k + 1)) // with α and β known, as here μ and σ
		near(t, "sd", sd, plug, 0.15*plug)
	}
}

// The quadrature against the trapezoidal rule on a fine grid.
func TestLogitNormalIntegral(t *testing.T) {
	t.Parallel()
	f := must(FitLogitNormal(surgical()))
	for _, c := range []Count{{0, 47}, {46, 810}, {3, 3}, {1, 2}} {
		for _, sigma := range []float64{0.1, 0.36, 1.5} {
			var sum, mean float64
			const h = 1e-3
			for eta := -14.0; eta < 10; eta += h {
				p := expit(eta)
				d := math.Pow(p, float64(c.X)) * math.Pow(1-p, float64(c.N-c.X)) *
					math.Exp(-(eta+2.5)*(eta+2.5)/(2*sigma*sigma)) / (sigma * math.Sqrt(2*math.Pi)) * h
				sum, mean = sum+d, mean+p*d
			}
			logL, m, _ := f.integral(c, -2.5, sigma)
			near(t, "ln integral", logL, math.Log(sum), 1e-5)
			near(t, "mean", m, mean/sum, 1e-5)
		}
	}
}

func TestLogitNormalOfEquals(t *testing.T) {
	t.Parallel()
	f := must(FitLogitNormal([]Count{{16, 20}, {16, 20}, {16, 20}, {0, 0}, {8, 10}}))
	if !f.NoDifference || f.Groups != 4 {
		t.Errorf("got %+v", f)
	}
	near(t, "μ", f.Mu, logit(0.8), 1e-4)
	_, err := FitLogitNormal([]Count{{3, 3}, {4, 4}})
	refused(t, err, "stats.alike")
	_, err = FitLogitNormal([]Count{{1, 3}})
	refused(t, err, "stats.few")
	_, err = FitLogitNormal([]Count{{1, 3}, {5, 4}})
	refused(t, err, "stats.count")
	_, _, err = f.Posterior(0, 0)
	refused(t, err, "stats.count")
	_, _, err = LogitNormal{}.Posterior(1, 2)
	refused(t, err, "stats.prior")
}
