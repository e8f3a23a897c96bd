package report

import (
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/templates/chart"
	"shanzhi/templates/pdf"
)

// sources is part 2: where every competency comes from, with the waterfall of contributions.
func (p *paper) sources(d assessments.PersonDossier) {
	if len(d.Competencies) == 0 {
		p.para(p.say("report.sources.none"))
		return
	}
	p.para(p.say("report.sources.opening"))
	p.doc.KeepNext()
	c, few := p.waterChart(d)
	c.Title = p.tableTitle(c.Title)
	pics, err := chart.Waterfall(p.doc.Desk(), c)
	if err != nil {
		p.fail(err)
		return
	}
	note := p.say("report.water.note")
	if d.Mix != nil && d.Mix.Adjusted {
		note = p.join([]string{note, p.say("report.water.adjusted")})
	}
	if few {
		note = p.join([]string{note, p.say("report.water.few")})
	}
	for i, pic := range pics {
		if i+1 < len(pics) {
			p.doc.Figure(pic, "")
			continue
		}
		p.doc.Figure(pic, note)
	}
}

// waterChart is what every source contributed; few says that one of them has its count only.
func (p *sketch) waterChart(d assessments.PersonDossier) (c chart.WaterfallChart, few bool) {
	c = chart.WaterfallChart{
		Continued: p.say("report.continued"),
		Heads: [8]string{
			p.say("report.water.source"), p.say("report.water.n"), p.say("report.water.weight"),
			p.say("report.water.rel"), p.say("report.water.raw"), p.say("report.water.shrunk"),
			p.say("report.water.gain"), p.say("report.water.plot"),
		},
		Legend: [2]string{p.say("report.water.plus"), p.say("report.water.minus")},
	}
	for _, r := range d.Competencies {
		c.Groups = append(c.Groups, p.waterGroup(r))
		for _, s := range r.Sources {
			few = few || !s.Missing && s.N < minN && !unestimated(r)
		}
	}
	c.Title = p.say("report.water.title")
	c.Desc = p.say("report.sources.opening")
	return c, few
}

// waterGroup is one competency of the waterfall.
func (p *sketch) waterGroup(r assessments.CompetencyResult) chart.WaterGroup {
	g := chart.WaterGroup{
		Name: p.competency(r.Competency),
		Note: p.say("report.water.define."+string(r.Competency), "mu", p.score(r.GroupMean)),
	}
	hidden := unestimated(r)
	if hidden {
		g.Note = p.say("report.water.none", "w", r.AvailableWeight)
		if r.State != assessments.Insufficient {
			g.Note = p.say("report.water.counts")
		}
	}
	sum := 0.0
	for _, s := range r.Sources {
		w := p.waterSource(s, hidden)
		w.Tag = p.tagOf(r.Competency)
		w.From, w.To = sum, sum+s.Contribution
		if !s.Missing && !hidden {
			sum += s.Contribution
		}
		g.Sources = append(g.Sources, w)
	}
	if hidden {
		return g
	}
	g.Total = &chart.WaterTotal{
		Name: p.say("report.total"), Rel: rel(r.Reliability), Mean: p.score(r.Mean), Gain: p.gain(r.Mean - r.GroupMean),
		At: r.Mean - r.GroupMean, I95: less(r.I95, r.GroupMean), I80: less(r.I80, r.GroupMean),
		Hollow: r.Reliability < minReliability || r.State == assessments.OwnImprovement,
	}
	return g
}

func less(i assessments.Interval, by float64) chart.Interval {
	return chart.Interval{Lo: i.Lo - by, Hi: i.Hi - by}
}

// waterSource is one source. What is missing or has fewer than ten items shows its count only.
func (p *sketch) waterSource(s assessments.SourceResult, hidden bool) chart.WaterSource {
	w := chart.WaterSource{
		Name: p.source(s.Source), N: p.say("report.measure."+measure(s.Source), "n", p.n(s.N)),
		Weight: p.say("report.percent", "n", s.Weight), Rel: "—", Raw: "—", Shrunk: "—", Gain: "—", Missing: true,
	}
	switch {
	case s.N == 0:
		w.Rel, w.Raw, w.Shrunk, w.Gain = "", "", "", p.say("report.short.missing")
	case s.N < s.MinN:
		w.Gain = p.say("report.short.insufficient")
	case s.Missing || s.N < minN:
	default:
		w.Rel, w.Raw = rel(s.Reliability), p.score(s.Score)
		if !hidden {
			w.Shrunk, w.Gain, w.Missing = p.score(s.Shrunk), p.gain(s.Contribution), false
		}
	}
	return w
}

// measure is what a source counts.
func measure(s models.Source) string {
	switch s {
	case models.SourceQuiz, models.SourceGain:
		return "questions"
	case models.SourceBallots:
		return "ballots"
	default:
		return "cases"
	}
}

// abilities is part 3: what stands behind each estimate, and the ratings by channel.
func (p *paper) abilities(d assessments.PersonDossier) {
	if len(d.Competencies) == 0 {
		p.para(p.say("report.summary.nothing"))
	}
	p.abilityTable(d)
	p.para(p.underMinimum(d.Competencies)...)
	p.mix(d.Mix)
	p.doc.Subsection(p.say("report.abilities.ratings"))
	p.ratings(d.Ratings, "posts")
	if d.Ratings.N > 0 {
		p.comments(d.Ratings)
	}
}

// abilityTable lists the estimates with what may be said of them and how much hangs on the weights.
func (p *paper) abilityTable(d assessments.PersonDossier) {
	if len(d.Competencies) == 0 {
		return
	}
	first, second := 38.0, 32.0
	if p.english() {
		first, second = 42, 28
	}
	t := pdf.Table{
		Title: p.tableTitle(p.say("report.abilities.title")),
		Cols: []pdf.Col{
			{Head: p.say("report.dots.name"), Width: first},
			{Head: p.say("report.abilities.value"), Width: second, Align: pdf.Right},
			{Head: p.say("report.water.rel"), Width: 12, Align: pdf.Right},
			{Head: p.say("report.dots.compare")},
			{Head: p.say("report.abilities.same"), Width: 28, Align: pdf.Right},
		},
		Note: p.say("report.abilities.note"),
	}
	alone := false
	for _, r := range d.Competencies {
		same := "—"
		if compared(r) {
			same = p.share(r.SameBand)
			alone = alone || len(r.Sources) == 1
		}
		row := cells(p.competency(r.Competency), p.score(r.Mean)+p.bracket(r.I95, 1), rel(r.Reliability),
			p.conclusion(r), same)
		if unestimated(r) {
			row = cells(p.competency(r.Competency), "—", "—", p.conclusion(r), "—")
		}
		row.Cells[0].Tag = p.tagOf(r.Competency)
		t.Rows = append(t.Rows, row)
	}
	if alone {
		t.Note = p.join([]string{t.Note, p.say("report.abilities.alone")})
	}
	p.doc.Table(t)
}

// compared says that the competency was compared with the group, whatever came out.
func compared(r assessments.CompetencyResult) bool {
	switch r.State {
	case assessments.NoDifference, assessments.Above, assessments.Below:
		return !unestimated(r)
	default:
		return false
	}
}

// conclusion is the shorter form of a state, with the mark of a signal.
func (p *sketch) conclusion(r assessments.CompetencyResult) string {
	if unestimated(r) && r.State != assessments.Insufficient {
		return p.say("report.few.only")
	}
	words := p.say("report.short." + string(r.State))
	if r.State == assessments.Above || r.State == assessments.Below {
		words = p.say("report.short.with_signal", "words", words)
	}
	return words
}

// underMinimum are the sentences on sources with some items, but fewer than their minimum.
func (p *sketch) underMinimum(list []assessments.CompetencyResult) []string {
	var out []string
	for _, c := range list {
		for _, s := range c.Sources {
			if s.N > 0 && s.N < s.MinN {
				unit := "report.measure." + measure(s.Source)
				out = append(out, p.say("report.under_min", "source", p.source(s.Source),
					"n", p.say(unit, "n", p.n(s.N)), "m", p.say(unit, "n", p.n(s.MinN))))
			}
		}
	}
	return out
}
