//nolint:gosec // G115: the numbers of a font file are 16 and 32 bits wide; Parse has bounded them
package font

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

// readCmap reads the widest Unicode map of the font: format 12 before format 4.
func readCmap(b []byte, glyphs int) (map[rune]uint16, error) {
	if len(b) < 4 {
		return nil, errShort
	}
	var four, twelve []byte
	for i := range int(binary.BigEndian.Uint16(b[2:])) {
		if len(b) < 12+8*i {
			return nil, errShort
		}
		e := b[4+8*i:]
		platform, encoding := binary.BigEndian.Uint16(e), binary.BigEndian.Uint16(e[2:])
		at := int64(binary.BigEndian.Uint32(e[4:]))
		if at+4 > int64(len(b)) || platform != 0 && (platform != 3 || encoding != 1 && encoding != 10) {
			continue
		}
		switch binary.BigEndian.Uint16(b[at:]) {
		case 4:
			four = b[at:]
		case 12:
			twelve = b[at:]
		}
	}
	switch {
	case twelve != nil:
		return readCmap12(twelve, glyphs)
	case four != nil:
		return readCmap4(four, glyphs)
	}
	return nil, errors.New("font: no Unicode map of format 4 or 12")
}

func readCmap12(b []byte, glyphs int) (map[rune]uint16, error) {
	if len(b) < 16 {
		return nil, errShort
	}
	n := int64(binary.BigEndian.Uint32(b[12:]))
	if int64(len(b)) < 16+12*n {
		return nil, errShort
	}
	m := make(map[rune]uint16, glyphs)
	for i := range n {
		e := b[16+12*i:]
		lo, hi := binary.BigEndian.Uint32(e), binary.BigEndian.Uint32(e[4:])
		g := uint64(binary.BigEndian.Uint32(e[8:]))
		if lo > hi || hi > utf8.MaxRune || uint64(hi-lo) >= uint64(glyphs) {
			return nil, errors.New("font: wrong group in the character map")
		}
		for c := lo; c <= hi; c++ {
			put(m, rune(c), g+uint64(c-lo), glyphs)
		}
	}
	return m, nil
}

func readCmap4(b []byte, glyphs int) (map[rune]uint16, error) {
	if len(b) < 16 {
		return nil, errShort
	}
	n := int(binary.BigEndian.Uint16(b[6:])) / 2
	if len(b) < 16+8*n {
		return nil, errShort
	}
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	m := make(map[rune]uint16, glyphs)
	for i := range n {
		hi, lo := u16(14+2*i), u16(16+2*n+2*i)
		delta, at := u16(16+4*n+2*i), 16+6*n+2*i
		for c := lo; c <= hi && c < 0xFFFF; c++ {
			g := c
			if offset := u16(at); offset != 0 {
				p := at + offset + 2*(c-lo)
				if p+2 > len(b) {
					return nil, errShort
				}
				if g = u16(p); g == 0 {
					continue
				}
			}
			put(m, rune(c), uint64((g+delta)&0xFFFF), glyphs)
		}
	}
	return m, nil
}

func put(m map[rune]uint16, r rune, g uint64, glyphs int) {
	if g > 0 && g < uint64(glyphs) {
		m[r] = uint16(g)
	}
}
