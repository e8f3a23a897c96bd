package chart

import (
	"errors"
	"math"

	"shanzhi/templates/font"
)

// FunnelPoint is one unit or person: N cases and the share P, 0–1.
type FunnelPoint struct{ N, P float64 }

// FunnelChart is SPEC 6.5. Others are drawn without a name; MinN (10 where 0) is the fewest cases that are drawn.
type FunnelChart struct {
	Caption
	W, H     float64 // of the frame; 0: 75 × 64
	XLabel   string
	Theta    float64                              // the centre line
	Limit    func(n float64) (l95, l998 Interval) // limits at n cases, over-dispersion included
	Others   []FunnelPoint
	Own      *FunnelPoint
	OwnLabel string
	Lines    []string    // below the plot; on a screen they are text of the page
	Words    FunnelWords // on a screen the legend stands below the plot
	MinN     float64
}

const (
	funnelHigh  = 64.0
	funnelInset = 9.5
	slimInset   = 10.8
	funnelNodes = 90
	funnelLeast = 8.0
)

// Funnel draws shares against numbers of cases within their control limits.
func Funnel(desk Desk, c FunnelChart) (Picture, error) {
	s := desk.sheet()
	if c.W == 0 || c.H == 0 {
		c.W, c.H = s.half, funnelHigh
	}
	if c.MinN == 0 {
		c.MinN = 10
	}
	if c.Limit == nil || c.Theta < 0 || c.Theta > 1 || !fine(c.Theta, c.W, c.H) || c.W < 30 || c.H < 20 {
		return Picture{}, errors.New("chart: a funnel needs limits, a centre between 0 and 1, and room")
	}
	s.caption(c.Caption, c.W)
	points := drawn(c.Others, c.MinN)
	own := c.Own
	if own != nil && own.N < c.MinN {
		own = nil
	}
	if s.slim {
		s.content += 1.6 // of the topmost label of the axis
	}
	x, y := s.funnelScales(c, points, own)
	s.funnelAxes(c, x, y)
	marks := funnelMarks{lines: s.funnelLimits(c, x, y)}
	for _, p := range points {
		at := Point{x.at(p.N), y.at(p.P)}
		marks.points = append(marks.points, at)
		s.add(Circle{X: at.X, Y: at.Y, R: 0.85, Fill: White, Stroke: Ink, Width: 0.7})
	}
	if own != nil {
		at := Point{x.at(own.N), y.at(own.P)}
		s.add(Diamond{X: at.X, Y: at.Y, R: 1.75, Fill: Blue, Stroke: White, Width: 0.5})
		s.funnelLabel(c.OwnLabel, at, marks, x, y)
	}
	end := s.content + c.H + 10
	if s.slim {
		more := len(s.wrap(c.XLabel, s.labelSize, font.Sans, c.W)) - 1
		end = s.funnelSigns(end+6+slimStep*float64(more), c.Words)
		return s.done(c.Caption, c.W, end-3)
	}
	for _, line := range c.Lines {
		for _, words := range s.wrap(line, s.labelSize, font.Sans, c.W) {
			s.text(0, end+1.5, s.labelSize, font.Sans, Ink, Left, words)
			end += lineStep
		}
	}
	return s.done(c.Caption, c.W, end-1)
}

// drawn leaves out who has fewer cases than are shown.
func drawn(points []FunnelPoint, least float64) []FunnelPoint {
	var list []FunnelPoint
	for _, p := range points {
		if p.N >= least && fine(p.N, p.P) && p.P >= 0 && p.P <= 1 {
			list = append(list, p)
		}
	}
	return list
}

// funnelScales: x from 0 in four steps, y from the lowest multiple of the step that holds all points to 100 %.
func (s *sheet) funnelScales(c FunnelChart, points []FunnelPoint, own *FunnelPoint) (x, y scale) {
	most, lowest := 20.0, c.Theta
	hold := func(p FunnelPoint) { most, lowest = math.Max(most, p.N), math.Min(lowest, p.P) }
	for _, p := range points {
		hold(p)
	}
	if own != nil {
		hold(*own)
	}
	step := 0.02
	for _, wider := range []float64{0.05, 0.1, 0.2} {
		if (1-lowest)/step > 6 {
			step = wider
		}
	}
	low := math.Max(0, step*math.Floor((lowest-step/4)/step))
	// The limits at half the largest number of cases stay on the plot.
	if _, far := c.Limit(most / 2); fine(far.Lo) {
		low = math.Max(0, math.Min(low, step*math.Floor(far.Lo/step)))
	}
	quarter := stepOf(most * 1.02 / 4) // the largest unit stands inside the frame, not on it
	inset := funnelInset
	if s.slim {
		inset = slimInset
	}
	x = scale{from: inset, to: c.W - 2, lo: 0, hi: 4 * quarter}
	y = scale{from: s.content + c.H, to: s.content, lo: low, hi: 1}
	return x, y
}

// stepOf is the smallest round step that is not under v.
func stepOf(v float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(math.Max(v, 1))))
	for _, m := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10} {
		if m*unit >= v && m*unit == math.Trunc(m*unit) {
			return m * unit
		}
	}
	return 10 * unit
}

func (s *sheet) funnelAxes(c FunnelChart, x, y scale) {
	away, down := 1.0, 4.0 // of the labels from the axes
	if s.slim {
		away, down = 2.2, 4.6
	}
	step := (y.hi - y.lo) / math.Max(1, math.Round((y.hi-y.lo)/gridStep(y)))
	for v := y.lo; v <= y.hi+1e-9; v += step {
		s.line(x.from, y.at(v), x.to, y.at(v), 0.25, Grid)
		s.label(x.from-away, y.at(v)+1, Right, percent(v))
	}
	bottom := s.content + c.H
	tight := 1.5*s.width(s.labelSize, font.Sans, whole(x.hi))+1.2 > x.at(x.hi/4)-x.from
	for k := range 5 {
		v := x.hi * float64(k) / 4
		align := Center
		if k == 4 {
			align = Right
		}
		s.line(x.at(v), bottom, x.at(v), bottom+1, 0.5, Ink)
		if tight && k%2 == 1 {
			continue
		}
		s.label(x.at(v), bottom+down, align, whole(v))
	}
	if s.slim {
		s.lines(c.W, bottom+9, c.W, s.labelSize, font.Sans, Grey, Right, c.XLabel)
		return
	}
	s.label((x.from+x.to)/2, bottom+7.2, Center, c.XLabel)
}

// gridStep is the distance of the grid lines of a share axis.
func gridStep(y scale) float64 {
	for _, step := range []float64{0.01, 0.02, 0.05, 0.1} {
		if (y.hi-y.lo)/step <= 7.001 {
			return step
		}
	}
	return 0.2
}

// funnelLimits draws centre and limits and returns their lines.
func (s *sheet) funnelLimits(c FunnelChart, x, y scale) [][]Point {
	lines := [][]Point{{{x.from, y.at(c.Theta)}, {x.to, y.at(c.Theta)}}}
	var curves [4][]Point // 95 low, high; 99.8 low, high, in values
	for k := 1; k <= funnelNodes; k++ {
		n := x.hi * math.Pow(float64(k)/funnelNodes, 2)
		if n < funnelLeast {
			continue
		}
		l95, l998 := c.Limit(n)
		for i, v := range []float64{l95.Lo, l95.Hi, l998.Lo, l998.Hi} {
			curves[i] = append(curves[i], Point{n, v})
		}
	}
	if len(curves[0]) > 1 {
		var area []Point
		for i, curve := range curves[:2] {
			for k := range curve {
				p := curve[k]
				if i == 1 {
					p = curve[len(curve)-1-k]
				}
				area = append(area, Point{x.at(p.X), y.at(y.clip(p.Y))})
			}
		}
		s.add(Poly{Points: area, Closed: true, Fill: Inside})
	}
	s.line(x.from, y.at(c.Theta), x.to, y.at(c.Theta), 0.6, Ink)
	for i, curve := range curves {
		var dash []float64
		if i > 1 {
			dash = []float64{3, 1.6}
		}
		for _, piece := range clipCurve(curve, y) {
			for k := range piece {
				piece[k] = Point{x.at(piece[k].X), y.at(piece[k].Y)}
			}
			s.add(Poly{Points: piece, Stroke: Grey, Width: 0.7, Dash: dash})
			lines = append(lines, piece)
		}
	}
	s.line(x.from, y.at(y.lo), x.to, y.at(y.lo), 0.8, Ink)
	s.line(x.from, y.at(y.lo), x.from, y.at(y.hi), 0.5, Ink)
	return lines
}

// clipCurve cuts a curve where it leaves the axis.
func clipCurve(curve []Point, y scale) [][]Point {
	var pieces [][]Point
	var piece []Point
	flush := func() {
		if len(piece) > 1 {
			pieces = append(pieces, piece)
		}
		piece = nil
	}
	for i, p := range curve {
		in := y.within(p.Y)
		if i > 0 && in != y.within(curve[i-1].Y) {
			q := curve[i-1]
			edge := y.clip(p.Y)
			if in {
				edge = y.clip(q.Y)
			}
			t := (edge - q.Y) / (p.Y - q.Y)
			piece = append(piece, Point{q.X + t*(p.X-q.X), edge})
			if !in {
				flush()
			}
		}
		if in {
			piece = append(piece, p)
		}
	}
	flush()
	return pieces
}

// FunnelWords name the signs of a funnel.
type FunnelWords struct{ Limit95, Limit998, Theta, Others, Own string }

// FunnelLegend explains the signs of the funnels above it.
func FunnelLegend(desk Desk, w FunnelWords) (Picture, error) {
	s := desk.sheet()
	return s.done(Caption{}, s.wide, s.funnelSigns(2.9, w)+1.2)
}

// funnelSigns draws the legend from the baseline y on and returns its last one, on a screen the one below.
func (s *sheet) funnelSigns(y float64, w FunnelWords) float64 {
	x := 0.0
	item := func(wide float64, words string, draw func(x, y float64)) {
		switch {
		case words == "":
			return
		case s.slim:
			y = s.entry(y, words, func(y float64) { draw(0, y) })
			return
		}
		if total := wide + 1.5 + s.width(s.labelSize, font.Sans, words); x > 0 && x+total > s.wide {
			x, y = 0, y+4.4
		}
		draw(x, y-1)
		s.label(x+wide+1.5, y, Left, words)
		x += wide + 5.5 + s.width(s.labelSize, font.Sans, words)
	}
	item(7, w.Limit95, func(x, y float64) { s.line(x, y, x+7, y, 0.7, Grey) })
	item(7, w.Limit998, func(x, y float64) { s.line(x, y, x+7, y, 0.7, Grey, 3, 1.6) })
	item(7, w.Theta, func(x, y float64) { s.line(x, y, x+7, y, 0.9, Ink) })
	item(1.7, w.Others, func(x, y float64) {
		s.add(Circle{X: x + 0.85, Y: y, R: 0.85, Fill: White, Stroke: Ink, Width: 0.7})
	})
	item(3.5, w.Own, func(x, y float64) {
		s.add(Diamond{X: x + 1.75, Y: y, R: 1.75, Fill: Blue, Stroke: White, Width: 0.5})
	})
	return y
}
