package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// seeds are 21 plates of seeds in four strata (two sorts × two extracts), germinated of sown.
// Source: Crowder (1978), Appl. Statist. 27, 34–37; as "Seeds" in OpenBUGS examples, volume 1.
func seeds() [][]Count {
	counts := [][]Count{
		{{10, 39}, {23, 62}, {23, 81}, {26, 51}, {17, 39}},
		{{5, 6}, {53, 74}, {55, 72}, {32, 51}, {46, 79}, {10, 13}},
		{{8, 16}, {10, 30}, {8, 28}, {23, 45}, {0, 4}},
		{{3, 12}, {22, 41}, {15, 30}, {32, 51}, {3, 7}},
	}
	var plates [][]Count
	for stratum, list := range counts {
		for _, c := range list {
			plate := make([]Count, len(counts))
			plate[stratum] = c
			plates = append(plates, plate)
		}
	}
	return plates
}

func TestCaseMixSeeds(t *testing.T) {
	t.Parallel()
	m, err := fitMix(seeds(), math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	e := m.Effects
	got := []float64{e[0], e[2] - e[0], e[1] - e[0], e[3] - e[2] - e[1] + e[0], m.Sigma}
	// Maximum likelihood: Breslow & Clayton (1993), J. Am. Statist. Assoc. 88, 9–25, table 3.
	for i, want := range []float64{-0.548, 0.097, 1.337, -0.811, 0.236} {
		if math.Abs(got[i]-want) > 0.001 {
			t.Errorf("parameter %d: %.4f, want %.3f", i, got[i], want)
		}
	}
}

// TestCaseMixOfOneStratum: with a single stratum nothing is left but the logit-normal prior.
func TestCaseMixOfOneStratum(t *testing.T) {
	t.Parallel()
	var people [][]Count
	var counts []Count
	for _, c := range surgical() {
		people, counts = append(people, []Count{c}), append(counts, c)
	}
	m, err := fitMix(people, math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	f, err := FitLogitNormal(counts)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(m.Effects[0]-f.Mu) > 1e-4 || math.Abs(m.Sigma-f.Sigma) > 1e-3 || math.Abs(m.LogL-f.LogL) > 1e-5 {
		t.Errorf("%v, %v, %v; logit-normal: %v, %v, %v", m.Effects[0], m.Sigma, m.LogL, f.Mu, f.Sigma, f.LogL)
	}
	if k := m.Mean * (1 - m.Mean) / (m.SD * m.SD); m.K > k || m.K < 0.9*k {
		t.Errorf("K %v, from the level alone %v", m.K, k)
	}
	for i, own := range people {
		a, err := m.Adjust(own)
		if err != nil {
			t.Fatal(err)
		}
		mean, sd, err := f.Posterior(own[0].X, own[0].N)
		if err != nil {
			t.Fatal(err)
		}
		// The plug-in posterior knows Sigma; ours carries its uncertainty too.
		if math.Abs(a.Mean-mean) > 1e-4 || a.SD < sd*0.95 || a.SD > sd*1.6 {
			t.Errorf("hospital %d: %.4f ± %.4f, plug-in %.4f ± %.4f", i, a.Mean, a.SD, mean, sd)
		}
	}
}

// county draws people who handle three strata of very different difficulty in very different parts.
func county(r *rand.Rand, people int, sigma float64) (counts [][]Count, effects []float64) {
	strata := []float64{2, 0.5, -1}
	for i := range people {
		u := sigma * r.NormFloat64()
		own := make([]Count, len(strata))
		for range 60 + r.IntN(40) {
			f := i % 3
			if r.Float64() < 0.4 {
				f = r.IntN(3)
			}
			own[f].N++
			if r.Float64() < expit(strata[f]+u) {
				own[f].X++
			}
		}
		counts, effects = append(counts, own), append(effects, u)
	}
	return counts, effects
}

// TestCaseMixCoverage: intervals of the standardised share hold the truth about as often as they say, and the order
// of difficulty no longer shows in the estimates.
func TestCaseMixCoverage(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 11))
	held80, held95, all := 0, 0, 0
	byMix, raw := [3]float64{}, [3]float64{}
	for range 4 {
		people, effects := county(r, 45, 0.5)
		m, err := FitCaseMix(people)
		if err != nil {
			t.Fatal(err)
		}
		for i, own := range people {
			a, err := m.Adjust(own)
			if err != nil {
				t.Fatal(err)
			}
			truth := 0.0
			for f, b := range []float64{2, 0.5, -1} {
				truth += m.Weights[f] * expit(b+effects[i])
			}
			all++
			if a.I80.Lo <= truth && truth <= a.I80.Hi {
				held80++
			}
			if a.I95.Lo <= truth && truth <= a.I95.Hi {
				held95++
			}
			byMix[i%3] += a.Mean - truth
			raw[i%3] += float64(a.X)/float64(a.N) - truth
		}
	}
	share80, share95 := float64(held80)/float64(all), float64(held95)/float64(all)
	if share80 < 0.74 || share80 > 0.87 || share95 < 0.915 || share95 > 0.98 {
		t.Errorf("of %d intervals 80 %% hold the truth in %.3f, 95 %% in %.3f", all, share80, share95)
	}
	each := float64(all) / 3
	for k := range byMix {
		if math.Abs(byMix[k]/each) > 0.02 {
			t.Errorf("mix %d: standardised shares lie %.3f beside the truth", k, byMix[k]/each)
		}
	}
	if raw[0]/each < 0.1 || raw[2]/each > -0.1 {
		t.Errorf("unadjusted shares lie only %.3f and %.3f beside the truth: the test shows nothing", raw[0]/each, raw[2]/each)
	}
}

// TestCaseMixAlike: people without differences are not told apart.
func TestCaseMixAlike(t *testing.T) {
	t.Parallel()
	people, _ := county(rand.New(rand.NewPCG(3, 5)), 40, 0)
	m, err := FitCaseMix(people)
	if err != nil {
		t.Fatal(err)
	}
	if !m.NoDifference {
		t.Errorf("sigma %.3f, 2Δ ln L %.2f", m.Sigma, m.LR2)
	}
	a, err := m.Adjust(people[0])
	if err != nil {
		t.Fatal(err)
	}
	if s := a.Source(100, 10); !s.GroupAlike || s.N != a.N {
		t.Errorf("evidence %+v", s)
	}
}

// TestCaseMixIsSane holds for any counts: shares within 0 and 1, intervals that nest and hold the mean, the same
// answer again.
func TestCaseMixIsSane(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 15 {
		people := make([][]Count, 2+r.IntN(12))
		for i := range people {
			people[i] = make([]Count, 4)
			for f := range people[i] {
				if n := r.IntN(1 << r.IntN(9)); r.IntN(3) > 0 {
					people[i][f] = Count{X: r.IntN(n + 1), N: n}
				}
			}
		}
		people[0][0], people[1][1] = Count{X: 3, N: 3}, Count{X: 0, N: 4} // some of both
		m, err := FitCaseMix(people)
		if err != nil {
			t.Fatalf("%v: %v", people, err)
		}
		for _, own := range people[:2] {
			a, err := m.Adjust(own)
			again, _ := m.Adjust(own)
			in := Interval{Lo: 0, Hi: 1}
			sane := err == nil && a.Mean == again.Mean && a.I95 == again.I95 && a.I95.Lo <= a.I80.Lo &&
				a.I80.Lo <= a.Mean && a.Mean <= a.I80.Hi && a.I80.Hi <= a.I95.Hi && in.Lo <= a.I95.Lo && a.I95.Hi <= in.Hi &&
				a.Reliability >= 0 && a.Reliability < 1 && a.AboveMean >= 0 && a.AboveMean <= 1 && a.SD > 0 &&
				m.Typical(0) > 0 && m.Typical(0) < 1
			if !sane {
				t.Errorf("%v in %v: %+v, %v", own, people, a, err)
			}
		}
	}
}

func TestCovered(t *testing.T) {
	t.Parallel()
	own := []Count{{X: 1, N: 6}, {X: 1, N: 3}, {X: 0, N: 1}}
	none := make([]Count, 3)
	m := must(FitCaseMix([][]Count{own, {{N: 1}, {}, {}}, {{N: 5}, {N: 2}, {}}, none}))
	if got := m.Covered(own); got != 0.6 {
		t.Errorf("covered %v", got)
	}
	if got := m.Covered(none); got != 1 {
		t.Errorf("without trials %v", got)
	}
}

func TestCaseMixRefuses(t *testing.T) {
	t.Parallel()
	for name, people := range map[string][][]Count{
		"nobody":         nil,
		"one person":     {{{1, 2}}},
		"one has none":   {{{1, 2}}, {{}}},
		"all of a kind":  {{{2, 2}}, {{3, 3}}},
		"other lengths":  {{{1, 2}}, {{1, 2}, {1, 2}}},
		"more than all":  {{{3, 2}}, {{1, 2}}},
		"no strata":      {{}, {}},
		"far too many":   {{{1, maxTrials + 1}}, {{1, 2}}},
		"below nothing":  {{{-1, 2}}, {{1, 2}}},
		"negative total": {{{0, -2}}, {{1, 2}}},
	} {
		if _, err := FitCaseMix(people); err == nil {
			t.Errorf("%s: no refusal", name)
		}
	}
	m, err := FitCaseMix(seeds())
	if err != nil {
		t.Fatal(err)
	}
	for _, own := range [][]Count{nil, {{1, 2}}, make([]Count, 4), {{3, 2}, {}, {}, {}}} {
		if _, err := m.Adjust(own); err == nil {
			t.Errorf("%v: no refusal", own)
		}
	}
	if _, err := (CaseMix{}).Adjust(seeds()[0]); err == nil {
		t.Error("a model that nobody has fitted answers")
	}
}

func BenchmarkCaseMix(b *testing.B) {
	people, _ := county(rand.New(rand.NewPCG(7, 11)), 200, 0.5)
	b.Run("fit", func(b *testing.B) {
		for b.Loop() {
			if _, err := FitCaseMix(people); err != nil {
				b.Fatal(err)
			}
		}
	})
	m, err := FitCaseMix(people)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("adjust", func(b *testing.B) {
		for b.Loop() {
			if _, err := m.Adjust(people[0]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
