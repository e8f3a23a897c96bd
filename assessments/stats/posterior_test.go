package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// 71 rat groups: E(α | y) = 2.4, E(β | y) = 14.3 under this very hyperprior, printed to one decimal.
// Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.3, p. 112.
func TestNodesCarryTheUncertaintyOfThePrior(t *testing.T) {
	t.Parallel()
	p := must(FitBetaBinomial(rats(), MinGroup))
	var a, b, sum float64
	for _, n := range p.Nodes {
		a, b, sum = a+n.Share*n.Alpha, b+n.Share*n.Beta, sum+n.Share
	}
	near(t, "shares", sum, 1, 1e-12)
	near(t, "E(α)", a, 2.4, 0.05)
	near(t, "E(β)", b, 14.3, 0.05)
}

// The few nodes in use against ten times as many.
func TestNodesAreEnough(t *testing.T) {
	t.Parallel()
	for name, cs := range map[string][]Count{
		"8 hospitals": surgical()[:8], "12 hospitals": surgical(), "71 rats": rats(), "42 posts": posts(),
		"an outlier": append(surgical()[:8:8], Count{30, 30}),
	} {
		tl := must(tallyOf(cs))
		few, many := tl.fit(), tl.fit()
		few.Nodes, many.Nodes = tl.nodes(nodesAcross, nodesAlong), tl.nodes(11, 120)
		for _, c := range []Count{cs[0], cs[len(cs)/2], cs[len(cs)-1], {0, 0}} {
			got, want := must(few.Posterior(c.X, c.N)), must(many.Posterior(c.X, c.N))
			nearInterval(t, name+" 95 %", got.I95, want.I95.Lo, want.I95.Hi, 2e-3)
			nearInterval(t, name+" 80 %", got.I80, want.I80.Lo, want.I80.Hi, 2e-3)
			near(t, name+" above", got.AboveMean, want.AboveMean, 2e-3)
			near(t, name+" sd", got.SD, want.SD, 5e-4)
		}
	}
}

// Person 1 of the 42 posts, as if α and β were known: mean .811782, weight .741590, 80 % .763745–.857432, 95 %
// .735179–.877969, above the mean .781112; 10th and 90th percentile of the 42 means .694602 and .856726.
// Report specification's sample. The honest figures lie close, since 42 people say much, and are wider.
func TestPostsPosterior(t *testing.T) {
	t.Parallel()
	p := must(FitBetaBinomial(posts(), MinGroup))
	post := must(p.Posterior(69, 84))
	near(t, "mean", post.Mean, 0.811782, 1e-6)
	near(t, "weight", post.Weight, 0.741590, 1e-6)

	known := p
	known.Nodes = []Node{{Alpha: p.Alpha, Beta: p.Beta, Share: 1}}
	plug := must(known.Posterior(69, 84))
	nearInterval(t, "plug-in 80 %", plug.I80, 0.763745, 0.857432, 1e-6)
	nearInterval(t, "plug-in 95 %", plug.I95, 0.735179, 0.877969, 1e-6)
	near(t, "plug-in above", plug.AboveMean, 0.781112, 1e-6)

	if !(post.I95.Lo < plug.I95.Lo && post.I95.Hi > plug.I95.Hi && post.SD > plug.SD) {
		t.Errorf("honest %v is not wider than plug-in %v", post.I95, plug.I95)
	}
	nearInterval(t, "honest 95 %", post.I95, plug.I95.Lo, plug.I95.Hi, 0.003)

	var means []float64
	for _, c := range posts() {
		means = append(means, must(p.Posterior(c.X, c.N)).Mean)
	}
	near(t, "10th percentile", must(Quantile(means, 0.1)), 0.694602, 1e-6)
	near(t, "90th percentile", must(Quantile(means, 0.9)), 0.856726, 1e-6)
}

// With few people a plug-in interval covers far less than it says; the honest one must not.
// True shares are Beta(16, 4), each person has 15–45 ratings.
func TestHonestIntervalsCover(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		people, runs        int
		honestMin, plugsMax float64
	}{{8, 150, 0.935, 0.90}, {20, 60, 0.935, 0.945}} {
		honest, plug := coverage(rand.New(rand.NewPCG(7, uint64(c.people))), c.people, c.runs)
		t.Logf("%d people: honest %.3f, plug-in %.3f", c.people, honest, plug)
		if honest < c.honestMin {
			t.Errorf("%d people: honest 95 %% interval covers %.3f", c.people, honest)
		}
		if plug > c.plugsMax || honest-plug < 0.015 {
			t.Errorf("%d people: plug-in covers %.3f, honest %.3f: no clear gain", c.people, plug, honest)
		}
	}
}

func coverage(r *rand.Rand, people, runs int) (honest, plug float64) {
	truth := distuv.Beta{Alpha: 16, Beta: 4, Src: rand.NewPCG(r.Uint64(), 5)}
	total := float64(people * runs)
	for range runs {
		cs, shares := make([]Count, people), make([]float64, people)
		for i := range cs {
			shares[i] = truth.Rand()
			cs[i] = draw(r, shares[i], 15+r.IntN(31))
		}
		p := must(FitBetaBinomial(cs, people))
		for i, c := range cs {
			if must(p.Posterior(c.X, c.N)).I95.Contains(shares[i]) {
				honest += 1 / total
			}
			a, b := float64(c.X)+p.Alpha, float64(c.N-c.X)+p.Beta
			at := mathext.RegIncBeta(a, b, shares[i])
			if at >= 0.025 && at <= 0.975 {
				plug += 1 / total
			}
		}
	}
	return honest, plug
}

func TestPosteriorIsSoundForAnyGroup(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.Custom(func(t *rapid.T) Count {
			n := rapid.IntRange(0, 80).Draw(t, "n")
			return Count{X: rapid.IntRange(0, n).Draw(t, "x"), N: n}
		})
		cs := append(rapid.SliceOfN(count, 3, 25).Draw(t, "group"), Count{1, 2})
		p := must(FitBetaBinomial(cs, 4))
		c := count.Draw(t, "person")
		post := must(p.Posterior(c.X, c.N))
		inner, outer := post.I80, post.I95
		if !(0 <= outer.Lo && outer.Lo <= inner.Lo && inner.Lo <= inner.Hi && inner.Hi <= outer.Hi && outer.Hi <= 1) {
			t.Fatalf("intervals %v and %v of %v under α %g, β %g", inner, outer, c, p.Alpha, p.Beta)
		}
		if !inner.Contains(post.Mean) || !(post.SD >= 0 && post.SD <= max(post.Mean, 1-post.Mean)) {
			t.Fatalf("mean %g outside %v, sd %g", post.Mean, inner, post.SD)
		}
		for _, v := range []float64{post.AboveMean, post.Weight} {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("%g is no share", v)
			}
		}
		level := rapid.Float64Range(0.01, 0.99).Draw(t, "level")
		if s := must(post.Above(level)) + must(post.Below(level)); math.Abs(s-1) > 1e-9 {
			t.Fatalf("above and below %g add up to %.12f", level, s)
		}
		if i := must(post.Interval(0.8)); i != post.I80 {
			t.Fatalf("80 %% interval %v and %v", i, post.I80)
		}
		// One more success never lowers the estimate or the chance of lying above.
		more := must(p.Posterior(c.X+1, c.N+1))
		if more.Mean < post.Mean-1e-12 || more.AboveMean < post.AboveMean-1e-9 {
			t.Fatalf("a success lowered %g, %g to %g, %g", post.Mean, post.AboveMean, more.Mean, more.AboveMean)
		}
	})
}

// Successes and failures are only names.
func TestPosteriorMirrors(t *testing.T) {
	t.Parallel()
	cs := posts()
	mirror := make([]Count, len(cs))
	for i, c := range cs {
		mirror[i] = Count{X: c.N - c.X, N: c.N}
	}
	a := must(must(FitBetaBinomial(cs, 20)).Posterior(69, 84))
	b := must(must(FitBetaBinomial(mirror, 20)).Posterior(15, 84))
	near(t, "mean", a.Mean, 1-b.Mean, 1e-8)
	nearInterval(t, "95 %", a.I95, 1-b.I95.Hi, 1-b.I95.Lo, 1e-6)
	near(t, "above", a.AboveMean, 1-b.AboveMean, 1e-6)
}

// A sealed prior gives the same posterior; the order of the people does not matter.
func TestPosteriorCanBeRepeated(t *testing.T) {
	t.Parallel()
	cs := posts()
	p := must(FitBetaBinomial(cs, 20))
	sealed := Prior{Alpha: p.Alpha, Beta: p.Beta, Mean: p.Mean, Nodes: p.Nodes}
	same := cmpopts.IgnoreUnexported(Posterior{})
	if d := cmp.Diff(must(p.Posterior(20, 43)), must(sealed.Posterior(20, 43)), same); d != "" {
		t.Error(d)
	}
	r := rand.New(rand.NewPCG(3, 3))
	r.Shuffle(len(cs), func(i, j int) { cs[i], cs[j] = cs[j], cs[i] })
	if d := cmp.Diff(p, must(FitBetaBinomial(cs, 20))); d != "" {
		t.Error(d)
	}
}

func lecturers() []Count {
	r := rand.New(rand.NewPCG(1128, 1))
	cs := make([]Count, 1128)
	for i := range cs {
		cs[i] = draw(r, distuv.Beta{Alpha: 6, Beta: 3, Src: r}.Rand(), 10+r.IntN(200))
	}
	return cs
}

func BenchmarkFitBetaBinomial1128(b *testing.B) {
	cs := lecturers()
	for b.Loop() {
		must(FitBetaBinomial(cs, MinGroup))
	}
}

func BenchmarkPosterior(b *testing.B) {
	p := must(FitBetaBinomial(lecturers(), MinGroup))
	for b.Loop() {
		must(p.Posterior(40, 57))
	}
}

func BenchmarkPosterior12Hospitals(b *testing.B) {
	p := must(FitBetaBinomial(surgical(), 8))
	for b.Loop() {
		must(p.Posterior(46, 810))
	}
}
