package pages

import (
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// rateRoutes registers the rating page of a link. The link itself is the right to send the form.
func (p *Pages) rateRoutes(app *web.App) {
	calm := newThrottle(p.Clock)
	app.Get("/r/:token", policy.Anybody, calm.guard(p.showRate), web.Resident)
	app.Post("/r/:token", policy.Anybody, calm.guard(p.doRate), web.Resident, web.ByLink)
}
