package pages

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showScheme shows what is assessed, from what and with which weights, to everybody who is signed in.
func (p *Pages) showScheme(c *fiber.Ctx) error {
	return p.scheme(c, fiber.StatusOK, ui.NewForm("on", string(p.today())))
}

func (p *Pages) scheme(c *fiber.Ctx, status int, form ui.Form) error {
	w, who := web.Words(c), web.Actor(c)
	s, err := p.Assessments.Scheme(web.Context(c), who, web.Param(c, "code"))
	if err != nil {
		return err
	}
	v := view.SchemeView{
		Code: s.Code, Title: either(w, s.Title, s.TitleEN), Published: day(w, s.PublishedOn), Form: form,
		MayPublish: s.PublishedOn == "" && policy.May(who, policy.PeriodSeal),
		Lead:       w.T("assess.scheme.lead", "k", s.Edition),
	}
	if v.Published != "" {
		v.Lead = w.T("assess.scheme.lead_published", "k", s.Edition, "on", v.Published)
	}
	if policy.May(who, policy.PeriodSee) {
		v.Back = "/assess"
	}
	for _, comp := range models.Competencies() {
		rows, available := schemeRows(w, comp, s.Sources)
		v.Rows = append(v.Rows, rows...)
		if len(rows) > 0 && available < leastWeight {
			v.Notes = append(v.Notes, w.T("assess.scheme.no_estimate", "name", competencyWord(w, comp), "w", available))
		}
	}
	return web.Page(c, status, view.AssessScheme(v))
}

// leastWeight is the least available weight, per cent, with which a competency is estimated.
const leastWeight = 60

// schemeRows are the sources of one competency, and how much of its weight can be collected. That nothing collects a
// source yet is said plainly.
func schemeRows(w *i18n.Printer, comp models.Competency, sources []models.SchemeSource,
) (rows [][]string, available int) {
	for _, s := range sources {
		if s.Competency != comp {
			continue
		}
		state := w.T("assess.source.not_yet")
		if isCollected(s.Source) {
			available += s.Weight
			state = w.T("assess.source.now")
		}
		rows = append(rows, []string{
			competencyWord(w, comp), sourceWord(w, s.Source), strconv.Itoa(s.Weight) + "%", strconv.Itoa(s.MinN), state,
		})
	}
	return rows, available
}

// publishScheme records the day on which the weights were published.
func (p *Pages) publishScheme(c *fiber.Ctx) error {
	form, code := web.Form(c), web.Param(c, "code")
	err := p.Assessments.PublishScheme(web.Context(c), web.Actor(c), code, models.Date(form.Get("on")))
	switch {
	case fault.Is(err, fault.Invalid):
		return p.scheme(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "assess.published")
	return web.See(c, "/assess/schemes/"+code)
}
