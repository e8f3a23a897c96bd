package chart

import (
	"errors"
	"math"

	"shanzhi/templates/font"
)

// WorkMonth is one month: the 10th to 90th percentile and median of the comparable group, the own number, days away.
type WorkMonth struct {
	Label, Note    string // 2月 and 不在岗5日
	Lo, Median, Hi float64
	HasBand        bool
	Own            float64
	OwnText        string
	HasOwn         bool
	Away           float64 // share of the working days away, 0–1
}

// WorkChart is SPEC 6.9.
type WorkChart struct {
	Caption
	Months []WorkMonth
}

const (
	plotFrom = 11.0
	workHigh = 34.0
	workWide = 14.0
)

// Workload draws the months over one axis from 0.
func Workload(desk Desk, c WorkChart) (Picture, error) {
	s := desk.sheet()
	s.caption(c.Caption, s.wide)
	most := 1.0
	for _, m := range c.Months {
		if m.HasBand {
			most = math.Max(most, m.Hi)
		}
		if m.HasOwn {
			most = math.Max(most, m.Own)
		}
	}
	if !fine(most) {
		return Picture{}, errors.New("chart: a workload that is not finite")
	}
	if s.narrow || s.slim {
		return s.workRows(c, most)
	}
	step := stepOf(most / 3)
	top := s.content + 1
	a := scale{from: top + workHigh, to: top, lo: 0, hi: step * math.Ceil(most/step)}
	for v := 0.0; v <= a.hi; v += step {
		s.line(plotFrom, a.at(v), s.plotTo(), a.at(v), 0.25, Grid)
		s.label(plotFrom-1.2, a.at(v)+1, Right, thousands(int(math.Round(v))))
	}
	pitch := (s.plotTo() - plotFrom) / math.Max(1, float64(len(c.Months)))
	wide := math.Max(3, math.Min(workWide, pitch-s.workNumbers(c.Months)-3))
	for i, m := range c.Months {
		s.workMonth(a, plotFrom+pitch*(float64(i)+0.5), wide, m)
	}
	s.line(plotFrom, a.from, s.plotTo(), a.from, 1, Ink)
	end := a.from + 4.8
	for _, m := range c.Months {
		if m.Note != "" {
			end = a.from + 8.6
		}
	}
	return s.done(c.Caption, s.wide, end)
}

// workRows is the figure of a narrow place: a row for each month, the axis from left to right.
func (s *sheet) workRows(c WorkChart, most float64) (Picture, error) {
	const row = 6.0
	from := 24.0
	if s.slim {
		from = 1.5
		for _, m := range c.Months {
			from = math.Max(from, 1.5+s.width(s.tableSize, font.Sans, m.Label))
		}
	}
	top := s.content + 1
	end := top + row*float64(len(c.Months))
	for _, m := range c.Months {
		end += s.noteHigh(m)
	}
	step := stepOf(most / 4)
	a := scale{from: from, to: s.plotTo() - s.workNumbers(c.Months) - 3, lo: 0, hi: step * math.Ceil(most/step)}
	clear := s.clearStep(a, whole, step, 2*step, a.hi)
	for v := 0.0; v <= a.hi; v += step {
		s.line(a.at(v), top, a.at(v), end, 0.25, Grid)
		if math.Mod(v+step/2, clear) < step {
			s.label(a.at(v), end+3.8, Center, whole(v))
		}
	}
	y := top + row/2
	for _, m := range c.Months {
		s.text(from-1.5, y+1.1, s.tableSize, font.Sans, Ink, Right, m.Label)
		if m.HasBand {
			lo, hi := a.at(a.clip(m.Lo)), a.at(a.clip(m.Hi))
			s.add(Rect{X: lo, Y: y - 2, W: math.Max(0, hi-lo), H: 4, Fill: Band})
			s.line(a.at(a.clip(m.Median)), y-2, a.at(a.clip(m.Median)), y+2, 0.8, Soft)
		}
		if m.HasOwn {
			s.add(Circle{X: a.at(a.clip(m.Own)), Y: y, R: 1.25, Fill: Blue, Stroke: White, Width: 0.5})
			s.text(s.edge(), y+1.1, s.tableSize, font.SansBold, Ink, Right, m.OwnText)
		}
		s.label(from+0.8, y+1.1+s.noteHigh(m), Left, m.Note)
		y += row + s.noteHigh(m)
	}
	s.line(from, top, from, end, 1, Ink)
	return s.done(c.Caption, s.wide, end+5)
}

// noteHigh is what a note below a row adds to its height.
func (s *sheet) noteHigh(m WorkMonth) float64 {
	if s.slim && m.Note != "" {
		return slimStep
	}
	return 0
}

// workNumbers is the room of the widest own number.
func (s *sheet) workNumbers(months []WorkMonth) float64 {
	widest := 0.0
	for _, m := range months {
		if m.HasOwn {
			widest = math.Max(widest, s.width(s.tableSize, font.SansBold, m.OwnText))
		}
	}
	return widest
}

// workMonth draws one month. The own number stands right of the band, where neither the median nor an edge strikes it.
func (s *sheet) workMonth(a scale, x, wide float64, m WorkMonth) {
	if m.HasBand {
		lo, hi := a.at(a.clip(m.Lo)), a.at(a.clip(m.Hi))
		s.add(Rect{X: x - wide/2, Y: hi, W: wide, H: math.Max(0, lo-hi), Fill: Band})
		s.line(x-wide/2, a.at(a.clip(m.Median)), x+wide/2, a.at(a.clip(m.Median)), 0.8, Soft)
	}
	if m.HasOwn {
		s.add(Circle{X: x, Y: a.at(a.clip(m.Own)), R: 1.25, Fill: Blue, Stroke: White, Width: 0.5})
		beside, y := x+2.2, a.at(a.clip(m.Own))
		if m.HasBand && y > a.at(a.clip(m.Hi))-2 && y < a.at(a.clip(m.Lo))+2 {
			beside = math.Max(beside, x+wide/2+0.9)
		}
		room := s.width(s.tableSize, font.SansBold, m.OwnText)
		s.add(Rect{X: beside - 0.5, Y: y - 1.4, W: room + 1, H: 2.8, Fill: White}) // no grid line through the number
		s.text(beside, y+1.1, s.tableSize, font.SansBold, Ink, Left, m.OwnText)
	}
	if m.Away > 0 {
		s.add(Rect{
			X: x - wide/2, Y: a.from - 2, W: wide * math.Min(1, m.Away), H: 2,
			Fill: White, Stroke: Ink, Width: 0.4, Hatch: Fine,
		})
	}
	s.label(x, a.from+3.8, Center, m.Label)
	s.label(x, a.from+7.6, Center, m.Note)
}
