package report

import (
	"slices"
	"strings"

	"shanzhi/assessments"
	"shanzhi/templates/chart"
	"shanzhi/templates/pdf"
)

// unitFacts is the box under the head of a service report.
func (p *paper) unitFacts(d assessments.UnitDossier) []pdf.Fact {
	facts := []pdf.Fact{
		{Label: p.say("report.fact.unit"), Value: d.Unit.Name},
		{Label: p.say("report.fact.unit_span"), Value: p.span(d.Period.From, d.Period.To)},
		{Label: p.say("report.fact.on_duty"), Value: p.say("report.fact.people", "n", p.n(d.OnDuty))},
		{Label: p.say("report.fact.cutoff"), Value: p.day(d.Period.Cutoff)},
		{Label: p.say("report.fact.group"), Value: p.unitsOfKind(d.Method.GroupSize)},
	}
	if d.Unit.Parent != "" {
		facts = append(facts, pdf.Fact{Label: p.say("report.fact.parent"), Value: d.Unit.Parent})
	}
	return facts
}

// unitsOfKind says how many units of the kind there are, the own one among them.
func (p *paper) unitsOfKind(n int) string {
	if n < 2 {
		return p.say("report.fact.group_none")
	}
	return p.say("report.fact.group_units", "g", p.n(n))
}

// unitSummary is part 1: the main figures in words and in table 1.
func (p *paper) unitSummary(d assessments.UnitDossier) {
	closed, rated := p.unitSaid(d)
	p.para(append([]string{closed, rated}, p.places(funnels(d))...)...)
	p.para(p.say("report.use"))
	p.keyTable(d.Cases, d.Ratings)
}

// unitSaid are the sentences on the cases and on the ratings of a unit.
func (p *sketch) unitSaid(d assessments.UnitDossier) (closed, rated string) {
	c, r := d.Cases, d.Ratings
	if c.Closed+c.Open > 0 {
		closed = p.say("report.unit.cases", "closed", p.n(c.Closed), "x", p.n(c.OnTime),
			"rate", p.rate(c.OnTime, c.Closed), "open", p.n(c.Open), "late", p.n(overdue(c)))
	} else {
		closed = p.say("report.flow.none_unit")
	}
	switch {
	case r.N == 0:
		rated = p.say("report.ratings.zero")
	case r.N < minN:
		rated = p.say("report.unit.ratings_few", "n", r.N)
	default:
		rated = p.say("report.unit.ratings", "n", p.n(r.N), "x", p.n(r.Good), "rate", p.rate(r.Good, r.N))
	}
	return closed, rated
}

func overdue(c assessments.CaseResult) int {
	n := 0
	for _, a := range c.Ages {
		n += a.Overdue
	}
	return n
}

// unitCases is the part on what was asked, how fast and with what outcome.
func (p *paper) unitCases(c assessments.CaseResult) {
	if c.CarriedIn+c.Received+c.Closed+c.Open+c.Excluded == 0 {
		p.para(p.say("report.flow.none_unit"))
		return
	}
	p.flow(c, "report.flow.unit")
	p.families(c)
	p.ages(c)
}

// families is the table of the families of matters; its last row is their sum.
func (p *paper) families(c assessments.CaseResult) {
	if len(c.Families) == 0 {
		p.para(p.say("report.families.none"))
		return
	}
	days := 17.0 // 工作日 in brackets is wider than days
	if p.english() {
		days = 14
	}
	t := pdf.Table{
		Title: p.tableTitle(p.say("report.families.title")),
		Cols: []pdf.Col{
			{Head: p.say("report.families.family")},
			{Head: p.say("report.families.closed"), Width: 15, Align: pdf.Right},
			{Head: p.say("report.families.median"), Width: days, Align: pdf.Right},
			{Head: p.say("report.families.p90"), Width: days, Align: pdf.Right},
			{Head: p.say("report.families.on_time"), Width: 13, Align: pdf.Right},
			{Head: p.say("report.families.on_time_rate"), Width: 30, Align: pdf.Right},
			{Head: p.say("report.families.solved"), Width: 18, Align: pdf.Right},
			{Head: p.say("report.families.solved_rate"), Width: 30, Align: pdf.Right},
		},
		Note: p.say("report.families.note"),
	}
	for _, f := range c.Families {
		row := p.familyRow(f)
		row.Cells[0].Text = p.named("report.family.", string(f.Family))
		t.Rows = append(t.Rows, row)
	}
	total := p.familyRow(assessments.FamilyRow{Closed: c.Closed, OnTime: c.OnTime, Solved: c.Solved, Asked: c.Asked})
	total.Cells[0].Text, total.Cells[2].Text, total.Cells[3].Text, total.Total = p.say("report.total"), "", "", true
	t.Rows = append(t.Rows, total)
	p.doc.Table(t)
}

func (p *sketch) familyRow(f assessments.FamilyRow) pdf.Row {
	days := func(v float64) string {
		if f.Closed < minN {
			return "—"
		}
		return fixed(v, 0)
	}
	rate := func(x, n int) string {
		if n < minN {
			return p.say("report.few.cell")
		}
		return p.share(float64(x)/float64(n)) + p.bracket(percents(p.wilson(x, n)), 0)
	}
	return cells("", p.n(f.Closed), days(f.MedianDays), days(f.P90Days), p.n(f.OnTime), rate(f.OnTime, f.Closed),
		p.fraction(f.Solved, f.Asked), rate(f.Solved, f.Asked))
}

// ageCode makes a class of age, ">90" or "8-15", the end of a message key.
var ageCode = strings.NewReplacer(">", "over_", "<=", "up_to_", "-", "_")

// ages is the pyramid of open cases beside the outcomes of the closed ones.
func (p *paper) ages(c assessments.CaseResult) {
	a := p.ageChart(c)
	if len(a.Rows) == 0 {
		p.para(p.say("report.ages.none"))
		return
	}
	a.Title = p.figureTitle(a.Title)
	left := p.drawn(chart.Ages(p.doc.Desk(), a))
	if c.Closed == 0 {
		p.doc.Figure(left, "")
		return
	}
	b := p.outcomeChart(c)
	b.Title = p.figureTitle(b.Title)
	p.doc.Pair(left, p.drawn(chart.Bars(p.doc.Desk(), b)))
}

// ageChart are the open cases by days and limit; it has no rows where none are open.
func (p *sketch) ageChart(c assessments.CaseResult) (a chart.AgeChart) {
	within, late := 0, 0
	for _, r := range c.Ages {
		within, late = within+r.Within, late+r.Overdue
		class := p.named("report.age.", ageCode.Replace(r.Class))
		a.Rows = append(a.Rows, chart.AgeRow{Class: class, Within: r.Within, Overdue: r.Overdue})
	}
	if within+late == 0 {
		return chart.AgeChart{}
	}
	a.Heads = [3]string{
		p.say("report.ages.within", "n", p.n(within)), p.say("report.ages.days"),
		p.say("report.ages.overdue", "n", p.n(late)),
	}
	a.Title = p.say("report.ages.title")
	a.Desc = p.say("report.ages.desc", "n", p.n(within+late), "late", p.n(late))
	return a
}

// outcomeChart are the outcomes of the closed cases.
func (p *sketch) outcomeChart(c assessments.CaseResult) (b chart.BarChart) {
	for _, o := range outcomes {
		b.Rows = append(b.Rows, chart.BarRow{Label: p.say("report.outcome." + string(o)), N: c.Outcomes[o]})
	}
	b.Title = p.say("report.outcome.bars", "n", p.n(c.Closed))
	b.Desc = b.Title
	return b
}

// unitRatings is the part on ratings by channel and over time.
func (p *paper) unitRatings(d assessments.UnitDossier) {
	p.ratings(d.Ratings, "units")
	p.unitTrend(d)
}

// unitLoad is the workload per person on duty.
func (p *paper) unitLoad(d assessments.UnitDossier) {
	if d.OnDuty == 0 {
		p.para(p.say("report.load.nobody"))
		return
	}
	p.loadOf(d.Load, d.Method.GroupSize, "unit")
}

// unitMethod is the note on method of the service report.
func (p *paper) unitMethod(d assessments.UnitDossier) {
	funnel, bounds := "", ""
	drawn := func(f assessments.Funnel) bool { _, ok := ownPoint(f); return ok }
	if slices.ContainsFunc(funnels(d), drawn) {
		funnel = p.say("report.method.funnel")
	}
	if bounded(d.Ratings) {
		bounds = p.say("report.method.bounds")
	}
	weights := ""
	if d.Ratings.WeightCells > 0 {
		weights = p.say("report.method.weighted", "k", d.Ratings.WeightCells)
	}
	p.items(
		p.say("report.method.unit_definitions"),
		p.say("report.method.unit_intervals"),
		p.shrunk(d.Ratings, d.Method, "report.method.units"),
		funnel,
		p.say("report.method.no_ranks"),
		p.response(d.Ratings),
		bounds,
		weights,
		p.limits(d.Method, false),
	)
}
