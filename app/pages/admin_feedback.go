package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models/fault"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

const feedbackSize = 20

// showAdminFeedback lists what people say about the system.
func (p *Pages) showAdminFeedback(c *fiber.Ctx) error {
	return p.adminFeedback(c, fiber.StatusOK, ui.NewForm())
}

func (p *Pages) adminFeedback(c *fiber.Ctx, status int, reason ui.Form) error {
	l := listAt(c, "feedback", feedbackSize)
	rows, total, err := p.Accounts.Feedback(web.Context(c), web.Actor(c), l.Page, l.Size)
	if err != nil {
		return err
	}
	lines := make([]pages.FeedbackLine, 0, len(rows))
	for _, r := range rows {
		lines = append(lines, pages.FeedbackLine{
			ID: r.ID, Person: r.Person, Page: r.Page, Text: r.Text, At: r.CreatedAt, HasContact: r.HasContact,
		})
	}
	if l.wanted {
		return p.sheet(c, l, pages.FeedbackGrid(web.Context(c), lines), total)
	}
	return web.Page(c, status, pages.AdminFeedback(lines, reason, l.of(total)))
}

// showFeedbackContact opens the contact that somebody left, for a stated reason.
func (p *Pages) showFeedbackContact(c *fiber.Ctx) error {
	form := web.Form(c)
	contact, err := p.Accounts.FeedbackContact(web.Context(c), web.Actor(c), web.Param(c, "id"), form.Get("reason"))
	if fault.Is(err, fault.Invalid) {
		return p.adminFeedback(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	}
	if err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, pages.FeedbackContact(contact))
}
