package report

import (
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/templates/chart"
)

// keyFigure is one rate with its fraction.
type keyFigure struct {
	key    string
	x, n   int
	untold bool // x would tell the levels of a channel that shows none
}

// counts writes the fraction of a figure, without the count that is not told.
func (p *sketch) counts(f keyFigure) string {
	if f.untold {
		return "—/" + p.n(f.n)
	}
	return p.fraction(f.x, f.n)
}

// rated says that a rate of the figure is printed.
func (f keyFigure) rated() bool { return f.n >= minN && !f.untold }

// keyFigures are the rates of cases and ratings; each has a denominator of its own and they are never put together.
func keyFigures(c assessments.CaseResult, r assessments.RatingResult) []keyFigure {
	atLeastThree, active, activeGood := 0, 0, 0
	hidden := Withheld(r.Rows)
	untold := false
	for i, row := range r.Rows {
		good := row.Counts[0] + row.Counts[1] + row.Counts[2]
		atLeastThree += good
		if row.Mode == models.ModeActive {
			active, activeGood = active+row.N(), activeGood+good
			untold = untold || hidden[i]
		}
	}
	list := []keyFigure{
		{key: "on_time", x: c.OnTime, n: c.Closed},
		{key: "solved", x: c.Solved, n: c.Asked},
		{key: "reopened", x: c.Reopened, n: c.Closed},
		{key: "good", x: r.Good, n: r.N},
		{key: "three", x: atLeastThree, n: r.N},
	}
	if said := r.Solved[0] + r.Solved[1] + r.Solved[2]; said >= fewest {
		list = append(list, keyFigure{key: "confirmed", x: r.Solved[0], n: said})
	}
	if active > 0 {
		list = append(list, keyFigure{"active", activeGood, active, untold})
	}
	if r.InvitedKnown && r.Invited > 0 && r.Unrated <= r.Invited {
		list = append(list, keyFigure{key: "unrated", x: r.Unrated, n: r.Invited})
	}
	return list
}

// notRated are the words where a figure has no rate: fewer than ten, or a channel that would be told.
func (p *sketch) notRated(f keyFigure) (rate, interval string) {
	if f.n >= minN {
		return p.say("report.short.not_computed"), ""
	}
	return p.say("report.few.cell"), p.say("report.few.only")
}

// keyTable is table 1 with its strip from 0 to 100 %.
func (p *paper) keyTable(c assessments.CaseResult, r assessments.RatingResult) {
	k := p.keyChart(c, r)
	if len(k.Rows) == 0 {
		return
	}
	k.Title = p.tableTitle(k.Title)
	pic, err := chart.KeyFigures(p.doc.Desk(), k)
	p.figure(pic, err, "")
}

// keyChart are the key figures, each with its fraction; a figure without anything is left out.
func (p *sketch) keyChart(c assessments.CaseResult, r assessments.RatingResult) chart.KeyChart {
	k := chart.KeyChart{
		Heads: [5]string{
			p.say("report.key.name"), p.say("report.key.fraction"), p.say("report.key.rate"), p.say("report.key.range"),
			p.say("report.key.strip"),
		},
	}
	for _, f := range keyFigures(c, r) {
		if f.n == 0 {
			continue
		}
		row := chart.KeyRow{Name: p.say("report.key." + f.key), Fraction: p.counts(f)}
		if !f.rated() {
			row.Rate, row.Range = p.notRated(f)
		} else {
			i := p.wilson(f.x, f.n)
			row.At, row.I, row.Drawn = float64(f.x)/float64(f.n), chart.Interval(i), true
			row.Rate, row.Range = p.share(row.At), p.column(i)
		}
		k.Rows = append(k.Rows, row)
	}
	k.Title, k.Note = p.say("report.key.title"), p.say("report.key.note")
	k.Desc = k.Note
	return k
}
