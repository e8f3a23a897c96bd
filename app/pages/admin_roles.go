package pages

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

func itoa(n int) string { return strconv.Itoa(n) }

// showRoles lists who holds which role where.
func (p *Pages) showRoles(c *fiber.Ctx) error {
	q, l := web.Query(c), listAt(c, "roles", peopleSize, accounts.GrantOrders()...)
	rows, total, err := p.Accounts.Grants(web.Context(c), web.Actor(c), accounts.GrantFilter{
		Role: models.Role(q.Get("role")), Text: q.Get("q"), Past: q.Has("past"), Page: l.Page, Size: l.Size,
		Order: l.Order,
	})
	if err != nil {
		return err
	}
	v := pages.RolesView{
		Filter: ui.FormOf(q, nil), List: l.of(total),
		Roles: options(web.Words(c), accounts.GrantableRoles(), "account.role.", "field.all"),
	}
	today := models.DateOf(p.Clock())
	for _, r := range rows {
		v.Lines = append(v.Lines, pages.GrantLine{
			ID: r.ID, Role: string(r.Role), Person: r.Person, StaffNo: r.StaffNo, Unit: r.Unit, From: r.ValidFrom,
			To: r.ValidTo, Ended: r.ValidTo != "" && r.ValidTo < today,
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), total)
	}
	return web.Page(c, fiber.StatusOK, pages.Roles(v))
}

// newGrant is the form to grant a role.
func (p *Pages) newGrant(c *fiber.Ctx) error { return p.grantForm(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) grantForm(c *fiber.Ctx, status int, form ui.Form) error {
	units, err := p.Accounts.Units(web.Context(c), web.Actor(c))
	if err != nil {
		return err
	}
	return web.Page(c, status, pages.GrantNew(pages.GrantNewView{
		Form: form, Units: unitOptions(web.Words(c), units, "field.choose"),
		Roles: options(web.Words(c), accounts.GrantableRoles(), "account.role.", "field.choose"),
	}))
}

// grantRole gives somebody a role, after the reader has seen whose number he typed.
func (p *Pages) grantRole(c *fiber.Ctx) error {
	form, ctx, who := web.Form(c), web.Context(c), web.Actor(c)
	in := accounts.GrantInput{
		StaffNo: form.Get("staff_no"), UnitID: form.Get("unit"), Role: models.Role(form.Get("role")),
		From: models.Date(form.Get("from")), To: models.Date(form.Get("to")),
	}
	row, err := p.Accounts.LookAtGrant(ctx, who, in)
	if err == nil && form.Get("sure") != "1" {
		return p.askGrant(c, row)
	}
	if err == nil {
		_, err = p.Accounts.Grant(ctx, who, in)
	}
	if shown, ok := inForm(err, web.Words(c)); ok {
		if shown.status != fiber.StatusUnprocessableEntity {
			web.Denied(c)
		}
		return p.grantForm(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "admin.roles.granted", "name", row.Person, "no", row.StaffNo, "unit", row.Unit,
		"role", web.Words(c).T("account.role."+string(row.Role)))
	return web.See(c, "/admin/roles")
}

// askGrant names the person before the role is granted.
func (p *Pages) askGrant(c *fiber.Ctx, row accounts.GrantRow) error {
	form, w := web.Form(c), web.Words(c)
	ask := ui.Confirm{
		Action: "/admin/roles", Title: w.T("admin.roles.add"), Button: w.T("admin.roles.sure"),
		Back: "/admin/roles/new",
		Text: w.T("admin.roles.ask", "name", row.Person, "no", row.StaffNo, "unit", row.Unit,
			"role", w.T("account.role."+string(row.Role)), "lasting", lasting(w, row.ValidFrom, row.ValidTo)),
		Hidden: []string{"sure", "1"},
	}
	for _, name := range []string{"staff_no", "role", "unit", "from", "to"} {
		ask.Hidden = append(ask.Hidden, name, form.Get(name))
	}
	return web.Page(c, fiber.StatusOK, ui.ConfirmPage(ask))
}

// askRevoke asks before a role is taken back.
func (p *Pages) askRevoke(c *fiber.Ctx) error {
	g, err := p.Accounts.GrantByID(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	words := web.Words(c)
	return web.Page(c, fiber.StatusOK, ui.ConfirmPage(ui.Confirm{
		Action: "/admin/roles/" + g.ID + "/revoke", Title: words.T("admin.roles.revoke"),
		Text: words.T("admin.roles.revoke.ask", "name", g.Person, "role", words.T("account.role."+string(g.Role)),
			"unit", g.Unit),
		Button: words.T("admin.roles.revoke"), Back: "/admin/roles",
	}))
}

// revokeRole takes a role back.
func (p *Pages) revokeRole(c *fiber.Ctx) error {
	if err := p.Accounts.Revoke(web.Context(c), web.Actor(c), web.Param(c, "id")); err != nil {
		return err
	}
	web.Flash(c, ui.OK, "admin.roles.revoked")
	return web.See(c, "/admin/roles")
}
