package pages

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// accessHome says that a code was issued in one's name, and leads a desk officer to the desk.
func (p *Pages) accessHome(ctx context.Context, actor models.Actor) (*pages.Hero, []pages.HomeLine, error) {
	var lines []pages.HomeLine
	told, err := p.Accounts.CodesForMe(ctx, actor, true)
	if err != nil {
		return nil, nil, err
	}
	if len(told) > 0 {
		lines = append(lines, pages.HomeLine{
			Title: ui.T(ctx, "access.told"), Note: ui.T(ctx, "access.told.by", "by", told[0].Issuer), Href: "/me/codes",
			Right: ui.P(ctx).DateTime(told[0].IssuedAt),
		})
	}
	if policy.May(actor, policy.DeskReset) {
		lines = append(lines, pages.HomeLine{
			Title: ui.T(ctx, "access.desk"), Note: ui.T(ctx, "access.desk.hint"), Href: "/desk",
		})
	}
	return nil, lines, nil
}

// showMyCodes lists the reset codes that were issued in the reader's name.
func (p *Pages) showMyCodes(c *fiber.Ctx) error {
	rows, err := p.Accounts.CodesForMe(web.Context(c), web.Actor(c), false)
	if err != nil {
		return err
	}
	var v pages.MyCodesView
	for _, r := range rows {
		v.Lines = append(v.Lines, pages.MyCodeLine{
			By: r.Issuer, Unit: r.Unit, Reason: r.Reason, At: r.IssuedAt, Used: r.UsedAt,
		})
		v.New = v.New || r.ToldAt == nil
	}
	return web.Page(c, fiber.StatusOK, pages.MyCodes(v))
}

// readMyCodes notes that the reader has read it.
func (p *Pages) readMyCodes(c *fiber.Ctx) error {
	if err := p.Accounts.ToldCodes(web.Context(c), web.Actor(c)); err != nil {
		return err
	}
	return web.See(c, "/")
}

// showDesk finds people for the desk officer.
func (p *Pages) showDesk(c *fiber.Ctx) error {
	q := web.Query(c)
	l := listAt(c, "desk", peopleSize)
	rows, total, err := p.Accounts.DeskPeople(web.Context(c), web.Actor(c), accounts.PeopleFilter{
		Text: q.Get("q"), Page: l.Page, Size: l.Size,
	})
	if err != nil {
		return err
	}
	mine, err := p.Accounts.OwnDelegations(web.Context(c), web.Actor(c))
	if err != nil {
		return err
	}
	v := pages.PickView{Filter: ui.FormOf(q, nil), List: l.of(total), Path: "/desk"}
	for _, d := range mine {
		w := web.Words(c)
		v.For = append(v.For, w.T("access.desk.for", "unit", d.Unit, "to", w.Date(d.ValidTo.Day())))
	}
	for _, r := range rows {
		v.Lines = append(v.Lines, pages.PersonLine{
			ID: r.ID, StaffNo: r.StaffNo, Name: r.Name, Post: r.Post, Unit: r.Unit,
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c), web.Words(c).T("access.desk")), total)
	}
	return web.Page(c, fiber.StatusOK, pages.Desk(v))
}

// showDeskPerson is the form for a code.
func (p *Pages) showDeskPerson(c *fiber.Ctx) error {
	return p.deskPerson(c, fiber.StatusOK, ui.NewForm())
}

func (p *Pages) deskPerson(c *fiber.Ctx, status int, form ui.Form) error {
	row, barred, err := p.Accounts.DeskPerson(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := pages.DeskPersonView{
		PersonLine: pages.PersonLine{ID: row.ID, StaffNo: row.StaffNo, Name: row.Name, Post: row.Post, Unit: row.Unit},
		Form:       form,
	}
	if barred != nil {
		v.Barred = said(web.Words(c), fault.Of(barred))
	}
	return web.Page(c, status, pages.DeskPerson(v))
}

// issueReset makes a code and shows its slip, once.
func (p *Pages) issueReset(c *fiber.Ctx) error {
	form, id := web.Form(c), web.Param(c, "id")
	slip, err := p.Accounts.IssueReset(web.Context(c), web.Actor(c), id, accounts.DeskInput{
		Reason: form.Get("reason"), Checked: form.Has("checked"),
	})
	if fault.Is(err, fault.Invalid) {
		return p.deskPerson(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	}
	if err != nil {
		return err
	}
	sheet := pages.SlipSheet{Title: "access.slip.reset", Unit: slip.Unit, Back: "/desk"}
	return p.printSlips(c, sheet, []accounts.Slip{slip})
}

// showDelegations lists who may issue codes where.
func (p *Pages) showDelegations(c *fiber.Ctx) error {
	l := listAt(c, "desks", peopleSize)
	rows, total, err := p.Accounts.Delegations(web.Context(c), web.Actor(c), l.Page, l.Size)
	if err != nil {
		return err
	}
	v := pages.DesksView{List: l.of(total)}
	for _, r := range rows {
		v.Lines = append(v.Lines, pages.DeskLine{
			ID: r.ID, Person: r.Person, StaffNo: r.StaffNo, Unit: r.Unit, By: r.Grantor, From: r.ValidFrom,
			To: r.ValidTo, Ended: r.Ended,
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Words(c)), total)
	}
	return web.Page(c, fiber.StatusOK, pages.Desks(v))
}

// newDelegation is the form to delegate.
func (p *Pages) newDelegation(c *fiber.Ctx) error {
	return p.delegationForm(c, fiber.StatusOK, ui.NewForm())
}

func (p *Pages) delegationForm(c *fiber.Ctx, status int, form ui.Form) error {
	units, err := p.Accounts.UnitsFor(web.Context(c), web.Actor(c), policy.AdminPeople)
	if err != nil {
		return err
	}
	return web.Page(c, status, pages.DeskNew(pages.DeskNewView{
		Form: form, Units: unitOptions(web.Words(c), units, "field.choose"),
	}))
}

// delegate lets somebody issue reset codes.
func (p *Pages) delegate(c *fiber.Ctx) error {
	form := web.Form(c)
	_, err := p.Accounts.Delegate(web.Context(c), web.Actor(c), accounts.DelegateInput{
		StaffNo: form.Get("staff_no"), UnitID: form.Get("unit"), To: models.Date(form.Get("to")),
	})
	if shown, ok := inForm(err, web.Words(c)); ok {
		if shown.status != fiber.StatusUnprocessableEntity {
			web.Denied(c)
		}
		return p.delegationForm(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "access.desks.done")
	return web.See(c, "/admin/desks")
}

// askEndDelegation asks before the right is taken back.
func (p *Pages) askEndDelegation(c *fiber.Ctx) error {
	row, err := p.Accounts.Delegation(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	words := web.Words(c)
	return web.Page(c, fiber.StatusOK, ui.ConfirmPage(ui.Confirm{
		Action: "/admin/desks/" + row.ID + "/end", Title: words.T("access.desks.end"),
		Text: words.T("access.desks.ask", "name", row.Person, "unit", row.Unit), Button: words.T("access.desks.end"),
		Back: "/admin/desks",
	}))
}

// endDelegation takes the right back.
func (p *Pages) endDelegation(c *fiber.Ctx) error {
	if err := p.Accounts.EndDelegation(web.Context(c), web.Actor(c), web.Param(c, "id")); err != nil {
		return err
	}
	web.Flash(c, ui.OK, "access.desks.ended")
	return web.See(c, "/admin/desks")
}
