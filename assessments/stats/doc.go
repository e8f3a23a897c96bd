// Package stats is the arithmetic behind every figure that a person or a unit is judged by.
//
// It is a pure room: numbers in, numbers out, no clock, no database, no words for people. Every estimate comes with
// an interval, every refusal is an Invalid fault "stats.…", and no function returns NaN or an infinity. Where chance
// is used (weight sensitivity) it comes from a seed, so that an appeal can repeat it.
//
//	file              what is in it
//	check.go          refusals of wrong input
//	quantile.go       normal quantiles and levels, median, type 7 quantiles
//	solve.go          roots and maxima of one variable
//	proportion.go     Wilson and exact intervals, bounds for missing answers
//	betabinom.go      beta-binomial prior of a group: maximum likelihood, test of differences, weak prior
//	tally.go          the beta-binomial likelihood and its derivatives
//	nodes.go          the uncertainty of the prior as weighted nodes
//	posterior.go      a person's posterior under a beta-binomial prior
//	normal.go         normal prior of a group (REML, DerSimonian–Laird) and a person's posterior
//	normalnodes.go    its likelihood and the uncertainty of its variance
//	quadrature.go     Gauss–Hermite quadrature over people's effects
//	casemix.go        logit-normal prior with strata
//	casemix_adjust.go a person's share standardised to the mix of all
//	logitnormal.go    logit-normal prior by adaptive Gauss–Hermite quadrature, the check on the beta-binomial
//	reliability.go    reliability, minimum numbers, Kelley shrinkage
//	dispersion.go     over-dispersion of standardised ratios (SHMI) and of proportions
//	limits.go         control limits: Poisson, binomial with interpolation, over-dispersed
//	funnel.go         a funnel plot: which limits hold and where a unit lies
//	trend.go          a run against its own base period, EWMA
//	rank.go           expected ranks, rankability
//	band.go           bands instead of ranks, expected chance signals
//	competency.go     composition of a competency from its sources
//	sensitivity.go    how far a band depends on the weights
//
// Numbers that a locality may set are parameters; the Default… functions hold the presets.
package stats
