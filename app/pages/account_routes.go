package pages

import (
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/policy"
	view "shanzhi/templates/pages"
)

// accountRoutes registers home, login, set-up, help and administration.
func (p *Pages) accountRoutes(app *web.App) {
	app.OnHeld(p.stepFirst)
	app.Get("/", policy.Signed, p.showHome)
	app.Get("/login", policy.Anybody, p.showLogin)
	app.Post("/login", policy.Anybody, p.doLogin, web.Always)
	app.Post("/logout", policy.Signed, p.doLogout, web.Always,
		web.During(models.StepProve, models.StepPassword, models.StepEnrol))
	app.Get("/password", policy.Signed, p.showPassword, web.During(models.StepPassword))
	app.Post("/password", policy.Signed, p.doPassword, web.During(models.StepPassword), web.Always)
	app.Post("/password/logout", policy.Signed, p.doLogoutEverywhere, web.Always)
	app.Get("/setup", policy.Anybody, p.showSetup)
	app.Post("/setup", policy.Anybody, p.doSetup)
	app.Get("/about", policy.Anybody, p.showAbout)
	app.Get("/help", policy.Anybody, p.showHelp)
	app.Get("/tour", policy.Anybody, p.showTour)
	app.Get(view.GalleryPath, policy.Anybody, p.showGallery)
	app.Get(view.GalleryPath+"/:frame", policy.Anybody, p.showGalleryFrame)
	app.Get("/help/:part", policy.Anybody, p.showGuide)
	app.Get("/feedback", policy.Anybody, p.showFeedback)
	app.Post("/feedback", policy.Anybody, p.doFeedback, web.Always)
	p.adminRoutes(app)
}

func (p *Pages) adminRoutes(app *web.App) {
	app.Get("/admin", policy.Signed, p.showAdmin)
	app.Get("/admin/units", policy.AdminUnits, p.showUnits)
	app.Post("/admin/units", policy.AdminUnits, p.createUnit)
	app.Get("/admin/units/:id", policy.AdminUnits, p.showUnit)
	app.Post("/admin/units/:id", policy.AdminUnits, p.renameUnit)
	app.Get("/admin/matters", policy.AdminUnits, p.showMatters)
	app.Post("/admin/matters", policy.AdminUnits, p.createMatter)
	app.Get("/admin/matters/:id", policy.AdminUnits, p.showMatter)
	app.Post("/admin/matters/:id", policy.AdminUnits, p.changeMatter, web.Act("matter.change"))
	app.Get("/admin/people", policy.AdminPeople, p.showPeople)
	app.Post("/admin/people", policy.AdminPeople, p.createPerson)
	app.Get("/admin/people/new", policy.AdminPeople, p.newPerson)
	app.Get("/admin/people/:id", policy.AdminPeople, p.showPerson)
	app.Get("/admin/people/:id/post", policy.AdminPeople, p.newPost)
	app.Post("/admin/people/:id/post", policy.AdminPeople, p.createPost)
	for _, do := range accountActions {
		act := web.Act(accountActs[do])
		app.Get("/admin/people/:id/"+do, policy.AdminPeople, p.askAccount(do), act)
		app.Post("/admin/people/:id/"+do, policy.AdminPeople, p.doAccount(do), act)
	}
	app.Get("/admin/roles", policy.AdminRoles, p.showRoles)
	app.Post("/admin/roles", policy.AdminRoles, p.grantRole, web.Act("role.grant"))
	app.Get("/admin/roles/new", policy.AdminRoles, p.newGrant, web.Act("role.grant"))
	app.Get("/admin/roles/:id/revoke", policy.AdminRoles, p.askRevoke, web.Act("role.revoke"))
	app.Post("/admin/roles/:id/revoke", policy.AdminRoles, p.revokeRole, web.Act("role.revoke"))
	app.Get("/admin/audit", policy.AdminAudit, p.showAudit)
	app.Get("/admin/feedback", policy.AdminFeedback, p.showAdminFeedback)
	app.Post("/admin/feedback/:id/contact", policy.AdminFeedback, p.showFeedbackContact)
}
