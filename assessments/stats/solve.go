package stats

import "math"

// root returns x in [lo, hi] where f crosses zero, given that f(lo) and f(hi) have opposite signs or one is zero;
// otherwise the end with the smaller |f|.
//
// Regula falsi with the Illinois halving, and a bisection every third step so that the bracket always shrinks.
func root(f func(float64) float64, lo, hi, tol float64) float64 {
	flo, fhi := f(lo), f(hi)
	if flo*fhi >= 0 {
		if math.Abs(flo) <= math.Abs(fhi) {
			return lo
		}
		return hi
	}
	side := 0
	for i := 0; i < 200 && hi-lo > tol; i++ {
		x := lo + (hi-lo)*flo/(flo-fhi)
		if i%3 == 2 || !(x > lo && x < hi) {
			x = lo + (hi-lo)/2
		}
		fx := f(x)
		switch {
		case fx == 0:
			return x
		case (fx > 0) == (flo > 0):
			lo, flo = x, fx
			if side == -1 {
				fhi /= 2
			}
			side = -1
		default:
			hi, fhi = x, fx
			if side == 1 {
				flo /= 2
			}
			side = 1
		}
	}
	return lo + (hi-lo)/2
}

// peak returns the place of the maximum of f in [lo, hi] by golden section; f has one maximum there.
func peak(f func(float64) float64, lo, hi, tol float64) float64 {
	const g = 0.6180339887498949
	a, b := hi-g*(hi-lo), lo+g*(hi-lo)
	fa, fb := f(a), f(b)
	for hi-lo > tol {
		if fa >= fb {
			hi, b, fb = b, a, fa
			a = hi - g*(hi-lo)
			fa = f(a)
		} else {
			lo, a, fa = a, b, fb
			b = lo + g*(hi-lo)
			fb = f(b)
		}
	}
	return lo + (hi-lo)/2
}

// highest returns the index of the largest value; the first of equals.
func highest(xs []float64) int {
	best := 0
	for i, x := range xs {
		if x > xs[best] {
			best = i
		}
	}
	return best
}

// span returns the part of [lo, hi] around the place top where f is above f(top) − drop; f falls off on both sides.
func span(f func(float64) float64, lo, top, hi, drop float64) (from, to float64) {
	limit := f(top) - drop
	above := func(x float64) float64 { return f(x) - limit }
	from, to = lo, hi
	if above(lo) < 0 {
		from = root(above, lo, top, 1e-3*(top-lo))
	}
	if above(hi) < 0 {
		to = root(above, top, hi, 1e-3*(hi-top))
	}
	return from, to
}
