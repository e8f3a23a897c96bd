package pages

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/cases"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showPresets shows the deadlines and shares that the locality may set.
func (p *Pages) showPresets(c *fiber.Ctx) error {
	set, err := p.Cases.ReadPresets(web.Context(c), web.Actor(c))
	if err != nil {
		return err
	}
	var values []string
	for _, x := range cases.Presets() {
		values = append(values, x.Key, strconv.Itoa(set[x.Key]))
	}
	return p.presets(c, fiber.StatusOK, ui.NewForm(values...))
}

func (p *Pages) presets(c *fiber.Ctx, status int, form ui.Form) error {
	w := web.Words(c)
	v := view.PresetsView{Form: form}
	for _, x := range cases.Presets() {
		v.Fields = append(v.Fields, ui.Field{
			Name: x.Key, Label: w.T("admin.preset." + x.Key), Type: "number", Inputmode: "numeric",
			Required: true, Short: true,
			Hint: w.T("admin.preset.hint", "default", x.Default, "least", x.Least, "most", x.Most),
			Min:  strconv.Itoa(x.Least), Max: strconv.Itoa(x.Most),
		})
	}
	return web.Page(c, status, view.Presets(v))
}

// doPresets keeps them.
func (p *Pages) doPresets(c *fiber.Ctx) error {
	form, set := web.Form(c), map[string]int{}
	for _, x := range cases.Presets() {
		set[x.Key] = wholeNumber(form.Get(x.Key))
	}
	err := p.Cases.SetPresets(web.Context(c), web.Actor(c), set)
	switch {
	case fault.Is(err, fault.Invalid):
		return p.presets(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "admin.presets.saved")
	return web.See(c, "/admin/presets")
}
