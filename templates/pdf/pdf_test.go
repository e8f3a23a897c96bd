package pdf

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jung-kurt/gofpdf"

	"shanzhi/templates/chart"
)

func TestFileIsSound(t *testing.T) {
	t.Parallel()
	file, err := sample(t, printer(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sample.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if out := tool(t, nil, "qpdf", "--check", path); strings.Contains(out, "WARNING") {
		t.Error(out)
	}
	text := tool(t, file, "pdftotext", "-layout", "-", "-")
	// The head of a table is repeated with the word; the draft says so in every continuation head.
	if !strings.Contains(text, "各类事项（续）") || strings.Count(text, "征求意见稿") < 3 {
		t.Errorf("continued table or draft mark is missing:\n%s", text)
	}
}

func TestSameInputSameBytesOnOneAndEightGoroutines(t *testing.T) {
	t.Parallel()
	p := printer(t)
	want, err := sample(t, p)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 3 {
				if got, err := sample(t, p); err != nil || !bytes.Equal(got, want) {
					t.Errorf("another file (error %v)", err)
				}
			}
		})
	}
	all.Wait()
}

func TestUndrawableTextIsAnErrorThatNamesTheRune(t *testing.T) {
	t.Parallel()
	p := printer(t)
	places := map[string]func(d *Doc, s string){
		"para":    func(d *Doc, s string) { d.Para(Plain(s)...) },
		"section": func(d *Doc, s string) { d.Section(s); d.Note("x") },
		"head":    func(d *Doc, s string) { d.Head(Head{Letterhead: s}) },
		"title":   func(d *Doc, s string) { d.Head(Head{Title: s}) },
		"fact":    func(d *Doc, s string) { d.Facts([]Fact{{"姓名", s}}, "") },
		"cell": func(d *Doc, s string) {
			d.Table(Table{Cols: []Col{{Head: "x"}}, Rows: []Row{{Cells: []Cell{{Text: s}}}}})
		},
		"tag": func(d *Doc, s string) {
			d.Table(Table{Cols: []Col{{Head: "x"}}, Rows: []Row{{Cells: []Cell{{Tag: s}}}}})
		},
		"note":    func(d *Doc, s string) { d.Table(Table{Cols: []Col{{Head: "x"}}, Note: s}) },
		"opinion": func(d *Doc, s string) { d.Opinion(Opinion{Label: s}) },
		"annex":   func(d *Doc, s string) { d.Annex("附页", s, ""); d.Note("x") },
		"picture": func(d *Doc, s string) {
			d.Figure(chart.Picture{W: 10, H: 5, Marks: []chart.Mark{chart.Text{S: s, Size: 8, Color: chart.Ink}}}, "")
		},
	}
	for name, put := range places {
		for text, r := range map[string]rune{"好\U0001F44D": '\U0001F44D', "a\x00": 0, "坏\xff": 0xFFFD, "行\n": '\n'} {
			if name == "head" && r == 0 {
				continue // one case is enough where the name is measured first
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				d := p.New(sampleMeta(), Frame{})
				put(d, text)
				_, err := d.Bytes()
				wantMissing(t, err, r)
			})
		}
	}
}

func TestFinishRefusesAnotherForm(t *testing.T) {
	t.Parallel()
	c := newCanvas(new(rooms).enter(), printer(t).Fonts(), a4Width, a4High, 1)
	c.addPage(gofpdf.SizeType{Wd: a4Width, Ht: a4High})
	c.line(10, 10, 20, 20, 1, chart.Ink)
	c.endPage()
	var plain bytes.Buffer
	if err := c.pdf.Output(&plain); err != nil {
		t.Fatal(err)
	}
	good := plain.String()
	if _, err := readRaw([]byte(good)); err != nil {
		t.Fatalf("gofpdf's own output: %v", err)
	}
	for name, bad := range map[string]string{
		"empty":     "",
		"compress":  strings.Replace(good, "<</Length", "<</Filter /FlateDecode /Length", 1),
		"resources": strings.Replace(good, "/Font <<\n>>", "/Font <<\n/F1 9 0 R>>", 1),
		"cut":       good[:len(good)/2],
		"page":      strings.Replace(good, "/Resources 2 0 R", "/Resources 7 0 R", 1),
		"moved":     strings.Replace(good, "startxref\n", "startxref\n9", 1),
	} {
		if _, err := readRaw([]byte(bad)); !errors.Is(err, errForm) {
			t.Errorf("%s: got %v, want errForm", name, err)
		}
	}
}

func TestOutlineCounts(t *testing.T) {
	t.Parallel()
	f := &file{room: new(room)}
	f.outline([]bookmark{
		{level: 0, page: 1, title: "一"},
		{level: 1, page: 1, title: "（一）"},
		{level: 1, page: 2, title: "（二）"},
		{level: 0, page: 3, title: "二"},
	})
	out := string(f.bodies)
	for _, want := range []string{
		"/Type /Outlines /First 2 0 R /Last 5 0 R /Count 4>>", "/Parent 1 0 R /Next 5 0 R /First 3 0 R /Last 4 0 R /Count 2",
		"/Parent 2 0 R /Prev 3 0 R /Dest [5 0 R", "/Parent 1 0 R /Prev 2 0 R /Dest [7 0 R",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}

func TestHeadingStaysWithWhatFollows(t *testing.T) {
	t.Parallel()
	p := printer(t)
	for lines := 20; lines < 45; lines++ {
		d := p.New(sampleMeta(), Frame{})
		for range lines {
			d.Para(Plain("一行。")...)
		}
		d.Section("标题")
		d.Para(Plain(strings.Repeat("正文", 60))...)
		if _, err := d.Bytes(); err != nil {
			t.Fatal(err)
		}
		heading := d.canvas.marks[0]
		if low := (a4High - heading.y*pointMM) + 7.6 + 2*6.2; low > d.bottom+0.01 {
			t.Errorf("%d lines before: heading and two lines end at %.1f mm", lines, low)
		}
	}
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	p := printer(t)
	for name, put := range map[string]func(*Doc){
		"figure too high": func(d *Doc) { d.Figure(chart.Picture{W: 10, H: 300}, "") },
		"figure too wide": func(d *Doc) { d.Figure(chart.Picture{W: 200, H: 10}, "") },
		"pair too wide":   func(d *Doc) { d.Pair(chart.Picture{W: 100, H: 10}, chart.Picture{W: 100, H: 10}) },
		"no columns":      func(d *Doc) { d.Table(Table{}) },
		"wide columns":    func(d *Doc) { d.Table(Table{Cols: []Col{{Width: 100}, {Width: 100}}}) },
		"too many cells":  func(d *Doc) { d.Table(Table{Cols: []Col{{Head: "x"}}, Rows: []Row{{Cells: make([]Cell, 2)}}}) },
		"not a number": func(d *Doc) {
			d.Figure(chart.Picture{W: 10, H: 5, Marks: []chart.Mark{chart.Line{X2: math.NaN(), Width: 1, Color: chart.Ink}}}, "")
		},
	} {
		d := p.New(sampleMeta(), Frame{})
		put(d)
		if b, err := d.Bytes(); err == nil {
			t.Errorf("%s: got %d bytes", name, len(b))
		}
	}
	if _, err := p.Sheets(Meta{}); err == nil {
		t.Error("no sheets: got no error")
	}
}

func TestSheetsHaveTheSizeOfTheirPictures(t *testing.T) {
	t.Parallel()
	sheet := chart.Picture{W: a4High, H: a4Width, Title: "结业证书", Marks: []chart.Mark{
		chart.Text{X: a4High / 2, Y: 60, S: "结业证书", Size: 27, Face: 1, Color: chart.Red, Align: chart.Center, LetterGap: 4},
	}}
	file, err := printer(t).Sheets(Meta{Title: "结业证书"}, sheet, chart.Picture{W: 100, H: 50})
	if err != nil {
		t.Fatal(err)
	}
	info := tool(t, file, "pdfinfo", "-l", "2", "-")
	for _, want := range []string{"841.89 x 595.28", "283.46 x 141.73"} {
		if !strings.Contains(info, want) {
			t.Errorf("no page of %s:\n%s", want, info)
		}
	}
	if got := extracted(t, file); got != "结业证书" {
		t.Errorf("got %q", got)
	}
}

func TestALongCellGoesOnOnTheNextPage(t *testing.T) {
	t.Parallel()
	d := printer(t).New(sampleMeta(), Frame{Continued: "（续）"})
	words := strings.Repeat("意见原文", 1500)
	d.Table(Table{
		Title: "表1", Cols: []Col{{Head: "意见", Width: 60}, {Head: "处理"}},
		Rows: []Row{{Cells: []Cell{{Text: words}, {Text: "已办"}}}},
	})
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(extracted(t, file), "意"); got < 1500 || d.canvas.pdf.PageNo() < 3 {
		t.Errorf("got %d of 1500 pieces on %d pages", got, d.canvas.pdf.PageNo())
	}
}

func TestLongLetterheadStaysOnThePage(t *testing.T) {
	t.Parallel()
	p := printer(t)
	for _, n := range []int{1, 12, 20, 30, 60} {
		d := p.New(sampleMeta(), Frame{})
		set := d.letterhead(strings.Repeat("局", n))
		total := 0
		for _, words := range set.words {
			total += len([]rune(words))
			if wide := p.Fonts().Width(1, set.size, words); wide > normal(false).area {
				t.Errorf("%d characters: a line is %.0f mm wide", n, wide)
			}
		}
		if total != n || len(set.words) > 2 {
			t.Errorf("%d characters became %d in %d lines", n, total, len(set.words))
		}
	}
}

func FuzzDocument(f *testing.F) {
	for _, s := range []string{
		"王𬭁", "\U0001F600", "\xff\xfe", "**粗**体", "（（（！！！", "\x00\r\n\t", "————",
		"a b　c", strings.Repeat("《", 300),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := printer(t)
		_, direct := drawEverywhere(p, s)
		if clean := p.Fonts().Check(s) == nil; clean != (direct == nil) {
			t.Errorf("%q can be drawn: %v, but the document says %v", s, clean, direct)
		}
		if _, err := drawEverywhere(p, p.Fonts().Visible(s)); err != nil {
			t.Errorf("visible form of %q: %v", s, err)
		}
	})
}

func drawEverywhere(p *Printer, s string) ([]byte, error) {
	if len(s) > 2000 {
		s = strings.ToValidUTF8(s[:2000], "")
	}
	d := p.New(Meta{Title: s, Author: s, Lang: "en"}, Frame{HeadLeft: s})
	d.Section("x" + s)
	d.Para(Rich(s)...)
	d.Para(Plain(s)...)
	d.Table(Table{
		Cols: []Col{{Head: "x"}, {Width: 20, Align: Right}},
		Rows: []Row{{Cells: []Cell{{Text: s}, {Text: s}}}}, Note: s,
	})
	return d.Bytes()
}

func BenchmarkDocument(b *testing.B) {
	p := printer(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sample(b, p); err != nil {
			b.Fatal(err)
		}
	}
}
