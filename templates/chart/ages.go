package chart

import (
	"errors"
	"math"

	"shanzhi/templates/font"
)

// AgeRow is one class of days open: how many cases are within their limit and how many overdue.
type AgeRow struct {
	Class           string
	Within, Overdue int
}

// AgeChart is SPEC 6.7, oldest class first. Heads: within (with its total), days, overdue (with its total).
type AgeChart struct {
	Caption
	Heads [3]string
	Rows  []AgeRow
}

const (
	ageMiddle = 16.0
	ageBar    = 5.0
	agePitch  = 7.6
	ageNumber = 6.5 // of the number beside the longest bar
)

// Ages draws the pyramid of open cases; one scale for both sides.
func Ages(desk Desk, c AgeChart) (Picture, error) {
	s := desk.sheet()
	s.caption(c.Caption, s.half)
	most := 1
	for _, r := range c.Rows {
		if r.Within < 0 || r.Overdue < 0 {
			return Picture{}, errors.New("chart: a count below zero")
		}
		most = max(most, r.Within, r.Overdue)
	}
	number := ageNumber
	if s.slim {
		number = 1.8 + s.width(s.tableSize, font.Sans, thousands(most))
	}
	room := (s.half-ageMiddle)/2 - number
	from, to := (s.half-ageMiddle)/2, (s.half+ageMiddle)/2
	y := s.content
	if s.slim {
		y = s.slimAgeHeads(c.Heads, from, to)
	} else {
		s.ageHeads(y, c.Heads, from, to)
		y += 5
	}
	end := y + agePitch*float64(len(c.Rows))
	for _, r := range c.Rows {
		bar, base := y+(agePitch-ageBar)/2, y+agePitch/2+1.1
		left := room * float64(r.Within) / float64(most)
		right := room * float64(r.Overdue) / float64(most)
		if r.Within > 0 {
			s.add(Rect{X: from - left, Y: bar, W: left, H: ageBar, Fill: Pale})
		}
		if r.Overdue > 0 {
			s.add(Rect{X: to, Y: bar, W: right, H: ageBar, Fill: White, Stroke: Ink, Width: 0.4, Hatch: Lines})
		}
		s.text(from-left-0.8, base, s.tableSize, font.Sans, inkOf(r.Within), Right, thousands(r.Within))
		s.text(to+right+0.8, base, s.tableSize, font.Sans, inkOf(r.Overdue), Left, thousands(r.Overdue))
		s.text(s.half/2, base, s.tableSize, font.Sans, Ink, Center, r.Class)
		y += agePitch
	}
	s.line(from, end-agePitch*float64(len(c.Rows)), from, end, 0.6, Ink)
	s.line(to, end-agePitch*float64(len(c.Rows)), to, end, 0.6, Ink)
	return s.done(c.Caption, s.half, end+1)
}

func (s *sheet) ageHeads(y float64, heads [3]string, from, to float64) {
	s.text(from, y+2.8, s.tableSize, font.SansBold, Ink, Right, heads[0])
	s.text(s.half/2, y+2.8, s.tableSize, font.SansBold, Ink, Center, heads[1])
	s.text(to, y+2.8, s.tableSize, font.SansBold, Ink, Left, heads[2])
}

// slimAgeHeads puts the heads in several lines and returns the height below them.
func (s *sheet) slimAgeHeads(heads [3]string, from, to float64) float64 {
	y := s.content + 3
	left := s.lines(from, y, from-0.5, s.tableSize, font.SansBold, Ink, Right, heads[0])
	right := s.lines(to, y, s.half-to-0.5, s.tableSize, font.SansBold, Ink, Left, heads[2])
	middle := s.lines(s.half/2, y, to-from-1, s.tableSize, font.SansBold, Ink, Center, heads[1])
	return math.Max(middle, math.Max(left, right)) - 2.4
}

// inkOf prints nothing to count in grey.
func inkOf(n int) Color {
	if n == 0 {
		return Mid
	}
	return Ink
}
