package font

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Face is one of the four faces every document is set in.
type Face uint8

// The faces.
const (
	Serif     Face = iota // Noto Serif SC Regular: body
	SerifBold             // Noto Serif SC Bold: letterhead and title
	Sans                  // Noto Sans SC Regular: tables and charts
	SansBold              // Noto Sans SC SemiBold: headings and bold words
	faces
)

// Replacement stands for a rune that no font can draw: the geta mark, the printer's sign for a missing type.
const Replacement = '〓'

// PointMM is one typographic point in millimetres.
const PointMM = 25.4 / 72

// MissingError names a rune that cannot be drawn. Rune is utf8.RuneError for bytes that are not UTF-8.
type MissingError struct {
	Text string
	Rune rune
}

// Error says which rune of which text.
func (e *MissingError) Error() string {
	return fmt.Sprintf("font: %q (U+%04X) in %q cannot be drawn", string(e.Rune), e.Rune, e.Text)
}

// Set holds the four faces. It is immutable and shared without locks.
type Set struct {
	fonts [faces]*Font
	signs *signTable
}

// NewSet reads the four faces from their TrueType programs.
func NewSet(serif, serifBold, sans, sansBold []byte) (*Set, error) {
	s := new(Set)
	for i, program := range [faces][]byte{serif, serifBold, sans, sansBold} {
		f, err := Parse(program)
		if err != nil {
			return nil, fmt.Errorf("face %d: %w", i, err)
		}
		s.fonts[i] = f
	}
	s.signs = newSignTable(s.fonts)
	return s, nil
}

// Font is the font of a face; an unknown face is Serif.
func (s *Set) Font(face Face) *Font {
	if face >= faces {
		face = Serif
	}
	return s.fonts[face]
}

// Has says whether all four faces draw r, so that no later choice of face can fail.
func (s *Set) Has(r rune) bool { return s.signs.of(r).drawn }

// Count is how many runes the faces draw together.
func (s *Set) Count() int { return s.signs.count }

// Missing lists the runes that not all faces can draw, each once; utf8.RuneError stands for bytes that are not UTF-8.
func (s *Set) Missing(text string) []rune {
	return missing(text, s.Has)
}

// Check returns a *MissingError for the first rune that cannot be drawn, or nil. Control characters cannot be drawn.
func (s *Set) Check(text string) error {
	for i, r := range text {
		if r == utf8.RuneError || !s.Has(r) {
			_, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size > 1 && s.Has(r) {
				continue
			}
			return &MissingError{Text: text, Rune: r}
		}
	}
	return nil
}

// Visible makes text drawable: line breaks and tabs become a space, joiners and other marks without a shape of their
// own go, every other rune that cannot be drawn becomes 〓.
func (s *Set) Visible(text string) string {
	if s.Check(text) == nil {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case s.Has(r):
			b.WriteRune(r)
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
		case r == 0x200B || r == 0x200D || r == 0xFEFF || r == 0xAD || r >= 0xFE00 && r <= 0xFE0F:
		default:
			b.WriteRune(Replacement)
		}
	}
	return b.String()
}

func missing(text string, has func(rune) bool) []rune {
	var list []rune
	for i, r := range text {
		bad := !has(r)
		if r == utf8.RuneError {
			_, size := utf8.DecodeRuneInString(text[i:])
			bad = bad || size == 1
		}
		if bad && !strings.ContainsRune(string(list), r) {
			list = append(list, r)
		}
	}
	return list
}
