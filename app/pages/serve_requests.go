package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

var errNoSlip = fault.New(fault.NotFound, "serve.no_slip")

// serveRequests lists what waits for the reader's decision, or all that was asked within his reach.
func (p *Pages) serveRequests(c *fiber.Ctx) error {
	actor, w, q := web.Actor(c), web.Words(c), web.Query(c)
	all, l := q.Get("all") == "1", listAt(c, "requests", serveSize)
	found, err := p.Cases.Requests(web.Context(c), actor, all, l.Page, l.Size)
	if err != nil {
		return err
	}
	v := view.ServeRequestsView{
		Areas: serveAreas(w, actor, "/serve/requests"),
		Tabs: []ui.Tab{
			{Text: w.T("serve.requests.tab.open"), Href: "/serve/requests", Current: !all},
			{Text: w.T("serve.requests.tab.all"), Href: "/serve/requests?all=1", Current: all},
		},
		List: l.of(found.Total),
	}
	for _, r := range found.Entries {
		v.Lines = append(v.Lines, view.ServeAskLine{
			Href: "/serve/cases/" + r.CaseID, No: r.No, Title: r.Title,
			Kind: requestName(w, r.CaseRequest), Note: r.Note, Unit: r.Unit,
			Asker: r.Asker, On: w.IsoDate(r.AskedAt), State: w.T("serve.requests.state." + string(r.State)),
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), found.Total)
	}
	return web.Page(c, fiber.StatusOK, view.ServeRequests(v))
}
