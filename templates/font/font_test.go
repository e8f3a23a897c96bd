package font_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shanzhi/templates/font"
)

func program(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("..", "pdf", "fonts", name+".ttf"))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

var shared = sync.OnceValues(func() (*font.Set, error) {
	var programs [4][]byte
	for i, name := range []string{"NotoSerifSC-Regular", "NotoSerifSC-Bold", "NotoSansSC-Regular", "NotoSansSC-SemiBold"} {
		b, err := os.ReadFile(filepath.Join("..", "pdf", "fonts", name+".ttf"))
		if err != nil {
			return nil, err
		}
		programs[i] = b
	}
	return font.NewSet(programs[0], programs[1], programs[2], programs[3])
})

func set(tb testing.TB) *font.Set {
	tb.Helper()
	s, err := shared()
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestParseKnowsTheFont(t *testing.T) {
	t.Parallel()
	f, err := font.Parse(program(t, "NotoSansSC-Regular"))
	if err != nil {
		t.Fatal(err)
	}
	// Measures of Noto Sans SC: full-width characters are one em, digits 0.555.
	got := []int{f.Advance('中'), f.Advance('𬭁'), f.Advance('0'), f.Advance('1'), f.Advance('\U0001F600')}
	if diff := cmp.Diff([]int{1000, 1000, 555, 555, 0}, got); diff != "" {
		t.Errorf("advances (-want +got):\n%s", diff)
	}
	if f.Name() != "NotoSansSC-Regular" {
		t.Errorf("name: got %q", f.Name())
	}
	if lo, hi := f.Ink('，'); lo < 0 || hi > 500 {
		t.Errorf("ink of ，: got %d–%d, want the left half", lo, hi)
	}
}

func TestParseRefusesOtherFiles(t *testing.T) {
	t.Parallel()
	good := program(t, "NotoSansSC-Regular")
	for name, b := range map[string][]byte{
		"empty": nil, "text": []byte("not a font at all"), "collection": []byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x00"),
		"cut": good[:len(good)/2], "head only": good[:200],
	} {
		if _, err := font.Parse(b); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

// The programs are large: they lie in memory once, where they were embedded.
func TestParseSharesTheProgram(t *testing.T) {
	t.Parallel()
	b := program(t, "NotoSansSC-Regular")
	f, err := font.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	before, err := f.Subset([]rune("王𬭁"))
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if after, err := f.Subset([]rune("王𬭁")); err != nil || slices.Equal(before, after) {
		t.Errorf("the font keeps a copy of the program (error %v)", err)
	}
}

func TestSubsetIsAFontWithTheSameGlyphs(t *testing.T) {
	t.Parallel()
	f := set(t).Font(font.Serif)
	runes := []rune("王𬭁，A1é①")
	b, err := f.Subset(runes)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 20_000 {
		t.Errorf("got %d bytes for %d runes", len(b), len(runes))
	}
	again, err := f.Subset(runes)
	if err != nil || !slices.Equal(b, again) {
		t.Errorf("the same runes gave other bytes (error %v)", err)
	}
	var missing *font.MissingError
	if _, err := f.Subset([]rune{'中', '\U0001F600'}); !errors.As(err, &missing) || missing.Rune != '\U0001F600' {
		t.Errorf("got %v, want a MissingError for U+1F600", err)
	}
}

func TestSubsetRenumbersPartsOfComposites(t *testing.T) {
	t.Parallel()
	f := set(t).Font(font.Sans)
	all := f.Runes()
	b, err := f.Subset(all)
	if err != nil {
		t.Fatal(err)
	}
	// A part outside the program would make a reader fail; every glyph must be cut alone as well.
	for _, r := range all {
		if _, err := f.Subset([]rune{r}); err != nil {
			t.Fatalf("%c: %v", r, err)
		}
	}
	if len(b) < 1_000_000 {
		t.Errorf("got %d bytes for all runes", len(b))
	}
}

func TestMissingNamesEachRuneOnce(t *testing.T) {
	t.Parallel()
	s := set(t)
	for _, c := range []struct {
		text    string
		want    []rune
		visible string
	}{
		{"王𬭁，2026年", nil, "王𬭁，2026年"},
		{"好\U0001F44D\U0001F44D\a", []rune{'\U0001F44D', '\a'}, "好〓〓〓"},
		{"a\xffb", []rune{utf8.RuneError}, "a〓b"},
		{"一行\n二行\t三", []rune{'\n', '\t'}, "一行 二行 三"},
		{"❤\uFE0F", []rune{'❤', '\uFE0F'}, "〓"},
		{"", nil, ""},
	} {
		if diff := cmp.Diff(c.want, s.Missing(c.text)); diff != "" {
			t.Errorf("%q missing (-want +got):\n%s", c.text, diff)
		}
		if got := s.Visible(c.text); got != c.visible {
			t.Errorf("%q visible: got %q, want %q", c.text, got, c.visible)
		}
		if got := s.Check(c.text) == nil; got != (c.want == nil) {
			t.Errorf("%q: Check and Missing disagree", c.text)
		}
	}
}

func TestVisibleTextCanAlwaysBeDrawn(t *testing.T) {
	t.Parallel()
	s := set(t)
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		if err := s.Check(s.Visible(text)); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

func TestWidthCountsGapsAndSqueezes(t *testing.T) {
	t.Parallel()
	s := set(t)
	em := func(text string) float64 { return s.Width(font.Sans, 10, text) / (10 * font.PointMM) }
	for _, c := range []struct {
		text string
		want float64
	}{
		{"中国", 2},
		{"共5件", 2 + 0.555 + 2*font.Gap}, // a gap on both sides of the number
		{"（5）", 2 + 0.555},              // none beside punctuation
		{"”。", 1.5},                     // a closing mark before another is half as wide
		{"《“甲", 2.5},                    // so is an opening mark after another
	} {
		if got := em(c.text); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: got %.3f em, want %.3f", c.text, got, c.want)
		}
	}
}

func TestSerifDigitsAreTabular(t *testing.T) {
	t.Parallel()
	s := set(t)
	if a, b := s.Width(font.Serif, 10, "1111"), s.Width(font.Serif, 10, "0000"); math.Abs(a-b) > 1e-9 {
		t.Errorf("1111 is %.3f wide, 0000 %.3f", a, b)
	}
}

func TestQuotesAreNarrowInLatinText(t *testing.T) {
	t.Parallel()
	s := set(t)
	if w := s.Width(font.Serif, 10, "cadre’s") - s.Width(font.Serif, 10, "cadres"); w > 1.5 {
		t.Errorf("the apostrophe takes %.2f mm", w)
	}
	if w := s.Width(font.Serif, 10, "他说“好”吗"); math.Abs(w-6*10*font.PointMM) > 1e-9 {
		t.Errorf("Chinese quotation marks are not full width: %.3f mm", w)
	}
}

func FuzzParse(f *testing.F) {
	good := program(f, "NotoSansSC-Regular")
	f.Add([]byte("ttcf"))
	f.Add(good[:4096])
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := font.Parse(b); err == nil {
			if _, err := p.Subset(p.Runes()); err != nil {
				t.Logf("a broken outline: %v", err)
			}
		}
	})
}
