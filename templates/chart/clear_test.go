package chart_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shanzhi/templates/chart"
)

// box is where a text stands, with its height above the baseline.
func box(t interface{ Helper() }, w func(chart.Text) float64, m chart.Text) (x1, y1, x2, y2 float64) {
	t.Helper()
	wide := w(m)
	x := m.X - wide*float64(m.Align)/2
	return x, m.Y - m.Size*0.3528*0.75, x + wide, m.Y
}

func TestNoTwoLabelsOfTheWaterfallTouch(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	rapid.Check(t, func(t *rapid.T) {
		lo, hi := rapid.Float64Range(-95, 0).Draw(t, "lo"), rapid.Float64Range(0, 95).Draw(t, "hi")
		p, err := chart.Waterfall(chart.Desk{Fonts: f}, chart.WaterfallChart{Groups: []chart.WaterGroup{{
			Name: "问题解决", Total: &chart.WaterTotal{I95: chart.Interval{Lo: lo, Hi: hi}, I80: chart.Interval{Lo: lo / 2, Hi: hi / 2}},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		end, labels := math.Inf(-1), 0
		for _, m := range p[0].Marks {
			m, ok := m.(chart.Text)
			if !ok || m.Align != chart.Center || m.Size != 7.5 {
				continue
			}
			half := f.Width(m.Face, m.Size, m.S) / 2
			if m.X-half < end+1 {
				t.Fatalf("%q stands %.2f mm after the label before it", m.S, m.X-half-end)
			}
			end, labels = m.X+half, labels+1
		}
		if labels < 2 && hi-lo > 10 {
			t.Fatalf("%d labels for %.0f…%.0f", labels, lo, hi)
		}
	})
}

func TestTheOwnNameOfAFunnelIsStruckByNothing(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	for n := 40.0; n <= 900; n += 43 {
		for k := range 19 {
			c := funnel()
			c.Own = &chart.FunnelPoint{N: n, P: 0.80 + float64(k)/100}
			c.OwnLabel = fmt.Sprintf("本单位%.1f%%", 100*c.Own.P)
			p, err := chart.Funnel(chart.Desk{Fonts: f}, c)
			if err != nil {
				t.Fatal(err)
			}
			name, found := chart.Text{}, false
			for _, m := range p.Marks {
				if m, ok := m.(chart.Text); ok && strings.HasPrefix(m.S, "本单位") {
					name, found = m, true
				}
			}
			if !found {
				t.Fatalf("%v: the own point has no name", *c.Own)
			}
			x1, y1, x2, y2 := box(t, func(m chart.Text) float64 { return f.Width(m.Face, m.Size, m.S) }, name)
			for _, m := range p.Marks {
				line, ok := m.(chart.Poly)
				if !ok || line.Closed {
					continue
				}
				for i := 1; i < len(line.Points); i++ {
					a, b := line.Points[i-1], line.Points[i]
					for s := 0.0; s <= 1; s += 0.05 {
						x, y := a.X+s*(b.X-a.X), a.Y+s*(b.Y-a.Y)
						if x > x1 && x < x2 && y > y1 && y < y2 {
							t.Fatalf("%v: a limit runs through the name at %.1f, %.1f", *c.Own, x, y)
						}
					}
				}
			}
		}
	}
}

func TestComparisonsOfOneFigureHaveOneSize(t *testing.T) {
	t.Parallel()
	for _, words := range []string{"仅供本人改进", "很长的一种比较说法"} {
		c := dots()
		c.Rows[1].Range, c.Rows[1].Compare = "（79.2—100.0）", words
		p, err := chart.Dots(chart.Desk{Fonts: fonts(t)}, c)
		if err != nil {
			t.Fatal(err)
		}
		sizes := map[float64]bool{}
		for _, m := range p.Marks {
			if m, ok := m.(chart.Text); ok && (m.S == words || m.S == "明显高于" || m.S == "数据不足") {
				sizes[m.Size] = true
			}
		}
		if len(sizes) != 1 {
			t.Errorf("%q: got sizes %v, want one", words, sizes)
		}
	}
}

func TestATagGoesBelowALongNameInsteadOfCuttingIt(t *testing.T) {
	t.Parallel()
	c := dots()
	c.Rows[0].Name, c.Rows[0].Tag, c.Rows[0].Under = "Problem solving", "disputed", "rel. 0.75"
	p, err := chart.Dots(chart.Desk{Fonts: fonts(t)}, c)
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(p); !strings.Contains(got, "Problem solving\n") || !strings.Contains(got, "disputed\n") {
		t.Errorf("name or tag is cut: %q", got)
	}
}

func TestOwnNumbersOfTheWorkloadStandClearOfTheBand(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 6, 12} {
		c := chart.WorkChart{}
		for i := range n {
			c.Months = append(c.Months, chart.WorkMonth{
				Label: strconv.Itoa(i + 1), Lo: 4, Median: 9, Hi: 12, HasBand: true, Own: 9, OwnText: "10.3", HasOwn: true,
			})
		}
		p, err := chart.Workload(chart.Desk{Fonts: fonts(t)}, c)
		if err != nil {
			t.Fatal(err)
		}
		var bands []chart.Rect
		for _, m := range p.Marks {
			if r, ok := m.(chart.Rect); ok && r.Fill == chart.Band {
				bands = append(bands, r)
			}
		}
		for _, m := range p.Marks {
			m, ok := m.(chart.Text)
			if !ok || m.S != "10.3" {
				continue
			}
			end := m.X + fonts(t).Width(m.Face, m.Size, m.S)
			for _, b := range bands {
				if m.X < b.X+b.W && end > b.X {
					t.Errorf("%d months: the number at %.1f–%.1f lies over the band at %.1f–%.1f", n, m.X, end, b.X, b.X+b.W)
				}
			}
		}
	}
}
