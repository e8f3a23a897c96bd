package report

import (
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/templates/chart"
)

// calledBack are the ratings of the independent sample, which are given on the telephone; ok is false where there are
// fewer than ten, or their levels are not told.
func calledBack(r assessments.RatingResult) (good, n int, ok bool) {
	hidden := Withheld(r.Rows)
	for i, row := range r.Rows {
		if row.Mode == models.ModeCallback && row.Channel == models.Hotline {
			return row.Counts[0] + row.Counts[1], row.N(), row.N() >= minN && !hidden[i]
		}
	}
	return 0, 0, false
}

// weighted says what the share is weighted by inverse response, and what the independent sample says.
func (p *paper) weighted(r assessments.RatingResult) string {
	if r.WeightCells == 0 {
		return ""
	}
	weighted := p.say("report.weighted", "w", p.share(r.Weighted), "p", p.share(float64(r.Good)/float64(r.N)))
	good, n, ok := calledBack(r)
	switch {
	case ok:
		return p.join([]string{weighted, p.say("report.weighted.callback", "n", p.n(n), "x", p.n(good),
			"rate", p.rate(good, n))})
	case n > 0:
		return p.join([]string{weighted, p.say("report.weighted.callback_few", "n", p.n(n))})
	}
	return weighted
}

// calibrated are the rows of the figure of bounds that say what those who did not rate may think: weighted, and of the
// independent sample.
func (p *sketch) calibrated(r assessments.RatingResult) (rows []chart.BoundsRow) {
	if r.WeightCells > 0 {
		rows = append(rows, chart.BoundsRow{
			Label: p.say("report.bounds.weighted"), Kind: chart.BoundsDiamond, At: r.Weighted,
			Value: p.share(r.Weighted),
		})
	}
	good, n, ok := calledBack(r)
	called := chart.BoundsRow{Label: p.say("report.bounds.callback", "n", p.n(n))}
	switch {
	case ok:
		called.Kind, called.At = chart.BoundsDot, float64(good)/float64(n)
		called.I, called.Value = chart.Interval(p.wilson(good, n)), p.share(called.At)
	case n > 0 && r.WeightCells > 0:
		called.Kind, called.Value = chart.BoundsWords, p.say("report.few.only")
	default:
		return rows
	}
	return append(rows, called)
}
