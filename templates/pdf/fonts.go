// Package pdf sets reports and certificates on paper. It is the only room that knows gofpdf.
//
// gofpdf keeps the pages: their sizes, their tree and what stands on each. What is drawn is written here: line breaking
// for Chinese, operators of text and paths, and font objects, put in by a finishing pass over gofpdf's output. Lengths
// are millimetres from the top left corner of the page, type sizes and line widths are points.
//
// Files are tagged: what is drawn belongs to an element of the document's structure, in the order of reading, or is
// marked as an ornament of the page. A method of Doc makes its elements when it is called, so the tree has the order of
// the calls; what its parts draw, on one page or several, belongs to them.
package pdf

import (
	_ "embed"

	"shanzhi/templates/font"
)

//go:embed fonts/NotoSerifSC-Regular.ttf
var serifRegular []byte

//go:embed fonts/NotoSerifSC-Bold.ttf
var serifBold []byte

//go:embed fonts/NotoSansSC-Regular.ttf
var sansRegular []byte

//go:embed fonts/NotoSansSC-SemiBold.ttf
var sansSemiBold []byte

// LoadFonts reads the four embedded faces. Call it once and share the set: it is immutable.
func LoadFonts() (*font.Set, error) {
	return font.NewSet(serifRegular, serifBold, sansRegular, sansSemiBold)
}
