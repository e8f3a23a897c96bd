package pdf

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shanzhi/templates/font"
)

// pieces are what paragraphs are made of.
var pieces = []string{
	"中", "国", "𬭁", "服务", "，", "。", "；", "！", "（", "）", "《", "》", "“", "”", "——", "……", "、", " ", "　",
	"A", "Wilson", "2026", "92.3%", "1,223", "81.2—88.6", "φ=1.68", "·", "％", "℃", "￥", "—", "…", "α",
	"(x)", "【", "】", "%",
}

func sentences(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 120).Draw(t, "pieces"), "")
}

func TestLinesLoseNothingAndKeepTheProhibitions(t *testing.T) {
	t.Parallel()
	fonts := printer(t).Fonts()
	rapid.Check(t, func(t *rapid.T) {
		text := sentences(t)
		c := column{
			width:   rapid.Float64Range(4, 45).Draw(t, "width"),
			indent:  rapid.SampledFrom([]float64{0, 2}).Draw(t, "indent"),
			justify: rapid.Bool().Draw(t, "justify"),
		}
		boxes := fonts.Compose(font.Run{Text: text, Face: font.Face(rapid.IntRange(0, 3).Draw(t, "face"))})
		lines := setLines(slices.Clone(boxes), c)
		var back strings.Builder
		at := 0
		for i, l := range lines {
			for _, b := range l.boxes {
				back.WriteRune(b.Rune)
			}
			if i > 0 && len(l.boxes) > 0 && !forced(boxes, at, c) {
				checkBreak(t, boxes, at)
			}
			if l.width > c.width+1e-6 && len(l.boxes) > 1 {
				t.Fatalf("line %d is %.3f em wide in a column of %.3f", i, l.width, c.width)
			}
			at += len(l.boxes)
		}
		if back.String() != text {
			t.Fatalf("got %q, want %q", back.String(), text)
		}
	})
}

// forced says that the text around the break at i hangs together for more than a line.
func forced(boxes []font.Box, i int, c column) bool {
	from, to := i, i
	for from > 0 && boxes[from].Joined {
		from--
	}
	for to < len(boxes) && (to == i || boxes[to].Joined) {
		to++
	}
	room := c.width
	if from == 0 {
		room -= c.indent
	}
	return font.Extent(boxes[from:to])-hang(boxes[from:to]) > room-1 // an opening mark at a line start gives half an em
}

// checkBreak tests the break before box i by the rules themselves, not by the flags of Compose.
func checkBreak(t *rapid.T, boxes []font.Box, i int) {
	last := i - 1
	for last >= 0 && boxes[last].Class == font.Space {
		last--
	}
	if last < 0 {
		return
	}
	a, b := boxes[last].Rune, boxes[i].Rune
	if strings.ContainsRune("、，。；：？！）》」』】〕”’…—％%‰℃·", b) {
		t.Fatalf("a line begins with %c", b)
	}
	if strings.ContainsRune("（《「『【〔“‘￥", a) {
		t.Fatalf("a line ends with %c", a)
	}
	word := func(r rune) bool {
		return r == '.' || r == ',' || r == '%' || r < 0x80 && font.ClassOf(r) == font.Latin
	}
	if last == i-1 && word(a) && word(b) {
		t.Fatalf("a break inside %c%c", a, b)
	}
}

func TestJustifiedLinesEndAtTheEdge(t *testing.T) {
	t.Parallel()
	fonts := printer(t).Fonts()
	boxes := fonts.Compose(font.Run{Text: strings.Repeat("服务质量报告，共1,223件。", 20), Face: font.Serif})
	c := column{width: 42, indent: 2, justify: true}
	lines := setLines(boxes, c)
	for i, l := range lines[:len(lines)-1] {
		if l.width < c.width-1e-6 || l.width > c.width+1e-6 {
			t.Errorf("line %d is %.3f em wide, want %.0f", i, l.width, c.width)
		}
	}
	if lines[0].at[0] != 2 || lines[1].at[0] != 0 {
		t.Errorf("indents: got %.2f and %.2f, want 2 and 0", lines[0].at[0], lines[1].at[0])
	}
}

func TestAShortLastLineIsTakenIn(t *testing.T) {
	t.Parallel()
	fonts := printer(t).Fonts()
	// 40 characters and a full stop: one rune too many for a line of 40 em less 0.3.
	boxes := fonts.Compose(font.Run{Text: strings.Repeat("字", 40) + "完", Face: font.Serif})
	for width, want := range map[float64]int{41: 1, 40.5: 1, 39.5: 2} {
		if got := len(setLines(slices.Clone(boxes), column{width: width, justify: true})); got != want {
			t.Errorf("%.1f em: got %d lines, want %d", width, got, want)
		}
	}
}
