package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"

	"shanzhi/templates/font"
)

// SVG writes the picture for a page: role img, title and description for a screen reader, viewBox in millimetres.
//
// Text stays text in the page's own fonts; what is black says so once. Fault: an error where a mark cannot be drawn.
func (p Picture) SVG() ([]byte, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	var w svgWriter
	w.put(`<svg xmlns="http://www.w3.org/2000/svg" role="img" class="figure" fill="`, hex(Ink), `"`)
	w.put(` viewBox="0 0 `, num(p.W), " ", num(p.H), `">`)
	w.put("<title>", escape(p.Title), "</title><desc>", escape(p.Desc), "</desc>")
	for _, m := range p.Flat() {
		w.mark(m)
	}
	w.put("</svg>")
	return w.Bytes(), nil
}

type svgWriter struct{ bytes.Buffer }

func (w *svgWriter) put(parts ...string) {
	for _, s := range parts {
		w.WriteString(s)
	}
}

func (w *svgWriter) mark(m Mark) {
	switch m := m.(type) {
	case Line:
		w.put(`<line x1="`, num(m.X1), `" y1="`, num(m.Y1), `" x2="`, num(m.X2), `" y2="`, num(m.Y2), `"`)
		w.stroke(m.Color, m.Width, m.Dash)
		w.put("/>")
	case Rect:
		w.put(`<rect x="`, num(m.X), `" y="`, num(m.Y), `" width="`, num(m.W), `" height="`, num(m.H), `"`)
		w.paint(m.Fill, m.Stroke, m.Width, nil)
	case Circle:
		w.put(`<circle cx="`, num(m.X), `" cy="`, num(m.Y), `" r="`, num(m.R), `"`)
		w.paint(m.Fill, m.Stroke, m.Width, nil)
	case Poly:
		name := "polyline"
		if m.Closed {
			name = "polygon"
		}
		w.put("<", name, ` points="`)
		for i, at := range m.Points {
			if i > 0 {
				w.put(" ")
			}
			w.put(num(at.X), ",", num(at.Y))
		}
		w.put(`"`)
		w.paint(m.Fill, m.Stroke, m.Width, m.Dash)
	case Text:
		w.text(m)
	}
}

func (w *svgWriter) paint(fill, stroke Color, width float64, dash []float64) {
	w.fill(fill)
	w.stroke(stroke, width, dash)
	w.put("/>")
}

// fill writes a colour other than that of the drawing.
func (w *svgWriter) fill(c Color) {
	if c != Ink {
		w.put(` fill="`, hex(c), `"`)
	}
}

func (w *svgWriter) stroke(c Color, width float64, dash []float64) {
	if c == None || width <= 0 {
		return
	}
	w.put(` stroke="`, hex(c), `" stroke-width="`, num(width*font.PointMM), `"`)
	for i, d := range dash {
		w.put([]string{` stroke-dasharray="`, " "}[min(i, 1)], num(d*font.PointMM))
	}
	if len(dash) > 0 {
		w.put(`"`)
	}
}

func (w *svgWriter) text(m Text) {
	w.put(`<text x="`, num(m.X), `" y="`, num(m.Y), `" font-size="`, num(m.Size*font.PointMM), `"`)
	if m.Face == font.Serif || m.Face == font.SerifBold {
		w.put(` font-family="serif"`)
	}
	weights := [...]string{font.SerifBold: ` font-weight="700"`, font.SansBold: ` font-weight="600"`}
	anchors := [...]string{"", ` text-anchor="middle"`, ` text-anchor="end"`}
	w.put(weights[min(m.Face, font.SansBold)], anchors[min(m.Align, Right)])
	w.fill(m.Color)
	if m.LetterGap != 0 {
		w.put(` letter-spacing="`, num(m.LetterGap*font.PointMM), `"`)
	}
	w.put(">", escape(m.S), "</text>")
}

// hex writes a colour for SVG.
func hex(c Color) string {
	if c == None {
		return "none"
	}
	r, g, b := c.RGB()
	return fmt.Sprintf("#%02X%02X%02X", r, g, b)
}

// num writes a number with at most two decimals.
func num(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	for s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	if s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	if s == "-0" {
		return "0"
	}
	return s
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a Buffer does not fail
	return b.String()
}
