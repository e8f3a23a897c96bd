package stats

import "math"

// LogitNormal says how a share differs between people: logit of the share is N(Mu, Sigma²).
//
// It is the check on the beta-binomial: where the two disagree visibly, the shape of the prior matters.
type LogitNormal struct {
	Mu, Sigma    float64
	LogL         float64 // with the binomial coefficients left out
	Groups       int     // people with at least one trial
	NoDifference bool    // Sigma ran to its lower end .001
	hermite      hermite
}

const (
	minSigma = 1e-3
	maxSigma = 10
)

// FitLogitNormal estimates the prior by maximum likelihood; each person's integral by adaptive Gauss–Hermite
// quadrature with 15 nodes.
//
// Counts as in FitBetaBinomial, at least two people, and both a success and a failure among them.
// Fault: Invalid "stats.count", "stats.trials", "stats.few", "stats.alike".
// Source: Pinheiro & Bates (1995), J. Comput. Graph. Statist. 4, 12–35.
func FitLogitNormal(groups []Count) (LogitNormal, error) {
	t, err := tallyOf(groups)
	if err != nil {
		return LogitNormal{}, err
	}
	if t.groups < 2 {
		return LogitNormal{}, invalid("stats.few", "n", t.groups, "min", 2)
	}
	if t.wins == 0 || t.wins == t.trials {
		return LogitNormal{}, invalid("stats.alike", "x", t.wins, "n", t.trials)
	}
	times := map[Count]int{}
	var distinct []Count // in the order of the data: sums must not depend on a map's order
	for _, c := range groups {
		if c.N == 0 {
			continue
		}
		if times[c] == 0 {
			distinct = append(distinct, c)
		}
		times[c]++
	}
	f := LogitNormal{Groups: t.groups, hermite: newHermite()}
	logL := func(mu, sigma float64) (l float64) {
		for _, c := range distinct {
			g, _, _ := f.integral(c, mu, sigma)
			l += float64(times[c]) * g
		}
		return l
	}
	centre := logit((float64(t.wins) + 0.5) / (float64(t.trials) + 1))
	bestMu := func(lnSigma float64) float64 {
		sigma := math.Exp(lnSigma)
		return peak(func(mu float64) float64 { return logL(mu, sigma) }, centre-3*sigma-1, centre+3*sigma+1, 1e-6)
	}
	lnSigma := peak(func(s float64) float64 { return logL(bestMu(s), math.Exp(s)) },
		math.Log(minSigma), math.Log(maxSigma), 1e-5)
	f.Mu, f.Sigma = bestMu(lnSigma), math.Exp(lnSigma)
	f.LogL = logL(f.Mu, f.Sigma)
	f.NoDifference = f.Sigma < 2*minSigma
	return f, nil
}

// Posterior returns mean and standard deviation of a person's share after x of n, as if Mu and Sigma were known.
//
// 0 ≤ x ≤ n, n ≥ 1. Fault: Invalid "stats.count"; "stats.prior" for a prior that FitLogitNormal has not made.
func (f LogitNormal) Posterior(x, n int) (mean, sd float64, err error) {
	if err := checkCount(x, n); err != nil {
		return 0, 0, err
	}
	if len(f.hermite.xs) == 0 || !(f.Sigma > 0) {
		return 0, 0, invalid("stats.prior", "alpha", f.Mu, "beta", f.Sigma)
	}
	_, mean, square := f.integral(Count{X: x, N: n}, f.Mu, f.Sigma)
	return mean, math.Sqrt(max(0, square-mean*mean)), nil
}

// integral returns ln ∫ expit(η)ˣ(1 − expit(η))ⁿ⁻ˣ N(η; mu, sigma²) dη and the posterior mean of the share and of
// its square.
func (f LogitNormal) integral(c Count, mu, sigma float64) (logL, mean, square float64) {
	sum := 0.0
	logL = f.hermite.integral([]Count{c}, []float64{mu}, sigma, func(u, w float64) {
		q := expit(mu + u)
		sum += w
		mean += w * q
		square += w * q * q
	})
	return logL, mean / sum, square / sum
}
