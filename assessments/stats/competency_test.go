package stats

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// policyLaw: quiz 58 questions, 88.4; case answers 12, 80.0. Report specification's sample.
func policyLaw() []Source {
	return []Source{
		{Score: 88.4, SE: 4.1, Reliability: 0.814807, N: 58, MinN: 10, Weight: 70, GroupMean: 76.8},
		{Score: 80, SE: 6.5, Reliability: 0.544032, N: 12, MinN: 10, Weight: 30, GroupMean: 74.2},
	}
}

// Sample: scores 86.251757 and 77.355385 (sd 3.700932, 4.794304), contributions 6.616230 and .946616; competency
// 83.582846 (2.963134), group 76.02, 80 % 79.785435–87.380256, 95 % 77.775210–89.390481, above .994649, rel .784680.
func TestComposePolicyLaw(t *testing.T) {
	t.Parallel()
	c := must(Compose(policyLaw(), DefaultComposeRule()))
	near(t, "score 1", c.Parts[0].Score, 86.251757, 1e-5)
	near(t, "sd 1", c.Parts[0].SD, 3.700932, 1e-5)
	near(t, "contribution 1", c.Parts[0].Contribution, 6.616230, 1e-5)
	near(t, "score 2", c.Parts[1].Score, 77.355385, 1e-5)
	near(t, "sd 2", c.Parts[1].SD, 4.794304, 1e-5)
	near(t, "contribution 2", c.Parts[1].Contribution, 0.946616, 1e-5)
	near(t, "score", c.Score, 83.582846, 1e-5)
	near(t, "se", c.SE, 2.963134, 1e-5)
	near(t, "group", c.GroupMean, 76.02, 1e-9)
	near(t, "reliability", c.Reliability, 0.784680, 1e-5)
	near(t, "above", c.Above, 0.994649, 1e-5)
	nearInterval(t, "80 %", c.I80, 79.785435, 87.380256, 2e-5)
	nearInterval(t, "95 %", c.I95, 77.775210, 89.390481, 2e-5)
	if got := must(c.Band(DefaultBandRule())); got != NoDifference {
		t.Errorf("band at .998 is %v, want no_difference", got)
	}
	if got := must(c.Band(BandRule{MinN: 10, MinReliability: 0.7, Signal: 0.975})); got != Above {
		t.Errorf("band at .975 is %v, want above", got)
	}
}

// Sample: ratings (a posterior: 81.178162, 3.656657), call-backs, ballots: 81.484947 (2.466319), reliability .720393.
// The sample prints the ratings' τ from the group, 7.478372, not from the posterior: hence the looser reliability.
func TestComposeWithAPosterior(t *testing.T) {
	t.Parallel()
	c := must(Compose([]Source{
		{
			Score: 81.178162, SE: 3.656657, Reliability: 0.74159, N: 84, MinN: 10, Weight: 60, GroupMean: 78.409664,
			Shrunken: true,
		},
		{Score: 83.3, SE: 6.8, Reliability: 0.469725, N: 30, MinN: 10, Weight: 20, GroupMean: 78},
		{Score: 84.1, SE: 3.7, Reliability: 0.731041, N: 26, MinN: 10, Weight: 20, GroupMean: 81.5},
	}, DefaultComposeRule()))
	near(t, "score", c.Score, 81.484947, 1e-5)
	near(t, "se", c.SE, 2.466319, 1e-5)
	near(t, "group", c.GroupMean, 78.945798, 1e-5)
	near(t, "above", c.Above, 0.848385, 1e-5)
	near(t, "contribution", c.Parts[0].Contribution, 1.661099, 1e-5)
	near(t, "reliability", c.Reliability, 0.720393, 0.02)
}

// Sample: seven ballots carry 40 % of the weight, the other source is missing: no estimate.
func TestTooLittleWeightGivesNoEstimate(t *testing.T) {
	t.Parallel()
	sources := []Source{
		{Score: 86, SE: 4.9, Reliability: 0.489692, N: 7, MinN: 5, Weight: 40, GroupMean: 83},
		{MinN: 3, Weight: 60},
	}
	c := must(Compose(sources, DefaultComposeRule()))
	want := Competency{Available: 0.4, N: 7, Insufficient: true, Parts: []Part{{}, {Missing: true}}}
	if d := cmp.Diff(want, c); d != "" {
		t.Error(d)
	}
	if got := must(c.Band(DefaultBandRule())); got != Insufficient {
		t.Errorf("band %v, want insufficient", got)
	}
	// Exactly 60 % is enough, although .6 has no exact binary value.
	sources[0].Weight, sources[1].Weight = 60, 40
	if must(Compose(sources, DefaultComposeRule())).Insufficient {
		t.Error("60 % of the weight is called insufficient")
	}
}

func TestASourceUnderItsMinimumStopsTheEstimate(t *testing.T) {
	t.Parallel()
	sources := policyLaw()
	sources[1].N = 9
	c := must(Compose(sources, DefaultComposeRule()))
	if !c.Insufficient || !c.Parts[1].UnderMin || c.Parts[1].Missing || c.Score != 0 || c.I95 != (Interval{}) {
		t.Errorf("got %+v, want no estimate", c)
	}
	near(t, "available", c.Available, 0.7, 1e-12)
	// The same source without any item is only missing.
	sources[1].N = 0
	c = must(Compose(sources, DefaultComposeRule()))
	if c.Insufficient || !c.Parts[1].Missing {
		t.Errorf("got %+v, want an estimate from the quiz", c)
	}
	near(t, "score", c.Score, 86.251757, 1e-5)
}

func TestASmallGroupIsNotCompared(t *testing.T) {
	t.Parallel()
	sources := policyLaw()
	sources[0].SmallGroup = true
	if got := must(must(Compose(sources, DefaultComposeRule())).Band(DefaultBandRule())); got != SmallGroup {
		t.Errorf("band %v, want small_group", got)
	}
	sources[0].SmallGroup, sources[0].GroupAlike = false, true
	if must(Compose(sources, DefaultComposeRule())).GroupAlike {
		t.Error("one source tells people apart, yet the group is called alike")
	}
	sources[1].GroupAlike = true
	if got := must(must(Compose(sources, DefaultComposeRule())).Band(DefaultBandRule())); got != GroupAlike {
		t.Errorf("band %v, want group_alike", got)
	}
}

func TestPosteriorAsASource(t *testing.T) {
	t.Parallel()
	p := must(FitBetaBinomial(posts(), MinGroup))
	post := must(p.Posterior(69, 84))
	s := post.Source(60, 10)
	c := must(Compose([]Source{s}, ComposeRule{TotalWeight: 60, MinWeight: 0.6}))
	near(t, "score", c.Score, 81.1782, 1e-4)
	near(t, "se", c.SE, 100*post.SD, 1e-12)
	near(t, "reliability", c.Reliability, post.Weight, 1e-12)
	near(t, "above", c.Above, post.AboveMean, 0.02) // normal here, Beta there
	near(t, "se of the group's mean", s.GroupSE, 1.35, 0.3)
}

func TestCompositionIsSound(t *testing.T) {
	t.Parallel()
	source := rapid.Custom(func(t *rapid.T) Source {
		return Source{
			Score: rapid.Float64Range(0, 100).Draw(t, "score"), SE: rapid.Float64Range(0, 20).Draw(t, "se"),
			Reliability: rapid.Float64Range(0, 0.99).Draw(t, "rel"), N: rapid.IntRange(0, 30).Draw(t, "n"), MinN: 1,
			Weight: rapid.Float64Range(1, 10).Draw(t, "w"), GroupMean: rapid.Float64Range(0, 100).Draw(t, "mu"),
			GroupSE: rapid.Float64Range(0, 5).Draw(t, "group se"), Shrunken: rapid.Bool().Draw(t, "shrunken"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		sources := rapid.SliceOfN(source, 1, 6).Draw(t, "sources")
		c := must(Compose(sources, ComposeRule{TotalWeight: 60, MinWeight: 0.1}))
		if c.Insufficient {
			if c.Score != 0 || c.SE != 0 || c.Reliability != 0 || c.Above != 0 {
				t.Fatalf("an estimate without evidence: %+v", c)
			}
			return
		}
		sum := 0.0
		for _, p := range c.Parts {
			sum += p.Contribution
		}
		if math.Abs(sum-(c.Score-c.GroupMean)) > 1e-9 {
			t.Fatalf("contributions add up to %g, want %g", sum, c.Score-c.GroupMean)
		}
		shares := []float64{c.Reliability, c.Above, c.Available, c.Score / 100, c.I95.Lo / 100, c.I95.Hi / 100}
		for _, v := range shares {
			if !(v >= 0 && v <= 1+1e-12) {
				t.Fatalf("%g out of range in %+v", v, c)
			}
		}
		if !c.I80.Contains(c.Score) || c.I95.Lo > c.I80.Lo || c.I95.Hi < c.I80.Hi {
			t.Fatalf("intervals %v and %v of %g", c.I80, c.I95, c.Score)
		}
	})
}

func TestSensitivityToTheWeights(t *testing.T) {
	t.Parallel()
	cr, br := DefaultComposeRule(), BandRule{MinN: 10, MinReliability: 0.7, Signal: 0.975}
	// Sample: the band of policy and law stays in all 1,000 sets (seed 1000).
	near(t, "stable", must(Sensitivity(policyLaw(), cr, br, DefaultDraws(1000))), 1, 0)

	br.Signal = 0.9946 // just under the probability with the policy weights
	share := must(Sensitivity(policyLaw(), cr, br, DefaultDraws(1000)))
	if share < 0.3 || share > 0.8 {
		t.Errorf("a band at its edge stays in %.3f of the sets", share)
	}
	near(t, "repeated", must(Sensitivity(policyLaw(), cr, br, DefaultDraws(1000))), share, 0)
	if other := must(Sensitivity(policyLaw(), cr, br, DefaultDraws(1001))); other == share {
		t.Error("another seed gives the very same share")
	}
	still := DefaultDraws(1)
	still.Spread = 0
	near(t, "no spread", must(Sensitivity(policyLaw(), cr, br, still)), 1, 0)
}

// A source that carries just enough weight: random weights decide whether there is an estimate at all.
func TestSensitivityCountsMissingWeight(t *testing.T) {
	t.Parallel()
	quiz := policyLaw()[0]
	quiz.Weight = 61
	given := []Source{quiz, {Weight: 39}}
	rule := DefaultBandRule()
	for _, sources := range [][]Source{given, given[:1]} {
		share := must(Sensitivity(sources, DefaultComposeRule(), rule, DefaultDraws(5)))
		if share < 0.4 || share > 0.7 {
			t.Errorf("%d sources: stays in %.3f of the sets, want about half", len(sources), share)
		}
	}
}

func TestCompositionRefusesWrongSources(t *testing.T) {
	t.Parallel()
	rule := DefaultComposeRule()
	for key, change := range map[string]func(*Source){
		"stats.score":       func(s *Source) { s.Score = 101 },
		"stats.amount":      func(s *Source) { s.SE = math.NaN() },
		"stats.reliability": func(s *Source) { s.Reliability = 1 },
		"stats.count":       func(s *Source) { s.N = -1 },
		"stats.weight":      func(s *Source) { s.Weight = 71 },
	} {
		sources := policyLaw()
		change(&sources[0])
		_, err := Compose(sources, rule)
		refused(t, err, key)
		_, err = Sensitivity(sources, rule, DefaultBandRule(), DefaultDraws(1))
		refused(t, err, key)
	}
	_, err := Compose(nil, rule)
	refused(t, err, "stats.empty")
	_, err = Compose(policyLaw(), ComposeRule{TotalWeight: 100, MinWeight: 2})
	refused(t, err, "stats.rule")
	_, err = Compose(policyLaw(), ComposeRule{MinWeight: 0.6})
	refused(t, err, "stats.amount")
	_, err = Sensitivity(policyLaw(), rule, DefaultBandRule(), Draws{Sets: 0, Spread: 0.3})
	refused(t, err, "stats.rule")
	_, err = Sensitivity(policyLaw(), rule, DefaultBandRule(), Draws{Sets: 10, Spread: 1})
	refused(t, err, "stats.rule")
	_, err = Sensitivity(policyLaw(), rule, BandRule{}, DefaultDraws(1))
	refused(t, err, "stats.rule")
}
