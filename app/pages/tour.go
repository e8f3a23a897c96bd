package pages

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
)

// stop is one step of the guided tour: the logins it needs, by their keys, and the page where it begins.
type stop struct {
	logins []string
	href   string
}

// tour is the guided tour of the demonstration; its words are tour.1 … tour.10.
func tour() []stop {
	return []stop{
		{nil, "/ask"},
		{[]string{"intake"}, "/serve"},
		{[]string{"cadre", "intake"}, "/"},
		{nil, "/track"},
		{[]string{"supervisor", "interviewer"}, "/serve"},
		{[]string{"cadre", "trainer"}, "/learn"},
		{[]string{"officer", "cadre"}, "/assess"},
		{[]string{"reviewer", "releaser"}, "/assess"},
		{[]string{"sysadmin", "secadmin"}, "/admin"},
		{[]string{"auditadmin"}, "/admin/audit"},
	}
}

// showTour leads through the demonstration in ten steps. A house with real data has no such page.
func (p *Pages) showTour(c *fiber.Ctx) error {
	names, err := p.Tour(web.Context(c))
	if err != nil {
		return err
	}
	if names == nil {
		return fault.New(fault.NotFound, "error.not_found")
	}
	w := web.Words(c)
	args := make([]any, 0, 2*len(names))
	for k, v := range names {
		args = append(args, k, v)
	}
	var v view.TourView
	for i, s := range tour() {
		key := "tour." + strconv.Itoa(i+1)
		step := view.TourStep{Title: w.T(key + ".title"), Text: w.T(key+".text", args...), Href: s.href}
		for _, l := range s.logins {
			step.Logins = append(step.Logins, w.T("tour.login", "no", names[l], "role", w.T("demo.login."+l+".role")))
		}
		v.Steps = append(v.Steps, step)
	}
	return web.Page(c, fiber.StatusOK, view.Tour(v))
}
