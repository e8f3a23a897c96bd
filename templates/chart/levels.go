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

const (
	levelBar   = 38.0 // where the bars begin
	levelWide  = 57.0
	levelHigh  = 5.0
	levelPitch = 7.0
	levelCount = 122.0
)

// Levels draws the five levels of every channel as one bar of shares. There is no row for all channels together.
func Levels(fonts *font.Set, c LevelChart) (Picture, error) {
	s := &sheet{fonts: fonts}
	s.caption(c.Caption, fullWidth)
	s.levelLegend(c)
	y := contentY
	s.label(0.6, y+2.2, Left, c.Heads[0])
	s.label(levelBar-2, y+2.2, Right, c.Heads[1])
	s.label(levelCount, y+2.2, Right, c.Heads[2])
	s.label(dotRight, y+2.2, Right, c.Heads[3])
	y += 3.6
	for _, r := range c.Rows {
		s.levelRow(y, r)
		y += levelPitch
	}
	return s.done(c.Caption, fullWidth, y)
}

// levelLegend stands at the right of the title, or below it where the title is long.
func (s *sheet) levelLegend(c LevelChart) {
	total := 0.0
	for _, words := range c.Legend {
		total += 5 + 1.2 + s.width(labelSize, font.Sans, words) + 3.5
	}
	x := fullWidth - total + 3.5
	for i, words := range c.Legend {
		s.level(i, x, titleBase-2.3, 5, 2.6)
		s.label(x+6.2, titleBase, Left, words)
		x += 5 + 1.2 + s.width(labelSize, font.Sans, words) + 3.5
	}
	if s.width(titleSize, font.SansBold, c.Title)+total > fullWidth {
		s.err = errors.Join(s.err, errors.New("title and legend do not fit in one line"))
	}
}

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

func (s *sheet) levelRow(y float64, r LevelRow) {
	base := y + 3.6
	s.fitted(0.6, base, levelBar-3.6-s.width(labelSize, font.Sans, r.Mode), tableSize, font.Sans, r.Label)
	s.label(levelBar-2, base, Right, r.Mode)
	sum := 0
	for _, n := range r.Counts {
		if n < 0 {
			s.err = errors.Join(s.err, errors.New("a count below zero"))
			return
		}
		sum += n
	}
	switch {
	case r.Words != "":
		s.text(levelBar, base, labelSize, font.Sans, Ink, Left, r.Words)
	case sum > 0:
		x := levelBar
		for i, n := range r.Counts {
			w := levelWide * float64(n) / float64(sum)
			if n > 0 {
				s.level(i, x, y, w, levelHigh)
				s.levelNumber(i, x, y, w, n)
			}
			x += w
		}
		s.label(levelBar+levelWide+2, base, Left, r.Bad)
	}
	s.text(levelCount, base, tableSize, font.Sans, Ink, Right, r.Count)
	color := Ink
	if r.Grey {
		color = Grey
	}
	s.text(dotRight, base, tableSize, font.Sans, color, Right, r.Rate)
}

// levelNumber prints a count in its segment if it fits; patterns carry none.
func (s *sheet) levelNumber(i int, x, y, w float64, n int) {
	words := thousands(n)
	if i > 2 || w < s.width(labelSize, font.Sans, words)+1.6 {
		return
	}
	color := Ink
	if i == 0 {
		color = White
	}
	s.text(x+w/2, y+3.5, labelSize, font.Sans, color, Center, words)
}
