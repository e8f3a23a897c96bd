package font

import "unicode/utf8"

// glyphTable maps runes to glyphs in pages of 256: a rune is looked up several times for every place it stands, and a
// map's hashing was a tenth of the cost of a report.
type glyphTable [(utf8.MaxRune + 1) / 256]*[256]uint16

func newGlyphTable(m map[rune]uint16) *glyphTable {
	t := new(glyphTable)
	for r, g := range m {
		page := &t[r>>8]
		if *page == nil {
			*page = new([256]uint16)
		}
		(*page)[r&255] = g
	}
	return t
}

// of is the glyph of r, 0 where there is none.
func (t *glyphTable) of(r rune) uint16 {
	if r < 0 || r > utf8.MaxRune || t[r>>8] == nil {
		return 0
	}
	return t[r>>8][r&255]
}
