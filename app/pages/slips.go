package pages

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showSlips asks for which unit slips are to be printed, and says how many people wait there.
func (p *Pages) showSlips(c *fiber.Ctx) error {
	return p.slips(c, fiber.StatusOK, ui.FormOf(web.Query(c), nil))
}

func (p *Pages) slips(c *fiber.Ctx, status int, form ui.Form) error {
	ctx, who := web.Context(c), web.Actor(c)
	units, err := p.Accounts.UnitsFor(ctx, who, policy.AdminPeople)
	if err != nil {
		return err
	}
	w := web.Words(c)
	v := pages.SlipsView{Address: p.addressWarning(w.T), Form: form, Units: unitOptions(w, units, "field.choose")}
	for _, u := range units {
		if u.ID != form.Value("unit") {
			continue
		}
		waits, err := p.Accounts.Waiting(ctx, who, u.ID)
		if err != nil {
			return err
		}
		v.UnitID, v.Unit, v.Waiting, v.Live, v.Last = u.ID, u.Name, waits.N, waits.Live, waits.Last
		v.Who, v.People = slipChoices(w, waits), waitingOptions(w, waits.List)
		if form.Value("who") == "" && !form.Bad() {
			v.Form = ui.NewForm("unit", u.ID, "who", string(usualSlips(waits)))
		}
	}
	return web.Page(c, status, pages.Slips(v))
}

// issueSlips makes the codes and shows the slips, once. The answer is the page itself and no way on: a code must not
// lie in a cookie or an address.
func (p *Pages) issueSlips(c *fiber.Ctx) error {
	form := web.Form(c)
	slips, unit, err := p.Accounts.IssueCodes(web.Context(c), web.Actor(c), accounts.IssueInput{
		UnitID: form.Get("unit"), Choice: accounts.SlipChoice(form.Get("who")), People: form["person"],
	})
	switch {
	case fault.Is(err, fault.Invalid):
		return p.slips(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case fault.Is(err, fault.Conflict):
		return p.slips(c, fiber.StatusConflict, ui.FormOf(form, err))
	case fault.Is(err, fault.NotFound):
		wrong := fault.Wrong(fault.On("unit", "form.required_choice"))
		return p.slips(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, wrong))
	case err != nil:
		return err
	}
	sheet := pages.SlipSheet{Title: "access.slip", Unit: unit.Name, Back: "/admin/slips?unit=" + unit.ID}
	if form.Get("as") == "pdf" && p.Slips != nil {
		return p.slipsPDF(c, sheet, slips)
	}
	return p.printSlips(c, sheet, slips)
}

// slipsPDF hands the slips out as a document, once: it is made in memory and kept nowhere.
func (p *Pages) slipsPDF(c *fiber.Ctx, v pages.SlipSheet, slips []accounts.Slip) error {
	w, now := web.Words(c), p.Clock()
	body, err := p.Slips(w, p.filled(v, slips), now)
	if err != nil {
		return err
	}
	return web.Send(c, web.Download{
		Name: w.T(v.Title) + "-" + v.Unit + "-" + string(models.DateOf(now)) + ".pdf", Type: "application/pdf",
		Body: body,
	})
}

// printSlips shows slips to be printed. The QR code leads to the page and does not hold the code.
func (p *Pages) printSlips(c *fiber.Ctx, v pages.SlipSheet, slips []accounts.Slip) (err error) {
	v = p.filled(v, slips)
	if v.QR, v.Size, err = qrPath(v.Link); err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, pages.Sheet(v))
}

// filled is a sheet with its slips and the address that they lead to.
func (p *Pages) filled(v pages.SlipSheet, slips []accounts.Slip) pages.SlipSheet {
	v.Link = strings.TrimSuffix(p.Base, "/") + "/activate"
	for _, s := range slips {
		v.Slips = append(v.Slips, pages.SlipView{
			Name: s.Name, StaffNo: s.StaffNo, Unit: s.Unit, Code: s.Code, Until: s.Until,
		})
	}
	return v
}
