package chart

import (
	"math"

	"shanzhi/templates/font"
)

// funnelMarks is what the name of the own point must stay clear of: other points, and the lines of limits and centre.
type funnelMarks struct {
	points []Point
	lines  [][]Point
}

// cost says how bad it would be to print in the box: a point under the words is worse than a line through them.
func (m funnelMarks) cost(box Rect) float64 {
	total := 0.0
	for _, p := range m.points {
		if p.X > box.X-1.2 && p.X < box.X+box.W+1.2 && p.Y > box.Y-1.2 && p.Y < box.Y+box.H+1.2 {
			total += 40
		}
	}
	for _, line := range m.lines {
		if crosses(line, Rect{X: box.X - 0.4, Y: box.Y - 0.4, W: box.W + 0.8, H: box.H + 0.8}) {
			total += 60
		}
	}
	return total
}

// crosses says whether a line of many points runs through a box.
func crosses(line []Point, box Rect) bool {
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		from, to := math.Max(math.Min(a.X, b.X), box.X), math.Min(math.Max(a.X, b.X), box.X+box.W)
		if from > to {
			continue
		}
		at := func(x float64) float64 {
			if a.X == b.X {
				return a.Y
			}
			return a.Y + (x-a.X)/(b.X-a.X)*(b.Y-a.Y)
		}
		lo, hi := math.Min(at(from), at(to)), math.Max(at(from), at(to))
		if a.X == b.X {
			lo, hi = math.Min(a.Y, b.Y), math.Max(a.Y, b.Y)
		}
		if hi >= box.Y && lo <= box.Y+box.H {
			return true
		}
	}
	return false
}

// funnelLabel names the own point. Right, left, above and below come first; where a mark or a line is in the way the
// words go further out, with a leader, to the place that disturbs least.
func (s *sheet) funnelLabel(words string, at Point, marks funnelMarks, x, y scale) {
	size, h := 8.0, 3.0
	if s.slim {
		size, h = s.labelSize, 3.4
	}
	w := s.width(size, font.SansBold, words)
	inside := func(box Rect) bool {
		return box.X >= x.from+0.5 && box.X+box.W <= x.to && box.Y >= y.to+0.3 && box.Y+box.H <= y.from-0.5
	}
	best, least, leader := Rect{X: math.Max(x.from+0.5, x.to-w), Y: y.to + 0.5, W: w, H: h}, math.Inf(1), true
	try := func(cx, cy, penalty float64, far bool) {
		box := Rect{X: cx - w/2, Y: cy - h/2, W: w, H: h}
		if !inside(box) || penalty >= least {
			return
		}
		if cost := marks.cost(box) + penalty; cost < least {
			best, least, leader = box, cost, far
		}
	}
	try(at.X+2.6+w/2, at.Y, 0, false)
	try(at.X-2.6-w/2, at.Y, 0, false)
	try(at.X, at.Y-2.4-h/2, 0, false)
	try(at.X, at.Y+2.4+h/2, 0, false)
	for _, away := range []float64{5, 7, 9, 12, 15, 19, 24, 30} {
		for k := range 16 {
			turn := float64(k) * math.Pi / 8
			side := math.Cos(turn) * (away + w/2)
			try(at.X+side, at.Y+math.Sin(turn)*away, 2+away, true)
		}
	}
	if leader {
		s.funnelLeader(at, best)
	}
	s.text(best.X, best.Y+h-0.5, size, font.SansBold, Ink, Left, words)
}

// funnelLeader joins the own point with the nearest point of the edge of its name.
func (s *sheet) funnelLeader(at Point, box Rect) {
	end := Point{
		X: math.Max(box.X-0.5, math.Min(box.X+box.W+0.5, at.X)),
		Y: math.Max(box.Y-0.3, math.Min(box.Y+box.H+0.3, at.Y)),
	}
	long := math.Hypot(end.X-at.X, end.Y-at.Y)
	if long < 2.4 {
		return
	}
	s.line(at.X+(end.X-at.X)*2/long, at.Y+(end.Y-at.Y)*2/long, end.X, end.Y, 0.4, Blue)
}
