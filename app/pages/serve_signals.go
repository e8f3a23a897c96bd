package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/ratings"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

const signalsPath = "/serve/signals"

// signalRoutes registers the pages of what residents say about being asked for a good rating.
func (p *Pages) signalRoutes(app *web.App) {
	app.Get(signalsPath, policy.SignalSee, p.serveSignals)
	app.Get(signalsPath+"/:id", policy.SignalSee, p.showSignal)
	app.Post(signalsPath+"/:id", policy.SignalSee, p.doSignal)
}

// serveSignals shows supervisors the reports of pressure.
func (p *Pages) serveSignals(c *fiber.Ctx) error {
	w, l := web.Words(c), listAt(c, "signals", serveSize)
	found, err := p.Ratings.Signals(web.Context(c), web.Actor(c), l.Page, l.Size)
	if err != nil {
		return err
	}
	v := view.ServeSignalsView{Tabs: signalTabs(c, signalsPath), List: l.of(found.Total)}
	for _, s := range found.Signals {
		v.Lines = append(v.Lines, signalLine(w, s))
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), found.Total)
	}
	return web.Page(c, fiber.StatusOK, view.ServeSignals(v))
}

func signalLine(w *i18n.Printer, s ratings.Signal) view.ServeSignal {
	out := view.ServeSignal{
		Href: signalsPath + "/" + s.ID, On: w.IsoDate(s.On.Day()), Unit: s.Unit, Matter: s.Matter, Comment: s.Comment,
	}
	if s.Open() {
		out.State, out.Late = serveDue(w, s.DueOn, "", s.DaysLeft)
		out.Open = true
		return out
	}
	finding := w.T("signal.finding." + s.Finding)
	out.State = w.T("signal.settled_on", "date", w.ShortDate(s.HandledOn.Day()), "finding", finding)
	return out
}

// showSignal opens one report of pressure, with the form of what came of it.
func (p *Pages) showSignal(c *fiber.Ctx) error { return p.signal(c, fiber.StatusOK, ui.Form{}) }

func (p *Pages) signal(c *fiber.Ctx, status int, form ui.Form) error {
	w := web.Words(c)
	s, err := p.Ratings.Signal(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := view.SignalOneView{
		Line: signalLine(w, s), On: w.Date(s.On.Day()), Due: w.Date(s.DueOn.Day()), Note: s.Note, Handler: s.Handler,
		Done: dateOr(w.Date, s.HandledOn), Form: form,
		Findings: options(w, ratings.SignalFindings(), "signal.finding.", ""),
	}
	if !s.Open() {
		v.Finding = w.T("signal.finding." + s.Finding)
	}
	return web.Page(c, status, view.SignalOne(v))
}

// doSignal writes down what came of a report of pressure.
func (p *Pages) doSignal(c *fiber.Ctx) error {
	form, id := web.Form(c), web.Param(c, "id")
	err := p.Ratings.SettleSignal(web.Context(c), web.Actor(c), id, form.Get("finding"), form.Get("note"))
	switch {
	case fault.Is(err, fault.Invalid):
		return p.signal(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "signal.done")
	return web.See(c, signalsPath)
}
