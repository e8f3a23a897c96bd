package pages

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

const peopleSize = 20

// accountState is the word for how an account stands.
func (p *Pages) accountState(person models.Person) string {
	switch {
	case person.ClosesOn != "" && (person.DisabledAt != nil || person.ClosesOn < models.DateOf(p.Clock())):
		return "left"
	case person.DisabledAt != nil:
		return "disabled"
	case person.LockedUntil != nil && person.LockedUntil.After(p.Clock()):
		return "locked"
	case person.MustChange:
		return "first"
	}
	return "open"
}

// showPeople lists accounts.
func (p *Pages) showPeople(c *fiber.Ctx) error {
	ctx, actor, q := web.Context(c), web.Actor(c), web.Query(c)
	l := listAt(c, "people", peopleSize, accounts.PeopleOrders()...)
	rows, total, err := p.Accounts.People(ctx, actor, accounts.PeopleFilter{
		Text: q.Get("q"), UnitID: q.Get("unit"), State: q.Get("state"), Page: l.Page, Size: l.Size, Order: l.Order,
	})
	if err != nil {
		return err
	}
	units, err := p.Accounts.Units(ctx, actor)
	if err != nil {
		return err
	}
	v := pages.PeopleView{
		Filter: ui.FormOf(q, nil), Units: unitOptions(web.Words(c), units, "field.all"),
		States: options(web.Words(c), accounts.AccountStates(), "account.state.", "field.all"),
		List:   l.of(total),
	}
	for _, r := range rows {
		v.Lines = append(v.Lines, pages.PersonLine{
			ID: r.ID, StaffNo: r.StaffNo, Name: r.Name, Post: r.Post, Unit: r.Unit, State: p.accountState(r.Person),
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), total)
	}
	return web.Page(c, fiber.StatusOK, pages.People(v))
}

// newPerson is the form for a new account.
func (p *Pages) newPerson(c *fiber.Ctx) error { return p.personForm(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) personForm(c *fiber.Ctx, status int, form ui.Form) error {
	v, err := p.postChoices(c, form)
	if err != nil {
		return err
	}
	return web.Page(c, status, pages.PersonNew(v))
}

// postChoices fills the choices of the forms that describe a post.
func (p *Pages) postChoices(c *fiber.Ctx, form ui.Form) (pages.PersonNewView, error) {
	units, err := p.Accounts.Units(web.Context(c), web.Actor(c))
	words := web.Words(c)
	return pages.PersonNewView{
		Form: form, Units: unitOptions(words, units, "field.choose"),
		Held:       unitOptions(words, units, "account.manager.same"),
		Classes:    options(words, accounts.PostClasses(), "account.class.", "field.choose"),
		Categories: options(words, accounts.Categories(), "account.category.", "field.choose"),
	}, err
}

// postOf reads the fields of a post.
func postOf(c *fiber.Ctx) accounts.PostInput {
	form := web.Form(c)
	return accounts.PostInput{
		UnitID: form.Get("unit"), ManagerID: form.Get("manager"), Title: form.Get("title"), Class: form.Get("class"),
		Category: models.Category(form.Get("category")), From: models.Date(form.Get("from")),
	}
}

// createPerson makes an account and shows its first password, once. The answer is the page itself and no way on: the
// password must not lie in a cookie or an address.
func (p *Pages) createPerson(c *fiber.Ctx) error {
	form := web.Form(c)
	in := accounts.PersonInput{StaffNo: form.Get("staff_no"), Name: form.Get("name"), Mobile: form.Get("mobile")}
	if !form.Has("no_post") {
		post := postOf(c)
		in.Post = &post
	}
	made, password, err := p.Accounts.CreatePerson(web.Context(c), web.Actor(c), in)
	if fault.Is(err, fault.Invalid) {
		return p.personForm(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	}
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, pages.PersonPassword(made.ID, made.Name, made.StaffNo, password))
}

// showPerson shows one account.
func (p *Pages) showPerson(c *fiber.Ctx) error {
	page, err := p.personFacts(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, pages.Person(page))
}

// personFacts is one account with its posts, roles and history.
func (p *Pages) personFacts(ctx context.Context, actor models.Actor, id string) (pages.PersonPage, error) {
	v, err := p.Accounts.Person(ctx, actor, id)
	if err != nil {
		return pages.PersonPage{}, err
	}
	page := pages.PersonPage{
		ID: v.ID, StaffNo: v.StaffNo, Name: v.Name, Mobile: v.MaskedMobile, State: p.accountState(v.Person),
		Created: v.CreatedAt, Version: v.Version, Disabled: v.DisabledAt != nil, ClosesOn: v.ClosesOn,
		Today: models.DateOf(p.Clock()), Events: tenure(ui.P(ctx), v, models.DateOf(p.Clock())),
	}
	for _, r := range v.Posts {
		page.Posts = append(page.Posts, pages.PersonPost{
			Post: r.Post, Unit: r.Unit, Manager: r.Manager, Current: r.Current,
		})
	}
	for _, g := range v.Grants {
		page.Grants = append(page.Grants, pages.PersonGrant{
			Role: string(g.Role), Unit: g.Unit, UnitID: g.UnitID, From: g.ValidFrom, To: g.ValidTo, Current: g.Current,
		})
	}
	return page, nil
}

// newPost is the form for a further post.
func (p *Pages) newPost(c *fiber.Ctx) error { return p.postForm(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) postForm(c *fiber.Ctx, status int, form ui.Form) error {
	v, err := p.Accounts.Person(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	choices, err := p.postChoices(c, form)
	if err != nil {
		return err
	}
	return web.Page(c, status, pages.PostNew(pages.PostNewView{PersonNewView: choices, ID: v.ID, Name: v.Name}))
}

// createPost gives a person a further post.
func (p *Pages) createPost(c *fiber.Ctx) error {
	id := web.Param(c, "id")
	_, err := p.Accounts.AddPost(web.Context(c), web.Actor(c), id, postOf(c))
	if shown, ok := inForm(err, web.Words(c)); ok {
		return p.postForm(c, shown.status, ui.FormOf(web.Form(c), shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "state.saved")
	return web.See(c, "/admin/people/"+id)
}

// accountActions are what can be done to an account after a question.
var accountActions = []string{"reset", "disable", "enable"}

// accountActs are their names in the audit log.
var accountActs = map[string]string{
	"reset": "person.reset_password", "disable": "person.disable", "enable": "person.enable",
}

// askAccount asks before something is done to an account.
func (p *Pages) askAccount(do string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		v, err := p.Accounts.Person(web.Context(c), web.Actor(c), web.Param(c, "id"))
		if err != nil {
			return err
		}
		if do == "reset" {
			two, err := p.Accounts.NeedsTwo(web.Context(c), web.Actor(c), v.ID)
			if err != nil {
				return err
			}
			if two {
				return p.resetForm(c, fiber.StatusOK, v, ui.NewForm())
			}
		}
		words, at := web.Words(c), "/admin/people/"+v.ID
		return web.Page(c, fiber.StatusOK, ui.ConfirmPage(ui.Confirm{
			Action: at + "/" + do, Title: words.T("admin." + do), Text: words.T("admin."+do+".ask", "name", v.Name),
			Button: words.T("admin." + do), Back: at, Hidden: []string{"version", itoa(v.Version)},
		}))
	}
}

// doAccount does it.
func (p *Pages) doAccount(do string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, actor, id := web.Context(c), web.Actor(c), web.Param(c, "id")
		version := wholeNumber(web.Form(c).Get("version"))
		var err error
		switch do {
		case "reset":
			return p.resetPassword(c, id)
		case "disable":
			err = p.Accounts.Disable(ctx, actor, id, version)
		case "enable":
			err = p.Accounts.Enable(ctx, actor, id, version)
		}
		if err != nil {
			return err
		}
		web.Flash(c, ui.OK, "state.saved")
		return web.See(c, "/admin/people/"+id)
	}
}

// resetPassword shows a new first password, once; see createPerson.
func (p *Pages) resetPassword(c *fiber.Ctx, id string) error {
	ctx, actor := web.Context(c), web.Actor(c)
	password, err := p.Accounts.ResetPassword(ctx, actor, id)
	if fault.Of(err).Key == "account.reset.two" {
		return p.askReset(c, id)
	}
	if err != nil {
		return err
	}
	v, err := p.Accounts.Person(ctx, actor, id)
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, pages.PersonPassword(id, v.Name, v.StaffNo, password))
}
