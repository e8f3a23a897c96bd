package pages

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// acts are what is entered of a person's tenure, each with a form of its own.
var acts = []string{"transfer", "lend", "leave", "name"}

// showAct shows the form of an act with what will follow from it.
func (p *Pages) showAct(act string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		usual := ui.NewForm("kind", string(models.OnLoan), "reason", string(models.LeftPost))
		return p.actForm(c, fiber.StatusOK, act, usual)
	}
}

func (p *Pages) actForm(c *fiber.Ctx, status int, act string, form ui.Form) error {
	v, err := p.actView(c, form)
	if err != nil {
		return err
	}
	w := web.Words(c)
	switch act {
	case "transfer":
		if v.Posts = postOptions(v.Person.Posts, "field.choose", w.T); len(v.Posts) == 2 { // the only one is meant
			v.Posts = v.Posts[1:]
		}
		return p.withPlaces(c, status, v, pages.PersonTransfer)
	case "lend":
		v.Kinds = options(w, accounts.PostKinds()[1:], "tenure.kind.", "")
		return p.withPlaces(c, status, v, pages.PersonLend)
	case "leave":
		v.Reasons = options(w, []models.EndReason{models.LeftPost, models.Retired}, "tenure.reason.", "")
		return web.Page(c, status, pages.PersonLeave(v))
	}
	v.Reasons = options(w, accounts.NameReasons(), "account.name.reason.", "")
	return web.Page(c, status, pages.PersonRename(v))
}

// withPlaces adds the choices that describe a post.
func (p *Pages) withPlaces(
	c *fiber.Ctx, status int, v pages.ActView, show func(pages.ActView) templ.Component,
) error {
	choices, err := p.postChoices(c, v.Form)
	if err != nil {
		return err
	}
	v.Place = choices
	return web.Page(c, status, show(v))
}

// actView is what every form of an act shows: whose it is, which roles he holds, what waits for him and who may take
// it.
func (p *Pages) actView(c *fiber.Ctx, form ui.Form) (pages.ActView, error) {
	ctx, actor, id := web.Context(c), web.Actor(c), web.Param(c, "id")
	page, err := p.personFacts(ctx, actor, id)
	if err != nil {
		return pages.ActView{}, err
	}
	desk, err := p.Accounts.WorkOf(ctx, actor, id)
	return pages.ActView{
		Person: page, Form: form, Work: workLines(desk.Items),
		Receivers: receiverOptions(ctx, desk.Receivers, "work.later"),
	}, err
}

// doAct enters an act and leads to the work that is still open, where there is any.
func (p *Pages) doAct(act string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, actor, id, form := web.Context(c), web.Actor(c), web.Param(c, "id"), web.Form(c)
		err := p.enterAct(ctx, c, actor, id, act)
		if shown, ok := inAct(err, web.Words(c)); ok {
			return p.actForm(c, shown.status, act, ui.FormOf(form, shown.err))
		}
		if err != nil {
			return err
		}
		return p.afterEnding(c, id, act == "transfer" || act == "leave")
	}
}

func (p *Pages) enterAct(ctx context.Context, c *fiber.Ctx, actor models.Actor, id, act string) error {
	form := web.Form(c)
	last, version := models.Date(form.Get("to")), wholeNumber(form.Get("version"))
	switch act {
	case "transfer":
		_, _, err := p.Accounts.Transfer(ctx, actor, id, accounts.TransferInput{
			PostID: form.Get("post"), Last: last, Post: postOf(c), Receiver: form.Get("receiver"),
		})
		if fault.Is(err, fault.NotFound) && form.Get("post") == "" {
			err = fault.Wrong(fault.On("post", "form.required_choice"))
		}
		return err
	case "lend":
		in := postOf(c)
		in.Kind, in.To = models.PostKind(form.Get("kind")), last
		_, err := p.Accounts.Lend(ctx, actor, id, in)
		return err
	case "leave":
		_, err := p.Accounts.Leave(ctx, actor, id, accounts.LeaveInput{
			Version: version, Last: last, Reason: models.EndReason(form.Get("reason")),
			LoginTo: models.Date(form.Get("login_to")), Receiver: form.Get("receiver"),
		})
		return err
	}
	_, err := p.Accounts.Rename(ctx, actor, id, accounts.RenameInput{
		Version: version, Name: form.Get("name"), Reason: models.NameReason(form.Get("reason")),
		From: models.Date(form.Get("from")),
	})
	return err
}

// afterEnding leads to the open work of whoever has left a post, else back to the person.
func (p *Pages) afterEnding(c *fiber.Ctx, id string, ending bool) error {
	web.Flash(c, ui.OK, "state.saved")
	if ending {
		desk, err := p.Accounts.WorkOf(web.Context(c), web.Actor(c), id)
		if err != nil {
			return err
		}
		if len(desk.Items) > 0 {
			return web.See(c, "/admin/people/"+id+"/handover")
		}
	}
	return web.See(c, "/admin/people/"+id)
}

// showEndPost shows the form that ends one post.
func (p *Pages) showEndPost(c *fiber.Ctx) error {
	return p.endForm(c, fiber.StatusOK, ui.NewForm("to", string(models.DateOf(p.Clock()))))
}

func (p *Pages) endForm(c *fiber.Ctx, status int, form ui.Form) error {
	v, err := p.actView(c, form)
	if err != nil {
		return err
	}
	for _, post := range v.Person.Posts {
		if post.ID == web.Param(c, "post") {
			v.Post = post
		}
	}
	if v.Post.ID == "" {
		return fault.New(fault.NotFound, "error.not_found")
	}
	reasons := accounts.EndReasons(v.Post.Kind)
	if v.Reasons = options(web.Words(c), reasons, "tenure.reason.", ""); status == fiber.StatusOK { // the usual one
		v.Form = ui.NewForm("to", form.Value("to"), "reason", string(reasons[0]))
	}
	return web.Page(c, status, pages.PostEnd(v))
}

// endPost ends a post.
func (p *Pages) endPost(c *fiber.Ctx) error {
	form, id := web.Form(c), web.Param(c, "id")
	_, err := p.Accounts.EndPost(web.Context(c), web.Actor(c), id, accounts.EndInput{
		PostID: web.Param(c, "post"), Version: wholeNumber(form.Get("version")), Last: models.Date(form.Get("to")),
		Reason: models.EndReason(form.Get("reason")), Receiver: form.Get("receiver"),
	})
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.endForm(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	return p.afterEnding(c, id, true)
}

// postOptions are the posts that last, to choose one from.
func postOptions(posts []pages.PersonPost, empty string, t func(string, ...any) string) []ui.Option {
	out := []ui.Option{{Text: t(empty)}}
	for _, x := range posts {
		if x.Current && x.Kind == models.Appointed {
			out = append(out, ui.Option{Value: x.ID, Text: x.Unit + " · " + x.Title})
		}
	}
	return out
}
