package pages

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// HomePart adds to the home page of an actor: perhaps the one sentence with its button, and lines. Texts are
// translated.
type HomePart func(ctx context.Context, actor models.Actor) (*pages.Hero, []pages.HomeLine, error)

// AddHome adds parts to the home page. The first that gives a sentence has it.
func (p *Pages) AddHome(parts ...HomePart) { p.homeParts = append(p.homeParts, parts...) }

// showHome is one sentence and one button, and what comes next.
func (p *Pages) showHome(c *fiber.Ctx) error {
	ctx, actor := web.Context(c), web.Actor(c)
	var v pages.HomeView
	var hero *pages.Hero
	for _, part := range p.homeParts {
		h, lines, err := part(ctx, actor)
		if err != nil {
			return err
		}
		switch {
		case hero == nil:
			hero = h
		case h != nil: // what another part would say first still waits
			v.Lines = append(v.Lines, pages.HomeLine{Title: h.Button, Note: h.Sentence, Href: h.Href})
		}
		v.Lines = append(v.Lines, lines...)
	}
	admin := adminLines(actor)
	for _, l := range admin {
		v.Lines = append(v.Lines, pages.HomeLine{
			Title: ui.T(ctx, "admin."+l.Key), Note: ui.T(ctx, "admin."+l.Key+".hint"), Href: l.Href,
		})
	}
	switch {
	case hero != nil:
		v.Hero = *hero
	case len(admin) > 0:
		v.Hero = pages.Hero{
			Sentence: ui.T(ctx, "account.home.admin", "name", actor.Name), Button: ui.T(ctx, "admin."+admin[0].Key),
			Href: admin[0].Href,
		}
	default:
		v.Hero = pages.Hero{Sentence: ui.T(ctx, "account.home.plain", "name", actor.Name)}
	}
	return web.Page(c, fiber.StatusOK, pages.Home(v))
}

// readerHome is the sentence for those who read and change nothing: the leader in charge and the inspector.
func (p *Pages) readerHome(ctx context.Context, actor models.Actor) (*pages.Hero, []pages.HomeLine, error) {
	for _, r := range []models.Role{models.RoleLeader, models.RoleInspector} {
		if actor.Has(r) {
			return &pages.Hero{
				Sentence: ui.T(ctx, "account.home."+string(r), "name", actor.Name),
				Button:   ui.T(ctx, "account.home.read"), Href: "/assess",
			}, nil, nil
		}
	}
	return nil, nil, nil
}

// adminLines lists the parts of the administration that are open to an actor.
func adminLines(actor models.Actor) []pages.AdminLine {
	var out []pages.AdminLine
	for _, x := range []struct {
		key, href string
		do        policy.Action
	}{
		{"onboard", "/admin/onboarding", policy.AdminUnits},
		{"people", "/admin/people", policy.AdminPeople},
		{"slips", "/admin/slips", policy.AdminPeople},
		{"desks", "/admin/desks", policy.AdminPeople},
		{"units", "/admin/units", policy.AdminUnits},
		{"adrift", "/handover", policy.AdminPeople},
		{"matters", "/admin/matters", policy.AdminUnits},
		{"roles", "/admin/roles", policy.AdminRoles},
		{"factors", "/admin/factors", policy.AdminRoles},
		{"presets", "/admin/presets", policy.AdminUnits},
		{"access", "/admin/access", policy.AccessSee},
		{"audit", "/admin/audit", policy.AdminAudit},
		{"jobs", "/admin/jobs", policy.AdminJobs},
		{"feedback", "/admin/feedback", policy.AdminFeedback},
	} {
		if policy.May(actor, x.do) {
			out = append(out, pages.AdminLine{Key: x.key, Href: x.href})
		}
	}
	return out
}

// showAdmin lists what the reader administers.
func (p *Pages) showAdmin(c *fiber.Ctx) error {
	lines := adminLines(web.Actor(c))
	if len(lines) == 0 {
		return policy.Check(web.Actor(c), policy.AdminUnits, policy.Object{})
	}
	return web.Page(c, fiber.StatusOK, pages.Admin(lines))
}
