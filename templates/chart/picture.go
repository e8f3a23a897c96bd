// Package chart draws the figures of a report once, as a display list, for two writers: SVG on a page, vectors in a
// PDF.
//
// It is pure. Lengths are millimetres from the top left corner of the picture, y downward; type sizes and line widths
// are points. Every word is given by the caller.
package chart

import (
	"fmt"
	"math"

	"shanzhi/templates/font"
)

// Color is 0xRRGGBB with a set bit above it, so that the zero value means "none".
type Color uint32

const opaque Color = 1 << 24

// The colours of the reports; meaning is never in a colour alone.
const (
	None     Color = 0
	Black          = opaque
	White          = opaque | 0xFFFFFF
	Ink            = opaque | 0x1A1A1A // text, rules, axes
	Grey           = opaque | 0x5A5A5A // labels, notes
	Mid            = opaque | 0x8C8C8C // footer
	Soft           = opaque | 0x7A7A7A // means and medians
	Hair           = opaque | 0xB4B4B4 // row lines
	Grid           = opaque | 0xDADADA // grid lines
	Red            = opaque | 0xA01C1C // letterhead and its rule
	Blue           = opaque | 0x17406D // the assessed person or unit
	Pale           = opaque | 0x7FA3C6 // level 4
	Faint          = opaque | 0xE4E9EE // level 3
	Edge           = opaque | 0x9AA3AB // the edge of level 3
	Band           = opaque | 0xDEDEDE // the comparable group
	Inside         = opaque | 0xF3F3F2 // inside 95 % limits of a funnel
	Calm           = opaque | 0xEDEDED // inside 95 % limits of a trend
	AreaGrey       = opaque | 0xBFBFBF // the whole area beside the own bar
)

// RGB are the three parts of a colour, 0–255.
func (c Color) RGB() (r, g, b int) { return int(c >> 16 & 0xFF), int(c >> 8 & 0xFF), int(c & 0xFF) }

// Align says which end of a text stands at its place.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Center
	Right
)

// Hatch is a pattern of lines over a rectangle.
type Hatch uint8

// The patterns.
const (
	Plain   Hatch = iota
	Lines         // 45° every 1.3 mm, 0.4 pt: level 2, excluded, overdue
	Crossed       // both ways every 0.75 mm: level 1
	Fine          // 45° every 0.8 mm: a loss
)

// Point is a place in millimetres.
type Point struct{ X, Y float64 }

// Mark is one element of a display list: Text, Line, Poly, Rect, Circle, Diamond or Triangle.
type Mark interface {
	// finite says whether every number of the mark can be drawn.
	finite() bool
}

// Text is one line of text; Y is its baseline. LetterGap is put between the letters, in points.
type Text struct {
	X, Y      float64
	S         string
	Size      float64
	Face      font.Face
	Color     Color
	Align     Align
	LetterGap float64
}

// Line is a straight line. Dash are lengths on and off in points; none is solid.
type Line struct {
	X1, Y1, X2, Y2 float64
	Width          float64
	Color          Color
	Dash           []float64
}

// Poly is a line through points, or an area where Closed.
type Poly struct {
	Points       []Point
	Closed       bool
	Fill, Stroke Color
	Width        float64
	Dash         []float64
}

// Rect is a rectangle with its top left corner at X, Y.
type Rect struct {
	X, Y, W, H   float64
	Fill, Stroke Color
	Width        float64
	Hatch        Hatch
}

// Circle is a dot, hollow where Fill is white or None.
type Circle struct {
	X, Y, R      float64
	Fill, Stroke Color
	Width        float64
}

// Diamond stands on its corner; R is half its height.
type Diamond struct {
	X, Y, R      float64
	Fill, Stroke Color
	Width        float64
}

// Triangle points upward; R is the half of its base.
type Triangle struct {
	X, Y, R      float64
	Fill, Stroke Color
	Width        float64
}

// Picture is a finished figure: its size, its words for those who cannot see it, and what to draw, first mark lowest.
type Picture struct {
	W, H        float64
	Title, Desc string
	Marks       []Mark
}

// Caption heads a figure: number and title at the left, a short remark at the right, and the sentence that says in
// words what the figure shows.
type Caption struct{ Title, Aside, Desc string }

// Interval is a range of values, Lo ≤ Hi.
type Interval struct{ Lo, Hi float64 }

// Check refuses a picture with a mark that no writer can draw: a number that is not finite or beyond 100 m.
func (p Picture) Check() error {
	for _, m := range p.Marks {
		if m == nil || !m.finite() {
			return fmt.Errorf("chart %q: a mark (%T) with a number that is not finite", p.Title, m)
		}
	}
	if !fine(p.W, p.H) {
		return fmt.Errorf("chart %q: a size that is not finite", p.Title)
	}
	return nil
}

func fine(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > 1e5 {
			return false
		}
	}
	return true
}

func (m Text) finite() bool     { return fine(m.X, m.Y, m.Size, m.LetterGap) }
func (m Line) finite() bool     { return fine(m.X1, m.Y1, m.X2, m.Y2, m.Width) && fine(m.Dash...) }
func (m Rect) finite() bool     { return fine(m.X, m.Y, m.W, m.H, m.Width) && m.W >= 0 && m.H >= 0 }
func (m Circle) finite() bool   { return fine(m.X, m.Y, m.R, m.Width) }
func (m Diamond) finite() bool  { return fine(m.X, m.Y, m.R, m.Width) }
func (m Triangle) finite() bool { return fine(m.X, m.Y, m.R, m.Width) }

func (m Poly) finite() bool {
	for _, p := range m.Points {
		if !fine(p.X, p.Y) {
			return false
		}
	}
	return fine(m.Width) && fine(m.Dash...)
}
