package report

import (
	"fmt"
	"slices"

	"shanzhi/assessments"
	"shanzhi/assessments/stats"
	"shanzhi/models"
	"shanzhi/templates/chart"
)

// Past draws the shares of good ratings and of solved cases of this period after those of the periods before, within
// the limits of chance about the own past level. A step with fewer than ten has its count only; a share of which no
// period before or not this one has ten is left out.
func (pr *Press) Past(steps []assessments.PastStep, now assessments.PastStep, lang string, place chart.Place,
) (out []Figure, err error) {
	s := pr.board(lang, place)
	for _, figure := range []string{"good", "solved"} {
		if f := s.trend(figure, steps, now); f != nil {
			out = append(out, *f)
		}
	}
	return out, s.err
}

// stepCount is the count of a share in a step.
func stepCount(figure string, t assessments.PastStep) stats.Count {
	if figure == "solved" {
		return stats.Count{X: t.Solved, N: t.Asked}
	}
	return stats.Count{X: t.Good, N: t.Rated}
}

func (p *board) trend(figure string, steps []assessments.PastStep, now assessments.PastStep) *Figure {
	var base stats.Count
	for _, t := range steps {
		if c := stepCount(figure, t); c.N >= minN {
			base.X, base.N = base.X+c.X, base.N+c.N
		}
	}
	if base.N == 0 || base.X == 0 || base.X == base.N || stepCount(figure, now).N < minN {
		return nil
	}
	level := stats.Funnel{Theta: float64(base.X) / float64(base.N), Plain: true, MinN: minN}
	c := chart.TrendChart{Base: level.Theta, PeriodAt: len(steps), PeriodWord: p.say("report.trend.now")}
	var rows [][]string
	for _, t := range append(slices.Clip(steps), now) {
		n := stepCount(figure, t)
		step := chart.TrendStep{Label: yearMonths(t.From, t.To, p.dash()), Fraction: p.fraction(n.X, n.N), N: n.N}
		row := []string{step.Label, step.Fraction, p.say("report.few.cell"), "", ""}
		if n.N >= minN {
			step.P = float64(n.X) / float64(n.N)
			step.L95, step.L998 = p.limit(level, float64(n.N), stats.Z95), p.limit(level, float64(n.N), stats.Z998)
			row[2], row[3] = p.share(step.P), p.between(assessments.Interval(step.L95))
			row[4] = p.between(assessments.Interval(step.L998))
		} else if figure == "good" { // of few ratings not even how many were good (red line 6)
			step.Fraction = p.n(n.N)
			row[1] = step.Fraction
		}
		c.Steps, rows = append(c.Steps, step), append(rows, row)
	}
	c.Title = p.say("report.trend.title", "figure", p.say("report.funnel."+figure))
	c.Desc = p.trendSaid(c)
	pic, err := chart.Trend(p.desk, c)
	return p.shown(pic, err, []string{
		p.say("report.trend.span"), p.say("report.key.fraction"), p.say("report.key.rate"),
		p.say("report.funnel.limit95"), p.say("report.funnel.limit998"),
	}, rows)
}

// trendSaid is what can be said of the period reported against the own past level.
func (p *board) trendSaid(c chart.TrendChart) string {
	now := c.Steps[len(c.Steps)-1]
	level := p.say("report.trend.level", "p", p.share(c.Base))
	switch {
	case now.P < now.L998.Lo, now.P > now.L998.Hi:
		return p.join([]string{level, p.say("report.trend.signal", "p", p.share(now.P))})
	case now.P < now.L95.Lo, now.P > now.L95.Hi:
		return p.join([]string{level, p.say("report.trend.watch", "p", p.share(now.P))})
	}
	return p.join([]string{level, p.say("report.trend.inside")})
}

// yearMonths writes a span in months: 2025.11—2026.4.
func yearMonths(from, to models.Date, dash string) string {
	month := func(d models.Date) string { return fmt.Sprintf("%d.%d", d.Year(), int(d.Day().Month())) }
	return month(from) + dash + month(to)
}
