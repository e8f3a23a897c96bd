package stats

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
)

const (
	// stratumSD is the standard deviation of the weak normal prior of a stratum's effect about the level of all, on
	// the logit scale: it keeps a stratum in which nobody ever failed from running away.
	// Source: Gelman et al. (2008), Ann. Appl. Stat. 2, 1360–1383, for the scale.
	stratumSD = 2.5
	mixNodes  = 9    // Gauss–Legendre nodes along sigma
	shortest  = 1e-3 // part of one of Newton's steps
)

// CaseMix is the model of a share that depends on what was handled: logit of the share of person i in stratum f is
// Effects[f] + uᵢ, uᵢ from N(0, Sigma²).
//
// It holds everything that Adjust needs. The mix that everybody is standardised to is Weights.
type CaseMix struct {
	Effects      []float64 // by stratum, logits
	Weights      []float64 // the strata's shares in the trials of all people; they add up to 1
	Sigma        float64   // standard deviation between people, logits
	Mean, SD     float64   // of the standardised share over people
	MeanSE       float64   // standard error of Mean from the effects
	K            float64   // number of trials at which own data and the group weigh the same (reliability ½)
	LogL         float64   // with the binomial coefficients left out
	LR2          float64   // 2Δ ln L against "all alike"
	Groups       int       // people with at least one trial
	NoDifference bool      // LR2 below its 5 % point
	nodes        []mixNode
	spread       *mat.SymDense // covariance of Effects at Sigma
	people       []int         // by stratum, those with trials in it
	hermite      hermite
}

// mixNode is one possible Sigma with its effects and its share in the uncertainty; shares add up to 1.
type mixNode struct {
	effects     []float64
	sigma, mean float64
	share       float64
}

// FitCaseMix estimates the model by maximum likelihood with a weak prior on the strata; each person's integral by
// adaptive Gauss–Hermite quadrature with 15 nodes.
//
// people: one count per stratum each, all of one length. At least two people with trials, and both a success and a
// failure among them.
// Fault: Invalid "stats.count", "stats.trials", "stats.few", "stats.alike", "stats.strata".
// Source: Pinheiro & Bates (1995), J. Comput. Graph. Statist. 4, 12–35; Louis (1982), J. R. Statist. Soc. B 44,
// 226–233, for the information.
func FitCaseMix(people [][]Count) (CaseMix, error) { return fitMix(people, stratumSD) }

func fitMix(people [][]Count, priorSD float64) (CaseMix, error) {
	m := CaseMix{hermite: newHermite()}
	data, err := m.sort(people)
	if err != nil {
		return CaseMix{}, err
	}
	fit := mixFit{CaseMix: &m, data: data, centre: logit((float64(data.wins) + 0.5) / (float64(data.trials) + 1))}
	if !math.IsInf(priorSD, 1) {
		fit.pull = 1 / (priorSD * priorSD)
	}
	profile := func(lnSigma float64) float64 { return fit.at(math.Exp(lnSigma)).logL }
	lo, hi := math.Log(minSigma), math.Log(maxSigma)
	best := fit.at(math.Exp(peak(profile, lo, hi, 1e-7)))
	alike := fit.at(minSigma)
	m.Effects, m.Sigma, m.LogL = best.effects, best.sigma, best.logL
	m.LR2 = max(0, 2*(best.logL-alike.logL))
	m.NoDifference = m.LR2 < noDifference
	m.spread = best.spread
	m.Mean, m.SD = m.level(best.effects, best.sigma)
	slope := make([]float64, len(m.Effects))
	within := 0.0
	for f, b := range m.Effects {
		slope[f] = m.Weights[f] * m.hermite.over(best.sigma, func(u float64) float64 {
			p := expit(b + u)
			return p * (1 - p)
		})
		within += slope[f]
	}
	m.K = within / (m.SD * m.SD)
	m.MeanSE = math.Sqrt(quadratic(m.spread, slope))
	m.nodes = fit.nodes(best)
	return m, nil
}

// mixData is the evidence: the people with trials.
type mixData struct {
	people       [][]Count
	wins, trials int
}

// sort checks the evidence and reckons the weights of the strata.
func (m *CaseMix) sort(people [][]Count) (mixData, error) {
	var d mixData
	for _, own := range people {
		if len(own) == 0 || len(own) != len(people[0]) {
			return d, invalid("stats.strata", "n", len(own))
		}
		if m.Weights == nil {
			m.Weights, m.people = make([]float64, len(own)), make([]int, len(own))
		}
		n := 0
		for f, c := range own {
			if c.X < 0 || c.N < c.X {
				return d, invalid("stats.count", "x", c.X, "n", c.N)
			}
			if c.N > maxTrials {
				return d, invalid("stats.trials", "n", c.N, "max", maxTrials)
			}
			n += c.N
			d.wins += c.X
			m.Weights[f] += float64(c.N)
			if c.N > 0 {
				m.people[f]++
			}
		}
		if n > 0 {
			d.people, d.trials = append(d.people, own), d.trials+n
		}
	}
	if m.Groups = len(d.people); m.Groups < 2 {
		return d, invalid("stats.few", "n", m.Groups, "min", 2)
	}
	if d.wins == 0 || d.wins == d.trials {
		return d, invalid("stats.alike", "x", d.wins, "n", d.trials)
	}
	for f := range m.Weights {
		m.Weights[f] /= float64(d.trials)
	}
	return d, nil
}

// mixFit maximises the likelihood for one sigma after the other, each from the effects of the last.
type mixFit struct {
	*CaseMix
	data    mixData
	centre  float64 // level of all, logit
	pull    float64 // precision of the prior of the strata
	effects []float64
}

// mixPoint is the maximum at one sigma.
type mixPoint struct {
	effects     []float64
	sigma, logL float64
	logDet      float64       // of the information of the effects
	spread      *mat.SymDense // its inverse
}

// at finds the best effects for a sigma by Newton's steps, halved while they do not climb.
func (f *mixFit) at(sigma float64) mixPoint {
	k := len(f.Weights)
	if f.effects == nil {
		f.effects = make([]float64, k)
		for i := range f.effects {
			f.effects[i] = f.centre
		}
	}
	b := append([]float64(nil), f.effects...)
	slope, info := make([]float64, k), mat.NewSymDense(k, nil)
	height := f.climb(b, sigma, slope, info)
	var chol mat.Cholesky
	step := mat.NewVecDense(k, nil)
	next := make([]float64, k)
	for range 50 {
		if !chol.Factorize(info) {
			break
		}
		if err := chol.SolveVecTo(step, mat.NewVecDense(k, slope)); err != nil {
			break
		}
		gain := mat.Dot(mat.NewVecDense(k, slope), step) / 2
		last := gain < 1e-12*(1+math.Abs(height)) // less than heights tell apart
		reached, length := math.Inf(-1), 1.0
		for ; length > shortest; length /= 2 {
			for i := range next {
				next[i] = b[i] + length*step.AtVec(i)
			}
			if reached = f.climb(next, sigma, slope, info); reached >= height || last {
				break
			}
		}
		if !(reached >= height || last) { // the rest is the quadrature's error: its slope is not quite the height's
			height = f.climb(b, sigma, slope, info)
			break
		}
		b, next, height = next, b, reached
		if last {
			break
		}
	}
	f.effects = b
	p := mixPoint{effects: b, sigma: sigma, logL: height, spread: mat.NewSymDense(k, nil)}
	if chol.Factorize(info) {
		p.logDet = chol.LogDet()
		_ = chol.InverseTo(p.spread) // ill-conditioned is still the best there is
	}
	return p
}

// climb returns the log likelihood at b with the prior of the strata, its slope and its information.
func (f *mixFit) climb(b []float64, sigma float64, slope []float64, info *mat.SymDense) float64 {
	k := len(b)
	info.Zero()
	total := 0.0
	for i := range slope {
		// A stratum that nobody handled has no information of its own: it stays at the level of all.
		pull := f.pull
		if f.Weights[i] == 0 {
			pull = max(pull, 1)
		}
		gap := b[i] - f.centre
		total -= pull * gap * gap / 2
		slope[i] = -pull * gap
		info.SetSym(i, i, pull)
	}
	score, mean := make([]float64, k), make([]float64, k)
	square := make([]float64, k*k)
	for _, own := range f.data.people {
		clear(mean)
		clear(square)
		sum := 0.0
		ln := f.hermite.integral(own, b, sigma, func(u, w float64) {
			sum += w
			for i, c := range own {
				if c.N == 0 {
					continue
				}
				p := expit(b[i] + u)
				score[i] = float64(c.X) - float64(c.N)*p
				mean[i] += w * score[i]
				square[i*k+i] -= w * float64(c.N) * p * (1 - p)
			}
			for i, c := range own {
				for j := 0; c.N > 0 && j <= i; j++ {
					if own[j].N > 0 {
						square[i*k+j] += w * score[i] * score[j]
					}
				}
			}
		})
		total += ln
		for i, c := range own {
			if c.N == 0 {
				continue
			}
			slope[i] += mean[i] / sum
			for j := 0; j <= i; j++ {
				if own[j].N > 0 {
					info.SetSym(i, j, info.At(i, j)-square[i*k+j]/sum+mean[i]*mean[j]/(sum*sum))
				}
			}
		}
	}
	return total
}

// nodes spreads the uncertainty of sigma: uniform on sigma, the effects integrated out by Laplace's method.
func (f *mixFit) nodes(best mixPoint) []mixNode {
	density := func(sigma float64) float64 {
		p := f.at(sigma)
		return p.logL - p.logDet/2
	}
	from, to := span(density, minSigma, best.sigma, maxSigma, spanDrop)
	ss, sw := make([]float64, mixNodes), make([]float64, mixNodes)
	quad.Legendre{}.FixedLocations(ss, sw, from, to)
	out, logs := make([]mixNode, mixNodes), make([]float64, mixNodes)
	for i, s := range ss {
		p := f.at(s)
		mean, _ := f.level(p.effects, s)
		out[i] = mixNode{effects: p.effects, sigma: s, mean: mean}
		logs[i] = p.logL - p.logDet/2 + math.Log(sw[i])
	}
	top, sum := logs[highest(logs)], 0.0
	for i := range out {
		out[i].share = math.Exp(logs[i] - top)
		sum += out[i].share
	}
	for i := range out {
		out[i].share /= sum
	}
	return out
}

// Typical is the mean share over people in a stratum: what the group makes of it.
func (m *CaseMix) Typical(stratum int) float64 {
	return m.hermite.over(m.Sigma, func(u float64) float64 { return expit(m.Effects[stratum] + u) })
}

// share is the standardised share of somebody with the effect u.
func (m *CaseMix) share(effects []float64, u float64) (p float64) {
	for f, w := range m.Weights {
		if w > 0 {
			p += w * expit(effects[f]+u)
		}
	}
	return p
}

// level is mean and standard deviation of the standardised share over people.
func (m *CaseMix) level(effects []float64, sigma float64) (mean, sd float64) {
	mean = m.hermite.over(sigma, func(u float64) float64 { return m.share(effects, u) })
	variance := m.hermite.over(sigma, func(u float64) float64 { d := m.share(effects, u) - mean; return d * d })
	return mean, math.Sqrt(max(0, variance))
}
