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

// schemeFormRows is how many sources the form offers for a competency.
const schemeFormRows = 3

// editScheme shows the form of a draft with what it says now.
func (p *Pages) editScheme(c *fiber.Ctx) error {
	s, err := p.Assessments.SchemeEdition(web.Context(c), web.Actor(c), web.Param(c, "code"), edition(c))
	switch {
	case err != nil:
		return err
	case !s.MayEdit:
		return web.See(c, schemePath(s.Code, s.Edition)) // the page says how far it is
	}
	pairs := []string{"title", s.Title, "title_en", s.TitleEN, "note", s.Note}
	row := map[models.Competency]int{}
	for _, src := range s.Sources {
		row[src.Competency]++
		l := assessments.SourceInput{Competency: src.Competency, Row: row[src.Competency]}
		pairs = append(pairs, l.Field("source"), string(src.Source), l.Field("weight"), strconv.Itoa(src.Weight),
			l.Field("min"), strconv.Itoa(src.MinN))
	}
	return p.schemeForm(c, fiber.StatusOK, s, ui.NewForm(pairs...), s.Version)
}

func (p *Pages) schemeForm(c *fiber.Ctx, status int, s assessments.SchemePage, form ui.Form, version int) error {
	w := web.Words(c)
	v := view.SchemeEditView{
		Path: schemePath(s.Code, s.Edition), Title: editionTitle(w, s.Scheme), Version: version, Form: form,
		Sources: []ui.Option{{Text: w.T("scheme.source.none")}},
	}
	for _, src := range models.Sources() {
		text := sourceWord(w, src)
		if !assessments.Collected(src) {
			text = w.T("scheme.source.not_yet", "source", text)
		}
		v.Sources = append(v.Sources, ui.Option{Value: string(src), Text: text})
	}
	for _, comp := range models.Competencies() {
		part := view.SchemePart{Key: string(comp), Name: competencyWord(w, comp)}
		for k := range schemeFormRows {
			part.Rows = append(part.Rows, strconv.Itoa(k+1))
		}
		v.Parts = append(v.Parts, part)
	}
	return web.Page(c, status, view.AssessSchemeEdit(v))
}

// saveScheme saves a draft; a refused form keeps what was typed.
func (p *Pages) saveScheme(c *fiber.Ctx) error {
	form, code, k := web.Form(c), web.Param(c, "code"), edition(c)
	s, err := p.Assessments.SchemeEdition(web.Context(c), web.Actor(c), code, k)
	if err != nil {
		return err
	}
	in, bad := schemeInput(form)
	if len(bad) > 0 {
		err = fault.Wrong(bad...)
	} else {
		err = p.Assessments.EditScheme(web.Context(c), web.Actor(c), code, k, in)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return p.schemeForm(c, fiber.StatusUnprocessableEntity, s, ui.FormOf(form, err), in.Version)
	case fault.Is(err, fault.Conflict):
		return p.schemeForm(c, fiber.StatusConflict, s, ui.FormOf(form, err), in.Version)
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "scheme.saved")
	return web.See(c, schemePath(code, k))
}

// schemeInput reads the lines that name a source, or that hold a number without one.
func schemeInput(form url.Values) (in assessments.SchemeInput, bad []fault.Field) {
	in = assessments.SchemeInput{Title: form.Get("title"), TitleEN: form.Get("title_en"), Note: form.Get("note")}
	in.Version, _ = strconv.Atoi(form.Get("version")) // what is no number is stale
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(form.Get(name)), "%"))
		if err != nil {
			bad = append(bad, fault.On(name, "form.number"))
		}
		return n
	}
	for _, comp := range models.Competencies() {
		for k := range schemeFormRows {
			l := assessments.SourceInput{Competency: comp, Row: k + 1}
			l.Source = models.Source(form.Get(l.Field("source")))
			weight := strings.TrimSpace(form.Get(l.Field("weight")))
			switch {
			case l.Source == "" && weight == "":
				continue // what stands under “minimum” alone asks for nothing
			case l.Source == "":
				bad = append(bad, fault.On(l.Field("source"), "scheme.source.missing"))
				continue
			}
			l.Weight, l.MinN = number(l.Field("weight")), number(l.Field("min"))
			in.Sources = append(in.Sources, l)
		}
	}
	return in, bad
}

// askDiscard asks before a draft is thrown away.
func (p *Pages) askDiscard(c *fiber.Ctx) error {
	w := web.Words(c)
	s, err := p.Assessments.SchemeEdition(web.Context(c), web.Actor(c), web.Param(c, "code"), edition(c))
	if err != nil {
		return err
	}
	path := schemePath(s.Code, s.Edition)
	if !s.MayEdit {
		return web.See(c, path)
	}
	return web.Page(c, fiber.StatusOK, ui.ConfirmPage(ui.Confirm{
		Action: path + "/discard", Title: w.T("scheme.discard.ask", "title", editionTitle(w, s.Scheme)),
		Text: w.T("scheme.discard.text"), Button: w.T("scheme.do.discard"), Back: path,
		Hidden: []string{"version", strconv.Itoa(s.Version)},
	}))
}

func (p *Pages) discardScheme(c *fiber.Ctx) error {
	err := p.Assessments.DiscardScheme(web.Context(c), web.Actor(c), web.Param(c, "code"), edition(c), typedVersion(c))
	return p.schemeStep(c, err, schemesPath, "scheme.discarded")
}

func (p *Pages) submitScheme(c *fiber.Ctx) error {
	err := p.Assessments.SubmitScheme(web.Context(c), web.Actor(c), web.Param(c, "code"), edition(c), typedVersion(c))
	return p.schemeStep(c, err, "", "scheme.submitted")
}

func (p *Pages) withdrawScheme(c *fiber.Ctx) error {
	err := p.Assessments.WithdrawScheme(web.Context(c), web.Actor(c), web.Param(c, "code"), edition(c), typedVersion(c))
	return p.schemeStep(c, err, "", "scheme.withdrawn")
}

func (p *Pages) decideScheme(c *fiber.Ctx) error {
	d, err := verdict(c)
	if err == nil {
		err = p.Assessments.DecideScheme(web.Context(c), web.Actor(c), web.Param(c, "code"), edition(c), d)
	}
	return p.schemeStep(c, err, "", "scheme.decided."+yesNo(d.Agree))
}

func (p *Pages) publishScheme(c *fiber.Ctx) error {
	err := p.Assessments.PublishScheme(web.Context(c), web.Actor(c), web.Param(c, "code"), edition(c),
		publication(web.Form(c)))
	return p.schemeStep(c, err, "", "assess.published")
}

func (p *Pages) correctScheme(c *fiber.Ctx) error {
	form := web.Form(c)
	err := p.Assessments.CorrectPublication(web.Context(c), web.Actor(c), web.Param(c, "code"), edition(c),
		publication(form), form.Get("reason"))
	return p.schemeStep(c, err, "", "scheme.correct.asked")
}

func (p *Pages) decideCorrection(c *fiber.Ctx) error {
	d, err := verdict(c)
	if err == nil {
		err = p.Assessments.DecideCorrection(web.Context(c), web.Actor(c), web.Param(c, "code"), edition(c), d)
	}
	return p.schemeStep(c, err, "", "scheme.corrected."+yesNo(d.Agree))
}

// schemeStep answers after a step: a refusal shows the version with what was typed, else to leads on, "" to the
// version.
func (p *Pages) schemeStep(c *fiber.Ctx, err error, to, said string) error {
	form := ui.FormOf(web.Form(c), err)
	switch {
	case fault.Is(err, fault.Invalid):
		return p.schemePage(c, fiber.StatusUnprocessableEntity, &form)
	case fault.Is(err, fault.Conflict):
		return p.schemePage(c, fiber.StatusConflict, &form)
	case fault.Is(err, fault.Forbidden) && fault.Of(err).Key == "assess.scheme_same_person":
		return p.schemePage(c, fiber.StatusForbidden, &form)
	case err != nil:
		return err
	}
	if to == "" {
		to = schemePath(web.Param(c, "code"), edition(c))
	}
	web.Flash(c, ui.OK, said)
	return web.See(c, to)
}

func publication(form url.Values) assessments.Publication {
	return assessments.Publication{On: models.Date(form.Get("on")), DocNo: form.Get("doc_no"), Place: form.Get("place")}
}

// typedVersion is the version a form was made from; what is no number is stale.
func typedVersion(c *fiber.Ctx) int {
	n, err := strconv.Atoi(web.Form(c).Get("version"))
	if err != nil {
		return -1
	}
	return n
}

// verdict reads a yes or a no.
func verdict(c *fiber.Ctx) (assessments.Verdict, error) {
	form := web.Form(c)
	d := assessments.Verdict{Version: typedVersion(c), Agree: form.Get("verdict") == "yes", Reason: form.Get("reason")}
	if v := form.Get("verdict"); v != "yes" && v != "no" {
		return d, fault.Wrong(fault.On("verdict", "form.required"))
	}
	return d, nil
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
