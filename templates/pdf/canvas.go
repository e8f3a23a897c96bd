package pdf

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/jung-kurt/gofpdf"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

const (
	pointMM = font.PointMM
	a4Width = 210.0
	a4High  = 297.0
)

// canvas draws on the pages of one document. The operators of a page are gathered and given to gofpdf when it is full.
type canvas struct {
	*room
	fonts *font.Set
	pdf   *gofpdf.Fpdf
	used  [4]glyphs
	marks []bookmark
	k     float64 // everything is drawn so many times as large
	high  float64 // height of the page, before that
	pen   pen
	in    tag // what is drawn next belongs to it
	open  tag // the marked content the page is in
	err   error
}

// pen is what the page was last told, so that it is told nothing twice.
type pen struct {
	stroke, fill chart.Color
	width        float64
	dashed, told bool
	face         font.Face
	size         float64 // of letters, points; 0 before the first
}

// glyphs numbers the runes of one face in order of first use, from 1.
type glyphs struct {
	ids   []uint16 // by the rune's number in the set
	runes []rune
}

// bookmark is one line of the outline.
type bookmark struct {
	level, page int
	y           float64 // points from the bottom of the page
	title       string
}

// newCanvas makes a canvas for pages of wide × high mm on which everything is drawn k times as large.
func newCanvas(r *room, fonts *font.Set, wide, high, k float64) *canvas {
	c := &canvas{room: r, fonts: fonts, k: k, high: high / k, open: nowhere}
	c.pdf = gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "mm", Size: gofpdf.SizeType{Wd: wide, Ht: high}})
	c.pdf.SetMargins(0, 0, 0)
	c.pdf.SetAutoPageBreak(false, 0)
	c.pdf.SetCompression(false)
	c.pdf.SetCatalogSort(true)
	return c
}

// addPage begins a page; what gofpdf repeats on it is not relied on.
func (c *canvas) addPage(size gofpdf.SizeType) {
	c.endPage()
	c.pdf.AddPageFormat("P", size)
	c.pen = pen{}
	c.newPage()
}

// endPage gives gofpdf what was drawn on the page.
func (c *canvas) endPage() {
	c.endContent()
	if len(c.ops) > 0 {
		c.pdf.RawWriteStr(string(c.ops))
		c.ops = c.ops[:0]
	}
}

func (c *canvas) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// check keeps the first rune that cannot be drawn.
func (c *canvas) check(text string) {
	if err := c.fonts.Check(text); err != nil {
		c.fail(err)
	}
}

// compose checks that every rune can be drawn and turns the runs into boxes.
func (c *canvas) compose(runs ...font.Run) []font.Box {
	n := 0
	for _, r := range runs {
		c.check(r.Text)
		n += utf8.RuneCountInString(r.Text)
	}
	return c.fonts.AppendBoxes(c.space(n), runs...)
}

// composeIn is compose for a line that is written before the next: into boxes that are used again.
func (c *canvas) composeIn(boxes []font.Box, run font.Run) []font.Box {
	c.check(run.Text)
	return c.fonts.AppendBoxes(boxes, run)
}

// glyph is the number of a rune in the document's subset of the face.
func (c *canvas) glyph(face font.Face, box *font.Box) uint16 {
	u := &c.used[face]
	if u.ids == nil {
		u.ids = c.numbers(face, c.fonts.Count()+1)
	}
	id := u.ids[box.Number]
	if id == 0 {
		u.runes = append(u.runes, box.Rune)
		id = uint16(len(u.runes)) //nolint:gosec // G115: a font has at most 65,535 glyphs
		u.ids[box.Number] = id
	}
	return id
}

// single sets one line without breaking it.
func single(boxes []font.Box) line { return place(boxes, make([]float64, len(boxes)), false, 0) }

// write draws a set line with its left edge at x and its baseline at y.
func (c *canvas) write(l line, x, y, size float64, color chart.Color) {
	var from [48]byte
	c.show(l, size, color, append(c.point(from[:0], x, y), "Td"...))
}

// point appends the place of x, y in points from the lower left corner.
func (c *canvas) point(b []byte, x, y float64) []byte {
	return number(number(b, c.k*x/pointMM), c.k*(c.high-y)/pointMM)
}

// number appends a number with two decimals at most and a space.
func number(b []byte, v float64) []byte {
	minus := v < 0
	n := int64(math.Abs(v)*100 + 0.5)
	if minus && n > 0 {
		b = append(b, '-')
	}
	if whole := n / 100; whole < 10 {
		b = append(b, digits[whole])
	} else {
		b = strconv.AppendInt(b, whole, 10)
	}
	if part := n % 100; part > 0 {
		b = append(b, '.', digits[part/10])
		if part%10 > 0 {
			b = append(b, digits[part%10])
		}
	}
	return append(b, ' ')
}

const digits = "0123456789ABCDEF"

// shades are the parts of a colour as PDF writes them, 0–255.
var shades = func() (list [256]string) {
	for i := range list {
		list[i] = strconv.FormatFloat(math.Round(float64(i)/255*1000)/1000, 'f', -1, 64) + " "
	}
	return list
}()

// shade appends a colour for areas and letters (g, rg) or for lines (G, RG).
func shade(b []byte, color chart.Color, grey, rgb string) []byte {
	red, green, blue := color.RGB()
	b = append(b, shades[red]...)
	if red == green && green == blue {
		return append(b, grey...)
	}
	return append(append(append(b, shades[green]...), shades[blue]...), rgb...)
}

// show writes the text operators of a line; from places its first glyph.
func (c *canvas) show(l line, size float64, color chart.Color, from []byte) {
	if len(l.boxes) == 0 || c.err != nil {
		return
	}
	b := append(c.filled(color), "BT "...)
	b = append(append(b, from...), ' ')
	pen, inside := 0, false
	for i := range l.boxes {
		box := &l.boxes[i]
		if i == 0 || box.Face != c.pen.face {
			if i > 0 {
				b = append(b, ">] TJ "...)
			}
			b = append(c.letters(b, box.Face, size), '[')
			inside = false
		}
		at := int(math.Round((l.at[i] + box.Shift) * 1000))
		if at != pen {
			if inside {
				b = append(b, '>')
			}
			b = strconv.AppendInt(b, int64(pen-at), 10)
			inside = false
		}
		if !inside {
			b = append(b, '<')
			inside = true
		}
		b = hexed(b, c.glyph(box.Face, box))
		pen = at + int(box.Wide)
	}
	b = append(b, ">] TJ ET\n"...)
	c.ops = b
}

// letters appends the choice of face and size, unless it holds.
func (c *canvas) letters(b []byte, face font.Face, size float64) []byte {
	if c.pen.size == size && c.pen.face == face {
		return b
	}
	c.pen.size, c.pen.face = size, face
	b = append(b, '/', 'F', digits[face], ' ')
	b = strconv.AppendFloat(b, math.Round(size*c.k*1000)/1000, 'f', -1, 64)
	return append(b, " Tf "...)
}

// filled is the page so far with the colour of what is filled next, letters or areas.
func (c *canvas) filled(color chart.Color) []byte {
	c.belong()
	if c.pen.fill == color {
		return c.ops
	}
	c.pen.fill = color
	return shade(c.ops, color, "g ", "rg ")
}

// text draws one line; Right and Center measure it first. It returns its width.
func (c *canvas) text(x, y, size float64, face font.Face, color chart.Color, a chart.Align, words string) float64 {
	return c.spaced(x, y, size, face, color, a, words, 0)
}

// spaced draws one line with gap points between its letters.
func (c *canvas) spaced(x, y, size float64, f font.Face, color chart.Color, a chart.Align, words string,
	gap float64,
) float64 {
	c.boxes = c.composeIn(c.boxes[:0], font.Run{Text: words, Face: f})
	l := single(c.boxes)
	for i := range l.at {
		l.at[i] += float64(i) * gap / size
	}
	if n := len(l.at); n > 0 {
		l.width += float64(n-1) * gap / size
	}
	wide := l.width * size * pointMM
	x -= wide * float64(a) / 2 // Left 0, Center 1, Right 2
	c.write(l, x, y, size, color)
	return wide
}

func (c *canvas) line(x1, y1, x2, y2, width float64, color chart.Color, dash ...float64) {
	c.stroke(color, width, dash)
	b := append(c.point(c.ops, x1, y1), "m "...)
	c.ops = append(c.point(b, x2, y2), "l S\n"...)
}

func (c *canvas) stroke(color chart.Color, width float64, dash []float64) {
	c.belong()
	if !c.pen.told || c.pen.stroke != color {
		c.ops = shade(c.ops, color, "G ", "RG ")
	}
	if !c.pen.told || c.pen.width != width {
		c.ops = append(number(c.ops, c.k*width), "w "...)
	}
	if !c.pen.told || c.pen.dashed || len(dash) > 0 {
		c.ops = append(c.ops, '[')
		for _, d := range dash {
			c.ops = number(c.ops, c.k*d)
		}
		c.ops = append(c.ops, "] 0 d "...)
	}
	c.pen.stroke, c.pen.width, c.pen.dashed, c.pen.told = color, width, len(dash) > 0, true
}

// rule draws a line that says nothing to a reader that does not see it; box the frame of a rectangle.
func (c *canvas) rule(x1, y1, x2, y2, width float64, color chart.Color) {
	in := c.in
	c.in = min(in, ornament)
	c.line(x1, y1, x2, y2, width, color)
	c.in = in
}

func (c *canvas) box(x, y, wide, high, width float64) {
	in := c.in
	c.in = ornament
	c.stroke(chart.Ink, width, nil)
	c.rect(x, y, wide, high, "D")
	c.in = in
}

func (c *canvas) rect(x, y, wide, high float64, style string) {
	b := c.point(c.ops, x, y)
	b = number(number(b, c.k*wide/pointMM), -c.k*high/pointMM)
	c.draw(append(b, "re "...), style)
}

// paint sets colours and line and returns what to do with a path: F, D, FD, "" where there is nothing to draw.
func (c *canvas) paint(fill, stroke chart.Color, width float64, dash []float64) string {
	style := ""
	if fill != chart.None {
		c.ops = c.filled(fill)
		style = "F"
	}
	if stroke != chart.None && width > 0 {
		c.stroke(stroke, width, dash)
		style += "D"
	}
	return style
}

// picture draws a chart with its top left corner at x, y; before is called with the number of each mark.
func (c *canvas) picture(p chart.Picture, x, y float64, before func(i int)) {
	if err := p.Check(); err != nil {
		c.fail(err)
		return
	}
	for i, m := range p.Flat() {
		before(i)
		switch m := m.(type) {
		case chart.Text:
			c.spaced(x+m.X, y+m.Y, m.Size, m.Face, m.Color, m.Align, m.S, m.LetterGap)
		case chart.Line:
			c.line(x+m.X1, y+m.Y1, x+m.X2, y+m.Y2, m.Width, m.Color, m.Dash...)
		case chart.Rect:
			if style := c.paint(m.Fill, m.Stroke, m.Width, nil); style != "" {
				c.rect(x+m.X, y+m.Y, m.W, m.H, style)
			}
		case chart.Circle:
			if style := c.paint(m.Fill, m.Stroke, m.Width, nil); style != "" {
				c.circle(x+m.X, y+m.Y, m.R, style)
			}
		case chart.Poly:
			c.poly(m, x, y)
		}
	}
}

func (c *canvas) poly(m chart.Poly, x, y float64) {
	if len(m.Points) < 2 {
		return
	}
	if !m.Closed {
		m.Fill = chart.None
	}
	style := c.paint(m.Fill, m.Stroke, m.Width, m.Dash)
	if style == "" {
		return
	}
	b := c.ops
	for i, p := range m.Points {
		b = c.point(b, x+p.X, y+p.Y)
		b = append(b, "ml"[min(i, 1)], ' ')
	}
	if m.Closed {
		b = append(b, "h "...)
	}
	c.draw(b, style)
}

// circle is a path of four curves.
func (c *canvas) circle(x, y, r float64, style string) {
	const kappa = 0.5523 // control points of a quarter
	k := kappa * r
	b := append(c.point(c.ops, x+r, y), "m "...)
	for _, q := range [4][6]float64{
		{x + r, y - k, x + k, y - r, x, y - r},
		{x - k, y - r, x - r, y - k, x - r, y},
		{x - r, y + k, x - k, y + r, x, y + r},
		{x + k, y + r, x + r, y + k, x + r, y},
	} {
		for i := 0; i < 6; i += 2 {
			b = c.point(b, q[i], q[i+1])
		}
		b = append(b, "c "...)
	}
	c.draw(append(b, "h "...), style)
}

// draw ends a path: F fills it, D draws its line.
func (c *canvas) draw(b []byte, style string) {
	switch style {
	case "F":
		b = append(b, 'f')
	case "D":
		b = append(b, 'S')
	default:
		b = append(b, 'B')
	}
	b = append(b, '\n')
	c.ops = b
}

// hexed appends a glyph number: 01AF.
func hexed(b []byte, v uint16) []byte {
	return append(b, digits[v>>12], digits[v>>8&15], digits[v>>4&15], digits[v&15])
}

// mark remembers a place for the outline.
func (c *canvas) mark(level int, y float64, title string) {
	c.marks = append(c.marks, bookmark{
		level: level, page: c.pdf.PageNo(), y: c.k * (c.high - y) / pointMM, title: title,
	})
}
