package pages

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showMe shows the reader everything that is kept about him.
func (p *Pages) showMe(c *fiber.Ctx) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	person, err := p.Accounts.Own(ctx, who)
	if err != nil {
		return err
	}
	sessions, err := p.Accounts.Sessions(ctx, who, web.Session(c))
	if err != nil {
		return err
	}
	desks, err := p.Accounts.OwnDelegations(ctx, who)
	if err != nil {
		return err
	}
	v := view.MeView{
		Name: person.Name, StaffNo: person.StaffNo, Mobile: person.MaskedMobile, Posts: postRows(w, person.Posts),
		Roles: append(roleRows(w, person.Grants), deskRows(w, desks)...), Sessions: sessionRows(w, sessions),
		Business: !isAdministrator(who),
	}
	if v.Business {
		if err := p.myWork(c, &v); err != nil {
			return err
		}
	}
	return web.Page(c, fiber.StatusOK, view.Me(v))
}

// myWork adds what is assessed of the reader: periods, reports, ratings.
func (p *Pages) myWork(c *fiber.Ctx, v *view.MeView) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	periods, err := p.Assessments.Mine(ctx, who)
	if err != nil {
		return err
	}
	for _, x := range periods {
		v.Periods = append(v.Periods, view.MePeriod{
			Href: myPath(x.Code), Title: periodTitle(w, x), Note: nextDay(w, x, p.today()),
			Phase: phaseOf(x, p.today()).tag(w),
		})
	}
	reports, err := p.Reports.Mine(ctx, who)
	if err != nil {
		return err
	}
	for _, r := range reports {
		line := reportLine(w, r)
		line.Name = reportName(w, r.Kind, r.SubjectKind) // whom it is about is plain
		line.Href = "/me/reports/" + url.PathEscape(r.ID) + "/pdf"
		v.Reports = append(v.Reports, line)
	}
	seen, err := p.Ratings.Mine(ctx, who)
	if err != nil {
		return err
	}
	v.Ratings, err = p.myRatings(c, seen)
	return err
}

// isAdministrator reports whether somebody is one of the three administrators, who have no business data.
func isAdministrator(who models.Actor) bool {
	return who.Has(models.RoleSystem) || who.Has(models.RoleSecurity) || who.Has(models.RoleAudit)
}

func postRows(w *i18n.Printer, posts []accounts.PostRow) (rows [][]string) {
	for _, x := range posts {
		rows = append(rows, []string{x.Title, x.Unit, x.Manager, lasting(w, x.ValidFrom, x.ValidTo)})
	}
	return rows
}

func roleRows(w *i18n.Printer, grants []accounts.GrantRow) (rows [][]string) {
	for _, x := range grants {
		rows = append(rows, []string{w.T("account.role." + string(x.Role)), x.Unit, lasting(w, x.ValidFrom, x.ValidTo)})
	}
	return rows
}

func deskRows(w *i18n.Printer, desks []accounts.DeskRow) (rows [][]string) {
	for _, x := range desks {
		role := w.T("account.role." + string(models.RoleDesk))
		rows = append(rows, []string{role, x.Unit, lasting(w, x.ValidFrom, x.ValidTo)})
	}
	return rows
}

// lasting is a span of days, or since when.
func lasting(w *i18n.Printer, from, to models.Date) string {
	if to == "" {
		return w.T("assess.since", "from", day(w, from))
	}
	return w.T("assess.from_to", "from", day(w, from), "to", day(w, to))
}

func sessionRows(w *i18n.Printer, sessions []accounts.SessionRow) (rows [][]string) {
	for _, s := range sessions {
		name := w.T("assess.me.session.other")
		if s.Current {
			name = w.T("account.devices.this")
		}
		rows = append(rows, []string{name, w.DateTime(s.CreatedAt), w.DateTime(s.SeenAt)})
	}
	return rows
}

// showMyFigures shows a cadre what is sealed about him; ?item= chooses the item of the objection.
func (p *Pages) showMyFigures(c *fiber.Ctx) error {
	return p.myFigures(c, fiber.StatusOK, ui.NewForm("item", web.Query(c).Get("item")), "")
}

func (p *Pages) myFigures(c *fiber.Ctx, status int, form ui.Form, notice string) error {
	who, w, code := web.Actor(c), web.Words(c), web.Param(c, "code")
	x, err := p.Assessments.Person(web.Context(c), who, code, who.ID)
	if err != nil {
		return err
	}
	objectTo := ""
	if x.MayObject {
		objectTo = myPath(x.Period.Code)
	}
	figures, err := p.assessed(c, x, objectTo)
	if err != nil {
		return err
	}
	v := view.MeAssessView{
		AssessedView: figures, Code: x.Period.Code, Phase: phaseOf(x.Period, p.today()).tag(w),
		Lead: myLead(w, x), MayObject: x.MayObject, MayTick: x.MayObject,
		Form: form, Notice: notice,
	}
	if x.Participant.AgreedAt != nil {
		v.Ticked = w.Date(*x.Participant.AgreedAt)
	}
	v.Items = []ui.Option{{Text: w.T("field.choose")}}
	for _, item := range x.Dossier.Competencies {
		v.Items = append(v.Items, ui.Option{Value: string(item.Competency), Text: competencyWord(w, item.Competency)})
	}
	return web.Page(c, status, view.MeAssess(v))
}

// myLead says until when one can object.
func myLead(w *i18n.Printer, x assessments.PersonView) string {
	on := day(w, x.Period.ObjectionTo)
	switch {
	case x.MayObject:
		return w.T("assess.mine.lead", "on", on)
	case x.Period.State == models.PeriodReleased && x.Period.ReleasedAt != nil:
		return w.T("assess.mine.released", "on", w.Date(*x.Period.ReleasedAt))
	}
	return w.T("assess.mine.closed", "on", on)
}

// backToMyFigures leads to the page of which an address is a part: the address of a refused form is asked for again
// when the language is changed or the page is loaded anew. A period that is not the reader's leads nowhere.
func (p *Pages) backToMyFigures(c *fiber.Ctx) error {
	who, code := web.Actor(c), web.Param(c, "code")
	if _, err := p.Assessments.Person(web.Context(c), who, code, who.ID); err != nil {
		return err
	}
	return web.See(c, myPath(code))
}

// agreeToMine notes that the reader has found his figures right.
func (p *Pages) agreeToMine(c *fiber.Ctx) error {
	code := web.Param(c, "code")
	if err := p.Assessments.Agree(web.Context(c), web.Actor(c), code); err != nil {
		return err
	}
	web.Flash(c, ui.OK, "assess.agreed")
	return web.See(c, myPath(code))
}

// objectToMine files an objection; a refused one keeps what was written.
func (p *Pages) objectToMine(c *fiber.Ctx) error {
	form, code, w := web.Form(c), web.Param(c, "code"), web.Words(c)
	item := models.Competency(form.Get("item"))
	o, err := p.Assessments.Object(web.Context(c), web.Actor(c), code, item, form.Get("text"))
	switch {
	case fault.Is(err, fault.Invalid):
		return p.myFigures(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err), "")
	case fault.Is(err, fault.Conflict):
		return p.myFigures(c, fiber.StatusConflict, ui.FormOf(form, nil), said(w, fault.Of(err)))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "assess.objected", "no", o.No, "on", day(w, o.DueOn))
	return web.See(c, myPath(code)+"#objections")
}
