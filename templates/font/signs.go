package font

import "unicode/utf8"

// sign is all that setting a line asks about a rune, gathered once: a rune is looked up for every place it stands.
type sign struct {
	number         int32 // of the rune among those of the set, from 1; 0 where no face draws it
	class          Class
	noStart, noEnd bool
	drawn          bool          // by all four faces
	has            [faces]bool   // by each of them
	wide           [faces]uint16 // 1/1000 em
}

// signTable holds the signs of a set in pages of 256 runes.
type signTable struct {
	pages [(utf8.MaxRune + 1) / 256]*[256]sign
	count int
}

func newSignTable(fonts [faces]*Font) *signTable {
	t := new(signTable)
	for face, f := range fonts {
		for _, r := range f.Runes() {
			page := &t.pages[r>>8]
			if *page == nil {
				*page = new([256]sign)
			}
			s := &(*page)[r&255]
			s.has[face], s.wide[face] = true, uint16(f.Advance(r)) //nolint:gosec // G115: hmtx holds 16 bits
		}
	}
	for high, page := range t.pages {
		if page == nil {
			continue
		}
		for low := range page {
			s := &page[low]
			s.describe(rune(high)<<8 | rune(low))
			if s.drawn = s.has == [faces]bool{true, true, true, true}; s.has != [faces]bool{} {
				t.count++
				s.number = int32(t.count) //nolint:gosec // G115: fewer than there are runes
			}
		}
	}
	return t
}

func (s *sign) describe(r rune) { s.class, s.noStart, s.noEnd = ClassOf(r), NoStart(r), NoEnd(r) }

// of is the sign of r; a rune that no face draws has its class all the same.
func (t *signTable) of(r rune) *sign {
	if r >= 0 && r <= utf8.MaxRune && t.pages[r>>8] != nil {
		return &t.pages[r>>8][r&255]
	}
	s := new(sign)
	s.describe(r)
	return s
}
