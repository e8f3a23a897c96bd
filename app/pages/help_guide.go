package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/guide"
	"shanzhi/app/web"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
)

// showRunGuide answers GET /help/run/TOPIC: a guide for whoever runs the program, the same that the command prints.
func (p *Pages) showRunGuide(topic string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		text, ok := guide.Text(topic, web.Words(c).Lang())
		if !ok {
			return fault.New(fault.NotFound, "error.not_found")
		}
		return web.Page(c, fiber.StatusOK, view.RunGuide(topic, text))
	}
}
