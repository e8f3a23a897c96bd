package pdf

import "shanzhi/templates/font"

// maxStretch is the widest gap of a justified line in em; squeeze the most that is taken out of a gap to end a
// paragraph well.
const (
	maxStretch = 0.6
	squeeze    = 0.02
	lastRunes  = 3
	tolerance  = 1e-9
)

// column says how a paragraph is set: widths in em of its type size.
type column struct {
	width, indent float64
	justify       bool
}

// line is one set line: every rune with its place from the left edge of the column, in em.
type line struct {
	boxes []font.Box
	at    []float64
	width float64 // without the spaces that hang at its end
}

// setLines breaks a paragraph. No rune is lost: the lines' boxes joined are the paragraph's. The boxes become those of
// the lines: marks at their edges are squeezed.
//
// A line begins with no mark of font.NoStart and ends with none of font.NoEnd, and no word or number is cut, unless
// what hangs together is wider than the column.
func setLines(boxes []font.Box, c column) []line {
	ends := breakLines(boxes, c, 0)
	if c.justify && len(ends) > 1 && lastVisible(boxes, ends) < lastRunes {
		for _, allow := range []float64{squeeze / 2, squeeze} {
			tight := breakLines(boxes, c, allow)
			if len(tight) < len(ends) || lastVisible(boxes, tight) >= lastRunes {
				ends = tight
				break
			}
		}
	}
	return placeLines(boxes, ends, c)
}

// lastVisible counts what can be seen of the last line.
func lastVisible(boxes []font.Box, ends []int) int { return visible(boxes[ends[len(ends)-2]:]) }

// breakLines fills line after line and says where each ends; allow em may be taken out of each gap.
func breakLines(boxes []font.Box, c column, allow float64) []int {
	var ends []int
	for from := 0; from < len(boxes); {
		width := c.width
		if from == 0 {
			width -= c.indent
		}
		from = fit(boxes, from, width, allow)
		ends = append(ends, from)
	}
	return ends
}

// placeLines sets the lines that end at ends.
func placeLines(boxes []font.Box, ends []int, c column) []line {
	if len(boxes) == 0 {
		return []line{{width: c.indent}}
	}
	lines, at := make([]line, len(ends)), make([]float64, len(boxes))
	from, indent := 0, c.indent
	for i, to := range ends {
		l := place(boxes[from:to:to], at[from:to:to], from > 0, indent)
		if rest := c.width - l.width; c.justify && (to < len(boxes) || rest < 0) {
			l.spread(rest)
		}
		lines[i], from, indent = l, to, 0
	}
	return lines
}

// fit finds where the line that begins at from ends.
func fit(boxes []font.Box, from int, width, allow float64) int {
	best, forced, used, gaps := from, from, 0.0, 0
	for i := from; i < len(boxes); i++ {
		b := &boxes[i]
		if i == from && i > 0 {
			first := *b
			first.StartLine()
			used += first.Advance
		} else {
			if i > from {
				used += b.Before
				if stretches(&boxes[i-1], b) {
					gaps++
				}
			}
			used += b.Advance
		}
		room := width + allow*float64(gaps) + tolerance
		if used-hang(boxes[from:i+1]) > room {
			if b.Class != font.Space {
				break
			}
		}
		if i+1 == len(boxes) || !boxes[i+1].Joined {
			best = i + 1
		}
		forced = i + 1
	}
	if best > from {
		return best
	}
	return max(forced, from+1)
}

// hang is what the end of a line gives back: spaces at its end and the empty half of a closing mark.
func hang(boxes []font.Box) float64 {
	back := 0.0
	for i := len(boxes) - 1; i >= 0; i-- {
		b := &boxes[i]
		if b.Class == font.Space {
			back += b.Advance
			continue
		}
		if b.Class == font.Closer && b.Advance == 1 {
			back += 0.5
		}
		break
	}
	return back
}

// place gives each box of one line its place, in at; inner says that the line is not the first of its paragraph.
func place(boxes []font.Box, at []float64, inner bool, indent float64) line {
	l := line{boxes: boxes, at: at, width: indent}
	last := visibleEnd(boxes) - 1
	if last >= 0 && boxes[last].Class == font.Closer {
		boxes[last].Halve()
	}
	if inner && len(boxes) > 0 {
		boxes[0].StartLine()
	}
	x := indent
	for i := range boxes {
		b := &boxes[i]
		if i > 0 {
			x += b.Before
		}
		at[i] = x
		x += b.Advance
		if i <= last {
			l.width = x
		}
	}
	return l
}

// spread puts the rest between the runes, if no gap becomes too wide.
func (l *line) spread(rest float64) {
	last := visibleEnd(l.boxes)
	gaps := 0
	for i := 1; i < last; i++ {
		if stretches(&l.boxes[i-1], &l.boxes[i]) {
			gaps++
		}
	}
	if gaps == 0 || rest/float64(gaps) >= maxStretch {
		return
	}
	each, sum := rest/float64(gaps), 0.0
	for i := 1; i < len(l.boxes); i++ {
		if i < last && stretches(&l.boxes[i-1], &l.boxes[i]) {
			sum += each
		}
		l.at[i] += sum
	}
	l.width += rest
}

// stretches says whether the gap between two runes may grow: not inside a word, a number, a dash or dots.
func stretches(a, b *font.Box) bool {
	if a.Rune == b.Rune && (a.Rune == '—' || a.Rune == '…') {
		return false
	}
	word := func(c font.Class) bool { return c == font.Latin || c == font.Western }
	return !word(a.Class) || !word(b.Class)
}

// visibleEnd is the number of boxes before the spaces at the end.
func visibleEnd(boxes []font.Box) int {
	n := len(boxes)
	for n > 0 && boxes[n-1].Class == font.Space {
		n--
	}
	return n
}

// visible counts the boxes that are no spaces.
func visible(boxes []font.Box) int {
	n := 0
	for i := range boxes {
		if boxes[i].Class != font.Space {
			n++
		}
	}
	return n
}
