package pdf

import (
	"fmt"
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
	buf   []byte
	err   error
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
	c.show(l, size, color, fmt.Sprintf("%.2f %.2f Td", c.k*x/pointMM, c.k*(c.high-y)/pointMM))
}

// show writes the text operators of a line; from places its first glyph.
func (c *canvas) show(l line, size float64, color chart.Color, from string) {
	if len(l.boxes) == 0 || c.err != nil {
		return
	}
	red, green, blue := color.RGB()
	b := fmt.Appendf(c.buf[:0], "BT %.3f %.3f %.3f rg %s ",
		float64(red)/255, float64(green)/255, float64(blue)/255, from)
	shown := strconv.FormatFloat(math.Round(size*c.k*1000)/1000, 'f', -1, 64)
	pen, face := 0, font.Face(255)
	for i, box := range l.boxes {
		if face != box.Face {
			if i > 0 {
				b = append(b, "] TJ "...)
			}
			face = box.Face
			b = fmt.Appendf(b, "/F%d %s Tf [", face, shown)
		}
		at := int(math.Round((l.at[i] + box.Shift) * 1000))
		if at != pen {
			b = strconv.AppendInt(b, int64(pen-at), 10)
		}
		b = fmt.Appendf(b, "<%04X>", c.glyph(face, box.Rune))
		pen = at + c.fonts.Font(face).Advance(box.Rune)
	}
	b = append(b, "] TJ ET"...)
	c.pdf.RawWriteStr(string(b))
	c.buf = b
}

// text draws one line; Right and Center measure it first. It returns its width.
func (c *canvas) text(x, y, size float64, face font.Face, color chart.Color, a chart.Align, words string) float64 {
	return c.spaced(x, y, size, face, color, a, words, 0)
}

// spaced draws one line with gap points between its letters.
func (c *canvas) spaced(x, y, size float64, f font.Face, color chart.Color, a chart.Align, words string,
	gap float64,
) float64 {
	l := single(c.compose(font.Run{Text: words, Face: f}))
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
	c.pdf.SetDrawColor(color.RGB())
	c.pdf.SetLineWidth(c.k * width * pointMM)
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
		c.pdf.SetFillColor(fill.RGB())
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
				c.pdf.Circle(c.k*(x+m.X), c.k*(y+m.Y), c.k*m.R, style)
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
	c.pdf.MoveTo(c.k*(x+m.Points[0].X), c.k*(y+m.Points[0].Y))
	for _, p := range m.Points[1:] {
		c.pdf.LineTo(c.k*(x+p.X), c.k*(y+p.Y))
	}
	if m.Closed {
		c.pdf.ClosePath()
	}
	c.pdf.DrawPath(style)
}

// mark remembers a place for the outline.
func (c *canvas) mark(level int, y float64, title string) {
	c.marks = append(c.marks, bookmark{
		level: level, page: c.pdf.PageNo(), y: c.k * (c.high - y) / pointMM, title: title,
	})
}
