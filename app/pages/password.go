package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models/fault"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showPassword shows the form of the own password and the own sessions.
func (p *Pages) showPassword(c *fiber.Ctx) error { return p.password(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) password(c *fiber.Ctx, status int, form ui.Form) error {
	v := pages.PasswordView{Form: form, First: web.MustChange(c), Typed: held(c, form)}
	v.Next, _ = web.Local(form.Value("next"))
	if !v.First {
		rows, err := p.Accounts.Sessions(web.Context(c), web.Actor(c), web.Session(c))
		if err != nil {
			return err
		}
		for _, r := range rows {
			v.Devices = append(v.Devices, pages.Device{Since: r.CreatedAt, Seen: r.SeenAt, Current: r.Current})
		}
	}
	return web.Page(c, status, pages.Password(v))
}

// doPassword changes the own password; every other session ends.
func (p *Pages) doPassword(c *fiber.Ctx) error {
	form := web.Form(c)
	token, err := p.Accounts.ChangePassword(web.Context(c), web.Actor(c), web.Session(c), form.Get("old"),
		form.Get("new"), form.Get("again"))
	switch {
	case fault.Is(err, fault.Invalid):
		return p.password(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case fault.Is(err, fault.Busy):
		return p.password(c, tooMany(c, err), ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.SetSession(c, token)
	web.Flash(c, ui.OK, "account.password.changed")
	return p.goOn(c, token, form.Get("next"), form.Get("typed"))
}

// doLogoutEverywhere ends the own sessions on all devices.
func (p *Pages) doLogoutEverywhere(c *fiber.Ctx) error {
	if err := p.Accounts.LogoutEverywhere(web.Context(c), web.Actor(c)); err != nil {
		return err
	}
	web.DropSession(c)
	web.Flash(c, ui.OK, "account.logged_out_all")
	return web.See(c, "/login")
}
