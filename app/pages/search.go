package pages

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

const (
	searchSize  = 20 // of one kind, page by page
	searchFirst = 5  // of each kind on the first look
)

// The kinds of things that are looked for.
const (
	inCases  = "cases"
	inPeople = "people"
	inUnits  = "units"
)

// search looks for cases, people and units within the reader's reach. Assessment figures and what is masked are not
// looked for; a telephone number only by its hash, for those who may be shown one.
func (p *Pages) search(c *fiber.Ctx) error {
	ctx, who, w, q := web.Context(c), web.Actor(c), web.Words(c), web.Query(c)
	text := strings.TrimSpace(q.Get("q"))
	if r := []rune(text); len(r) > 50 {
		text = string(r[:50])
	}
	l := listAt(c, "search", searchSize)
	finds := policy.FindsOf(who)
	v := view.SearchView{
		Form: ui.FormOf(q, nil), Asked: text, List: l.List,
		What: finds.Name(), Cases: finds.Cases,
		Phone: policy.May(who, policy.CaseContact),
	}
	if text == "" {
		return web.Page(c, fiber.StatusOK, view.Search(v))
	}
	look := looking{p: p, ctx: ctx, who: who, w: w, text: text, q: q, only: q.Get("in"), page: l.Page}
	if finds.Cases {
		if err := look.cases(&v); err != nil {
			return err
		}
	}
	if finds.People {
		if err := look.people(&v); err != nil {
			return err
		}
	}
	if finds.Units {
		if err := look.units(&v); err != nil {
			return err
		}
	}
	return web.Page(c, fiber.StatusOK, view.Search(v))
}

// looking is one search.
type looking struct {
	p    *Pages
	ctx  context.Context
	who  models.Actor
	w    *i18n.Printer
	text string
	q    url.Values
	only string // the kind that is shown page by page, "" = the first of each
	page int
}

// part says which part of a kind is shown, and whether it is shown at all.
func (k looking) part(kind string) (page, size int, shown bool) {
	switch k.only {
	case kind:
		return k.page, searchSize, true
	case "":
		return 1, searchFirst, true
	}
	return 0, 0, false
}

// add adds a kind of which something was found; more = more than was counted.
func (k looking) add(v *view.SearchView, g view.SearchGroup, shown int, more bool) {
	if g.Total == 0 {
		return
	}
	g.Title = k.w.TN("search.in."+g.Key, g.Total)
	if more {
		g.Title = k.w.T("search.in."+g.Key+".more", "n", k.w.Count(g.Total))
	}
	if k.only == g.Key {
		v.List.Total, v.List.More = g.Total, more
	} else if g.Total > shown {
		g.More = "/search" + ui.Query(k.q, "in", g.Key, "page", "")
	}
	v.Groups = append(v.Groups, g)
}

func (k looking) cases(v *view.SearchView) error {
	page, size, shown := k.part(inCases)
	if !shown {
		return nil
	}
	if v.Phone && cases.IsPhone(k.text) && k.only == "" {
		found, err := k.p.Cases.ByPhone(k.ctx, k.who, k.text)
		if err != nil {
			return err
		}
		k.add(v, view.SearchGroup{Key: "phone", Total: len(found), Cases: k.lines(found)}, len(found), false)
	}
	found, err := k.p.Cases.List(k.ctx, k.who, cases.Filter{Text: k.text, Page: page, Size: size})
	if err != nil {
		return err
	}
	g := view.SearchGroup{Key: inCases, Total: found.Total, Cases: k.lines(found.Entries)}
	k.add(v, g, len(found.Entries), found.More)
	return nil
}

func (k looking) lines(found []cases.Entry) (out []view.ServeLine) {
	for _, e := range found {
		out = append(out, serveLine(k.w, e))
	}
	return out
}

func (k looking) units(v *view.SearchView) error {
	page, size, shown := k.part(inUnits)
	if !shown {
		return nil
	}
	rows, total, err := k.p.Accounts.FindUnits(k.ctx, k.who, k.text, page, size)
	if err != nil {
		return err
	}
	g := view.SearchGroup{Key: inUnits, Total: total}
	for _, r := range rows {
		g.Units = append(g.Units, view.FoundUnit{
			Href: "/admin/units/" + r.ID, Name: r.Name, Code: r.Code, Above: r.Above,
			Kind: k.w.T("account.unit.kind." + string(r.Kind)),
		})
	}
	k.add(v, g, len(g.Units), false)
	return nil
}

func (k looking) people(v *view.SearchView) error {
	page, size, shown := k.part(inPeople)
	if !shown {
		return nil
	}
	g := view.SearchGroup{Key: inPeople}
	if policy.May(k.who, policy.AdminPeople) {
		rows, total, err := k.p.Accounts.People(k.ctx, k.who, accounts.PeopleFilter{
			Text: k.text, Page: page, Size: size, Order: models.Order{Key: "name"},
		})
		if err != nil {
			return err
		}
		g.Total = total
		for _, r := range rows {
			g.People = append(g.People, view.FoundPerson{
				Href: "/admin/people/" + r.ID, Name: r.Name, StaffNo: r.StaffNo, Unit: r.Unit, Post: r.Post,
			})
		}
		k.add(v, g, len(g.People), false)
		return nil
	}
	rows, total, err := k.p.Assessments.FindPeople(k.ctx, k.who, assessments.PeopleFilter{
		Text: k.text, Offset: (page - 1) * size, Limit: size,
	})
	if err != nil {
		return err
	}
	g.Total = int(total)
	for _, r := range rows {
		f := view.FoundPerson{Name: r.Name, StaffNo: r.StaffNo, Unit: r.UnitName, Post: r.Post}
		if r.Period != "" {
			f.Href = periodPath(r.Period) + "/people/" + url.PathEscape(r.PersonID)
		}
		g.People = append(g.People, f)
	}
	k.add(v, g, len(g.People), false)
	return nil
}
