package report

import (
	"shanzhi/assessments"
	"shanzhi/templates/pdf"
)

// bad counts the bad ratings and says what became of them.
func (p *paper) bad(d assessments.UnitDossier) {
	two, one := 0, 0
	for _, row := range d.Ratings.Rows {
		two, one = two+row.Counts[3], one+row.Counts[4]
	}
	counts := p.say("report.bad.counts", "n", p.n(two+one), "two", p.n(two), "one", p.n(one))
	if two+one == 0 {
		counts = p.say("report.bad.none")
	}
	switch h := d.Handled; {
	case h != nil && h.Total.Received > 0:
		p.para(counts, p.say("report.handled.lead"))
		p.handled(*h)
	case d.Ratings.N == 0:
		p.para(p.say("report.bad.nothing"))
	case two+one == 0:
		p.para(counts)
	case h != nil:
		p.para(counts, p.say("report.handled.none"))
	default: // sealed before it was counted
		p.para(counts, p.say("report.bad.no_record"))
	}
}

// handled is the table of what became of bad ratings: by reason where no row tells who rated, else the total alone.
func (p *paper) handled(h assessments.HandledResult) {
	t := pdf.Table{
		Title: p.tableTitle(p.say("report.handled.title")),
		Cols: []pdf.Col{
			{Head: p.say("report.handled.reason")},
			{Head: p.say("report.handled.received"), Width: 17, Align: pdf.Right},
			{Head: p.say("report.handled.true"), Width: 15, Align: pdf.Right},
			{Head: p.say("report.handled.partly"), Width: 18, Align: pdf.Right},
			{Head: p.say("report.handled.left_out"), Width: 17, Align: pdf.Right},
			{Head: p.say("report.handled.in_time"), Width: 20, Align: pdf.Right},
			{Head: p.say("report.handled.open"), Width: 15, Align: pdf.Right},
			{Head: p.say("report.handled.improved"), Width: 21, Align: pdf.Right},
		},
		Note: p.handledNote(h),
	}
	for _, r := range h.Rows {
		label := p.say("report.handled.reason.other")
		if r.Reason != assessments.OtherReason {
			label = p.named("rate.reason.", r.Reason)
		}
		t.Rows = append(t.Rows, p.handledRow(label, r, h.Told))
	}
	total := p.handledRow(p.say("report.total"), h.Total, h.Told)
	total.Total = len(h.Rows) > 0
	t.Rows = append(t.Rows, total)
	p.doc.Table(t)
}

func (p *paper) handledRow(label string, r assessments.HandledRow, told bool) pdf.Row {
	again, right, open := "—", "—", "—"
	if told {
		right, open = p.n(r.InTime), p.n(r.Open)
	}
	if r.Again > 0 {
		again = p.fraction(r.Improved, r.Again)
	}
	return cells(label, p.n(r.Received), p.n(r.True), p.n(r.Partly), p.n(r.LeftOut), right, open, again)
}

// handledNote says what the columns leave out, so that every row adds up.
func (p *paper) handledNote(h assessments.HandledResult) string {
	t := h.Total
	words := []string{
		p.say("report.handled.note.found", "received", p.n(t.Received), "untrue", p.n(t.Untrue),
			"pending", p.n(t.Pending)),
	}
	if h.Told {
		words = append(words, p.say("report.handled.note.right", "n", p.n(t.True+t.Partly), "x", p.n(t.InTime),
			"late", p.n(t.Late), "open", p.n(t.Open)))
	} else if t.True+t.Partly > 0 {
		words = append(words, p.say("report.handled.note.untold"))
	}
	if t.Again > 0 {
		words = append(words, p.say("report.handled.note.again"))
	}
	if h.NoLoop > 0 {
		words = append(words, p.say("report.handled.note.no_loop", "n", p.n(h.NoLoop)))
	}
	switch {
	case len(h.Rows) == 0:
		words = append(words, p.say("report.handled.note.total"))
	case h.Merged:
		words = append(words, p.say("report.handled.note.merged"))
	default:
		words = append(words, p.say("report.handled.note.reasons"))
	}
	return p.join(words)
}

// excluded says how many ratings and cases do not count, and why.
func (p *paper) excluded(d assessments.UnitDossier) {
	if d.Ratings.Excluded+d.Cases.Excluded == 0 {
		p.para(p.say("report.excluded.none"))
		return
	}
	key := "report.excluded.counts"
	switch {
	case d.Ratings.Excluded == 0:
		key = "report.excluded.cases"
	case d.Cases.Excluded == 0:
		key = "report.excluded.ratings"
	}
	counts := p.say(key, "ratings", p.n(d.Ratings.Excluded), "cases", p.n(d.Cases.Excluded))
	if d.LeftOut == nil { // sealed before it was counted
		p.para(counts, p.say("report.excluded.no_record"))
		return
	}
	p.para(counts)
	p.doc.KeepNext()
	p.leftOut(*d.LeftOut)
}

// leftOut is the table of what is not counted, by kind of reason; nobody is named.
func (p *paper) leftOut(l assessments.LeftOutResult) {
	t := pdf.Table{
		Title: p.tableTitle(p.say("report.left_out.title")),
		Cols: []pdf.Col{
			{Head: p.say("report.left_out.what"), Width: 30},
			{Head: p.say("report.left_out.why")},
			{Head: p.say("report.left_out.n"), Width: 20, Align: pdf.Right},
			{Head: p.say("report.left_out.by_two"), Width: 34, Align: pdf.Right},
		},
	}
	n, two := 0, 0
	add := func(what string, rows []assessments.LeftOutRow) {
		for _, r := range rows {
			n, two = n+r.N, two+r.ByTwo
			why := p.named("report.left_out."+what+".", r.Kind)
			if why == r.Kind {
				why = p.named("serve.ground.", r.Kind)
			}
			t.Rows = append(t.Rows, cells(p.say("report.left_out."+what), why, p.n(r.N), p.n(r.ByTwo)))
		}
	}
	add("rating", l.Ratings)
	add("case", l.Cases)
	if len(t.Rows) > 1 {
		total := cells(p.say("report.total"), "", p.n(n), p.n(two))
		total.Total = true
		t.Rows = append(t.Rows, total)
	}
	t.Note = p.say("report.left_out.note.all", "k", p.n(n))
	if two < n {
		t.Note = p.say("report.left_out.note.some", "k", p.n(two), "rest", p.n(n-two))
	}
	p.doc.Table(t)
}
