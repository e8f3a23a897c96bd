package report

import (
	"shanzhi/assessments"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pdf"
)

// Evidence is what an integrity mark rests on, in one sentence that names nobody.
func Evidence(w *i18n.Printer, m assessments.MarkRow) string {
	t := tongue{w: w}
	month := ""
	if m.Month != "" {
		month = t.month(m.Month, true)
	}
	return t.say("mark.evidence."+m.Kind, "n", t.n(m.N), "of", t.n(m.Of), "month", month,
		"usual", fixed(m.Usual, 1), "share", t.share(m.Usual))
}

// Found is what a human found of an integrity mark, or that nobody has looked.
func Found(w *i18n.Printer, m assessments.MarkRow) string {
	t := tongue{w: w}
	if m.Finding == "" {
		return t.say("mark.finding.none")
	}
	return t.say("mark.found", "finding", t.named("mark.finding.", m.Finding), "on", t.day(m.FoundOn),
		"reason", m.Reason)
}

// marks are the doubts about the data that a human has to look into, with what he found.
func (p *paper) marks(d assessments.UnitDossier) {
	if d.Marks == nil { // sealed before they were looked for
		first := p.say("report.marks.none")
		if d.Ratings.Pressure > 0 {
			first = p.say("report.marks.pressure", "n", p.n(d.Ratings.Pressure))
		}
		p.para(first, p.say("report.marks.no_record"), p.say("report.marks.rule"))
		return
	}
	if len(d.Marks.Rows) == 0 {
		p.para(p.say("report.marks.nothing"), p.say("report.marks.unseen"))
		return
	}
	if p.large {
		p.markItems(d.Marks.Rows)
		return
	}
	t := pdf.Table{
		Title: p.tableTitle(p.say("report.marks.title")),
		Cols: []pdf.Col{
			{Head: p.say("report.marks.kind"), Width: 36},
			{Head: p.say("report.marks.n"), Width: 16, Align: pdf.Right},
			{Head: p.say("report.marks.evidence")},
			{Head: p.say("report.marks.finding"), Width: 40},
		},
		Note: p.say("report.marks.rule"),
	}
	for _, m := range d.Marks.Rows {
		m.Reason = p.printer.Fonts().Visible(m.Reason)
		t.Rows = append(t.Rows, cells(p.named("mark.kind.", m.Kind), p.n(m.N), Evidence(p.w, m), Found(p.w, m)))
	}
	p.doc.Table(t)
	p.para(p.say("report.marks.unseen"))
}

// markItems is that table in large print, where its sentences have no room side by side.
func (p *paper) markItems(rows []assessments.MarkRow) {
	p.para("**" + p.tableTitle(p.say("report.marks.title")) + "**")
	p.doc.KeepNext()
	var items [][]pdf.Span
	for _, m := range rows {
		m.Reason = p.printer.Fonts().Visible(m.Reason)
		kind := pdf.Rich("**" + p.named("mark.kind.", m.Kind) + "**" + p.aside(p.n(m.N)) + "　")
		said := p.join([]string{Evidence(p.w, m), p.say("report.marks.finding") + p.colon() + Found(p.w, m)})
		items = append(items, append(kind, pdf.Plain(said)...))
	}
	p.doc.Items(items...)
	p.doc.Note(p.say("report.marks.rule"))
	p.para(p.say("report.marks.unseen"))
}
