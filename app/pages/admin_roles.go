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
