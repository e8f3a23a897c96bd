package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// eight: effects and standard errors of coaching in eight schools. Rubin (1981); Gelman et al. (2013), table 5.2.
func eight() []Measure {
	y, se := []float64{28, 8, -3, 7, -1, 1, 18, 12}, []float64{15, 10, 16, 11, 9, 11, 10, 18}
	ms := make([]Measure, len(y))
	for i := range y {
		ms[i] = Measure{Y: y[i], V: se[i] * se[i]}
	}
	return ms
}

// bcg: log relative risks of 13 trials of the BCG vaccine. Colditz et al. (1994), R package metafor, dat.bcg.
func bcg() []Measure {
	trials := [][4]float64{
		{4, 119, 11, 128},
		{6, 300, 29, 274},
		{3, 228, 11, 209},
		{62, 13536, 248, 12619},
		{33, 5036, 47, 5761},
		{180, 1361, 372, 1079},
		{8, 2537, 10, 619},
		{505, 87886, 499, 87892},
		{29, 7470, 45, 7232},
		{17, 1699, 65, 1600},
		{186, 50448, 141, 27197},
		{5, 2493, 3, 2338},
		{27, 16886, 29, 17825},
	}
	ms := make([]Measure, len(trials))
	for i, c := range trials {
		treated, control := c[0]+c[1], c[2]+c[3]
		ms[i] = Measure{
			Y: math.Log(c[0] / treated * control / c[2]), V: 1/c[0] - 1/treated + 1/c[2] - 1/control,
		}
	}
	return ms
}

// metafor, rma(dat.bcg): REML τ² = .3132, μ = −.7145 (.1798), Q = 152.2330; DL τ² = .3088. Viechtbauer (2010),
// J. Statist. Software 36(3).
func TestNormalPriorOfBCG(t *testing.T) {
	t.Parallel()
	p := must(FitNormal(bcg()))
	near(t, "τ²", p.Tau2, 0.3132, 5e-5)
	near(t, "μ", p.Mu, -0.7145, 5e-5)
	near(t, "se μ", p.SEMu, 0.1798, 5e-5)
	near(t, "Q", p.Q, 152.2330, 5e-5)
	near(t, "DL τ²", must(TauDL(bcg())), 0.3088, 5e-5)
	if p.NoDifference {
		t.Error("Q of 152 on 12 degrees of freedom is called no difference")
	}
}

// Eight schools: pooled 7.7 with standard error 4.1, τ² estimated 0; 95 % limits of the schools from 200 draws, here
// taken with a tolerance of 3. Gelman et al. (2013), section 5.5 and table 5.3.
func TestNormalPosteriorOfEightSchools(t *testing.T) {
	t.Parallel()
	p := must(FitNormal(eight()))
	near(t, "μ", p.Mu, 7.7, 0.05)
	near(t, "se μ", p.SEMu, 4.1, 0.05)
	near(t, "τ²", p.Tau2, 0, 0)
	near(t, "DL τ²", must(TauDL(eight())), 0, 0)
	if !p.NoDifference {
		t.Error("Q of 4.7 on 7 degrees of freedom is called a difference")
	}
	// F and H, with the widest tails, are left out: 200 draws place their upper limits too loosely.
	for i, limits := range map[int]Interval{
		0: {-2, 31}, 1: {-5, 23}, 2: {-11, 19}, 3: {-7, 21}, 4: {-9, 18}, 6: {-1, 26},
	} {
		nearInterval(t, "school", must(p.Posterior(eight()[i])).I95, limits.Lo, limits.Hi, 3)
	}
}

// The nodes against brute force: μ and τ on a fine grid, no conditional algebra.
func TestNormalPosteriorAgainstTheGrid(t *testing.T) {
	t.Parallel()
	ms, person := bcg(), bcg()[0]
	var sum, below, above float64
	post := must(must(FitNormal(ms)).Posterior(person))
	for tau := 0.005; tau < 3; tau += 0.01 {
		for mu := -2.5; mu < 1.2; mu += 0.02 {
			l := 0.0
			for _, m := range ms {
				v := m.V + tau*tau
				l -= 0.5 * (math.Log(v) + (m.Y-mu)*(m.Y-mu)/v)
			}
			w := tau * tau / (tau*tau + person.V)
			mean, sd := mu+w*(person.Y-mu), tau*math.Sqrt(1-w)
			d := math.Exp(l)
			sum += d
			below += d * phi((post.I95.Lo-mean)/sd)
			above += d * phi((mean-mu)/sd)
		}
	}
	near(t, "below the lower limit", below/sum, 0.025, 2e-4)
	near(t, "above the mean", above/sum, post.AboveMean, 1e-3)
}

func TestNormalPosteriorIsSound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scale := math.Pow(10, rapid.Float64Range(-3, 3).Draw(t, "scale"))
		measure := rapid.Custom(func(t *rapid.T) Measure {
			sd := rapid.Float64Range(0.05, 4).Draw(t, "sd") * scale
			return Measure{Y: rapid.Float64Range(-5, 5).Draw(t, "y") * scale, V: sd * sd}
		})
		p := must(FitNormal(rapid.SliceOfN(measure, minMeasures, 20).Draw(t, "group")))
		m := measure.Draw(t, "person")
		post := must(p.Posterior(m))
		lo, hi := min(m.Y, p.Mu), max(m.Y, p.Mu)
		if post.Mean < lo-1e-9*scale || post.Mean > hi+1e-9*scale || !post.I80.Contains(post.Mean) {
			t.Fatalf("mean %g not between %g and %g or outside %v", post.Mean, lo, hi, post.I80)
		}
		if !(post.I95.Lo <= post.I80.Lo && post.I80.Hi <= post.I95.Hi) || !(post.SD*post.SD >= post.Var*0.2) {
			t.Fatalf("got %+v", post)
		}
		if !(post.AboveMean >= 0 && post.AboveMean <= 1) {
			t.Fatalf("probability %g", post.AboveMean)
		}
	})
}

// θ̂ = μ + w(y − μ), w = τ²/(τ² + v), variance (1 − w)τ².
func TestNormalWeights(t *testing.T) {
	t.Parallel()
	p := must(FitNormal(bcg()))
	post := must(p.Posterior(Measure{Y: 1, V: p.Tau2 / 3}))
	near(t, "weight", post.Weight, 0.75, 1e-12)
	near(t, "mean", post.Mean, p.Mu+0.75*(1-p.Mu), 1e-12)
	near(t, "variance", post.Var, p.Tau2/4, 1e-12)
	if post.SD <= math.Sqrt(post.Var) {
		t.Error("the standard error ignores the uncertainty of μ and τ²")
	}
}

func TestNormalRefusesWrongMeasures(t *testing.T) {
	t.Parallel()
	_, err := FitNormal(eight()[:4])
	refused(t, err, "stats.few")
	_, err = FitNormal(append(eight(), Measure{Y: 1}))
	refused(t, err, "stats.amount")
	_, err = TauDL(append(eight(), Measure{Y: math.Inf(1), V: 1}))
	refused(t, err, "stats.number")
	_, err = NormalPrior{}.Posterior(Measure{Y: 1, V: 1})
	refused(t, err, "stats.prior")
	_, err = must(FitNormal(eight())).Posterior(Measure{Y: math.NaN(), V: 1})
	refused(t, err, "stats.number")
}
