package pdf

import (
	"bytes"
	"fmt"
	"testing"
	"unicode"

	"shanzhi/templates/font"
)

// page is one rendered page in grey.
type page struct {
	wide, high int
	grey       []byte
}

// readPages reads binary PGM pictures one after the other.
func readPages(t *testing.T, b []byte) []page {
	t.Helper()
	var pages []page
	for r := bytes.NewReader(b); r.Len() > 0; {
		var p page
		var most int
		if _, err := fmt.Fscanf(r, "P5\n%d %d\n%d\n", &p.wide, &p.high, &most); err != nil {
			t.Fatal(err)
		}
		p.grey = make([]byte, p.wide*p.high)
		if _, err := r.Read(p.grey); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, p)
	}
	return pages
}

// inked says whether anything dark lies in the square of size points with its lower left corner at x, y points.
func (p page) inked(x, y, size float64) bool {
	for row := int(y - size); row <= int(y); row++ {
		for col := int(x); col <= int(x+size); col++ {
			if p.grey[row*p.wide+col] < 160 {
				return true
			}
		}
	}
	return false
}

func TestEveryChineseCharacterLeavesInk(t *testing.T) {
	t.Parallel()
	p := printer(t)
	for _, face := range []font.Face{font.Serif, font.SansBold} {
		var runes []rune
		for _, r := range p.Fonts().Font(face).Runes() {
			if unicode.Is(unicode.Han, r) && unicode.IsLetter(r) {
				runes = append(runes, r)
			}
		}
		file, err := p.Sheets(Meta{Title: "字"}, rows(runes, face)...)
		if err != nil {
			t.Fatal(err)
		}
		pages := readPages(t, []byte(tool(t, file, "pdftoppm", "-gray", "-r", "72", "-")))
		for i, r := range runes {
			line := i / 40
			x, y := 20/pointMM+10*float64(i%40), (20+5*float64(line%50))/pointMM
			if !pages[line/50].inked(x+1, y, 8) {
				t.Errorf("face %d: %c (%U) is blank", face, r, r)
			}
		}
	}
}
