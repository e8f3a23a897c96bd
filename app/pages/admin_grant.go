package pages

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// newGrant is the form to grant a role.
func (p *Pages) newGrant(c *fiber.Ctx) error {
	return p.grantForm(c, fiber.StatusOK, ui.NewForm(), nil)
}

func (p *Pages) grantForm(c *fiber.Ctx, status int, form ui.Form, people []ui.Option) error {
	units, err := p.Accounts.Units(web.Context(c), web.Actor(c))
	if err != nil {
		return err
	}
	return web.Page(c, status, pages.GrantNew(pages.GrantNewView{
		Days: p.Accounts.Rules().Inspection,
		Form: form, Units: unitOptions(web.Words(c), units, "field.choose"), People: people,
		Roles: options(web.Words(c), accounts.GrantableRoles(), "account.role.", "field.choose"),
	}))
}

// grantRole gives people a role: those ticked, and those written down by number, name or pinyin. Where a name stands
// for several, the page lists them to choose from; before anything is granted it shows whom it concerns.
func (p *Pages) grantRole(c *fiber.Ctx) error {
	form := web.Form(c)
	written := namesIn(form.Get("staff_no"))
	chosen := slices.Clone(form["person"])
	found, err := p.Accounts.FindPeople(web.Context(c), web.Actor(c), slices.Concat(chosen, written))
	if fault.Is(err, fault.Invalid) {
		return p.grantForm(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err), nil)
	}
	if err != nil {
		return err
	}
	pick := choose(found)
	if form.Has("find") || pick.bad != nil || len(pick.sure) == 0 {
		return p.choosePeople(c, pick)
	}
	in := accounts.GrantsInput{
		StaffNos: pick.sure, UnitID: form.Get("unit"), Role: models.Role(form.Get("role")),
		From: models.Date(form.Get("from")), To: models.Date(form.Get("to")),
	}
	return p.grantTo(c, in, pick)
}

// namesIn takes a list of names or numbers apart: one a line, or with commas between them.
func namesIn(text string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\n\r,，、;；", r) }) {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// picked is what was found of the people written down: who is sure, all that can be chosen, and what is open.
type picked struct {
	sure   []string // staff numbers
	people []accounts.PersonRow
	left   []string // texts that name nobody
	bad    error
}

// choose sorts what was found.
func choose(found []accounts.Found) (out picked) {
	var bad []fault.Field
	for _, f := range found {
		for _, r := range f.People {
			if !slices.ContainsFunc(out.people, func(o accounts.PersonRow) bool { return o.ID == r.ID }) {
				out.people = append(out.people, r)
			}
		}
		switch {
		case f.Total == 0:
			out.left = append(out.left, f.Text)
			bad = append(bad, fault.On("staff_no", "account.grant_nobody", "text", f.Text))
		case f.Total == 1 && !slices.Contains(out.sure, f.People[0].StaffNo):
			out.sure = append(out.sure, f.People[0].StaffNo)
		case f.Total > len(f.People):
			bad = append(bad, fault.On("person", "account.grant_more", "text", f.Text, "n", f.Total))
		case f.Total > 1:
			bad = append(bad, fault.On("person", "account.grant_which", "text", f.Text, "n", f.Total))
		}
	}
	if len(bad) > 0 {
		out.bad = fault.Wrong(bad...)
	}
	return out
}

// choosePeople shows the form again with the people that were found: those of whom there is no doubt are ticked.
func (p *Pages) choosePeople(c *fiber.Ctx, pick picked) error {
	form := web.Form(c)
	typed := url.Values{"person": pick.sure, "staff_no": {strings.Join(pick.left, "\n")}}
	for _, name := range []string{"role", "unit", "from", "to"} {
		typed.Set(name, form.Get(name))
	}
	status, err := fiber.StatusUnprocessableEntity, pick.bad
	switch {
	case len(pick.people) == 0 && err == nil:
		err = fault.Wrong(fault.On("staff_no", "account.grant_none"))
	case form.Has("find") && len(pick.left) == 0:
		status, err = fiber.StatusOK, nil
	}
	return p.grantForm(c, status, ui.FormOf(typed, err), personOptions(web.Words(c), pick.people))
}

// personOptions are people to be ticked, each with what tells him from others of the same name.
func personOptions(w *i18n.Printer, people []accounts.PersonRow) []ui.Option {
	out := make([]ui.Option, 0, len(people))
	for _, r := range people {
		out = append(out, ui.Option{
			Value: r.StaffNo, Text: r.Name + " · " + r.StaffNo, Hint: homeOf(w, r.Unit, r.Post),
		})
	}
	return out
}

// homeOf names somebody's unit and post.
func homeOf(w *i18n.Printer, unit, post string) string {
	if unit == "" {
		return w.T("admin.roles.no_post")
	}
	return unit + " · " + post
}

// grantTo shows whom it concerns, and grants once that is confirmed.
func (p *Pages) grantTo(c *fiber.Ctx, in accounts.GrantsInput, pick picked) error {
	form, ctx, who, w := web.Form(c), web.Context(c), web.Actor(c), web.Words(c)
	rows, err := p.Accounts.LookAtGrants(ctx, who, in)
	if err == nil && len(rows) == 1 {
		err = rows[0].Why
	}
	if err == nil && (form.Get("sure") != "1" || slices.ContainsFunc(rows, isRefused)) {
		return p.askGrants(c, in, rows)
	}
	if err == nil {
		err = p.Accounts.GrantAll(ctx, who, in)
	}
	if shown, ok := inForm(err, w); ok {
		if shown.status != fiber.StatusUnprocessableEntity {
			web.Denied(c)
		}
		return p.grantForm(c, shown.status, ui.FormOf(form, shown.err), personOptions(w, pick.people))
	}
	if err != nil {
		return err
	}
	role := w.T("account.role." + string(in.Role))
	if len(rows) == 1 {
		web.Flash(c, ui.OK, "admin.roles.granted", "name", rows[0].Person, "no", rows[0].StaffNo, "unit", rows[0].Unit,
			"role", role)
	} else {
		web.Flash(c, ui.OK, "admin.roles.granted_all", "n", len(rows), "unit", rows[0].Unit, "role", role)
	}
	return web.See(c, "/admin/roles")
}

func isRefused(r accounts.GrantLook) bool { return r.Why != nil }

// askGrants names the people, with unit and post, before the role is granted; where one of them cannot have it, it says
// so and grants to nobody.
func (p *Pages) askGrants(c *fiber.Ctx, in accounts.GrantsInput, rows []accounts.GrantLook) error {
	form, w := web.Form(c), web.Words(c)
	v := pages.GrantAskView{
		Role: w.T("account.role." + string(in.Role)), Unit: rows[0].Unit,
		Lasting: lasting(w, rows[0].ValidFrom, rows[0].ValidTo),
	}
	for _, r := range rows {
		line := pages.GrantAskLine{Name: r.Person, StaffNo: r.StaffNo, Home: homeOf(w, r.Home, r.Post)}
		if r.Why != nil {
			line.Why, v.Refused = refusedWords(w, r.Why), v.Refused+1
		}
		v.Lines = append(v.Lines, line)
		v.Hidden = append(v.Hidden, "person", r.StaffNo)
	}
	for _, name := range []string{"role", "unit", "from", "to"} {
		v.Hidden = append(v.Hidden, name, form.Get(name))
	}
	status := fiber.StatusOK
	if v.Refused > 0 {
		status = fiber.StatusConflict
		web.Denied(c)
	}
	return web.Page(c, status, pages.GrantAsk(v))
}

// refusedWords says why somebody cannot have the role.
func refusedWords(w *i18n.Printer, err error) string {
	if shown, ok := inForm(err, w); ok {
		err = shown.err
	}
	f := fault.Of(err)
	if len(f.Fields) > 0 {
		return w.T(f.Fields[0].Key, f.Fields[0].Args)
	}
	return w.T(f.Key, f.Args)
}
