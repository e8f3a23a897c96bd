package chart

import (
	"errors"
	"math"

	"shanzhi/templates/font"
)

// TrendStep is one step in time: the share P of N, 0–1, with the limits for that N against the own base period.
type TrendStep struct {
	Label, Fraction string
	P               float64
	N               int
	L95, L998       Interval
}

// TrendChart is SPEC 6.6. PeriodAt is the index of the first step of the period reported, −1 for none. Ewma draws the
// weighted mean (λ 0.2) of monthly steps.
type TrendChart struct {
	Caption
	Base       float64
	Steps      []TrendStep
	PeriodWord string
	PeriodAt   int
	Ewma       bool
}

const (
	trendHigh = 46.0
	trendMinN = 10
	lambda    = 0.2
)

// Trend draws the steps within their limits. A step with fewer than ten has its count below and nothing else: a point
// would be a rate.
func Trend(desk Desk, c TrendChart) (Picture, error) {
	if len(c.Steps) == 0 {
		return Picture{}, errors.New("chart: a trend without steps")
	}
	s := desk.sheet()
	s.caption(c.Caption, s.wide)
	a := s.trendScale(c)
	if s.narrow || s.slim {
		return s.trendRows(c, a)
	}
	step := gridStep(scale{lo: a.lo, hi: a.hi})
	column := (s.plotTo() - plotFrom) / float64(len(c.Steps))
	for i, t := range c.Steps {
		s.trendLimits(a, plotFrom+column*float64(i), column, t)
	}
	for v := a.lo; v <= a.hi+1e-9; v += step {
		s.line(plotFrom, a.at(v), s.plotTo(), a.at(v), 0.25, Grid)
		s.label(plotFrom-1.2, a.at(v)+1, Right, percent(v))
	}
	s.line(plotFrom, a.at(a.clip(c.Base)), s.plotTo(), a.at(a.clip(c.Base)), 0.6, Ink)
	if c.PeriodAt > 0 && c.PeriodAt < len(c.Steps) {
		x := plotFrom + column*float64(c.PeriodAt)
		s.line(x, a.to, x, a.from, 0.7, Grey, 1, 1.5)
		s.label(x+0.8, a.from-1.2, Left, c.PeriodWord)
	}
	if c.Ewma {
		s.trendMean(a, column, c)
	}
	s.trendPoints(a, column, c.Steps)
	s.line(plotFrom, a.from, s.plotTo(), a.from, 1, Ink)
	return s.done(c.Caption, s.wide, a.from+8)
}

func (s *sheet) trendScale(c TrendChart) scale {
	lo := c.Base
	for _, t := range c.Steps {
		if t.N < trendMinN {
			continue
		}
		if lo = math.Min(lo, t.P); fine(t.L998.Lo) {
			lo = math.Min(lo, t.L998.Lo)
		}
	}
	step := 0.1
	if 1-lo > 0.5 {
		step = 0.2
	}
	top := s.content + 1
	return scale{from: top + trendHigh, to: top, lo: math.Max(0, step*math.Floor(lo/step)), hi: 1}
}

func (s *sheet) trendLimits(a scale, x, wide float64, t TrendStep) {
	if t.N < trendMinN {
		return
	}
	lo, hi := a.at(a.clip(t.L95.Lo)), a.at(a.clip(t.L95.Hi))
	s.add(Rect{X: x, Y: hi, W: wide, H: math.Max(0, lo-hi), Fill: Calm})
	for _, v := range []float64{t.L998.Lo, t.L998.Hi} {
		if a.within(v) {
			s.line(x, a.at(v), x+wide, a.at(v), 0.6, Ink, 3, 1.6)
		}
	}
}

// trendMean draws the exponentially weighted mean from the base on.
func (s *sheet) trendMean(a scale, column float64, c TrendChart) {
	mean, points := c.Base, []Point{}
	for i, t := range c.Steps {
		if t.N >= trendMinN {
			mean = lambda*t.P + (1-lambda)*mean
			points = append(points, Point{plotFrom + column*(float64(i)+0.5), a.at(a.clip(mean))})
		}
	}
	if len(points) > 1 {
		s.add(Poly{Points: points, Stroke: Soft, Width: 1.4, Dash: []float64{4, 2}})
	}
}

func (s *sheet) trendPoints(a scale, column float64, steps []TrendStep) {
	var before *Point
	for i, t := range steps {
		at := Point{plotFrom + column*(float64(i)+0.5), a.at(a.clip(t.P))}
		if t.N >= trendMinN {
			if before != nil {
				s.line(before.X, before.Y, at.X, at.Y, 0.7, Blue)
			}
			before = &at
		} else {
			before = nil
		}
	}
	for i, t := range steps {
		x := plotFrom + column*(float64(i)+0.5)
		s.trendDot(x, a.at(a.clip(t.P)), t.N)
		s.label(x, a.from+3.6, Center, t.Label)
		s.label(x, a.from+7, Center, t.Fraction)
	}
}

// manySteps is from how many on the rows of a narrow place are low: what stands below each other stands side by side.
const manySteps = 10

// trendRows is the form of a narrow place: a row for each step, the axis from left to right, time downward.
func (s *sheet) trendRows(c TrendChart, a scale) (Picture, error) {
	const gap, apart = 5.0, 2.5
	row, low := 9.6, len(c.Steps) >= manySteps
	names, counts, y := 0.0, 0.0, s.content+1
	for _, t := range c.Steps {
		names = math.Max(names, s.width(s.tableSize, font.Sans, t.Label))
		counts = math.Max(counts, s.width(s.labelSize, font.Sans, t.Fraction))
	}
	begin := math.Max(names, counts)
	if low {
		row, begin = 5.6, names+apart+counts
	}
	a.from, a.to = math.Min(begin, s.wide/2)+4, s.wide-slimEdge
	top, at := y, make([]float64, len(c.Steps))
	for i, t := range c.Steps {
		if i > 0 && i == c.PeriodAt {
			s.line(0, y+0.6, s.wide, y+0.6, 0.7, Grey, 1, 1.5)
			s.label(0, y+4.4, Left, c.PeriodWord)
			y += gap
		}
		s.trendBand(a, y, row, t)
		s.fitted(0, y+4, a.from-3, s.tableSize, font.Sans, t.Label)
		if low {
			s.label(names+apart, y+4, Left, t.Fraction)
		} else {
			s.label(0, y+8.2, Left, t.Fraction)
		}
		at[i] = y + row/2
		y += row
	}
	step := s.clearStep(a, percent, gridStep(scale{lo: a.lo, hi: a.hi}), 0.2, 0.5, 1)
	s.ticks(a, step, top, y, percent)
	base := a.at(a.clip(c.Base))
	s.line(base, top, base, y, 0.6, Ink)
	s.trendPath(a, at, c)
	s.line(a.from, y, a.to, y, 1, Ink)
	return s.done(c.Caption, s.wide, y+5)
}

// trendBand is the limits of one row.
func (s *sheet) trendBand(a scale, y, high float64, t TrendStep) {
	if t.N < trendMinN {
		return
	}
	lo, hi := a.at(a.clip(t.L95.Lo)), a.at(a.clip(t.L95.Hi))
	s.add(Rect{X: lo, Y: y, W: math.Max(0, hi-lo), H: high, Fill: Calm})
	for _, v := range []float64{t.L998.Lo, t.L998.Hi} {
		if a.within(v) {
			s.line(a.at(v), y, a.at(v), y+high, 0.6, Ink, 3, 1.6)
		}
	}
}

// trendPath draws weighted mean and points of the rows at these heights.
func (s *sheet) trendPath(a scale, at []float64, c TrendChart) {
	var means []Point
	mean, before := c.Base, -1
	for i, t := range c.Steps {
		if t.N < trendMinN {
			before = -1
			continue
		}
		mean = lambda*t.P + (1-lambda)*mean
		means = append(means, Point{a.at(a.clip(mean)), at[i]})
		if before >= 0 {
			s.line(a.at(a.clip(c.Steps[before].P)), at[before], a.at(a.clip(t.P)), at[i], 0.7, Blue)
		}
		before = i
	}
	if c.Ewma && len(means) > 1 {
		s.add(Poly{Points: means, Stroke: Soft, Width: 1.4, Dash: []float64{4, 2}})
	}
	for i, t := range c.Steps {
		s.trendDot(a.at(a.clip(t.P)), at[i], t.N)
	}
}

// trendDot is the point of a step with ten or more.
func (s *sheet) trendDot(x, y float64, n int) {
	if n >= trendMinN {
		s.add(Circle{X: x, Y: y, R: 1.1, Fill: Blue, Stroke: White, Width: 0.5})
	}
}
