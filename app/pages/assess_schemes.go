package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showSchemes lists the schemes by post class, to everybody who is signed in: weights are public to the assessed.
func (p *Pages) showSchemes(c *fiber.Ctx) error {
	return p.schemesPage(c, fiber.StatusOK, ui.NewForm())
}

func (p *Pages) schemesPage(c *fiber.Ctx, status int, form ui.Form) error {
	w, who := web.Words(c), web.Actor(c)
	list, err := p.Assessments.Schemes(web.Context(c), who)
	if err != nil {
		return err
	}
	v := view.SchemesView{MayDraft: list.MayDraft, Form: form}
	if policy.May(who, policy.PeriodSee) {
		v.Back = "/assess"
	}
	for _, l := range list.Lines {
		v.Lines = append(v.Lines, schemeLine(w, l))
	}
	v.Classes = []ui.Option{{Text: w.T("field.choose")}}
	for _, class := range list.Classes {
		v.Classes = append(v.Classes, ui.Option{Value: class, Text: classWord(w, class)})
	}
	l := listAt(c, "schemes", 0)
	if v.List = l.List; l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), len(v.Lines))
	}
	return web.Page(c, status, view.AssessSchemes(v))
}

func schemeLine(w *i18n.Printer, l assessments.SchemeLine) view.SchemeLine {
	shown := l.Current
	if shown == nil {
		shown = l.Coming
	}
	out := view.SchemeLine{
		Class: classWord(w, l.Class), Title: editionTitle(w, *shown), Href: schemePath(shown.Code, shown.Edition),
		Published: day(w, shown.PublishedOn), DocNo: shown.DocNo, State: schemeTag(w, shown.State),
	}
	if l.Current != nil && l.Coming != nil {
		out.ComingHref = schemePath(l.Coming.Code, l.Coming.Edition)
		out.Coming = w.T("scheme.coming.state", "k", l.Coming.Edition, "state", schemeTag(w, l.Coming.State).Text)
	}
	return out
}

func editionTitle(w *i18n.Printer, s models.Scheme) string {
	return w.T("report.fact.scheme_edition", "title", either(w, s.Title, s.TitleEN), "k", s.Edition)
}

// schemeTag says how far a version has come.
func schemeTag(w *i18n.Printer, s models.SchemeState) view.PhaseTag {
	kind := ui.Plain
	switch s {
	case models.SchemeSubmitted, models.SchemeApproved:
		kind = ui.Warn
	case models.SchemePublished:
		kind = ui.OK
	case models.SchemeDraft:
	}
	return view.PhaseTag{Kind: kind, Text: w.T("scheme.state." + string(s))}
}

// draftScheme copies a version, or the general scheme for a post class.
func (p *Pages) draftScheme(c *fiber.Ctx) error {
	form := web.Form(c)
	in := assessments.NewScheme{Code: form.Get("code"), Class: form.Get("class")}
	var made models.Scheme
	var err error
	if in.Class == "" && in.Code == "" {
		err = fault.Wrong(fault.On("class", "scheme.own.choose"))
	} else {
		made, err = p.Assessments.DraftScheme(web.Context(c), web.Actor(c), in)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return p.schemesPage(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case fault.Is(err, fault.Conflict):
		return p.schemesPage(c, fiber.StatusConflict, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "scheme.copied")
	return web.See(c, schemePath(made.Code, made.Edition)+"/edit")
}

// schemeLines are what waits about schemes: to approve, to publish, or to write again.
func schemeLines(w *i18n.Printer, todo []assessments.SchemePage) (out []view.HomeLine) {
	for _, s := range todo {
		key := "revise"
		switch {
		case s.MayDecide:
			key = "decide"
		case s.MayDecideCorrection:
			key = "correction"
		case s.MayPublish:
			key = "publish"
		}
		out = append(out, view.HomeLine{
			Title: w.T("scheme.home."+key, "title", either(w, s.Title, s.TitleEN), "k", s.Edition),
			Note:  w.T("scheme.home." + key + ".note"), Href: schemePath(s.Code, s.Edition), Urgency: view.Waits,
		})
	}
	return out
}
