package pages

import (
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// voicesRoutes registers what residents do without an account beside the rating link, and the desks behind it. The
// kernel logs nothing of pages for residents.
func (p *Pages) voicesRoutes(app *web.App) {
	calm, slow := newThrottle(p.Clock), newPace(p.Clock, slowCalls)
	app.Get("/r", policy.Anybody, calm.guard(p.showRateHow), web.Resident)
	app.Post("/r", policy.Anybody, slow.guard(p.doRateCode), web.Resident)
	app.Get("/s/:stand", policy.Anybody, calm.guard(p.showStand), web.Resident)
	app.Post("/s/:stand", policy.Anybody, slow.guard(p.standPace(p.doStand)), web.Resident, web.ByLink)
	app.Get("/ask", policy.Anybody, calm.guard(p.showAsk), web.Resident)
	app.Post("/ask", policy.Anybody, slow.guard(p.doAsk), web.Resident)
	app.Get("/leak", policy.Anybody, calm.guard(p.showLeak), web.Resident)
	app.Post("/leak", policy.Anybody, slow.guard(p.doLeak), web.Resident)
	app.Get("/track", policy.Anybody, calm.guard(p.showTrack), web.Resident)
	app.Post("/track", policy.Anybody, slow.guard(p.trackPace(p.doTrack)), web.Resident)
	app.Get("/track/:ticket", policy.Anybody, calm.guard(p.showTracked), web.Resident)
	app.Post("/track/:ticket/words", policy.Anybody, slow.guard(p.trackWords), web.Resident, web.ByLink)
	app.Post("/track/:ticket/again", policy.Anybody, slow.guard(p.trackAgain), web.Resident, web.ByLink)
	app.Post("/track/:ticket/withdraw", policy.Anybody, slow.guard(p.trackWithdraw), web.Resident, web.ByLink)
	app.Post("/track/:ticket/rate", policy.Anybody, slow.guard(p.trackRate), web.Resident, web.ByLink)

	app.Post("/admin/matters/rules", policy.AdminUnits, p.doMatterRules)
	app.Get("/serve/stands", policy.StandManage, p.showStands)
	app.Post("/serve/stands", policy.StandManage, p.createStand)
	app.Get("/serve/stands/:id", policy.StandManage, p.showStandOne)
	app.Get("/serve/stands/:id/card", policy.StandManage, p.showStandCard)
	app.Post("/serve/stands/:id/slips", policy.StandManage, p.doStandSlips)
	app.Post("/serve/stands/:id/end", policy.StandManage, p.endStand)
	p.paperCheckRoutes(app)
	app.Get("/serve/paper", policy.PaperKey, p.showPaperKey)
	app.Post("/serve/paper", policy.PaperKey, p.doPaperKey)
	app.Post("/serve/cases/:id/slip", policy.CaseInvite, p.doCaseSlip)
	app.Post("/serve/cases/:id/code", policy.CaseTakeIn, p.doServeCode)
	app.Post("/serve/cases/:id/sort", policy.CaseDispatch, p.serveSort)
	app.Get("/serve/leaks", policy.LeakSee, p.showLeaks)
	app.Get("/serve/leaks/:id", policy.LeakSee, p.showLeakOne)
	app.Post("/serve/leaks/:id", policy.LeakSee, p.doLeakOne)
	app.Get("/serve/tips", policy.TipSee, p.showTips)
	app.Get("/serve/tips/:id", policy.TipSee, p.showTip)
	app.Post("/serve/tips/:id", policy.TipSee, p.doTip)
}
