package pdf

import (
	"errors"
	"fmt"
	"math"

	"github.com/jung-kurt/gofpdf"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// Printer makes documents. It is safe for many goroutines; nothing is shared between documents but the fonts.
type Printer struct {
	fonts *font.Set
	rooms rooms
}

// NewPrinter returns a printer with the given faces.
func NewPrinter(fonts *font.Set) *Printer { return &Printer{fonts: fonts} }

// Fonts are the printer's faces.
func (p *Printer) Fonts() *font.Set { return p.fonts }

// Frame is what stands on every page.
type Frame struct {
	HeadLeft, HeadRight string // continuation head: report, subject, period; number, secrecy
	Draft               string // 征求意见稿 on a draft, "" on a released report
	Footer              string // the downloader's line, only on a stamped copy
	Continued           string // （续）, after the title of a table that goes on
}

// Doc is one document, used by one goroutine. Calls follow the order of reading; the first error comes out of Bytes.
type Doc struct {
	form
	printer *Printer
	meta    Meta
	frame   Frame
	canvas  *canvas
	blocks  []block
	y       float64
	titled  bool // it has a title, which is the heading of the first level
	deepest kind // the last heading
	done    bool
}

// New begins an A4 document.
func (p *Printer) New(m Meta, f Frame) *Doc {
	return p.open(normal(m.english()), m, f)
}

// NewLarge begins an A4 document in large print, for readers who see badly: the same parts, figures and numbers, set
// out anew.
func (p *Printer) NewLarge(m Meta, f Frame) *Doc {
	return p.open(large(m.english()), m, f)
}

func (p *Printer) open(set form, m Meta, f Frame) *Doc {
	c := newCanvas(p.rooms.enter(), p.fonts, a4Width, a4High, set.k)
	return &Doc{form: set, printer: p, meta: m, frame: f, canvas: c}
}

// block is a piece of a document; its parts may stand on different pages.
type block struct {
	gap      float64 // above it, unless it begins a page
	parts    []part
	first    int   // so many parts at the beginning stay together
	last     int   // and so many at the end
	keep     bool  // stays with the next block
	heading  bool  // what follows needs no gap of its own
	running  bool  // running text: the next paragraph follows without a gap
	fresh    bool  // begins a page
	again    *part // repeated where the block goes on after a page break
	cut      func(y float64)
	fixedTop float64 // where the block begins on the first page, 0 = wherever there is room
}

// part is drawn as a whole with its top edge at y.
type part struct {
	high  float64
	least float64 // what it can do with at the foot of a page; 0 = high
	draw  func(y float64)
}

func (d *Doc) add(b block) {
	if d.done {
		d.canvas.fail(errors.New("pdf: the document is finished"))
		return
	}
	if b.last > 1 && b.first+b.last > len(b.parts) { // no break leaves enough on both pages
		b.first = len(b.parts)
	}
	if n := len(d.blocks); n > 0 && d.blocks[n-1].heading && !b.heading {
		b.gap = min(b.gap, afterHeading)
	}
	d.blocks = append(d.blocks, b)
}

// afterHeading is the most that is left between a heading and what it stands over, besides the heading's own space.
const afterHeading = 1.0

// KeepNext keeps what was added last on one page with what comes next: a few lines with the figure they are about.
func (d *Doc) KeepNext() {
	if n := len(d.blocks); n > 0 {
		d.blocks[n-1].keep = true
	}
}

// Bytes sets the pages and returns the file. The same calls give the same bytes.
//
// Faults: *font.MissingError for a rune that cannot be drawn; an error for a block higher than a page.
func (d *Doc) Bytes() ([]byte, error) {
	if d.done {
		return nil, errors.New("pdf: the document is finished")
	}
	d.done = true
	defer d.leave()
	d.page()
	for i := 0; i < len(d.blocks) && d.canvas.err == nil; {
		n := 1
		for i+n < len(d.blocks) && d.blocks[i+n-1].keep {
			n++
		}
		d.set(d.blocks[i : i+n])
		i += n
	}
	if d.canvas.err != nil {
		return nil, fmt.Errorf("pdf %q: %w", d.meta.Title, d.canvas.err)
	}
	return finish(d.canvas, d.meta)
}

// leave gives the memory back; what is called afterwards, in error, works in memory of its own.
func (d *Doc) leave() {
	d.printer.rooms.leave(d.canvas.room)
	d.canvas.room = new(room)
	d.canvas.clear()
}

// set places a chain of blocks: all but the last are headings that stay with what follows.
func (d *Doc) set(chain []block) {
	need := 0.0
	for i, b := range chain {
		if b.fresh && (i == 0 || d.y > d.top) {
			if d.y > d.top {
				d.page()
			}
			break
		}
	}
	for i, b := range chain {
		if i > 0 || d.y > d.top {
			need += b.gap
		}
		if i+1 == len(chain) {
			need += low(b.parts[:min(b.first, len(b.parts))])
		} else {
			need += high(b.parts)
		}
	}
	if d.y+need > d.bottom && d.y > d.top {
		d.page()
	}
	for _, b := range chain {
		d.place(b)
	}
}

// place draws one block from the current height on, over as many pages as it needs.
func (d *Doc) place(b block) {
	if b.fixedTop > 0 && d.canvas.pdf.PageNo() == 1 {
		d.y = b.fixedTop
	} else if d.y > d.top {
		d.y += b.gap
	}
	for i, p := range b.parts {
		group := high(b.parts[i : i+1])
		if i == 0 && b.first > 1 {
			group = high(b.parts[:min(b.first, len(b.parts))])
		} else if b.last > 1 && i == len(b.parts)-b.last && i > 0 {
			group = high(b.parts[i:])
		}
		if p.least > 0 {
			group = p.least
		}
		if d.y+group > d.bottom && d.y > d.top {
			if i > 0 && b.cut != nil {
				b.cut(d.y)
			}
			d.page()
			if i > 0 && b.again != nil {
				b.again.draw(d.y)
				d.y += b.again.high
			}
		}
		if p.least > 0 {
			p.high = min(p.high, max(p.least, d.bottom-d.y))
		}
		if d.y+p.high > d.bottom+4 {
			d.canvas.fail(fmt.Errorf("pdf: a block of %.0f mm does not fit on a page", p.high))
			return
		}
		p.draw(d.y)
		d.canvas.in = ornament
		d.y += p.high
	}
}

// low is the least height that the parts can do with.
func low(parts []part) float64 {
	sum := high(parts)
	for _, p := range parts {
		if p.least > 0 {
			sum -= p.high - p.least
		}
	}
	return sum
}

func high(parts []part) float64 {
	sum := 0.0
	for _, p := range parts {
		sum += p.high
	}
	return sum
}

// page begins a page: draft mark, continuation head, number, footer.
func (d *Doc) page() {
	c := d.canvas
	c.addPage(gofpdf.SizeType{Wd: a4Width, Ht: a4High})
	d.y = d.top
	n := c.pdf.PageNo()
	d.draftMark()
	if n > 1 {
		d.continuation()
	}
	words := fmt.Sprintf("— %d —", n)
	if d.meta.english() {
		words = fmt.Sprintf("– %d –", n)
	}
	c.in = pageFoot
	if n%2 == 1 {
		c.text(d.right-d.sizePage*pointMM, d.pageBase, d.sizePage, font.Serif, chart.Ink, chart.Right, words)
	} else {
		c.text(d.left+d.sizePage*pointMM, d.pageBase, d.sizePage, font.Serif, chart.Ink, chart.Left, words)
	}
	if d.frame.Footer != "" {
		c.text(a4Width/2/d.k, d.footBase, d.sizeFoot, font.Sans, chart.Mid, chart.Center, d.frame.Footer)
	}
	c.in = ornament
}

// continuation draws the head of every page but the first.
func (d *Doc) continuation() {
	c := d.canvas
	above, beside, size := d.headLines()
	c.in = pageHead
	if above != "" {
		c.text(d.left, d.headBase-4, size, font.Sans, chart.Grey, chart.Left, above)
	}
	if beside != "" {
		c.text(d.left, d.headBase, d.sizeHead, font.Sans, chart.Grey, chart.Left, beside)
	}
	c.text(d.right, d.headBase, d.sizeHead, font.Sans, chart.Grey, chart.Right, d.frame.HeadRight)
	c.rule(d.left, d.headRule, d.right, d.headRule, 0.35, chart.Ink)
}

// headLines are the words at the left of the head: all beside HeadRight, else above it, else those of a draft beside it
// and the rest above. Only what is still too wide then is set smaller.
func (d *Doc) headLines() (above, beside string, size float64) {
	f, size := d.frame, d.sizeHead
	wide := func(words string) float64 { return d.canvas.fonts.Width(font.Sans, size, words) }
	room := d.area - 4 - wide(f.HeadRight)
	above = f.HeadLeft
	if f.Draft != "" {
		above += "　" + f.Draft
	}
	switch {
	case wide(above) <= room:
		return "", above, size
	case wide(above) > d.area && wide(f.Draft) <= room:
		above, beside = f.HeadLeft, f.Draft
	}
	for size > d.sizeFoot && wide(above) > d.area {
		size -= 0.25
	}
	return above, beside, size
}

// draftMark writes the word of a draft across the page, light and beneath everything.
func (d *Doc) draftMark() {
	if d.frame.Draft == "" {
		return
	}
	const largest, longest, sine, cosine = 64.0, 150.0, 0.5299, 0.8480 // pt, mm, 32°
	c := d.canvas
	l := single(c.compose(font.Run{Text: d.frame.Draft, Face: font.SansBold}))
	size := math.Min(largest, longest/(l.width*pointMM))
	half := l.width * size / 2
	x, y := d.axis*d.k/pointMM-half*cosine, (a4High/2)/pointMM-half*sine
	// The mark is no part of the text: readers and searches skip it. The words stand in the head of every page too.
	c.in = watermark
	c.belong()
	c.ops = append(c.ops, "/Span <</ActualText ()>> BDC\n"...)
	turned := fmt.Appendf(nil, "%.4f %.4f %.4f %.4f %.2f %.2f Tm", cosine, sine, -sine, cosine, x, y)
	c.show(l, size/d.k, draftGrey, turned)
	c.ops = append(c.ops, "EMC\n"...)
}

// draftGrey is light enough to read every line and every grey of a figure over it.
const draftGrey = chart.Color(1<<24 | 0xF0F0F0)
