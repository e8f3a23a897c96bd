package pages

import (
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// serveLoopRoutes registers the pages of what becomes of bad ratings, and of calls back.
func (p *Pages) serveLoopRoutes(app *web.App) {
	app.Get("/serve/loops", policy.LoopSee, p.serveLoops)
	app.Get("/serve/loops/:id", policy.LoopSee, p.serveLoop)
	app.Post("/serve/loops/:id/verify", policy.LoopSee, p.serveLoopVerify)
	app.Post("/serve/loops/:id/review", policy.LoopSee, p.serveLoopReview)
	app.Post("/serve/loops/:id/settle", policy.LoopSee, p.serveLoopSettle)
	app.Get("/serve/calls", policy.CallMake, p.serveCalls)
	app.Get("/serve/calls/:id", policy.CallMake, p.serveCall)
	app.Post("/serve/calls/:id/contact", policy.CallMake, p.serveCallContact)
	app.Post("/serve/calls/:id/missed", policy.CallMake, p.serveCallMissed)
	app.Post("/serve/calls/:id/done", policy.CallMake, p.serveCallDone)
	app.Get("/admin/presets", policy.AdminUnits, p.showPresets)
	app.Post("/admin/presets", policy.AdminUnits, p.doPresets)
	app.Get("/serve/rates", policy.RatesSee, p.serveRates)
}
