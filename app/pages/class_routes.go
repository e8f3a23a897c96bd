package pages

import (
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// classRoutes registers training classes: for those on a list, and for whoever runs them.
func (p *Pages) classRoutes(app *web.App) {
	const one = "/learn/manage/classes/:id"
	app.Get("/learn/classes", policy.LearnTake, p.ownClasses)
	app.Get("/learn/classes/:id", policy.LearnTake, p.ownClass)
	app.Get("/learn/manage/classes", policy.ClassSee, p.classList)
	app.Post("/learn/manage/classes", policy.ClassManage, p.createClass)
	app.Get("/learn/manage/classes/new", policy.ClassManage, p.newClass)
	app.Get(one, policy.ClassSee, p.showClass)
	app.Post(one, policy.ClassManage, p.changeClass)
	app.Get(one+"/edit", policy.ClassManage, p.editClass)
	app.Post(one+"/announce", policy.ClassManage, p.announceClass)
	app.Get(one+"/cancel", policy.ClassManage, p.askCancelClass)
	app.Post(one+"/cancel", policy.ClassManage, p.cancelClass)
	app.Get(one+"/timetable", policy.ClassSee, p.printTimetable)
	app.Get(one+"/sessions", policy.ClassManage, p.classSessions)
	app.Post(one+"/sessions", policy.ClassManage, p.addSession)
	app.Post(one+"/sessions/:session/drop", policy.ClassManage, p.dropSession)
	app.Get(one+"/sessions/:session", policy.ClassSee, p.classSheet)
	app.Post(one+"/sessions/:session", policy.ClassManage, p.signSheet)
	app.Get(one+"/sessions/:session/print", policy.ClassSee, p.printSheet)
	app.Get(one+"/members", policy.ClassSee, p.classMembers)
	app.Post(one+"/members", policy.ClassManage, p.addMembers)
	app.Get(one+"/members/:person", policy.ClassManage, p.askWithdraw)
	app.Post(one+"/members/:person", policy.ClassManage, p.withdrawMember)
	app.Get(one+"/closing", policy.ClassSee, p.classClosing)
	app.Post(one+"/closing", policy.ClassConfirm, p.closeClass)
}
