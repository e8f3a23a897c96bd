package pdf

import (
	"errors"

	"shanzhi/templates/chart"
	"shanzhi/templates/font"
)

// SignCell is one cell of the sign-off box: who signs, what it means, and the words of the date.
type SignCell struct{ Role, Meaning, Date string }

// Verify is the block by which a reader checks the paper.
type Verify struct {
	Address             string   // what the QR code holds: the address /v/{code}
	Lines               []string // at the left of the code, from the top
	Strong              [2]int   // the lines set in SemiBold: from the first number up to, but without, the second
	DigestLabel, Digest string   // 数据摘要（SHA-256） and the whole digest
}

const (
	signRight = 130.0
	signHigh  = 25.0
)

// SignOff sets the sign-off box with the verification block at its right; it is never split.
func (d *Doc) SignOff(cells [4]SignCell, v Verify) {
	code, err := chart.QR(v.Address, signHigh)
	if err != nil {
		d.canvas.fail(err)
		return
	}
	if len(v.Lines) > 6 {
		d.canvas.fail(errors.New("pdf: more than six lines beside the code"))
		return
	}
	if d.k > 1 {
		d.largeSignOff(cells, v, code)
		return
	}
	signs, in := d.signTags(cells), d.verifyTags(v, code)
	d.add(block{gap: 1, first: 1, parts: []part{{high: signHigh + 5.5, draw: func(y float64) {
		d.signCells(cells, y, signRight, signs)
		c := d.canvas
		c.putFigure(in.code, code, d.right-signHigh, y)
		for i, words := range v.Lines {
			face, color, size := font.Sans, chart.Grey, d.sizeTiny
			if i >= v.Strong[0] && i < v.Strong[1] {
				face, color, size = font.SansBold, chart.Ink, d.sizeTable
			}
			c.in = in.lines[i]
			c.text(d.right-signHigh-2, y+2.6+4*float64(i), size, face, color, chart.Right, words)
		}
		c.in = in.digest
		c.text(d.left, y+signHigh+3.6, d.sizeTiny, font.Sans, chart.Grey, chart.Left, v.DigestLabel+v.Digest)
	}}}})
}

// largeSignOff sets the box across the page and the verification below it.
func (d *Doc) largeSignOff(cells [4]SignCell, v Verify, code chart.Picture) {
	signs, in := d.signTags(cells), d.verifyTags(v, code)
	d.add(block{gap: 1, first: 1, parts: []part{{high: signHigh + 1, draw: func(y float64) {
		d.signCells(cells, y, d.right, signs)
	}}}})
	digest := d.lines(d.noteSetting(3.6, in.digest), Plain(v.DigestLabel+v.Digest))
	d.add(block{gap: 3, first: 1, parts: []part{{high: signHigh + high(digest) + 1, draw: func(y float64) {
		c := d.canvas
		c.putFigure(in.code, code, d.left, y)
		for i, words := range v.Lines {
			face, color := font.Sans, chart.Grey
			if i >= v.Strong[0] && i < v.Strong[1] {
				face, color = font.SansBold, chart.Ink
			}
			c.in = in.lines[i]
			c.text(d.left+signHigh+3, y+3.4+4.2*float64(i), d.sizeTiny, face, color, chart.Left, words)
		}
		y += signHigh
		for _, l := range digest {
			l.draw(y)
			y += l.high
		}
	}}}})
}

// signTags are the elements of the sign-off box: a paragraph for each who signs.
func (d *Doc) signTags(cells [4]SignCell) [4]tag {
	var in [4]tag
	for i, cell := range cells {
		in[i] = d.piece(paragraph, cell.Role+cell.Meaning+cell.Date)
	}
	return in
}

// verifying are the elements of the verification block.
type verifying struct {
	code, digest tag
	lines        []tag
}

func (d *Doc) verifyTags(v Verify, code chart.Picture) verifying {
	in := verifying{code: d.canvas.figure(code, d.meta.english())}
	for _, words := range v.Lines {
		in.lines = append(in.lines, d.piece(paragraph, words))
	}
	in.digest = d.piece(paragraph, v.DigestLabel+v.Digest)
	return in
}

func (d *Doc) signCells(cells [4]SignCell, y, to float64, in [4]tag) {
	c, wide := d.canvas, (to-d.left)/4
	for i, cell := range cells {
		x := d.left + float64(i)*wide
		if i > 0 {
			c.rule(x, y, x, y+signHigh, 0.35, chart.Ink)
		}
		c.in = in[i]
		c.text(x+wide/2, y+5.2, d.sizeCaption, font.SansBold, chart.Ink, chart.Center, cell.Role)
		d.signMeaning(cell.Meaning, x+wide/2, y+9.2, wide-2)
		c.rule(x+3, y+18.2, x+wide-3, y+18.2, 0.35, chart.Ink)
		c.text(x+wide/2, y+22.4, d.sizeTable, font.Sans, chart.Ink, chart.Center, cell.Date)
	}
	c.box(d.left, y, to-d.left, signHigh, 0.6)
}

// signMeaning says in one line, or two, what the signature means.
func (d *Doc) signMeaning(words string, x, y, room float64) {
	boxes := d.canvas.compose(font.Run{Text: words, Face: font.Sans})
	set := setLines(boxes, column{width: room / (d.sizeTiny * pointMM)})
	for i, l := range set {
		d.canvas.write(l, x-l.width*d.sizeTiny*pointMM/2, y+3.2*float64(i), d.sizeTiny, chart.Grey)
	}
}

// Opinion is the box in which the person may write: 本人意见（可另附）.
type Opinion struct{ Label, Sign, Date string }

// Opinion sets the opinion box of an annex.
func (d *Doc) Opinion(o Opinion) {
	const most, least = 22.0, 13.0 // it takes what room is left at the foot of a page
	name, sign, date := d.piece(paragraph, o.Label), d.piece(paragraph, o.Sign), d.piece(paragraph, o.Date)
	d.add(block{gap: 5, first: 1, parts: []part{{high: most + 1, least: least, draw: func(y float64) {
		c := d.canvas
		tall := min(most, d.bottom-y)
		c.box(d.left, y, d.area, tall, 0.6)
		c.in = name
		c.text(d.left+2, y+5, d.sizeTable, font.SansBold, chart.Ink, chart.Left, o.Label)
		c.in = sign
		c.text(d.right-54, y+tall-3.6, d.sizeTable, font.Sans, chart.Ink, chart.Left, o.Sign)
		c.in = date
		c.text(d.right-3, y+tall-3.6, d.sizeTable, font.Sans, chart.Ink, chart.Right, o.Date)
	}}}})
}
