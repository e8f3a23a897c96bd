package pdf

import (
	"strconv"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// Slip is a slip of paper with a one-time code. Name heads it, Lines follow it, each wrapped where it is long; Code
// stands large beneath them, and Steps say in plain words what to do with it.
type Slip struct {
	Title, Name string
	Lines       []string
	CodeWord    string // what the code is called
	Code        string
	Steps       []string
	Sign        string // what the signature at its foot is called
}

// The measures of a slip, in millimetres: four on a page, with a line to cut along between them.
const (
	slipsOnPage = 4
	slipEdge    = 14.0
	slipHigh    = (a4High - 2*slipEdge) / slipsOnPage
	slipPad     = 4.5  // above and below the words
	slipCode    = 34.0 // side of the QR code
	slipText    = a4Width - 2*slipEdge - slipCode - 6
)

// Slips makes a document of slips to be cut apart. The QR code leads to address and holds no code. Runes that the fonts
// do not have are shown as 〓 and never lose a slip.
func (p *Printer) Slips(m Meta, address string, slips []Slip) ([]byte, error) {
	code, err := chart.QR(address, slipCode)
	if err != nil {
		return nil, err
	}
	var pages [][]layer
	for i, s := range slips {
		at := i % slipsOnPage
		if at == 0 {
			title := strconv.Itoa(len(pages) + 1)
			pages = append(pages, []layer{{Picture: chart.Picture{W: a4Width, H: a4High, Title: title}}})
		}
		top := slipEdge + float64(at)*slipHigh
		words := p.slip(s, top)
		if cut := top + slipHigh; at+1 < slipsOnPage {
			words.Marks = append(words.Marks, chart.Line{
				X1: slipEdge / 2, Y1: cut, X2: a4Width - slipEdge/2, Y2: cut, Width: 0.5, Color: chart.Soft,
				Dash: []float64{4, 3},
			})
		}
		page := &pages[len(pages)-1]
		*page = append(*page, layer{Picture: words},
			layer{Picture: code, x: a4Width - slipEdge - slipCode, y: top + slipPad})
	}
	return p.sheets(m, pages)
}

// slip sets the words of one slip with its upper edge at top, beside the room for its code.
func (p *Printer) slip(s Slip, top float64) chart.Picture {
	words, bottom := p.slipWords(s, top+slipPad, 1)
	for k := 0.95; bottom > top+slipHigh-slipPad/2 && k > 0.5; k -= 0.05 { // very long names make the letters smaller
		words, bottom = p.slipWords(s, top+slipPad, k)
	}
	left, foot := a4Width-slipEdge-slipCode, top+slipPad+slipCode+9
	return chart.Picture{W: a4Width, H: a4High, Marks: append(words,
		chart.Text{X: left, Y: foot, S: p.fonts.Visible(s.Sign), Size: 8, Face: font.Sans, Color: chart.Grey},
		chart.Line{X1: left, Y1: foot + 8, X2: left + slipCode, Y2: foot + 8, Width: 0.5, Color: chart.Grey},
	)}
}

// slipWords sets the words of a slip from y on, k times as large as usual, and says where they end.
func (p *Printer) slipWords(s Slip, y, k float64) (marks []chart.Mark, bottom float64) {
	put := func(text string, size float64, face font.Face, color chart.Color) {
		size *= k
		for _, line := range p.wrapped(text, face, size, slipText) {
			marks = append(marks, chart.Text{
				X: slipEdge, Y: y + size*pointMM*0.9, S: line, Size: size, Face: face, Color: color,
			})
			y += size * pointMM * 1.45
		}
	}
	put(s.Title, 9, font.Sans, chart.Grey)
	put(s.Name, 15, font.SansBold, chart.Ink)
	for _, l := range s.Lines {
		put(l, 10, font.Sans, chart.Ink)
	}
	put(s.CodeWord, 9, font.Sans, chart.Grey)
	put(s.Code, 18, font.SansBold, chart.Black)
	for _, l := range s.Steps {
		put(l, 8.5, font.Sans, chart.Ink)
	}
	return marks, y
}

// wrapped breaks a text into lines that fit into room millimetres.
func (p *Printer) wrapped(text string, face font.Face, size, room float64) []string {
	var out []string
	line := ""
	for _, r := range p.fonts.Visible(text) {
		if line != "" && p.fonts.Width(face, size, line+string(r)) > room {
			out, line = append(out, line), ""
		}
		line += string(r)
	}
	return append(out, line)
}
