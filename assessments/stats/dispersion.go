package stats

import (
	"math"
	"slices"
)

// Ratio is one unit's observed and expected number of events (indirect standardisation).
type Ratio struct{ Observed, Expected float64 }

// Dispersion says how much more units differ than chance allows.
type Dispersion struct {
	Phi   float64 // mean of z² over the units kept; 1 under chance alone
	Tau2  float64 // variance between units on the scale of the z-scores (log ratio, or arcsine of the root)
	Units int     // given
	Kept  int     // that entered after trimming
}

// RatioDispersion returns φ and τ² of standardised ratios as England's SHMI does.
//
// z = √E·ln(O/E); the units in the top and bottom share trim of the ranks are dropped; φ = Σz²/N and τ² =
// max(0, (Nφ − (N − 1))/(Σw − Σw²/Σw)) with w = E of the N units kept. Observed 0 counts as ½, since ln 0 has no
// value. Expected > 0, 0 ≤ trim < .5, at least two units kept.
// Fault: Invalid "stats.amount", "stats.trim", "stats.few".
// Source: Spiegelhalter (2005), Qual. Saf. Health Care 14, 347–351; NHS Digital, SHMI methodology.
func RatioDispersion(units []Ratio, trim float64) (Dispersion, error) {
	if err := checkTrim(trim); err != nil {
		return Dispersion{}, err
	}
	z := make([]float64, len(units))
	for i, u := range units {
		if err := checkAmount("observed", u.Observed); err != nil {
			return Dispersion{}, err
		}
		if err := checkPositive("expected", u.Expected); err != nil {
			return Dispersion{}, err
		}
		z[i] = math.Sqrt(u.Expected) * math.Log(max(u.Observed, 0.5)/u.Expected)
	}
	var zs, ws []float64
	for i, keep := range truncated(z, trim) {
		if keep {
			zs, ws = append(zs, z[i]), append(ws, units[i].Expected)
		}
	}
	return dispersionOf(zs, ws, len(units))
}

// ProportionDispersion returns φ and τ² of proportions around the overall one.
//
// Y = arcsin√(x/n), s = 1/(2√n); the z-scores are winsorised at the trim and 1 − trim quantiles (type 7); τ² as for
// ratios with w = 1/s². n ≥ 1, 0 ≤ trim < .5, at least two units.
// Fault: Invalid "stats.count", "stats.trim", "stats.few".
// Source: Spiegelhalter (2005), Statist. Med. 24, 1185–1202, section 4 and appendix.
func ProportionDispersion(units []Count, trim float64) (Dispersion, error) {
	if err := checkTrim(trim); err != nil {
		return Dispersion{}, err
	}
	var x, n float64
	for _, u := range units {
		if err := checkCount(u.X, u.N); err != nil {
			return Dispersion{}, err
		}
		x, n = x+float64(u.X), n+float64(u.N)
	}
	if len(units) < 2 {
		return Dispersion{}, invalid("stats.few", "n", len(units), "min", 2)
	}
	return arcsineDispersion(units, x/n, trim)
}

// arcsineDispersion is ProportionDispersion around a given level.
func arcsineDispersion(units []Count, theta, trim float64) (Dispersion, error) {
	zs, ws := make([]float64, len(units)), make([]float64, len(units))
	centre := arcsine(theta)
	for i, u := range units {
		n := float64(u.N)
		ws[i] = 4 * n
		zs[i] = (arcsine(float64(u.X)/n) - centre) * 2 * math.Sqrt(n)
	}
	return dispersionOf(winsorised(zs, trim), ws, len(units))
}

func checkTrim(trim float64) error {
	if !(trim >= 0 && trim < 0.5) {
		return invalid("stats.trim", "value", trim)
	}
	return nil
}

// dispersionOf takes the z-scores kept and their weights 1/s².
func dispersionOf(zs, ws []float64, units int) (Dispersion, error) {
	if len(zs) < 2 {
		return Dispersion{}, invalid("stats.few", "n", len(zs), "min", 2)
	}
	var squares, sum, sum2 float64
	for i, z := range zs {
		squares += z * z
		sum += ws[i]
		sum2 += ws[i] * ws[i]
	}
	n := float64(len(zs))
	return Dispersion{
		Phi: squares / n, Tau2: max(0, (squares-(n-1))/(sum-sum2/sum)), Units: units, Kept: len(zs),
	}, nil
}

func arcsine(p float64) float64 { return math.Asin(math.Sqrt(p)) }

// truncated tells which values stay: the k = 1/trim classes ⌊rank·k/(N + 1)⌋ without the first and the last; ties
// share their mean rank.
func truncated(zs []float64, trim float64) []bool {
	keep := make([]bool, len(zs))
	if trim == 0 {
		for i := range keep {
			keep[i] = true
		}
		return keep
	}
	sorted := slices.Sorted(slices.Values(zs))
	k := 1 / trim
	for i, z := range zs {
		first, _ := slices.BinarySearch(sorted, z)
		last := first
		for last < len(sorted) && sorted[last] == z {
			last++
		}
		rank := float64(first+1+last) / 2
		class := math.Floor(rank*k/float64(len(zs)+1) + 1e-9)
		keep[i] = class > 0 && class < math.Floor(k+1e-9)-1
	}
	return keep
}

func winsorised(zs []float64, trim float64) []float64 {
	sorted := slices.Sorted(slices.Values(zs))
	lo, hi := quantile7(sorted, trim), quantile7(sorted, 1-trim)
	kept := make([]float64, len(zs))
	for i, z := range zs {
		kept[i] = max(lo, min(hi, z))
	}
	return kept
}
