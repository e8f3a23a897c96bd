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

const keyRow = 7.0

// KeyFigures draws the table of key figures with a strip from 0 to 100 % at the end of each row.
func KeyFigures(fonts *font.Set, c KeyChart) (Picture, error) {
	s := &sheet{fonts: fonts}
	s.caption(c.Caption, fullWidth)
	a := scale{from: 111.5, to: 153.5, lo: 0, hi: 1}
	edges := [3]float64{62.2, 79.2, 105.2}
	y := contentY
	end := y + 6.4 + keyRow*float64(len(c.Rows))
	for k := range 5 {
		v := float64(k) / 4
		s.line(a.at(v), y+6.4, a.at(v), end, 0.25, Grid)
		s.label(a.at(v), end+3.6, Center, thousands(25*k))
	}
	s.line(0, y, fullWidth, y, 1, Ink)
	s.text(0.6, y+4.3, tableSize, font.SansBold, Ink, Left, c.Heads[0])
	for i, x := range edges {
		s.text(x, y+4.3, tableSize, font.SansBold, Ink, Right, c.Heads[i+1])
	}
	s.text((a.from+a.to)/2, y+4.3, tableSize, font.SansBold, Ink, Center, c.Heads[4])
	y += 6.4
	s.line(0, y, fullWidth, y, 0.5, Ink)
	for _, r := range c.Rows {
		base := y + 4.6
		room := edges[0] - 3 - s.width(titleSize, font.Sans, r.Fraction) - s.tagWidth(r.Tag)
		name := s.fitted(0.6, base, room, titleSize, font.Sans, r.Name)
		s.tag(2.1+name, base, r.Tag)
		s.text(edges[0], base, titleSize, font.Sans, Ink, Right, r.Fraction)
		for i, words := range []string{r.Rate, r.Range} {
			size := titleSize
			for _, smaller := range []float64{tableSize, labelSize, tinySize} {
				if s.width(size, font.Sans, words) > edges[i+1]-edges[i]-1.5 {
					size = smaller
				}
			}
			s.text(edges[i+1], base, size, font.Sans, Ink, Right, words)
		}
		if r.Drawn {
			s.wilson(a, y+keyRow/2, r.At, r.I, 1, 1.05)
		}
		y += keyRow
	}
	s.line(0, y, fullWidth, y, 1, Ink)
	s.label(0.6, end+3.6, Left, c.Note)
	return s.done(c.Caption, fullWidth, end+5)
}
