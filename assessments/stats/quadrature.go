package stats

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

const hermitePoints = 15

// hermite are the places and weights of Gauss–Hermite quadrature, with which effects of people are integrated out.
type hermite struct{ xs, ws []float64 }

func newHermite() hermite {
	h := hermite{xs: make([]float64, hermitePoints), ws: make([]float64, hermitePoints)}
	quad.Hermite{}.FixedLocations(h.xs, h.ws, math.Inf(-1), math.Inf(1))
	return h
}

// over is the mean of g over people, u from N(0, sigma²).
func (h hermite) over(sigma float64, g func(u float64) float64) (mean float64) {
	for i, t := range h.xs {
		mean += h.ws[i] * g(math.Sqrt2*sigma*t)
	}
	return mean / math.SqrtPi
}

// integral returns ln ∫ Π expit(b + u)ˣ(1 − expit(b + u))ⁿ⁻ˣ N(u; 0, sigma²) du and gives every node with its weight,
// which are not normed, to each.
func (h hermite) integral(own []Count, b []float64, sigma float64, each func(u, w float64)) float64 {
	mode, width := effectPeak(own, b, sigma)
	precision := 1 / (sigma * sigma)
	height := func(u float64) float64 {
		sum := -u * u * precision / 2
		for i, c := range own {
			if c.N > 0 {
				sum += float64(c.X)*(b[i]+u) - float64(c.N)*softplus(b[i]+u)
			}
		}
		return sum
	}
	top, sum := height(mode), 0.0
	for i, t := range h.xs {
		u := mode + math.Sqrt2*width*t
		w := h.ws[i] * math.Exp(height(u)-top+t*t)
		sum += w
		each(u, w)
	}
	return top + math.Log(sum*math.Sqrt2*width/sigma) - 0.5*math.Log(2*math.Pi)
}

// effectPeak returns mode and width (one over the root of the curvature) of a person's effect.
func effectPeak(own []Count, b []float64, sigma float64) (mode, width float64) {
	precision := 1 / (sigma * sigma)
	n := 0.0
	for _, c := range own {
		n += float64(c.N)
	}
	lo, hi := -n/precision, n/precision // the slope of the likelihood is at most n
	u := 0.0
	for range 100 {
		slope, curve := -u*precision, precision
		for i, c := range own {
			if c.N == 0 {
				continue
			}
			p := expit(b[i] + u)
			slope += float64(c.X) - float64(c.N)*p
			curve += float64(c.N) * p * (1 - p)
		}
		if slope > 0 {
			lo = u
		} else {
			hi = u
		}
		next := u + slope/curve
		if !(next >= lo && next <= hi) {
			next = lo + (hi-lo)/2
		}
		width = 1 / math.Sqrt(curve)
		done := math.Abs(next-u) < 1e-10
		u = next
		if done {
			break
		}
	}
	return u, width
}

// softplus is ln(1 + eˣ) without overflow.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
