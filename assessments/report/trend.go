package report

import (
	"fmt"

	"shanzhi/assessments"
	"shanzhi/assessments/stats"
	"shanzhi/models"
	"shanzhi/templates/chart"
	"shanzhi/templates/i18n"
)

// fewestSteps is how many steps of the period make a level of their own where there is no past.
const fewestSteps = 3

// run is a trend with its level: of the own past, or of the period itself where nothing came before.
type run struct {
	t     assessments.TrendResult
	base  stats.Count
	steps int // that the base is made of
	past  bool
	trend stats.Trend
}

// runOf reckons a trend. ok is false where there is no level to compare with, or no step of the period has ten ratings.
func (p *sketch) runOf(t *assessments.TrendResult) (r run, ok bool) {
	if t == nil {
		return r, false
	}
	r.t = *t
	level := func(steps []assessments.TrendStep) (c stats.Count, n int) {
		for _, s := range steps {
			if s.N >= minN {
				c.X, c.N, n = c.X+s.Good, c.N+s.N, n+1
			}
		}
		return c, n
	}
	own, n := level(t.Steps[t.Now:])
	if r.base, r.steps = level(t.Steps[:t.Now]); r.steps > 0 {
		r.past = true
	} else if r.base, r.steps = own, n; n < fewestSteps {
		return r, false
	}
	counts := make([]stats.Count, len(t.Steps))
	for i, s := range t.Steps {
		counts[i] = stats.Count{X: s.Good, N: s.N}
	}
	var err error
	if r.trend, err = stats.TrendOf(r.base, counts, stats.DefaultTrendRule()); err != nil {
		p.fail(err)
	}
	return r, n > 0 && err == nil
}

// trendChart is the figure of a run; whose is "person" or "unit".
func (p *sketch) trendChart(r run, whose string) chart.TrendChart {
	c := chart.TrendChart{
		Base: r.trend.Base, PeriodAt: r.t.Now, PeriodWord: p.say("report.trend.now"), Ewma: whose == "unit",
	}
	for i, s := range r.t.Steps {
		at := r.trend.Steps[i]
		step := chart.TrendStep{
			Label: p.stepLabel(s), N: s.N, P: at.Rate, L95: chart.Interval(at.Lim95), L998: chart.Interval(at.Lim998),
		}
		if step.Fraction = p.n(s.N); s.N >= minN { // of few ratings not even how many were good (red line 6)
			step.Fraction = p.fraction(s.Good, s.N)
		}
		c.Steps = append(c.Steps, step)
	}
	first, last := r.t.Steps[0], r.t.Steps[len(r.t.Steps)-1]
	c.Title = p.say("report.trend.title."+r.pace(), "span", yearMonths(first.From, last.To, p.dash()))
	c.Desc = p.trendSaid(r, whose)
	return c
}

// pace is the word of the steps: "month" or "quarter".
func (r run) pace() string {
	for _, s := range r.t.Steps {
		if string(s.From)[:7] != string(s.To)[:7] {
			return "quarter"
		}
	}
	return "month"
}

// trendSaid is what the level is and what can be said of the steps of the period.
func (p *sketch) trendSaid(r run, whose string) string {
	key := "report.trend.level.period"
	if r.past {
		key = "report.trend.level.past"
	}
	word := p.say("report.trend.step." + r.pace())
	said := []string{p.say(key, "whose", p.say("report.trend.whose."+whose), "k", r.steps, "step", word,
		"p", p.share(r.trend.Base), "n", p.n(r.base.N))}
	var watch, signal []string
	placed := 0
	for i, s := range r.trend.Steps[r.t.Now:] {
		name := p.stepName(r.t.Steps[r.t.Now+i]) + p.aside(p.share(s.Rate))
		switch s.Place {
		case stats.NotPlaced:
			continue
		case stats.Low95, stats.High95:
			watch = append(watch, name)
		case stats.Low998, stats.High998:
			signal = append(signal, name)
		case stats.Inside:
		}
		placed++
	}
	if len(signal) > 0 {
		said = append(said, p.say("report.trend.signal", "steps", p.list(signal),
			"whose", p.say("report.trend.whose."+whose)))
	}
	if len(watch) > 0 {
		said = append(said, p.say("report.trend.watch", "steps", p.list(watch)))
	}
	if len(signal)+len(watch) == 0 {
		return p.join(append(said, p.say("report.trend.inside", "step", word)))
	}
	chance, err := stats.ChanceOutside(placed, stats.Z95)
	if err != nil {
		p.fail(err)
	}
	return p.join(append(said, p.say("report.trend.chance", "k", placed, "step", word, "n", fixed(chance, 1))))
}

// Trendless says why n ratings have no trend, or none at this length; whose is "person" or "unit". A dossier of before
// trends were sealed has ratings and no steps.
func Trendless(w *i18n.Printer, t *assessments.TrendResult, n int, whose string) string {
	if t == nil && n > 0 {
		return w.T("report.trend.no_record")
	}
	return w.T("report.trend.none." + whose)
}

// past is the part on a cadre's own past.
func (p *paper) past(d assessments.PersonDossier) {
	r, ok := p.runOf(d.Trend)
	if !ok {
		p.para(Trendless(p.w, d.Trend, d.Ratings.N, "person"))
		return
	}
	p.para(p.trendSaid(r, "person"))
	p.trend(r, "person", p.say("report.trend.how"))
}

// unitTrend is the run of a unit's ratings by months, where it can be drawn.
func (p *paper) unitTrend(d assessments.UnitDossier) {
	if r, ok := p.runOf(d.Trend); ok {
		p.trend(r, "unit", p.join([]string{p.say("report.trend.how_mean"), p.trendSaid(r, "unit")}))
	}
}

func (p *paper) trend(r run, whose, note string) {
	c := p.trendChart(r, whose)
	c.Title = p.figureTitle(c.Title)
	pic, err := chart.Trend(p.doc.Desk(), c)
	p.figure(pic, err, note)
}

// trend is the figure of a page with its table; nil where there is none.
func (p *board) trend(t *assessments.TrendResult, whose string) *Figure {
	r, ok := p.runOf(t)
	if !ok {
		return nil
	}
	c := p.trendChart(r, whose)
	var rows [][]string
	for i, s := range c.Steps {
		row := []string{p.stepName(r.t.Steps[i]), s.Fraction, p.say("report.few.cell"), "", ""}
		if s.N >= minN {
			row[2], row[3] = p.share(s.P), p.between(assessments.Interval(s.L95))
			row[4] = p.between(assessments.Interval(s.L998))
		}
		rows = append(rows, row)
	}
	pic, err := chart.Trend(p.desk, c)
	return p.shown(pic, err, []string{
		p.say("report.trend.span"), p.say("report.key.fraction"), p.say("report.key.rate"),
		p.say("report.funnel.limit95"), p.say("report.funnel.limit998"),
	}, rows)
}

// stepLabel is the name of a step under its column: 3月, 2026年一季, 25.11—26.1.
func (t tongue) stepLabel(s assessments.TrendStep) string {
	if string(s.From)[:7] == string(s.To)[:7] {
		return t.monthName(s.From)
	}
	if q, ok := quarterOf(s); ok {
		return t.say("report.trend.quarter", "y", s.From.Year(), "q", t.say(fmt.Sprint("report.trend.q", q)))
	}
	short := func(d models.Date) string {
		if t.english() {
			return d.Day().Format("1/06")
		}
		return d.Day().Format("06.1")
	}
	return short(s.From) + t.dash() + short(s.To)
}

// stepName is a step in a sentence: 2026年3月, 2026年一季, 2025.11—2026.1.
func (t tongue) stepName(s assessments.TrendStep) string {
	if string(s.From)[:7] == string(s.To)[:7] {
		return t.month(string(s.From)[:7], true)
	}
	if _, ok := quarterOf(s); ok {
		return t.stepLabel(s)
	}
	return yearMonths(s.From, s.To, t.dash())
}

// quarterOf is the quarter of the year, from 1, that a step covers.
func quarterOf(s assessments.TrendStep) (q int, ok bool) {
	from, to := s.From.Day(), s.To.Day()
	m := int(from.Month())
	return m/3 + 1, m%3 == 1 && from.Day() == 1 && to.AddDate(0, 0, 1).Equal(from.AddDate(0, 3, 0))
}

// yearMonths writes a span in months: 2025.11—2026.4.
func yearMonths(from, to models.Date, dash string) string {
	month := func(d models.Date) string { return fmt.Sprintf("%d.%d", d.Year(), int(d.Day().Month())) }
	return month(from) + dash + month(to)
}
