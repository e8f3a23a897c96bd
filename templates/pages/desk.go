package pages

import (
	"github.com/a-h/templ"

	"shanzhi/templates/i18n"
	"shanzhi/templates/ui"
)

// Grid is the table of delegations; one that has ended cannot be taken back.
func (v DesksView) Grid(p *i18n.Printer) ui.Grid {
	g := ui.Grid{Caption: p.T("admin.desks"), CaptionHidden: true, Cols: []ui.Col{
		{Head: p.T("account.staff_no"), Class: "id"},
		{Head: p.T("word.person"), Class: "t"},
		{Head: p.T("word.unit")},
		{Head: p.T("admin.roles.span")},
		{Head: p.T("access.desks.by")},
		{Head: p.T("word.action"), Acts: true},
	}}
	for _, l := range v.Lines {
		act := ui.Link("/admin/desks/"+l.ID+"/end", p.T("access.desks.end"))
		if l.Ended {
			act = ui.None()
		}
		g.Rows = append(g.Rows, []templ.Component{
			ui.Text(l.StaffNo), ui.Text(l.Person), ui.Text(l.Unit), ui.Text(span(l.From, l.To, p.Date, p.T)),
			orNone(l.By), act,
		})
	}
	return g
}
