package pages

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// workLines are pieces of open work as a page lists them.
func workLines(items []accounts.WorkItem) []pages.WorkLine {
	named := make([]models.Named, len(items))
	for i, it := range items {
		named[i] = models.Named{ID: it.PersonID, Name: it.Person, Unit: it.Unit, Post: it.PostTitle}
	}
	people := models.Labels(named)
	out := make([]pages.WorkLine, len(items))
	for i, it := range items {
		out[i] = pages.WorkLine{
			Key: it.Key(), Kind: it.Kind, No: it.No, Title: it.Title, Unit: it.Unit, Person: people[i], DueOn: it.DueOn,
			Role: string(it.Role),
		}
	}
	return out
}

// receiverOptions are who may take work, by unit and post.
func receiverOptions(ctx context.Context, list []accounts.Receiver, empty string) []ui.Option {
	at, named := make([]standing, len(list)), make([]models.Named, len(list))
	for i, r := range list {
		at[i] = standing{r.UnitID, r.Unit, r.Above}
	}
	units := unitsApart(at)
	for i, r := range list {
		named[i] = models.Named{ID: r.PersonID, Name: r.Name, Unit: units[i], Post: r.Title, StaffNo: r.StaffNo}
	}
	out := []ui.Option{{Text: ui.T(ctx, empty)}}
	for i, text := range models.Placed(named) {
		out = append(out, ui.Option{Value: list[i].PostID, Text: text})
	}
	return out
}

// showWorkOf lists the open work of a person with a receiver for each.
func (p *Pages) showWorkOf(c *fiber.Ctx) error { return p.workOf(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) workOf(c *fiber.Ctx, status int, form ui.Form) error {
	ctx := web.Context(c)
	d, err := p.Accounts.WorkOf(ctx, web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := deskView(ctx, d, form)
	v.ID, v.Name, v.Action = d.Person.ID, d.Person.Name, "/admin/people/"+d.Person.ID+"/handover"
	l := listAt(c, "handover", 0)
	if v.List = l.List; l.wanted {
		return p.sheet(c, l, v.Grid(ctx), len(v.Lines))
	}
	for _, x := range d.Plans {
		v.Plans = append(v.Plans, pages.PlanLine{
			ID: x.ID, Receiver: x.Receiver, Unit: x.Unit, Title: x.Title, DueOn: x.DueOn, DoneAt: x.DoneAt,
			Items: x.Items,
		})
	}
	return web.Page(c, status, pages.WorkDesk(v))
}

func deskView(ctx context.Context, d accounts.Desk, form ui.Form) pages.DeskView {
	return pages.DeskView{
		Form: form, Lines: workLines(d.Items), Each: receiverOptions(ctx, d.Receivers, "work.as_default"),
		All: receiverOptions(ctx, d.Receivers, "work.nobody"),
	}
}

// choices reads who takes which piece of work: the receiver chosen for it, else the one chosen for all.
func choices(c *fiber.Ctx) []accounts.Choice {
	form := web.Form(c)
	var out []accounts.Choice
	for _, key := range form["item"] {
		post := form.Get(key)
		if post == "" {
			post = form.Get("receiver")
		}
		out = append(out, accounts.Choice{Key: key, Post: post})
	}
	return out
}

// handOverOf hands over the work of a person.
func (p *Pages) handOverOf(c *fiber.Ctx) error {
	id := web.Param(c, "id")
	n, err := p.Accounts.HandOver(web.Context(c), web.Actor(c), id, choices(c))
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.workOf(c, shown.status, ui.FormOf(web.Form(c), shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "work.given", "n", n)
	return web.See(c, "/admin/people/"+id+"/handover")
}

// dropPlan takes back a handing over that is not due yet.
func (p *Pages) dropPlan(c *fiber.Ctx) error {
	id := web.Param(c, "id")
	if err := p.Accounts.DropPlan(web.Context(c), web.Actor(c), id, web.Param(c, "plan")); err != nil {
		return err
	}
	web.Flash(c, ui.OK, "state.saved")
	return web.See(c, "/admin/people/"+id+"/handover")
}

// showAdrift lists the work that has nobody any more.
func (p *Pages) showAdrift(c *fiber.Ctx) error { return p.adrift(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) adrift(c *fiber.Ctx, status int, form ui.Form) error {
	ctx := web.Context(c)
	d, err := p.Accounts.Adrift(ctx, web.Actor(c))
	if err != nil {
		return err
	}
	v := deskView(ctx, d, form)
	v.Action = "/handover"
	l := listAt(c, "adrift", 0)
	if v.List = l.List; l.wanted {
		return p.sheet(c, l, v.Grid(ctx), len(v.Lines))
	}
	return web.Page(c, status, pages.WorkDesk(v))
}

// handOverAdrift gives what has nobody any more to somebody.
func (p *Pages) handOverAdrift(c *fiber.Ctx) error {
	n, err := p.Accounts.HandOver(web.Context(c), web.Actor(c), "", choices(c))
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.adrift(c, shown.status, ui.FormOf(web.Form(c), shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "work.given", "n", n)
	return web.See(c, "/handover")
}
