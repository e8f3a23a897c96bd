// Package pdf sets reports and certificates on paper. It is the only room that knows gofpdf.
//
// gofpdf keeps the pages: their sizes, their tree and what stands on each. What is drawn is written here: line breaking
// for Chinese, operators of text and paths, and font objects, put in by a finishing pass over gofpdf's output. Lengths
// are millimetres from the top left corner of the page, type sizes and line widths are points.
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
