package pages

import (
	"shanzhi/app/web"
	"shanzhi/models/policy"
)

// everydayRoutes registers what everybody needs beside the work itself: looking for things, and being told of them.
func (p *Pages) everydayRoutes(app *web.App) {
	app.Get("/search", policy.Signed, p.search, web.OfOthers)
	app.Get("/notices", policy.Signed, p.showNotices)
	app.Get("/notices/read", policy.Signed, p.backToNotices)
	app.Post("/notices/read", policy.Signed, p.readNotices, web.Always)
	app.Get("/notices/:id", policy.Signed, p.openNotice)
}
