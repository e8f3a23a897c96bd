package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models/fault"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showLogin asks for the number and the password; before the first set-up it leads there.
func (p *Pages) showLogin(c *fiber.Ctx) error {
	if web.Actor(c).ID != "" {
		return web.See(c, web.Query(c).Get("next"))
	}
	needed, err := p.Accounts.NeedsSetup(web.Context(c))
	if err != nil {
		return err
	}
	if needed {
		return web.See(c, "/setup")
	}
	return p.login(c, fiber.StatusOK, ui.NewForm(), web.Query(c).Get("next"))
}

func (p *Pages) login(c *fiber.Ctx, status int, form ui.Form, next string) error {
	r := p.Accounts.Rules()
	next, _ = web.Local(next)
	return web.Page(c, status, pages.Login(pages.LoginView{
		NoFactor: r.Factor == accounts.FactorOff && web.Frame(c).Demo,
		Form:     form, Next: next, Typed: held(c, form), Tries: r.Failures,
		Minutes: int(r.Lock.Minutes()), Idle: int(r.Idle.Minutes()),
	}))
}

// doLogin opens a session and goes on to where the reader wanted to go.
func (p *Pages) doLogin(c *fiber.Ctx) error {
	form := web.Form(c)
	token, err := p.Accounts.Login(web.Context(c), web.Actor(c), form.Get("login"), form.Get("password"))
	switch {
	case fault.Is(err, fault.Invalid):
		return p.login(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err), form.Get("next"))
	case fault.Is(err, fault.Busy):
		return p.login(c, tooMany(c, err), ui.FormOf(form, err), form.Get("next"))
	case err != nil:
		return err
	}
	// The session the browser had before ends with the new one.
	if old := web.Session(c); old != "" {
		if err := p.Accounts.Logout(web.Context(c), web.Actor(c), old); err != nil {
			return err
		}
	}
	web.SetSession(c, token)
	return p.goOn(c, token, form.Get("next"), form.Get("typed"))
}

// tooMany is the status of a Busy fault: 429 with the time left after too many tries, 503 where the machine is busy.
func tooMany(c *fiber.Ctx, err error) int {
	minutes, tries := fault.Of(err).Args["minutes"].(int)
	if !tries {
		c.Set(fiber.HeaderRetryAfter, "60")
		return fiber.StatusServiceUnavailable
	}
	c.Set(fiber.HeaderRetryAfter, itoa(minutes*60))
	return fiber.StatusTooManyRequests
}

// doLogout ends the session.
func (p *Pages) doLogout(c *fiber.Ctx) error {
	if err := p.Accounts.Logout(web.Context(c), web.Actor(c), web.Session(c)); err != nil {
		return err
	}
	web.DropSession(c)
	web.Flash(c, ui.OK, "account.logged_out")
	return web.See(c, "/login")
}
