package chart

import (
	"errors"
	"math"
	"strings"

	"shanzhi/templates/font"
)

// DotKind says what a row of the dot chart may show.
type DotKind uint8

// The kinds.
const (
	DotFull   DotKind = iota // dot, intervals, group band and mean
	DotHollow                // reliability under .70: hollow dot, no band, no mean
	DotNone                  // insufficient: words only
)

// GroupBand is the comparable group: 10th and 90th percentile and mean of its shrunken estimates.
type GroupBand struct{ Lo, Hi, Mean float64 }

// DotRow is one competency.
type DotRow struct {
	Name, Under, Tag     string // 能力, 信度0.75, 有异议
	Kind                 DotKind
	Mean                 float64 // 0–100
	I95, I80             Interval
	Band                 *GroupBand // nil: none
	Self                 *float64   // self-rating, 0–100
	Words                string     // DotNone: what stands in the middle
	Value, Range         string     // "83.6" and "（77.8—89.4）"
	Compare, CompareNote string
	Strong               bool // Compare in SemiBold: a signal
}

// DotLegend names the signs; an empty word leaves its sign out.
type DotLegend struct{ Interval, Hollow, Band, Self string }

// DotChart is SPEC 6.1; Heads are name, plot, value, comparison.
type DotChart struct {
	Caption
	Heads  [4]string
	Rows   []DotRow
	Legend DotLegend
}

const (
	dotHead = 6.4
	dotName = 0.6
)

// dotColumns are where the columns of the chart begin, and the height of a row.
type dotColumns struct{ row, from, to, value, bounds float64 }

func (s *sheet) dotColumns() dotColumns {
	if s.slim {
		return dotColumns{from: slimEdge, to: s.wide - slimEdge}
	}
	if s.narrow {
		return dotColumns{row: 10.2, from: 27, to: 63.5, value: 66}
	}
	return dotColumns{row: 9.4, from: 30, to: 93, value: 99, bounds: 108.5}
}

// Dots draws competencies as dots with intervals. Fault: an error for text or numbers that cannot be drawn.
func Dots(desk Desk, c DotChart) (Picture, error) {
	s := desk.sheet()
	s.caption(c.Caption, s.wide)
	at := s.dotColumns()
	a := dotScale(at, c.Rows)
	if s.slim {
		return s.slimDots(a, c)
	}
	y := s.content
	end := y + dotHead + at.row*float64(len(c.Rows))
	for v := a.lo; v <= a.hi; v += 10 {
		s.line(a.at(v), y+dotHead, a.at(v), end, 0.25, Grid)
	}
	s.line(0, y, s.wide, y, 1, Ink)
	for i, x := range []float64{dotName, (at.from + at.to) / 2, at.value, s.edge()} {
		s.text(x, y+4.3, s.tableSize, font.SansBold, Ink, []Align{Left, Center, Left, Right}[i], c.Heads[i])
	}
	y += dotHead
	s.line(0, y, s.wide, y, 0.5, Ink)
	size := s.compareSize(c.Rows)
	for i, r := range c.Rows {
		s.dotRow(a, y, size, r)
		y += at.row
		if i+1 < len(c.Rows) {
			s.line(0, y, s.wide, y, 0.25, Hair)
		}
	}
	s.line(0, y, s.wide, y, 1, Ink)
	for v := a.lo; v <= a.hi; v += 10 {
		s.label(a.at(v), y+3.6, Center, thousands(int(v)))
	}
	y = s.dotLegend(y+8.4, c.Legend)
	return s.done(c.Caption, s.wide, y)
}

// dotScale begins at the multiple of 20 that holds every 95 % limit, mean and self-rating, and ends at 100.
func dotScale(at dotColumns, rows []DotRow) scale {
	lowest := 60.0
	for _, r := range rows {
		if r.Kind != DotNone {
			lowest = math.Min(lowest, math.Min(r.I95.Lo, r.Mean))
			if r.Band != nil && r.Kind == DotFull {
				lowest = math.Min(lowest, r.Band.Lo)
			}
		}
		if r.Self != nil {
			lowest = math.Min(lowest, *r.Self)
		}
	}
	return scale{from: at.from, to: at.to, lo: math.Max(0, 20*math.Floor(lowest/20)), hi: 100}
}

// dotNames prints name and tag; the tag goes to the second line where both do not fit in the first.
func (s *sheet) dotNames(y float64, r DotRow) {
	from := s.dotColumns().from
	room := from - dotName - 1
	above := r.Tag != "" && s.width(s.tableSize, font.SansBold, r.Name)+s.tagWidth(r.Tag) <= room
	under := dotName + s.width(s.tinySize, font.Sans, r.Under) + 1.5
	below := r.Tag != "" && !above && under+s.tagWidth(r.Tag)-1.5 <= from-0.5
	first := room
	if r.Tag != "" && !below {
		first -= s.tagWidth(r.Tag)
	}
	name := s.fitted(dotName, y+4, first, s.tableSize, font.SansBold, r.Name)
	if below {
		s.tag(under, y+7.7, r.Tag)
	} else {
		s.tag(dotName+name+1.5, y+4, r.Tag)
	}
	s.text(dotName, y+7.6, s.tinySize, font.Sans, Grey, Left, r.Under)
}

func (s *sheet) dotRow(a scale, y, size float64, r DotRow) {
	middle := y + 4.2
	s.dotNames(y, r)
	if r.Kind == DotNone {
		s.dotWords(middle, r.Words)
	} else {
		s.dotMarks(a, middle, r)
	}
	if r.Self != nil {
		s.add(Triangle{X: a.at(a.clip(*r.Self)), Y: middle + 3.3, R: 0.85, Fill: White, Stroke: Ink, Width: 0.6})
	}
	s.dotValue(y, r)
	s.dotCompare(y, s.compareRoom(r), size, r)
}

// dotValue prints the estimate with its interval beside it, or below it in a narrow place.
func (s *sheet) dotValue(y float64, r DotRow) {
	x := s.dotColumns().value
	switch {
	case s.narrow && r.Range != "":
		s.text(x, y+4.2, s.titleSize, font.SansBold, Ink, Left, r.Value)
		s.text(x, y+7.8, s.labelSize, font.Sans, Grey, Left, strings.Trim(r.Range, "（）() "))
	default:
		s.text(x, y+5.5, s.titleSize, font.SansBold, Ink, Left, r.Value)
		s.text(s.rangeAt(r), y+5.5, s.tableSize, font.Sans, Grey, Left, r.Range)
	}
}

// rangeAt is where the interval of a row begins, compareRoom what is left for the comparison right of it.
func (s *sheet) rangeAt(r DotRow) float64 {
	at := s.dotColumns()
	return math.Max(at.bounds, at.value+s.width(s.titleSize, font.SansBold, r.Value)+1)
}

func (s *sheet) compareRoom(r DotRow) float64 {
	end := s.dotColumns().value + s.width(s.titleSize, font.SansBold, r.Value)
	if s.narrow {
		end = math.Max(end, s.dotColumns().value+s.width(s.labelSize, font.Sans, strings.Trim(r.Range, "（）() ")))
	} else if r.Range != "" {
		end = s.rangeAt(r) + s.width(s.tableSize, font.Sans, r.Range)
	}
	return s.edge() - end - 1.5
}

// compareSize is the one size of all comparisons: the larger one, if every row has the room for it.
func (s *sheet) compareSize(rows []DotRow) float64 {
	sizes := []float64{s.titleSize, s.labelSize}
	if s.narrow {
		sizes = []float64{s.titleSize, s.tableSize, s.labelSize}
	}
	for _, r := range rows {
		for len(sizes) > 1 && s.width(sizes[0], r.compareFace(), r.Compare) > s.compareRoom(r) {
			sizes = sizes[1:]
		}
	}
	return sizes[0]
}

func (r DotRow) compareFace() font.Face {
	if r.Strong {
		return font.SansBold
	}
	return font.Sans
}

// dotCompare prints the comparison right-aligned in its room, in two lines where one is too long.
func (s *sheet) dotCompare(y, room, size float64, r DotRow) {
	face, base := r.compareFace(), y+5.5
	words, second, grey := r.Compare, r.CompareNote, Grey
	if s.width(size, face, words) > room && second == "" {
		if i := strings.LastIndexByte(words, ' '); i > 0 {
			words, second, grey = words[:i], words[i+1:], Ink
		}
	}
	if second != "" {
		noteSize := s.tinySize
		if grey == Ink {
			noteSize = size
		}
		base = y + 4.2
		s.text(s.edge(), y+7.8, noteSize, font.Sans, grey, Right, second)
	}
	s.text(s.edge(), base, size, face, Ink, Right, words)
}

// dotWords is the row of an estimate that is not made: a dotted line with words in its middle.
func (s *sheet) dotWords(y float64, words string) {
	half := s.width(s.tableSize, font.Sans, words)/2 + 1.5
	at := s.dotColumns()
	middle := (at.from + at.to) / 2
	if half < (at.to-at.from)/2-2 {
		s.line(at.from, y+0.4, middle-half, y+0.4, 0.6, Grey, 1.2, 2.2)
		s.line(middle+half, y+0.4, at.to, y+0.4, 0.6, Grey, 1.2, 2.2)
	}
	s.add(Rect{X: middle - half, Y: y - 2, W: 2 * half, H: 4.4, Fill: White})
	s.text(middle, y+1.4, s.tableSize, font.Sans, Grey, Center, words)
}

func (s *sheet) dotMarks(a scale, y float64, r DotRow) {
	if r.I95.Lo > r.I95.Hi || r.I80.Lo > r.I80.Hi {
		s.err = errors.Join(s.err, errors.New("an interval ends before it begins"))
		return
	}
	if r.Kind == DotFull && r.Band != nil {
		lo, hi := a.at(a.clip(r.Band.Lo)), a.at(a.clip(r.Band.Hi))
		s.add(Rect{X: lo, Y: y - 3, W: math.Max(0, hi-lo), H: 6, Fill: Band})
		s.line(a.at(a.clip(r.Band.Mean)), y-3, a.at(a.clip(r.Band.Mean)), y+3, 0.8, Soft)
	}
	s.estimate(a, y, r.Mean, r.I95, r.I80, r.Kind == DotHollow)
}

// estimate draws 95 % line with caps, 80 % line and dot, hollow below the limit of reliability.
func (s *sheet) estimate(a scale, y, mean float64, i95, i80 Interval, hollow bool) {
	s.whisker(a, y, i95, 0.9, 1)
	if !s.need(mean, i80.Lo, i80.Hi) {
		return
	}
	if i80.Hi >= a.lo && i80.Lo <= a.hi {
		s.line(a.at(a.clip(i80.Lo)), y, a.at(a.clip(i80.Hi)), y, 3, Blue)
	}
	if !a.within(mean) {
		return
	}
	if hollow {
		s.add(Circle{X: a.at(mean), Y: y, R: 1.3, Fill: White, Stroke: Blue, Width: 1})
		return
	}
	s.add(Circle{X: a.at(mean), Y: y, R: 1.2, Fill: Blue, Stroke: White, Width: 0.8})
}

// dotLegend explains the signs and returns the height below it.
func (s *sheet) dotLegend(y float64, l DotLegend) float64 {
	x, begin := 0.6, y
	item := func(wide float64, words string, draw func(x, y float64)) {
		if words == "" {
			return
		}
		if s.slim {
			y = s.entry(y, words, func(y float64) { draw(0.6, y) })
			return
		}
		total := wide + 1.5 + s.width(s.labelSize, font.Sans, words)
		if x > 1 && x+total > s.wide {
			x, y = 0.6, y+4.4
		}
		draw(x, y-1)
		s.label(x+wide+1.5, y, Left, words)
		x += total + 5
	}
	legend := scale{from: 0, to: 8, lo: 0, hi: 8}
	item(8, l.Interval, func(x, y float64) {
		at := legend
		at.from, at.to = x, x+8
		s.estimate(at, y, 4, Interval{0, 8}, Interval{2, 6}, false)
	})
	item(2.6, l.Hollow, func(x, y float64) {
		s.add(Circle{X: x + 1.3, Y: y, R: 1.3, Fill: White, Stroke: Blue, Width: 1})
	})
	item(7, l.Band, func(x, y float64) {
		s.add(Rect{X: x, Y: y - 1.4, W: 7, H: 2.8, Fill: Band})
		s.line(x+3.5, y-1.4, x+3.5, y+1.4, 0.8, Soft)
	})
	item(2, l.Self, func(x, y float64) {
		s.add(Triangle{X: x + 1, Y: y + 0.1, R: 0.85, Fill: White, Stroke: Ink, Width: 0.6})
	})
	if y == begin && x < 1 {
		return y - 3.6
	}
	return y + 1.2
}
