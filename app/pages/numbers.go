package pages

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models/fault"
	"shanzhi/models/vault"
	view "shanzhi/templates/pages"
)

// noCardNumber sends a form back once when a free text of it seems to hold the number of an identity or bank card: it
// is seldom needed, and who reads the text is not who should have it. It is sent after the box that stands then in the
// form is ticked. It is a warning of the form, not a rule of what is kept: nothing is stored or logged of the refusal.
//
// Fault: Invalid "privacy.number.id" or "privacy.number.bank" on the field.
func noCardNumber(form url.Values, fields ...string) error {
	if form.Get(view.NumberSure) == "1" {
		return nil
	}
	var bad []fault.Field
	for _, name := range fields {
		if kind := vault.Spot(form.Get(name)); kind != vault.NoNumber {
			bad = append(bad, fault.On(name, view.NumberKey+string(kind)))
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return fault.Wrong(bad...)
}

// spotted asks so of a form of a case before its step is taken.
func (p *Pages) spotted(action string, step fiber.Handler, fields ...string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := noCardNumber(web.Form(c), fields...); err != nil {
			return p.serveDone(c, action, err, "")
		}
		return step(c)
	}
}
