package stats

// TrendRule holds what a locality may set about trends.
type TrendRule struct {
	MinN   int     // a step with fewer trials has no limits and is not joined; so has a base with fewer
	Lambda float64 // weight of the newest step in the moving average, in (0, 1]
}

// DefaultTrendRule returns the presets: 10 trials, λ = .2.
func DefaultTrendRule() TrendRule { return TrendRule{MinN: 10, Lambda: 0.2} }

// Step is one month or quarter of a trend.
type Step struct {
	X, N          int
	Rate          float64  // x/n; 0 where N = 0
	Lim95, Lim998 Interval // for this n around the base; zero where NotPlaced
	EWMA          float64  // exponentially weighted moving average up to here
	Place         Place    // NotPlaced where N is under the minimum or there is no base
}

// Trend is a run of steps against the own past level.
type Trend struct {
	Base      float64 // share in the base period
	HasLimits bool    // the base period has enough trials
	Steps     []Step
}

// TrendOf compares each step with the own base period by exact binomial limits (p-chart).
//
// The limits take the base as known, as control charts do. A base of only successes or only failures would leave no
// room at all, so that it counts as (x + ½)/(n + 1). EWMAₜ = λ·pₜ + (1 − λ)·EWMAₜ₋₁ from the base (without one, from
// the first step that has enough trials); a step under the minimum leaves it as it is.
// Fault: Invalid "stats.count", "stats.rule".
// Source: Montgomery (2013), Introduction to Statistical Quality Control, 7th ed., sections 7.3 and 9.2.
func TrendOf(base Count, steps []Count, r TrendRule) (Trend, error) {
	if r.MinN < 1 {
		return Trend{}, invalid("stats.rule", "name", "MinN", "value", r.MinN)
	}
	if !(r.Lambda > 0 && r.Lambda <= 1) {
		return Trend{}, invalid("stats.rule", "name", "Lambda", "value", r.Lambda)
	}
	if base.N < 0 || base.X < 0 || base.X > base.N {
		return Trend{}, invalid("stats.count", "x", base.X, "n", base.N)
	}
	t := Trend{HasLimits: base.N >= r.MinN, Steps: make([]Step, len(steps))}
	if base.N > 0 {
		t.Base = float64(base.X) / float64(base.N)
	}
	centre := t.Base
	if base.X == 0 || base.X == base.N {
		centre = (float64(base.X) + 0.5) / (float64(base.N) + 1)
	}
	average, started := t.Base, t.HasLimits
	for i, c := range steps {
		if c.N < 0 || c.X < 0 || c.X > c.N {
			return Trend{}, invalid("stats.count", "x", c.X, "n", c.N)
		}
		s := Step{X: c.X, N: c.N}
		if c.N > 0 {
			s.Rate = float64(c.X) / float64(c.N)
		}
		if c.N >= r.MinN {
			if !started {
				average, started = s.Rate, true
			}
			average += r.Lambda * (s.Rate - average)
			if t.HasLimits {
				s.Lim95, s.Lim998 = binomialLimits(centre, c.N, Z95), binomialLimits(centre, c.N, Z998)
				s.Place = place(s.Rate, s.Lim95, s.Lim998)
			}
		}
		s.EWMA = average
		t.Steps[i] = s
	}
	return t, nil
}
