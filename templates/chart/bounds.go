package chart

import (
	"math"

	"shanzhi/templates/font"
)

// BoundsKind is how a row of the chart of response bounds is drawn.
type BoundsKind uint8

// The kinds.
const (
	BoundsRange   BoundsKind = iota // grey bar with both ends printed inside
	BoundsDot                       // dot with Wilson interval
	BoundsDiamond                   // hollow diamond
	BoundsWords                     // nothing drawn: the value says why
)

// BoundsRow is one row; At and I are shares, 0–1.
type BoundsRow struct {
	Label          string
	Kind           BoundsKind
	At             float64
	I              Interval
	Value          string // at the right end of the row
	LoText, HiText string // BoundsRange: inside the bar
}

// BoundsChart is SPEC 6.4: what those who did not rate could change.
type BoundsChart struct {
	Caption
	Rows []BoundsRow
}

const (
	boundsFrom = 38.0
	boundsRow  = 6.2
)

// Bounds draws the rows over one axis from 0 to 100 %.
func Bounds(desk Desk, c BoundsChart) (Picture, error) {
	s := desk.sheet()
	s.caption(c.Caption, s.wide)
	if s.slim {
		return s.slimBounds(c)
	}
	a := scale{from: boundsFrom, to: s.wide - 16, lo: 0, hi: 1}
	y := s.content + 1
	end := y + boundsRow*float64(len(c.Rows))
	s.shareAxis(a, y-1, end)
	for _, r := range c.Rows {
		middle := y + boundsRow/2
		s.text(boundsFrom-2, middle+1.1, s.tableSize, font.Sans, Ink, Right, r.Label)
		switch r.Kind {
		case BoundsRange:
			s.boundsBar(a, middle, r)
		case BoundsDot:
			s.wilson(a, middle, r.At, r.I, 0.9, 1.2)
		case BoundsDiamond:
			s.add(Diamond{X: a.at(a.clip(r.At)), Y: middle, R: 1.5, Fill: White, Stroke: Blue, Width: 0.9})
		case BoundsWords: // the value says that there is no rate
		}
		s.text(s.edge(), middle+1.1, s.tableSize, font.Sans, Ink, Right, r.Value)
		y += boundsRow
	}
	return s.done(c.Caption, s.wide, end+5)
}

func (s *sheet) boundsBar(a scale, y float64, r BoundsRow) {
	lo, hi := a.at(a.clip(r.I.Lo)), a.at(a.clip(r.I.Hi))
	s.add(Rect{X: lo, Y: y - 1.7, W: math.Max(0, hi-lo), H: 3.4, Fill: Band})
	if s.width(s.labelSize, font.Sans, r.LoText+r.HiText)+4 <= hi-lo {
		s.text(lo+0.8, y+1, s.labelSize, font.Sans, Ink, Left, r.LoText)
		s.text(hi-0.8, y+1, s.labelSize, font.Sans, Ink, Right, r.HiText)
		return
	}
	s.text(lo-0.8, y+1, s.labelSize, font.Sans, Ink, Right, r.LoText)
	s.text(hi+0.8, y+1, s.labelSize, font.Sans, Ink, Left, r.HiText)
}

// shareAxis draws the grid of an axis from 0 to 100 % with its labels below.
func (s *sheet) shareAxis(a scale, y, end float64) {
	for v := 0.0; v <= 1; v += 0.25 {
		s.line(a.at(v), y, a.at(v), end, 0.25, Grid)
		s.label(a.at(v), end+3.6, Center, percent(v))
	}
	s.line(a.from, end, a.to, end, 1, Ink)
}
