package pages

import (
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// opsRoutes registers what whoever runs and audits the house looks at.
func (p *Pages) opsRoutes(app *web.App) {
	app.Get("/admin/audit/seals", policy.AdminAudit, p.showSeals)
	app.Get("/help/run/deploy", policy.Anybody, p.showRunGuide("deploy"))
	app.Get("/help/run/log", policy.Anybody, p.showRunGuide("log"))
	app.Get("/admin/audit/seals/check", policy.AdminAudit, p.checkSeals)
}
