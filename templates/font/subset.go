//nolint:gosec // G115: the numbers of a font file are 16 and 32 bits wide; Parse has bounded them
package font

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Flags of a part of a composite glyph (OpenType, table glyf).
const (
	wordArgs  = 0x0001
	hasScale  = 0x0008
	moreParts = 0x0020
	hasXY     = 0x0040
	hasMatrix = 0x0080
)

// Subset cuts a TrueType program with glyph 0 and, as glyph i+1, the i-th rune.
//
// It holds glyf, head, hhea, hmtx, loca and maxp: what a CIDFontType2 of a PDF needs. Parts of composite glyphs follow
// after the runes. Fault: *MissingError for a rune the font has not.
func (f *Font) Subset(runes []rune) ([]byte, error) {
	glyphs := make([]uint16, 1, len(runes)+1)
	for _, r := range runes {
		g := f.glyphs.of(r)
		if g == 0 {
			return nil, &MissingError{Text: string(r), Rune: r}
		}
		glyphs = append(glyphs, g)
	}
	records, glyphs, err := f.gather(glyphs)
	if err != nil {
		return nil, err
	}
	return f.assemble(records, glyphs), nil
}

// gather copies the outlines, appending the parts of composites to the list and renumbering them.
func (f *Font) gather(glyphs []uint16) ([][]byte, []uint16, error) {
	place := make(map[uint16]int, len(glyphs))
	for i, g := range slices.Backward(glyphs) {
		place[g] = i
	}
	var records [][]byte
	for i := 0; i < len(glyphs); i++ {
		record := f.outline(glyphs[i])
		if len(record) >= 10 && int16(binary.BigEndian.Uint16(record)) < 0 {
			record = append([]byte(nil), record...)
			parts, err := partsOf(record)
			if err != nil {
				return nil, nil, fmt.Errorf("font: glyph %d: %w", glyphs[i], err)
			}
			for _, at := range parts {
				g := binary.BigEndian.Uint16(record[at:])
				if _, ok := place[g]; !ok {
					place[g] = len(glyphs)
					glyphs = append(glyphs, g)
				}
				binary.BigEndian.PutUint16(record[at:], uint16(place[g]))
			}
		}
		records = append(records, record)
	}
	if len(glyphs) > 0xFFFF {
		return nil, nil, errors.New("font: more than 65,535 glyphs")
	}
	return records, glyphs, nil
}

// partsOf lists where the glyph numbers of a composite stand.
func partsOf(record []byte) ([]int, error) {
	var parts []int
	for at := 10; ; {
		if at+4 > len(record) {
			return nil, errShort
		}
		flags := binary.BigEndian.Uint16(record[at:])
		parts = append(parts, at+2)
		at += 6
		if flags&wordArgs != 0 {
			at += 2
		}
		switch {
		case flags&hasScale != 0:
			at += 2
		case flags&hasXY != 0:
			at += 4
		case flags&hasMatrix != 0:
			at += 8
		}
		if flags&moreParts == 0 {
			return parts, nil
		}
	}
}

// assemble writes the six tables.
func (f *Font) assemble(records [][]byte, glyphs []uint16) []byte {
	var glyf []byte
	loca := make([]byte, 4*(len(records)+1))
	hmtx := make([]byte, 4*len(glyphs))
	for i, record := range records {
		glyf = append(glyf, record...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		binary.BigEndian.PutUint32(loca[4*i+4:], uint32(len(glyf)))
		binary.BigEndian.PutUint16(hmtx[4*i:], f.advance[glyphs[i]])
		binary.BigEndian.PutUint16(hmtx[4*i+2:], uint16(f.bearing[glyphs[i]]))
	}
	head := append([]byte(nil), f.head...)
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1)
	hhea := append([]byte(nil), f.hhea...)
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(glyphs)))
	maxp := append([]byte(nil), f.maxp...)
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(glyphs)))
	return program(map[string][]byte{
		"glyf": glyf, "head": head, "hhea": hhea, "hmtx": hmtx, "loca": loca, "maxp": maxp,
	})
}

// program joins tables with their directory and checksums.
func program(tables map[string][]byte) []byte {
	names := make([]string, 0, len(tables))
	size := 12 + 16*len(tables)
	for name, body := range tables {
		names = append(names, name)
		size += (len(body) + 3) &^ 3
	}
	slices.Sort(names)
	out := make([]byte, 12+16*len(names), size)
	binary.BigEndian.PutUint32(out, 0x00010000)
	binary.BigEndian.PutUint16(out[4:], uint16(len(names)))
	search, selector := 16, 0
	for search*2 <= 16*len(names) {
		search, selector = search*2, selector+1
	}
	binary.BigEndian.PutUint16(out[6:], uint16(search))
	binary.BigEndian.PutUint16(out[8:], uint16(selector))
	binary.BigEndian.PutUint16(out[10:], uint16(16*len(names)-search))
	head := 0
	for i, name := range names {
		e := out[12+16*i:]
		copy(e, name)
		binary.BigEndian.PutUint32(e[8:], uint32(len(out)))
		binary.BigEndian.PutUint32(e[12:], uint32(len(tables[name])))
		at := len(out)
		if name == "head" {
			head = at
		}
		out = append(out, tables[name]...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
		binary.BigEndian.PutUint32(out[12+16*i+4:], checksum(out[at:]))
	}
	binary.BigEndian.PutUint32(out[head+8:], 0xB1B0AFBA-checksum(out))
	return out
}

func checksum(b []byte) uint32 {
	var sum uint32
	for i := 0; i+4 <= len(b); i += 4 {
		sum += binary.BigEndian.Uint32(b[i:])
	}
	return sum
}
