package pages

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showScheme shows what is assessed, from what and with which weights, to everybody who is signed in.
func (p *Pages) showScheme(c *fiber.Ctx) error { return p.schemePage(c, fiber.StatusOK, nil) }

// schemePage shows a version; form holds what was typed when a step was refused.
func (p *Pages) schemePage(c *fiber.Ctx, status int, form *ui.Form) error {
	w, who := web.Words(c), web.Actor(c)
	var s assessments.SchemePage
	var err error
	if web.Param(c, "edition") == "" {
		s, err = p.Assessments.Scheme(web.Context(c), who, web.Param(c, "code"))
	} else {
		s, err = p.Assessments.SchemeEdition(web.Context(c), who, web.Param(c, "code"), edition(c))
	}
	if err != nil {
		return err
	}
	v := schemeView(w, s)
	if form == nil {
		start := ui.NewForm("on", string(p.today()))
		if s.State == models.SchemePublished {
			start = ui.NewForm("on", string(s.PublishedOn), "doc_no", s.DocNo, "place", s.Place)
		}
		form = &start
	}
	v.Form = *form
	if policy.May(who, policy.PeriodSee) {
		v.Back = "/assess"
	}
	if policy.May(who, policy.SchemeApprove) && s.State == models.SchemeSubmitted && !s.MayDecide && s.OwnHand {
		v.WhyNot = w.T("scheme.own_hand")
	}
	return web.Page(c, status, view.AssessScheme(v))
}

func schemeView(w *i18n.Printer, s assessments.SchemePage) view.SchemeView {
	v := view.SchemeView{
		Path: schemePath(s.Code, s.Edition), Code: s.Code, Title: either(w, s.Title, s.TitleEN), Version: s.Version,
		State: schemeTag(w, s.State), Lead: w.T("assess.scheme.lead", "k", s.Edition), Facts: schemeFacts(w, s),
		Edit: s.MayEdit, Submit: s.MayEdit, Withdraw: s.MayWithdraw, Copy: s.MayCopy, Decide: s.MayDecide,
		Publish: s.MayPublish, Correct: s.MayCorrect, DecideCorrection: s.MayDecideCorrection,
		Discard: s.MayEdit && (s.Edition > 1 || s.Code != assessments.DefaultScheme),
	}
	if s.PublishedOn != "" {
		v.Lead = w.T("assess.scheme.lead_published", "k", s.Edition, "on", day(w, s.PublishedOn))
	}
	v.Notes, v.Warn = schemeNotes(w, s)
	for _, comp := range models.Competencies() {
		rows, available := schemeRows(w, comp, s.Sources)
		v.Rows = append(v.Rows, rows...)
		if len(rows) > 0 && available < leastWeight {
			v.Lacks = append(v.Lacks, w.T("assess.scheme.no_estimate", "name", competencyWord(w, comp), "w", available))
		}
	}
	if s.Former != nil {
		v.ChangesOf = w.T("scheme.changes", "k", s.Former.Edition)
		v.Changes = schemeChanges(w, s.Former.Sources, s.Sources)
	}
	for _, e := range s.Editions {
		v.Editions = append(v.Editions, view.SchemeEditionLine{
			Href: schemePath(e.Code, e.Edition), Edition: w.T("scheme.edition", "k", e.Edition),
			Published: day(w, e.PublishedOn), State: schemeTag(w, e.State),
		})
	}
	if c := s.Correction; c != nil {
		v.Correction = ui.KVText(
			w.T("assess.publish.on"), w.T("scheme.from_to", "from", day(w, s.PublishedOn), "to", day(w, c.PublishedOn)),
			w.T("scheme.doc_no"), w.T("scheme.from_to", "from", orDash(s.DocNo), "to", c.DocNo),
			w.T("scheme.place"), w.T("scheme.from_to", "from", orDash(s.Place), "to", c.Place),
			w.T("scheme.correct.reason"), c.Reason, w.T("scheme.asked_by"),
			w.T("scheme.by_on", "name", orDash(s.Asker), "on", w.Date(c.AskedAt)),
		)
	}
	return v
}

// schemeNotes are what the reader should know first; warn when nothing goes by the version yet.
func schemeNotes(w *i18n.Printer, s assessments.SchemePage) (notes []string, warn bool) {
	if s.State != models.SchemePublished {
		notes, warn = append(notes, w.T("scheme.note."+string(s.State))), true
	}
	if s.State == models.SchemeDraft && s.Returned != "" {
		notes = append(notes, w.T("scheme.returned", "why", s.Returned))
	}
	if s.Used {
		notes = append(notes, w.T("scheme.used"))
	}
	if s.Correction != nil {
		notes = append(notes, w.T("scheme.correction.waits"))
	}
	return notes, warn
}

func schemeFacts(w *i18n.Printer, s assessments.SchemePage) []ui.Pair {
	pairs := []string{w.T("account.post.class"), classWord(w, s.Class), w.T("scheme.note"), orDash(s.Note)}
	if s.Drafter != "" {
		pairs = append(pairs, w.T("scheme.drafter"), s.Drafter)
	}
	if s.SubmittedAt != nil {
		pairs = append(pairs, w.T("scheme.submitter"),
			w.T("scheme.by_on", "name", orDash(s.Submitter), "on", w.Date(*s.SubmittedAt)))
	}
	if s.ApprovedAt != nil {
		pairs = append(pairs, w.T("scheme.approver"),
			w.T("scheme.by_on", "name", orDash(s.Approver), "on", w.Date(*s.ApprovedAt)))
	}
	if s.PublishedOn != "" {
		pairs = append(pairs, w.T("assess.publish.on"), day(w, s.PublishedOn), w.T("scheme.doc_no"), orDash(s.DocNo),
			w.T("scheme.place"), orDash(s.Place))
	}
	return ui.KVText(pairs...)
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
		if assessments.Collected(s.Source) {
			available += s.Weight
			state = w.T("assess.source.now")
		}
		rows = append(rows, []string{
			competencyWord(w, comp), sourceWord(w, s.Source), w.WholePercent(s.Weight), strconv.Itoa(s.MinN), state,
		})
	}
	return rows, available
}

// schemeChanges are the lines that differ from the version before: weight and minimum then and now.
func schemeChanges(w *i18n.Printer, was, now []models.SchemeSource) (out [][]string) {
	say := func(list []models.SchemeSource, comp models.Competency, src models.Source) string {
		for _, s := range list {
			if s.Competency == comp && s.Source == src {
				return w.T("scheme.changes.line", "weight", s.Weight, "min", s.MinN)
			}
		}
		return w.T("scheme.changes.absent")
	}
	for _, comp := range models.Competencies() {
		for _, src := range models.Sources() {
			before, after := say(was, comp, src), say(now, comp, src)
			if before != after {
				out = append(out, []string{competencyWord(w, comp), sourceWord(w, src), before, after})
			}
		}
	}
	return out
}
