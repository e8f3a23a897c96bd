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
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showObjection shows an objection with the form of its answer.
func (p *Pages) showObjection(c *fiber.Ctx) error {
	return p.objection(c, fiber.StatusOK, nil)
}

// objection shows an objection; form holds what was typed when a step was refused.
func (p *Pages) objection(c *fiber.Ctx, status int, form *ui.Form) error {
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
		MayAnswer:  o.MayAnswer, Form: answerDraft(o, form), Version: o.Version, MayReview: o.MayReview,
		Proposal: proposal(w, o),
		Lead:     w.T("assess.answer_by", "on", day(w, o.DueOn)),
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
			if o.Reviewer != "" {
				v.Answerer = w.T("exclusion.answered_by", "name", orDash(o.Answerer), "reviewer", o.Reviewer,
					"on", w.Date(*o.AnsweredAt))
			}
		}
	case p.today() > o.DueOn:
		v.Lead = w.T("assess.late", "on", day(w, o.DueOn))
	}
	if !o.MayAnswer && !o.MayReview && o.State == assessments.ObjectionOpen {
		v.WhyNot = w.T("assess.answer.not_yours")
		if o.PersonID == who.ID {
			v.WhyNot = w.T("assess.answer.own")
		} else if o.ProposedAt != nil {
			v.WhyNot = w.T("exclusion.waits", "name", orDash(o.Proposer))
		}
	}
	return web.Page(c, status, view.AssessObjection(v))
}

// answerDraft is what the form of an answer begins with: what was typed, or what the second person sent back.
func answerDraft(o assessments.ObjectionView, typed *ui.Form) ui.Form {
	switch {
	case typed != nil:
		return *typed
	case o.MayAnswer && o.SentBack != "":
		return ui.NewForm("result", assessments.Corrected, "text", o.ProposedText, "exclude", o.ProposedCases)
	}
	return ui.NewForm()
}

// proposal is an exclusion that waits for the second person, or why he did not agree.
func proposal(w *i18n.Printer, o assessments.ObjectionView) []ui.Pair {
	switch {
	case o.State != assessments.ObjectionOpen:
		return nil
	case o.ProposedAt != nil:
		return ui.KVText(
			w.T("exclusion.cases"), strings.Join(o.Cases(), w.T("word.comma")),
			w.T("assess.answer.text"), o.ProposedText,
			w.T("exclusion.by"), w.T("scheme.by_on", "name", orDash(o.Proposer), "on", w.Date(*o.ProposedAt)),
		)
	case o.SentBack != "":
		return ui.KVText(w.T("exclusion.sent_back"), o.SentBack)
	}
	return nil
}

// reviewExclusion is the second person's word on an exclusion; a refusal keeps what was written.
func (p *Pages) reviewExclusion(c *fiber.Ctx) error {
	id := web.Param(c, "id")
	d, err := verdict(c)
	if err == nil {
		err = p.Assessments.ReviewExclusion(web.Context(c), web.Actor(c), id, d)
	}
	form := ui.FormOf(web.Form(c), err)
	switch {
	case fault.Is(err, fault.Invalid):
		return p.objection(c, fiber.StatusUnprocessableEntity, &form)
	case fault.Is(err, fault.Conflict):
		return p.objection(c, fiber.StatusConflict, &form)
	case fault.Is(err, fault.Forbidden) && fault.Of(err).Key == "assess.exclusion_own":
		return p.objection(c, fiber.StatusForbidden, &form)
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "exclusion.decided."+yesNo(d.Agree))
	return web.See(c, "/assess/objections/"+url.PathEscape(id))
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
		refused := ui.FormOf(form, err)
		return p.objection(c, fiber.StatusUnprocessableEntity, &refused)
	case fault.Is(err, fault.Conflict):
		refused := ui.FormOf(form, err)
		return p.objection(c, fiber.StatusConflict, &refused)
	case err != nil:
		return err
	}
	if len(reply.Exclude) > 0 {
		web.Flash(c, ui.OK, "exclusion.proposed")
	} else {
		web.Flash(c, ui.OK, "assess.answer.sent")
	}
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
