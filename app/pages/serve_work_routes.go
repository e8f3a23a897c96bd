package pages

import (
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/policy"
)

// serveWorkRoutes registers what clerks, supervisors, leaders and assisting parties do besides the steps of a case.
func (p *Pages) serveWorkRoutes(app *web.App) {
	app.Get("/serve/deadlines", policy.RatesSee, p.serveDeadlines)
	app.Get("/serve/requests", policy.CaseDecide, p.serveRequests)
	app.Get("/serve/cases/:id/slip", policy.CaseSee, p.serveSlip)
	app.Post("/serve/cases/:id/object", policy.CaseHandle, p.serveAsk(models.AskDispatch, "object"))
	app.Post("/serve/cases/:id/extend", policy.CaseHandle, p.serveAsk(models.AskExtend, "extend"))
	app.Post("/serve/cases/:id/exclude", policy.CaseDispatch, p.serveAsk(models.AskExclude, "exclude"))
	app.Post("/serve/cases/:id/escalate", policy.CaseSupervise, p.serveAsk(models.AskEscalate, "escalate"))
	app.Post("/serve/cases/:id/asks/:ask", policy.CaseDecide, p.serveDecide)
	// The doors are looked up when they are used, for tests register routes before they make doors.
	app.Post("/serve/cases/:id/remind", policy.CaseSupervise,
		p.serveSay("remind", func() saying { return p.Cases.Remind }))
	app.Post("/serve/cases/:id/supervise", policy.CaseSupervise,
		p.serveSay("supervise", func() saying { return p.Cases.Supervise }))
	app.Post("/serve/cases/:id/suspend", policy.CaseSupervise,
		p.serveSay("suspend", func() saying { return p.Cases.Suspend }))
	app.Post("/serve/cases/:id/resume", policy.CaseSupervise,
		p.serveSay("resume", func() saying { return p.Cases.Resume }))
	app.Post("/serve/cases/:id/instruct", policy.CaseApprove,
		p.serveSay("instruct", func() saying { return p.Cases.Instruct }))
	app.Post("/serve/cases/:id/join", policy.CaseDispatch,
		p.spotted("join", p.serveJoin, "task"))
	app.Post("/serve/cases/:id/part", policy.CaseSee,
		p.spotted("part", p.servePart, "part"))
	app.Post("/serve/cases/:id/repeat", policy.CaseDispatch, p.serveRepeat)
	app.Post("/serve/cases/:id/recheck", policy.CaseHandle,
		p.spotted("recheck", p.serveRecheck, "found"))
}
