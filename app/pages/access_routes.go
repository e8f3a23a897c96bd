package pages

import (
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/policy"
)

// accessRoutes registers how people get in: codes on paper, the second factor, the desk, and who may see what.
func (p *Pages) accessRoutes(app *web.App) {
	app.Get("/activate", policy.Anybody, p.showActivate)
	app.Post("/activate", policy.Anybody, p.doActivate, web.Always)
	app.Get("/second-factor", policy.Signed, p.showFactor, web.During(models.StepProve))
	app.Post("/second-factor", policy.Signed, p.doFactor, web.During(models.StepProve), web.Always)
	app.Get("/me/second-factor", policy.Signed, p.showMyFactor, web.During(models.StepEnrol))
	app.Post("/me/second-factor", policy.Signed, p.enrolMyFactor, web.During(models.StepEnrol), web.Always)
	app.Post("/me/second-factor/codes", policy.Signed, p.renewMyCodes, web.Always)
	app.Post("/me/second-factor/remove", policy.Signed, p.removeMyFactor, web.Always)
	app.Get("/me/codes", policy.Signed, p.showMyCodes)
	app.Post("/me/codes", policy.Signed, p.readMyCodes, web.Always)

	app.Get("/desk", policy.DeskReset, p.showDesk)
	app.Get("/desk/:id", policy.DeskReset, p.showDeskPerson)
	app.Post("/desk/:id", policy.DeskReset, p.issueReset, web.Act("desk.reset"))

	app.Get("/admin/slips", policy.AdminPeople, p.showSlips)
	app.Post("/admin/slips", policy.AdminPeople, p.issueSlips, web.Act("code.issue"))
	app.Get("/admin/desks", policy.AdminPeople, p.showDelegations)
	app.Post("/admin/desks", policy.AdminPeople, p.delegate, web.Act("desk.delegate"))
	app.Get("/admin/desks/new", policy.AdminPeople, p.newDelegation, web.Act("desk.delegate"))
	app.Get("/admin/desks/:id/end", policy.AdminPeople, p.askEndDelegation, web.Act("desk.end"))
	app.Post("/admin/desks/:id/end", policy.AdminPeople, p.endDelegation, web.Act("desk.end"))
	app.Get("/admin/factors", policy.AdminRoles, p.showFactors)
	app.Get("/admin/factors/:id/reset", policy.AdminRoles, p.askResetFactor, web.Act("factor.reset"))
	app.Post("/admin/factors/:id/reset", policy.AdminRoles, p.resetFactor, web.Act("factor.reset"))
	app.Get("/admin/access", policy.AccessSee, p.showAccess)
	app.Get("/admin/access/:id", policy.AccessSee, p.showAccessOf)
	app.Get("/me/access", policy.Signed, p.showMyAccess)
	p.resetRoutes(app)
	p.AddHome(p.accessHome)
}
