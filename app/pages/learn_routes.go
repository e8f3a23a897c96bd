package pages

import (
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// learnRoutes registers what learners see: courses, lessons, tests, hours. Each of them sees his own alone.
func (p *Pages) learnRoutes(app *web.App) {
	app.Get("/learn", policy.LearnTake, p.learn)
	app.Get("/learn/hours", policy.LearnTake, p.learnHours)
	app.Get("/learn/courses/:code", policy.LearnTake, p.learnCourse)
	app.Get("/learn/courses/:code/quiz", policy.LearnTake, p.showQuiz)
	app.Post("/learn/courses/:code/quiz", policy.LearnTake, p.startQuiz)
	app.Get("/learn/courses/:code/:no", policy.LearnTake, p.learnLesson)
	app.Post("/learn/courses/:code/:no/place", policy.LearnTake, p.keepPlace)
	app.Post("/learn/courses/:code/:no/finish", policy.LearnTake, p.finishLesson)
	app.Get("/learn/attempts/:id", policy.LearnTake, p.showPaper)
	app.Get("/learn/attempts/:id/answers", policy.LearnTake, p.backToPaper)
	app.Post("/learn/attempts/:id/answers", policy.LearnTake, p.saveAnswers)
	app.Get("/learn/attempts/:id/submit", policy.LearnTake, p.askSubmit)
	app.Post("/learn/attempts/:id/submit", policy.LearnTake, p.submitPaper)
	app.Get("/learn/attempts/:id/result", policy.LearnTake, p.quizResult)
}
