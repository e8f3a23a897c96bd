package pages

import (
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// tenureRoutes registers what happens to people and units over time, and handing over.
func (p *Pages) tenureRoutes(app *web.App) {
	for _, a := range acts {
		app.Get("/admin/people/:id/"+a, policy.AdminPeople, p.showAct(a))
		app.Post("/admin/people/:id/"+a, policy.AdminPeople, p.doAct(a))
	}
	app.Get("/admin/people/:id/posts/:post", policy.AdminPeople, p.showEndPost)
	app.Post("/admin/people/:id/posts/:post", policy.AdminPeople, p.endPost)
	app.Get("/admin/people/:id/handover", policy.AdminPeople, p.showWorkOf)
	app.Post("/admin/people/:id/handover", policy.AdminPeople, p.handOverOf)
	app.Post("/admin/people/:id/plans/:plan", policy.AdminPeople, p.dropPlan)
	app.Get("/handover", policy.HandOver, p.showAdrift)
	app.Post("/handover", policy.HandOver, p.handOverAdrift)
	for _, a := range unitActs {
		app.Get("/admin/units/:id/"+a, policy.AdminUnits, p.showUnitAct(a))
		app.Post("/admin/units/:id/"+a, policy.AdminUnits, p.doUnitAct(a))
	}
}
