package pages

import (
	"slices"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	"shanzhi/templates/ui"
)

// tenure is the history of a person: posts, roles and names, the latest first. What never held is left out.
func tenure(w *i18n.Printer, v accounts.PersonView, today models.Date) []ui.Moment {
	var out []ui.Moment
	add := func(day models.Date, title, note string) {
		if day > today {
			note = w.T("tenure.planned")
		}
		out = append(out, ui.Moment{At: day.Day(), DateOnly: true, Year: true, Title: title, Note: note})
	}
	for _, x := range v.Posts {
		place := x.Unit + " · " + x.Title
		if x.ValidTo != "" && x.ValidTo < x.ValidFrom {
			continue
		}
		add(x.ValidFrom, w.T("tenure.kind."+string(x.Kind))+w.T("tenure.colon")+place,
			w.T("tenure.manager", "unit", x.Manager))
		if x.ValidTo != "" {
			why := w.T("tenure.over")
			if x.EndReason != "" {
				why = w.T("tenure.reason." + string(x.EndReason))
			}
			add(x.ValidTo, w.T("tenure.ended", "place", place, "why", why), "")
		}
	}
	for _, g := range v.Grants {
		role := w.T("account.role." + string(g.Role))
		if g.ValidTo != "" && g.ValidTo < g.ValidFrom {
			continue
		}
		add(g.ValidFrom, w.T("tenure.role", "role", role, "unit", g.Unit), "")
		if g.ValidTo != "" {
			add(g.ValidTo, w.T("tenure.role_ended", "role", role, "unit", g.Unit), "")
		}
	}
	now := v.Name
	for _, n := range v.Names {
		add(n.UsedTo.AddDays(1), w.T("tenure.renamed", "old", n.Name, "new", now),
			w.T("account.name.reason."+string(n.Reason)))
		now = n.Name
	}
	if v.ClosesOn != "" {
		add(v.ClosesOn, w.T("tenure.login_to"), "")
	}
	slices.SortStableFunc(out, func(a, b ui.Moment) int { return b.At.Compare(a.At) })
	return out
}
