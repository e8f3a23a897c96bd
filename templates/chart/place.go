package chart

import "shanzhi/templates/font"

// Place is what a figure is drawn for.
type Place uint8

// The places.
const (
	Sheet Place = iota // the page of a report
	Large              // a page in large print: narrow, and drawn 1.7 times as large
	Phone              // a page on a screen, 84 mm: letters of 12 px where it is 328 px wide
	Elder              // the same in large print, 56 mm: letters of 18 px there
)

// Desk is where figures are drawn: with these faces, for this place.
type Desk struct {
	Fonts *font.Set
	Place Place
}

// measures are the widths of figures in millimetres and the sizes of their type in points.
type measures struct {
	wide, half                                float64 // a figure across the type area; one of two side by side
	highest                                   float64 // what a page holds besides a heading
	titleSize, tableSize, labelSize, tinySize float64
}

// places are SPEC 2 and SPEC 10; the large sizes are before the enlargement.
var places = [...]measures{
	Sheet: {wide: 156, half: 75, highest: 196, titleSize: 9, tableSize: 8.5, labelSize: 7.5, tinySize: 7},
	Large: {
		wide: 100, half: 100, highest: 66,
		titleSize: 16 / 1.7, tableSize: 14.5 / 1.7, labelSize: 12 / 1.7, tinySize: 12 / 1.7,
	},
	Phone: {wide: 84, half: 84, titleSize: 10, tableSize: 9.25, labelSize: 8.75, tinySize: 8.75},
	Elder: {wide: 56, half: 56, titleSize: 10, tableSize: 9.25, labelSize: 8.75, tinySize: 8.75},
}

func (d Desk) sheet() *sheet {
	place := min(d.Place, Elder)
	return &sheet{fonts: d.Fonts, measures: places[place], narrow: place == Large, slim: place >= Phone}
}

// edge is where the text of a last column ends.
func (s *sheet) edge() float64 { return s.wide - 0.8 }

// plotTo is where a plot across the whole figure ends.
func (s *sheet) plotTo() float64 { return s.wide - 1 }
