package chart_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// area is a rectangle between two corners.
type area struct{ x1, y1, x2, y2 float64 }

// over says whether two areas share more than a hair.
func (a area) over(b area) bool {
	return a.x1 < b.x2-0.05 && b.x1 < a.x2-0.05 && a.y1 < b.y2-0.05 && b.y1 < a.y2-0.05
}

// holds says whether b lies within a.
func (a area) holds(b area) bool {
	return b.x1 >= a.x1-0.05 && b.x2 <= a.x2+0.05 && b.y1 >= a.y1-0.05 && b.y2 <= a.y2+0.05
}

// crossed says whether the line from p to q runs through the area.
func (a area) crossed(p, q chart.Point) bool {
	if !a.over(area{
		math.Min(p.X, q.X) - 0.1, math.Min(p.Y, q.Y) - 0.1, math.Max(p.X, q.X) + 0.1, math.Max(p.Y, q.Y) + 0.1,
	}) {
		return false
	}
	for s := 0.0; s <= 1; s += 1.0 / 64 {
		x, y := p.X+s*(q.X-p.X), p.Y+s*(q.Y-p.Y)
		if x > a.x1+0.05 && x < a.x2-0.05 && y > a.y1+0.05 && y < a.y2-0.05 {
			return true
		}
	}
	return false
}

// textArea is where the ink of a text stands.
func textArea(f *font.Set, m chart.Text) area {
	wide := f.Width(m.Face, m.Size, m.S)
	x := m.X - wide*float64(m.Align)/2
	return area{x, m.Y - m.Size*0.3528*0.75, x + wide, m.Y}
}

// struck says what touches a text of the picture: another text, the edge of a mark, a line. A text may stand within a
// filled mark and over the hairlines of a grid.
func struck(f *font.Set, p chart.Picture) string {
	for i, m := range p.Marks {
		words, ok := m.(chart.Text)
		if !ok {
			continue
		}
		here := textArea(f, words)
		if here.x1 < -0.05 || here.x2 > p.W+0.05 || here.y1 < -0.05 || here.y2 > p.H+0.05 {
			return words.S + " leaves the picture"
		}
		for k, o := range p.Marks {
			if k != i && touches(f, here, o, k < i) {
				return words.S + " is touched by a " + strings.TrimPrefix(kind(o), "chart.")
			}
		}
	}
	return ""
}

func kind(m chart.Mark) string {
	switch m := m.(type) {
	case chart.Text:
		return "text " + m.S
	case chart.Line:
		return "line"
	case chart.Rect:
		return "rectangle"
	case chart.Poly:
		return "curve"
	}
	return "point"
}

func touches(f *font.Set, here area, m chart.Mark, below bool) bool {
	switch m := m.(type) {
	case chart.Text:
		return here.over(textArea(f, m))
	case chart.Line:
		return m.Color != chart.Grid && here.crossed(chart.Point{X: m.X1, Y: m.Y1}, chart.Point{X: m.X2, Y: m.Y2})
	case chart.Rect:
		r := area{m.X, m.Y, m.X + m.W, m.Y + m.H}
		return here.over(r) && (!r.holds(here) || !below && m.Fill != chart.None)
	case chart.Circle:
		return here.over(area{m.X - m.R, m.Y - m.R, m.X + m.R, m.Y + m.R})
	case chart.Diamond:
		return here.over(area{m.X - m.R, m.Y - m.R, m.X + m.R, m.Y + m.R})
	case chart.Triangle:
		return here.over(area{m.X - m.R, m.Y - m.R, m.X + m.R, m.Y + m.R})
	case chart.Poly:
		for i := 1; i < len(m.Points) && m.Stroke != chart.None; i++ {
			if here.crossed(m.Points[i-1], m.Points[i]) {
				return true
			}
		}
	}
	return false
}

// screens are the places of a page.
var screens = []chart.Place{chart.Phone, chart.Elder}

func TestNothingTouchesALabelOnAScreen(t *testing.T) {
	t.Parallel()
	for _, place := range screens {
		for name, p := range samples(t, place) {
			if what := struck(fonts(t), p); what != "" {
				t.Errorf("place %d, %s: %s", place, name, what)
			}
		}
	}
}

func TestNoTwoTextsOfALargeFigureTouch(t *testing.T) {
	t.Parallel()
	for name, p := range samples(t, chart.Large) {
		var seen []chart.Text
		for _, m := range p.Marks {
			m, ok := m.(chart.Text)
			if !ok || m.S == "" {
				continue
			}
			for _, o := range seen {
				if textArea(fonts(t), m).over(textArea(fonts(t), o)) {
					t.Errorf("%s: %q stands on %q", name, m.S, o.S)
				}
			}
			seen = append(seen, m)
		}
	}
}

func TestLettersOnAScreenAreLargeEnough(t *testing.T) {
	t.Parallel()
	for place, least := range map[chart.Place]float64{chart.Phone: 12, chart.Elder: 18} {
		for name, p := range samples(t, place) {
			for _, m := range p.Marks {
				if m, ok := m.(chart.Text); ok && m.Size*0.352778*328/p.W < least {
					t.Errorf("%s: %q is %.1f px high on 328 px, want %.0f", name, m.S, m.Size*0.352778*328/p.W, least)
				}
			}
		}
	}
}

// word draws a name of Chinese and Latin letters, some of them long and without a place to break.
func word(t *rapid.T, name string) string {
	return rapid.StringOfN(rapid.RuneFrom([]rune("诉求办理县中心服务ABCmw（）· 12")), 1, 40, -1).Draw(t, name) + "末"
}

func TestLongNamesTouchNothingOnAScreen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		desk := chart.Desk{Fonts: fonts(t), Place: rapid.SampledFrom(screens).Draw(r, "place")}
		check := func(p chart.Picture, err error) {
			r.Helper()
			if err != nil {
				r.Fatal(err)
			}
			if what := struck(desk.Fonts, p); what != "" {
				r.Fatal(what)
			}
		}
		name, value := word(r, "name"), word(r, "value")
		lo, hi := rapid.Float64Range(0, 99).Draw(r, "lo"), rapid.Float64Range(1, 120).Draw(r, "hi")
		lo, hi = math.Min(lo, hi), math.Max(lo, hi)
		middle := (lo + hi) / 2
		d := dots()
		d.Rows[0].Name, d.Rows[0].Compare, d.Rows[2].Words, d.Legend.Band = name, value, value, name
		d.Rows[1].I95, d.Rows[1].Mean = chart.Interval{Lo: lo, Hi: hi}, middle
		d.Rows[1].I80 = chart.Interval{Lo: middle, Hi: middle}
		check(chart.Dots(desk, d))
		w := waterfall()
		w.Groups = w.Groups[:1]
		w.Groups[0].Sources[0].Name, w.Groups[0].Note, w.Groups[0].Sources[0].To = name, value, hi-50
		w.Groups[0].Total.I95 = chart.Interval{Lo: lo - 100, Hi: hi}
		parts, err := chart.Waterfall(desk, w)
		if err != nil {
			r.Fatal(err)
		}
		check(parts[0], nil)
		n := rapid.IntRange(0, 90_000).Draw(r, "n")
		check(chart.Levels(desk, chart.LevelChart{Heads: [4]string{"", "", value, name}, Rows: []chart.LevelRow{
			{Label: name, Mode: value, Counts: [5]int{n, 1, 900, 3, 1}, Count: value, Rate: name, Bad: "差评4"},
			{Label: value, Words: name, Count: "7", Rate: "不计算"},
		}}))
		check(chart.KeyFigures(desk, chart.KeyChart{Note: name, Rows: []chart.KeyRow{{
			Name: name, Tag: "有异议", Fraction: value, Rate: "92.3%", Range: name, At: lo / 99,
			I: chart.Interval{Lo: lo / 130, Hi: hi / 120}, Drawn: true,
		}}}))
		check(chart.Bars(desk, chart.BarChart{Rows: []chart.BarRow{{Label: name, N: n}, {Label: value, N: 3}}}))
		check(chart.Ages(desk, chart.AgeChart{Heads: [3]string{value, "天数", name}, Rows: []chart.AgeRow{
			{Class: "61—90", Within: n, Overdue: 12_000}, {Class: "≤7"},
		}}))
		check(chart.Workload(desk, chart.WorkChart{Months: []chart.WorkMonth{
			{
				Label: "2026年11月", Hi: hi * 20, Median: middle, Lo: lo, HasBand: true, Own: lo, OwnText: "1,000.3",
				HasOwn: true,
			},
		}}))
		f := funnel()
		f.XLabel, f.Own = name, &chart.FunnelPoint{N: float64(n), P: lo / 99}
		check(chart.Funnel(desk, f))
		c := trend()
		c.Steps[0].Label, c.Steps[2].Fraction = "2026年上半年度", "1,383/1,447"
		c.Steps[0].P, c.Steps[2].P = lo/99, hi/120
		check(chart.Trend(desk, c))
	})
}
