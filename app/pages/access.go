package pages

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showAccess finds the person about whom the administrator asks.
func (p *Pages) showAccess(c *fiber.Ctx) error {
	q := web.Query(c)
	l := listAt(c, "access_people", peopleSize)
	rows, total, err := p.Accounts.AccessPeople(web.Context(c), web.Actor(c), accounts.PeopleFilter{
		Text: q.Get("q"), Page: l.Page, Size: l.Size,
	})
	if err != nil {
		return err
	}
	v := pages.PickView{Filter: ui.FormOf(q, nil), List: l.of(total), Path: "/admin/access"}
	for _, r := range rows {
		v.Lines = append(v.Lines, pages.PersonLine{
			ID: r.ID, StaffNo: r.StaffNo, Name: r.Name, Post: r.Post, Unit: r.Unit,
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c), web.Words(c).T("admin.access")), total)
	}
	return web.Page(c, fiber.StatusOK, pages.AccessPick(v))
}

// showAccessOf says who reaches what about a person, and what the person reaches.
func (p *Pages) showAccessOf(c *fiber.Ctx) error {
	q, l := web.Query(c), listAt(c, "access", 0)
	x, err := p.Accounts.Access(web.Context(c), web.Actor(c), web.Param(c, "id"), accessPart(q, l.wanted))
	if err != nil {
		return err
	}
	v := accessView(web.Words(c), x, q)
	v.Crumb = "/admin/access"
	if v.List = l.List; l.wanted {
		return p.accessSheet(c, l, v)
	}
	return web.Page(c, fiber.StatusOK, pages.Access(v))
}

// showMyAccess says the same about the reader, and who has looked.
func (p *Pages) showMyAccess(c *fiber.Ctx) error {
	ctx, who, w, q := web.Context(c), web.Actor(c), web.Words(c), web.Query(c)
	sheet := listAt(c, "access", 0)
	x, err := p.Accounts.Access(ctx, who, who.ID, accessPart(q, sheet.wanted))
	if err != nil {
		return err
	}
	v := accessView(w, x, q)
	if v.List = sheet.List; sheet.wanted {
		return p.accessSheet(c, sheet, v)
	}
	looks, total, err := p.Accounts.Looks(ctx, who, ui.PageOf(q), peopleSize)
	if err != nil {
		return err
	}
	v.Mine, v.Paging = true, pages.PagingOf(q, peopleSize, total)
	for _, l := range looks {
		v.Looks = append(v.Looks, pages.LookLine{At: l.At, Action: l.Action, Roles: roleWords(w, l.Roles)})
	}
	return web.Page(c, fiber.StatusOK, pages.Access(v))
}

// accessSheet hands out who reaches what about a person.
func (p *Pages) accessSheet(c *fiber.Ctx, l list, v pages.AccessView) error {
	g := v.Grid(web.Context(c))
	return p.sheet(c, l, g, len(g.Rows))
}

// accessPart reads which holders are wanted: "do" names one action, whose holders come page by page; a sheet has all.
func accessPart(q url.Values, sheet bool) accounts.AccessPart {
	if sheet {
		return accounts.AccessPart{All: true}
	}
	return accounts.AccessPart{Do: policy.Action(q.Get("do")), Page: ui.PageOf(q), Size: peopleSize}
}

func accessView(w *i18n.Printer, x accounts.AccessView, q url.Values) pages.AccessView {
	v := pages.AccessView{
		Name: x.Person.Name, StaffNo: x.Person.StaffNo, Unit: x.Person.Unit, One: q.Get("do") != "",
	}
	for _, l := range x.Lines {
		line := pages.AccessLine{
			Data: dataWord(w, l.Rule.Do), Rule: ruleWords(w, l.Rule), Paging: pages.PagingOf(q, peopleSize, l.Total),
		}
		if l.Total > len(l.Who) {
			line.More = "?" + url.Values{"do": {string(l.Rule.Do)}}.Encode()
		}
		for _, a := range l.Who {
			line.Who = append(line.Who, []string{
				a.Name, w.T("account.role." + string(a.Role)), a.Unit, lasting(w, a.ValidFrom, a.ValidTo), a.Grantor,
			})
		}
		v.Lines = append(v.Lines, line)
	}
	for _, r := range x.Reaches {
		v.Reaches = append(v.Reaches, []string{
			dataWord(w, r.Rule.Do), roleWords(w, r.Roles), w.TN("access.units", r.Units),
			w.TN("access.people", r.People), ruleWords(w, r.Rule),
		})
	}
	return v
}

// dataWord is the word of the data that an action reaches.
func dataWord(w *i18n.Printer, do policy.Action) string {
	if key := "access.data." + string(do); w.Has(key) {
		return w.T(key)
	}
	return pages.ActionWord(string(do), w)
}

// ruleWords says the row of the policy in words.
func ruleWords(w *i18n.Printer, r policy.Rule) string {
	key := "access.rule.unit"
	if r.ByManager {
		key = "access.rule.manager"
	}
	out := []string{w.T(key)}
	for _, x := range []struct {
		holds bool
		key   string
	}{
		{r.Apart, "access.rule.apart"}, {r.NotSelf, "access.rule.not_self"}, {r.Own, "access.rule.own"},
	} {
		if x.holds {
			out = append(out, w.T(x.key))
		}
	}
	return strings.Join(out, "")
}

func roleWords(w *i18n.Printer, roles []models.Role) string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = w.T("account.role." + string(r))
	}
	return strings.Join(out, w.T("access.and"))
}
