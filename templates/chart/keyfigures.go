package chart

import "shanzhi/templates/font"

// KeyRow is one key figure; At and I are shares, 0–1. Drawn false leaves the strip empty (fewer than ten).
type KeyRow struct {
	Name, Tag             string
	Fraction, Rate, Range string
	At                    float64
	I                     Interval
	Drawn                 bool
}

// KeyChart is SPEC 6.10. Heads: 指标 件数/总数 数值 95%置信区间 0—100%.
type KeyChart struct {
	Caption
	Heads [5]string
	Rows  []KeyRow
	Note  string // beside the labels of the strip, one line
}

// keyColumns: the height of a row, the right edges of fraction, rate and interval, and the strip.
type keyColumns struct {
	row      float64
	edges    []float64
	from, to float64
}

func (s *sheet) keyColumns() keyColumns {
	if s.narrow {
		return keyColumns{row: 10.4, from: 62, to: s.wide - 3}
	}
	return keyColumns{row: 7, edges: []float64{62.2, 79.2, 105.2}, from: 111.5, to: 153.5}
}

func (s *sheet) keyCells(edges []float64, base float64, r KeyRow) {
	room := edges[0] - 3 - s.width(s.titleSize, font.Sans, r.Fraction) - s.tagWidth(r.Tag)
	name := s.fitted(0.6, base, room, s.titleSize, font.Sans, r.Name)
	s.tag(2.1+name, base, r.Tag)
	s.text(edges[0], base, s.titleSize, font.Sans, Ink, Right, r.Fraction)
	for i, words := range []string{r.Rate, r.Range} {
		size := s.titleSize
		for _, smaller := range []float64{s.tableSize, s.labelSize, s.tinySize} {
			if s.width(size, font.Sans, words) > edges[i+1]-edges[i]-1.5 {
				size = smaller
			}
		}
		s.text(edges[i+1], base, size, font.Sans, Ink, Right, words)
	}
}

// keyLines is a row of a narrow place: name and rate, below them fraction and interval.
func (s *sheet) keyLines(y float64, r KeyRow) {
	room := narrowGain - 3.5 - s.width(s.tableSize, font.SansBold, r.Rate) - s.tagWidth(r.Tag)
	name := s.fitted(0.6, y+4.2, room, s.tableSize, font.Sans, r.Name)
	s.tag(2.1+name, y+4.2, r.Tag)
	s.text(narrowGain, y+4.2, s.tableSize, font.SansBold, Ink, Right, r.Rate)
	s.label(0.6, y+8.4, Left, r.Fraction)
	s.label(narrowGain, y+8.4, Right, r.Range)
}

// KeyFigures draws the table of key figures with a strip from 0 to 100 % at the end of each row.
func KeyFigures(desk Desk, c KeyChart) (Picture, error) {
	s := desk.sheet()
	s.caption(c.Caption, s.wide)
	if s.slim {
		return s.slimKeys(c)
	}
	at := s.keyColumns()
	a := scale{from: at.from, to: at.to, lo: 0, hi: 1}
	y := s.content
	end := y + 6.4 + at.row*float64(len(c.Rows))
	for k := range 5 {
		v := float64(k) / 4
		s.line(a.at(v), y+6.4, a.at(v), end, 0.25, Grid)
		if !s.narrow || k%2 == 0 {
			s.label(a.at(v), end+3.6, Center, thousands(25*k))
		}
	}
	s.line(0, y, s.wide, y, 1, Ink)
	s.text(0.6, y+4.3, s.tableSize, font.SansBold, Ink, Left, c.Heads[0])
	for i, x := range at.edges {
		s.text(x, y+4.3, s.tableSize, font.SansBold, Ink, Right, c.Heads[i+1])
	}
	if s.narrow {
		s.text(narrowGain, y+4.3, s.tableSize, font.SansBold, Ink, Right, c.Heads[2])
	}
	s.text((a.from+a.to)/2, y+4.3, s.tableSize, font.SansBold, Ink, Center, c.Heads[4])
	y += 6.4
	s.line(0, y, s.wide, y, 0.5, Ink)
	for _, r := range c.Rows {
		if s.narrow {
			s.keyLines(y, r)
		} else {
			s.keyCells(at.edges, y+4.6, r)
		}
		if r.Drawn {
			s.wilson(a, y+at.row/2, r.At, r.I, 1, 1.05)
		}
		y += at.row
	}
	s.line(0, y, s.wide, y, 1, Ink)
	if !s.narrow {
		s.label(0.6, end+3.6, Left, c.Note)
		return s.done(c.Caption, s.wide, end+5)
	}
	end += 5
	for _, words := range s.wrap(c.Note, s.labelSize, font.Sans, s.wide) {
		s.label(0, end+2.8, Left, words)
		end += lineStep
	}
	return s.done(c.Caption, s.wide, end+1)
}
