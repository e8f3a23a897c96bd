package pages

import (
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// serveRoutes registers the pages of residents' matters.
func (p *Pages) serveRoutes(app *web.App) {
	p.serveWorkRoutes(app)
	p.serveLoopRoutes(app)
	p.signalRoutes(app)
	app.Get("/serve", policy.CaseSee, p.serveList)
	app.Get("/serve/new", policy.CaseTakeIn, p.showServeNew)
	app.Post("/serve/new", policy.CaseTakeIn, p.doServeNew)
	app.Get("/serve/cases/:id", policy.CaseSee, p.serveCase)
	app.Post("/serve/cases/:id/dispatch", policy.CaseDispatch, p.serveDispatch)
	app.Post("/serve/cases/:id/acknowledge", policy.CaseHandle, p.serveAcknowledge)
	app.Post("/serve/cases/:id/return", policy.CaseHandle,
		p.spotted("return", p.serveReturn, "reason"))
	app.Post("/serve/cases/:id/note", policy.CaseSee,
		p.spotted("note", p.serveNote, "note"))
	app.Post("/serve/cases/:id/answer", policy.CaseHandle,
		p.spotted("answer", p.serveAnswer, "answer"))
	app.Post("/serve/cases/:id/close", policy.CaseSee,
		p.spotted("close", p.serveClose, "close_note"))
	app.Post("/serve/cases/:id/reopen", policy.CaseDispatch,
		p.spotted("reopen", p.serveReopen, "reason"))
	app.Post("/serve/cases/:id/contact", policy.CaseContact, p.serveContact)
	app.Get("/serve/cases/:id/receipt", policy.CaseInvite, p.showServeReceipt)
	app.Post("/serve/cases/:id/receipt", policy.CaseInvite, p.doServeReceipt)
}
