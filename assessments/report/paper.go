package report

import (
	"fmt"
	"strconv"
	"strings"

	"shanzhi/templates/chart"
	"shanzhi/templates/pdf"
)

// paper is one report while it is written: its figures and words, the document and its counters.
type paper struct {
	sketch
	printer        *pdf.Printer
	doc            *pdf.Doc
	parts          int
	figures, lists int
}

// bytes finishes the document.
func (p *paper) bytes() ([]byte, error) {
	if p.err != nil {
		return nil, fmt.Errorf("draw report: %w", p.err)
	}
	body, err := p.doc.Bytes()
	if err != nil {
		return nil, fmt.Errorf("draw report: %w", err)
	}
	return body, nil
}

// part begins the next part: 三、… or 3 ….
func (p *paper) part(name string) {
	p.parts++
	title := p.say("report.part." + name)
	if p.english() {
		p.doc.Section(strconv.Itoa(p.parts) + " " + title)
		return
	}
	p.doc.Section(numeral(p.parts) + "、" + title)
}

// numeral writes 1 to 19 in Chinese.
func numeral(n int) string {
	digits := []rune("一二三四五六七八九")
	switch {
	case n < 1 || n > 19:
		return strconv.Itoa(n)
	case n < 10:
		return string(digits[n-1])
	case n == 10:
		return "十"
	}
	return "十" + string(digits[n-11])
}

// para sets sentences of our own as one paragraph; empty ones are left out, **words** are bold.
func (p *paper) para(sentences ...string) {
	if text := p.join(sentences); text != "" {
		p.doc.Para(pdf.Rich(text)...)
	}
}

// small is a paragraph of small body.
func (p *paper) small(sentences ...string) {
	if text := p.join(sentences); text != "" {
		p.doc.Small(pdf.Rich(text)...)
	}
}

// join puts sentences one after the other.
func (t tongue) join(sentences []string) string {
	var kept []string
	for _, s := range sentences {
		if s != "" {
			kept = append(kept, s)
		}
	}
	if t.english() {
		return strings.Join(kept, " ")
	}
	return strings.Join(kept, "")
}

// figureTitle gives the next figure its number: 图1　….
func (p *paper) figureTitle(title string) string {
	p.figures++
	return p.numbered("report.figure", p.figures) + "　" + title
}

// tableTitle gives the next table its number: 表1　….
func (p *paper) tableTitle(title string) string {
	p.lists++
	return p.numbered("report.table", p.lists) + "　" + title
}

func (p *paper) numbered(key string, n int) string {
	if p.annexed {
		key += ".annex"
	}
	return p.say(key, "k", n)
}

// figure sets a picture, unless it could not be made.
func (p *paper) figure(pic chart.Picture, err error, note string) {
	if err != nil {
		p.fail(err)
		return
	}
	p.doc.Figure(pic, note)
}

// drawn hands a picture on and keeps what went wrong.
func (p *paper) drawn(pic chart.Picture, err error) chart.Picture {
	if err != nil {
		p.fail(err)
	}
	return pic
}

// cells makes a row of plain cells.
func cells(words ...string) pdf.Row {
	row := pdf.Row{Cells: make([]pdf.Cell, len(words))}
	for i, w := range words {
		row.Cells[i].Text = w
	}
	return row
}

// clipPeriod shortens the name of a period for the head of a page; Latin letters are half as wide.
func (t tongue) clipPeriod(s string) string {
	if t.english() {
		return clip(s, 52)
	}
	return clip(s, 22)
}

// clip shortens a text for places that hold one line.
func clip(s string, runes int) string {
	r := []rune(s)
	if len(r) <= runes {
		return s
	}
	return string(r[:runes-1]) + "…"
}
