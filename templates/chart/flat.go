package chart

import "math"

// Flat reduces the marks to Text, Line, Poly, Rect without pattern, and Circle: what a writer must know.
func (p Picture) Flat() []Mark {
	flat := make([]Mark, 0, len(p.Marks))
	for _, m := range p.Marks {
		switch m := m.(type) {
		case Diamond:
			flat = append(flat, Poly{Closed: true, Fill: m.Fill, Stroke: m.Stroke, Width: m.Width, Points: []Point{
				{m.X, m.Y - m.R}, {m.X + m.R, m.Y}, {m.X, m.Y + m.R}, {m.X - m.R, m.Y},
			}})
		case Triangle:
			flat = append(flat, Poly{Closed: true, Fill: m.Fill, Stroke: m.Stroke, Width: m.Width, Points: []Point{
				{m.X, m.Y - m.R}, {m.X + m.R, m.Y + 0.75*m.R}, {m.X - m.R, m.Y + 0.75*m.R},
			}})
		case Rect:
			flat = m.flatten(flat)
		default:
			flat = append(flat, m)
		}
	}
	return flat
}

// flatten puts area, pattern and edge as marks of their own.
func (m Rect) flatten(flat []Mark) []Mark {
	if m.Hatch == Plain {
		return append(flat, m)
	}
	fill := m.Fill
	if fill == None {
		fill = White
	}
	flat = append(flat, Rect{X: m.X, Y: m.Y, W: m.W, H: m.H, Fill: fill})
	step, width := 1.3, 0.4
	if m.Hatch == Crossed {
		step = 0.75
	}
	if m.Hatch == Fine {
		step = 0.8
	}
	flat = m.strokes(flat, step, width, 1)
	if m.Hatch == Crossed {
		flat = m.strokes(flat, step, width, -1)
	}
	edge := m.Stroke
	if edge == None {
		edge = Ink
	}
	return append(flat, Rect{X: m.X, Y: m.Y, W: m.W, H: m.H, Stroke: edge, Width: math.Max(m.Width, 0.4)})
}

// strokes draws lines at 45° clipped to the rectangle; step is measured across them.
func (m Rect) strokes(flat []Mark, step, width float64, slope float64) []Mark {
	along := step * math.Sqrt2
	for at := along / 2; at < m.W+m.H; at += along {
		// The line x + y = at from the lower left of the rectangle, mirrored for the other slope.
		x1, y1 := math.Min(at, m.W), math.Max(0, at-m.W)
		x2, y2 := math.Max(0, at-m.H), math.Min(at, m.H)
		if slope < 0 {
			x1, x2 = m.W-x1, m.W-x2
		}
		flat = append(flat, Line{X1: m.X + x1, Y1: m.Y + y1, X2: m.X + x2, Y2: m.Y + y2, Width: width, Color: Ink})
	}
	return flat
}
