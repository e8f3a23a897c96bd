package chart

import (
	"errors"

	"shanzhi/templates/font"
)

// FlowPart is one part of the cases of a period.
type FlowPart struct {
	Label string
	N     int
}

// FlowChart is SPEC 6.8: resolved, explained, cannot be resolved, open, excluded.
type FlowChart struct {
	Caption
	Parts [5]FlowPart
}

// Flow draws where the cases of a period went; the counts stand in the legend.
func Flow(desk Desk, c FlowChart) (Picture, error) {
	const tall = 6.4
	s := desk.sheet()
	s.caption(c.Caption, s.wide)
	sum := 0
	for _, p := range c.Parts {
		if p.N < 0 {
			return Picture{}, errors.New("chart: a count below zero")
		}
		sum += p.N
	}
	x, y := 0.0, s.content
	for i, p := range c.Parts {
		if p.N == 0 {
			continue
		}
		w := s.wide * float64(p.N) / float64(sum)
		s.flowPart(i, x, y, w, tall)
		x += w
	}
	if sum == 0 {
		s.add(Rect{X: 0, Y: y, W: s.wide, H: tall, Stroke: Hair, Width: 0.4})
	}
	total := 0.0
	for _, p := range c.Parts {
		total += 5.5 + s.width(s.labelSize, font.Sans, p.Label+"　"+thousands(p.N))
	}
	gap := (s.wide - total) / float64(len(c.Parts)-1)
	if gap < 1.5 || gap > 6 {
		gap = 6
	}
	x, y = 0, y+tall+4.2
	for i, p := range c.Parts {
		words := p.Label + "　" + thousands(p.N)
		wide := 5.5 + s.width(s.labelSize, font.Sans, words)
		if x > 0 && x+wide > s.wide+0.5 {
			x, y = 0, y+4.4
		}
		s.flowPart(i, x, y-2.3, 4, 2.6)
		s.text(x+5.2, y, s.labelSize, font.Sans, Ink, Left, words)
		x += wide + gap
	}
	return s.done(c.Caption, s.wide, y+1.2)
}

func (s *sheet) flowPart(i int, x, y, w, h float64) {
	switch i {
	case 3: // open: empty with an edge
		s.add(Rect{X: x, Y: y, W: w, H: h, Fill: White, Stroke: Edge, Width: 0.4})
	case 4: // excluded
		s.level(3, x, y, w, h)
	default:
		s.level(i, x, y, w, h)
	}
}
