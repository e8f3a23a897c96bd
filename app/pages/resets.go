package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// resetRoutes registers the accounts that two administrators reset together.
func (p *Pages) resetRoutes(app *web.App) {
	app.Get("/admin/resets", policy.AdminRoles, p.showResets)
	app.Get("/admin/resets/:id", policy.AdminRoles, p.showReset, web.Act("reset.confirm"))
	app.Post("/admin/resets/:id/confirm", policy.AdminRoles, p.confirmReset, web.Act("reset.confirm"))
	app.Post("/admin/resets/:id/refuse", policy.AdminRoles, p.refuseReset, web.Act("reset.refuse"))
}

// resetForm asks why an account is to be reset that needs two administrators.
func (p *Pages) resetForm(c *fiber.Ctx, status int, v accounts.PersonView, form ui.Form) error {
	return web.Page(c, status, pages.ResetAsk(pages.ResetAskView{
		ID: v.ID, Name: v.Name, StaffNo: v.StaffNo, Form: form,
	}))
}

// askReset makes the request and shows the first half of the code, once.
func (p *Pages) askReset(c *fiber.Ctx, id string) error {
	ctx, who, form := web.Context(c), web.Actor(c), web.Form(c)
	half, err := p.Accounts.AskReset(ctx, who, id, form.Get("reason"))
	if fault.Is(err, fault.Invalid) {
		v, seen := p.Accounts.Person(ctx, who, id)
		if seen != nil {
			return seen
		}
		return p.resetForm(c, fiber.StatusUnprocessableEntity, v, ui.FormOf(form, err))
	}
	if err != nil {
		return err
	}
	return halfPage(c, half, true, "/admin/people/"+id)
}

func halfPage(c *fiber.Ctx, h accounts.Half, first bool, back string) error {
	return web.Page(c, fiber.StatusOK, pages.ResetHalf(pages.ResetHalfView{
		Name: h.Name, StaffNo: h.StaffNo, Code: h.Code, Until: h.Until, First: first, Back: back,
	}))
}

// showResets lists the requests for the security administrator.
func (p *Pages) showResets(c *fiber.Ctx) error {
	l := listAt(c, "resets", peopleSize)
	rows, total, err := p.Accounts.Resets(web.Context(c), web.Actor(c), l.Page, l.Size)
	if err != nil {
		return err
	}
	v := pages.ResetsView{List: l.of(total)}
	for _, r := range rows {
		v.Lines = append(v.Lines, resetLine(r))
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), total)
	}
	return web.Page(c, fiber.StatusOK, pages.Resets(v))
}

func resetLine(r accounts.ResetRow) pages.ResetLine {
	return pages.ResetLine{
		ID: r.ID, Name: r.Person, StaffNo: r.StaffNo, Unit: r.Unit, Asker: r.Asker, Decider: r.Decider,
		Reason: r.Reason, Asked: r.AskedAt, Until: r.ExpiresAt, Decided: r.DecidedAt, Outcome: r.Outcome, Open: r.Open,
	}
}

// showReset shows one request with its two answers.
func (p *Pages) showReset(c *fiber.Ctx) error {
	row, err := p.Accounts.ResetByID(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, pages.Reset(resetLine(row)))
}

// confirmReset shows the second half of the code, once.
func (p *Pages) confirmReset(c *fiber.Ctx) error {
	half, err := p.Accounts.ConfirmReset(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	return halfPage(c, half, false, "/admin/resets")
}

// refuseReset ends a request.
func (p *Pages) refuseReset(c *fiber.Ctx) error {
	if err := p.Accounts.RefuseReset(web.Context(c), web.Actor(c), web.Param(c, "id")); err != nil {
		return err
	}
	web.Flash(c, ui.OK, "reset.refused")
	return web.See(c, "/admin/resets")
}
