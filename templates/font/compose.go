package font

import "unicode/utf8"

// Gap is the space between a Chinese character and a Latin letter or digit, in em; it is made by position.
const Gap = 0.16

// Run is a stretch of text in one face.
type Run struct {
	Text string
	Face Face
}

// Box is one rune of a line with its place relative to its neighbours, in em.
type Box struct {
	Rune           rune
	Number         int32  // of the rune among those of the set, 1 to Set.Count; 0 where no face draws it
	Wide           uint16 // width of its glyph, 1/1000 em
	Face           Face
	Class          Class
	Joined         bool // no line break between it and the rune before it
	noStart, noEnd bool
	Advance        float64 // width it takes
	Shift          float64 // moves the ink within the advance
	Before         float64 // gap between it and the rune before it
}

// Compose turns runs into boxes: widths, squeezed punctuation, gaps, and where no line may be broken.
//
// Every rune of the input is one box, in order. A rune the set has not gets an em of nothing: Check first.
func (s *Set) Compose(runs ...Run) []Box {
	n := 0
	for _, run := range runs {
		n += utf8.RuneCountInString(run.Text)
	}
	return s.AppendBoxes(make([]Box, 0, n), runs...)
}

// AppendBoxes is Compose into a slice that holds nothing yet, for callers that use one again.
func (s *Set) AppendBoxes(boxes []Box, runs ...Run) []Box {
	for _, run := range runs {
		face := run.Face
		if face >= faces {
			face = Serif
		}
		digit := float64(s.signs.of('0').wide[face]) / 1000
		for _, r := range run.Text {
			boxes = append(boxes, Box{Rune: r, Face: run.Face})
			boxes[len(boxes)-1].measure(s.signs.of(r), face, digit)
		}
	}
	for i := range boxes {
		if r := boxes[i].Rune; r >= '‘' && r <= '”' {
			s.narrowQuote(boxes, i)
		}
	}
	for i := range boxes {
		if boxes[i].Class != Han || i > 0 && boxes[i-1].Class != Han { // between two of these nothing changes
			s.relate(boxes, i)
		}
	}
	return boxes
}

// measure fills in what the rune's sign says; digits are tabular.
func (b *Box) measure(s *sign, face Face, digit float64) {
	b.Number, b.Class, b.noStart, b.noEnd = s.number, s.class, s.noStart, s.noEnd
	b.Wide, b.Advance = s.wide[face], 1
	if s.has[face] {
		b.Advance = float64(b.Wide) / 1000
	}
	if b.Rune >= '0' && b.Rune <= '9' {
		b.Shift, b.Advance = (digit-b.Advance)/2, digit
	}
}

// narrowQuote sets a quotation mark of Latin text as wide as its ink.
func (s *Set) narrowQuote(boxes []Box, i int) {
	b := &boxes[i]
	inside, outside := i+1, i-1
	switch b.Rune {
	case '“', '‘':
	case '”', '’':
		inside, outside = outside, inside
	default:
		return
	}
	if !latinAt(boxes, inside, false) || !latinAt(boxes, outside, true) {
		return
	}
	lo, hi := s.Font(b.Face).Ink(b.Rune)
	b.Shift, b.Advance, b.Class = 0.05-float64(lo)/1000, float64(hi-lo)/1000+0.1, Western
}

// latinAt says whether the box at i belongs to Latin text; outside, an edge or a space does too.
func latinAt(boxes []Box, i int, outside bool) bool {
	if i < 0 || i >= len(boxes) {
		return outside
	}
	return western(boxes[i].Class) || outside && boxes[i].Rune == ' '
}

// relate sets what depends on the neighbours.
func (s *Set) relate(boxes []Box, i int) {
	b := &boxes[i]
	if b.Class == Closer && i+1 < len(boxes) && (boxes[i+1].Class == Closer || boxes[i+1].Class == Opener) {
		b.Halve()
	}
	if i == 0 {
		return
	}
	a := &boxes[i-1]
	switch {
	case b.Class == Opener && a.Class == Opener:
		b.Halve()
	case a.Class == Han && b.Class == Latin, a.Class == Latin && b.Class == Han:
		b.Before = Gap
	case a.Rune == '—' && b.Rune == '—':
		_, hi := s.Font(a.Face).Ink(a.Rune)
		lo, _ := s.Font(b.Face).Ink(b.Rune)
		b.Before = float64(hi-lo)/1000 - a.Advance
	}
	b.Joined = joined(boxes, i)
}

func joined(boxes []Box, i int) bool {
	a, b := &boxes[i-1], &boxes[i]
	switch {
	case b.Class == Space && a.Class != Space:
		return true // spaces hang at the end of the line
	case a.Class == Space:
		return b.Class == Space || b.noStart && b.Class != Western || a.Rune == '\u00A0' || opened(boxes, i-1)
	case b.noStart || a.noEnd:
		return true
	case a.Rune == b.Rune && (a.Rune == '—' || a.Rune == '…'):
		return true
	case a.Rune == '—' && i >= 2 && boxes[i-2].Class == Latin && b.Class == Latin:
		return true // a range of numbers
	}
	return western(a.Class) && western(b.Class)
}

// opened says whether the spaces that end at i follow opening punctuation.
func opened(boxes []Box, i int) bool {
	for i >= 0 && boxes[i].Class == Space {
		i--
	}
	return i >= 0 && boxes[i].noEnd
}

// Halve squeezes a full-width mark to the half of the em that holds its ink. It does nothing twice.
func (b *Box) Halve() {
	if b.Advance != 1 {
		return
	}
	if b.Class == Closer {
		b.Advance = 0.5
	}
	if b.Class == Opener {
		b.Advance, b.Shift = 0.5, -0.5
	}
}

// Extent is the width of a line of boxes in em; the gap before the first does not count.
func Extent(boxes []Box) float64 {
	w := 0.0
	for i := range boxes {
		if i > 0 {
			w += boxes[i].Before
		}
		w += boxes[i].Advance
	}
	return w
}

// Width is the width of one line of text in millimetres, size in points.
func (s *Set) Width(face Face, size float64, text string) float64 {
	var room [64]Box
	return Extent(s.AppendBoxes(room[:0], Run{Text: text, Face: face})) * size * PointMM
}

// StartLine moves opening punctuation that begins a line half an em to the left.
func (b *Box) StartLine() {
	if b.Class == Opener {
		b.Halve()
	}
}
