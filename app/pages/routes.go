package pages

import "shanzhi/app/web"

// Register adds every page. A page names the action that opens its door; routes_test.go holds the table of who may.
func (p *Pages) Register(app *web.App) {
	p.accountRoutes(app)
	p.accessRoutes(app)
	p.learnRoutes(app)
	p.trainRoutes(app)
	p.classRoutes(app)
	p.ruleRoutes(app)
	p.serveRoutes(app)
	p.rateRoutes(app)
	p.voicesRoutes(app)
	p.assessRoutes(app)
	p.everydayRoutes(app)
	p.opsRoutes(app)
	p.onboardRoutes(app)
	p.tenureRoutes(app)
	// Of sentences of the same urgency the first is said: what must be checked or released comes before what can be
	// learnt.
	p.AddHome(
		p.adminHome, p.assessHome, p.serveHome, p.serveWorkHome, p.voicesHome, p.trainHome, p.classHome, p.ruleHome,
		p.readerHome, p.firstHome, p.learnHome,
	)
}
