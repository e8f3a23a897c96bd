package pdf

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jung-kurt/gofpdf"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// content is what both programs of the comparison set: about 2,900 characters of text, five tables, three figures of
// which one is a funnel of 300 points. It has no rune above U+FFFF, at which gofpdf's own text code panics.
type content struct {
	title  string
	paras  []string
	tables []Table
	charts []chart.Picture
}

func benchContent(tb testing.TB, p *Printer) content {
	tb.Helper()
	const sentence = "本期邀请评价219件，收到有效评价84件，回收率29.7%。4—5级69件，占82.1%；向同类岗位收缩后估计为81.2%，95%可信区间73.7%—88.0%。" +
		"即在同样工作水平下，仅因评价件数有限，数字也可能落在这一范围内任何位置。与同类岗位42人相比，未见明显差异，这只表示现有数据不足以区分。"
	c := content{title: "干部能力素质报告"}
	for range 18 {
		c.paras = append(c.paras, sentence)
	}
	for k := range 5 {
		t := Table{Title: fmt.Sprintf("表%d　各类事项的时限与结果", k+1), Cols: []Col{
			{Head: "事项大类", Width: 46},
			{Head: "办结", Width: 20, Align: Right},
			{Head: "中位", Width: 20, Align: Right},
			{Head: "按时办结率", Width: 35, Align: Right},
			{Head: "解决率", Width: 35, Align: Right},
		}}
		for _, name := range []string{"民生保障", "医疗卫生", "就业服务", "住房物业", "生态环境", "教育服务", "矛盾纠纷"} {
			cells := []Cell{{Text: name}, {Text: "341"}, {Text: "4"}, {Text: "95.6%（93—97）"}, {Text: "90.5%（84—94）"}}
			t.Rows = append(t.Rows, Row{Cells: cells})
		}
		c.tables = append(c.tables, t)
	}
	c.charts = benchCharts(tb, p)
	return c
}

func benchCharts(tb testing.TB, p *Printer) []chart.Picture {
	tb.Helper()
	desk := chart.Desk{Fonts: p.fonts}
	f := chart.FunnelChart{
		Caption: chart.Caption{Title: "图2　居民确认解决率"}, W: 150, H: 60, Theta: .85, OwnLabel: "本中心 85.7%", XLabel: "答复件数",
		Limit: func(n float64) (a, b chart.Interval) {
			s := math.Sqrt(.85 * .15 / n)
			return chart.Interval{Lo: .85 - 1.96*s, Hi: .85 + 1.96*s}, chart.Interval{Lo: .85 - 3.09*s, Hi: .85 + 3.09*s}
		},
		Own: &chart.FunnelPoint{N: 447, P: .857},
	}
	for i := range 300 {
		f.Others = append(f.Others, chart.FunnelPoint{N: float64(20 + 3*i), P: .85 + .1*math.Sin(float64(i))/math.Sqrt(1+float64(i)/20)})
	}
	dots := chart.DotChart{Caption: chart.Caption{Title: "图1　六项能力的估计值与区间"}, Heads: [4]string{"能力", "区间", "估计值", "比较"}}
	for _, name := range []string{"政策法规", "群众工作与沟通", "问题解决", "依法规范办事", "协同与应急", "学习与改进"} {
		dots.Rows = append(dots.Rows, chart.DotRow{
			Name: name, Under: "信度0.75", Mean: 83.6, I95: chart.Interval{Lo: 77.8, Hi: 89.4}, I80: chart.Interval{Lo: 80, Hi: 87},
			Band: &chart.GroupBand{Lo: 70, Hi: 84, Mean: 78}, Value: "83.6", Range: "（77.8—89.4）", Compare: "未见明显差异",
		})
	}
	bars := chart.BarChart{Caption: chart.Caption{Title: "图3　超期的原因"}}
	for i, name := range []string{"等待县级部门会办", "材料补正", "岗位空缺", "录入滞后", "其他"} {
		bars.Rows = append(bars.Rows, chart.BarRow{Label: name, N: 41 - 7*i})
	}
	var all []chart.Picture
	for _, draw := range []func() (chart.Picture, error){
		func() (chart.Picture, error) { return chart.Dots(desk, dots) },
		func() (chart.Picture, error) { return chart.Funnel(desk, f) },
		func() (chart.Picture, error) { return chart.Bars(desk, bars) },
	} {
		pic, err := draw()
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, pic)
	}
	return all
}

// ours sets the content as the reports do: layout and figures included.
func ours(tb testing.TB, p *Printer) []byte {
	tb.Helper()
	c := benchContent(tb, p)
	d := p.New(sampleMeta(), Frame{HeadLeft: c.title, Continued: "（续）"})
	d.Section(c.title)
	for i, words := range c.paras {
		d.Para(Plain(words)...)
		if i < len(c.tables) {
			d.Table(c.tables[i])
		}
		if i < len(c.charts) {
			d.Figure(c.charts[i], "")
		}
	}
	file, err := d.Bytes()
	if err != nil {
		tb.Fatal(err)
	}
	return file
}

// plain sets the same content as gofpdf's manual shows: whole fonts given to every document, MultiCell and CellFormat.
func plain(tb testing.TB, p *Printer, faces [4][]byte) []byte {
	tb.Helper()
	c := benchContent(tb, p)
	f := gofpdf.New("P", "mm", "A4", "")
	names := [4]string{"serif", "serifb", "sans", "sansb"}
	for i, name := range names {
		f.AddUTF8FontFromBytes(name, "", bytes.Clone(faces[i])) // gofpdf writes into what it is given
	}
	f.SetMargins(28, 30, 26)
	f.AddPage()
	f.SetFont(names[font.SansBold], "", 13)
	f.MultiCell(0, 8, c.title, "", "L", false)
	for i, words := range c.paras {
		f.SetFont(names[font.Serif], "", 10.5)
		f.MultiCell(0, 6.2, "　　"+words, "", "L", false)
		if i < len(c.tables) {
			plainTable(f, names, c.tables[i])
		}
		if i < len(c.charts) {
			plainPicture(f, names, c.charts[i])
		}
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func plainTable(f *gofpdf.Fpdf, names [4]string, t Table) {
	row := func(face font.Face, cells []string) {
		f.SetFont(names[face], "", 8.5)
		for i, words := range cells {
			f.CellFormat(t.Cols[i].Width, 5.8, words, "B", 0, []string{"L", "C", "R"}[t.Cols[i].Align], false, 0, "")
		}
		f.Ln(-1)
	}
	f.SetFont(names[font.SansBold], "", 9)
	f.CellFormat(0, 5.6, t.Title, "", 1, "L", false, 0, "")
	var heads []string
	for _, c := range t.Cols {
		heads = append(heads, c.Head)
	}
	row(font.SansBold, heads)
	for _, r := range t.Rows {
		var cells []string
		for _, c := range r.Cells {
			cells = append(cells, c.Text)
		}
		row(font.Sans, cells)
	}
}

func plainPicture(f *gofpdf.Fpdf, names [4]string, p chart.Picture) {
	if f.GetY()+p.H > 264 {
		f.AddPage()
	}
	x, y := 28.0, f.GetY()
	paint := func(fill, stroke chart.Color, width float64) string {
		style := ""
		if fill != chart.None {
			f.SetFillColor(fill.RGB())
			style = "F"
		}
		if stroke != chart.None && width > 0 {
			f.SetDrawColor(stroke.RGB())
			f.SetLineWidth(width * pointMM)
			style += "D"
		}
		return style
	}
	for _, m := range p.Flat() {
		switch m := m.(type) {
		case chart.Text:
			f.SetFont(names[m.Face], "", m.Size)
			f.SetTextColor(m.Color.RGB())
			f.Text(x+m.X-f.GetStringWidth(m.S)*float64(m.Align)/2, y+m.Y, m.S)
		case chart.Line:
			paint(chart.None, m.Color, m.Width)
			f.Line(x+m.X1, y+m.Y1, x+m.X2, y+m.Y2)
		case chart.Rect:
			if style := paint(m.Fill, m.Stroke, m.Width); style != "" {
				f.Rect(x+m.X, y+m.Y, m.W, m.H, style)
			}
		case chart.Circle:
			if style := paint(m.Fill, m.Stroke, m.Width); style != "" {
				f.Circle(x+m.X, y+m.Y, m.R, style)
			}
		case chart.Poly:
			points := make([]gofpdf.PointType, len(m.Points))
			for i, at := range m.Points {
				points[i] = gofpdf.PointType{X: x + at.X, Y: y + at.Y}
			}
			if style := paint(m.Fill, m.Stroke, m.Width); style != "" {
				f.Polygon(points, style)
			}
		}
	}
	f.SetTextColor(0, 0, 0)
	f.SetY(y + p.H)
}

// cpu is the processor time the process has used: the collector's work on other cores is part of what a way of writing
// costs.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cost runs f n times and returns processor time and bytes allocated of one.
func cost(n int, f func()) (time.Duration, uint64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := cpu()
	for range n {
		f()
	}
	spent := (cpu() - start) / time.Duration(n)
	runtime.ReadMemStats(&after)
	return spent, (after.TotalAlloc - before.TotalAlloc) / uint64(n)
}

// BenchmarkAgainstPlainGofpdf sets the same content both ways in turn and reports processor time and memory of each.
func BenchmarkAgainstPlainGofpdf(b *testing.B) {
	p := printer(b)
	faces := [4][]byte{serifRegular, serifBold, sansRegular, sansSemiBold}
	var own, naive time.Duration
	var ownBytes, naiveBytes uint64
	rounds := 0
	for b.Loop() {
		t, m := cost(40, func() { ours(b, p) })
		own, ownBytes = own+t, ownBytes+m
		t, m = cost(4, func() { plain(b, p, faces) })
		naive, naiveBytes = naive+t, naiveBytes+m
		rounds++
	}
	n := float64(rounds)
	b.ReportMetric(float64(own.Microseconds())/n/1000, "own-cpu-ms")
	b.ReportMetric(float64(naive.Microseconds())/n/1000, "plain-cpu-ms")
	b.ReportMetric(float64(naive)/float64(own), "times-faster")
	b.ReportMetric(float64(ownBytes)/n/1e6, "own-MB")
	b.ReportMetric(float64(naiveBytes)/n/1e6, "plain-MB")
}

// The comparison is fair only while both set the whole content.
func TestBothProgramsOfTheComparisonSetTheSameContent(t *testing.T) {
	t.Parallel()
	p := printer(t)
	faces := [4][]byte{serifRegular, serifBold, sansRegular, sansSemiBold}
	for name, file := range map[string][]byte{"ours": ours(t, p), "plain": plain(t, p, faces)} {
		text := tool(t, file, "pdftotext", "-", "-")
		for word, want := range map[string]int{"生态环境": 5, "依法规范办事": 1, "等待县级部门会办": 1, "85.7%": 1} {
			if got := strings.Count(text, word); got < want {
				t.Errorf("%s: %d of %d %q", name, got, want, word)
			}
		}
	}
}

// BenchmarkReport sets the content of the comparison: layout, figures, file.
func BenchmarkReport(b *testing.B) {
	p := printer(b)
	b.ReportAllocs()
	for b.Loop() {
		ours(b, p)
	}
}
