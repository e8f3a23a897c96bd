package report

import (
	"math"
	"slices"

	"shanzhi/assessments"
	"shanzhi/assessments/stats"
)

// funnels are the comparisons that have something to compare with. The own point is the unit's figure as it is printed:
// after a correction the sealed comparison still holds the former one, while everybody else's stays as it was sealed.
func funnels(d assessments.UnitDossier) []assessments.Funnel {
	var out []assessments.Funnel
	for _, f := range d.Funnels {
		if f = renewed(f, ownCount(d, f.Figure)); hasPeers(f) {
			out = append(out, f)
		}
	}
	return out
}

// moved says that a correction has moved the own point of a figure that is drawn.
func moved(d assessments.UnitDossier) bool {
	return slices.ContainsFunc(d.Funnels, func(f assessments.Funnel) bool {
		own, ok := ownPoint(f)
		return ok && !sameCount(own, ownCount(d, f.Figure))
	})
}

// ownCount is the unit's figure outside the comparison.
func ownCount(d assessments.UnitDossier, figure string) stats.Count {
	if figure == "solved" {
		return stats.Count{X: d.Cases.Solved, N: d.Cases.Asked}
	}
	return stats.Count{X: d.Ratings.Good, N: d.Ratings.N}
}

func sameCount(q assessments.FunnelPoint, c stats.Count) bool {
	return q.N == c.N && (c.N == 0 || math.Abs(q.P-float64(c.X)/float64(c.N)) < 1e-5)
}

// renewed puts the own point of a funnel where the count is, with its limits and the numbers of units outside. Level
// and spread of the comparison stay as they were sealed.
func renewed(f assessments.Funnel, c stats.Count) assessments.Funnel {
	at := slices.IndexFunc(f.Points, func(q assessments.FunnelPoint) bool { return q.Own })
	if at < 0 || sameCount(f.Points[at], c) {
		return f
	}
	f.Points = slices.Clone(f.Points)
	f = tally(f, f.Points[at], -1)
	if c.N < minN {
		f.Points = slices.Delete(f.Points, at, at+1)
		f.NotPlotted++
		return f
	}
	limits := stats.Funnel{Theta: f.Theta, Phi: f.Phi, Tau2: f.Tau2, Plain: f.Exact, MinN: minN}
	near, err := limits.Limits(float64(c.N), stats.Z95)
	if err != nil {
		return f // a level outside 0…1: drawing the limits says so
	}
	far, err := limits.Limits(float64(c.N), stats.Z998)
	if err != nil {
		return f
	}
	f.Own95, f.Own998 = assessments.Interval(near), assessments.Interval(far)
	f.Points[at].N, f.Points[at].P = c.N, float64(c.X)/float64(c.N)
	return tally(f, f.Points[at], 1)
}

// tally adds by to the numbers of units outside the limits where the own point lies outside.
func tally(f assessments.Funnel, own assessments.FunnelPoint, by int) assessments.Funnel {
	switch placeOf(f, own) {
	case below, above:
		f.Out998 += by
		f.Out95 += by
	case watch:
		f.Out95 += by
	case inside:
	}
	return f
}
