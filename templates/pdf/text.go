package pdf

import (
	"strconv"
	"strings"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// Span is a stretch of running text, bold or not.
type Span struct {
	Text string
	Bold bool
}

// Plain is one span of people's text: nothing in it is markup.
func Plain(s string) []Span { return []Span{{Text: s}} }

// Rich reads **bold** in sentences of our own. It must not be given text that people wrote.
func Rich(s string) []Span {
	var spans []Span
	for i, piece := range strings.Split(s, "**") {
		if piece != "" {
			spans = append(spans, Span{Text: piece, Bold: i%2 == 1})
		}
	}
	return spans
}

// runs gives every span its face.
func runs(spans []Span, plain, bold font.Face) []font.Run {
	list := make([]font.Run, len(spans))
	for i, s := range spans {
		list[i] = font.Run{Text: s.Text, Face: plain}
		if s.Bold {
			list[i].Face = bold
		}
	}
	return list
}

// setting is how a block of lines is set.
type setting struct {
	x, width, size, step float64
	base                 float64 // of the first line below its top
	indent               float64 // em
	justify              bool
	color                chart.Color
	plain, bold          font.Face
	in                   tag
}

// lines sets spans as parts, one for each line.
func (d *Doc) lines(s setting, spans []Span) []part {
	em := s.size * pointMM
	set := setLines(d.canvas.compose(runs(spans, s.plain, s.bold)...),
		column{width: s.width / em, indent: s.indent, justify: s.justify})
	parts := make([]part, len(set))
	for i, l := range set {
		parts[i] = part{high: s.step, draw: func(y float64) {
			d.canvas.in = s.in
			d.canvas.write(l, s.x, y+s.base, s.size, s.color)
		}}
	}
	return parts
}

func (d *Doc) para(spans []Span, size, step float64) {
	s := setting{
		x: d.left, width: d.area, size: size, step: step, base: 0.72 * step, indent: d.body.indent,
		justify: d.body.justify, color: chart.Ink, plain: d.plain, bold: font.SansBold,
		in: d.canvas.add(trunk, paragraph, ""),
	}
	gap := 0.0
	if d.body.indent == 0 {
		gap = 2 // paragraphs without indent are told apart by a gap
	}
	if n := len(d.blocks); n > 0 && !d.blocks[n-1].heading && !d.blocks[n-1].running {
		gap = 3 // after a table or figure
	}
	d.add(block{gap: gap, parts: d.lines(s, spans), first: 2, last: 2, running: true})
}

// Para is a paragraph of body text; bold words are Sans SemiBold.
func (d *Doc) Para(spans ...Span) { d.para(spans, d.body.size, d.body.step) }

// Small is a paragraph of small body: rights, corrections.
func (d *Doc) Small(spans ...Span) { d.para(spans, d.body.small, d.body.short) }

// Note is a remark in grey under what it belongs to.
func (d *Doc) Note(text string) {
	d.add(block{gap: 1.2, parts: d.lines(d.noteSetting(2.9, d.piece(paragraph, text)), Plain(text)), first: 2})
}

// Section is a heading of the first level: 一、摘要. It stays with what follows and is a bookmark.
func (d *Doc) Section(title string) { d.head(title, d.sizeSection, 6, 4, 7.6, 0) }

// Subsection is a heading of the second level: （一）….
func (d *Doc) Subsection(title string) { d.head(title, d.sizeBody, 3.5, 3.9, 6, 1) }

func (d *Doc) head(title string, size, gap, base, step float64, level int) {
	s := setting{
		x: d.left, width: d.area, size: size, step: step - 1.6, base: base, color: chart.Ink, plain: font.SansBold,
		bold: font.SansBold, in: d.piece(d.headingKind(level), title),
	}
	parts := d.lines(s, Plain(title))
	draw := parts[0].draw
	parts[0].draw = func(y float64) {
		d.canvas.mark(level, y, title)
		draw(y)
	}
	parts[len(parts)-1].high = step
	d.add(block{gap: gap, parts: parts, first: len(parts), keep: true, heading: true})
}

// Items are the numbered statements of the method.
func (d *Doc) Items(items ...[]Span) {
	const hanging = 5.0
	s := setting{
		x: d.left + hanging, width: d.area - hanging, size: d.sizeTable, step: 4.7, base: 3.4, justify: d.body.justify,
		color: chart.Ink, plain: font.Sans, bold: font.SansBold,
	}
	c := d.canvas
	all := c.add(trunk, list, numbered)
	for i, item := range items {
		li := c.add(all, listItem, "")
		lbl := c.add(li, label, "")
		s.in = c.add(li, listBody, "")
		parts := d.lines(s, item)
		draw, number := parts[0].draw, strconv.Itoa(i+1)+"."
		parts[0].draw = func(y float64) {
			c.in = lbl
			c.text(d.left, y+s.base, s.size, font.Sans, chart.Ink, chart.Left, number)
			draw(y)
		}
		gap := 0.0
		if i == 0 {
			gap = 1.5
		}
		lonely := i == 0 || i == len(items)-2 // neither the first nor the last stands alone on a page
		d.add(block{gap: gap, parts: parts, first: 2, last: 2, running: true, keep: lonely && i+1 < len(items)})
	}
}

// PageBreak begins a new page, unless one has just begun.
func (d *Doc) PageBreak() { d.add(block{fresh: true}) }

// Annex begins the annex on a new page: a small mark, a heading of one line or more, a remark at the right. Pages go
// on counting.
func (d *Doc) Annex(mark, title, aside string) {
	s := setting{
		x: d.left, width: d.area, size: d.sizeSection, step: 5.6, base: 4, color: chart.Ink,
		plain: font.SansBold, bold: font.SansBold, in: d.piece(d.headingKind(0), mark+title),
	}
	side := d.piece(paragraph, aside)
	remark := d.canvas.fonts.Width(font.Sans, d.sizeNote, aside) + 4
	low := 12.0 // the remark stands beside the title, or beside the mark where the title is long
	if d.canvas.fonts.Width(font.SansBold, s.size, title) > d.area-remark {
		low = 4
	}
	lines := d.lines(s, Plain(title))
	d.add(block{fresh: true, keep: true, first: 1, parts: []part{{high: 8 + high(lines) + 2.4, draw: func(y float64) {
		c := d.canvas
		c.mark(0, y, strings.TrimSpace(mark+" "+title))
		c.in = s.in
		c.text(d.left, y+4, d.sizeBody, font.SansBold, chart.Ink, chart.Left, mark)
		for i, l := range lines {
			l.draw(y + 8 + s.step*float64(i))
		}
		c.in = side
		c.text(d.right, y+low, d.sizeNote, font.Sans, chart.Grey, chart.Right, aside)
	}}}})
}
