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

// showAsk is the form by which anybody raises a matter.
func (p *Pages) showAsk(c *fiber.Ctx) error {
	return p.ask(c, fiber.StatusOK, ui.NewForm("unit", web.Query(c).Get("unit")))
}

func (p *Pages) ask(c *fiber.Ctx, status int, form ui.Form) error {
	w := web.Words(c)
	units, err := p.Cases.Areas(web.Context(c))
	if err != nil {
		return err
	}
	ticket := form.Value("ticket")
	if ticket == "" || form.Bad() && len(form.Fault().Fields) == 0 { // too old: a fresh one
		ticket = p.Cases.RaiseTicket()
	}
	v := view.AskView{
		Form: form, Ticket: ticket, Units: unitOptions(w, units, "field.choose"),
		Reply: options(w, cases.ReplyWays(), "ask.reply.", ""), Marked: marked(form),
	}
	for _, k := range cases.Kinds() {
		v.Kinds = append(v.Kinds, ui.Option{
			Value: string(k), Text: w.T("serve.kind." + string(k)), Hint: w.T("ask.kind." + string(k)),
		})
	}
	return web.Page(c, status, view.Ask(v))
}

// marked reports whether the form was refused for a text that looks like a state secret.
func marked(form ui.Form) bool {
	if !form.Bad() {
		return false
	}
	for _, f := range form.Fault().Fields {
		if f.Key == "ask.secret_mark" {
			return true
		}
	}
	return form.Value("sure") == "1"
}

// doAsk keeps a matter and shows the receipt: its code is nowhere else, so it goes into no address.
func (p *Pages) doAsk(c *fiber.Ctx) error {
	form := web.Form(c)
	if err := noCardNumber(form, "text"); err != nil {
		return p.ask(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	}
	got, err := p.Cases.Raise(web.Context(c), cases.Raising{
		Kind: models.CaseKind(form.Get("kind")), UnitID: form.Get("unit"), Text: form.Get("text"),
		Name: form.Get("name"), Phone: form.Get("phone"), ReplyBy: models.ReplyBy(form.Get("reply")),
		OfPerson: form.Get("of_person") == "1", Sure: form.Get("sure") == "1", Ticket: form.Get("ticket"),
	})
	switch {
	case fault.Is(err, fault.Invalid):
		return p.ask(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	link := p.whole("/track?no=" + got.No)
	path, size, err := qrPath(link)
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, view.AskDone(view.AskDoneView{
		No: got.No, Secret: spaced(got.Secret), Unit: got.Unit,
		On: web.Words(c).Date(got.On.Day()), Link: link, QR: path, Size: size, Tip: got.Tip, Above: got.Above,
	}))
}
