package sheet

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// alike is how alike two texts must be to be worth a suggestion: half of their neighbouring pairs of characters.
const alike = 0.5

// Alike reports whether people take two texts for the same: width, capitals, spaces, quotation marks do not matter.
func Alike(a, b string) bool { return fold(a) == fold(b) }

// Near returns those of the words that somebody may have meant by text, the likeliest first: they hold it, lie in it,
// or share most of its characters. Words of another script are left out.
func Near(text string, words []string, most int) []string {
	type guess struct {
		word  string
		score float64
	}
	chinese := hasHan(text)
	want := core(text)
	var found []guess
	for _, w := range words {
		if hasHan(w) != chinese {
			continue
		}
		if s := likeness(want, core(w)); s >= alike {
			found = append(found, guess{w, s})
		}
	}
	slices.SortStableFunc(found, func(a, b guess) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(len(a.word), len(b.word)), cmp.Compare(a.word, b.word))
	})
	out := make([]string, 0, most)
	for _, g := range found[:min(most, len(found))] {
		out = append(out, g.word)
	}
	return out
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// core is the letters of a text: brackets and strokes tell no words apart.
func core(text string) []rune {
	return slices.DeleteFunc([]rune(fold(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// likeness is from 0 to 2: above 1 where one text lies in the other, the more the less is left over; else the share of
// neighbouring pairs that both have (Dice).
func likeness(a, b []rune) float64 {
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	if short, long := min(len(a), len(b)), max(len(a), len(b)); strings.Contains(string(a), string(b)) ||
		strings.Contains(string(b), string(a)) {
		return 1 + float64(short)/float64(long)
	}
	pairs := map[[2]rune]int{}
	for i := range len(a) - 1 {
		pairs[[2]rune{a[i], a[i+1]}]++
	}
	both := 0
	for i := range len(b) - 1 {
		if p := [2]rune{b[i], b[i+1]}; pairs[p] > 0 {
			pairs[p]--
			both++
		}
	}
	return 2 * float64(both) / float64(len(a)+len(b)-2)
}
