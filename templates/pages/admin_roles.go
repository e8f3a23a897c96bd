package pages

import (
	"github.com/a-h/templ"

	"shanzhi/templates/i18n"
	"shanzhi/templates/ui"
)

// roleGrid is the table of roles; one that has ended cannot be revoked.
func roleGrid(lines []GrantLine, p *i18n.Printer) ui.Grid {
	g := ui.Grid{Caption: p.T("admin.roles"), CaptionHidden: true, Cols: []ui.Col{
		{Head: p.T("account.staff_no"), Class: "id"},
		{Head: p.T("word.person"), Class: "t"},
		{Head: p.T("word.role")},
		{Head: p.T("word.unit")},
		{Head: p.T("admin.roles.span")},
		{Head: p.T("word.action")},
	}}
	for _, l := range lines {
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
