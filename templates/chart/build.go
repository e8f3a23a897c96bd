package chart

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"shanzhi/templates/font"
)

// Where the title of a figure stands and its content begins.
const (
	titleBase  = 2.9
	underTitle = 5.5
)

// sheet gathers marks and the first thing that cannot be drawn.
type sheet struct {
	measures
	fonts   *font.Set
	narrow  bool    // the forms for a narrow place
	slim    bool    // the forms for a screen: what a row says stands above its plot, and the title outside
	content float64 // where what is below the title begins
	marks   []Mark
	err     error
}

func (s *sheet) add(m Mark) {
	if s.err == nil && !m.finite() {
		s.err = fmt.Errorf("chart: %T with a number that is not finite", m)
	}
	s.marks = append(s.marks, m)
}

func (s *sheet) text(x, y, size float64, face font.Face, c Color, a Align, words string) {
	if words == "" {
		return
	}
	if s.err == nil {
		s.err = s.fonts.Check(words)
	}
	s.add(Text{X: x, Y: y, S: words, Size: size, Face: face, Color: c, Align: a})
}

func (s *sheet) label(x, y float64, a Align, words string) {
	s.text(x, y, s.labelSize, font.Sans, Grey, a, words)
}

func (s *sheet) line(x1, y1, x2, y2, width float64, c Color, dash ...float64) {
	s.add(Line{X1: x1, Y1: y1, X2: x2, Y2: y2, Width: width, Color: c, Dash: dash})
}

func (s *sheet) width(size float64, face font.Face, words string) float64 {
	return s.fonts.Width(face, size, words)
}

// fitted draws words from x on within room: smaller where they are too long, cut with … where even the smallest is. It
// returns the width taken.
func (s *sheet) fitted(x, y, room, size float64, face font.Face, words string) float64 {
	for _, smaller := range []float64{s.tableSize, s.labelSize, s.tinySize} {
		if s.width(size, face, words) > room && smaller < size {
			size = smaller
		}
	}
	if runes := []rune(words); s.width(size, face, words) > room {
		for len(runes) > 1 && s.width(size, face, string(runes)+"…") > room {
			runes = runes[:len(runes)-1]
		}
		words = string(runes) + "…"
	}
	s.text(x, y, size, face, Ink, Left, words)
	return s.width(size, face, words)
}

// tagWidth is what a tag takes with the space before it.
func (s *sheet) tagWidth(words string) float64 {
	if words == "" {
		return 0
	}
	return 1.5 + math.Max(9.4, s.width(s.tinySize, font.SansBold, words)+2)
}

// caption draws number and title at the left and the remark at the right end, or in lines of its own below.
func (s *sheet) caption(c Caption, w float64) {
	if s.content = underTitle; s.slim {
		s.content = s.lines(0, 3, w, s.labelSize, font.Sans, Grey, Left, c.Aside) - 3
		return
	}
	for i, words := range s.wrap(c.Title, s.titleSize, font.SansBold, w) {
		if i > 0 {
			s.content += titleStep
		}
		s.text(0, titleBase+titleStep*float64(i), s.titleSize, font.SansBold, Ink, Left, words)
	}
	aside := s.width(s.labelSize, font.Sans, c.Aside)
	if c.Aside == "" || s.width(s.titleSize, font.SansBold, c.Title)+aside+3 <= w {
		s.label(w, titleBase, Right, c.Aside)
		return
	}
	for _, words := range s.wrap(c.Aside, s.labelSize, font.Sans, w) {
		s.label(0, s.content+1.9, Left, words)
		s.content += lineStep
	}
}

// lineStep is the distance of two lines of labels, titleStep of two lines of a title.
const (
	lineStep  = 4.0
	titleStep = 4.6
)

// wrap breaks words into lines of at most room millimetres: at spaces, in Chinese text anywhere but before a mark that
// must not begin a line, and within a word that is longer than a line.
func (s *sheet) wrap(words string, size float64, face font.Face, room float64) []string {
	var lines []string
	line, cut, before := "", 0, rune(0) // cut: how much of the line may stand alone
	for _, r := range words {
		class := font.ClassOf(r)
		if line != "" && (class == font.Han || class == font.Opener) && !font.NoEnd(before) {
			cut = len(line)
		}
		if s.width(size, face, line+string(r)) > room && line != "" {
			if cut == 0 {
				cut = len(line)
			}
			lines = append(lines, strings.TrimSpace(line[:cut]))
			line, cut = strings.TrimLeft(line[cut:], " \u3000"), 0
		}
		line += string(r)
		if before = r; r == ' ' || r == '\u3000' {
			cut = len(line)
		}
	}
	return append(lines, strings.TrimSpace(line))
}

func (s *sheet) done(c Caption, w, h float64) (Picture, error) {
	if s.err != nil {
		return Picture{}, fmt.Errorf("chart %q: %w", c.Title, s.err)
	}
	return Picture{W: w, H: h, Title: c.Title, Desc: c.Desc, Marks: s.marks}, nil
}

const (
	keyWide = 6.2 // of what is drawn before the words of a legend
	keyGap  = 3.5
)

// keys sets the words of a legend from x on, each behind what draw draws, and goes on in a line below where the place
// is too narrow. It returns the baseline of the last.
func (s *sheet) keys(x, base float64, legend []string, draw func(i int, x, base float64)) float64 {
	for i, words := range legend {
		end := x + keyWide + s.width(s.labelSize, font.Sans, words)
		if i > 0 && end > s.wide+0.01 {
			end, x, base = end-x, 0, base+4.4
		}
		draw(i, x, base)
		s.label(x+keyWide, base, Left, words)
		x = end + keyGap
	}
	return base
}

// keysWide is how wide a legend is in one line.
func (s *sheet) keysWide(legend []string) float64 {
	wide := -keyGap
	for _, words := range legend {
		wide += keyWide + s.width(s.labelSize, font.Sans, words) + keyGap
	}
	return wide
}

// tag draws the box 有异议 with its left edge at x, around a line of text with baseline y.
func (s *sheet) tag(x, y float64, words string) {
	if words == "" {
		return
	}
	w := s.tagWidth(words) - 1.5
	s.add(Rect{X: x, Y: y - 2.75, W: w, H: 3.5, Stroke: Ink, Width: 0.45})
	s.text(x+w/2, y-0.1, s.tinySize, font.SansBold, Ink, Center, words)
}

// scale maps values to places along an axis.
type scale struct{ from, to, lo, hi float64 }

func (a scale) at(v float64) float64 {
	if a.hi == a.lo {
		return a.from
	}
	return a.from + (v-a.lo)/(a.hi-a.lo)*(a.to-a.from)
}

// within says whether v lies on the axis.
func (a scale) within(v float64) bool { return v >= a.lo-1e-9 && v <= a.hi+1e-9 }

// clip moves v to the nearer end of the axis.
func (a scale) clip(v float64) float64 { return math.Max(a.lo, math.Min(a.hi, v)) }

// wilson draws a dot with its interval line and caps at height y; parts outside the axis end in an arrow.
func (s *sheet) wilson(a scale, y, at float64, i Interval, width, radius float64) {
	s.whisker(a, y, i, width, 1)
	if s.need(at) && a.within(at) {
		s.add(Circle{X: a.at(at), Y: y, R: radius, Fill: Blue, Stroke: White, Width: 0.5})
	}
}

// need refuses values that are not finite.
func (s *sheet) need(values ...float64) bool {
	if !fine(values...) {
		s.err = errors.Join(s.err, errors.New("a value is not finite"))
		return false
	}
	return true
}

// whisker draws an interval line with caps of the given half height, or arrows where it leaves the axis.
func (s *sheet) whisker(a scale, y float64, i Interval, width, half float64) {
	if !s.need(i.Lo, i.Hi) {
		return
	}
	if i.Hi < a.lo || i.Lo > a.hi {
		s.arrow(a.at(a.clip(i.Lo)), y, i.Lo > a.hi)
		return
	}
	x1, x2 := a.at(a.clip(i.Lo)), a.at(a.clip(i.Hi))
	s.line(x1, y, x2, y, width, Blue)
	if a.within(i.Lo) {
		s.line(x1, y-half, x1, y+half, width, Blue)
	} else {
		s.arrow(x1, y, false)
	}
	if a.within(i.Hi) {
		s.line(x2, y-half, x2, y+half, width, Blue)
	} else {
		s.arrow(x2, y, true)
	}
}

// arrow shows that a value lies beyond the end of the axis.
func (s *sheet) arrow(x, y float64, right bool) {
	d := 1.4
	if !right {
		d = -d
	}
	s.add(Poly{Points: []Point{{x + d, y}, {x, y - 0.8}, {x, y + 0.8}}, Closed: true, Fill: Blue})
}

// thousands writes a count with commas from 1,000.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// percent writes a share as a whole per cent.
func percent(v float64) string { return strconv.Itoa(int(math.Round(v*100))) + "%" }
