package report

import (
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

// placed is the sentence on one figure: 4 within the limits, 12 between them, 6 outside the 99.8 % limits.
func (p *paper) placed(f assessments.Funnel, own assessments.FunnelPoint) string {
	args := []any{
		"figure", p.say("report.funnel." + f.Figure), "p", p.share(own.P), "g", p.n(len(f.Points)),
		"lo", p.share(f.Own998.Lo), "hi", p.share(f.Own998.Hi),
	}
	return p.say("report.funnel.place."+[]string{"inside", "watch", "below", "above"}[placeOf(f, own)], args...)
}

// compare is the part on units of the same kind: a funnel for each figure, what they say, and the record of a signal.
func (p *paper) compare(d assessments.UnitDossier) {
	var pics []chart.Picture
	var said []string
	signal := false
	for _, f := range d.Funnels {
		if !hasPeers(f) {
			continue
		}
		pics = append(pics, p.funnel(f))
		own, ok := ownPoint(f)
		if !ok {
			said = append(said, p.say("report.funnel.own_few", "figure", p.say("report.funnel."+f.Figure)))
			continue
		}
		said = append(said, p.placed(f, own))
		where := placeOf(f, own)
		signal = signal || where == below || where == above
	}
	if len(pics) == 0 {
		p.para(p.say("report.funnel.none", "g", p.n(d.Method.GroupSize)))
		return
	}
	if signal {
		said = append(said, p.say("report.funnel.order"))
	}
	p.para(p.say("report.funnel.opening"))
	p.para(said...)
	for i := 0; i < len(pics); i += 2 {
		if i+1 < len(pics) {
			p.doc.Pair(pics[i], pics[i+1])
		} else {
			p.doc.Figure(pics[i], "")
		}
	}
	legend, err := chart.FunnelLegend(p.printer.Fonts(), chart.FunnelWords{
		Limit95: p.say("report.funnel.limit95"), Limit998: p.say("report.funnel.limit998"),
		Theta: p.say("report.funnel.theta"), Others: p.say("report.funnel.others"), Own: p.say("report.funnel.own"),
	})
	p.figure(legend, err, "")
	if signal {
		p.checks()
	}
}

// funnel draws one figure of all units with its limits and the numbers behind them.
func (p *paper) funnel(f assessments.Funnel) chart.Picture {
	limits := stats.Funnel{Theta: f.Theta, Phi: f.Phi, Tau2: f.Tau2, Plain: f.Exact, MinN: minN}
	c := chart.FunnelChart{
		W: 75, H: 64, XLabel: p.say("report.funnel.x." + f.Figure), Theta: f.Theta, MinN: minN,
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
	c.Title = p.figureTitle(p.say("report.funnel." + f.Figure))
	c.Desc = p.join(c.Lines)
	return p.drawn(chart.Funnel(p.printer.Fonts(), c))
}

func (p *paper) limit(f stats.Funnel, n, z float64) chart.Interval {
	i, err := f.Limits(n, z)
	if err != nil {
		p.fail(err)
	}
	return chart.Interval(i)
}

// funnelLines stand under a funnel: level, units, dispersion; how many lie outside and how many chance would put there.
func (p *paper) funnelLines(f assessments.Funnel) []string {
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
			{Head: p.say("report.check.step"), Width: first}, {Head: p.say("report.check.what")},
			{Head: p.say("report.check.who"), Width: 30}, {Head: p.say("report.check.state"), Width: 24},
		},
		Note: p.say("report.check.note"),
	}
	for _, step := range []string{"data", "circumstances", "work"} {
		t.Rows = append(t.Rows, cells(p.say("report.check.step."+step), p.say("report.check.what."+step), "",
			p.say("report.check.not_begun")))
	}
	p.doc.Table(t)
}
