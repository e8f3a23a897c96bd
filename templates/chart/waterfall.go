package chart

import (
	"math"
	"strings"

	"shanzhi/templates/font"
)

// WaterSource is one source of a competency. From and To are the running sum before and after it, as the difference
// from the group mean in points.
type WaterSource struct {
	Name, Tag                         string
	N, Weight, Rel, Raw, Shrunk, Gain string
	From, To                          float64
	Missing                           bool // 缺: no bar, which is not zero
}

// WaterTotal is the sum row of a competency; At and the intervals are differences from the group mean.
type WaterTotal struct {
	Name, Rel, Mean, Gain string
	At                    float64
	I95, I80              Interval
	Hollow                bool
}

// WaterGroup is one competency; Total nil means that no estimate is made.
type WaterGroup struct {
	Name, Note string
	Sources    []WaterSource
	Total      *WaterTotal
}

// WaterfallChart is SPEC 6.2. Heads: 来源 件数 权重 信度 实得 收缩后 贡献 与组均值之差. Legend: gain, loss.
type WaterfallChart struct {
	Caption
	Continued string // after the title of a second picture
	Heads     [8]string
	Groups    []WaterGroup
	Legend    [2]string
	MaxHeight float64 // of one picture; 0: what a page holds
}

const (
	waterHead  = 6.8
	waterRow   = 5.6
	waterFrom  = 120.0
	waterTo    = 153.0
	waterFloor = 0.35
)

// waterEdges are the right edges of the number columns.
var waterEdges = [6]float64{53.2, 65.2, 77.2, 90.2, 103.2, 117.2}

// Waterfall draws what every source contributed; one picture for each page, broken between competencies.
func Waterfall(desk Desk, c WaterfallChart) ([]Picture, error) {
	s := desk.sheet()
	limit := c.MaxHeight
	if limit <= 0 {
		limit = s.highest // none on a screen: a picture for each competency
	}
	a := s.waterScale(c.Groups)
	var pictures []Picture
	for from := 0; from == 0 || from < len(c.Groups); {
		to, tall := from, underTitle+12.0
		for to < len(c.Groups) && (to == from || tall+s.groupHigh(c.Groups[to]) <= limit) {
			tall += s.groupHigh(c.Groups[to])
			to++
		}
		part := c
		part.Groups = c.Groups[from:to]
		switch {
		case s.slim && len(part.Groups) > 0:
			part.Title = part.Groups[0].Name
		case from > 0:
			part.Title += c.Continued
		}
		p, err := drawWaterfall(desk, part, a)
		if err != nil {
			return nil, err
		}
		pictures = append(pictures, p)
		if from = to; len(c.Groups) == 0 {
			break
		}
	}
	return pictures, nil
}

// groupHigh is the height of a competency with its sources.
func (s *sheet) groupHigh(g WaterGroup) float64 {
	h := waterHead + (waterRow+s.waterMore())*float64(len(g.Sources)) + 1
	if g.Total != nil {
		h += waterRow
	}
	return h
}

// waterScale is the common axis: it holds every sum and limit, in steps of 5.
func (s *sheet) waterScale(groups []WaterGroup) scale {
	lo, hi := -5.0, 5.0
	hold := func(values ...float64) {
		for _, v := range values {
			if fine(v) {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
	}
	for _, g := range groups {
		for _, w := range g.Sources {
			if !w.Missing {
				hold(w.From, w.To)
			}
		}
		if g.Total != nil {
			hold(g.Total.At, g.Total.I95.Lo, g.Total.I95.Hi)
		}
	}
	a := scale{from: waterFrom, to: waterTo, lo: 5 * math.Floor(lo/5), hi: 5 * math.Ceil(hi/5)}
	if s.narrow {
		a.from, a.to = 60, s.wide-3
	}
	if s.slim {
		a.from, a.to = slimEdge, s.wide-slimEdge
	}
	return a
}

func drawWaterfall(desk Desk, c WaterfallChart, a scale) (Picture, error) {
	s := desk.sheet()
	s.caption(c.Caption, s.wide)
	y := s.content
	if s.slim {
		for _, g := range c.Groups {
			y = s.slimGroup(a, g, c.Heads)
		}
		return s.done(c.Caption, s.wide, y)
	}
	end := y + 6.4
	for _, g := range c.Groups {
		end += s.groupHigh(g)
	}
	step := s.waterStep(a)
	first := step * math.Ceil(a.lo/step)
	for v := first; v <= a.hi; v += step {
		width, color := 0.25, Grid
		if v == 0 {
			width, color = 0.6, Ink
		}
		s.line(a.at(v), y+6.4, a.at(v), end, width, color)
		s.label(a.at(v), end+3.6, Center, signed(v))
	}
	s.waterHeads(y, c.Heads)
	y += 6.4
	for i, g := range c.Groups {
		if i > 0 {
			s.line(0, y, s.wide, y, 0.25, Hair)
		}
		y = s.waterGroup(a, y, g, c.Heads)
	}
	s.line(0, y, s.wide, y, 1, Ink)
	x := 0.6
	for i, words := range c.Legend {
		if words == "" {
			continue
		}
		s.waterBar(x, y+1.8, 5, i == 1)
		s.label(x+6.5, y+3.8, Left, words)
		x += 12 + s.width(s.labelSize, font.Sans, words)
	}
	return s.done(c.Caption, s.wide, y+5)
}

// waterStep is the least distance of the grid lines at which no two of their labels come closer than 1.2 mm.
func (s *sheet) waterStep(a scale) float64 {
	return s.clearStep(a, signed, 5, 10, 20, 25, 50, 100)
}

// signed writes a difference in whole points; nothing has no sign.
func signed(v float64) string {
	if v > 0 {
		return "+" + thousands(int(v))
	}
	return thousands(int(v))
}

func (s *sheet) waterHeads(y float64, heads [8]string) {
	s.line(0, y, s.wide, y, 1, Ink)
	s.text(0.6, y+4.3, s.tableSize, font.SansBold, Ink, Left, heads[0])
	if s.narrow {
		s.text(narrowGain, y+4.3, s.tableSize, font.SansBold, Ink, Right, heads[6])
		s.text(s.edge(), y+4.3, s.tableSize, font.SansBold, Ink, Right, heads[7])
	} else {
		for i, x := range waterEdges {
			s.text(x, y+4.3, s.tableSize, font.SansBold, Ink, Right, heads[i+1])
		}
		s.text((waterFrom+waterTo)/2, y+4.3, s.tableSize, font.SansBold, Ink, Center, heads[7])
	}
	s.line(0, y+6.4, s.wide, y+6.4, 0.5, Ink)
}

func (s *sheet) waterGroup(a scale, y float64, g WaterGroup, heads [8]string) float64 {
	s.text(0.6, y+4.6, s.titleSize, font.SansBold, Ink, Left, g.Name)
	s.waterNote(y+4.6, 3.4+s.width(s.titleSize, font.SansBold, g.Name), g.Note)
	y += waterHead
	last, has := 0.0, false
	for _, w := range g.Sources {
		s.waterSource(y, w, heads)
		if !w.Missing {
			if has {
				s.line(a.at(last), y-1.45-s.waterMore(), a.at(last), y+1.45, 0.5, Grey)
			}
			lo, hi := math.Min(w.From, w.To), math.Max(w.From, w.To)
			s.waterBar(a.at(lo), y+1.45, math.Max(waterFloor, a.at(hi)-a.at(lo)), w.To < w.From)
			last, has = w.To, true
		}
		y += waterRow + s.waterMore()
	}
	if t := g.Total; t != nil {
		s.waterSum(y, *t)
		if has {
			s.line(a.at(last), y-1.45-s.waterMore(), a.at(last), y+2.8, 0.5, Grey)
		}
		s.estimate(a, y+2.8, t.At, t.I95, t.I80, t.Hollow)
		y += waterRow
	}
	return y + 1
}

// In a narrow place a source takes two lines: its name and gain, then its other figures with their names.
const narrowGain = 56.0

// waterMore is what the second line of a source adds to its height.
func (s *sheet) waterMore() float64 {
	if s.narrow {
		return 4.2
	}
	return 0
}

// waterNote explains a competency beside its name, as far as there is room.
func (s *sheet) waterNote(base, x float64, note string) {
	if s.narrow {
		wide := math.Min(s.width(s.labelSize, font.Sans, note), s.edge()-x)
		s.add(Rect{X: x, Y: base - 2.8, W: wide, H: 3.6, Fill: White})
		s.fitted(x, base, s.edge()-x, s.labelSize, font.Sans, note)
		return
	}
	s.label(x, base, Left, note)
}

func (s *sheet) waterSource(y float64, w WaterSource, heads [8]string) {
	figures := []string{w.N, w.Weight, w.Rel, w.Raw, w.Shrunk, w.Gain}
	if !s.narrow {
		room := waterEdges[0] - 5 - s.width(s.tableSize, font.Sans, w.N) - s.tagWidth(w.Tag)
		s.tag(4.5+s.fitted(3, y+4, room, s.tableSize, font.Sans, w.Name), y+4, w.Tag)
		for i, words := range figures {
			s.text(waterEdges[i], y+4, s.tableSize, font.Sans, Ink, Right, words)
		}
		return
	}
	room := narrowGain - 5 - s.width(s.tableSize, font.Sans, w.Gain) - s.tagWidth(w.Tag)
	s.tag(4.5+s.fitted(3, y+4, room, s.tableSize, font.Sans, w.Name), y+4, w.Tag)
	s.text(narrowGain, y+4, s.tableSize, font.Sans, Ink, Right, w.Gain)
	words := strings.Join(w.figures(heads), "　")
	s.add(Rect{X: 2, Y: y + 5.4, W: s.width(s.labelSize, font.Sans, words) + 2, H: 3.4, Fill: White}) // over the grid
	s.label(3, y+8, Left, words)
}

// figures are the numbers of a source but its gain, each with its head.
func (w WaterSource) figures(heads [8]string) []string {
	var parts []string
	for i, words := range []string{w.N, w.Weight, w.Rel, w.Raw, w.Shrunk} {
		if words != "" {
			parts = append(parts, heads[i+1]+" "+words)
		}
	}
	return parts
}

func (s *sheet) waterSum(y float64, t WaterTotal) {
	s.text(3, y+4, s.tableSize, font.SansBold, Ink, Left, t.Name)
	if s.narrow {
		x := 5 + s.width(s.tableSize, font.SansBold, t.Name)
		s.text(x, y+4, s.tableSize, font.SansBold, Ink, Left, t.Mean)
		s.text(narrowGain, y+4, s.tableSize, font.SansBold, Ink, Right, t.Gain)
		return
	}
	for i, words := range []string{"", "", t.Rel, "", t.Mean, t.Gain} {
		s.text(waterEdges[i], y+4, s.tableSize, font.SansBold, Ink, Right, words)
	}
}

// waterBar is a gain, solid, or a loss, hatched.
func (s *sheet) waterBar(x, y, w float64, loss bool) {
	if loss {
		s.add(Rect{X: x, Y: y, W: w, H: 2.7, Fill: White, Stroke: Ink, Width: 0.4, Hatch: Fine})
		return
	}
	s.add(Rect{X: x, Y: y, W: w, H: 2.7, Fill: Blue})
}
