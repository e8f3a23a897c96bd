package pages

import (
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// trainRoutes registers what the training administrator does, and the claims of everybody who learns.
func (p *Pages) trainRoutes(app *web.App) {
	app.Get("/learn/claims", policy.LearnTake, p.showClaims)
	app.Post("/learn/claims", policy.LearnTake, p.createClaim)
	app.Post("/learn/claims/:id/withdraw", policy.LearnTake, p.withdrawClaim)
	app.Get("/learn/manage", policy.TrainSee, p.trainPeople)
	app.Get("/learn/manage/people/:id", policy.TrainSee, p.trainRecord)
	app.Post("/learn/manage/people/:id", policy.TrainManage, p.counterEntry)
	app.Get("/learn/manage/claims", policy.TrainSee, p.trainClaims)
	app.Get("/learn/manage/claims/:id", policy.TrainSee, p.trainClaim)
	app.Post("/learn/manage/claims/:id", policy.TrainManage, p.decideClaim)
	app.Get("/learn/manage/tasks", policy.TrainSee, p.trainTasks)
	app.Post("/learn/manage/tasks", policy.TrainManage, p.createTask)
	app.Get("/learn/manage/tasks/:id", policy.TrainSee, p.trainTask)
	app.Post("/learn/manage/tasks/:id/end", policy.TrainManage, p.endTask)
}
