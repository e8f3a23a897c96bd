package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/onboard"
	"shanzhi/app/web"
	view "shanzhi/templates/pages"
)

const leaversPath = "/admin/onboarding/leavers"

// showLeavers lists who leaves with open work in hand; until the day is over it is in no list of work that has nobody.
func (p *Pages) showLeavers(c *fiber.Ctx) error {
	list, err := p.Onboard.Leaving(web.Context(c), web.Actor(c))
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, view.Leavers(leaverLines(list)))
}

func leaverLines(list []onboard.Leaver) []view.LeaverLine {
	out := make([]view.LeaverLine, 0, len(list))
	for _, l := range list {
		out = append(out, view.LeaverLine{
			ID: l.ID, Name: l.Name, StaffNo: l.StaffNo, Note: l.StaffNo + " · " + l.Place, Open: l.Open,
		})
	}
	return out
}
