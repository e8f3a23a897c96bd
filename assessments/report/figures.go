package report

import (
	"strings"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/templates/chart"
)

// Figure is one figure of a dossier for a page: the drawing, whose title and description are its heading and its
// sentence, and the same numbers as a table.
type Figure struct {
	Picture chart.Picture
	Heads   []string   // the first column names the rows, the others are numbers and short words
	Rows    [][]string // "" where there is no number
}

// PersonFigures are the figures of a cadre's dossier, the same as in his report; nil where there is nothing to draw.
type PersonFigures struct {
	Dots                       *Figure
	Contributions              map[models.Competency]Figure
	Levels, Bounds, Flow, Load *Figure
	Mix                        *Figure // of matters, where solved cases are adjusted to it
	Trend                      *Figure // of good ratings against the own past
}

// UnitFigures are the figures of a unit's dossier, the same as in its report; nil where there is nothing to draw.
type UnitFigures struct {
	Keys, Flow, Families, Ages, Outcomes, Levels, Bounds, Load, Trend *Figure
	Funnels                                                           []Figure
	Cases, Ratings, Compared                                          []string // what is said of each
}

// Person draws the figures of a cadre for a place on a page. disputed are the items with an open objection.
func (pr *Press) Person(d assessments.PersonDossier, disputed map[models.Competency]bool, lang string,
	place chart.Place,
) (f PersonFigures, err error) {
	s := pr.board(lang, place)
	s.disputed = disputed
	if len(d.Competencies) > 0 {
		f.Dots = s.dots(d)
		f.Contributions = s.contributions(d)
	}
	f.Levels, f.Bounds = s.levels(d.Ratings), s.bounds(d.Ratings)
	f.Flow, f.Load = s.flow(d.Cases, "report.flow.person"), s.load(d.Load, d.Method.GroupSize, "person")
	f.Mix, f.Trend = s.mix(d.Mix), s.trend(d.Trend, "person")
	return f, s.err
}

// Unit draws the figures of a unit for a place on a page.
func (pr *Press) Unit(d assessments.UnitDossier, lang string, place chart.Place) (f UnitFigures, err error) {
	s := pr.board(lang, place)
	f.Keys, f.Flow = s.keys(d.Cases, d.Ratings), s.flow(d.Cases, "report.flow.unit")
	f.Families, f.Ages, f.Outcomes = s.families(d.Cases), s.ages(d.Cases), s.outcomes(d.Cases)
	f.Levels, f.Bounds = s.levels(d.Ratings), s.bounds(d.Ratings)
	f.Trend = s.trend(d.Trend, "unit")
	closed, rated := s.unitSaid(d)
	f.Cases, f.Ratings = []string{unmarked(closed)}, []string{unmarked(rated)}
	if d.OnDuty > 0 {
		f.Load = s.load(d.Load, d.Method.GroupSize, "unit")
	}
	list := funnels(d)
	var few []string
	for _, x := range list {
		if _, ok := ownPoint(x); ok {
			f.Funnels = append(f.Funnels, *s.funnel(x))
			continue
		}
		few = append(few, s.say("report.funnel."+x.Figure))
	}
	for _, said := range append(s.places(list), s.alone(d), s.ownFew(few)) {
		if said != "" {
			f.Compared = append(f.Compared, unmarked(said))
		}
	}
	if len(list) == 0 {
		f.Compared = append(f.Compared, s.tooFewUnits(d))
	}
	return f, s.err
}

// Rated draws the levels by channel of ratings that are not sealed yet; nil without any.
func (pr *Press) Rated(r assessments.RatingResult, lang string, place chart.Place) (*Figure, error) {
	s := pr.board(lang, place)
	return s.levels(r), s.err
}

// board makes figures for a page.
type board struct {
	sketch
	desk chart.Desk
}

func (pr *Press) board(lang string, place chart.Place) *board {
	return &board{
		sketch: sketch{tongue: tongue{w: pr.words.Printer(lang)}},
		desk:   chart.Desk{Fonts: pr.printer.Fonts(), Place: place},
	}
}

// unmarked takes the marks of bold text out of a sentence.
func unmarked(s string) string { return strings.ReplaceAll(s, "**", "") }

// shown is a finished figure; what went wrong is kept.
func (p *board) shown(pic chart.Picture, err error, heads []string, rows [][]string) *Figure {
	if err != nil {
		p.fail(err)
	}
	pic.Desc = unmarked(pic.Desc)
	return &Figure{Picture: pic, Heads: heads, Rows: rows}
}

// heads are the words of keys.
func (p *board) heads(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = strings.ReplaceAll(p.say(k), "\n", "")
	}
	return out
}

// ofScores writes an interval of points in a cell.
func (p *board) ofScores(i chart.Interval) string { return fixed(i.Lo, 1) + p.dash() + fixed(i.Hi, 1) }

func (p *board) dots(d assessments.PersonDossier) *Figure {
	c := p.dotChart(d)
	var rows [][]string
	for _, r := range c.Rows {
		row := []string{r.Name, "", "", "", "", p.join([]string{r.Compare, p.aside(r.CompareNote)})}
		if r.Tag != "" {
			row[0] += p.aside(r.Tag)
		}
		if r.Kind != chart.DotNone {
			row[1], row[2], row[3] = r.Value, p.ofScores(r.I80), p.ofScores(r.I95)
		}
		if r.Band != nil {
			row[4] = p.ofScores(chart.Interval{Lo: r.Band.Lo, Hi: r.Band.Hi})
		}
		rows = append(rows, append(row, r.Under))
	}
	pic, err := chart.Dots(p.desk, c)
	return p.shown(pic, err, p.heads("report.dots.name", "report.figures.estimate", "report.figures.i80",
		"report.figures.i95", "report.figures.group80", "report.dots.compare", "report.figures.basis"), rows)
}

// contributions are the waterfall, a picture for each competency on one scale.
func (p *board) contributions(d assessments.PersonDossier) map[models.Competency]Figure {
	c, _ := p.waterChart(d)
	pics, err := chart.Waterfall(p.desk, c)
	if err != nil || len(pics) != len(c.Groups) {
		p.fail(err)
		return nil
	}
	out := map[models.Competency]Figure{}
	for i, g := range c.Groups {
		var rows [][]string
		for _, s := range g.Sources {
			rows = append(rows, []string{s.Name, s.N, s.Weight, s.Rel, s.Raw, s.Shrunk, s.Gain})
		}
		if t := g.Total; t != nil {
			rows = append(rows, []string{t.Name, "", "", t.Rel, "", t.Mean, t.Gain})
		}
		pics[i].Title, pics[i].Desc = g.Name+p.aside(c.Heads[7]), p.said(d.Competencies[i], d.Method)
		out[d.Competencies[i].Competency] = *p.shown(pics[i], nil, c.Heads[:7], rows)
	}
	return out
}

// said is what can be said of one competency.
func (p *board) said(r assessments.CompetencyResult, m assessments.Method) string {
	list := []assessments.CompetencyResult{r}
	return p.join(append(p.standings(list, m), p.underMinimum(list)...))
}

func (p *board) levels(r assessments.RatingResult) *Figure {
	c, beside := p.levelChart(r)
	if len(c.Rows) == 0 {
		return nil
	}
	if beside {
		c.Desc = p.join([]string{c.Desc, p.say("report.levels.beside")})
	}
	heads := append([]string{c.Heads[0], c.Heads[1]}, c.Legend[:]...)
	var rows [][]string
	for _, r := range c.Rows {
		row := []string{r.Label, r.Mode, "", "", "", "", "", r.Count, r.Rate}
		if r.Words != "" {
			row[8] = p.join([]string{r.Rate, p.aside(r.Words)})
		}
		for i, n := range r.Counts {
			if r.Words == "" {
				row[2+i] = p.n(n)
			}
		}
		rows = append(rows, row)
	}
	pic, err := chart.Levels(p.desk, c)
	return p.shown(pic, err, append(heads, c.Heads[2], c.Heads[3]), rows)
}

func (p *board) bounds(r assessments.RatingResult) *Figure {
	if !bounded(r) {
		return nil
	}
	c := p.boundsChart(r)
	var rows [][]string
	for _, b := range c.Rows {
		row := []string{b.Label, b.Value, ""}
		if b.I != (chart.Interval{}) {
			row[2] = p.between(assessments.Interval(b.I))
		}
		rows = append(rows, row)
	}
	pic, err := chart.Bounds(p.desk, c)
	return p.shown(pic, err, p.heads("report.key.name", "report.key.rate", "report.figures.range"), rows)
}

func (p *board) flow(c assessments.CaseResult, title string) *Figure {
	f := p.flowChart(c, title)
	if f.Title == "" {
		return nil
	}
	var rows [][]string
	for _, part := range f.Parts {
		rows = append(rows, []string{part.Label, p.n(part.N)})
	}
	pic, err := chart.Flow(p.desk, f)
	return p.shown(pic, err, p.heads("report.figures.where", "report.figures.cases"), rows)
}

func (p *board) load(load []assessments.MonthLoad, group int, who string) *Figure {
	c := p.loadChart(load, group, who)
	if len(c.Months) == 0 {
		return nil
	}
	var rows [][]string
	for _, m := range c.Months {
		row := []string{m.Label, m.OwnText, "", ""}
		if m.HasBand {
			row[2], row[3] = fixed(m.Median, 1), p.ofScores(chart.Interval{Lo: m.Lo, Hi: m.Hi})
		}
		rows = append(rows, row)
	}
	c.Aside = "" // it is the sentence beside the figure
	pic, err := chart.Workload(p.desk, c)
	return p.shown(pic, err, p.heads("report.figures.month", "report.figures.own", "report.figures.median",
		"report.figures.group80"), rows)
}

func (p *board) keys(c assessments.CaseResult, r assessments.RatingResult) *Figure {
	k := p.keyChart(c, r)
	if len(k.Rows) == 0 {
		return nil
	}
	var rows [][]string
	for _, r := range k.Rows {
		rows = append(rows, []string{r.Name, r.Fraction, r.Rate, r.Range})
	}
	k.Note = "" // it is the sentence beside the figure
	pic, err := chart.KeyFigures(p.desk, k)
	return p.shown(pic, err, k.Heads[:4], rows)
}

// families are the closed cases by family of matters; the table has their days and rates too.
func (p *board) families(c assessments.CaseResult) *Figure {
	if len(c.Families) == 0 {
		return nil
	}
	b := chart.BarChart{}
	b.Title, b.Desc = p.say("report.figures.mix"), p.say("report.figures.mix_said")
	var rows [][]string
	for _, f := range c.Families {
		name := p.named("report.family.", string(f.Family))
		b.Rows = append(b.Rows, chart.BarRow{Label: name, N: f.Closed})
		row := []string{name}
		for _, cell := range p.familyRow(f).Cells[1:] {
			row = append(row, cell.Text)
		}
		rows = append(rows, row)
	}
	pic, err := chart.Bars(p.desk, b)
	return p.shown(pic, err, p.heads("report.families.family", "report.families.closed", "report.families.median",
		"report.families.p90", "report.families.on_time", "report.families.on_time_rate", "report.families.solved",
		"report.families.solved_rate"), rows)
}

// mix is the own mix of matters beside that of the comparable posts, with what it does to the share of solved cases.
func (p *board) mix(m *assessments.MixResult) *Figure {
	if m == nil {
		return nil
	}
	c := p.mixChart(m)
	c.Desc = p.mixSaid(m)
	var rows [][]string
	for _, r := range c.Rows {
		rows = append(rows, []string{r.Label, p.share(r.Own), p.share(r.Area)})
	}
	pic, err := chart.Pairs(p.desk, c)
	return p.shown(pic, err, p.heads("report.families.family", "report.mix.own", "report.mix.group"), rows)
}

func (p *board) ages(c assessments.CaseResult) *Figure {
	a := p.ageChart(c)
	if len(a.Rows) == 0 {
		return nil
	}
	var rows [][]string
	for _, r := range a.Rows {
		rows = append(rows, []string{r.Class, p.n(r.Within), p.n(r.Overdue)})
	}
	pic, err := chart.Ages(p.desk, a)
	return p.shown(pic, err, p.heads("report.ages.days", "report.figures.within", "report.figures.overdue"), rows)
}

func (p *board) outcomes(c assessments.CaseResult) *Figure {
	if c.Closed == 0 {
		return nil
	}
	b := p.outcomeChart(c)
	var rows [][]string
	for _, r := range b.Rows {
		rows = append(rows, []string{r.Label, p.n(r.N)})
	}
	pic, err := chart.Bars(p.desk, b)
	return p.shown(pic, err, p.heads("report.figures.outcome", "report.figures.cases"), rows)
}

// funnel is a comparison of units: the table has the own unit and the whole, for the others are never named.
func (p *board) funnel(f assessments.Funnel) *Figure {
	own, _ := ownPoint(f)
	c := p.funnelChart(f)
	c.Words = p.funnelWords(!f.Exact && f.Tau2 > 0)
	rows := [][]string{
		{p.say("report.funnel.own_plain"), p.n(own.N), p.share(own.P), p.between(f.Own95), p.between(f.Own998)},
		{p.say("report.funnel.theta"), "", p.share(f.Theta), "", ""},
	}
	pic, err := chart.Funnel(p.desk, c)
	return p.shown(pic, err, []string{
		p.say("word.unit"), p.say("report.funnel.x." + f.Figure), p.say("report.key.rate"),
		p.say("report.funnel.limit95"), p.say("report.funnel.limit998"),
	}, rows)
}
