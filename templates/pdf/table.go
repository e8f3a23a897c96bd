package pdf

import (
	"fmt"
	"math"
	"strings"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// Align says at which edge of its column a text stands.
type Align = chart.Align

// The alignments.
const (
	Left   = chart.Left
	Center = chart.Center
	Right  = chart.Right
)

// Col is a column of a table. Width 0 is an equal share of what is left; Head may hold line breaks.
type Col struct {
	Head  string
	Width float64
	Align Align
}

// Cell is one entry. Tag is boxed after the text (有异议), TagNote follows it in grey.
type Cell struct {
	Text         string
	Bold, Grey   bool
	Tag, TagNote string
}

// Row is one row; a Total row has a line above it and is bold.
type Row struct {
	Cells []Cell
	Total bool
}

// Table has three rules, no vertical lines, no shading.
type Table struct {
	Title string // 表2　各类事项的时限与结果
	Cols  []Col
	Rows  []Row
	Note  string // begins 注：
}

// whole is the number of rows up to which a table is never split.
const whole = 12

const (
	cellStep = 4.1
	cellRow  = 5.8
	cellBase = 4.1
)

// Table sets a table. Up to 12 rows stay on one page; a longer one repeats its head with （续）.
func (d *Doc) Table(t Table) {
	if d.k > 1 {
		cols, ok := d.fitColumns(t)
		if !ok {
			d.records(t)
			return
		}
		t.Cols = cols
	}
	cols, err := d.placeColumns(t.Cols)
	if err != nil {
		d.canvas.fail(err)
		return
	}
	all, body := d.canvas.add(trunk, table, ""), ornament
	head := d.tableHead(t, cols, "", all)
	again := d.tableHead(t, cols, d.frame.Continued, ornament)
	parts := []part{head}
	if len(t.Rows) > 0 {
		body = d.canvas.add(all, tableBody, "")
	}
	for _, r := range t.Rows {
		if len(r.Cells) > len(cols) {
			d.canvas.fail(fmt.Errorf("pdf: table %q: %d cells in %d columns", t.Title, len(r.Cells), len(cols)))
			return
		}
		parts = append(parts, d.tableRow(r, cols, body)...)
	}
	close := func(y float64) { d.canvas.rule(d.left, y, d.right, y, 1, chart.Ink) }
	end, tall := parts[len(parts)-1].draw, parts[len(parts)-1].high
	parts[len(parts)-1].draw = func(y float64) {
		end(y)
		close(y + tall)
	}
	b := block{gap: 3.5, parts: parts, first: 3, last: 2, again: &again, cut: close}
	if t.Note != "" {
		note := d.lines(d.noteSetting(4, d.piece(paragraph, t.Note)), Plain(t.Note))
		b.parts, b.last = append(b.parts, note...), 2+len(note)
	}
	b.parts[len(b.parts)-1].high += 1
	if len(t.Rows) <= whole {
		b.first = len(b.parts)
	}
	b.last = min(b.last, len(b.parts))
	d.add(b)
}

// placed is a column with its edges.
type placed struct {
	Col
	from, to float64
}

func (d *Doc) placeColumns(cols []Col) ([]placed, error) {
	fixed, open := 0.0, 0
	for _, c := range cols {
		fixed += c.Width
		if c.Width == 0 {
			open++
		}
	}
	if len(cols) == 0 || fixed > d.area+1e-6 || open > 0 && fixed > d.area-8*float64(open) {
		return nil, fmt.Errorf("pdf: %d columns of %.1f mm do not fit in %.0f mm", len(cols), fixed, d.area)
	}
	x, list := d.left, make([]placed, len(cols))
	for i, c := range cols {
		if c.Width == 0 {
			c.Width = (d.area - fixed) / float64(open)
		}
		list[i] = placed{Col: c, from: x + 0.6, to: x + c.Width - 0.8}
		if i > 0 && c.Align == Left && cols[i-1].Align == Right {
			list[i].from = x + 5
		}
		if list[i].to-list[i].from < 4 {
			return nil, fmt.Errorf("pdf: column %d is too narrow", i+1)
		}
		x += c.Width
	}
	return list, nil
}

// tableHead is the title, the upper rule, the heads and the rule below them, in the element of the table; where it is
// repeated, in none.
func (d *Doc) tableHead(t Table, cols []placed, continued string, in tag) part {
	heads, most := make([][]line, len(cols)), 1
	title, cell, step := ornament, ornament, tag(0)
	if in != ornament {
		if t.Title != "" {
			title = d.canvas.add(in, caption, "")
		}
		cell, step = d.canvas.addRow(d.canvas.add(in, tableHead, ""), len(cols), headCell, overBelow), 1
	}
	for i, c := range cols {
		for piece := range strings.SplitSeq(c.Head, "\n") {
			heads[i] = append(heads[i], d.cellLines(Cell{Text: piece, Bold: true}, c)...)
		}
		most = max(most, len(heads[i]))
	}
	above := 0.0
	if t.Title != "" {
		above = 5.6
		d.canvas.check(t.Title + continued)
	}
	tall := 6.4 + 3.9*float64(most-1)
	return part{high: above + tall, draw: func(y float64) {
		d.canvas.in = title
		d.canvas.text(d.left, y+3, d.sizeCaption, font.SansBold, chart.Ink, chart.Left, t.Title+continued)
		y += above
		d.canvas.rule(d.left, y, d.right, y, 1, chart.Ink)
		for i, c := range cols {
			d.canvas.in = cell + step*tag(i)
			start := y + (tall-3.9*float64(len(heads[i])))/2 + 3.1
			for k, l := range heads[i] {
				d.putCell(l, c, start+3.9*float64(k), chart.Ink)
			}
		}
		d.canvas.rule(d.left, y+tall, d.right, y+tall, 0.5, chart.Ink)
	}}
}

// cellLines breaks a cell's text in its column.
func (d *Doc) cellLines(cell Cell, c placed) []line {
	face := font.Sans
	if cell.Bold {
		face = font.SansBold
	}
	width := c.to - c.from
	if cell.Tag != "" {
		width = math.Max(width-d.tagWidth(cell)-1.5, 8)
	}
	boxes := d.canvas.compose(font.Run{Text: cell.Text, Face: face})
	return setLines(boxes, column{width: width / (d.sizeTable * pointMM)})
}

// putCell draws one line of a cell; a closing bracket at the right edge hangs.
func (d *Doc) putCell(l line, c placed, y float64, color chart.Color) {
	spare := c.to - c.from - l.width*d.sizeTable*pointMM
	x := c.from + spare*float64(c.Align)/2 // Left 0, Center 1, Right 2
	d.canvas.write(l, x, y, d.sizeTable, color)
}

// tableRow sets one row; a row of more than maxLines lines may be continued on the next page after each maxLines.
func (d *Doc) tableRow(r Row, cols []placed, body tag) []part {
	const maxLines = 12
	first := d.canvas.addRow(body, len(cols), dataCell, "") // a row that is short has empty cells
	cells, most := make([][]line, len(r.Cells)), 1
	for i, cell := range r.Cells {
		cell.Bold = cell.Bold || r.Total
		cells[i] = d.cellLines(cell, cols[i])
		most = max(most, len(cells[i]))
		d.canvas.check(cell.Tag)
		d.canvas.check(cell.TagNote)
	}
	var parts []part
	for from := 0; from < most; from += maxLines {
		to := min(from+maxLines, most)
		tall := cellStep * float64(to-from)
		if to == most {
			tall += cellRow - cellStep
		}
		parts = append(parts, part{high: tall, draw: func(y float64) { d.putRow(r, cols, cells, first, from, to, y) }})
	}
	return parts
}

// putRow draws the lines from–to of every cell.
func (d *Doc) putRow(r Row, cols []placed, cells [][]line, first tag, from, to int, y float64) {
	if r.Total && from == 0 {
		d.canvas.rule(d.left, y, d.right, y, 0.25, chart.Ink)
	}
	for i, lines := range cells {
		d.canvas.in = first + tag(i)
		color := chart.Ink
		if r.Cells[i].Grey {
			color = chart.Grey
		}
		for k := from; k < min(to, len(lines)); k++ {
			d.putCell(lines[k], cols[i], y+cellBase+cellStep*float64(k-from), color)
		}
		if from == 0 {
			d.tag(r.Cells[i], cols[i], lines, y+cellBase)
		}
	}
}

// tagWidth is what a cell's tag and its note take.
func (d *Doc) tagWidth(cell Cell) float64 {
	if cell.Tag == "" {
		return 0
	}
	wide := math.Max(9.4, d.canvas.fonts.Width(font.SansBold, d.sizeTiny, cell.Tag)+2)
	if cell.TagNote != "" {
		wide += 1.5 + d.canvas.fonts.Width(font.Sans, d.sizeNote, cell.TagNote)
	}
	return wide
}

// tag draws the box 有异议 1.5 mm after the first line of its cell.
func (d *Doc) tag(cell Cell, c placed, lines []line, y float64) {
	if cell.Tag == "" {
		return
	}
	x := c.from
	if len(lines) > 0 && lines[0].width > 0 {
		x += lines[0].width*d.sizeTable*pointMM + 1.5
	}
	box := math.Max(9.4, d.canvas.fonts.Width(font.SansBold, d.sizeTiny, cell.Tag)+2)
	d.canvas.box(x, y-2.75, box, 3.5, 0.45)
	d.canvas.text(x+box/2, y-0.1, d.sizeTiny, font.SansBold, chart.Ink, chart.Center, cell.Tag)
	if cell.TagNote != "" {
		d.canvas.text(x+box+1.5, y, d.sizeNote, font.Sans, chart.Grey, chart.Left, cell.TagNote)
	}
}
