package pages

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/models"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// participantsSize is how many participants stand on a page.
const participantsSize = 20

// showParticipants lists the participants by unit and staff number, never by a figure.
func (p *Pages) showParticipants(c *fiber.Ctx) error {
	ctx, who, w, q := web.Context(c), web.Actor(c), web.Words(c), web.Query(c)
	o, err := p.Assessments.Period(ctx, who, web.Param(c, "code"))
	if err != nil {
		return err
	}
	text := strings.TrimSpace(q.Get("q"))
	l := listAt(c, "participants", participantsSize, assessments.PeopleOrders()...)
	lines, n, err := p.Assessments.People(ctx, who, o.Period.Code, assessments.PeopleFilter{
		Text: text, Offset: (l.Page - 1) * l.Size, Limit: l.Size, Order: l.Order,
	})
	if err != nil {
		return err
	}
	v := view.ParticipantsView{
		PeriodTitle: periodTitle(w, o.Period), PeriodHref: periodPath(o.Period.Code),
		Action: periodPath(o.Period.Code) + "/people",
		Form:   ui.FormOf(q, nil), List: l.of(int(n)), Searched: text != "",
	}
	for _, r := range lines {
		line := view.ParticipantLine{
			Href: v.Action + "/" + url.PathEscape(r.PersonID), Name: r.Name, StaffNo: r.StaffNo,
			Unit: r.UnitName, Post: r.Post, Open: r.OpenObjections,
		}
		if r.ViewedAt != nil {
			line.Viewed = w.ShortDate(*r.ViewedAt)
		}
		if r.AgreedAt != nil {
			line.Agreed = w.ShortDate(*r.AgreedAt)
		}
		v.Lines = append(v.Lines, line)
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), int(n))
	}
	return web.Page(c, fiber.StatusOK, view.AssessPeople(v))
}

// showSignSheet is the sheet on which participants sign, on paper. That it was taken stands in the audit log.
func (p *Pages) showSignSheet(c *fiber.Ctx) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	o, err := p.Assessments.Period(ctx, who, web.Param(c, "code"))
	if err != nil {
		return err
	}
	lines, _, err := p.Assessments.People(ctx, who, o.Period.Code, assessments.PeopleFilter{Limit: models.ListMost})
	if err != nil {
		return err
	}
	v := view.SignSheetView{
		Organizer: web.Frame(c).Site.Organizer, Title: w.T("paper.sheet.title", "period", periodTitle(w, o.Period)),
		Lead: w.T("paper.sheet.lead", "preview", day(w, o.Period.PreviewTo), "objection", day(w, o.Period.ObjectionTo)),
		Back: periodPath(o.Period.Code),
	}
	for _, r := range lines {
		v.Lines = append(v.Lines, view.ParticipantLine{Name: r.Name, StaffNo: r.StaffNo, Unit: r.UnitName})
	}
	if err := p.Accounts.RecordExport(ctx, who, accounts.Export{List: "sign_sheet", Rows: len(lines)}); err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, view.SignSheet(v))
}

// showParticipant shows what is sealed about a participant, read-only. The look is audited.
func (p *Pages) showParticipant(c *fiber.Ctx) error {
	ctx, who := web.Context(c), web.Actor(c)
	code, id := web.Param(c, "code"), web.Param(c, "id")
	if id == who.ID {
		return web.See(c, myPath(code)) // one's own figures are seen where they can be objected to
	}
	v, err := p.Assessments.Person(ctx, who, code, id)
	if err != nil {
		return err
	}
	figures, err := p.assessed(c, v, "")
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, view.AssessPerson(view.AssessPersonView{
		AssessedView: figures, Name: v.Dossier.Person.Name, PeriodHref: periodPath(v.Period.Code),
		PeopleHref: periodPath(v.Period.Code) + "/people",
	}))
}
