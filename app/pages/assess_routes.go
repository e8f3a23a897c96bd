package pages

import (
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// assessRoutes registers the assessment: periods, participants, objections, reports, what everybody sees of himself,
// the public check of a report, and the system's own work.
func (p *Pages) assessRoutes(app *web.App) {
	app.Get("/assess", policy.PeriodSee, p.showPeriods)
	app.Get("/assess/periods/new", policy.PeriodSeal, p.newPeriod)
	app.Post("/assess/periods/new", policy.PeriodSeal, p.createPeriod)
	app.Get("/assess/periods/:code", policy.PeriodSee, p.showPeriod)
	for _, s := range periodSteps() {
		act := web.Act(string(s.do))
		app.Get("/assess/periods/:code/"+s.name, s.do, p.askStep(s), act)
		app.Post("/assess/periods/:code/"+s.name, s.do, p.takeStep(s), act)
	}
	app.Get("/assess/periods/:code/marks", policy.PeriodSee, p.showMarks)
	app.Post("/assess/periods/:code/marks", policy.MarkDecide, p.decideMark)
	app.Get("/assess/periods/:code/sign", policy.PeriodSee, p.showSignSheet)
	app.Get("/assess/periods/:code/people", policy.PeriodSee, p.showParticipants)
	app.Get("/assess/periods/:code/people/:id", policy.PeriodSee, p.showParticipant)
	app.Get("/assess/periods/:code/units", policy.PeriodSee, p.showUnitFigures)
	app.Get("/assess/periods/:code/units/:id", policy.PeriodSee, p.showFiguresOfUnit)
	p.schemeRoutes(app)
	app.Get("/assess/objections/:id", policy.PeriodSee, p.showObjection)
	app.Post("/assess/objections/:id", policy.Answer, p.answerObjection)
	app.Get("/assess/objections/:id/review", policy.PeriodSee, p.showObjection)
	app.Post("/assess/objections/:id/review", policy.ReviewAnswer, p.reviewExclusion)

	app.Get("/assess/reports", policy.PeriodSee, p.showReports)
	app.Get("/assess/reports/compile", policy.PeriodSee, p.backToReports)
	app.Post("/assess/reports/compile", policy.ReportCompile, p.compileReports)
	app.Get("/assess/reports/redo", policy.PeriodSee, p.backToReports)
	app.Post("/assess/reports/redo", policy.ReportCompile, p.redoReports)
	app.Get("/assess/reports/zip", policy.PeriodSee, p.zipReports, web.Large)
	app.Get("/assess/reports/:id/pdf", policy.ReportTake, p.takeReport)
	app.Get("/v/:code", policy.Anybody, p.verifyReport, web.Resident)

	app.Get("/me", policy.Signed, p.showMe)
	app.Get("/me/assess/:code", policy.Signed, p.showMyFigures)
	app.Get("/me/assess/:code/agree", policy.Signed, p.backToMyFigures)
	app.Post("/me/assess/:code/agree", policy.Signed, p.agreeToMine)
	app.Get("/me/assess/:code/object", policy.Signed, p.backToMyFigures)
	app.Post("/me/assess/:code/object", policy.Signed, p.objectToMine)
	app.Get("/me/reports/:id/pdf", policy.Signed, p.takeReport)

	app.Get("/admin/jobs", policy.AdminJobs, p.showJobs)
	app.Get("/admin/jobs/:name/run", policy.AdminJobs, p.askJob)
	app.Post("/admin/jobs/:name/run", policy.AdminJobs, p.runJob)
}
