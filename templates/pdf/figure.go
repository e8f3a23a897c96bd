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
	n := d.canvas.figure(p, d.meta.english())
	lines := d.figureNote(note)
	d.add(block{gap: 4, first: 1, parts: []part{{high: p.H + high(lines) + 1, draw: func(y float64) {
		d.canvas.putFigure(n, p, d.left, y)
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
	c, english := d.canvas, d.meta.english()
	left, right := c.figure(a, english), c.figure(b, english)
	under := make([]tag, len(below))
	for i, p := range below {
		under[i] = c.figure(p, english)
	}
	d.add(block{gap: 4, first: 1, parts: []part{{high: tall, draw: func(y float64) {
		c.putFigure(left, a, d.left, y)
		c.putFigure(right, b, d.right-b.W, y)
		y += math.Max(a.H, b.H) + 1
		for i, p := range below {
			c.putFigure(under[i], p, d.left, y)
			y += p.H + 1
		}
	}}}})
}

func (d *Doc) figureNote(note string) []part {
	if note == "" {
		return nil
	}
	return d.lines(d.noteSetting(3.2, d.piece(paragraph, note)), Plain(note))
}

// layer is a picture at its place on a sheet.
type layer struct {
	chart.Picture
	x, y float64
}

// Sheets makes a document of free pages, each one picture of its page's size: certificates, posters. Their texts are
// read one after the other.
func (p *Printer) Sheets(m Meta, pages ...chart.Picture) ([]byte, error) {
	sheets := make([][]layer, len(pages))
	for i, page := range pages {
		sheets[i] = []layer{{Picture: page}}
	}
	return p.sheets(m, sheets)
}

// sheets makes the pages; the first layer of each has its size and its title.
func (p *Printer) sheets(m Meta, pages [][]layer) ([]byte, error) {
	if len(pages) == 0 {
		return nil, errors.New("pdf: no pages")
	}
	c := newCanvas(p.rooms.enter(), p.fonts, pages[0][0].W, pages[0][0].H, 1)
	defer p.rooms.leave(c.room)
	for _, layers := range pages {
		page := layers[0]
		c.high = page.H
		c.addPage(gofpdf.SizeType{Wd: page.W, Ht: page.H})
		for _, l := range layers {
			c.layer(l, m.english())
		}
		if page.Title != "" {
			c.mark(0, 0, page.Title)
		}
	}
	if c.err != nil {
		return nil, fmt.Errorf("pdf %q: %w", m.Title, c.err)
	}
	return finish(c, m)
}

// layer draws a figure, or a picture that is only words and rules.
func (c *canvas) layer(l layer, english bool) {
	if l.Desc != "" {
		c.putFigure(c.figure(l.Picture, english), l.Picture, l.x, l.y)
		return
	}
	flat := l.Flat()
	c.picture(l.Picture, l.x, l.y, func(i int) {
		c.in = ornament
		if text, ok := flat[i].(chart.Text); ok && text.S != "" {
			c.in = c.add(trunk, paragraph, "")
		}
	})
}
