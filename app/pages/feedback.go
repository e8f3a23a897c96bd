package pages

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/models/fault"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showFeedback is the form for suggestions and complaints about the system.
func (p *Pages) showFeedback(c *fiber.Ctx) error {
	v := pages.FeedbackView{Form: ui.NewForm(), Sent: web.Query(c).Has("sent")}
	if u, err := url.Parse(c.Get(fiber.HeaderReferer)); err == nil && u.Host == c.Hostname() {
		v.From = safePage(u.Path)
	}
	return web.Page(c, fiber.StatusOK, pages.Feedback(v))
}

// safePage is the page a suggestion is about. An address that holds somebody's link (/r/…) is cut.
func safePage(path string) string {
	for _, secret := range []string{"/r/", "/v/", "/track/"} {
		if len(path) > len(secret) && path[:len(secret)] == secret {
			return secret
		}
	}
	return path
}

// doFeedback keeps a suggestion.
func (p *Pages) doFeedback(c *fiber.Ctx) error {
	form := web.Form(c)
	err := p.Accounts.SendFeedback(web.Context(c), web.Actor(c), accounts.FeedbackInput{
		Page: safePage(form.Get("page")), Text: form.Get("text"), Contact: form.Get("contact"),
	})
	switch {
	case fault.Is(err, fault.Invalid):
		return web.Page(c, fiber.StatusUnprocessableEntity, pages.Feedback(pages.FeedbackView{
			Form: ui.FormOf(form, err), From: safePage(form.Get("page")),
		}))
	case err != nil:
		return err
	}
	return web.See(c, "/feedback?sent=1")
}
