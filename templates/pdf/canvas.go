package pdf

import (
	"math"
	"strconv"

	"github.com/jung-kurt/gofpdf"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

const (
	pointMM = font.PointMM
	a4Width = 210.0
	a4High  = 297.0
)

// canvas draws on the pages of one document.
type canvas struct {
	fonts *font.Set
	pdf   *gofpdf.Fpdf
	used  [4]glyphs
	marks []bookmark
	k     float64 // everything is drawn so many times as large
	high  float64 // height of the page, before that
	pen   pen
	buf   []byte
	boxes []font.Box // room for lines that are set and written at once
	err   error
}

// pen is what gofpdf was last told, so that it is told nothing twice.
type pen struct {
	stroke, fill chart.Color
	width        float64
	dashed, told bool
}

// glyphs numbers the runes of one face in order of first use, from 1.
type glyphs struct {
	ids   map[rune]uint16
	runes []rune
}

// bookmark is one line of the outline.
type bookmark struct {
	level, page int
	y           float64 // points from the bottom of the page
	title       string
}

// newCanvas makes a canvas for pages of wide × high mm on which everything is drawn k times as large.
func newCanvas(fonts *font.Set, wide, high, k float64) *canvas {
	c := &canvas{fonts: fonts, k: k, high: high / k}
	c.pdf = gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "mm", Size: gofpdf.SizeType{Wd: wide, Ht: high}})
	c.pdf.SetMargins(0, 0, 0)
	c.pdf.SetAutoPageBreak(false, 0)
	c.pdf.SetCompression(false)
	c.pdf.SetCatalogSort(true)
	return c
}

// addPage begins a page; what gofpdf repeats on it is not relied on.
func (c *canvas) addPage(size gofpdf.SizeType) {
	c.pdf.AddPageFormat("P", size)
	c.pen = pen{}
}

func (c *canvas) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// compose checks that every rune can be drawn and turns the runs into boxes.
func (c *canvas) compose(runs ...font.Run) []font.Box {
	for _, r := range runs {
		if err := c.fonts.Check(r.Text); err != nil {
			c.fail(err)
		}
	}
	return c.fonts.Compose(runs...)
}

// composeIn is compose for a line that is written before the next: into boxes that are used again.
func (c *canvas) composeIn(boxes []font.Box, run font.Run) []font.Box {
	if err := c.fonts.Check(run.Text); err != nil {
		c.fail(err)
	}
	return c.fonts.AppendBoxes(boxes, run)
}

// glyph is the number of r in the document's subset of the face.
func (c *canvas) glyph(face font.Face, r rune) uint16 {
	u := &c.used[face]
	if id, ok := u.ids[r]; ok {
		return id
	}
	if u.ids == nil {
		u.ids = map[rune]uint16{}
	}
	u.runes = append(u.runes, r)
	id := uint16(len(u.runes)) //nolint:gosec // G115: a font has at most 65,535 glyphs
	u.ids[r] = id
	return id
}

// single sets one line without breaking it.
func single(boxes []font.Box) line { return place(boxes, 0, len(boxes), 0) }

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
	n := int64(math.Round(v * 100))
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/100, 10)
	if part := n % 100; part > 0 {
		const digits = "0123456789"
		b = append(b, '.', digits[part/10])
		if part%10 > 0 {
			b = append(b, digits[part%10])
		}
	}
	return append(b, ' ')
}

// show writes the text operators of a line; from places its first glyph.
func (c *canvas) show(l line, size float64, color chart.Color, from []byte) {
	if len(l.boxes) == 0 || c.err != nil {
		return
	}
	red, green, blue := color.RGB()
	b := c.buf[:0]
	b = append(b, "BT "...)
	for _, part := range [3]int{red, green, blue} {
		b = append(strconv.AppendFloat(b, float64(part)/255, 'f', 3, 64), ' ')
	}
	b = append(append(b, "rg "...), from...)
	b = append(b, ' ')
	pen, face := 0, font.Face(255)
	for i, box := range l.boxes {
		if face != box.Face {
			if i > 0 {
				b = append(b, "] TJ "...)
			}
			face = box.Face
			b = strconv.AppendUint(append(b, "/F"...), uint64(face), 10)
			b = strconv.AppendFloat(append(b, ' '), math.Round(size*c.k*1000)/1000, 'f', -1, 64)
			b = append(b, " Tf ["...)
		}
		at := int(math.Round((l.at[i] + box.Shift) * 1000))
		if at != pen {
			b = strconv.AppendInt(b, int64(pen-at), 10)
		}
		b = hexed(b, c.glyph(face, box.Rune))
		pen = at + c.fonts.Font(face).Advance(box.Rune)
	}
	b = append(b, "] TJ ET"...)
	c.pdf.RawWriteStr(string(b))
	c.buf = b
	c.pen.fill = chart.None // letters are filled: what is filled next must say its colour again
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
	c.pdf.Line(c.k*x1, c.k*y1, c.k*x2, c.k*y2)
}

func (c *canvas) stroke(color chart.Color, width float64, dash []float64) {
	if !c.pen.told || c.pen.stroke != color {
		c.pdf.SetDrawColor(color.RGB())
	}
	if !c.pen.told || c.pen.width != width {
		c.pdf.SetLineWidth(c.k * width * pointMM)
	}
	known := c.pen.told && !c.pen.dashed
	c.pen.stroke, c.pen.width, c.pen.dashed, c.pen.told = color, width, len(dash) > 0, true
	if known && len(dash) == 0 {
		return
	}
	mm := make([]float64, len(dash))
	for i, d := range dash {
		mm[i] = c.k * d * pointMM
	}
	c.pdf.SetDashPattern(mm, 0)
}

// box draws the frame of a rectangle.
func (c *canvas) box(x, y, wide, high, width float64) {
	c.stroke(chart.Ink, width, nil)
	c.pdf.Rect(c.k*x, c.k*y, c.k*wide, c.k*high, "D")
}

// paint sets colours and line and returns gofpdf's style word, "" where there is nothing to draw.
func (c *canvas) paint(fill, stroke chart.Color, width float64, dash []float64) string {
	style := ""
	if fill != chart.None {
		if c.pen.fill != fill {
			c.pdf.SetFillColor(fill.RGB())
			c.pen.fill = fill
		}
		style = "F"
	}
	if stroke != chart.None && width > 0 {
		c.stroke(stroke, width, dash)
		style += "D"
	}
	return style
}

// picture draws a chart with its top left corner at x, y.
func (c *canvas) picture(p chart.Picture, x, y float64) {
	if err := p.Check(); err != nil {
		c.fail(err)
		return
	}
	for _, m := range p.Flat() {
		switch m := m.(type) {
		case chart.Text:
			c.spaced(x+m.X, y+m.Y, m.Size, m.Face, m.Color, m.Align, m.S, m.LetterGap)
		case chart.Line:
			c.line(x+m.X1, y+m.Y1, x+m.X2, y+m.Y2, m.Width, m.Color, m.Dash...)
		case chart.Rect:
			if style := c.paint(m.Fill, m.Stroke, m.Width, nil); style != "" {
				c.pdf.Rect(c.k*(x+m.X), c.k*(y+m.Y), c.k*m.W, c.k*m.H, style)
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
	b := c.buf[:0]
	for i, p := range m.Points {
		b = c.point(b, x+p.X, y+p.Y)
		b = append(b, "ml"[min(i, 1)], ' ')
	}
	if m.Closed {
		b = append(b, "h "...)
	}
	c.draw(b, style)
}

// circle writes four curves itself: gofpdf takes eight and formats each anew, which is half the cost of a funnel.
func (c *canvas) circle(x, y, r float64, style string) {
	const kappa = 0.5523 // control points of a quarter
	k := kappa * r
	b := append(c.point(c.buf[:0], x+r, y), "m "...)
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
	c.pdf.RawWriteStr(string(b))
	c.buf = b
}

// hexed appends a glyph number: <01AF>.
func hexed(b []byte, v uint16) []byte {
	const digits = "0123456789ABCDEF"
	return append(b, '<', digits[v>>12], digits[v>>8&15], digits[v>>4&15], digits[v&15], '>')
}

// mark remembers a place for the outline.
func (c *canvas) mark(level int, y float64, title string) {
	c.marks = append(c.marks, bookmark{
		level: level, page: c.pdf.PageNo(), y: c.k * (c.high - y) / pointMM, title: title,
	})
}
