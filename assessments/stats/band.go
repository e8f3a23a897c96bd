package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Band is what may be said of a figure in comparison, instead of a rank. Each band has one sentence in the reports.
type Band uint8

// The bands. The first six are in the order in which BandOf asks.
const (
	Insufficient   Band = iota + 1 // a competency with too little weight or a source under its minimum: no estimate
	CountsOnly                     // too few ratings: counts and comments only
	SmallGroup                     // too few people to compare with: the prior is fixed, not estimated
	GroupAlike                     // the people of the group do not differ beyond chance
	NoOverlap                      // too few of the items are of a kind that others have too: no comparison
	OwnImprovement                 // reliability too low: interval, no comparison
	NoDifference                   // no visible difference
	Above                          // clearly above: a signal to check
	Below                          // clearly below: a signal to check
)

// String returns the band's key.
func (b Band) String() string {
	switch b {
	case Insufficient:
		return "insufficient"
	case CountsOnly:
		return "counts_only"
	case SmallGroup:
		return "small_group"
	case GroupAlike:
		return "group_alike"
	case NoOverlap:
		return "no_overlap"
	case OwnImprovement:
		return "own_improvement"
	case NoDifference:
		return "no_difference"
	case Above:
		return "above"
	case Below:
		return "below"
	}
	return "none"
}

// IsSignal reports whether the band asks for a check.
func (b Band) IsSignal() bool { return b == Above || b == Below }

// IsCompared reports whether the band rests on a comparison with the group.
func (b Band) IsCompared() bool { return b == NoDifference || b.IsSignal() }

// BandRule holds the thresholds of the bands.
type BandRule struct {
	MinN           int     // fewer items than this: counts only
	MinReliability float64 // below: own improvement only
	Signal         float64 // posterior probability beyond which a difference is called clear; in (.5, 1)
}

// DefaultBandRule returns the presets: 10 items, reliability .7, probability .998.
func DefaultBandRule() BandRule { return BandRule{MinN: 10, MinReliability: 0.7, Signal: 0.998} }

func (r BandRule) check() error {
	if r.MinN < 1 {
		return invalid("stats.rule", "name", "MinN", "value", r.MinN)
	}
	if err := checkReliability(r.MinReliability); err != nil {
		return err
	}
	if !(r.Signal > 0.5 && r.Signal < 1) {
		return invalid("stats.rule", "name", "Signal", "value", r.Signal)
	}
	return nil
}

// Standing is what is known of a figure when its band is sought.
type Standing struct {
	N            int     // items it rests on
	Reliability  float64 // 0–1
	Above        float64 // posterior probability of lying above the group's level, 0–1
	Insufficient bool    // from a competency
	SmallGroup   bool    // the prior is weak
	GroupAlike   bool    // no differences beyond chance in the group
	NoOverlap    bool    // too few of the items are of a kind that others have too
}

// BandOf returns the band of a figure. The order is that of what would mislead most: no estimate, no rate, no
// comparison, then the comparison itself; both directions have the same threshold.
//
// Fault: Invalid "stats.rule" for a rule out of range; "stats.reliability", "stats.share" or "stats.count" for a
// standing out of range.
func BandOf(s Standing, r BandRule) (Band, error) {
	if err := r.check(); err != nil {
		return 0, err
	}
	if err := checkReliability(s.Reliability); err != nil {
		return 0, err
	}
	if !(s.Above >= 0 && s.Above <= 1) {
		return 0, invalid("stats.share", "name", "above", "value", s.Above)
	}
	if s.N < 0 {
		return 0, invalid("stats.count", "x", 0, "n", s.N)
	}
	switch {
	case s.Insufficient:
		return Insufficient, nil
	case s.N < r.MinN:
		return CountsOnly, nil
	case s.SmallGroup:
		return SmallGroup, nil
	case s.GroupAlike:
		return GroupAlike, nil
	case s.NoOverlap:
		return NoOverlap, nil
	case s.Reliability < r.MinReliability:
		return OwnImprovement, nil
	case s.Above > r.Signal:
		return Above, nil
	case 1-s.Above > r.Signal:
		return Below, nil
	}
	return NoDifference, nil
}

// ChanceSignals returns how many people of a group would be called clearly above or below by chance alone, if all
// of them were truly average: 2·(1 − Φ(z/√reliability))·group with Φ(z) = signal.
//
// signal in (.5, 1), reliability in [0, 1] (0 gives 0), group ≥ 0. Printed in the method note of every report.
// Fault: Invalid "stats.rule", "stats.reliability", "stats.group".
func ChanceSignals(signal, reliability float64, group int) (float64, error) {
	if !(signal > 0.5 && signal < 1) {
		return 0, invalid("stats.rule", "name", "Signal", "value", signal)
	}
	if err := checkReliability(reliability); err != nil {
		return 0, err
	}
	if group < 0 {
		return 0, invalid("stats.group", "min", group)
	}
	if reliability == 0 {
		return 0, nil
	}
	z := mathext.NormalQuantile(signal)
	return 2 * phi(-z/math.Sqrt(reliability)) * float64(group), nil
}
