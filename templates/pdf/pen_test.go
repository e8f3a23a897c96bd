package pdf

import (
	"strings"
	"testing"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// What is told once and not again must still hold: letters are filled too, and a page begins with its own pen.
func TestEveryMarkHasItsOwnColour(t *testing.T) {
	t.Parallel()
	p := printer(t)
	sheet := chart.Picture{W: 100, H: 100}
	places := []float64{10, 30, 50, 70}
	for i, y := range places {
		sheet.Marks = append(sheet.Marks,
			chart.Text{X: 60, Y: y, S: "字", Size: 9, Face: font.Sans, Color: chart.Ink},
			[]chart.Mark{
				chart.Rect{X: 10, Y: y - 4, W: 8, H: 8, Fill: chart.Hair},
				chart.Circle{X: 14, Y: y, R: 4, Fill: chart.Hair},
				chart.Diamond{X: 14, Y: y, R: 4, Fill: chart.Hair},
				chart.Rect{X: 10, Y: y - 4, W: 8, H: 8, Fill: chart.Hair},
			}[i],
			chart.Text{X: 60, Y: y + 4, S: "字", Size: 9, Face: font.Sans, Color: chart.Ink},
			chart.Line{X1: 30, Y1: y, X2: 50, Y2: y, Width: 8, Color: chart.Hair, Dash: [][]float64{nil, {40, 1}, nil, nil}[i]},
		)
	}
	file, err := p.Sheets(Meta{Title: "色"}, sheet, sheet)
	if err != nil {
		t.Fatal(err)
	}
	pages := readPages(t, []byte(tool(t, file, "pdftoppm", "-gray", "-r", "72", "-")))
	if len(pages) != 2 {
		t.Fatalf("%d pages", len(pages))
	}
	for n, page := range pages {
		for i, y := range places {
			for what, x := range map[string]float64{"area": 14, "line": 40} {
				if got := page.grey[int(y/pointMM)*page.wide+int(x/pointMM)]; got < 0xB4-4 || got > 0xB4+4 {
					t.Errorf("page %d, %s %d: grey %d, want %d", n+1, what, i, got, 0xB4)
				}
			}
		}
	}
}

func TestLargePrintKeepsToItsMargins(t *testing.T) {
	t.Parallel()
	p := printer(t)
	d := p.NewLarge(sampleMeta(), Frame{
		HeadLeft:  "Competency report　阿依古丽·买买提　Annual assessment, November 2025 to October 2026",
		HeadRight: "SZ-2026ND1110-C-0003-01-D　Internal", Draft: "Made-up data　Draft for comments",
	})
	d.Head(Head{Secrecy: "Internal", Large: "Large print", Number: "SZ-2026ND1110-C-0003-01-D", Title: "Competency report", Subtitle: "2026"})
	d.PageBreak()
	d.Para(Plain("第二页。")...)
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	words := tool(t, file, "pdftotext", "-layout", "-", "-")
	if !strings.Contains(words, "Draft for comments") {
		t.Errorf("the words of the draft are missing: %s", words)
	}
	pages := readPages(t, []byte(tool(t, file, "pdftoppm", "-gray", "-r", "72", "-")))
	left, right := d.k*(d.left-1)/pointMM, d.k*(d.right+1)/pointMM
	for n, page := range pages {
		for row := range page.high {
			for col := range page.wide {
				outside := float64(col) < left || float64(col) > right
				if outside && page.grey[row*page.wide+col] < 160 {
					t.Fatalf("page %d: ink at %d, %d", n+1, col, row)
				}
			}
		}
	}
	if len(pages) != 2 {
		t.Errorf("%d pages, want 2", len(pages))
	}
}
