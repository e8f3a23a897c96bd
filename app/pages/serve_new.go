package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showServeNew is the form for a new case.
func (p *Pages) showServeNew(c *fiber.Ctx) error { return p.serveNew(c, fiber.StatusOK, ui.Form{}) }

func (p *Pages) serveNew(c *fiber.Ctx, status int, form ui.Form) error {
	w := web.Words(c)
	matters, err := p.Cases.Matters(web.Context(c), web.Actor(c))
	if err != nil {
		return err
	}
	once := form.Value("once")
	if once == "" {
		once = models.NewID()
	}
	v := view.ServeNewView{
		Form: form, Once: once, Kinds: options(w, cases.Kinds(), "serve.kind.", ""),
		Channels: options(w, cases.Channels(), "serve.channel.", ""),
	}
	for _, m := range matters { // they come by family
		family := serveFamily(w, m.Family)
		if n := len(v.Matters); n == 0 || v.Matters[n-1].Family != family {
			v.Matters = append(v.Matters, view.ServeMatters{Family: family})
		}
		g := &v.Matters[len(v.Matters)-1]
		g.Options = append(g.Options, ui.Option{
			Value: m.ID, Text: w.T("serve.matter.days", "name", m.Name, "days", m.Days, "unit", m.Unit),
		})
	}
	return web.Page(c, status, view.ServeNew(v))
}

// doServeNew takes the case in.
func (p *Pages) doServeNew(c *fiber.Ctx) error {
	form := web.Form(c)
	row, err := p.Cases.TakeIn(web.Context(c), web.Actor(c), cases.Intake{
		Once: form.Get("once"), MatterID: form.Get("matter"), Kind: models.CaseKind(form.Get("kind")),
		Channel: models.Channel(form.Get("channel")),
		Title:   form.Get("title"), Detail: form.Get("detail"), Name: form.Get("name"), Phone: form.Get("phone"),
	})
	switch {
	case fault.Is(err, fault.Invalid):
		return p.serveNew(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "serve.taken_in", "no", row.No)
	return web.See(c, "/serve/cases/"+row.ID)
}
