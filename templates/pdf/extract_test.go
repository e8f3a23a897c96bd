package pdf

import (
	"bufio"
	"bytes"
	"os"
	"strings"
	"testing"
	"unicode"

	"shanzhi/models/testkit"
	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// rows sets runes in lines of 40 on pages of 50 lines.
func rows(runes []rune, face font.Face) []chart.Picture {
	var pages []chart.Picture
	for line := 0; len(runes) > 0; line++ {
		if line%50 == 0 {
			pages = append(pages, chart.Picture{W: a4Width, H: a4High})
		}
		n := min(40, len(runes))
		page := &pages[len(pages)-1]
		page.Marks = append(page.Marks, chart.Text{
			X: 20, Y: 20 + 5*float64(line%50),
			S: string(runes[:n]), Size: 10, Face: face, Color: chart.Ink,
		})
		runes = runes[n:]
	}
	return pages
}

// extracted is the text of a file without white space.
func extracted(t *testing.T, file []byte) string {
	t.Helper()
	return squash(tool(t, file, "pdftotext", "-raw", "-enc", "UTF-8", "-", "-"))
}

func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// sameText compares what was set with what a reader gets back.
func sameText(t *testing.T, p *Printer, runes []rune, face font.Face) {
	t.Helper()
	file, err := p.Sheets(Meta{Title: "字"}, rows(runes, face)...)
	if err != nil {
		t.Fatal(err)
	}
	got := []rune(extracted(t, file))
	for i := range min(len(got), len(runes)) {
		if got[i] != runes[i] {
			t.Fatalf("face %d: rune %d of %d is %U, want %U", face, i, len(runes), got[i], runes[i])
		}
	}
	if len(got) != len(runes) {
		t.Fatalf("face %d: got %d runes, want %d", face, len(got), len(runes))
	}
}

func TestEveryChineseCharacterOfEveryFaceIsExtractedAsItself(t *testing.T) {
	t.Parallel()
	p := printer(t)
	for face := font.Serif; face <= font.SansBold; face++ {
		var runes []rune
		high := 0
		for _, r := range p.Fonts().Font(face).Runes() {
			if unicode.Is(unicode.Han, r) && unicode.IsLetter(r) {
				runes = append(runes, r)
				if r > 0xFFFF {
					high++
				}
			}
		}
		// GB 2312 has 6,763 characters, the table of 2013 8,105, of which 196 lie above U+FFFF.
		if len(runes) < 8105 || high < 196 {
			t.Errorf("face %d draws %d Chinese characters, %d above U+FFFF", face, len(runes), high)
		}
		sameText(t, p, runes, face)
	}
}

func TestPunctuationAndSignsAreExtractedAsThemselves(t *testing.T) {
	t.Parallel()
	p := printer(t)
	runes := []rune("—–…·×≤≥±−°′″①⑳μτφρασβθ←→℃％、，。；：？！（）《》「」『』【】〔〕“”‘’ＡＺ０９√Σ〓￥‰éüǎ")
	for face := font.Serif; face <= font.SansBold; face++ {
		sameText(t, p, runes, face)
	}
}

func TestStandardCharacters(t *testing.T) {
	t.Parallel()
	path, why := testkit.Outside("standard_characters_8105.tsv")
	if path == "" {
		t.Skip(why)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var runes []rune
	high := 0
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		_, c, ok := strings.Cut(s.Text(), "\t")
		if r := []rune(strings.TrimSpace(c)); ok && len(r) > 0 {
			runes = append(runes, r[0])
			if r[0] > 0xFFFF {
				high++
			}
		}
	}
	if len(runes) != 8105 || high != 196 {
		t.Fatalf("got %d characters, %d above U+FFFF; want 8,105 and 196", len(runes), high)
	}
	p := printer(t)
	for face := font.Serif; face <= font.SansBold; face++ {
		sameText(t, p, runes, face)
	}
}

func TestParagraphTextIsExtractedWhole(t *testing.T) {
	t.Parallel()
	d := printer(t).New(sampleMeta(), Frame{})
	const words = "王𬭁承办231件（其中住房物业72件），按时办结率92.3%（90.7—93.7），“不是结论”；T=μ+0.75×(X−μ)。"
	d.Para(Plain(strings.Repeat(words, 5))...)
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := extracted(t, file), "—1—"+strings.Repeat(words, 5); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMetadataHoldsNamesAboveTheFirstPlane(t *testing.T) {
	t.Parallel()
	file, err := sample(t, printer(t))
	if err != nil {
		t.Fatal(err)
	}
	info := tool(t, file, "pdfinfo", "-enc", "UTF-8", "-")
	for _, want := range []string{"干部能力素质报告　王𬭁", "中共青禾县委组织部", "PDF version:     1.7", "A4"} {
		if !strings.Contains(info, want) {
			t.Errorf("no %q in:\n%s", want, info)
		}
	}
	if !bytes.Contains(file, []byte("/Lang (zh-CN) /ViewerPreferences <</DisplayDocTitle true>>")) {
		t.Error("language or display of the title is missing")
	}
}
