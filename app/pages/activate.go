package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models/fault"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showActivate asks for what stands on the slip and for a password of one's own.
func (p *Pages) showActivate(c *fiber.Ctx) error {
	return web.Page(c, fiber.StatusOK, pages.Activate(ui.NewForm()))
}

// doActivate sets the password and opens a session.
func (p *Pages) doActivate(c *fiber.Ctx) error {
	form := web.Form(c)
	token, err := p.Accounts.Activate(web.Context(c), web.Actor(c), accounts.ActivateInput{
		StaffNo: form.Get("staff_no"), Code: form.Get("code"), New: form.Get("new"), Again: form.Get("again"),
	})
	switch {
	case fault.Is(err, fault.Invalid):
		return web.Page(c, fiber.StatusUnprocessableEntity, pages.Activate(ui.FormOf(form, err)))
	case fault.Is(err, fault.Busy):
		return web.Page(c, tooMany(c, err), pages.Activate(ui.FormOf(form, err)))
	case err != nil:
		return err
	}
	if old := web.Session(c); old != "" {
		if err := p.Accounts.Logout(web.Context(c), web.Actor(c), old); err != nil {
			return err
		}
	}
	web.SetSession(c, token)
	web.Flash(c, ui.OK, "access.activated")
	return web.See(c, "/")
}
