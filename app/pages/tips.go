package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showTips lists the reports of wrongdoing that a supervisor of the county receives.
func (p *Pages) showTips(c *fiber.Ctx) error {
	w, l := web.Words(c), listAt(c, "tips", serveSize)
	all, total, err := p.Cases.Tips(web.Context(c), web.Actor(c), l.Page, l.Size)
	if err != nil {
		return err
	}
	v := view.TipsView{List: l.of(total)}
	for _, t := range all {
		v.Lines = append(v.Lines, view.TipLine{
			Href: "/serve/tips/" + t.ID, No: t.No, Unit: t.Unit, On: w.IsoDate(t.ReceivedOn.Day()),
			Open:   t.State == models.TipOpen,
			Passed: w.T("tip.passed", "office", t.PassedTo, "date", dateOr(w.Date, t.PassedOn)),
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), total)
	}
	return web.Page(c, fiber.StatusOK, view.Tips(v))
}

// showTip opens one report.
func (p *Pages) showTip(c *fiber.Ctx) error { return p.tip(c, fiber.StatusOK, ui.Form{}) }

func (p *Pages) tip(c *fiber.Ctx, status int, form ui.Form) error {
	w := web.Words(c)
	t, err := p.Cases.Tip(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	return web.Page(c, status, view.TipOne(view.TipOneView{
		Href: "/serve/tips/" + t.ID, No: t.No, Unit: t.Unit, On: w.Date(t.ReceivedOn.Day()), Text: t.Said,
		Resident: ui.KVText(w.T("word.person"), orNotGiven(w, t.From), w.T("word.phone"), orNotGiven(w, t.Reach)),
		Record: ui.KVText(
			w.T("tip.office"), t.PassedTo, w.T("tip.taker"), t.TakenBy,
			w.T("tip.passed_on"), dateOr(w.Date, t.PassedOn), w.T("tip.passed_by"), t.Passer,
		),
		Version: t.Version, Open: t.State == models.TipOpen, Form: form,
	}))
}

// doTip records that a report was handed to discipline inspection.
func (p *Pages) doTip(c *fiber.Ctx) error {
	form, id := web.Form(c), web.Param(c, "id")
	err := p.Cases.PassTip(web.Context(c), web.Actor(c), id, form.Get("office"), form.Get("taker"),
		wholeNumber(form.Get("version")))
	switch {
	case fault.Is(err, fault.Invalid):
		return p.tip(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "tip.passed.done")
	return web.See(c, "/serve/tips/"+id)
}
