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
	plotTo   = 155.0
	workHigh = 34.0
	workWide = 14.0
)

// Workload draws the months over one axis from 0.
func Workload(fonts *font.Set, c WorkChart) (Picture, error) {
	s := &sheet{fonts: fonts}
	s.caption(c.Caption, fullWidth)
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
	step := stepOf(most / 3)
	top := contentY + 1
	a := scale{from: top + workHigh, to: top, lo: 0, hi: step * math.Ceil(most/step)}
	for v := 0.0; v <= a.hi; v += step {
		s.line(plotFrom, a.at(v), plotTo, a.at(v), 0.25, Grid)
		s.label(plotFrom-1.2, a.at(v)+1, Right, thousands(int(math.Round(v))))
	}
	for i, m := range c.Months {
		x := plotFrom + (plotTo-plotFrom)*(float64(i)+0.5)/float64(len(c.Months))
		s.workMonth(a, x, math.Min(workWide, (plotTo-plotFrom)/float64(len(c.Months))-2), m)
	}
	s.line(plotFrom, a.from, plotTo, a.from, 1, Ink)
	return s.done(c.Caption, fullWidth, a.from+8.6)
}

func (s *sheet) workMonth(a scale, x, wide float64, m WorkMonth) {
	if m.HasBand {
		lo, hi := a.at(a.clip(m.Lo)), a.at(a.clip(m.Hi))
		s.add(Rect{X: x - wide/2, Y: hi, W: wide, H: math.Max(0, lo-hi), Fill: Band})
		s.line(x-wide/2, a.at(a.clip(m.Median)), x+wide/2, a.at(a.clip(m.Median)), 0.8, Soft)
	}
	if m.HasOwn {
		s.add(Circle{X: x, Y: a.at(a.clip(m.Own)), R: 1.25, Fill: Blue, Stroke: White, Width: 0.5})
		s.text(x+2.2, a.at(a.clip(m.Own))+1.1, tableSize, font.SansBold, Ink, Left, m.OwnText)
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
