package report

import (
	"math"
	"strings"

	"shanzhi/assessments"
	"shanzhi/assessments/stats"
	"shanzhi/models"
	"shanzhi/templates/chart"
	"shanzhi/templates/pdf"
)

// minN is the fewest ratings, cases or questions of which a rate is printed; minReliability the least that is compared.
const (
	minN           = 10
	minReliability = 0.7
)

// personFacts is the box under the head: who, where, which span, by which scheme, up to which day.
func (p *paper) personFacts(d assessments.PersonDossier) []pdf.Fact {
	post := d.Person.Post
	if d.Person.Since != "" {
		post = p.say("report.fact.post_since", "post", post, "month", p.month(string(d.Person.Since)[:7], true))
	}
	from, to := d.Period.From, d.Period.To
	if d.Person.CountedFrom != "" && d.Person.CountedTo != "" {
		from, to = d.Person.CountedFrom, d.Person.CountedTo
	}
	facts := []pdf.Fact{
		{
			Label: p.say("report.fact.name"),
			Value: p.say("report.fact.named", "name", p.person(d.Person.Name), "no", d.Person.StaffNo),
		},
		{Label: p.say("report.fact.unit"), Value: d.Person.Unit},
		{Label: p.say("report.fact.post"), Value: post},
		{Label: p.say("report.fact.span"), Value: p.span(from, to)},
	}
	scheme := ""
	if d.Scheme.Title != "" {
		title := p.either(d.Scheme.Title, d.Scheme.TitleEN)
		scheme = p.say("report.fact.scheme_edition", "title", title, "k", d.Scheme.Edition)
	}
	return append(facts, pdf.Fact{Label: p.say("report.fact.scheme"), Value: scheme},
		pdf.Fact{Label: p.say("report.fact.cutoff"), Value: p.day(d.Period.Cutoff)},
		pdf.Fact{
			Label: p.say("report.fact.group"), Value: p.say("report.fact.group_people", "g", p.n(d.Method.GroupSize)),
		},
		pdf.Fact{Label: p.say("report.fact.use"), Value: p.say("report.fact.use_one")})
}

// personSummary is part 1: what can be said of each competency, what is not done with it, and figure 1.
func (p *paper) personSummary(d assessments.PersonDossier) {
	if len(d.Competencies) == 0 {
		p.para(p.say("report.summary.nothing"))
		p.para(p.say("report.use"))
		return
	}
	sentences := []string{p.say("report.summary.opening", "n", len(d.Competencies), "date", p.day(d.Period.Cutoff))}
	sentences = append(sentences, p.standings(d.Competencies, d.Method)...)
	p.para(append(sentences, p.partSpan(d))...)
	p.dots(d) // before the next paragraph: it has to find room on the first page
	p.para(p.say("report.use"))
}

// partSpan says that the post was held for a part of the period only.
func (p *paper) partSpan(d assessments.PersonDossier) string {
	from, to := d.Person.CountedFrom, d.Person.CountedTo
	if from == "" || to == "" || from <= d.Period.From && to >= d.Period.To {
		return ""
	}
	return p.say("report.part_span", "span", p.span(from, to))
}

// standings are the sentences on the competencies, one for each state; competencies in one state share it.
func (p *sketch) standings(list []assessments.CompetencyResult, m assessments.Method) []string {
	var out []string
	names := map[assessments.State][]string{}
	var few []string
	for _, c := range list {
		if unestimated(c) && c.State != assessments.Insufficient {
			few = append(few, p.competency(c.Competency))
			continue
		}
		names[c.State] = append(names[c.State], p.competency(c.Competency))
	}
	for _, state := range []assessments.State{assessments.Above, assessments.Below} {
		if len(names[state]) > 0 {
			out = append(out, p.say("report.state."+string(state), "names", p.list(names[state])))
		}
	}
	group := p.n(m.GroupSize)
	if who := names[assessments.NoDifference]; len(who) > 0 {
		out = append(out, p.say("report.state.no_difference", "names", p.list(who), "g", group))
	}
	if who := names[assessments.GroupAlike]; len(who) > 0 {
		out = append(out, p.say("report.state.group_alike", "names", p.list(who)))
	}
	if who := names[assessments.NoOverlap]; len(who) > 0 {
		out = append(out, p.say("report.state.no_overlap", "names", p.list(who)))
	}
	if who := names[assessments.SmallGroup]; len(who) > 0 {
		key := "report.state.small_group"
		if m.GroupSize >= stats.MinGroup { // large enough, but few of them have evidence
			key = "report.state.small_evidence"
		}
		out = append(out, p.say(key, "names", p.list(who), "g", group, "m", stats.MinGroup))
	}
	out = append(out, p.unreliable(list))
	if len(few) > 0 {
		out = append(out, p.say("report.state.few", "names", p.list(few)))
	}
	return append(out, p.insufficient(list)...)
}

// unreliable is sentence 3, once for all competencies whose reliability is too low to compare.
func (p *sketch) unreliable(list []assessments.CompetencyResult) string {
	var low []assessments.CompetencyResult
	var each []string
	for _, c := range list {
		if c.State == assessments.OwnImprovement && !unestimated(c) {
			low = append(low, c)
			name := p.competency(c.Competency)
			each = append(each, p.say("report.state.with_rel", "name", name, "rel", rel(c.Reliability)))
		}
	}
	switch len(low) {
	case 0:
		return ""
	case 1:
		name := p.competency(low[0].Competency)
		return p.say("report.state.own_improvement", "name", name, "rel", rel(low[0].Reliability))
	}
	return p.say("report.state.own_improvement_many", "names", p.list(each))
}

// rel writes a reliability with two decimals; one below the limit is never rounded up to it.
func rel(v float64) string {
	if v < minReliability && fixed(v, 2) == fixed(minReliability, 2) {
		return fixed(math.Floor(v*1000)/1000, 3)
	}
	return fixed(v, 2)
}

// insufficient says why there is no estimate: too little weight, or a source under its minimum.
func (p *sketch) insufficient(list []assessments.CompetencyResult) []string {
	var out []string
	var weights []int
	names := map[int][]string{}
	for _, c := range list {
		if c.State != assessments.Insufficient {
			continue
		}
		under := false
		for _, s := range c.Sources {
			under = under || s.N > 0 && s.N < s.MinN
		}
		if under {
			out = append(out, p.say("report.state.under_min", "name", p.competency(c.Competency)))
			continue
		}
		if names[c.AvailableWeight] == nil {
			weights = append(weights, c.AvailableWeight)
		}
		names[c.AvailableWeight] = append(names[c.AvailableWeight], p.competency(c.Competency))
	}
	for _, w := range weights {
		out = append(out, p.say("report.state.insufficient", "names", p.list(names[w]), "w", w))
	}
	return out
}

// dots is figure 1.
func (p *paper) dots(d assessments.PersonDossier) {
	c := p.dotChart(d)
	c.Title = p.figureTitle(c.Title)
	pic, err := chart.Dots(p.doc.Desk(), c)
	p.figure(pic, err, "")
}

// dotChart are the competencies as dots with their intervals.
func (p *sketch) dotChart(d assessments.PersonDossier) chart.DotChart {
	c := chart.DotChart{
		Heads: [4]string{
			p.say("report.dots.name"), p.say("report.dots.plot"), p.say("report.dots.value"),
			p.say("report.dots.compare"),
		},
	}
	if p.large {
		c.Heads[1], c.Heads[2] = p.say("report.dots.plot.large"), p.say("report.dots.value.large")
		c.Heads[3] = p.say("report.dots.compare.large")
	}
	hollow, band, drawn := false, false, false
	for _, r := range d.Competencies {
		row := p.dotRow(r)
		hollow, band = hollow || row.Kind == chart.DotHollow, band || row.Band != nil
		drawn = drawn || row.Kind != chart.DotNone
		c.Rows = append(c.Rows, row)
	}
	c.Title = p.say("report.dots.title", "n", len(d.Competencies))
	c.Desc = strings.ReplaceAll(p.join(p.standings(d.Competencies, d.Method)), "**", "") // read aloud, not set
	if drawn {
		c.Legend.Interval = p.say("report.dots.interval")
	}
	if hollow {
		c.Legend.Hollow = p.say("report.dots.hollow")
	}
	if band {
		c.Legend.Band = p.say("report.dots.band", "g", p.n(d.Method.GroupSize))
	}
	return c
}

func (p *sketch) dotRow(r assessments.CompetencyResult) chart.DotRow {
	row := chart.DotRow{
		Name: p.competency(r.Competency), Under: p.say("report.reliability", "rel", rel(r.Reliability)),
		Mean: r.Mean, I95: chart.Interval(r.I95), I80: chart.Interval(r.I80),
		Value: p.score(r.Mean), Range: p.bracket(r.I95, 1), Compare: p.say("report.short." + string(r.State)),
	}
	if p.disputed[r.Competency] {
		row.Tag = p.say("report.tag.disputed")
	}
	switch {
	case unestimated(r):
		row.Kind, row.Value, row.Range = chart.DotNone, "—", ""
		row.Under = p.say("report.weight", "w", r.AvailableWeight)
		row.Words = p.say("report.dots.none")
		if r.State != assessments.Insufficient {
			row.Words, row.Compare = p.say("report.few.cell"), p.say("report.few.only")
		}
	case r.State == assessments.OwnImprovement || r.Reliability < minReliability:
		row.Kind = chart.DotHollow
	}
	if compared(r) && row.Kind == chart.DotFull {
		row.Band = &chart.GroupBand{Lo: r.GroupLo, Hi: r.GroupHi, Mean: r.GroupMean}
	}
	if row.Kind != chart.DotNone && (r.State == assessments.Above || r.State == assessments.Below) {
		row.CompareNote, row.Strong = p.say("report.short.signal"), true
	}
	return row
}

// unestimated says that no figure of the competency is printed: insufficient, or fewer than ten items in all.
func unestimated(r assessments.CompetencyResult) bool {
	n := 0
	for _, s := range r.Sources {
		if !s.Missing {
			n += s.N
		}
	}
	return r.State == assessments.Insufficient || n < minN
}

// wilson is the 95 % interval of x in n, n ≥ 1 and 0 ≤ x ≤ n, which the dossier's check has made sure of.
func (p *sketch) wilson(x, n int) assessments.Interval {
	i, err := stats.Wilson(x, n, stats.Z95)
	if err != nil {
		p.fail(err)
	}
	return assessments.Interval(i)
}

// rate is a share in a sentence: 占85.7%（95%置信区间82.1%—88.6%）; below ten the words 不足10件.
func (p *sketch) rate(x, n int) string {
	if n < minN {
		return p.say("report.few.rate")
	}
	return p.say("report.rate", "p", p.share(float64(x)/float64(n)), "range", p.between(p.wilson(x, n)))
}

// tagOf is the word 有异议 where an item is disputed.
func (p *sketch) tagOf(c models.Competency) string {
	if p.disputed[c] {
		return p.say("report.tag.disputed")
	}
	return ""
}
