package pages

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/ratings"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
)

// showServeReceipt asks before a receipt is printed again.
func (p *Pages) showServeReceipt(c *fiber.Ctx) error {
	d, err := p.Cases.Get(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	if !d.May.Receipt {
		return fault.New(fault.Conflict, "rate.no_receipt")
	}
	return web.Page(c, fiber.StatusOK, view.ServeAsk(view.ServeAskView{
		Path: "/serve/cases/" + d.Case.ID, No: d.Case.No, Title: d.Case.Title,
	}))
}

// doServeReceipt makes a receipt with a new link.
func (p *Pages) doServeReceipt(c *fiber.Ctx) error {
	id := web.Param(c, "id")
	slip, err := p.Ratings.Reprint(web.Context(c), web.Actor(c), id)
	if err != nil {
		return err
	}
	return p.serveReceipt(c, id, slip)
}

// serveReceipt shows a receipt. Nothing on it names the resident.
func (p *Pages) serveReceipt(c *fiber.Ctx, id string, slip ratings.Slip) error {
	w := web.Words(c)
	d, err := p.Cases.Get(web.Context(c), web.Actor(c), id)
	if err != nil {
		return err
	}
	link := strings.TrimSuffix(p.Base, "/") + slip.Link
	path, size, err := qrPath(link)
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, view.ServeReceipt(view.ServeReceiptView{
		Path: "/serve/cases/" + id, No: d.Case.No, Unit: d.Unit, Matter: d.Matter,
		ClosedOn: w.Date(d.Case.ClosedOn.Day()),
		ValidTo:  w.Date(slip.ValidTo.Day()), Link: link, QR: path, Size: size,
		Address: p.addressWarning(w.T),
	}))
}

// qrPath draws an address as a QR code: the d of an SVG path over size × size modules, without the quiet zone, one
// rectangle per run of dark modules. Error correction level M.
func qrPath(address string) (path string, size int, err error) {
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return "", 0, fmt.Errorf("qr code: %w", err)
	}
	size = code.Bounds().Dx()
	dark := func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r < 0x8000
	}
	var b strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for x < size && dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return b.String(), size, nil
}
