package pdf

import (
	"errors"
	"fmt"
	"math"

	"github.com/jung-kurt/gofpdf"

	"shanzhi/templates/chart"
)

// Desk is where the figures of this document are drawn.
func (d *Doc) Desk() chart.Desk { return chart.Desk{Fonts: d.printer.fonts, Place: d.desk} }

// Figure sets a picture with its note below; it is never split.
func (d *Doc) Figure(p chart.Picture, note string) {
	lines := d.figureNote(note)
	d.add(block{gap: 4, first: 1, parts: []part{{high: p.H + high(lines) + 1, draw: func(y float64) {
		d.canvas.picture(p, d.left, y)
		y += p.H
		for _, l := range lines {
			l.draw(y)
			y += l.high
		}
	}}}})
	if p.W > d.area+0.01 {
		d.canvas.fail(fmt.Errorf("pdf: figure %q is %.1f mm wide", p.Title, p.W))
	}
}

// Pair sets two pictures side by side, together at most 156 mm wide, with what explains both below them.
func (d *Doc) Pair(a, b chart.Picture, below ...chart.Picture) {
	if d.k > 1 { // in large print one below the other
		d.Figure(a, "")
		d.Figure(b, "")
		for _, p := range below {
			d.KeepNext()
			d.Figure(p, "")
		}
		return
	}
	if a.W+b.W > d.area+0.01 {
		d.canvas.fail(fmt.Errorf("pdf: figures %q and %q are too wide for one row", a.Title, b.Title))
	}
	tall := math.Max(a.H, b.H) + 1
	for _, p := range below {
		tall += p.H + 1
	}
	d.add(block{gap: 4, first: 1, parts: []part{{high: tall, draw: func(y float64) {
		d.canvas.picture(a, d.left, y)
		d.canvas.picture(b, d.right-b.W, y)
		y += math.Max(a.H, b.H) + 1
		for _, p := range below {
			d.canvas.picture(p, d.left, y)
			y += p.H + 1
		}
	}}}})
}

func (d *Doc) figureNote(note string) []part {
	if note == "" {
		return nil
	}
	return d.lines(d.noteSetting(3.2), Plain(note))
}

// Sheets makes a document of free pages, each one picture of its page's size: certificates, posters.
func (p *Printer) Sheets(m Meta, pages ...chart.Picture) ([]byte, error) {
	if len(pages) == 0 {
		return nil, errors.New("pdf: no pages")
	}
	c := newCanvas(p.rooms.enter(), p.fonts, pages[0].W, pages[0].H, 1)
	defer p.rooms.leave(c.room)
	for _, page := range pages {
		c.high = page.H
		c.addPage(gofpdf.SizeType{Wd: page.W, Ht: page.H})
		c.picture(page, 0, 0)
		if page.Title != "" {
			c.mark(0, 0, page.Title)
		}
	}
	if c.err != nil {
		return nil, fmt.Errorf("pdf %q: %w", m.Title, c.err)
	}
	return finish(c, m)
}
