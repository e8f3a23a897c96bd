package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showLeak is the form of a complaint that a rating leaked.
func (p *Pages) showLeak(c *fiber.Ctx) error {
	q := web.Query(c)
	if q.Has("sent") {
		return web.Page(c, fiber.StatusOK, view.LeakSent())
	}
	return p.leak(c, fiber.StatusOK, ui.NewForm("unit", q.Get("unit")))
}

func (p *Pages) leak(c *fiber.Ctx, status int, form ui.Form) error {
	units, err := p.Cases.Areas(web.Context(c))
	if err != nil {
		return err
	}
	ticket := form.Value("ticket")
	if ticket == "" || form.Bad() && len(form.Fault().Fields) == 0 { // too old: a fresh one
		ticket = p.Ratings.LeakTicket()
	}
	return web.Page(c, status, view.Leak(view.LeakView{
		Form: form, Ticket: ticket, Units: unitOptions(web.Words(c), units, "field.choose"),
	}))
}

// doLeak keeps such a complaint.
func (p *Pages) doLeak(c *fiber.Ctx) error {
	form := web.Form(c)
	err := noCardNumber(form, "text")
	if err == nil {
		err = p.Ratings.ReportLeak(web.Context(c), ratings.Leak{
			UnitID: form.Get("unit"), Text: form.Get("text"), Contact: form.Get("contact"), Ticket: form.Get("ticket"),
		})
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return p.leak(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	return web.See(c, "/leak?sent=1")
}

// signalTabs lead between the reports of pressure, the complaints about leaks and the slips that were keyed twice.
func signalTabs(c *fiber.Ctx, current string) []ui.Tab {
	w := web.Words(c)
	return []ui.Tab{
		{Text: w.T("serve.signals"), Href: signalsPath, Current: current == signalsPath},
		{Text: w.T("leak.title"), Href: "/serve/leaks", Current: current == "/serve/leaks"},
		{Text: w.T("paper.check.title"), Href: checksPath, Current: current == checksPath},
	}
}

// showLeaks lists the complaints about units below those of the supervisor.
func (p *Pages) showLeaks(c *fiber.Ctx) error {
	w, at := web.Words(c), listAt(c, "leaks", serveSize)
	all, total, err := p.Ratings.Leaks(web.Context(c), web.Actor(c), at.Page, at.Size)
	if err != nil {
		return err
	}
	v := view.LeaksView{Tabs: signalTabs(c, "/serve/leaks"), List: at.of(total)}
	for _, l := range all {
		v.Lines = append(v.Lines, view.LeakLine{
			Href: "/serve/leaks/" + l.ID, On: w.IsoDate(l.ReportedOn.Day()), Unit: l.Unit,
			Open: l.State == models.LeakOpen, Done: dateOr(w.IsoDate, l.HandledOn),
		})
	}
	if at.wanted {
		return p.sheet(c, at, v.Grid(web.Context(c)), total)
	}
	return web.Page(c, fiber.StatusOK, view.Leaks(v))
}

// showLeakOne opens one complaint.
func (p *Pages) showLeakOne(c *fiber.Ctx) error { return p.leakOne(c, fiber.StatusOK, ui.Form{}) }

func (p *Pages) leakOne(c *fiber.Ctx, status int, form ui.Form) error {
	w := web.Words(c)
	l, err := p.Ratings.Leak(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	return web.Page(c, status, view.LeakOne(view.LeakOneView{
		Href: "/serve/leaks/" + l.ID, Unit: l.Unit, On: w.Date(l.ReportedOn.Day()), Text: l.Said, Contact: l.Reach,
		Note: l.Note, Handler: l.Handler, Done: dateOr(w.Date, l.HandledOn), Version: l.Version,
		Open: l.State == models.LeakOpen, Form: form,
	}))
}

// doLeakOne writes down what was done about a complaint.
func (p *Pages) doLeakOne(c *fiber.Ctx) error {
	form, id := web.Form(c), web.Param(c, "id")
	err := p.Ratings.CloseLeak(web.Context(c), web.Actor(c), id, form.Get("note"), wholeNumber(form.Get("version")))
	switch {
	case fault.Is(err, fault.Invalid):
		return p.leakOne(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "leak.closed")
	return web.See(c, "/serve/leaks")
}
