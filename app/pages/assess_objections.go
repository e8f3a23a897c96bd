package pages

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showObjection shows an objection with the form of its answer.
func (p *Pages) showObjection(c *fiber.Ctx) error {
	return p.objection(c, fiber.StatusOK, ui.NewForm())
}

func (p *Pages) objection(c *fiber.Ctx, status int, form ui.Form) error {
	who, w := web.Actor(c), web.Words(c)
	o, err := p.Assessments.Objection(web.Context(c), who, web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := view.ObjectionView{
		ID: o.ID, No: o.No, Item: competencyWord(w, models.Competency(o.Item)), Text: o.Text,
		State:       objectionTag(w, o.Objection),
		PeriodTitle: periodTitle(w, o.Period), PeriodHref: periodPath(o.Period.Code) + "#objections",
		PersonHref: periodPath(o.Period.Code) + "/people/" + url.PathEscape(o.PersonID),
		MayAnswer:  o.MayAnswer, Form: form, Version: o.Version,
		Lead: w.T("assess.answer_by", "on", day(w, o.DueOn)),
		Facts: ui.KVText(
			w.T("assess.objection.by"), o.Name, w.T("report.fact.staff_no"), o.StaffNo, w.T("word.unit"), o.UnitName,
			w.T("assess.objection.filed"), w.DateTime(o.FiledAt), w.T("assess.objection.due"), day(w, o.DueOn),
		),
	}
	switch {
	case o.State == assessments.ObjectionAnswered:
		v.Answer, v.Result, v.Lead = o.Answer, objectionTag(w, o.Objection).Text, w.T("assess.answered.lead")
		if o.AnsweredAt != nil {
			v.Answerer = w.T("assess.answered_by", "name", orDash(o.Answerer), "on", w.Date(*o.AnsweredAt))
		}
	case p.today() > o.DueOn:
		v.Lead = w.T("assess.late", "on", day(w, o.DueOn))
	}
	if !o.MayAnswer && o.State == assessments.ObjectionOpen {
		v.WhyNot = w.T("assess.answer.not_yours")
		if o.PersonID == who.ID {
			v.WhyNot = w.T("assess.answer.own")
		}
	}
	return web.Page(c, status, view.AssessObjection(v))
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// answerObjection answers an objection; a refused answer keeps what was written.
func (p *Pages) answerObjection(c *fiber.Ctx) error {
	form := web.Form(c)
	version, err := strconv.Atoi(form.Get("version"))
	if err != nil {
		return fault.New(fault.Conflict, "error.stale")
	}
	reply := assessments.Reply{
		Version: version, Result: form.Get("result"), Text: form.Get("text"), Exclude: lines(form.Get("exclude")),
	}
	id := web.Param(c, "id")
	err = p.Assessments.AnswerObjection(web.Context(c), web.Actor(c), id, reply)
	switch {
	case fault.Is(err, fault.Invalid):
		return p.objection(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case fault.Is(err, fault.Conflict):
		return p.objection(c, fiber.StatusConflict, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "assess.answer.sent")
	return web.See(c, "/assess/objections/"+url.PathEscape(id))
}

// lines are the lines of a text that are not empty, each once.
func lines(text string) []string {
	var out []string
	seen := map[string]bool{}
	for s := range strings.Lines(text) {
		if s = strings.TrimSpace(s); s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
