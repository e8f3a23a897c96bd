package stats

import (
	"testing"

	"pgregory.net/rapid"
)

func TestBands(t *testing.T) {
	t.Parallel()
	rule := DefaultBandRule()
	for _, c := range []struct {
		name string
		s    Standing
		want Band
	}{
		{"insufficient before all", Standing{Insufficient: true, N: 3}, Insufficient},
		{"nine ratings", Standing{N: 9, Reliability: 0.95, Above: 1}, CountsOnly},
		{"ten ratings", Standing{N: 10, Reliability: 0.95, Above: 1}, Above},
		{"small group", Standing{N: 50, Reliability: 0.9, Above: 1, SmallGroup: true}, SmallGroup},
		{"alike", Standing{N: 50, Reliability: 0.9, Above: 1, GroupAlike: true}, GroupAlike},
		{"few others", Standing{N: 50, Reliability: 0.9, Above: 1, NoOverlap: true}, NoOverlap},
		{"reliability .69", Standing{N: 50, Reliability: 0.69, Above: 1}, OwnImprovement},
		{"reliability .70", Standing{N: 50, Reliability: 0.70, Above: 0.9981}, Above},
		{"not clear", Standing{N: 50, Reliability: 0.8, Above: 0.998}, NoDifference},
		{"low, not clear", Standing{N: 50, Reliability: 0.8, Above: 0.003}, NoDifference},
		{"clearly below", Standing{N: 50, Reliability: 0.8, Above: 0.0019}, Below},
	} {
		if got := must(BandOf(c.s, rule)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// The same words, weight and place for both directions.
func TestBandsMirror(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := Standing{
			N: rapid.IntRange(0, 40).Draw(t, "n"), Reliability: rapid.Float64Range(0, 1).Draw(t, "rel"),
			Above: float64(rapid.IntRange(0, 1024).Draw(t, "above")) / 1024,
		}
		rule := BandRule{MinN: 10, MinReliability: 0.7, Signal: 0.975}
		a := must(BandOf(s, rule))
		s.Above = 1 - s.Above
		b := must(BandOf(s, rule))
		mirror := map[Band]Band{Above: Below, Below: Above}
		if want, ok := mirror[a]; ok && b != want || !ok && a != b {
			t.Fatalf("%v mirrors to %v", a, b)
		}
		if a.IsSignal() && !a.IsCompared() {
			t.Fatal("a signal without a comparison")
		}
	})
}

func TestBandKeysDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for b := Band(0); b <= Below; b++ {
		seen[b.String()] = true
	}
	if len(seen) != 10 {
		t.Errorf("got keys %v, want ten", seen)
	}
}

// Report specification, section 9 and sample: at .975 and reliability .75 a truly average person is called below in
// 1.2 % of periods, .9: 1.9 %; among 42 people about 1.0 signal by chance.
func TestChanceSignals(t *testing.T) {
	t.Parallel()
	near(t, "one of two directions", must(ChanceSignals(0.975, 0.75, 1))/2, 0.012, 5e-4)
	near(t, "reliability .9", must(ChanceSignals(0.975, 0.9, 1))/2, 0.019, 5e-4)
	near(t, "42 people", must(ChanceSignals(0.975, 0.75, 42)), 1.0, 0.05)
	near(t, "no reliability", must(ChanceSignals(0.998, 0, 42)), 0, 0)
	near(t, "reliability 1", must(ChanceSignals(0.998, 1, 1000)), 4, 1e-9)
	_, err := ChanceSignals(0.5, 1, 1)
	refused(t, err, "stats.rule")
	_, err = ChanceSignals(0.9, 2, 1)
	refused(t, err, "stats.reliability")
	_, err = ChanceSignals(0.9, 1, -1)
	refused(t, err, "stats.group")
}

func TestBandRefusesWrongInput(t *testing.T) {
	t.Parallel()
	rule := DefaultBandRule()
	_, err := BandOf(Standing{N: 5, Above: 1.1}, rule)
	refused(t, err, "stats.share")
	_, err = BandOf(Standing{N: -1}, rule)
	refused(t, err, "stats.count")
	_, err = BandOf(Standing{Reliability: -1}, rule)
	refused(t, err, "stats.reliability")
	_, err = BandOf(Standing{}, BandRule{MinN: 10, MinReliability: 0.7, Signal: 0.4})
	refused(t, err, "stats.rule")
	_, err = BandOf(Standing{}, BandRule{MinReliability: 0.7, Signal: 0.9})
	refused(t, err, "stats.rule")
	_, err = BandOf(Standing{}, BandRule{MinN: 1, MinReliability: 7, Signal: 0.9})
	refused(t, err, "stats.reliability")
}
