package pdf

import (
	"strings"
	"testing"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// pagesOf is the text of each page.
func pagesOf(t *testing.T, file []byte) []string {
	t.Helper()
	return strings.Split(strings.TrimSuffix(tool(t, file, "pdftotext", "-raw", "-", "-"), "\f"), "\f")
}

func TestThreeLinesAreNotLeftAloneOnEitherPage(t *testing.T) {
	t.Parallel()
	p := printer(t)
	for _, n := range []int{2, 3, 4, 5} {
		for before := 30; before < 42; before++ {
			d := p.New(sampleMeta(), Frame{})
			for range before {
				d.Para(Plain("甲。")...)
			}
			d.Section("标题")
			d.Para(Plain(strings.Repeat("乙", 42*n-8))...)
			file, err := d.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			total := 0
			for i, page := range pagesOf(t, file) {
				lines := 0
				for line := range strings.Lines(page) {
					if strings.Contains(line, "乙") {
						lines++
					}
				}
				if total += lines; lines == 1 {
					t.Errorf("%d lines after %d others: one stands alone on page %d", n, before, i+1)
				}
			}
			if total != n {
				t.Errorf("the paragraph has %d lines, want %d", total, n)
			}
		}
	}
}

func TestKeepNextHoldsAFigureAndItsWordsTogether(t *testing.T) {
	t.Parallel()
	p := printer(t)
	for _, keep := range []bool{false, true} {
		split := 0
		for before := range 25 {
			d := p.New(sampleMeta(), Frame{})
			for range before {
				d.Para(Plain("甲。")...)
			}
			d.Para(Plain("图前的话。")...)
			if keep {
				d.KeepNext()
			}
			d.Figure(chart.Picture{W: 100, H: 120, Marks: []chart.Mark{
				chart.Text{S: "图中", Size: 9, Color: chart.Ink, Y: 5},
			}}, "")
			file, err := d.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			for _, page := range pagesOf(t, file) {
				if strings.Contains(page, "图前的话") != strings.Contains(page, "图中") {
					split++
				}
			}
		}
		if (split == 0) != keep {
			t.Errorf("keep %v: words and figure stand on different pages %d times", keep, split/2)
		}
	}
}

func TestTheDraftMarkIsNotInTheText(t *testing.T) {
	t.Parallel()
	d := printer(t).New(sampleMeta(), Frame{HeadLeft: "报告", Draft: "征求意见稿"})
	d.Head(Head{Title: "报告"})
	d.PageBreak()
	d.Para(Plain(strings.Repeat("正文", 300))...)
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for i, page := range pagesOf(t, file) {
		if n := strings.Count(page, "征"); n != 1 { // beside the title, or in the head of the page
			t.Errorf("page %d: the words of the draft stand %d times in its text, want 1", i+1, n)
		}
	}
}

func TestTheHeadOfAPageIsNotSetSmaller(t *testing.T) {
	t.Parallel()
	const draft = "Made-up data　Draft for comments"
	open := map[string]func(Meta, Frame) *Doc{"normal": printer(t).New, "large": printer(t).NewLarge}
	for _, c := range []struct{ print, left, right, above, beside string }{
		{"normal", "报告", "SZ-1　内部", "", "报告　" + draft},
		{
			"normal", "Competency report　陈晓岚　Annual assessment, November 2025 to October 2026", "SZ-1　Internal",
			"Competency report　陈晓岚　Annual assessment, November 2025 to October 2026", draft,
		},
		{"large", "Competency report　陈晓岚", "SZ-2026ND1110-C-0003-01-D　Internal", "Competency report　陈晓岚　" + draft, ""},
		{
			"large", "Service quality report (personal annex)　欧阳娜娜　续", "SZ-2026ND1110-P-0003-01-D　Internal",
			"Service quality report (personal annex)　欧阳娜娜　续", draft,
		},
	} {
		d := open[c.print](sampleMeta(), Frame{HeadLeft: c.left, HeadRight: c.right, Draft: draft})
		above, beside, size := d.headLines()
		if above != c.above || beside != c.beside || size != d.sizeHead {
			t.Errorf("%s print, %q: %q over %q in %.2f pt of %.2f", c.print, c.left, above, beside, size, d.sizeHead)
		}
		if wide := d.canvas.fonts.Width(font.Sans, size, beside+c.right); wide > d.area-4 {
			t.Errorf("%s print, %q: %.0f mm beside the number", c.print, c.left, wide)
		}
	}
}

func TestTheBoxOfADraftCoversNoTitle(t *testing.T) {
	t.Parallel()
	for _, h := range []Head{
		{Title: "干部能力素质报告", Subtitle: "（2026年上半年）"},
		{Title: "服务质量报告（个人附页）", Subtitle: "（2026年5月至10月平时考核）"},
		{Title: "Competency report", Subtitle: "(Routine assessment, May to October 2026)"},
		{Title: "Competency report", Subtitle: "(Routine assessment, May to October 2026)", DocNo: "青组能〔2026〕173号"},
		{Title: strings.Repeat("很长的题名", 4), Subtitle: "（" + strings.Repeat("很长的周期", 5) + "）"},
	} {
		d := printer(t).New(sampleMeta(), Frame{Draft: "Made-up data　Draft for comments"})
		d.Head(h)
		if _, err := d.Bytes(); err != nil {
			t.Fatal(err)
		}
		f := d.canvas.fonts
		title, subtitle := f.Width(font.SerifBold, d.sizeTitle, h.Title), f.Width(font.Serif, d.sizeSubtitle, h.Subtitle)
		docNo := f.Width(font.Serif, d.sizeDocNo, h.DocNo)
		x, y, wide := d.draftPlace(title, subtitle, docNo)
		for _, line := range []struct{ half, top, foot float64 }{{docNo / 2, 58, 63}, {title / 2, 74, 81.5}, {subtitle / 2, 85.5, 90}, {d.area / 2, 65, 66.5}} {
			if x < d.axis+line.half && x+wide > d.axis-line.half && y < line.foot && y+draftHigh > line.top {
				t.Errorf("%q: the box at %.0f, %.0f covers what stands at %.0f", h.Title, x, y, line.top)
			}
		}
		if x+wide > d.right+0.01 {
			t.Errorf("%q: the box ends at %.1f", h.Title, x+wide)
		}
	}
}

func TestALongTitleOfAnAnnexLeavesTheRemarkAlone(t *testing.T) {
	t.Parallel()
	d := printer(t).New(sampleMeta(), Frame{})
	d.Annex("附页", strings.Repeat("阿依古丽·买买提", 7)+"　服务情况", "本页只送本人")
	d.Note("x")
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(tool(t, file, "pdftotext", "-raw", "-", "-")), "")
	if !strings.Contains(text, strings.Repeat("阿依古丽·买买提", 7)) || !strings.Contains(text, "本页只送本人") {
		t.Errorf("title or remark is cut: %s", text)
	}
}
