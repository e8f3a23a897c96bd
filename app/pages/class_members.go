package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/courses/class"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// classMembers shows the list of a class.
func (p *Pages) classMembers(c *fiber.Ctx) error {
	return p.members(c, fiber.StatusOK, ui.NewForm("below", "1"))
}

func (p *Pages) members(c *fiber.Ctx, status int, form ui.Form) error {
	ctx, who, w, l := web.Context(c), web.Actor(c), web.Words(c), listAt(c, "class_members", classSize)
	x, found, total, err := p.Classes.Members(ctx, who, web.Param(c, "id"), l.Page, l.Size)
	if err != nil {
		return err
	}
	may := policy.Can(who, policy.ClassManage, policy.Object{UnitPath: x.UnitPath})
	v := view.ClassMembersView{
		Class: p.classLine(w, x), Form: form, List: l.of(total), MayChange: may && x.Changeable(),
		Closed: x.State == models.ClassClosed,
	}
	for _, m := range found {
		line := view.ClassMemberLine{
			PersonID: m.PersonID, Name: m.Name, StaffNo: m.StaffNo, Unit: m.Unit, Why: m.LeftWhy,
			Hours: w.Hours(m.Hours),
		}
		if m.LeftOn != "" {
			line.Left = w.Date(m.LeftOn.Day())
		}
		v.Lines = append(v.Lines, line)
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), total)
	}
	if v.MayChange {
		units, err := p.Accounts.UnitsFor(ctx, who, policy.ClassManage)
		if err != nil {
			return err
		}
		v.Units = unitOptions(w, units, "field.choose")
		v.Categories = options(w, accounts.Categories(), "account.category.", "train.everybody")
		v.PostClasses = options(w, accounts.PostClasses(), "account.class.", "class.member.any_post")
	}
	return web.Page(c, status, view.ClassMembers(v))
}

// addMembers puts people on the list: a unit's, or those whose numbers are given.
func (p *Pages) addMembers(c *fiber.Ctx) error {
	ctx, who, id, form := web.Context(c), web.Actor(c), web.Param(c, "id"), web.Form(c)
	var n int
	var err error
	if form.Get("by") == "number" {
		n, err = p.Classes.InviteByNo(ctx, who, id, form.Get("numbers"))
	} else {
		n, err = p.Classes.Invite(ctx, who, id, class.Audience{
			UnitID: form.Get("unit"), Below: form.Get("below") == "1", Category: models.Category(form.Get("category")),
			PostClass: form.Get("class"),
		})
	}
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.members(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "class.member.added", "n", n)
	return web.See(c, classPath(id)+"/members")
}

// askWithdraw asks why somebody is taken off the list.
func (p *Pages) askWithdraw(c *fiber.Ctx) error {
	return p.withdrawForm(c, fiber.StatusOK, ui.NewForm())
}

func (p *Pages) withdrawForm(c *fiber.Ctx, status int, form ui.Form) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	x, all, _, err := p.Classes.Members(ctx, who, web.Param(c, "id"), 1, models.ListMost)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.PersonID != web.Param(c, "person") || m.LeftOn != "" {
			continue
		}
		return web.Page(c, status, view.ClassReason(view.ClassReasonView{
			Class: p.classLine(w, x), Title: w.T("class.withdraw"), Back: classPath(x.ID) + "/members",
			Lead:   w.T("class.withdraw.lead", "name", m.Name, "no", m.StaffNo, "unit", m.Unit),
			Action: classPath(x.ID) + "/members/" + m.PersonID, Button: w.T("class.withdraw.do"), Form: form,
			NoReason: x.State == models.ClassPlanned,
		}))
	}
	return fault.New(fault.NotFound, "error.not_found")
}

// withdrawMember takes somebody off the list.
func (p *Pages) withdrawMember(c *fiber.Ctx) error {
	id, form := web.Param(c, "id"), web.Form(c)
	err := p.Classes.Withdraw(web.Context(c), web.Actor(c), id, web.Param(c, "person"), form.Get("reason"))
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.withdrawForm(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "class.withdrawn")
	return web.See(c, classPath(id)+"/members")
}
