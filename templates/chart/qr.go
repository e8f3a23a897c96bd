package chart

import (
	"fmt"

	"github.com/boombuler/barcode/qr"
)

// quiet is the empty border of a QR code in modules (ISO/IEC 18004).
const quiet = 4

// QR draws the address as a square of size millimetres with its quiet zone inside; error correction level M.
func QR(address string, size float64) (Picture, error) {
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return Picture{}, fmt.Errorf("qr code of %q: %w", address, err)
	}
	n := code.Bounds().Dx()
	cell := size / float64(n+2*quiet)
	p := Picture{W: size, H: size, Title: "QR", Desc: address}
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for x < n && dark(code.At(x, y).RGBA()) {
				x++
			}
			if x > from {
				p.Marks = append(p.Marks, Rect{
					X: float64(from+quiet) * cell, Y: float64(y+quiet) * cell,
					W: float64(x-from) * cell, H: cell, Fill: Black,
				})
			}
		}
	}
	return p, nil
}

func dark(r, _, _, _ uint32) bool { return r < 0x8000 }
