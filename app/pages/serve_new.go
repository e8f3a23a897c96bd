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
	units, err := p.Cases.Areas(web.Context(c))
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
		Units: unitOptions(w, units, "serve.about_unit.same"),
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

// doServeNew takes the matter in. The clerk who does not see it afterwards gets its receipt at once: the code is
// nowhere else.
func (p *Pages) doServeNew(c *fiber.Ctx) error {
	form := web.Form(c)
	if err := noCardNumber(form, "title", "detail"); err != nil {
		return p.serveNew(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	}
	got, err := p.Cases.Register(web.Context(c), web.Actor(c), cases.Intake{
		Once: form.Get("once"), MatterID: form.Get("matter"), Kind: models.CaseKind(form.Get("kind")),
		Channel: models.Channel(form.Get("channel")),
		Title:   form.Get("title"), Detail: form.Get("detail"), Name: form.Get("name"), Phone: form.Get("phone"),
		OfPerson: form.Get("of_person") == "1", AboutID: form.Get("about_unit"), About: form.Get("about"),
	})
	switch {
	case fault.Is(err, fault.Invalid):
		return p.serveNew(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	case !got.Seen:
		return p.serveCoded(c, got.Receipt, "")
	}
	web.Flash(c, ui.OK, "serve.taken_in", "no", got.Case.No)
	return web.See(c, "/serve/cases/"+got.Case.ID)
}

// doServeCode prints the receipt with a new follow-up code.
func (p *Pages) doServeCode(c *fiber.Ctx) error {
	id := web.Param(c, "id")
	got, err := p.Cases.Code(web.Context(c), web.Actor(c), id)
	if err != nil {
		return err
	}
	return p.serveCoded(c, got, "/serve/cases/"+id)
}

func (p *Pages) serveCoded(c *fiber.Ctx, got cases.RaiseReceipt, back string) error {
	link := p.whole("/track?no=" + got.No)
	path, size, err := qrPath(link)
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, view.ServeCoded(view.ServeCodedView{
		No: got.No, Secret: spaced(got.Secret), Unit: got.Unit, On: web.Words(c).Date(got.On.Day()), Link: link,
		QR: path, Size: size, Tip: got.Tip, Above: got.Above, Back: back,
		Address: p.addressWarning(web.Words(c).T),
	}))
}

// spaced writes a code in groups, as it is read aloud.
func spaced(secret string) string { return secret[:3] + " " + secret[3:6] + " " + secret[6:] }
