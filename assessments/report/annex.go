package report

import (
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/templates/pdf"
)

// annex is the sheet of one cadre in the report of a unit: no level per case (red line 6), and counts only below ten.
func (p *paper) annex(a assessments.AnnexPerson, period assessments.PeriodInfo) {
	p.annexed, p.figures, p.lists = true, 0, 0
	p.doc.Annex(p.say("report.annex.mark"), p.say("report.annex.title", "name", a.Person.Name),
		p.say("report.annex.readers"))
	from, to := period.From, period.To
	if a.Person.CountedFrom != "" && a.Person.CountedTo != "" {
		from, to = a.Person.CountedFrom, a.Person.CountedTo
	}
	p.doc.Facts([]pdf.Fact{
		{Label: p.say("report.fact.name"), Value: p.person(a.Person.Name)},
		{Label: p.say("report.fact.staff_no"), Value: a.Person.StaffNo},
		{Label: p.say("report.fact.post"), Value: a.Person.Post},
		{Label: p.say("report.fact.span"), Value: p.span(from, to)},
	}, "")
	p.ownFigures(a.Cases, a.Ratings)
	p.ratingsBrief(a.Ratings)
	p.loadTable(a.Load)
	p.opinion()
}

// ownFigures are the cases of one cadre in words and in a table.
func (p *paper) ownFigures(c assessments.CaseResult, r assessments.RatingResult) {
	if c.CarriedIn+c.Received+c.Closed+c.Open+c.Excluded == 0 {
		p.para(p.say("report.flow.none"))
	} else {
		p.para(p.flowed(c), p.ended(c))
	}
	t := pdf.Table{
		Title: p.tableTitle(p.say("report.own.title")),
		Cols: []pdf.Col{
			{Head: p.say("report.key.name"), Width: 58},
			{Head: p.say("report.key.fraction"), Align: pdf.Right, Width: 26},
			{Head: p.say("report.key.rate"), Align: pdf.Right, Width: 24},
			{Head: p.say("report.key.range"), Align: pdf.Right},
		},
		Note: p.say("report.own.note"),
	}
	for _, f := range keyFigures(c, r) {
		if f.n == 0 {
			continue
		}
		rate, interval := p.notRated(f)
		row := cells(p.say("report.key."+f.key), p.counts(f), rate, interval)
		if f.rated() {
			row.Cells[2].Text, row.Cells[3].Text = p.share(float64(f.x)/float64(f.n)), p.column(p.wilson(f.x, f.n))
		}
		row.Cells[0].Tag = p.tagOf(disputedFigure(f.key))
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 0 {
		p.doc.Table(t)
	}
}

// ratingsBrief are the sentence and the levels by channel, without the figure of bounds.
func (p *paper) ratingsBrief(r assessments.RatingResult) {
	waiting := ""
	if r.Waiting {
		waiting = p.say("report.ratings.waiting")
	}
	switch {
	case r.N == 0:
		p.para(p.say("report.ratings.zero"), waiting)
		return
	case r.N < minN:
		p.para(p.say("report.ratings.few", "n", r.N), waiting)
	default:
		p.para(p.estimate(r, "posts"), waiting)
	}
	p.levels(r)
}

// loadTable is the cases of each month as counts: an annex knows nothing of the size of a group to compare with.
func (p *paper) loadTable(load []assessments.MonthLoad) {
	own := 0.0
	for _, m := range load {
		own += m.Own
	}
	if own == 0 || len(load) > 12 {
		return
	}
	first, last := models.Date(load[0].Month+"-01"), models.Date(load[len(load)-1].Month+"-01")
	span := p.aside(yearMonths(first, last, p.dash()))
	t := pdf.Table{Title: p.tableTitle(p.say("report.load.person") + span)}
	if p.large { // a row each: so many columns have no room
		t.Cols = []pdf.Col{{Head: p.say("report.figures.month")}, {Head: p.say("report.figures.own"), Align: pdf.Right}}
		for _, m := range load {
			t.Rows = append(t.Rows, cells(p.monthName(models.Date(m.Month+"-01")), fixed(m.Own, 0)))
		}
		p.doc.Table(t)
		return
	}
	t.Rows = []pdf.Row{{}}
	for _, m := range load {
		t.Cols = append(t.Cols, pdf.Col{Head: p.monthName(models.Date(m.Month + "-01")), Align: pdf.Center})
		t.Rows[0].Cells = append(t.Rows[0].Cells, pdf.Cell{Text: fixed(m.Own, 0)})
	}
	p.doc.Table(t)
}
