package pdf

import (
	"math"
	"slices"
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
	Large      string // 大字版, in the head of a document in large print
}

// Fact is a row of the facts box. A label of two Chinese characters is spread to four.
type Fact struct{ Label, Value string }

// Head draws the head; it comes first in the document.
func (d *Doc) Head(h Head) {
	if d.k > 1 {
		d.largeHead(h)
		return
	}
	lines := d.letterhead(h.Letterhead)
	down := 10 * float64(len(lines.words)-1)
	words := [...]string{h.Serial, h.Secrecy, h.Edition, h.Number, h.Letterhead, h.DocNo}
	var in [len(words)]tag
	for i, w := range words {
		in[i] = d.piece(paragraph, w)
	}
	title := d.titles(h)
	d.add(block{fixedTop: d.top, first: 1, parts: []part{{high: 66 + down, draw: func(float64) {
		c := d.canvas
		c.in = in[0]
		c.text(d.left, 33, d.sizeBody, font.Sans, chart.Ink, chart.Left, h.Serial)
		c.in = in[1]
		c.text(d.left, 39, d.sizeBody, font.SansBold, chart.Ink, chart.Left, h.Secrecy)
		c.in = in[2]
		c.text(d.right, 33, d.sizeCaption, font.Sans, chart.Grey, chart.Right, h.Edition)
		c.in = in[3]
		c.text(d.right, 39, d.sizeCaption, font.Sans, chart.Grey, chart.Right, h.Number)
		c.in = in[4]
		for i, words := range lines.words {
			c.spaced(d.axis, 52+10*float64(i), lines.size, font.SerifBold, chart.Red, chart.Center, words, lines.gap)
		}
		c.in = in[5]
		c.text(d.axis, 62+down, d.sizeDocNo, font.Serif, chart.Ink, chart.Center, h.DocNo)
		c.rule(d.left, 66+down, d.right, 66+down, 1.4, chart.Red)
		d.title(h, down, title)
	}}}})
}

// largeHead is the head in large print: secrecy and number over a red line, title and subtitle.
func (d *Doc) largeHead(h Head) {
	number := h.DocNo
	if number == "" {
		number = h.Number
	}
	mark := strings.TrimSpace(h.Secrecy + "　" + h.Large)
	markIn, numberIn := d.piece(paragraph, mark), d.piece(paragraph, number)
	var titles []part
	if d.frame.Draft != "" {
		titles = append(titles, d.largeDraft(d.piece(paragraph, d.frame.Draft)))
	}
	in := d.titles(h)
	titles = append(titles, d.centred(h.Title, d.sizeTitle, 9.4, font.SerifBold, in.title)...)
	titles = append(titles, d.centred(h.Subtitle, d.sizeSubtitle, 7, font.Serif, in.subtitle)...)
	rule := 27 / d.k
	d.add(block{fixedTop: rule, first: 1, parts: []part{{high: high(titles) + 3, draw: func(y float64) {
		c := d.canvas
		c.in = markIn
		wide := c.text(d.left, y-2.4, d.sizeDocNo, font.SansBold, chart.Ink, chart.Left, mark)
		size := d.sizeDocNo
		for size > d.sizeFoot && c.fonts.Width(font.Sans, size, number) > d.area-wide-3 {
			size -= 0.5
		}
		c.in = numberIn
		c.text(d.right, y-2.4, size, font.Sans, chart.Ink, chart.Right, number)
		c.rule(d.left, y, d.right, y, 1.4/d.k, chart.Red)
		for _, l := range titles {
			l.draw(y + 1)
			y += l.high
		}
	}}}})
}

// largeDraft is the box with the words of a draft, above the title.
func (d *Doc) largeDraft(in tag) part {
	return part{high: 6, draw: func(y float64) {
		c := d.canvas
		wide := c.fonts.Width(font.SansBold, d.sizeTiny, d.frame.Draft) + 3
		c.box(d.right-wide, y+0.6, wide, 4.6, 0.5)
		c.in = in
		c.text(d.right-wide/2, y+3.9, d.sizeTiny, font.SansBold, chart.Ink, chart.Center, d.frame.Draft)
	}}
}

// centred sets words in lines about the middle of the page.
func (d *Doc) centred(words string, size, step float64, face font.Face, in tag) []part {
	set := setLines(d.canvas.compose(font.Run{Text: words, Face: face}), column{width: d.area / (size * pointMM)})
	parts := make([]part, len(set))
	for i, l := range set {
		x := d.axis - l.width*size*pointMM/2
		parts[i] = part{high: step, draw: func(y float64) {
			d.canvas.in = in
			d.canvas.write(l, x, y+0.78*step, size, chart.Ink)
		}}
	}
	return parts
}

// titles are the elements of a title: the heading of the whole document, the words of a draft, what it is about.
type titles struct{ title, draft, subtitle tag }

func (d *Doc) titles(h Head) titles {
	var t titles
	if h.Title != "" {
		t.title = d.piece(d.headingKind(0), h.Title)
		d.titled = true
	}
	if d.k == 1 { // in large print these words stand above the title
		t.draft = d.piece(paragraph, d.frame.Draft)
	}
	t.subtitle = d.piece(paragraph, h.Subtitle)
	return t
}

func (d *Doc) title(h Head, down float64, in titles) {
	c := d.canvas
	c.in = in.title
	size := d.sizeTitle
	for size > d.sizeSubtitle && c.fonts.Width(font.SerifBold, size, h.Title) > d.area {
		size--
	}
	wide := c.text(d.axis, 80+down, size, font.SerifBold, chart.Ink, chart.Center, h.Title)
	if c.in = in.draft; d.frame.Draft != "" {
		d.draftBox(h, down, wide)
	}
	c.in = in.subtitle
	c.text(d.axis, 89+down, d.sizeSubtitle, font.Serif, chart.Ink, chart.Center, h.Subtitle)
}

// draftHigh is the height of the box with the words of a draft.
const draftHigh = 6.0

// draftBox sets the words of a draft; title is the width of the title.
func (d *Doc) draftBox(h Head, down, title float64) {
	c := d.canvas
	x, y, wide := d.draftPlace(title, c.fonts.Width(font.Serif, d.sizeSubtitle, h.Subtitle),
		c.fonts.Width(font.Serif, d.sizeDocNo, h.DocNo))
	c.box(x, y+down, wide, draftHigh, 0.6)
	c.text(x+wide/2, y+down+4.4, d.sizeBody, font.SansBold, chart.Ink, chart.Center, d.frame.Draft)
}

// draftPlace is beside the title, beside the subtitle where the title leaves no room, beside the 文号, or between the red
// line and the title.
func (d *Doc) draftPlace(title, subtitle, docNo float64) (x, y, wide float64) {
	const apart = 4.0
	wide = d.canvas.fonts.Width(font.SansBold, d.sizeBody, d.frame.Draft) + 3
	if x = d.axis + title/2 + apart; x+wide <= d.right {
		return x, 75, wide
	}
	if x = d.right - wide; d.axis+subtitle/2+apart <= x {
		return x, 84, wide
	}
	if d.axis+docNo/2+apart <= x {
		return x, 57, wide
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
	for size := d.sizeLetterhead; size >= smallest; size-- {
		if wide(size, words) <= widest {
			return letters{words: []string{words}, size: size, gap: gap}
		}
	}
	run := font.Run{Text: words, Face: font.SerifBold}
	column := column{width: font.Extent(d.canvas.compose(run)) / 2}
	set := setLines(d.canvas.compose(run), column)
	for len(set) > 2 {
		column.width *= 1.05
		set = setLines(d.canvas.compose(run), column)
	}
	cut := letters{size: smallest, gap: gap}
	for _, l := range set {
		var s strings.Builder
		for _, b := range l.boxes {
			s.WriteRune(b.Rune)
		}
		cut.words = append(cut.words, strings.TrimSpace(s.String()))
	}
	first, last := cut.words[0], cut.words[len(cut.words)-1]
	for cut.size > 9 && math.Max(wide(cut.size, first), wide(cut.size, last)) > d.area {
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
	if d.k > 1 {
		d.factList(facts, note)
		return
	}
	var parts []part
	cells := make([][]part, len(facts))
	all, row := d.canvas.add(trunk, table, ""), ornament
	for i, f := range facts {
		if i%2 == 0 {
			row = d.canvas.add(all, tableRow, "")
		}
		wide := ""
		if i%2 == 0 && i+1 == len(facts) {
			wide = "/O/Table/ColSpan 3"
		}
		cells[i] = d.factLines(f, i%2, d.canvas.add(row, headCell, overRight), d.canvas.add(row, dataCell, wide))
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
		d.canvas.rule(d.left, y, d.right, y, 1, chart.Ink)
		first(y)
	}
	last, tall := parts[end].draw, parts[end].high
	parts[end].draw = func(y float64) {
		last(y)
		d.canvas.rule(d.left, y+tall+0.4, d.right, y+tall+0.4, 1, chart.Ink)
	}
	parts[end].high += 0.4
	if note != "" {
		parts = append(parts, d.lines(setting{
			x: d.left, width: d.area, size: d.sizeHead, step: 4.2, base: 4.4, color: chart.Grey,
			plain: font.Sans, bold: font.SansBold, in: d.piece(paragraph, note),
		}, Plain(note))...)
	}
	d.add(block{parts: parts, first: len(parts)})
}

// factList is the box of facts in large print: one below the other.
func (d *Doc) factList(facts []Fact, note string) {
	const step, wide = 5.0, 22.0
	var parts []part
	all := d.canvas.add(trunk, table, "")
	for i, f := range facts {
		row := d.canvas.add(all, tableRow, "")
		name := d.canvas.add(row, headCell, overRight)
		cell := d.lines(setting{
			x: d.left + wide, width: d.area - wide, size: d.sizeTable, step: step, base: 3.9, color: chart.Ink,
			plain: font.Sans, bold: font.SansBold, in: d.canvas.add(row, dataCell, ""),
		}, Plain(f.Value))
		draw, words := cell[0].draw, spreadLabel(f.Label)
		cell[0].draw = func(y float64) {
			if i == 0 {
				d.canvas.rule(d.left, y, d.right, y, 1, chart.Ink)
			}
			d.canvas.in = name
			d.canvas.text(d.left+0.6, y+3.9, d.sizeTable, font.SansBold, chart.Ink, chart.Left, words)
			draw(y)
		}
		parts = append(parts, cell...)
	}
	last, tall := parts[len(parts)-1].draw, parts[len(parts)-1].high
	parts[len(parts)-1].draw = func(y float64) {
		last(y)
		d.canvas.rule(d.left, y+tall+0.4, d.right, y+tall+0.4, 1, chart.Ink)
	}
	parts[len(parts)-1].high += 0.4
	if note != "" {
		parts = append(parts, d.lines(d.noteSetting(4.4, d.piece(paragraph, note)), Plain(note))...)
	}
	d.add(block{gap: 3, parts: parts, first: len(parts)})
}

// factLines sets one fact in the left (0) or right (1) column, in the elements of its label and its value.
func (d *Doc) factLines(f Fact, side int, name, in tag) []part {
	label, value, end := d.left+0.6, 48.0, 108.0
	if side == 1 {
		label, value, end = 110, 130, d.right
	}
	words := spreadLabel(f.Label)
	if wide := d.canvas.fonts.Width(font.SansBold, d.sizeCaption, words); label+wide+2 > value {
		value = label + wide + 2
	}
	s := setting{
		x: value, width: end - value, size: d.sizeCaption, step: 4.4, base: 4.1, color: chart.Ink,
		plain: font.Sans, bold: font.SansBold, in: in,
	}
	parts := d.lines(s, Plain(f.Value))
	if i := strings.LastIndexAny(f.Value, "（("); i > 0 && len(parts) == 2 { // a remark has a line of its own
		if apart := slices.Concat(d.lines(s, Plain(f.Value[:i])), d.lines(s, Plain(f.Value[i:]))); len(apart) == 2 {
			parts = apart
		}
	}
	draw := parts[0].draw
	parts[0].draw = func(y float64) {
		d.canvas.in = name
		d.canvas.text(label, y+4.1, d.sizeCaption, font.SansBold, chart.Ink, chart.Left, words)
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
	in := d.piece(paragraph, words)
	d.add(block{gap: 3, first: 1, parts: []part{{high: 9, draw: func(y float64) {
		c := d.canvas
		c.in = in
		c.box(d.left, y, d.area, 9, 1)
		size := 12.0
		for size > d.sizeTiny && c.fonts.Width(font.SansBold, size, words) > d.area-4 {
			size--
		}
		c.text(d.axis, y+6, size, font.SansBold, chart.Ink, chart.Center, words)
	}}}})
}
