package chart

import (
	"math"
	"strings"

	"shanzhi/templates/font"
)

// On a screen the width is that of a telephone, so what a row says stands in lines above its plot, which has the whole
// width; long words are broken, never cut.
const (
	slimStep = 4.4  // the distance of two lines of text
	slimEdge = 5.0  // what an axis leaves free at both ends for the labels of its ends
	slimPlot = 8.0  // the height of a plot with its space
	slimSign = 10.0 // where the words of a legend begin
)

// phrase is a text with its look.
type phrase struct {
	words string
	size  float64
	face  font.Face
	color Color
}

func (s *sheet) plain(words string) phrase { return phrase{words, s.labelSize, font.Sans, Grey} }
func (s *sheet) cell(words string) phrase  { return phrase{words, s.tableSize, font.Sans, Ink} }
func (s *sheet) strong(words string) phrase {
	return phrase{words, s.titleSize, font.SansBold, Ink}
}

func (s *sheet) long(p phrase) float64 { return s.width(p.size, p.face, p.words) }

// lines draws words from the baseline y on in lines of at most room, and returns the baseline below the last.
func (s *sheet) lines(x, y, room, size float64, face font.Face, c Color, a Align, words string) float64 {
	if words == "" {
		return y
	}
	for _, line := range s.wrap(words, size, face, room) {
		s.text(x, y, size, face, c, a, line)
		y += slimStep
	}
	return y
}

// ends draws two texts at the two ends of a line, the left one in several lines where it is long; a right one that
// takes more than half the width gets lines of its own. It returns the baseline below.
func (s *sheet) ends(y float64, left, right phrase) float64 {
	const apart = 3.0
	wide := s.long(right)
	if left.words == "" && right.words == "" {
		return y
	}
	if s.long(left)+apart+wide > s.wide && wide > s.wide/2 {
		y = s.lines(0, y, s.wide, left.size, left.face, left.color, Left, left.words)
		return s.lines(0, y, s.wide, right.size, right.face, right.color, Left, right.words)
	}
	s.text(s.wide, y, right.size, right.face, right.color, Right, right.words)
	if left.words == "" {
		return y + slimStep
	}
	return s.lines(0, y, s.wide-wide-apart, left.size, left.face, left.color, Left, left.words)
}

// items draws short texts one after the other, each whole, and returns the baseline below.
func (s *sheet) items(y float64, list []string) float64 {
	x := 0.0
	for i, words := range list {
		wide := s.width(s.labelSize, font.Sans, words)
		if x > 0 && x+wide > s.wide {
			x, y = 0, y+slimStep
		}
		s.label(x, y, Left, words)
		if x += wide + 3.2; i+1 == len(list) {
			y += slimStep
		}
	}
	return y
}

// tagged draws a name, the tag behind its last line, and what stands at the right end of its first.
func (s *sheet) tagged(y float64, name phrase, tag string, right phrase) float64 {
	y = s.ends(y, name, right)
	if tag == "" {
		return y
	}
	room := s.wide
	if wide := s.long(right); wide > 0 {
		room -= wide + 3
	}
	lines := s.wrap(name.words, name.size, name.face, room)
	last := s.width(name.size, name.face, lines[len(lines)-1])
	if s.long(name)+3+s.long(right) <= s.wide && last+s.tagWidth(tag) <= room {
		s.tag(last+1.5, y-slimStep, tag)
		return y
	}
	s.tag(0, y, tag)
	return y + slimStep
}

// entry draws one entry of a legend: the sign at the left, centred at the height given to it, the words beside it.
func (s *sheet) entry(y float64, words string, sign func(y float64)) float64 {
	sign(y - 1.1)
	return s.lines(slimSign, y, s.wide-slimSign, s.labelSize, font.Sans, Grey, Left, words)
}

// ruled draws the line between two rows and returns the baseline of the next.
func (s *sheet) ruled(y float64) float64 {
	s.line(0, y, s.wide, y, 0.25, Hair)
	return y + slimStep + 0.2
}

// clearStep is the first of the steps at which no two labels of an axis come closer than 1.2 mm, else the last.
func (s *sheet) clearStep(a scale, words func(v float64) string, steps ...float64) float64 {
	for _, step := range steps {
		clear, end := true, math.Inf(-1)
		for v := step * math.Ceil(a.lo/step); v <= a.hi+1e-9; v += step {
			half := s.width(s.labelSize, font.Sans, words(v)) / 2
			clear = clear && a.at(v)-half-end >= 1.2
			end = a.at(v) + half
		}
		if clear {
			return step
		}
	}
	return steps[len(steps)-1]
}

// ticks draws the grid of an axis from top to bottom; labelled puts its labels below.
func (s *sheet) ticks(a scale, step, top, bottom float64, words func(v float64) string) {
	for v := step * math.Ceil(a.lo/step); v <= a.hi+1e-9; v += step {
		s.line(a.at(v), top, a.at(v), bottom, 0.25, Grid)
		if words != nil {
			s.label(a.at(v), bottom+3.6, Center, words(v))
		}
	}
}

func whole(v float64) string { return thousands(int(math.Round(v))) }

// slimDots is the form of the dot chart for a screen.
func (s *sheet) slimDots(a scale, c DotChart) (Picture, error) {
	step := s.clearStep(a, whole, 10, 20, 50)
	y := s.content
	for _, r := range c.Rows {
		y = s.slimDot(a, step, s.ruled(y), r)
	}
	s.ticks(a, step, y, y+0.8, whole)
	s.line(0, y, s.wide, y, 1, Ink)
	y = s.dotLegend(y+11, c.Legend)
	return s.done(c.Caption, s.wide, y)
}

func (s *sheet) slimDot(a scale, step, y float64, r DotRow) float64 {
	y = s.tagged(y, s.strong(r.Name), r.Tag, s.strong(r.Value))
	y = s.ends(y, s.plain(r.Under), s.plain(strings.Trim(r.Range, "（）() ")))
	if r.Kind == DotNone {
		y = s.lines(0, y, s.wide, s.tableSize, font.Sans, Ink, Left, r.Words)
	} else {
		middle := y + 1.4
		s.ticks(a, step, middle-3.4, middle+3.4, nil)
		s.dotMarks(a, middle, r)
		if r.Self != nil {
			s.add(Triangle{X: a.at(a.clip(*r.Self)), Y: middle + 3.3, R: 0.85, Fill: White, Stroke: Ink, Width: 0.6})
		}
		y += slimPlot + 1
	}
	words := s.cell(r.Compare)
	words.face = r.compareFace()
	return s.ends(y, words, s.plain(r.CompareNote)) - slimStep + 2.2
}

// slimGroup is one competency of the waterfall on a screen: a source has its name and gain, its other figures, and its
// bar, which begins where the one before it ended.
func (s *sheet) slimGroup(a scale, g WaterGroup, heads [8]string) float64 {
	step := s.clearStep(a, signed, 5, 10, 20, 25, 50, 100)
	y := s.lines(0, s.content+3, s.wide, s.labelSize, font.Sans, Grey, Left, g.Note) - 2.6
	for _, w := range g.Sources {
		y = s.tagged(s.ruled(y), s.cell(w.Name), w.Tag, s.cell(w.Gain))
		y = s.items(y, w.figures(heads))
		if w.Missing {
			y -= 2.4
			continue
		}
		s.slimTicks(a, step, y-2.2, y+3.4)
		lo, hi := math.Min(w.From, w.To), math.Max(w.From, w.To)
		s.waterBar(a.at(lo), y-0.8, math.Max(waterFloor, a.at(hi)-a.at(lo)), w.To < w.From)
		s.line(a.at(w.From), y-2.2, a.at(w.From), y+1.9, 0.5, Grey)
		s.line(a.at(w.To), y-0.8, a.at(w.To), y+3.4, 0.5, Grey)
		y += 4.6
	}
	if t := g.Total; t != nil {
		name, gain := s.strong(t.Name+"　"+t.Mean), s.strong(t.Gain)
		y = s.ends(s.ruled(y), name, gain)
		s.slimTicks(a, step, y-2.4, y+3.6)
		s.estimate(a, y+0.6, t.At, t.I95, t.I80, t.Hollow)
		s.ticks(a, step, y+3.6, y+4, signed)
		y += 9
	}
	return y
}

// slimTicks is the grid behind a bar, with its zero line.
func (s *sheet) slimTicks(a scale, step, top, bottom float64) {
	s.ticks(a, step, top, bottom, nil)
	s.line(a.at(0), top, a.at(0), bottom, 0.6, Ink)
}

// slimLevels are the rows of the five levels on a screen.
func (s *sheet) slimLevels(y float64, c LevelChart) float64 {
	for _, r := range c.Rows {
		y = s.ends(s.ruled(y), s.cell(r.Label), s.plain(r.Mode))
		rate := s.cell(r.Rate)
		if r.Grey {
			rate.color = Grey
		}
		y = s.ends(y, s.plain(c.Heads[2]+"　"+r.Count), s.plain(r.Bad))
		y = s.ends(y, s.plain(c.Heads[3]), rate)
		if r.Words != "" {
			y = s.lines(0, y, s.wide, s.labelSize, font.Sans, Ink, Left, r.Words) - 2.2
			continue
		}
		s.levelBar(0, s.wide, y-2, r)
		y += 4.8
	}
	return y
}

// slimBounds are the rows of the chart of response bounds on a screen.
func (s *sheet) slimBounds(c BoundsChart) (Picture, error) {
	a := scale{from: slimEdge, to: s.wide - slimEdge, lo: 0, hi: 1}
	y := s.content
	for _, r := range c.Rows {
		value := r.Value
		if r.Kind == BoundsRange {
			value = r.LoText + "—" + r.HiText
		}
		y = s.ends(s.ruled(y), s.cell(r.Label), s.cell(value))
		middle := y - 0.2
		s.ticks(a, 0.25, middle-2.2, middle+2.2, nil)
		switch r.Kind {
		case BoundsRange:
			lo, hi := a.at(a.clip(r.I.Lo)), a.at(a.clip(r.I.Hi))
			s.add(Rect{X: lo, Y: middle - 1.7, W: math.Max(0, hi-lo), H: 3.4, Fill: Band})
		case BoundsDot:
			s.wilson(a, middle, r.At, r.I, 0.9, 1.2)
		case BoundsDiamond:
			s.add(Diamond{X: a.at(a.clip(r.At)), Y: middle, R: 1.5, Fill: White, Stroke: Blue, Width: 0.9})
		case BoundsWords: // the value says that there is no rate
		}
		y += 3.6
	}
	s.line(0, y, s.wide, y, 1, Ink)
	s.ticks(a, s.clearStep(a, percent, 0.25, 0.5, 1), y, y+0.8, percent)
	return s.done(c.Caption, s.wide, y+6)
}

// slimKeys are the rows of the key figures on a screen.
func (s *sheet) slimKeys(c KeyChart) (Picture, error) {
	a := scale{from: slimEdge, to: s.wide - slimEdge, lo: 0, hi: 1}
	y := s.content
	for _, r := range c.Rows {
		y = s.tagged(s.ruled(y), s.cell(r.Name), r.Tag, s.strong(r.Rate))
		y = s.ends(y, s.plain(r.Fraction), s.plain(r.Range))
		if !r.Drawn {
			y -= 2.2
			continue
		}
		s.ticks(a, 0.25, y-2.4, y+2, nil)
		s.wilson(a, y-0.2, r.At, r.I, 1, 1.05)
		y += 3.6
	}
	s.line(0, y, s.wide, y, 1, Ink)
	s.ticks(a, s.clearStep(a, percent, 0.25, 0.5, 1), y, y+0.8, percent)
	y = s.lines(0, y+9.4, s.wide, s.labelSize, font.Sans, Grey, Left, c.Note)
	return s.done(c.Caption, s.wide, y-2)
}

// slimBars are labelled counts on a screen.
func (s *sheet) slimBars(c BarChart, most int) (Picture, error) {
	y := s.content + 3
	for _, r := range c.Rows {
		count := s.cell(thousands(r.N))
		count.color = inkOf(r.N)
		y = s.ends(y, s.cell(r.Label), count)
		if r.N > 0 {
			s.add(Rect{X: 0, Y: y - 3, W: s.wide * float64(r.N) / float64(most), H: 2.6, Fill: Mid})
		}
		y += 4
	}
	return s.done(c.Caption, s.wide, y-3)
}
