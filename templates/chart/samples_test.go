package chart_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"shanzhi/templates/chart"
)

// samples draws one picture of every kind with ordinary values.
func samples(t *testing.T, place chart.Place) map[string]chart.Picture {
	t.Helper()
	all := map[string]chart.Picture{}
	f := chart.Desk{Fonts: fonts(t), Place: place}
	keep := func(name string, p chart.Picture, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = p
	}
	c := dots()
	if place == chart.Large {
		c.Heads = [4]string{"能力", "估计值与区间", "估计值（95%）", "比较"}
	}
	p, err := chart.Dots(f, c)
	keep("dots", p, err)
	wide := funnel()
	wide.Words = chart.FunnelWords{Limit95: "95%控制限", Limit998: "99.8%控制限", Theta: "总体", Others: "其他单位", Own: "本单位；控制限已计入过度离散"}
	p, err = chart.Funnel(f, wide)
	keep("funnel", p, err)
	p, err = chart.Bounds(f, chart.BoundsChart{Rows: []chart.BoundsRow{
		{Label: "受邀者可能范围", I: chart.Interval{Lo: .29, Hi: .94}, LoText: "29.3%", HiText: "93.5%"},
		{Label: "按回收率加权", Kind: chart.BoundsDiamond, At: 1, Value: "100.0%"},
		{Label: "独立回访", Kind: chart.BoundsDot, At: .99, I: chart.Interval{Lo: .9, Hi: 1}, Value: "99.0%"},
	}})
	keep("bounds", p, err)
	p, err = chart.Flow(f, chart.FlowChart{Parts: [5]chart.FlowPart{
		{Label: "解决", N: 1012},
		{Label: "解释说明", N: 163},
		{Label: "无法解决", N: 48},
		{Label: "在办", N: 89},
		{Label: "不计入", N: 38},
	}})
	keep("flow", p, err)
	p, err = chart.Ages(f, chart.AgeChart{Heads: [3]string{"时限内", "天数", "已超期"}, Rows: []chart.AgeRow{
		{Class: "＞90", Overdue: 4}, {Class: "≤7", Within: 31},
	}})
	keep("ages", p, err)
	p, err = chart.Bars(f, chart.BarChart{Rows: []chart.BarRow{{Label: "等待县级部门会办", N: 41}, {Label: "其他"}}})
	keep("bars", p, err)
	p, err = chart.Pairs(f, chart.PairChart{Legend: [2]string{"本人", "全县"}, Rows: []chart.PairRow{
		{Label: "住房物业", Value: "31% / 11%", Own: .31, Area: .11},
	}})
	keep("pairs", p, err)
	p, err = chart.Pairs(f, chart.PairChart{Legend: [2]string{"own", "all comparable posts"}, Rows: []chart.PairRow{
		{Label: "Food safety", Value: "31 % / 11 %", Own: .31, Area: .11},
	}})
	keep("pairs in English", p, err)
	p, err = chart.Workload(f, chart.WorkChart{Months: []chart.WorkMonth{{
		Label: "2月", Note: "不在岗5日", Lo: 15, Median: 21,
		Hi: 29, HasBand: true, Own: 35, OwnText: "35", HasOwn: true, Away: .25,
	}}})
	keep("workload", p, err)
	p, err = chart.KeyFigures(f, chart.KeyChart{Rows: []chart.KeyRow{
		{Name: "按时办结率", Fraction: "1,129/1,223", Rate: "92.3%", At: .923, I: chart.Interval{Lo: .907, Hi: .937}, Drawn: true},
		{Name: "重开率", Fraction: "7", Rate: "不足10件"},
	}})
	keep("key figures", p, err)
	p, err = chart.Trend(f, trend())
	keep("trend", p, err)
	p, err = chart.Levels(f, chart.LevelChart{
		Caption: chart.Caption{Title: "图2　五级评价"}, Heads: [4]string{"渠道", "评价方式", "有效", "4—5级占比"},
		Legend: [5]string{"非常满意", "满意", "基本满意", "不满意", "非常不满意"},
		Rows: []chart.LevelRow{
			{Label: "12345热线", Mode: "回访", Counts: [5]int{118, 36, 10, 3, 1}, Bad: "差评4", Count: "168", Rate: "92%（86—95）"},
			{Label: "纸质", Mode: "代录", Words: "不足10件：5级5，4级2（件）", Count: "7", Rate: "不计算", Grey: true},
		},
	})
	keep("levels", p, err)
	parts, err := chart.Waterfall(f, waterfall())
	if err != nil || len(parts) == 0 {
		t.Fatalf("waterfall: %d pictures, %v", len(parts), err)
	}
	for i, p := range parts {
		keep("waterfall "+strconv.Itoa(i), p, nil)
	}
	return all
}

func waterfall() chart.WaterfallChart {
	c := chart.WaterfallChart{
		Caption: chart.Caption{Title: "表1"}, Continued: "（续）", Legend: [2]string{"正贡献", "负贡献"},
		Heads: [8]string{"来源", "件数", "权重", "信度", "实得", "收缩后", "贡献", "与组均值之差"},
	}
	for range 6 {
		c.Groups = append(c.Groups, chart.WaterGroup{
			Name: "问题解决", Note: "诉求是否真正解决且未重新办理；组均值85.0", Sources: []chart.WaterSource{{
				Name: "已解决且未重新办理", Tag: "有异议", N: "231件", Weight: "100%", Rel: "0.79", Raw: "79.7", Shrunk: "80.8", Gain: "−4.2", To: -4.2,
			}, {Name: "专项任务评估", N: "0件", Gain: "缺", Missing: true}},
			Total: &chart.WaterTotal{Name: "合计", Mean: "80.8", Gain: "−4.2", At: -4.2, I95: chart.Interval{Lo: -9, Hi: 2}},
		})
	}
	return c
}

func trend() chart.TrendChart {
	c := chart.TrendChart{Base: .78, PeriodAt: 2, PeriodWord: "本期", Ewma: true}
	for _, n := range []int{31, 7, 40, 0} {
		c.Steps = append(c.Steps, chart.TrendStep{
			Label: "一季", Fraction: "x/n", P: .8, N: n,
			L95: chart.Interval{Lo: .64, Hi: .92}, L998: chart.Interval{Lo: .55, Hi: 1.02},
		})
	}
	return c
}

func TestEveryMarkStaysInItsPicture(t *testing.T) {
	t.Parallel()
	for _, place := range []chart.Place{chart.Sheet, chart.Large, chart.Phone, chart.Elder} {
		for name, p := range samples(t, place) {
			staysInside(t, name, p)
		}
		long := waterfall()
		long.Title = "Table 1　Sources, valid counts, reliability and contributions of each competency, first half of 2026"
		parts, err := chart.Waterfall(chart.Desk{Fonts: fonts(t), Place: place}, long)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parts {
			staysInside(t, "a long title", p)
		}
	}
}

func staysInside(t *testing.T, name string, p chart.Picture) {
	t.Helper()
	for _, m := range p.Flat() {
		x1, y1, x2, y2 := 0.0, 0.0, 0.0, 0.0
		switch m := m.(type) {
		case chart.Rect:
			x1, y1, x2, y2 = m.X, m.Y, m.X+m.W, m.Y+m.H
		case chart.Line:
			x1, y1, x2, y2 = math.Min(m.X1, m.X2), math.Min(m.Y1, m.Y2), math.Max(m.X1, m.X2), math.Max(m.Y1, m.Y2)
		case chart.Circle:
			x1, y1, x2, y2 = m.X-m.R, m.Y-m.R, m.X+m.R, m.Y+m.R
		case chart.Text:
			wide := fonts(t).Width(m.Face, m.Size, m.S)
			x1 = m.X - wide*float64(m.Align)/2
			x2, y1, y2 = x1+wide, m.Y-2, m.Y
		}
		if x1 < -0.01 || y1 < -0.01 || x2 > p.W+0.01 || y2 > p.H+0.01 {
			t.Errorf("%s: %+v leaves the picture of %.0f × %.1f", name, m, p.W, p.H)
		}
	}
}

func TestLongNamesAreCutVisibly(t *testing.T) {
	t.Parallel()
	c := dots()
	c.Rows[0].Name = strings.Repeat("能力", 20)
	c.Rows[0].Compare, c.Rows[0].CompareNote = "no visible difference at all", ""
	p, err := chart.Dots(chart.Desk{Fonts: fonts(t)}, c)
	if err != nil {
		t.Fatal(err)
	}
	cut := 0
	for _, m := range p.Marks {
		m, ok := m.(chart.Text)
		if !ok || !strings.HasPrefix(m.S, "能力") || m.S == "能力" {
			continue
		}
		if cut++; !strings.HasSuffix(m.S, "…") || m.X+fonts(t).Width(m.Face, m.Size, m.S) > 29.01 {
			t.Errorf("%q at %.1f pt reaches into the plot", m.S, m.Size)
		}
	}
	if cut != 1 || !strings.Contains(texts(p), "no visible difference at\n") {
		t.Errorf("name or comparison is missing in %q", texts(p))
	}
}

func TestTrendHidesLimitsOfFewRatings(t *testing.T) {
	t.Parallel()
	p, err := chart.Trend(chart.Desk{Fonts: fonts(t)}, trend())
	if err != nil {
		t.Fatal(err)
	}
	bands := count(p, func(r chart.Rect) bool { return r.Fill == chart.Calm })
	full := count(p, func(c chart.Circle) bool { return c.Fill == chart.Blue })
	hollow := count(p, func(c chart.Circle) bool { return c.Fill == chart.White }) // a point would be a rate
	joined := count(p, func(l chart.Line) bool { return l.Color == chart.Blue })
	if bands != 2 || full != 2 || hollow != 0 || joined != 0 {
		t.Errorf("got %d bands, %d full, %d hollow points, %d joins; want 2, 2, 0, 0", bands, full, hollow, joined)
	}
}

func TestKeyFiguresUnderTenHaveNoMark(t *testing.T) {
	t.Parallel()
	p := samples(t, chart.Sheet)["key figures"]
	if n := count(p, func(c chart.Circle) bool { return true }); n != 1 {
		t.Errorf("got %d dots for two rows, want 1", n)
	}
	if !strings.Contains(texts(p), "不足10件") {
		t.Error("the words for fewer than ten are missing")
	}
}

func TestCountsBelowZeroAreRefused(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	_, flow := chart.Flow(chart.Desk{Fonts: f}, chart.FlowChart{Parts: [5]chart.FlowPart{{Label: "解决", N: -1}}})
	_, ages := chart.Ages(chart.Desk{Fonts: f}, chart.AgeChart{Rows: []chart.AgeRow{{Within: -1}}})
	_, bars := chart.Bars(chart.Desk{Fonts: f}, chart.BarChart{Rows: []chart.BarRow{{N: -1}}})
	_, levels := chart.Levels(chart.Desk{Fonts: f}, chart.LevelChart{Rows: []chart.LevelRow{{Counts: [5]int{-1}}}})
	for i, err := range []error{flow, ages, bars, levels} {
		if err == nil {
			t.Errorf("chart %d: got no error", i)
		}
	}
}
