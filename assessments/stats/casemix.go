package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
)

const (
	// MinCovered is the preset of the least share of a person's trials that must lie in strata which at least two
	// others have too; below it there is nobody to compare with.
	MinCovered = 0.8
	// stratumSD is the standard deviation of the weak normal prior of a stratum's effect about the level of all, on
	// the logit scale: it keeps a stratum in which nobody ever failed from running away.
	// Source: Gelman et al. (2008), Ann. Appl. Stat. 2, 1360–1383, for the scale.
	stratumSD  = 2.5
	mixNodes   = 9   // Gauss–Legendre nodes along sigma
	mixGrid    = 121 // points across a person's effect
	mixReach   = 6.0 // how far the grid goes, in standard deviations
	fewestAlso = 2   // others who must handle a stratum too
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
	xs, ws       []float64
}

// mixNode is one possible Sigma with its effects and its share in the uncertainty; shares add up to 1.
type mixNode struct {
	effects     []float64
	sigma, mean float64
	share       float64
}

// Adjusted is a person's share "had everyone handled the same mix".
//
// Mean is the figure to print and follows from the estimates of the model. SD, the intervals and the probability carry
// their uncertainty too.
type Adjusted struct {
	X, N        int
	Mean, SD    float64  // standardised share
	I80, I95    Interval // credible, equal tails
	Reliability float64  // n/(n+K)
	AboveMean   float64  // probability of lying above the level of the group
	group       CaseMix
}

// Covered is the share of own's trials in strata which at least two of the others have too; 1 without trials.
func Covered(own []Count, others [][]Count) float64 {
	n, covered := 0, 0
	for f, c := range own {
		n += c.N
		also := 0
		for _, o := range others {
			if o[f].N > 0 {
				also++
			}
		}
		if also >= fewestAlso {
			covered += c.N
		}
	}
	if n == 0 {
		return 1
	}
	return float64(covered) / float64(n)
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
	m := CaseMix{xs: make([]float64, hermitePoints), ws: make([]float64, hermitePoints)}
	quad.Hermite{}.FixedLocations(m.xs, m.ws, math.Inf(-1), math.Inf(1))
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
		slope[f] = m.Weights[f] * m.over(best.sigma, func(u float64) float64 { p := expit(b + u); return p * (1 - p) })
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
			m.Weights = make([]float64, len(own))
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
	for range 50 {
		if !chol.Factorize(info) {
			break
		}
		if err := chol.SolveVecTo(step, mat.NewVecDense(k, slope)); err != nil {
			break
		}
		next, reached, length := make([]float64, k), math.Inf(-1), 1.0
		for ; length > 1e-6; length /= 2 {
			for i := range next {
				next[i] = b[i] + length*step.AtVec(i)
			}
			if reached = f.climb(next, sigma, slope, info); reached >= height-1e-12 {
				break
			}
		}
		moved := length * mat.Norm(step, math.Inf(1))
		b, height = next, reached
		if moved < 1e-9 {
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
		ln := f.integral(own, b, sigma, func(u, w float64) {
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

// integral returns ln ∫ Π expit(b + u)ˣ(1 − expit(b + u))ⁿ⁻ˣ N(u; 0, sigma²) du and gives every node with its weight,
// which are not normed, to each.
func (m *CaseMix) integral(own []Count, b []float64, sigma float64, each func(u, w float64)) float64 {
	mode, width := effectPeak(own, b, sigma)
	precision := 1 / (sigma * sigma)
	height := func(u float64) float64 {
		h := -u * u * precision / 2
		for i, c := range own {
			if c.N > 0 {
				h += float64(c.X)*(b[i]+u) - float64(c.N)*softplus(b[i]+u)
			}
		}
		return h
	}
	top, sum := height(mode), 0.0
	for i, t := range m.xs {
		u := mode + math.Sqrt2*width*t
		w := m.ws[i] * math.Exp(height(u)-top+t*t)
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

// over is the mean of g over people, u from N(0, sigma²).
func (m *CaseMix) over(sigma float64, g func(u float64) float64) (mean float64) {
	for i, t := range m.xs {
		mean += m.ws[i] * g(math.Sqrt2*sigma*t)
	}
	return mean / math.SqrtPi
}

// Typical is the mean share over people in a stratum: what the group makes of it.
func (m *CaseMix) Typical(stratum int) float64 {
	return m.over(m.Sigma, func(u float64) float64 { return expit(m.Effects[stratum] + u) })
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
	mean = m.over(sigma, func(u float64) float64 { return m.share(effects, u) })
	variance := m.over(sigma, func(u float64) float64 { d := m.share(effects, u) - mean; return d * d })
	return mean, math.Sqrt(max(0, variance))
}

// Adjust returns a person's standardised share: the average over the mix of all people of what is predicted with
// this person's effect.
//
// own: as many strata as the model, at least one trial. Fault: Invalid "stats.strata", "stats.count"; "stats.prior"
// for a model that FitCaseMix has not made.
// Source: Lane & Nelder (1982), Biometrics 38, 613–621, for the standardisation.
func (m CaseMix) Adjust(own []Count) (Adjusted, error) {
	if len(m.nodes) == 0 {
		return Adjusted{}, invalid("stats.prior", "alpha", m.Sigma, "beta", 0)
	}
	if len(own) != len(m.Weights) {
		return Adjusted{}, invalid("stats.strata", "n", len(own))
	}
	a := Adjusted{group: m}
	for _, c := range own {
		if c.X < 0 || c.N < c.X {
			return Adjusted{}, invalid("stats.count", "x", c.X, "n", c.N)
		}
		a.X, a.N = a.X+c.X, a.N+c.N
	}
	if a.N == 0 {
		return Adjusted{}, invalid("stats.count", "x", 0, "n", 0)
	}
	mean, slope := m.local(own)
	d := m.draw(own)
	a.Mean, a.AboveMean = mean, d.above
	a.Reliability = float64(a.N) / (float64(a.N) + m.K)
	wider := math.Sqrt(1 + quadratic(m.spread, slope)/(d.sd*d.sd))
	// The spread is taken about Mean, as Mean is what is printed.
	a.SD = math.Hypot(d.sd*wider, d.mean-a.Mean)
	a.I80 = d.interval(0.80, wider).hold(a.Mean)
	a.I95 = d.interval(0.95, wider).hold(a.I80.Lo).hold(a.I80.Hi)
	return a, nil
}

// local is, at the estimates, the mean of a person's standardised share and how it moves with the effects of the
// strata.
func (m *CaseMix) local(own []Count) (mean float64, slope []float64) {
	k := len(own)
	slope = make([]float64, k)
	sum := 0.0
	direct, score, cross := make([]float64, k), make([]float64, k), make([]float64, k)
	m.integral(own, m.Effects, m.Sigma, func(u, w float64) {
		p := m.share(m.Effects, u)
		sum += w
		mean += w * p
		for f, c := range own {
			q := expit(m.Effects[f] + u)
			s := float64(c.X) - float64(c.N)*q
			direct[f] += w * m.Weights[f] * q * (1 - q)
			score[f] += w * s
			cross[f] += w * s * p
		}
	})
	mean /= sum
	for f := range slope {
		slope[f] = direct[f]/sum + cross[f]/sum - mean*score[f]/sum
	}
	return mean, slope
}

// drawn is the posterior of a standardised share as weighted points, in rising order of the share.
type drawn struct {
	at, weight      []float64
	mean, sd, above float64
}

// draw lays a grid over the person's effect at every node of sigma.
func (m *CaseMix) draw(own []Count) drawn {
	type point struct{ at, weight float64 }
	var all []point
	var d drawn
	for _, node := range m.nodes {
		mode, width := effectPeak(own, node.effects, node.sigma)
		logs, total := make([]float64, mixGrid), 0.0
		us := make([]float64, mixGrid)
		for i := range us {
			us[i] = mode + width*mixReach*(2*float64(i)/(mixGrid-1)-1)
			logs[i] = -us[i] * us[i] / (2 * node.sigma * node.sigma)
			for f, c := range own {
				if c.N > 0 {
					eta := node.effects[f] + us[i]
					logs[i] += float64(c.X)*eta - float64(c.N)*softplus(eta)
				}
			}
		}
		top := logs[highest(logs)]
		for i := range logs {
			logs[i] = math.Exp(logs[i] - top)
			total += logs[i]
		}
		for i, u := range us {
			p, w := m.share(node.effects, u), node.share*logs[i]/total
			all = append(all, point{p, w})
			d.mean += w * p
			switch { // the cell of the grid that holds the level counts by half
			case i > 0 && i+1 < mixGrid && m.share(node.effects, (us[i]+us[i-1])/2) < node.mean &&
				m.share(node.effects, (us[i]+us[i+1])/2) > node.mean:
				d.above += w / 2
			case p > node.mean:
				d.above += w
			}
		}
	}
	slices.SortFunc(all, func(a, b point) int { return cmp.Compare(a.at, b.at) })
	for _, p := range all {
		d.at, d.weight = append(d.at, p.at), append(d.weight, p.weight)
		d.sd += p.weight * (p.at - d.mean) * (p.at - d.mean)
	}
	d.sd, d.above = math.Sqrt(d.sd), min(1, d.above)
	return d
}

// interval has equal tails and holds the share level; wider stretches it about the mean.
func (d drawn) interval(level, wider float64) Interval {
	tail := (1 - level) / 2
	stretch := func(p float64) float64 { return max(0, min(1, d.mean+wider*(p-d.mean))) }
	return Interval{Lo: stretch(d.quantile(tail)), Hi: stretch(d.quantile(1 - tail))}
}

// quantile interpolates between the middles of the points' weights.
func (d drawn) quantile(p float64) float64 {
	before := 0.0
	for i, w := range d.weight {
		middle := before + w/2
		if middle >= p {
			if i == 0 {
				return d.at[0]
			}
			last := before - d.weight[i-1]/2
			return d.at[i-1] + (d.at[i]-d.at[i-1])*(p-last)/(middle-last)
		}
		before += w
	}
	return d.at[len(d.at)-1]
}

// Source returns a standardised share as evidence, in points of 100.
func (a Adjusted) Source(weight float64, minN int) Source {
	return Source{
		Score: 100 * a.Mean, SE: 100 * a.SD, Reliability: a.Reliability, N: a.N, MinN: minN, Weight: weight,
		GroupMean: 100 * a.group.Mean, GroupSE: 100 * a.group.MeanSE, Shrunken: true,
		GroupAlike: a.group.NoDifference,
	}
}

// quadratic is xᵀSx, not below 0.
func quadratic(s *mat.SymDense, x []float64) float64 {
	v := mat.NewVecDense(len(x), x)
	return max(0, mat.Inner(v, s, v))
}
