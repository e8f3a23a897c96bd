package sheet

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// lostDigits is how spreadsheet programs write long numbers into csv: the rest of the digits is gone.
var lostDigits = regexp.MustCompile(`^[+-]?\d\.\d+[Ee]\+\d{1,3}$`)

// clean trims a cell's text, makes its line ends "\n" and says what is wrong with it.
func clean(text string) (string, note) {
	text = strings.TrimFunc(text, invisible)
	if strings.IndexByte(text, '\r') >= 0 {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	switch {
	case strings.IndexByte(text, '+') > 0 && lostDigits.MatchString(text):
		return text, digitsLost
	case IsMarked(text):
		return text, marked
	}
	return text, sound
}

// invisible is white space of every script and what travels along when text is copied.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\u2060' || r == '\ufeff'
}

// quoteMarks are the quotation marks in use: whichever somebody types, or none, the word is the same.
const quoteMarks = "\"'`“”‘’„‟‛「」『』〝〞〟＂＇"

// fold makes texts equal that people take for the same: full-width and half-width, capitals, spaces, quotation marks,
// the * of required.
func fold(text string) string {
	plain := true
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' || strings.IndexByte("*\"'`", c) >= 0 {
			plain = false
			break
		}
	}
	if plain {
		return text
	}
	return strings.Map(func(r rune) rune {
		if invisible(r) || r == '*' || strings.ContainsRune(quoteMarks, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, width.Fold.String(text))
}

// half turns full-width digits, signs and letters into the usual ones.
func half(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return width.Fold.String(text)
		}
	}
	return text
}

// short cuts a value for a message.
func short(text string) string {
	const most = 40
	if len(text) <= most || runes(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}

func runes(text string) int { return utf8.RuneCountInString(text) }
