package pdf

import (
	"strings"
	"unicode/utf8"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// Head is the head of page 1.
type Head struct {
	Serial     string // 份号, six digits
	Secrecy    string // 密级 or 内部
	Edition    string // 第1版　2026年8月3日
	Number     string // 报告编号　…
	Letterhead string // 发文机关标志
	DocNo      string // 文号
	Title      string
	Subtitle   string
}

// Fact is a row of the facts box. A label of two Chinese characters is spread to four.
type Fact struct{ Label, Value string }

// Head draws the head; it comes first in the document.
func (d *Doc) Head(h Head) {
	lines := d.letterhead(h.Letterhead)
	down := 10 * float64(len(lines.words)-1)
	d.add(block{fixedTop: top, first: 1, parts: []part{{high: 66 + down, draw: func(float64) {
		c := d.canvas
		c.text(left, 33, sizeBody, font.Sans, chart.Ink, chart.Left, h.Serial)
		c.text(left, 39, sizeBody, font.SansBold, chart.Ink, chart.Left, h.Secrecy)
		c.text(right, 33, sizeCaption, font.Sans, chart.Grey, chart.Right, h.Edition)
		c.text(right, 39, sizeCaption, font.Sans, chart.Grey, chart.Right, h.Number)
		for i, words := range lines.words {
			c.spaced(axis, 52+10*float64(i), lines.size, font.SerifBold, chart.Red, chart.Center, words, lines.gap)
		}
		c.text(axis, 62+down, sizeDocNo, font.Serif, chart.Ink, chart.Center, h.DocNo)
		c.line(left, 66+down, right, 66+down, 1.4, chart.Red)
		d.title(h, down)
	}}}})
}

func (d *Doc) title(h Head, down float64) {
	c := d.canvas
	size := sizeTitle
	for size > sizeSubtitle && c.fonts.Width(font.SerifBold, size, h.Title) > area {
		size--
	}
	wide := c.text(axis, 80+down, size, font.SerifBold, chart.Ink, chart.Center, h.Title)
	if d.frame.Draft != "" {
		d.draftBox(down, wide, c.fonts.Width(font.Serif, sizeSubtitle, h.Subtitle))
	}
	c.text(axis, 89+down, sizeSubtitle, font.Serif, chart.Ink, chart.Center, h.Subtitle)
}

// draftHigh is the height of the box with the words of a draft.
const draftHigh = 6.0

// draftBox sets the words of a draft; title and subtitle are the widths of both.
func (d *Doc) draftBox(down, title, subtitle float64) {
	c := d.canvas
	x, y, wide := d.draftPlace(title, subtitle)
	c.stroke(chart.Ink, 0.6, nil)
	c.pdf.Rect(x, y+down, wide, draftHigh, "D")
	c.text(x+wide/2, y+down+4.4, sizeBody, font.SansBold, chart.Ink, chart.Center, d.frame.Draft)
}

// draftPlace is beside the title, beside the subtitle where the title leaves no room, or above both.
func (d *Doc) draftPlace(title, subtitle float64) (x, y, wide float64) {
	const apart = 4.0
	wide = d.canvas.fonts.Width(font.SansBold, sizeBody, d.frame.Draft) + 3
	if x = axis + title/2 + apart; x+wide <= right {
		return x, 75, wide
	}
	if x = right - wide; axis+subtitle/2+apart <= x {
		return x, 84, wide
	}
	return x, 67.5, wide
}

// letters is how a letterhead is set: at most two lines.
type letters struct {
	words     []string
	size, gap float64
}

// letterhead shrinks a long name to 150 mm, not under 20 pt, then takes two lines.
func (d *Doc) letterhead(words string) letters {
	const widest, smallest = 150.0, 20.0
	gap := 2.2
	if d.meta.english() {
		gap = 0.4
	}
	wide := func(size float64, s string) float64 {
		return d.canvas.fonts.Width(font.SerifBold, size, s) + float64(utf8.RuneCountInString(s)-1)*gap*pointMM
	}
	for size := sizeLetterhead; size >= smallest; size-- {
		if wide(size, words) <= widest {
			return letters{words: []string{words}, size: size, gap: gap}
		}
	}
	boxes := d.canvas.compose(font.Run{Text: words, Face: font.SerifBold})
	column := column{width: font.Extent(boxes) / 2}
	set := setLines(boxes, column)
	for len(set) > 2 {
		column.width *= 1.05
		set = setLines(boxes, column)
	}
	cut := letters{size: smallest, gap: gap}
	for _, l := range set {
		var s strings.Builder
		for _, b := range l.boxes {
			s.WriteRune(b.Rune)
		}
		cut.words = append(cut.words, strings.TrimSpace(s.String()))
	}
	for cut.size > 9 && (wide(cut.size, cut.words[0]) > area || wide(cut.size, cut.words[len(cut.words)-1]) > area) {
		cut.size--
	}
	return cut
}

// Facts is the box of two columns under the head, filled row by row; note is the sentence of a replaced edition below
// it.
func (d *Doc) Facts(facts []Fact, note string) {
	const step = 5.8
	if len(facts) == 0 {
		return
	}
	var parts []part
	cells := make([][]part, len(facts))
	for i, f := range facts {
		cells[i] = d.factLines(f, i%2)
	}
	for i := 0; i < len(facts); i += 2 {
		row := cells[i:min(i+2, len(facts))]
		tall := len(row[0])
		if len(row) > 1 {
			tall = max(tall, len(row[1]))
		}
		parts = append(parts, part{high: step + 4.4*float64(tall-1), draw: func(y float64) {
			for _, cell := range row {
				for k, p := range cell {
					p.draw(y + 4.4*float64(k))
				}
			}
		}})
	}
	first, end := parts[0].draw, len(parts)-1
	parts[0].draw = func(y float64) {
		d.canvas.line(left, y, right, y, 1, chart.Ink)
		first(y)
	}
	last, tall := parts[end].draw, parts[end].high
	parts[end].draw = func(y float64) {
		last(y)
		d.canvas.line(left, y+tall+0.4, right, y+tall+0.4, 1, chart.Ink)
	}
	parts[end].high += 0.4
	if note != "" {
		parts = append(parts, d.lines(setting{
			x: left, width: area, size: sizeHead, step: 4.2, base: 4.4, color: chart.Grey,
			plain: font.Sans, bold: font.SansBold,
		}, Plain(note))...)
	}
	d.add(block{parts: parts, first: len(parts)})
}

// factLines sets one fact in the left (0) or right (1) column.
func (d *Doc) factLines(f Fact, side int) []part {
	label, value, end := left+0.6, 48.0, 108.0
	if side == 1 {
		label, value, end = 110, 130, right
	}
	words := spreadLabel(f.Label)
	if wide := d.canvas.fonts.Width(font.SansBold, sizeCaption, words); label+wide+2 > value {
		value = label + wide + 2
	}
	parts := d.lines(setting{
		x: value, width: end - value, size: sizeCaption, step: 4.4, base: 4.1, color: chart.Ink,
		plain: font.Sans, bold: font.SansBold,
	}, Plain(f.Value))
	draw := parts[0].draw
	parts[0].draw = func(y float64) {
		d.canvas.text(label, y+4.1, sizeCaption, font.SansBold, chart.Ink, chart.Left, words)
		draw(y)
	}
	return parts
}

// spreadLabel puts two full-width spaces between the characters of a two-character label.
func spreadLabel(s string) string {
	if r := []rune(s); len(r) == 2 && font.ClassOf(r[0]) == font.Han && font.ClassOf(r[1]) == font.Han {
		return string(r[:1]) + "　　" + string(r[1:])
	}
	return s
}

// Replaced is the box that says the edition has been replaced; it stands under the head.
func (d *Doc) Replaced(words string) {
	d.add(block{gap: 3, first: 1, parts: []part{{high: 9, draw: func(y float64) {
		c := d.canvas
		c.stroke(chart.Ink, 1, nil)
		c.pdf.Rect(left, y, area, 9, "D")
		size := 12.0
		for size > sizeTiny && c.fonts.Width(font.SansBold, size, words) > area-4 {
			size--
		}
		c.text(axis, y+6, size, font.SansBold, chart.Ink, chart.Center, words)
	}}}})
}
