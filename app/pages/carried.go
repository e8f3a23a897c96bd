package pages

import (
	"maps"
	"slices"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// stepFirst asks for what must be done before a form is heard, and carries what was typed through it.
func (p *Pages) stepFirst(c *fiber.Ctx, step models.Step, next, typed string) error {
	return p.step(c, fiber.StatusUnauthorized, step, ui.NewForm("next", next, "typed", typed))
}

// step shows the page of a step of getting in; StepNone is the login.
func (p *Pages) step(c *fiber.Ctx, status int, step models.Step, form ui.Form) error {
	switch step {
	case models.StepProve:
		return p.factor(c, status, form)
	case models.StepPassword:
		return p.password(c, status, form)
	case models.StepEnrol:
		return p.myFactor(c, status, form)
	case models.StepNone:
	}
	return p.login(c, status, form, form.Value("next"))
}

// held is what the form of a step carries of what was typed before; "" for what holds no longer.
func held(c *fiber.Ctx, form ui.Form) string {
	typed := form.Value("typed")
	if _, _, ok := web.Typed(c, typed); !ok {
		return ""
	}
	return typed
}

// goOn leads on from a step of getting in: to the next one, to what was typed before the first, or to next. Nothing
// typed is put into an address or a cookie, so the pages answer at once.
func (p *Pages) goOn(c *fiber.Ctx, token, next, typed string) error {
	if _, _, ok := web.Typed(c, typed); !ok || !web.Enter(c, token) {
		return web.See(c, next)
	}
	mine := web.Mine(c, typed)
	if step := web.First(c); step != models.StepNone && mine != "" {
		return p.step(c, fiber.StatusOK, step, ui.NewForm("next", next, "typed", mine))
	}
	v := waitingForm(c, mine, next)
	if v == nil {
		return web.See(c, next)
	}
	return web.Page(c, fiber.StatusOK, pages.LoginTyped(*v))
}

// waitingForm is what was typed, ready to be sent where it was meant for; nil where nothing was carried.
func waitingForm(c *fiber.Ctx, typed, next string) *pages.LoginTypedView {
	to, fields, ok := web.Typed(c, typed)
	if !ok {
		return nil
	}
	v := &pages.LoginTypedView{To: to, Back: next}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		for _, value := range fields[name] {
			v.Fields = append(v.Fields, [2]string{name, value})
		}
	}
	return v
}
