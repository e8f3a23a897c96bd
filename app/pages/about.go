package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/templates/pages"
)

// showAbout says who answers for the site, how everybody can use it, and what happens to personal data.
func (p *Pages) showAbout(c *fiber.Ctx) error { return web.Page(c, fiber.StatusOK, pages.About()) }

// showHelp is the guide, with the reader's own roles first.
func (p *Pages) showHelp(c *fiber.Ctx) error {
	actor := web.Actor(c)
	var roles []models.Role
	for _, r := range append(models.Roles(), models.RoleDesk) {
		if actor.Has(r) {
			roles = append(roles, r)
		}
	}
	return web.Page(c, fiber.StatusOK, pages.Help(roles))
}
