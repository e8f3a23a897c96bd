package chart

import (
	"errors"
	"math"

	"shanzhi/templates/font"
)

// BarRow is one labelled count.
type BarRow struct {
	Label string
	N     int
}

// BarChart is a plain chart of counts: reasons for being overdue.
type BarChart struct {
	Caption
	Rows []BarRow
}

// Bars draws counts as grey bars from one axis, 75 mm wide.
func Bars(desk Desk, c BarChart) (Picture, error) {
	s := desk.sheet()
	s.caption(c.Caption, s.half)
	most, from := 1, 12.0
	for _, r := range c.Rows {
		if r.N < 0 {
			return Picture{}, errors.New("chart: a count below zero")
		}
		most = max(most, r.N)
		from = math.Max(from, s.width(s.tableSize, font.Sans, r.Label)+2)
	}
	if s.slim {
		return s.slimBars(c, most)
	}
	if from > 50 {
		return Picture{}, errors.New("chart: a label of a bar is longer than 48 mm")
	}
	y := s.content + 2
	begin := y
	room := s.half - from - 9
	for _, r := range c.Rows {
		w := room * float64(r.N) / float64(most)
		s.text(from-1.5, y+agePitch/2+1.1, s.tableSize, font.Sans, Ink, Right, r.Label)
		if r.N > 0 {
			s.add(Rect{X: from, Y: y + 1.2, W: w, H: ageBar, Fill: Mid})
		}
		s.text(from+w+0.9, y+agePitch/2+1.1, s.tableSize, font.Sans, inkOf(r.N), Left, thousands(r.N))
		y += agePitch
	}
	s.line(from, begin, from, y, 0.6, Ink)
	return s.done(c.Caption, s.half, y+1)
}

// PairRow is one family of cases: the own share and that of the whole area, 0–1.
type PairRow struct {
	Label, Value string // 住房物业 and 31% / 11%
	Own, Area    float64
}

// PairChart is SPEC 6.11. Legend: own, area.
type PairChart struct {
	Caption
	Legend [2]string
	Rows   []PairRow
}

// Pairs draws two bars for each family from one axis, across the type area.
func Pairs(desk Desk, c PairChart) (Picture, error) {
	const pitch = 6.0
	s := desk.sheet()
	wide := s.wide
	s.caption(c.Caption, wide)
	most, from, value := 0.01, 12.0, 0.0
	for _, r := range c.Rows {
		most = math.Max(most, math.Max(r.Own, r.Area))
		from = math.Max(from, s.width(s.tableSize, font.Sans, r.Label)+2)
		value = math.Max(value, s.width(s.labelSize, font.Sans, r.Value)+1.5)
	}
	room := wide - from - value
	if room < 8 {
		return Picture{}, errors.New("chart: labels leave no room for the bars")
	}
	y := s.content + 1.5
	begin := y
	for _, r := range c.Rows {
		own, area := room*r.Own/most, room*r.Area/most
		s.text(from-1.5, y+4.1, s.tableSize, font.Sans, Ink, Right, r.Label)
		s.add(Rect{X: from, Y: y + 0.9, W: own, H: 2.3, Fill: Blue})
		s.add(Rect{X: from, Y: y + 3.3, W: area, H: 1.8, Fill: AreaGrey})
		s.text(from+math.Max(own, area)+1.2, y+4.1, s.labelSize, font.Sans, Ink, Left, r.Value)
		y += pitch
	}
	s.line(from, begin, from, y, 0.6, Ink)
	return s.done(c.Caption, wide, s.pairLegend(from, y, c.Legend))
}

// pairLegend stands beneath the bars: from the axis on, from the left where that is too narrow, else in two lines. It
// returns where it ends.
func (s *sheet) pairLegend(from, y float64, legend [2]string) float64 {
	if from+s.keysWide(legend[:]) > s.wide {
		from = 0
	}
	return 1.4 + s.keys(from, y+3.6, legend[:], func(i int, x, base float64) {
		s.add(Rect{X: x, Y: base - 2, W: 5, H: 2.2, Fill: []Color{Blue, AreaGrey}[i]})
	})
}
