package pages

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	"shanzhi/templates/ui"
)

const schemesPath = "/assess/schemes"

// schemeRoutes registers the schemes: their list, their versions, and the steps from a draft to its publication. An
// address that is posted to shows the version when it is opened.
func (p *Pages) schemeRoutes(app *web.App) {
	one := schemesPath + "/:code/:edition"
	app.Get(schemesPath, policy.SchemeRead, p.showSchemes)
	app.Get(schemesPath+"/new", policy.SchemeRead, p.showSchemes)
	app.Post(schemesPath+"/new", policy.SchemeDraft, p.draftScheme)
	app.Get(schemesPath+"/:code", policy.SchemeRead, p.showScheme)
	app.Get(one, policy.SchemeRead, p.showScheme)
	app.Get(one+"/edit", policy.SchemeDraft, p.editScheme)
	app.Post(one+"/edit", policy.SchemeDraft, p.saveScheme)
	app.Get(one+"/discard", policy.SchemeDraft, p.askDiscard)
	app.Post(one+"/discard", policy.SchemeDraft, p.discardScheme)
	for _, s := range []struct {
		name string
		do   policy.Action
		take fiber.Handler
	}{
		{"submit", policy.SchemeDraft, p.submitScheme},
		{"withdraw", policy.SchemeDraft, p.withdrawScheme},
		{"decide", policy.SchemeApprove, p.decideScheme},
		{"publish", policy.SchemeDraft, p.publishScheme},
		{"correct", policy.SchemeDraft, p.correctScheme},
		{"correction", policy.SchemeApprove, p.decideCorrection},
	} {
		app.Get(one+"/"+s.name, policy.SchemeRead, p.backToScheme)
		app.Post(one+"/"+s.name, s.do, s.take)
	}
}

// schemePath is the address of a version.
func schemePath(code string, edition int) string {
	return schemesPath + "/" + url.PathEscape(code) + "/" + strconv.Itoa(edition)
}

// edition is the version an address names; what is no number is none.
func edition(c *fiber.Ctx) int {
	n, err := strconv.Atoi(web.Param(c, "edition"))
	if err != nil {
		return -1
	}
	return n
}

func (p *Pages) backToScheme(c *fiber.Ctx) error {
	return web.See(c, schemePath(web.Param(c, "code"), edition(c)))
}

// classWord is a post class in words; a class that the house has made itself stays as it was written.
func classWord(w *i18n.Printer, class string) string {
	switch {
	case class == "":
		return w.T("scheme.general")
	case slices.Contains(accounts.PostClasses(), class):
		return w.T("account.class." + class)
	}
	return class
}

// schemeLink names a version and leads to it.
func schemeLink(w *i18n.Printer, s assessments.SchemeView) templ.Component {
	title := w.T("report.fact.scheme_edition", "title", either(w, s.Title, s.TitleEN), "k", s.Edition)
	return ui.Link(schemePath(s.Code, s.Edition), title)
}
