package pages

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// serveAreas are the lists of the area beside that of the cases, as far as they are open to the reader.
func serveAreas(w *i18n.Printer, actor models.Actor, current string) []ui.Tab {
	var out []ui.Tab
	add := func(may bool, key, href string) {
		if may {
			out = append(out, ui.Tab{Text: w.T(key), Href: href, Current: href == current})
		}
	}
	add(true, "serve.area.cases", "/serve")
	add(policy.May(actor, policy.RatesSee), "serve.deadlines", "/serve/deadlines")
	add(policy.May(actor, policy.CaseDecide), "serve.requests.title", "/serve/requests")
	add(policy.May(actor, policy.LoopSee), "loop.title", "/serve/loops")
	add(policy.May(actor, policy.CallMake), "call.title", "/serve/calls")
	add(policy.May(actor, policy.RatesSee), "call.rates", "/serve/rates")
	if len(out) == 1 {
		return nil
	}
	return out
}

// serveDeadlines shows what is due soon, late, suspended or supervised.
func (p *Pages) serveDeadlines(c *fiber.Ctx) error {
	ctx, actor, w, q := web.Context(c), web.Actor(c), web.Words(c), web.Query(c)
	l := listAt(c, "deadlines", serveSize, cases.Orders()...)
	keys := []string{"overdue", "soon", "suspended", "supervised"}
	filters := []cases.Filter{
		{Open: true, Due: cases.Overdue},
		{Open: true, Due: cases.Soon},
		{Open: true, Mark: cases.Suspended},
		{Open: true, Mark: cases.Supervised},
	}
	counts, err := p.Cases.Counts(ctx, actor, filters...)
	if err != nil {
		return err
	}
	which := max(0, slices.Index(keys, q.Get("due")))
	v := view.ServeDeadlinesView{Areas: serveAreas(w, actor, "/serve/deadlines")}
	for i, key := range keys {
		v.Tabs = append(v.Tabs, ui.Tab{
			Text: w.T("serve.deadlines."+key, "n", w.Count(counts[i])), Href: "/serve/deadlines?due=" + key,
			Current: i == which,
		})
	}
	f := filters[which]
	f.Page, f.Size, f.Order = l.Page, l.Size, l.Order
	found, err := p.Cases.List(ctx, actor, f)
	if err != nil {
		return err
	}
	v.List = l.of(found.Total)
	for _, e := range found.Entries {
		v.Lines, v.Units = append(v.Lines, serveLine(w, e)), append(v.Units, e.Unit)
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), v.List.Total)
	}
	return web.Page(c, fiber.StatusOK, view.ServeDeadlines(v))
}

// serveSlip shows the supervision slip of a case.
func (p *Pages) serveSlip(c *fiber.Ctx) error {
	w := web.Words(c)
	d, err := p.Cases.Get(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	if d.Case.SupervisedOn == "" || d.More.Partial {
		return errNoSlip
	}
	site := web.Frame(c).Site
	return web.Page(c, fiber.StatusOK, view.ServeSlip(view.ServeSlipView{
		Path: "/serve/cases/" + d.Case.ID, No: d.Case.No, Title: d.Case.Title, Detail: d.Case.Detail,
		Organizer: site.Organizer, Facts: serveFacts(w, d), Demand: lastNote(d.Events, cases.EventSupervised),
		On: w.T("serve.supervised", "date", w.Date(d.Case.SupervisedOn.Day())),
	}))
}
