package pages

import (
	"shanzhi/app/onboard"
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// onboardRoutes registers the pages by which a county is brought in.
//
// Files somewhat too large are read, so that the page can say so and keep what was chosen beside them.
func (p *Pages) onboardRoutes(app *web.App) {
	upload := web.Upload(6 * onboard.MaxBytes)
	app.Get("/admin/onboarding", policy.AdminUnits, p.showOnboard)
	app.Get("/admin/onboarding/staff", policy.AdminPeople, p.showStaff)
	app.Get("/admin/onboarding/leavers", policy.AdminPeople, p.showLeavers)
	app.Get("/admin/onboarding/plans/:id", policy.AdminUnits, p.showPlan)
	app.Post("/admin/onboarding/plans/:id/apply", policy.AdminUnits, p.applyPlan)
	app.Post("/admin/onboarding/plans/:id/discard", policy.AdminUnits, p.discardPlan)
	app.Get("/admin/onboarding/:kind", policy.AdminUnits, p.showKind)
	app.Post("/admin/onboarding/:kind", policy.AdminUnits, p.takeSheet, upload)
	app.Get("/admin/onboarding/:kind/template", policy.AdminUnits, p.takeTemplate)
}
