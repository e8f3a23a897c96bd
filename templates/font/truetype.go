// Package font reads TrueType programs: which characters they can draw, how wide, and a subset for a document.
//
// It is pure: a Font is immutable after Parse and may be shared by any number of goroutines without locks.
package font

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// errShort says that a table ends before what it must hold.
var errShort = errors.New("font: table too short")

// Font is one TrueType program with glyf outlines.
type Font struct {
	glyf    []byte
	head    []byte
	hhea    []byte
	maxp    []byte
	loca    []uint32
	advance []uint16 // font units, one per glyph
	bearing []int16  // left side bearings, one per glyph
	glyphs  *glyphTable
	units   int
	metrics Metrics
	name    string
}

// Metrics are the measures of the whole font in 1/1000 em.
type Metrics struct {
	Ascent, Descent, CapHeight int    // Descent is negative
	Box                        [4]int // xMin, yMin, xMax, yMax
}

// Parse reads one TrueType font. Collections and CFF outlines are refused.
//
// The program is kept, not copied: nobody may change it afterwards.
func Parse(program []byte) (*Font, error) {
	tables, err := directory(program)
	if err != nil {
		return nil, err
	}
	f := &Font{glyf: tables["glyf"], head: tables["head"], hhea: tables["hhea"], maxp: tables["maxp"]}
	if len(f.glyf) == 0 || len(f.head) < 54 || len(f.hhea) < 36 || len(f.maxp) < 6 {
		return nil, errors.New("font: no TrueType outlines (glyf, head, hhea or maxp is missing)")
	}
	f.units = int(binary.BigEndian.Uint16(f.head[18:]))
	if f.units < 16 || f.units > 16384 {
		return nil, fmt.Errorf("font: %d units in an em", f.units)
	}
	count := int(binary.BigEndian.Uint16(f.maxp[4:]))
	if f.loca, err = readLoca(tables["loca"], count, f.head[51] == 1, len(f.glyf)); err != nil {
		return nil, err
	}
	if err = f.readWidths(tables["hmtx"], count); err != nil {
		return nil, err
	}
	glyphs, err := readCmap(tables["cmap"], count)
	if err != nil {
		return nil, err
	}
	f.glyphs = newGlyphTable(glyphs)
	f.readMetrics(tables["OS/2"])
	f.name = postScriptName(tables["name"])
	return f, nil
}

// directory cuts the program into its tables.
func directory(b []byte) (map[string][]byte, error) {
	if len(b) < 12 || binary.BigEndian.Uint32(b) != 0x00010000 {
		return nil, errors.New("font: not a TrueType program")
	}
	n := int(binary.BigEndian.Uint16(b[4:]))
	if len(b) < 12+16*n {
		return nil, errShort
	}
	tables := make(map[string][]byte, n)
	for i := range n {
		e := b[12+16*i:]
		at, size := uint64(binary.BigEndian.Uint32(e[8:])), uint64(binary.BigEndian.Uint32(e[12:]))
		if at+size > uint64(len(b)) {
			return nil, fmt.Errorf("font: table %q lies outside the file", e[:4])
		}
		tables[string(e[:4])] = b[at : at+size]
	}
	return tables, nil
}

func readLoca(b []byte, count int, long bool, glyf int) ([]uint32, error) {
	size := 2
	if long {
		size = 4
	}
	if len(b) < (count+1)*size {
		return nil, errShort
	}
	loca := make([]uint32, count+1)
	for i := range loca {
		if long {
			loca[i] = binary.BigEndian.Uint32(b[4*i:])
		} else {
			loca[i] = 2 * uint32(binary.BigEndian.Uint16(b[2*i:]))
		}
		if i > 0 && loca[i] < loca[i-1] || int64(loca[i]) > int64(glyf) {
			return nil, fmt.Errorf("font: glyph %d lies outside its table", i)
		}
	}
	return loca, nil
}

func (f *Font) readWidths(hmtx []byte, count int) error {
	long := int(binary.BigEndian.Uint16(f.hhea[34:]))
	if long < 1 || long > count || len(hmtx) < 4*long+2*(count-long) {
		return errShort
	}
	f.advance, f.bearing = make([]uint16, count), make([]int16, count)
	for i := range count {
		if i < long {
			f.advance[i] = binary.BigEndian.Uint16(hmtx[4*i:])
			f.bearing[i] = signed(hmtx, 4*i+2)
			continue
		}
		f.advance[i] = f.advance[long-1]
		f.bearing[i] = signed(hmtx, 4*long+2*(i-long))
	}
	return nil
}

// signed reads two bytes as a signed number.
func signed(b []byte, at int) int16 {
	return int16(binary.BigEndian.Uint16(b[at:])) //nolint:gosec // G115: the bits are meant as they stand
}

func (f *Font) readMetrics(os2 []byte) {
	s16 := func(b []byte, at int) int { return f.perMille(int(signed(b, at))) }
	f.metrics = Metrics{Ascent: s16(f.hhea, 4), Descent: s16(f.hhea, 6), CapHeight: 700}
	for i := range f.metrics.Box {
		f.metrics.Box[i] = s16(f.head, 36+2*i)
	}
	if len(os2) >= 90 {
		f.metrics.CapHeight = s16(os2, 88)
	}
}

func (f *Font) perMille(v int) int {
	if f.units == 1000 {
		return v
	}
	return v * 1000 / f.units
}

const nameLetters = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// postScriptName reads name 6 of the Windows platform; "Font" where there is none.
func postScriptName(b []byte) string {
	if len(b) < 6 {
		return "Font"
	}
	n, store := int(binary.BigEndian.Uint16(b[2:])), int(binary.BigEndian.Uint16(b[4:]))
	for i := range n {
		if len(b) < 18+12*i {
			break
		}
		e := b[6+12*i:]
		size, at := int(binary.BigEndian.Uint16(e[8:])), store+int(binary.BigEndian.Uint16(e[10:]))
		if binary.BigEndian.Uint16(e) != 3 || binary.BigEndian.Uint16(e[6:]) != 6 || at+size > len(b) {
			continue
		}
		var name []byte
		for j := at; j+1 < at+size; j += 2 {
			if b[j] == 0 && strings.IndexByte(nameLetters, b[j+1]) >= 0 {
				name = append(name, b[j+1])
			}
		}
		if len(name) > 0 {
			return string(name)
		}
	}
	return "Font"
}

// Name is the font's PostScript name: ASCII letters, digits and hyphens.
func (f *Font) Name() string { return f.name }

// Metrics are the measures of the whole font in 1/1000 em.
func (f *Font) Metrics() Metrics { return f.metrics }

// Has says whether the font draws r.
func (f *Font) Has(r rune) bool { return f.glyphs.of(r) != 0 }

// Missing lists the runes of s that the font cannot draw, each once, in order of appearance.
func (f *Font) Missing(s string) []rune {
	return missing(s, f.Has)
}

// Advance is the width of r in 1/1000 em; 0 for a rune the font has not.
func (f *Font) Advance(r rune) int {
	g := f.glyphs.of(r)
	if g == 0 {
		return 0
	}
	return f.perMille(int(f.advance[g]))
}

// Ink is the horizontal extent of what r blackens, in 1/1000 em from its origin; 0, 0 for a space.
func (f *Font) Ink(r rune) (lo, hi int) {
	g := f.glyphs.of(r)
	b := f.outline(g)
	if g == 0 || len(b) < 10 {
		return 0, 0
	}
	lo = f.perMille(int(signed(b, 2)))
	return lo, f.perMille(int(signed(b, 6)))
}

// Runes lists every rune the font draws, in order.
func (f *Font) Runes() []rune {
	var all []rune
	for high, page := range f.glyphs {
		if page == nil {
			continue
		}
		for low, g := range page {
			if g != 0 {
				all = append(all, rune(high)<<8|rune(low))
			}
		}
	}
	return all
}

// outline is the glyf record of a glyph; empty for a blank one.
func (f *Font) outline(g uint16) []byte {
	if int(g)+1 >= len(f.loca) {
		return nil
	}
	return f.glyf[f.loca[g]:f.loca[g+1]]
}
