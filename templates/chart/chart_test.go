package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// texts joins the words of a picture.
func texts(p chart.Picture) string {
	var b strings.Builder
	for _, m := range p.Marks {
		if m, ok := m.(chart.Text); ok {
			b.WriteString(m.S + "\n")
		}
	}
	return b.String()
}

// count says how many marks of the kind a picture holds.
func count[M chart.Mark](p chart.Picture, keep func(M) bool) int {
	n := 0
	for _, m := range p.Marks {
		if m, ok := m.(M); ok && keep(m) {
			n++
		}
	}
	return n
}

func dots() chart.DotChart {
	self := 82.0
	return chart.DotChart{
		Caption: chart.Caption{Title: "图1　六项能力的估计值与区间", Desc: "政策法规明显高于同类岗位"},
		Heads:   [4]string{"能力", "估计值与区间", "估计值（95%区间）", "与同类岗位比较"},
		Rows: []chart.DotRow{
			{
				Name: "政策法规", Tag: "有异议", Under: "信度0.78", Mean: 83.6, I95: chart.Interval{Lo: 77.8, Hi: 89.4},
				I80: chart.Interval{Lo: 79.8, Hi: 87.4}, Band: &chart.GroupBand{Lo: 68, Hi: 82, Mean: 76}, Self: &self,
				Value: "83.6", Range: "（77.8—89.4）", Compare: "明显高于", CompareNote: "待核查的信号", Strong: true,
			},
			{
				Name: "学习与改进", Under: "信度0.46", Kind: chart.DotHollow, Mean: 74.4, I95: chart.Interval{Lo: 67.2, Hi: 81.6},
				I80: chart.Interval{Lo: 69.8, Hi: 79.4}, Band: &chart.GroupBand{Lo: 68, Hi: 82, Mean: 76}, Value: "74.4",
				Range: "（67.2—81.6）", Compare: "仅供本人改进",
			},
			{Name: "协同与应急", Kind: chart.DotNone, Words: "数据不足，不作估计", Value: "—", Compare: "数据不足"},
		},
	}
}

func TestDotsKeepTheGroupFromUnreliableRows(t *testing.T) {
	t.Parallel()
	p, err := chart.Dots(chart.Desk{Fonts: fonts(t)}, dots())
	if err != nil {
		t.Fatal(err)
	}
	bands := count(p, func(r chart.Rect) bool { return r.Fill == chart.Band })
	if bands != 1 {
		t.Errorf("got %d bands, want 1: reliability below .70 shows none", bands)
	}
	hollow := count(p, func(c chart.Circle) bool { return c.Fill == chart.White && c.Stroke == chart.Blue })
	full := count(p, func(c chart.Circle) bool { return c.Fill == chart.Blue })
	if hollow != 1 || full != 1 {
		t.Errorf("got %d hollow and %d full dots, want 1 and 1; insufficient data have none", hollow, full)
	}
	for _, words := range []string{"有异议", "待核查的信号", "数据不足，不作估计", "王"} {
		if got := strings.Contains(texts(p), words); got != (words != "王") {
			t.Errorf("%q in the picture: %v", words, got)
		}
	}
}

func TestDotsNeverCutAnIntervalWithoutAnArrow(t *testing.T) {
	t.Parallel()
	c := dots()
	c.Rows[0].I95.Hi = 104
	p, err := chart.Dots(chart.Desk{Fonts: fonts(t)}, c)
	if err != nil {
		t.Fatal(err)
	}
	arrows := count(p, func(m chart.Poly) bool { return m.Closed && len(m.Points) == 3 && m.Fill == chart.Blue })
	if arrows != 1 {
		t.Errorf("got %d arrows for a limit above 100, want 1", arrows)
	}
}

func TestDotsScaleBeginsAtAMultipleOf20(t *testing.T) {
	t.Parallel()
	for lowest, want := range map[float64]string{67: "60\n", 59: "40\n", 3: "0\n"} {
		c := dots()
		c.Rows[1].I95.Lo = lowest
		p, err := chart.Dots(chart.Desk{Fonts: fonts(t)}, c)
		if err != nil {
			t.Fatal(err)
		}
		if first := texts(p); !strings.Contains(first, "\n"+want) {
			t.Errorf("lowest %v: no label %q in %q", lowest, want, first)
		}
	}
}

func TestLevelsOfAChannelUnderTenHaveNoBar(t *testing.T) {
	t.Parallel()
	row := chart.LevelRow{Label: "纸质（协助）", Words: "不足10件，仅列件数", Counts: [5]int{5, 2, 0, 0, 0}, Count: "7/8", Rate: "不计算"}
	p, err := chart.Levels(chart.Desk{Fonts: fonts(t)}, chart.LevelChart{Caption: chart.Caption{Title: "图2"}, Rows: []chart.LevelRow{row}})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(p, func(r chart.Rect) bool { return r.H == 5 }); n != 0 {
		t.Errorf("got %d segments, want none", n)
	}
	row.Words = ""
	p, err = chart.Levels(chart.Desk{Fonts: fonts(t)}, chart.LevelChart{Caption: chart.Caption{Title: "图2"}, Rows: []chart.LevelRow{row}})
	if err != nil {
		t.Fatal(err)
	}
	wide := 0.0
	for _, m := range p.Marks {
		if r, ok := m.(chart.Rect); ok && r.H == 5 {
			wide += r.W
		}
	}
	if math.Abs(wide-57) > 1e-9 {
		t.Errorf("the segments are %.2f mm wide together, want 57", wide)
	}
}

func funnel() chart.FunnelChart {
	return chart.FunnelChart{
		Caption: chart.Caption{Title: "图7　居民确认解决率"}, XLabel: "答复件数", Theta: .85, OwnLabel: "本中心 85.7%",
		Limit: func(n float64) (a, b chart.Interval) {
			s := math.Sqrt(.85 * .15 / n)
			return chart.Interval{Lo: .85 - 1.96*s, Hi: .85 + 1.96*s}, chart.Interval{Lo: .85 - 3.09*s, Hi: .85 + 3.09*s}
		},
		Others: []chart.FunnelPoint{{N: 9, P: .5}, {N: 120, P: .8}, {N: 900, P: .88}},
		Own:    &chart.FunnelPoint{N: 447, P: .857},
	}
}

func TestFunnelLeavesOutTooFewAndNeverLeavesThePlot(t *testing.T) {
	t.Parallel()
	c := funnel()
	p, err := chart.Funnel(chart.Desk{Fonts: fonts(t)}, c)
	if err != nil {
		t.Fatal(err)
	}
	if n := count(p, func(chart.Circle) bool { return true }); n != 2 {
		t.Errorf("got %d points, want 2: units under ten are not drawn", n)
	}
	for _, m := range p.Marks {
		if m, ok := m.(chart.Poly); ok {
			for _, at := range m.Points {
				if at.X < 9.4 || at.X > 75 || at.Y < 5.4 || at.Y > 5.6+64 {
					t.Fatalf("a limit leaves the plot at %.2f, %.2f", at.X, at.Y)
				}
			}
		}
	}
	c.Limit = nil
	if _, err := chart.Funnel(chart.Desk{Fonts: fonts(t)}, c); err == nil {
		t.Error("a funnel without limits: got no error")
	}
}

func TestWaterfallBreaksBetweenGroupsOnOneScale(t *testing.T) {
	t.Parallel()
	group := chart.WaterGroup{
		Name: "问题解决", Sources: []chart.WaterSource{
			{Name: "办结且未重开", From: 0, To: -2}, {Name: "专项任务评估", Gain: "缺", Missing: true},
		},
		Total: &chart.WaterTotal{Name: "合计", At: -2, I95: chart.Interval{Lo: -6, Hi: 3}, I80: chart.Interval{Lo: -4, Hi: 1}},
	}
	c := chart.WaterfallChart{Caption: chart.Caption{Title: "表1"}, Continued: "（续）", MaxHeight: 80}
	for range 5 {
		c.Groups = append(c.Groups, group)
	}
	pictures, err := chart.Waterfall(chart.Desk{Fonts: fonts(t)}, c)
	if err != nil {
		t.Fatal(err)
	}
	losses := 0
	for i, p := range pictures {
		if p.H > 85 {
			t.Errorf("picture %d is %.0f mm high", i, p.H)
		}
		if strings.Contains(texts(p), "（续）") != (i > 0) {
			t.Errorf("picture %d: wrong title %q", i, p.Title)
		}
		losses += count(p, func(r chart.Rect) bool { return r.Hatch == chart.Fine })
	}
	if len(pictures) < 2 || losses != 5 {
		t.Errorf("got %d pictures with %d losses, want several with 5: a missing source has no bar", len(pictures), losses)
	}
}

func TestNumbersThatAreNotFiniteAreRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []float64{math.NaN(), math.Inf(1), 1e300} {
		c := dots()
		c.Rows[0].Mean, c.Rows[0].I95 = bad, chart.Interval{Lo: bad, Hi: bad}
		if p, err := chart.Dots(chart.Desk{Fonts: fonts(t)}, c); err == nil {
			t.Errorf("%v: got a picture of %d marks", bad, len(p.Marks))
		}
		p := chart.Picture{W: 10, H: 10, Marks: []chart.Mark{chart.Line{X2: bad}}}
		if _, err := p.SVG(); err == nil {
			t.Errorf("%v: got SVG", bad)
		}
	}
}

func TestTextThatCannotBeDrawnIsNamed(t *testing.T) {
	t.Parallel()
	c := dots()
	c.Rows[0].Name = "王\U0001F600"
	_, err := chart.Dots(chart.Desk{Fonts: fonts(t)}, c)
	var missing *font.MissingError
	if !errors.As(err, &missing) || missing.Rune != '\U0001F600' {
		t.Errorf("got %v, want a MissingError for U+1F600", err)
	}
}

func TestSVGIsWellFormedAndSaysWhatItShows(t *testing.T) {
	t.Parallel()
	c := dots()
	c.Title, c.Desc = `图1 <b> & "x"`, "说明 ]]> <script>"
	p, err := chart.Dots(chart.Desk{Fonts: fonts(t)}, c)
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.SVG()
	if err != nil {
		t.Fatal(err)
	}
	d, depth := xml.NewDecoder(strings.NewReader(string(b))), 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			if depth++; e.Name.Local == "script" || e.Name.Local == "b" {
				t.Errorf("text became the element %s", e.Name.Local)
			}
		}
	}
	for _, want := range []string{`role="img"`, "<title>", "<desc>说明"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %s in the SVG", want)
		}
	}
}

func TestHatchStaysInsideItsRectangle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := chart.Rect{
			X: 3, Y: 5, W: rapid.Float64Range(0, 80).Draw(t, "w"), H: rapid.Float64Range(0, 20).Draw(t, "h"),
			Hatch: chart.Hatch(rapid.IntRange(1, 3).Draw(t, "hatch")),
		}
		for _, m := range (chart.Picture{Marks: []chart.Mark{r}}).Flat() {
			l, ok := m.(chart.Line)
			if !ok {
				continue
			}
			for _, at := range []chart.Point{{X: l.X1, Y: l.Y1}, {X: l.X2, Y: l.Y2}} {
				if at.X < r.X-1e-9 || at.X > r.X+r.W+1e-9 || at.Y < r.Y-1e-9 || at.Y > r.Y+r.H+1e-9 {
					t.Fatalf("%.2f × %.2f: a stroke ends at %.3f, %.3f", r.W, r.H, at.X, at.Y)
				}
			}
		}
	})
}

func TestQRHoldsItsQuietZone(t *testing.T) {
	t.Parallel()
	p, err := chart.QR("https://shanzhi.example.cn/v/7K3M-9QXD-2F", 25)
	if err != nil {
		t.Fatal(err)
	}
	cell, least := 0.0, math.Inf(1)
	for _, m := range p.Marks {
		r := m.(chart.Rect)
		cell, least = r.H, math.Min(least, math.Min(r.X, math.Min(r.Y, 25-r.X-r.W)))
	}
	if math.Abs(least-4*cell) > 1e-9 {
		t.Errorf("quiet zone: got %.2f mm, want 4 modules of %.2f", least, cell)
	}
	if _, err := chart.QR(strings.Repeat("x", 5000), 25); err == nil {
		t.Error("an address too long for a code: got no error")
	}
}
