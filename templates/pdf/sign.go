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
	d.add(block{gap: 1, first: 1, parts: []part{{high: signHigh + 5.5, draw: func(y float64) {
		d.signCells(cells, y)
		c := d.canvas
		c.picture(code, right-signHigh, y)
		for i, words := range v.Lines {
			face, color, size := font.Sans, chart.Grey, sizeTiny
			if i >= v.Strong[0] && i < v.Strong[1] {
				face, color, size = font.SansBold, chart.Ink, sizeTable
			}
			c.text(right-signHigh-2, y+2.6+4*float64(i), size, face, color, chart.Right, words)
		}
		c.text(left, y+signHigh+3.6, sizeTiny, font.Sans, chart.Grey, chart.Left, v.DigestLabel+v.Digest)
	}}}})
}

func (d *Doc) signCells(cells [4]SignCell, y float64) {
	c, wide := d.canvas, (signRight-left)/4
	for i, cell := range cells {
		x := left + float64(i)*wide
		if i > 0 {
			c.line(x, y, x, y+signHigh, 0.35, chart.Ink)
		}
		c.text(x+wide/2, y+5.2, sizeCaption, font.SansBold, chart.Ink, chart.Center, cell.Role)
		c.text(x+wide/2, y+9.2, sizeTiny, font.Sans, chart.Grey, chart.Center, cell.Meaning)
		c.line(x+3, y+18.2, x+wide-3, y+18.2, 0.35, chart.Ink)
		c.text(x+wide/2, y+22.4, sizeTable, font.Sans, chart.Ink, chart.Center, cell.Date)
	}
	c.stroke(chart.Ink, 0.6, nil)
	c.pdf.Rect(left, y, signRight-left, signHigh, "D")
}

// Opinion is the box in which the person may write: 本人意见（可另附）.
type Opinion struct{ Label, Sign, Date string }

// Opinion sets the opinion box of an annex.
func (d *Doc) Opinion(o Opinion) {
	const tall = 22.0
	d.add(block{gap: 5, first: 1, parts: []part{{high: tall + 1, draw: func(y float64) {
		c := d.canvas
		c.stroke(chart.Ink, 0.6, nil)
		c.pdf.Rect(left, y, area, tall, "D")
		c.text(left+2, y+5, sizeTable, font.SansBold, chart.Ink, chart.Left, o.Label)
		c.text(130, y+tall-3.6, sizeTable, font.Sans, chart.Ink, chart.Left, o.Sign)
		c.text(right-3, y+tall-3.6, sizeTable, font.Sans, chart.Ink, chart.Right, o.Date)
	}}}})
}
