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
	matters, err := p.matterGroups(c)
	if err != nil {
		return err
	}
	once := form.Value("once")
	if once == "" {
		once = models.NewID()
	}
	v := view.ServeNewView{
		Form: form, Once: once, Kinds: options(w, cases.Kinds(), "serve.kind.", ""),
		Channels: options(w, cases.Channels(), "serve.channel.", ""), Matters: matters,
	}
	return web.Page(c, status, view.ServeNew(v))
}

// matterGroups are the matters that a clerk may take in, by family.
func (p *Pages) matterGroups(c *fiber.Ctx) ([]view.ServeMatters, error) {
	w := web.Words(c)
	matters, err := p.Cases.Matters(web.Context(c), web.Actor(c))
	if err != nil {
		return nil, err
	}
	var out []view.ServeMatters
	for _, m := range matters { // they come by family
		family := serveFamily(w, m.Family)
		if n := len(out); n == 0 || out[n-1].Family != family {
			out = append(out, view.ServeMatters{Family: family})
		}
		g := &out[len(out)-1]
		g.Options = append(g.Options, ui.Option{
			Value: m.ID, Text: w.T("serve.matter.days", "name", m.Name, "days", m.Days, "unit", m.Unit),
		})
	}
	return out, nil
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
