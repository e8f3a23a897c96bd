package pages

import (
	"context"

	"github.com/a-h/templ"

	"shanzhi/templates/ui"
)

// Grid is the table of roles; one that has ended cannot be revoked.
func (v RolesView) Grid(ctx context.Context) ui.Grid {
	p := ui.P(ctx)
	g := ui.Grid{Caption: p.T("admin.roles"), CaptionHidden: true, Cols: []ui.Col{
		v.List.Col("staff_no", p.T("account.staff_no"), "id"),
		v.List.Col("name", p.T("word.person"), "t"),
		v.List.Col("role", p.T("word.role"), ""),
		v.List.Col("unit", p.T("word.unit"), ""),
		v.List.Col("from", p.T("admin.roles.span"), ""),
		{Head: p.T("word.action"), Acts: true},
	}}
	for _, l := range v.Lines {
		act := ui.Link("/admin/roles/"+l.ID+"/revoke", p.T("admin.roles.revoke"))
		if l.Ended {
			act = ui.None()
		}
		g.Rows = append(g.Rows, []templ.Component{
			ui.Text(l.StaffNo), ui.Text(l.Person), ui.Text(p.T("account.role." + l.Role)), ui.Text(l.Unit),
			ui.Text(span(l.From, l.To, p.Date, p.T)), act,
		})
	}
	return g
}
