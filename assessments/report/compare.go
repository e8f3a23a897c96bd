package report

import (
	"strings"

	"shanzhi/assessments"
	"shanzhi/assessments/stats"
	"shanzhi/templates/chart"
	"shanzhi/templates/pdf"
)

// ownPoint is the unit's own point; ok is false when it has too few cases to be drawn.
func ownPoint(f assessments.Funnel) (own assessments.FunnelPoint, ok bool) {
	for _, q := range f.Points {
		if q.Own {
			return q, q.N >= minN
		}
	}
	return own, false
}

// hasPeers says that there are other units to compare with.
func hasPeers(f assessments.Funnel) bool { return len(f.Points) > 2 }

// place is where the own point lies.
type place uint8

const (
	inside place = iota
	watch        // between the 95 % and the 99.8 % limits
	below        // outside the 99.8 % limits: a signal
	above
)

func placeOf(f assessments.Funnel, own assessments.FunnelPoint) place {
	switch {
	case own.P < f.Own998.Lo:
		return below
	case own.P > f.Own998.Hi:
		return above
	case own.P < f.Own95.Lo || own.P > f.Own95.Hi:
		return watch
	}
	return inside
}

// places are the sentences on the figures of a unit: 4 within the limits, once for all of them, 12 between them, 6
// outside the 99.8 % limits.
func (p *sketch) places(list []assessments.Funnel) []string {
	var out, calm []string
	peers := ""
	flush := func() {
		key := "report.funnel.place.inside"
		if len(calm) > 1 {
			key = "report.funnel.place.inside_all"
		}
		if len(calm) > 0 {
			out = append(out, p.say(key, "figures", p.list(calm), "peers", peers))
		}
		calm = nil
	}
	for _, f := range list {
		own, ok := ownPoint(f)
		if !ok {
			continue
		}
		these := p.say("report.funnel.peers", "g", p.n(len(f.Points)))
		args := []any{
			"figure", p.say("report.funnel." + f.Figure), "p", p.share(own.P), "peers", these,
			"lo", p.share(f.Own998.Lo), "hi", p.share(f.Own998.Hi),
		}
		where := placeOf(f, own)
		if where != inside || these != peers {
			flush()
		}
		if peers = these; where == inside {
			calm = append(calm, p.say("report.funnel.named", args...))
			continue
		}
		out = append(out, p.say("report.funnel.place."+[]string{"", "watch", "below", "above"}[where], args...))
	}
	flush()
	return out
}

// compare is the part on units of the same kind: a funnel for each figure, what they say, and the record of a signal.
// A figure of which the unit has fewer than ten has no funnel: there is nothing of its own in it.
func (p *paper) compare(d assessments.UnitDossier) {
	var pics []chart.Picture
	var few []string
	signal, spread := false, false
	list := funnels(d)
	for _, f := range list {
		own, ok := ownPoint(f)
		if !ok {
			few = append(few, p.say("report.funnel."+f.Figure))
			continue
		}
		pics = append(pics, p.funnel(f))
		where := placeOf(f, own)
		signal = signal || where == below || where == above
		spread = spread || !f.Exact && f.Tau2 > 0
	}
	said := append(p.places(list), p.alone(d), p.ownFew(few))
	if signal {
		said = append(said, p.say("report.funnel.order"))
	}
	switch {
	case len(list) == 0:
		p.para(p.tooFewUnits(d))
		return
	case len(pics) == 0:
		p.para(said...)
		return
	}
	if moved(d) {
		said = append(said, p.say("report.funnel.moved"))
	}
	p.para(p.say("report.funnel.opening"))
	p.para(said...)
	p.funnelRow(pics, spread)
	if signal {
		p.checks()
	}
}

// ownFew names the figures of which the unit itself has fewer than ten.
func (p *sketch) ownFew(figures []string) string {
	if len(figures) == 0 {
		return ""
	}
	return p.say("report.funnel.own_few", "figures", p.list(figures))
}

// alone names the figures of which no two other units have ten or more.
func (p *sketch) alone(d assessments.UnitDossier) string {
	var names []string
	for _, f := range d.Funnels {
		if !hasPeers(f) {
			names = append(names, p.say("report.funnel."+f.Figure))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return p.say("report.funnel.alone", "figures", p.list(names))
}

// tooFewUnits says why there is nothing to compare with.
func (p *sketch) tooFewUnits(d assessments.UnitDossier) string {
	if d.Method.GroupSize < 2 {
		return p.say("report.funnel.nobody")
	}
	return p.say("report.funnel.none", "g", p.n(d.Method.GroupSize))
}

// funnelRow sets one or two funnels with the legend below them.
func (p *paper) funnelRow(pics []chart.Picture, spread bool) {
	legend := p.drawn(chart.FunnelLegend(p.doc.Desk(), p.funnelWords(spread)))
	right := chart.Picture{}
	if len(pics) > 1 {
		right = pics[1]
	}
	p.doc.Pair(pics[0], right, legend)
}

// funnelWords name the signs of the funnels; spread says that one of them allows for over-dispersion.
func (p *sketch) funnelWords(spread bool) chart.FunnelWords {
	words := chart.FunnelWords{
		Limit95: p.say("report.funnel.limit95"), Limit998: p.say("report.funnel.limit998"),
		Theta: p.say("report.funnel.theta"), Others: p.say("report.funnel.others"),
		Own: p.say("report.funnel.own_plain"),
	}
	if spread {
		words.Own = p.say("report.funnel.own")
	}
	return words
}

// funnel draws one figure of all units with its limits and the numbers behind them.
func (p *paper) funnel(f assessments.Funnel) chart.Picture {
	c := p.funnelChart(f)
	c.Title = p.figureTitle(c.Title)
	return p.drawn(chart.Funnel(p.doc.Desk(), c))
}

// funnelChart is that figure without its number.
func (p *sketch) funnelChart(f assessments.Funnel) chart.FunnelChart {
	limits := stats.Funnel{Theta: f.Theta, Phi: f.Phi, Tau2: f.Tau2, Plain: f.Exact, MinN: minN}
	c := chart.FunnelChart{
		XLabel: p.say("report.funnel.x." + f.Figure), Theta: f.Theta, MinN: minN,
		Limit: func(n float64) (near, far chart.Interval) {
			return p.limit(limits, n, stats.Z95), p.limit(limits, n, stats.Z998)
		},
	}
	for _, q := range f.Points {
		if q.Own {
			c.Own = &chart.FunnelPoint{N: float64(q.N), P: q.P}
			c.OwnLabel = p.say("report.funnel.label", "p", p.share(q.P))
			continue
		}
		c.Others = append(c.Others, chart.FunnelPoint{N: float64(q.N), P: q.P})
	}
	c.Lines = p.funnelLines(f)
	c.Title = p.say("report.funnel." + f.Figure)
	c.Desc = strings.Join(c.Lines, p.semicolon())
	return c
}

func (p *sketch) limit(f stats.Funnel, n, z float64) chart.Interval {
	i, err := f.Limits(n, z)
	if err != nil {
		p.fail(err)
	}
	return chart.Interval(i)
}

// funnelLines stand under a funnel: level, units, dispersion; how many lie outside and how many chance would put there.
func (p *sketch) funnelLines(f assessments.Funnel) []string {
	units := len(f.Points)
	first := p.say("report.funnel.spread", "theta", p.share(f.Theta), "g", p.n(units), "phi", fixed(f.Phi, 2),
		"tau", fixed(f.Tau2, 5))
	if f.Exact {
		first = p.say("report.funnel.exact", "theta", p.share(f.Theta), "g", p.n(units))
	}
	near, err := stats.ChanceOutside(units, stats.Z95)
	if err != nil {
		p.fail(err)
	}
	far, err := stats.ChanceOutside(units, stats.Z998)
	if err != nil {
		p.fail(err)
	}
	lines := []string{first, p.say("report.funnel.outside", "a", f.Out95, "b", f.Out998, "c", fixed(near, 1),
		"d", fixed(far, 2))}
	if f.Exact {
		lines = append(lines, p.say("report.funnel.exact_why"))
	}
	if f.NotPlotted > 0 {
		lines = append(lines, p.say("report.funnel.small", "n", p.n(f.NotPlotted)))
	}
	return lines
}

// checks is the record of a signal: data, circumstances, work, in this order.
func (p *paper) checks() {
	first := 26.0
	if p.english() {
		first = 32
	}
	t := pdf.Table{
		Title: p.tableTitle(p.say("report.check.title")),
		Cols: []pdf.Col{
			{Head: p.say("report.check.step"), Width: first},
			{Head: p.say("report.check.what")},
			{Head: p.say("report.check.who"), Width: 30},
			{Head: p.say("report.check.state"), Width: 24},
		},
		Note: p.say("report.check.note"),
	}
	for _, step := range []string{"data", "circumstances", "work"} {
		t.Rows = append(t.Rows, cells(p.say("report.check.step."+step), p.say("report.check.what."+step), "",
			p.say("report.check.not_begun")))
	}
	p.doc.Table(t)
}
