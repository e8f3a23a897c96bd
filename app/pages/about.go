package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/guide"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showAbout says who answers for the site, how everybody can use it, and what happens to personal data.
func (p *Pages) showAbout(c *fiber.Ctx) error { return web.Page(c, fiber.StatusOK, pages.About()) }

// showHelp lists the guides, with those of the reader's own roles first.
func (p *Pages) showHelp(c *fiber.Ctx) error {
	return web.Page(c, fiber.StatusOK, pages.Help(ownGuides(web.Actor(c))))
}

// ownGuides are the guides of somebody's roles; residents' for nobody.
func ownGuides(actor models.Actor) []string {
	var own []string
	for _, part := range guide.Parts() {
		if actor.Has(models.Role(part)) {
			own = append(own, part)
		}
	}
	if len(own) == 0 {
		own = []string{"resident"}
	}
	return own
}

// guideOf is the address of the guide that somebody's home page leads to: that of the role shown beside his name.
func guideOf(actor models.Actor) string {
	own := ownGuides(actor)
	for _, part := range own {
		if part != string(models.RoleCadre) {
			return "/help/" + part
		}
	}
	return "/help/" + own[0]
}

// showGuide shows one guide in the reader's language.
func (p *Pages) showGuide(c *fiber.Ctx) error {
	part := web.Param(c, "part")
	text, ok := guide.Text(web.Words(c).Lang(), part)
	if !ok {
		return fault.New(fault.NotFound, "error.not_found")
	}
	return web.Page(c, fiber.StatusOK, pages.Guide(part, ui.Markdown(text)))
}
