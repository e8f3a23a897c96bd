package stats

import "math"

// FunnelRule holds what a locality may set about funnel plots.
type FunnelRule struct {
	MinUnits int     // fewer units than this: plain limits, over-dispersion is not estimated
	MinN     int     // a unit with fewer trials is not placed and does not enter φ and τ²
	Trim     float64 // share winsorised at each end, 0 ≤ Trim < .5
}

// DefaultFunnelRule returns the presets: 10 units, 10 trials, 10 %.
func DefaultFunnelRule() FunnelRule { return FunnelRule{MinUnits: 10, MinN: 10, Trim: 0.1} }

func (r FunnelRule) check() error {
	if r.MinUnits < 2 {
		return invalid("stats.rule", "name", "MinUnits", "value", r.MinUnits)
	}
	if r.MinN < 1 {
		return invalid("stats.rule", "name", "MinN", "value", r.MinN)
	}
	return checkTrim(r.Trim)
}

// Funnel is a funnel plot of proportions: its level and which limits hold.
type Funnel struct {
	Theta     float64 // Σx/Σn over all units
	Phi, Tau2 float64 // 0 where Plain
	Units     int     // with at least MinN trials: those that are drawn
	Small     int     // with fewer, to be named in words
	MinN      int
	// Plain: too few units to estimate over-dispersion. The report says so, and the limits are exact binomial.
	Plain bool
}

// FunnelOf returns the funnel of the units; those without a trial are left out.
//
// Fault: Invalid "stats.count", "stats.rule", "stats.trim"; "stats.empty" without a trial at all.
func FunnelOf(units []Count, r FunnelRule) (Funnel, error) {
	if err := r.check(); err != nil {
		return Funnel{}, err
	}
	f := Funnel{MinN: r.MinN}
	var x, n float64
	var drawn []Count
	for _, u := range units {
		if u == (Count{}) {
			continue
		}
		if err := checkCount(u.X, u.N); err != nil {
			return Funnel{}, err
		}
		x, n = x+float64(u.X), n+float64(u.N)
		if u.N < r.MinN {
			f.Small++
			continue
		}
		drawn = append(drawn, u)
	}
	if n == 0 {
		return Funnel{}, invalid("stats.empty")
	}
	f.Theta, f.Units = x/n, len(drawn)
	if f.Units < r.MinUnits {
		f.Plain = true
		return f, nil
	}
	d, err := arcsineDispersion(drawn, f.Theta, r.Trim)
	f.Phi, f.Tau2 = d.Phi, d.Tau2
	return f, err
}

// Limits returns the control limits at n trials (n ≥ 1, whole or not): over-dispersed where there is over-dispersion,
// else exact binomial, straight between whole n.
//
// z is Z95 or Z998. Fault: Invalid "stats.count", "stats.z", "stats.share".
func (f Funnel) Limits(n, z float64) (Interval, error) {
	if err := checkLimits(f.Theta, n, z); err != nil {
		return Interval{}, err
	}
	if !f.Plain && f.Tau2 > 0 {
		return proportionLimits(f.Theta, n, f.Tau2, z), nil
	}
	whole, part := math.Modf(n)
	low := binomialLimits(f.Theta, int(whole), z)
	if part == 0 {
		return low, nil
	}
	high := binomialLimits(f.Theta, int(whole)+1, z)
	return Interval{Lo: low.Lo + part*(high.Lo-low.Lo), Hi: low.Hi + part*(high.Hi-low.Hi)}, nil
}

// Place says where a point lies relative to its control limits.
type Place uint8

// The places. Beyond the 99.8 % limits is a signal to check; between the two, keep watching.
const (
	NotPlaced Place = iota // too few trials, or no limits
	Inside                 // within the 95 % limits
	Low95                  // below the 95 % limit, within the 99.8 %
	High95                 // above the 95 % limit, within the 99.8 %
	Low998                 // below the 99.8 % limit
	High998                // above the 99.8 % limit
)

// String returns the place's key.
func (p Place) String() string {
	return [...]string{"not_placed", "inside", "low_95", "high_95", "low_998", "high_998"}[min(p, High998)]
}

// IsOutside95 reports whether the point lies outside the 95 % limits (the 99.8 % ones included).
func (p Place) IsOutside95() bool { return p >= Low95 }

// IsSignal reports whether the point lies outside the 99.8 % limits.
func (p Place) IsSignal() bool { return p == Low998 || p == High998 }

// Place returns where a unit lies. Fault: Invalid "stats.count"; a unit under MinN is NotPlaced.
func (f Funnel) Place(c Count) (Place, error) {
	if c.N < 0 || c.X < 0 || c.X > c.N {
		return NotPlaced, invalid("stats.count", "x", c.X, "n", c.N)
	}
	if c.N < max(1, f.MinN) {
		return NotPlaced, nil
	}
	near, err := f.Limits(float64(c.N), Z95)
	if err != nil {
		return NotPlaced, err
	}
	far, err := f.Limits(float64(c.N), Z998)
	if err != nil {
		return NotPlaced, err
	}
	return place(float64(c.X)/float64(c.N), near, far), nil
}

func place(p float64, near, far Interval) Place {
	switch {
	case p < far.Lo:
		return Low998
	case p > far.Hi:
		return High998
	case p < near.Lo:
		return Low95
	case p > near.Hi:
		return High95
	}
	return Inside
}

// ChanceOutside returns how many of the units are expected outside the limits ±z by chance alone: units·2(1 − Φ(z)).
//
// Fault: Invalid "stats.group" for a negative number, "stats.z".
func ChanceOutside(units int, z float64) (float64, error) {
	if units < 0 {
		return 0, invalid("stats.group", "min", units)
	}
	if err := checkZ(z); err != nil {
		return 0, err
	}
	return float64(units) * 2 * phi(-z), nil
}
