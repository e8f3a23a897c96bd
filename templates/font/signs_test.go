package font_test

import (
	"testing"

	"shanzhi/templates/font"
)

// What is gathered once for all must say the same as each face asked alone, also of runes that no face draws.
func TestSignsSayWhatTheFacesSay(t *testing.T) {
	t.Parallel()
	s := set(t)
	seen := map[int32]rune{}
	for r := rune(1); r <= 0x2FFFF; r++ {
		if r >= 0xD800 && r < 0xE000 {
			continue
		}
		all := true
		for face := font.Serif; face <= font.SansBold; face++ {
			f, box := s.Font(face), s.Compose(font.Run{Text: string(r), Face: face})[0]
			all = all && f.Has(r)
			if int(box.Wide) != f.Advance(r) || box.Class != font.ClassOf(r) || f.Has(r) && box.Number == 0 {
				t.Fatalf("%U, face %d: %+v, want a width of %d", r, face, box, f.Advance(r))
			}
			if other, ok := seen[box.Number]; box.Number != 0 && ok && other != r || int(box.Number) > s.Count() {
				t.Fatalf("%U and %U have the number %d of %d", r, other, box.Number, s.Count())
			}
			seen[box.Number] = r
		}
		if s.Has(r) != all {
			t.Fatalf("%U: all faces draw it: %v, want %v", r, s.Has(r), all)
		}
	}
}
