package font

import (
	"strings"
	"unicode"
)

// Punctuation by what it does in a line. The full-width marks of the four faces have their ink in one half of the em.
const (
	closers = "、，。；：？！）》」』】〕〉”’"
	openers = "（《「『【〔〈“‘"
	noStart = closers + "…—％%‰℃·"
	noEnd   = openers + "￥"
)

// Class is what a rune is in a line of mixed Chinese and Latin text.
type Class uint8

// The classes.
const (
	Other   Class = iota // full-width signs and everything not named below
	Han                  // Chinese characters
	Latin                // letters, digits and the signs that belong to a number
	Western              // half-width punctuation
	Space                // spaces of any width
	Opener               // full-width opening punctuation
	Closer               // full-width closing and pausing punctuation
)

// ClassOf says how r behaves.
func ClassOf(r rune) Class {
	switch {
	case r == ' ' || r == '\u00A0' || r == '\u3000':
		return Space
	case r < 0x80:
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '%' {
			return Latin
		}
		return Western
	case r == '〇' || unicode.Is(unicode.Han, r):
		return Han
	case strings.ContainsRune(openers, r):
		return Opener
	case strings.ContainsRune(closers, r):
		return Closer
	case strings.ContainsRune("‰°μ", r) || r < 0x3000 && unicode.IsLetter(r):
		return Latin
	case strings.ContainsRune("−–±", r):
		return Western
	}
	return Other
}

// NoStart says that no line may begin with r.
func NoStart(r rune) bool { return strings.ContainsRune(noStart, r) }

// NoEnd says that no line may end with r.
func NoEnd(r rune) bool { return strings.ContainsRune(noEnd, r) }

// western says that two such runes beside each other are one word or number.
func western(c Class) bool { return c == Latin || c == Western }
