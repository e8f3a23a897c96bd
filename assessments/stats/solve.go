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
		x = min(max(x, lo+tol/2), hi-tol/2) // so that the bracket closes on a root that an end has come to
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

// peak returns the place of the maximum of f in [lo, hi], to 2 tol; f has one maximum there. It goes to the top of the
// parabola through the best three places while that brings it on, else it cuts off a golden section.
// Source: Brent (1973), Algorithms for Minimization without Derivatives, ch. 5.
func peak(f func(float64) float64, lo, hi, tol float64) float64 {
	const cutOff = 0.3819660112501051
	x := lo + cutOff*(hi-lo) // the best place, then the second and the third
	w, v := x, x
	fx := f(x)
	fw, fv := fx, fx
	step, before := 0.0, 0.0
	for mid := lo + (hi-lo)/2; math.Abs(x-mid) > 2*tol-(hi-lo)/2; mid = lo + (hi-lo)/2 {
		p, q := summit(x, w, v, fx, fw, fv)
		if math.Abs(before) > tol && math.Abs(p) < math.Abs(q*before/2) && p > q*(lo-x) && p < q*(hi-x) {
			step, before = p/q, step
			if u := x + step; u-lo < 2*tol || hi-u < 2*tol {
				step = math.Copysign(tol, mid-x)
			}
		} else {
			if before = hi - x; x >= mid {
				before = lo - x
			}
			step = cutOff * before
		}
		u := x + math.Copysign(max(math.Abs(step), tol), step)
		fu := f(u)
		switch {
		case fu >= fx:
			if u >= x {
				lo = x
			} else {
				hi = x
			}
			x, w, v, fx, fw, fv = u, x, w, fu, fx, fw
			continue
		case u < x:
			lo = u
		default:
			hi = u
		}
		if fu >= fw || w == x {
			w, v, fw, fv = u, w, fu, fw
		} else if fu >= fv || v == x || v == w {
			v, fv = u, fu
		}
	}
	return x
}

// summit returns the way from x to the top of the parabola through three places, as a fraction p/q with q ≥ 0.
func summit(x, w, v, fx, fw, fv float64) (p, q float64) {
	r := (x - w) * (fx - fv)
	q = (x - v) * (fx - fw)
	p = (x-v)*q - (x-w)*r
	if q = 2 * (q - r); q > 0 {
		return -p, q
	}
	return p, -q
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
