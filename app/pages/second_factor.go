package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showFactor asks for a code of the authenticator: after the password, and again before a grave step.
func (p *Pages) showFactor(c *fiber.Ctx) error {
	state, err := p.Accounts.Factor(web.Context(c), web.Actor(c))
	if err != nil {
		return err
	}
	if state.Since == nil {
		return web.See(c, "/me/second-factor")
	}
	return p.factor(c, fiber.StatusOK, ui.NewForm("next", web.Query(c).Get("next")))
}

func (p *Pages) factor(c *fiber.Ctx, status int, form ui.Form) error {
	next, _ := web.Local(form.Value("next"))
	return web.Page(c, status, pages.Factor(pages.FactorView{
		Form: form, Next: next, Typed: held(c, form), Again: web.First(c) != models.StepProve,
	}))
}

// doFactor takes the code and goes on with a new session.
func (p *Pages) doFactor(c *fiber.Ctx) error {
	form := web.Form(c)
	token, err := p.Accounts.ProveFactor(web.Context(c), web.Actor(c), web.Session(c), form.Get("code"))
	if status, shown := inFactorForm(c, err); shown {
		return p.factor(c, status, ui.FormOf(form, err))
	}
	if err != nil {
		return err
	}
	web.SetSession(c, token)
	return p.goOn(c, token, form.Get("next"), form.Get("typed"))
}

// inFactorForm tells the refusals that the form of a code shows by itself.
func inFactorForm(c *fiber.Ctx, err error) (status int, shown bool) {
	switch {
	case fault.Is(err, fault.Invalid):
		return fiber.StatusUnprocessableEntity, true
	case fault.Is(err, fault.Busy):
		return tooMany(c, err), true
	}
	return 0, false
}

// showMyFactor shows how the own second factor stands, or the form to set one up.
func (p *Pages) showMyFactor(c *fiber.Ctx) error {
	return p.myFactor(c, fiber.StatusOK, ui.NewForm())
}

func (p *Pages) myFactor(c *fiber.Ctx, status int, form ui.Form) error {
	ctx, who := web.Context(c), web.Actor(c)
	state, err := p.Accounts.Factor(ctx, who)
	if err != nil {
		return err
	}
	v := pages.MyFactorView{
		Form: form, Off: state.Mode == accounts.FactorOff, Demanded: state.Demanded, Since: state.Since,
		Left: state.Left, First: web.First(c) == models.StepEnrol, Typed: held(c, form),
	}
	if v.Since == nil && !v.Off {
		ticket, err := p.Accounts.SameFactor(ctx, who, web.Session(c), form.Value("ticket"))
		if err != nil {
			return err
		}
		v.Ticket, v.Secret = ticket.Ticket, ticket.Secret
		if v.QR, v.Size, err = qrPath(ticket.URI); err != nil {
			return err
		}
	}
	return web.Page(c, status, pages.MyFactor(v))
}

// enrolMyFactor sets the second factor up and shows the recovery codes, once: the answer is the page itself.
func (p *Pages) enrolMyFactor(c *fiber.Ctx) error {
	form := web.Form(c)
	token, codes, err := p.Accounts.EnrolFactor(web.Context(c), web.Actor(c), web.Session(c), form.Get("ticket"),
		form.Get("code"))
	if status, shown := inFactorForm(c, err); shown {
		return p.myFactor(c, status, ui.FormOf(form, err))
	}
	if err != nil {
		return err
	}
	web.SetSession(c, token)
	web.Enter(c, token)
	return p.recoveryPage(c, codes, waitingForm(c, form.Get("typed"), "/"))
}

// recoveryPage shows the codes, and leads on to what was typed before.
func (p *Pages) recoveryPage(c *fiber.Ctx, codes []string, typed *pages.LoginTypedView) error {
	person, err := p.Accounts.Own(web.Context(c), web.Actor(c))
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, pages.Recovery(pages.RecoveryView{
		Name: person.Name, StaffNo: person.StaffNo, On: models.DateOf(p.Clock()), Codes: codes,
		Typed: typed,
	}))
}

// renewMyCodes makes new recovery codes and shows them, once.
func (p *Pages) renewMyCodes(c *fiber.Ctx) error {
	codes, err := p.Accounts.RenewRecovery(web.Context(c), web.Actor(c), web.Form(c).Get("code"))
	if status, shown := inFactorForm(c, err); shown {
		return p.myFactor(c, status, ui.FormOf(web.Form(c), err))
	}
	if err != nil {
		return err
	}
	return p.recoveryPage(c, codes, nil)
}

// removeMyFactor takes the second factor away, before another telephone is set up.
func (p *Pages) removeMyFactor(c *fiber.Ctx) error {
	token, err := p.Accounts.RemoveFactor(web.Context(c), web.Actor(c), web.Session(c), web.Form(c).Get("code"))
	if status, shown := inFactorForm(c, err); shown {
		return p.myFactor(c, status, ui.FormOf(web.Form(c), err))
	}
	if err != nil {
		return err
	}
	web.SetSession(c, token)
	web.Flash(c, ui.OK, "access.factor.removed")
	return web.See(c, "/me/second-factor")
}

// showFactors lists who has a second factor, for the security administrator.
func (p *Pages) showFactors(c *fiber.Ctx) error {
	q, l := web.Query(c), listAt(c, "factors", peopleSize)
	rows, total, err := p.Accounts.Factors(web.Context(c), web.Actor(c), q.Get("q"), l.Page, l.Size)
	if err != nil {
		return err
	}
	v := pages.FactorsView{Filter: ui.FormOf(q, nil), List: l.of(total)}
	for _, r := range rows {
		v.Lines = append(v.Lines, pages.FactorLine{
			ID: r.PersonID, Name: r.Name, StaffNo: r.StaffNo, Since: r.EnrolledAt, Admin: r.Admin,
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), total)
	}
	return web.Page(c, fiber.StatusOK, pages.Factors(v))
}

// askResetFactor asks before a second factor is taken away.
func (p *Pages) askResetFactor(c *fiber.Ctx) error {
	words := web.Words(c)
	return web.Page(c, fiber.StatusOK, ui.ConfirmPage(ui.Confirm{
		Action: "/admin/factors/" + web.Param(c, "id") + "/reset", Title: words.T("access.factors.reset"),
		Text: words.T("access.factors.ask"), Button: words.T("access.factors.reset"), Back: "/admin/factors",
	}))
}

// resetFactor takes the second factor of somebody away who has lost it.
func (p *Pages) resetFactor(c *fiber.Ctx) error {
	if err := p.Accounts.ResetFactor(web.Context(c), web.Actor(c), web.Param(c, "id")); err != nil {
		return err
	}
	web.Flash(c, ui.OK, "access.factors.done")
	return web.See(c, "/admin/factors")
}
