package pdf

import (
	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// form is how a kind of document is set out: the type area of its page and the sizes of its type.
//
// Lengths and sizes are before the enlargement k. A document in large print is laid out on a small page of its own,
// with lines, tables and figures made for its width, and that page is drawn k times as large.
type form struct {
	k                  float64 // enlargement of everything
	left, right        float64 // edges of the type area, mm
	area, axis         float64 // its width and middle
	top, bottom        float64
	headBase, headRule float64 // continuation head
	pageBase, footBase float64 // page number, downloader's line

	sizeLetterhead, sizeTitle, sizeSubtitle, sizeDocNo float64 // points
	sizeSection, sizeBody                              float64
	sizeCaption, sizeTable, sizeNote, sizeTiny         float64
	sizeHead, sizePage, sizeFoot                       float64

	body  bodyStyle
	plain font.Face // of running text
	desk  chart.Place
}

// normal is the page of SPEC 1 and 2.
func normal(english bool) form {
	f := form{
		k: 1, left: 28, right: 184, top: 30, bottom: 264, headBase: 22, headRule: 24, pageBase: 276.5, footBase: 285,
		sizeLetterhead: 27, sizeTitle: 22, sizeSubtitle: 13, sizeDocNo: 11,
		sizeSection: 13, sizeBody: 10.5,
		sizeCaption: 9, sizeTable: 8.5, sizeNote: 7.5, sizeTiny: 7, sizeHead: 8, sizePage: 14, sizeFoot: 7,
		body:  bodyStyle{size: 10.5, step: 6.2, small: 9.5, short: 5.4, indent: 2, justify: true},
		plain: font.Serif, desk: chart.Sheet,
	}
	if english {
		f.body = bodyStyle{size: 10, step: 5.6, small: 9.5, short: 5.4}
	}
	return f.measured()
}

// large is the page of SPEC 10: body of 18 points in lines of 10.2 mm, tables and figures of 14.5.
func large(english bool) form {
	const k = 1.7
	f := form{
		k: k, left: 20 / k, right: 190 / k, top: 33 / k, bottom: 264 / k,
		headBase: 22 / k, headRule: 26 / k, pageBase: 275 / k, footBase: 285 / k,
		sizeLetterhead: 30 / k, sizeTitle: 28 / k, sizeSubtitle: 20 / k, sizeDocNo: 15 / k, sizeSection: 20 / k,
		sizeBody: 18 / k, sizeCaption: 16 / k, sizeTable: 14.5 / k,
		sizeNote: 12 / k, sizeTiny: 12 / k, sizeHead: 12 / k, sizePage: 14 / k, sizeFoot: 7 / k,
		body:  bodyStyle{size: 18 / k, step: 10.2 / k, small: 16 / k, short: 9 / k, indent: 2, justify: true},
		plain: font.Sans, desk: chart.Large,
	}
	if english {
		f.body.indent, f.body.justify = 0, false
	}
	return f.measured()
}

func (f form) measured() form {
	f.area, f.axis = f.right-f.left, (f.left+f.right)/2
	return f
}

// bodyStyle is how running text is set in the document's language.
type bodyStyle struct {
	size, step   float64
	small, short float64 // size and step of small body
	indent       float64 // em
	justify      bool
}
