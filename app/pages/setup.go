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

// showSetup asks for everything the house needs to begin; once that is done there is no such page.
func (p *Pages) showSetup(c *fiber.Ctx) error {
	needed, err := p.Accounts.NeedsSetup(web.Context(c))
	if err != nil {
		return err
	}
	if !needed {
		return web.See(c, "/login")
	}
	return p.setup(c, fiber.StatusOK, ui.NewForm("unit_kind", string(models.County)))
}

func (p *Pages) setup(c *fiber.Ctx, status int, form ui.Form) error {
	kinds := []models.UnitKind{models.County, models.Province}
	return web.Page(c, status, pages.Setup(pages.SetupView{
		Form: form, Kinds: options(web.Words(c), kinds, "account.unit.kind.", ""),
	}))
}

// doSetup makes the first three accounts and leads to the login.
func (p *Pages) doSetup(c *fiber.Ctx) error {
	form := web.Form(c)
	admin := func(prefix string) accounts.Administrator {
		return accounts.Administrator{
			StaffNo: form.Get(prefix + "staff_no"), Name: form.Get(prefix + "name"),
			Password: form.Get(prefix + "password"),
		}
	}
	err := p.Accounts.Setup(web.Context(c), web.Actor(c), accounts.SetupInput{
		Code: form.Get("code"), UnitName: form.Get("unit_name"), UnitCode: form.Get("unit_code"),
		UnitKind: models.UnitKind(form.Get("unit_kind")), SiteName: form.Get("site_name"),
		Organizer: form.Get("organizer"), Phone: form.Get("phone"), Filing: form.Get("filing"),
		System: admin("sys_"), Security: admin("sec_"), Audit: admin("aud_"),
	})
	switch {
	case fault.Is(err, fault.Invalid):
		return p.setup(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	if bad := addressFault(p.Base); bad != "" { // the end page is the login: the sentence must be short
		web.Flash(c, ui.Warn, "account.setup.done_"+bad)
	} else {
		web.Flash(c, ui.OK, "account.setup.done")
	}
	return web.See(c, "/login")
}
