package stats

import "math"

// tally holds a group of counts as the beta-binomial likelihood needs them: how many people have more than j
// successes, failures and trials. Its length is the largest n, whatever the number of people.
//
// With mean m = α/(α+β) and dispersion d = 1/(α+β) the log likelihood (without the binomial coefficients) is
// Σⱼ won[j]·ln(m + jd) + lost[j]·ln(1 − m + jd) − all[j]·ln(1 + jd). d = 0 is exactly the binomial.
// Source: Griffiths (1973), Biometrics 29, 637–648.
type tally struct {
	won, lost, all []float64
	groups         int
	wins, trials   int
}

// tallyOf checks and sums up; people without a trial say nothing and are left out.
func tallyOf(counts []Count) (tally, error) {
	var t tally
	longest := 0
	for _, c := range counts {
		if c.N == 0 && c.X == 0 {
			continue
		}
		if err := checkCount(c.X, c.N); err != nil {
			return tally{}, err
		}
		if c.N > maxTrials {
			return tally{}, invalid("stats.trials", "n", c.N, "max", maxTrials)
		}
		longest = max(longest, c.N)
	}
	t.won, t.lost, t.all = make([]float64, longest), make([]float64, longest), make([]float64, longest)
	for _, c := range counts {
		if c.N == 0 {
			continue
		}
		t.groups++
		t.wins += c.X
		t.trials += c.N
		mark(t.won, c.X)
		mark(t.lost, c.N-c.X)
		mark(t.all, c.N)
	}
	t.won, t.lost, t.all = moreThan(t.won), moreThan(t.lost), moreThan(t.all)
	return t, nil
}

func mark(at []float64, n int) {
	if n > 0 {
		at[n-1]++
	}
}

// moreThan turns "how many reach exactly j+1" into "how many have more than j" and drops the empty end.
func moreThan(at []float64) []float64 {
	end := 0
	for j := len(at) - 2; j >= 0; j-- {
		at[j] += at[j+1]
	}
	for end < len(at) && at[end] > 0 {
		end++
	}
	return at[:end]
}

// logL is the log likelihood at mean m in (0, 1) and dispersion d ≥ 0.
func (t tally) logL(m, d float64) float64 {
	return sumLog(t.won, m, d) + sumLog(t.lost, 1-m, d) - sumLog(t.all, 1, d)
}

func sumLog(at []float64, from, d float64) (s float64) {
	for j, c := range at {
		s += c * math.Log(from+float64(j)*d)
	}
	return s
}

// slope holds the first and second derivatives of the log likelihood in m and d.
type slope struct{ m, d, mm, md, dd float64 }

func (t tally) slope(m, d float64) slope {
	var s slope
	for j, c := range t.won {
		r, k := 1/(m+float64(j)*d), float64(j)
		s.m += c * r
		s.d += c * k * r
		s.mm -= c * r * r
		s.md -= c * k * r * r
		s.dd -= c * k * k * r * r
	}
	for j, c := range t.lost {
		r, k := 1/(1-m+float64(j)*d), float64(j)
		s.m -= c * r
		s.d += c * k * r
		s.mm -= c * r * r
		s.md += c * k * r * r
		s.dd -= c * k * k * r * r
	}
	for j, c := range t.all {
		k := float64(j)
		r := 1 / (1 + k*d)
		s.d -= c * k * r
		s.dd += c * k * k * r * r
	}
	return s
}

// bestMean returns the m in (0, 1) that maximises logL(m, d) + flat·(ln m + ln(1 − m)), and minus the second
// derivative of that sum with regard to logit m. flat is 1 for a uniform prior on m seen on the logit scale, 0 for
// none; the sum is concave in m, so that Newton's steps within a shrinking bracket always arrive. With flat 0
// there must be both a success and a failure.
func (t tally) bestMean(d, flat float64) (m, curve float64) {
	lo, hi := 0.0, 1.0
	m = (float64(t.wins) + 0.5) / (float64(t.trials) + 1)
	var second float64
	for range 100 {
		g, h := t.meanSlope(m, d)
		g += flat * (1/m - 1/(1-m))
		second = h - flat*(1/(m*m)+1/((1-m)*(1-m)))
		if g > 0 {
			lo = m
		} else {
			hi = m
		}
		next := m - g/second
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		done := math.Abs(next-m) <= 1e-13*min(next, 1-next)
		m = next
		if done {
			break
		}
	}
	v := m * (1 - m)
	return m, -second * v * v
}

// meanSlope is the part of slope that bestMean needs.
func (t tally) meanSlope(m, d float64) (first, second float64) {
	for j, c := range t.won {
		r := 1 / (m + float64(j)*d)
		first += c * r
		second -= c * r * r
	}
	for j, c := range t.lost {
		r := 1 / (1 - m + float64(j)*d)
		first -= c * r
		second -= c * r * r
	}
	return first, second
}
