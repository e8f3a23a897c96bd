package pdf

import (
	"math"
	"strings"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// fitColumns gives every column what its words need, where the table has room for that on one line each, or the columns
// of words the rest, where that is enough to break lines in; ok is false where the table must become records.
func (d *Doc) fitColumns(t Table) (cols []Col, ok bool) {
	const gap, least = 3.0, 26.0
	need := make([]float64, len(t.Cols))
	for i, c := range t.Cols {
		for piece := range strings.SplitSeq(c.Head, "\n") {
			need[i] = math.Max(need[i], d.canvas.fonts.Width(font.SansBold, d.sizeTable, piece))
		}
		for _, r := range t.Rows {
			if i < len(r.Cells) {
				cell := r.Cells[i]
				wide := d.canvas.fonts.Width(font.SansBold, d.sizeTable, cell.Text) + d.tagWidth(cell)
				need[i] = math.Max(need[i], wide)
			}
		}
		need[i] += gap
		if i > 0 && c.Align == Left && t.Cols[i-1].Align == Right {
			need[i] += gap
		}
	}
	cols = append(cols, t.Cols...)
	fixed, open := 0.0, 0
	for i, c := range cols {
		if cols[i].Width = need[i]; c.Align == Left && need[i] > least {
			open++
		} else {
			fixed += need[i]
		}
	}
	total := fixed
	for i, c := range cols {
		if c.Align == Left && need[i] > least {
			total += need[i]
		}
	}
	switch {
	case total <= d.area:
		for i := range cols {
			cols[i].Width += (d.area - total) / float64(len(cols))
		}
		return cols, true
	case open > 0 && (d.area-fixed)/float64(open) >= least:
		for i, c := range cols {
			if c.Align == Left && need[i] > least {
				cols[i].Width = (d.area - fixed) / float64(open)
			}
		}
		return cols, true
	}
	return nil, false
}

// pair is one figure of a record: the words of its column and what stands in it.
type pair struct {
	head, value string
	x           float64
	line        int
	in          tag
}

// records sets a table that is too wide for its page: a row becomes a record, its first cell a line of its own, below
// it the words of every column with what stands there.
func (d *Doc) records(t Table) {
	c := d.canvas
	all, name := c.add(trunk, list, ""), ornament
	if t.Title != "" {
		name = c.add(all, caption, "")
	}
	head := d.recordHead(t.Title, name)
	again := d.recordHead(t.Title+d.frame.Continued, ornament)
	parts := []part{head}
	for i, r := range t.Rows {
		body := c.add(c.add(all, listItem, ""), listBody, "")
		parts = append(parts, d.record(t.Cols, r, i+1 < len(t.Rows), body))
	}
	end, tall := parts[len(parts)-1].draw, parts[len(parts)-1].high
	shut := func(y float64) { c.rule(d.left, y, d.right, y, 1, chart.Ink) }
	parts[len(parts)-1].draw = func(y float64) {
		end(y)
		shut(y + tall)
	}
	b := block{gap: 3.5, parts: parts, first: min(2, len(parts)), last: 1, again: &again, cut: shut}
	if t.Note != "" {
		note := d.lines(d.noteSetting(4, d.piece(paragraph, t.Note)), Plain(t.Note))
		b.parts, b.last = append(b.parts, note...), 1+len(note)
	}
	b.parts[len(b.parts)-1].high++
	b.last = min(b.last, len(b.parts))
	d.add(b)
}

func (d *Doc) recordHead(title string, in tag) part {
	lines := d.lines(d.captionSetting(in), Plain(title))
	if title == "" {
		lines = nil
	}
	return part{high: high(lines) + 0.6, draw: func(y float64) {
		for _, l := range lines {
			l.draw(y)
			y += l.high
		}
		d.canvas.rule(d.left, y, d.right, y, 1, chart.Ink)
	}}
}

// record sets one row in its element; ruled draws the line that parts it from the next.
func (d *Doc) record(cols []Col, r Row, ruled bool, in tag) part {
	const inset, between = 3.0, 4.0
	half := d.area / 2
	title := d.canvas.add(in, paragraph, "")
	var pairs []pair
	x, line := inset, 1
	for i, cell := range r.Cells {
		if i == 0 || cell.Text == "" && cell.Tag == "" {
			continue
		}
		p := pair{head: strings.ReplaceAll(cols[i].Head, "\n", ""), value: cell.Text}
		for _, words := range [...]string{p.head, p.value, cell.Tag, cell.TagNote} {
			d.canvas.check(words)
		}
		wide := d.pairWidth(p)
		if x > inset && (x > half+inset || wide > d.area-half-inset) {
			x, line = inset, line+1
		}
		p.x, p.line, p.in = x, line, d.canvas.add(in, paragraph, "")
		pairs = append(pairs, p)
		if x += half; wide+between > half {
			x, line = inset, line+1
		}
	}
	if len(pairs) > 0 {
		line = pairs[len(pairs)-1].line
	} else {
		line = 0
	}
	var name []part
	var first Cell
	if len(r.Cells) > 0 {
		first = r.Cells[0]
		s := d.captionSetting(title)
		s.size, s.width = d.sizeTable, d.area-d.tagWidth(first)-1.5
		name = d.lines(s, []Span{{Text: first.Text, Bold: true}})
	}
	tall := high(name) + cellStep*float64(line) + 2.4
	return part{high: tall, draw: func(y float64) {
		c := d.canvas
		if ruled {
			c.rule(d.left, y+tall, d.right, y+tall, 0.25, chart.Hair)
		}
		y++
		for _, l := range name {
			l.draw(y)
			y += l.high
		}
		if c.in = title; first.Tag != "" {
			d.tag(first, placed{from: d.right - d.tagWidth(first)}, nil, y-1)
		}
		for _, p := range pairs {
			base := y + cellStep*float64(p.line-1) + 2.6
			at := d.left + p.x
			c.in = p.in
			at += c.text(at, base, d.sizeNote, font.Sans, chart.Grey, chart.Left, p.head) + 1.6
			c.text(at, base, d.sizeTable, font.Sans, chart.Ink, chart.Left, p.value)
		}
	}}
}

func (d *Doc) pairWidth(p pair) float64 {
	return d.canvas.fonts.Width(font.Sans, d.sizeNote, p.head) + 1.6 +
		d.canvas.fonts.Width(font.Sans, d.sizeTable, p.value)
}

// captionSetting is how the title of a table is set; noteSetting, with its first baseline, the remark below one.
func (d *Doc) captionSetting(in tag) setting {
	return setting{
		x: d.left, width: d.area, size: d.sizeCaption, step: 4.8, base: 3.4, color: chart.Ink,
		plain: font.SansBold, bold: font.SansBold, in: in,
	}
}

func (d *Doc) noteSetting(base float64, in tag) setting {
	return setting{
		x: d.left, width: d.area, size: d.sizeNote, step: 4, base: base, justify: d.body.justify,
		color: chart.Grey, plain: font.Sans, bold: font.SansBold, in: in,
	}
}
