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
func (f *Font) Subset(runes []rune) ([]byte, error) { return f.AppendSubset(nil, runes) }

// AppendSubset is Subset into a slice that holds nothing yet, for callers that use one again.
func (f *Font) AppendSubset(out []byte, runes []rune) ([]byte, error) {
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
	return f.assemble(out, records, glyphs), nil
}

// gather copies the outlines, appending the parts of composites to the list and renumbering them.
func (f *Font) gather(glyphs []uint16) ([][]byte, []uint16, error) {
	var place map[uint16]int // of a glyph in the list; needed where there are composites
	records := make([][]byte, 0, len(glyphs)+8)
	for i := 0; i < len(glyphs); i++ {
		record := f.outline(glyphs[i])
		if len(record) >= 10 && int16(binary.BigEndian.Uint16(record)) < 0 {
			if place == nil {
				place = places(glyphs)
			}
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

// places says where each glyph stands first.
func places(glyphs []uint16) map[uint16]int {
	place := make(map[uint16]int, len(glyphs))
	for i, g := range slices.Backward(glyphs) {
		place[g] = i
	}
	return place
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

// table is one table of a program: its name and its length before padding.
type table struct {
	name string
	size int
}

// assemble writes the six tables after their directory.
func (f *Font) assemble(out []byte, records [][]byte, glyphs []uint16) []byte {
	outlines := 0
	for _, record := range records {
		outlines += padded(len(record))
	}
	tables := [...]table{
		{"glyf", outlines},
		{"head", len(f.head)},
		{"hhea", len(f.hhea)},
		{"hmtx", 4 * len(glyphs)},
		{"loca", 4 * (len(records) + 1)},
		{"maxp", len(f.maxp)},
	}
	size := 12 + 16*len(tables)
	for _, t := range tables {
		size += padded(t.size)
	}
	out = slices.Grow(out[:0], size)[:size]
	clear(out)
	at, body := 12+16*len(tables), [len(tables)][]byte{}
	for i, t := range tables {
		body[i] = out[at : at+t.size]
		at += padded(t.size)
	}
	glyf, head, hhea, hmtx, loca, maxp := body[0], body[1], body[2], body[3], body[4], body[5]
	at = 0
	for i, record := range records {
		copy(glyf[at:], record)
		at += padded(len(record))
		binary.BigEndian.PutUint32(loca[4*i+4:], uint32(at))
		binary.BigEndian.PutUint16(hmtx[4*i:], f.advance[glyphs[i]])
		binary.BigEndian.PutUint16(hmtx[4*i+2:], uint16(f.bearing[glyphs[i]]))
	}
	copy(head, f.head)
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1)
	copy(hhea, f.hhea)
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(glyphs)))
	copy(maxp, f.maxp)
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(glyphs)))
	sum := directoryOf(out, tables[:])
	binary.BigEndian.PutUint32(head[8:], 0xB1B0AFBA-sum)
	return out
}

func padded(n int) int { return (n + 3) &^ 3 }

// directoryOf writes the directory of a program whose tables stand in order of their names, and returns its checksum.
func directoryOf(out []byte, tables []table) uint32 {
	binary.BigEndian.PutUint32(out, 0x00010000)
	binary.BigEndian.PutUint16(out[4:], uint16(len(tables)))
	search, selector := 16, 0
	for search*2 <= 16*len(tables) {
		search, selector = search*2, selector+1
	}
	binary.BigEndian.PutUint16(out[6:], uint16(search))
	binary.BigEndian.PutUint16(out[8:], uint16(selector))
	binary.BigEndian.PutUint16(out[10:], uint16(16*len(tables)-search))
	at, sum := 12+16*len(tables), uint32(0)
	for i, t := range tables {
		e := out[12+16*i:]
		part := checksum(out[at : at+padded(t.size)])
		copy(e, t.name)
		binary.BigEndian.PutUint32(e[4:], part)
		binary.BigEndian.PutUint32(e[8:], uint32(at))
		binary.BigEndian.PutUint32(e[12:], uint32(t.size))
		at += padded(t.size)
		sum += part
	}
	return sum + checksum(out[:12+16*len(tables)])
}

func checksum(b []byte) uint32 {
	var sum uint32
	for ; len(b) >= 4; b = b[4:] {
		sum += binary.BigEndian.Uint32(b)
	}
	return sum
}
