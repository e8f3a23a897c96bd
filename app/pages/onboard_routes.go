package pages

import (
	"shanzhi/app/onboard"
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// onboardRoutes registers the pages by which a county is brought in. A form has some room beside the file.
func (p *Pages) onboardRoutes(app *web.App) {
	upload := web.Upload(onboard.MaxBytes + 64<<10)
	app.Get("/admin/onboarding", policy.AdminUnits, p.showOnboard)
	app.Get("/admin/onboarding/staff", policy.AdminPeople, p.showStaff)
	app.Get("/admin/onboarding/plans/:id", policy.AdminUnits, p.showPlan)
	app.Post("/admin/onboarding/plans/:id/apply", policy.AdminUnits, p.applyPlan)
	app.Post("/admin/onboarding/plans/:id/discard", policy.AdminUnits, p.discardPlan)
	app.Get("/admin/onboarding/:kind", policy.AdminUnits, p.showKind)
	app.Post("/admin/onboarding/:kind", policy.AdminUnits, p.takeSheet, upload)
	app.Get("/admin/onboarding/:kind/template", policy.AdminUnits, p.takeTemplate)
}
