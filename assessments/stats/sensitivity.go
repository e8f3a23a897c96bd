package stats

import "math/rand/v2"

// Draws says which random weight sets are tried. The same draws give the same answer, so that it can be repeated.
type Draws struct {
	Seed   uint64
	Sets   int     // how many; 1–100,000
	Spread float64 // each weight is multiplied by a factor even in 1 ± Spread; in [0, 1)
}

// DefaultDraws returns the presets: 1,000 sets, ±30 %.
func DefaultDraws(seed uint64) Draws { return Draws{Seed: seed, Sets: 1000, Spread: 0.3} }

// drawsStream keeps these draws apart from others made with the same seed.
const drawsStream = 0x77656967687473 // "weights"

// Sensitivity returns the share of random weight sets, 0–1, in which the competency has the band that it has with the
// policy weights. The weight that belongs to no given source is drawn as one more.
//
// Fault: as Compose and BandOf; Invalid "stats.rule" for draws out of range.
func Sensitivity(sources []Source, cr ComposeRule, br BandRule, d Draws) (float64, error) {
	if d.Sets < 1 || d.Sets > 100_000 {
		return 0, invalid("stats.rule", "name", "Sets", "value", d.Sets)
	}
	if !(d.Spread >= 0 && d.Spread < 1) {
		return 0, invalid("stats.rule", "name", "Spread", "value", d.Spread)
	}
	c, err := Compose(sources, cr)
	if err != nil {
		return 0, err
	}
	band, err := c.Band(br)
	if err != nil {
		return 0, err
	}
	rest := cr.TotalWeight
	for _, s := range sources {
		rest -= s.Weight
	}
	rest = max(0, rest)
	chance := rand.New(rand.NewPCG(d.Seed, drawsStream))
	factor := func() float64 { return 1 - d.Spread + 2*d.Spread*chance.Float64() }
	drawn, same := make([]Source, len(sources)), 0
	for range d.Sets {
		copy(drawn, sources)
		rule := cr
		rule.TotalWeight = rest * factor()
		for i := range drawn {
			drawn[i].Weight *= factor()
			rule.TotalWeight += drawn[i].Weight
		}
		got, err := compose(drawn, rule).Band(br)
		if err != nil {
			return 0, err
		}
		if got == band {
			same++
		}
	}
	return float64(same) / float64(d.Sets), nil
}
