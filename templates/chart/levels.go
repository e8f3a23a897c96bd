package chart

import (
	"errors"

	"shanzhi/templates/font"
)

// LevelRow is one channel. Counts are levels 5, 4, 3, 2, 1. Words replace the bar where fewer than ten rated.
type LevelRow struct {
	Label, Mode string
	Counts      [5]int
	Words       string // 不足10件，仅列件数：…
	Bad         string // 差评5, after the bar
	Count, Rate string // 34/121 and 74%（57—85）
	Grey        bool   // Rate in grey: 不计算
}

// LevelChart is SPEC 6.3. Heads: channel, mode, valid/invited, share of levels 4 and 5. Legend: levels 5 to 1.
type LevelChart struct {
	Caption
	Heads  [4]string
	Legend [5]string
	Rows   []LevelRow
}

const levelHigh = 5.0

// levelColumns: where the bars begin, how wide they are, the right edge of the counts, the height of a row, and how far
// the bar stands below the words. share heads what stands at the right of the counts.
type levelColumns struct{ bar, wide, count, pitch, down float64 }

func (s *sheet) levelColumns(share string) levelColumns {
	if s.narrow {
		count := min(70, s.edge()-s.width(s.labelSize, font.Sans, share)-4)
		return levelColumns{bar: 0.6, wide: 82, count: count, pitch: 12.4, down: 5.4}
	}
	return levelColumns{bar: 38, wide: 57, count: 122, pitch: 7}
}

// Levels draws the five levels of every channel as one bar of shares. There is no row for all channels together.
func Levels(desk Desk, c LevelChart) (Picture, error) {
	s := desk.sheet()
	s.caption(c.Caption, s.wide)
	s.levelLegend(c)
	y := s.content
	if s.slim {
		return s.done(c.Caption, s.wide, s.slimLevels(y+0.6, c))
	}
	at := s.levelColumns(c.Heads[3])
	s.label(0.6, y+2.2, Left, c.Heads[0])
	if !s.narrow {
		s.label(at.bar-2, y+2.2, Right, c.Heads[1])
	}
	s.label(at.count, y+2.2, Right, c.Heads[2])
	s.label(s.edge(), y+2.2, Right, c.Heads[3])
	y += 3.6
	for _, r := range c.Rows {
		s.levelRow(at, y, r)
		y += at.pitch
	}
	return s.done(c.Caption, s.wide, y)
}

// levelLegend stands at the right of the title, or below it where the title is long.
func (s *sheet) levelLegend(c LevelChart) {
	if s.narrow || s.slim {
		s.levelLines(c.Legend)
		return
	}
	total := s.keysWide(c.Legend[:])
	s.keys(s.wide-total, titleBase, c.Legend[:], s.levelKey)
	if s.width(s.titleSize, font.SansBold, c.Title)+total+keyGap > s.wide {
		s.err = errors.Join(s.err, errors.New("title and legend do not fit in one line"))
	}
}

// levelLines is the legend of a narrow place, in lines below the title.
func (s *sheet) levelLines(legend [5]string) {
	base := s.content + 1.9
	if s.slim {
		base += 1
	}
	s.content = s.keys(0, base, legend[:], s.levelKey) + 2.6
}

func (s *sheet) levelKey(i int, x, base float64) { s.level(i, x, base-2.3, 5, 2.6) }

// level draws one segment: 0 is level 5.
func (s *sheet) level(i int, x, y, w, h float64) {
	switch i {
	case 0:
		s.add(Rect{X: x, Y: y, W: w, H: h, Fill: Blue})
	case 1:
		s.add(Rect{X: x, Y: y, W: w, H: h, Fill: Pale})
	case 2:
		s.add(Rect{X: x, Y: y, W: w, H: h, Fill: Faint, Stroke: Edge, Width: 0.3})
	case 3:
		s.add(Rect{X: x, Y: y, W: w, H: h, Fill: White, Stroke: Ink, Width: 0.4, Hatch: Lines})
	default:
		s.add(Rect{X: x, Y: y, W: w, H: h, Fill: White, Stroke: Ink, Width: 0.4, Hatch: Crossed})
	}
}

// levelName prints the channel and how it was asked, beside the bar or above it.
func (s *sheet) levelName(at levelColumns, base float64, r LevelRow) {
	mode := s.width(s.labelSize, font.Sans, r.Mode)
	if s.narrow {
		x := s.fitted(0.6, base, at.count-22-mode, s.tableSize, font.Sans, r.Label)
		s.label(x+3, base, Left, r.Mode)
		return
	}
	s.fitted(0.6, base, at.bar-3.6-mode, s.tableSize, font.Sans, r.Label)
	s.label(at.bar-2, base, Right, r.Mode)
}

func (s *sheet) levelRow(at levelColumns, y float64, r LevelRow) {
	base := y + 3.6
	s.levelName(at, base, r)
	s.levelFigures(at, base, r)
	y, base = y+at.down, base+at.down
	if r.Words != "" {
		s.text(at.bar, base, s.labelSize, font.Sans, Ink, Left, r.Words)
		return
	}
	if s.levelBar(at.bar, at.wide, y, r) {
		s.label(at.bar+at.wide+2, base, Left, r.Bad)
	}
}

// levelBar draws the shares of the levels as one bar and says whether there are any.
func (s *sheet) levelBar(x, wide, y float64, r LevelRow) bool {
	sum := 0
	for _, n := range r.Counts {
		if n < 0 {
			s.err = errors.Join(s.err, errors.New("a count below zero"))
			return false
		}
		sum += n
	}
	for i, n := range r.Counts {
		if n > 0 {
			w := wide * float64(n) / float64(sum)
			s.level(i, x, y, w, levelHigh)
			s.levelNumber(i, x, y, w, n)
			x += w
		}
	}
	return sum > 0
}

// levelFigures prints how many rated and the share of levels 4 and 5.
func (s *sheet) levelFigures(at levelColumns, base float64, r LevelRow) {
	s.text(at.count, base, s.tableSize, font.Sans, Ink, Right, r.Count)
	color := Ink
	if r.Grey {
		color = Grey
	}
	s.text(s.edge(), base, s.tableSize, font.Sans, color, Right, r.Rate)
}

// levelNumber prints a count in its segment if it fits; patterns carry none.
func (s *sheet) levelNumber(i int, x, y, w float64, n int) {
	words := thousands(n)
	if i > 2 || w < s.width(s.labelSize, font.Sans, words)+1.6 {
		return
	}
	color := Ink
	if i == 0 {
		color = White
	}
	s.text(x+w/2, y+3.5, s.labelSize, font.Sans, color, Center, words)
}
