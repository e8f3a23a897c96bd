package pages

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/assessments/report"
	"shanzhi/models"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showMarks shows the integrity marks of a period, and the form of the one that is asked for.
func (p *Pages) showMarks(c *fiber.Ctx) error {
	return p.marks(c, fiber.StatusOK, nil, web.Query(c).Get("unit"), web.Query(c).Get("kind"))
}

// marks shows the page; form holds what was typed when it was refused.
func (p *Pages) marks(c *fiber.Ctx, status int, form *ui.Form, unit, kind string) error {
	w := web.Words(c)
	x, err := p.Assessments.Marks(web.Context(c), web.Actor(c), web.Param(c, "code"))
	if err != nil {
		return err
	}
	home := periodPath(x.Period.Code)
	v := view.MarksView{
		PeriodTitle: periodTitle(w, x.Period), PeriodHref: home, Action: home + "/marks",
		Sealed: x.Period.State != models.PeriodOpen,
	}
	if form != nil {
		v.Form = *form
	}
	for _, u := range x.Units {
		one := view.MarksOfUnit{Unit: u.Unit, Own: u.Own && x.May}
		for _, m := range u.Rows {
			name := w.T("mark.kind." + m.Kind)
			one.Rows = append(one.Rows, []string{name, w.Count(m.N), report.Evidence(w, m), report.Found(w, m)})
			if !x.May || u.Own {
				continue
			}
			to := url.Values{"unit": {u.UnitID}, "kind": {m.Kind}}
			one.Asks = append(one.Asks, view.MarkLink{
				Text: w.T("mark.decide", "mark", name), Href: v.Action + "?" + to.Encode() + "#decide",
			})
			if u.UnitID == unit && m.Kind == kind {
				v.Ask = view.MarkAsk{
					UnitID: u.UnitID, Unit: u.Unit, Kind: m.Kind, Name: name, Evidence: report.Evidence(w, m),
					Edition: u.Edition,
				}
			}
		}
		v.Units = append(v.Units, one)
	}
	return web.Page(c, status, view.AssessMarks(v))
}

// decideMark takes what a human found of a mark; a refusal keeps what was written.
func (p *Pages) decideMark(c *fiber.Ctx) error {
	typed := web.Form(c)
	edition, _ := strconv.Atoi(typed.Get("edition")) // what is no number is no edition
	err := p.Assessments.DecideMark(web.Context(c), web.Actor(c), web.Param(c, "code"), assessments.MarkVerdict{
		UnitID: typed.Get("unit"), Kind: typed.Get("kind"), Edition: edition, Finding: typed.Get("finding"),
		Reason: typed.Get("reason"),
	})
	form := ui.FormOf(typed, err)
	switch {
	case fault.Is(err, fault.Invalid):
		return p.marks(c, fiber.StatusUnprocessableEntity, &form, typed.Get("unit"), typed.Get("kind"))
	case fault.Is(err, fault.Conflict):
		return p.marks(c, fiber.StatusConflict, &form, typed.Get("unit"), typed.Get("kind"))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "mark.decided")
	return web.See(c, periodPath(web.Param(c, "code"))+"/marks")
}
