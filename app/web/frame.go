package web

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	"shanzhi/templates/ui"
)

// The choices a reader's cookies keep.
const (
	elder      = "elder"
	high       = "high"
	normal     = "normal"
	choiceLife = 365 * 24 * time.Hour
)

// frame puts what surrounds every page into the context of the request, but for what the database must be asked: most
// answers to a POST, files and scripts are no pages (see surround).
func (a *App) frame(c *fiber.Ctx, v *visit) {
	f := ui.Frame{
		Words:    a.deps.Words.Printer(i18n.Match(c.Get(fiber.HeaderAcceptLanguage), a.cookie(c, "lang"))),
		Path:     back(c),
		Mode:     only(a.cookie(c, "mode"), elder),
		Contrast: only(a.cookie(c, "contrast"), high),
	}
	f.Today = f.Words.Date(a.deps.Clock())
	if v.route != nil {
		f.Audience = v.route.audience
	}
	if v.actor.ID != "" {
		f.User = ui.User{Name: v.actor.Name, RoleLabel: f.Words.T(roleKey(v.actor))}
		f.Notice = inspection(f.Words, v.actor)
		if v.first == models.StepNone {
			f.Nav = a.nav(v.actor, c.Path())
			if a.has("/search") {
				f.Search = policy.FindsOf(v.actor).Name()
			}
		}
	}
	v.surrounded = false
	c.SetUserContext(ui.WithFrame(c.UserContext(), f))
}

// surround completes the frame with what only a written page needs, once in a request: the token of its forms, who
// answers for the site and how many notices wait.
func (a *App) surround(c *fiber.Ctx, v *visit) {
	if v.surrounded {
		return
	}
	v.surrounded = true
	f := ui.FrameOf(c.UserContext())
	f.CSRF = a.token(c, v)
	if a.deps.Site != nil {
		site, err := a.deps.Site(c.UserContext())
		if err != nil {
			a.deps.Log.Error("site identity unknown", "id", v.id, "err", err.Error())
		}
		f.Site, f.Demo = site.Site, site.Demo
	}
	if v.actor.ID != "" && v.first == models.StepNone {
		f.Unread = a.unread(c, v)
	}
	c.SetUserContext(ui.WithFrame(c.UserContext(), f))
}

// Frame returns what surrounds the page that is answered with.
func Frame(c *fiber.Ctx) ui.Frame {
	v := visitOf(c)
	v.app.surround(c, v)
	return ui.FrameOf(c.UserContext())
}

// inspection says above every page of an inspector until when he reads.
func inspection(words *i18n.Printer, a models.Actor) string {
	var until models.Date
	for _, g := range a.Grants {
		if g.Role == models.RoleInspector {
			until = max(until, g.Until)
		}
	}
	if until == "" {
		return ""
	}
	return words.T("frame.inspector", "on", words.Date(until.Day()))
}

// back is where the switches of the page lead back to: the page itself, or the page whose form was refused.
func back(c *fiber.Ctx) string {
	if reads(c) {
		return c.OriginalURL()
	}
	if u, err := url.Parse(c.Get(fiber.HeaderReferer)); err == nil && strings.EqualFold(u.Host, c.Hostname()) {
		if to, ok := Local(u.RequestURI()); ok {
			return to
		}
	}
	return "/"
}

func only(value, known string) string {
	if value == known {
		return known
	}
	return ""
}

// roleKey is the word for what somebody mainly is here: the first role beside that of a cadre.
func roleKey(a models.Actor) string {
	for _, r := range models.Roles() {
		if r != models.RoleCadre && a.Has(r) {
			return "account.role." + string(r)
		}
	}
	return "account.role." + string(models.RoleCadre)
}

// nav lists the menu of an actor: what is open to him and exists. The three administrators have no business.
func (a *App) nav(actor models.Actor, path string) []ui.NavItem {
	may := func(do policy.Action) bool { return policy.May(actor, do) }
	business := policy.IsBusiness(actor)
	// Whoever is here only for a social organization, or only to inspect, is no cadre: he has nothing to learn.
	provider := actor.Only(models.RoleSocial, models.RoleInspector)
	items := []struct {
		key, href string
		show      bool
	}{
		{"home", "/", true},
		{"learn", "/learn", !provider && may(policy.LearnTake)},
		{"serve", "/serve", may(policy.CaseSee)},
		{"assess", "/assess", may(policy.PeriodSee)},
		{"admin", "/admin", !business},
		{"me", "/me", true},
	}
	var out []ui.NavItem
	for _, it := range items {
		if it.show && a.has(it.href) {
			out = append(out, ui.NavItem{Key: it.key, Href: it.href, Current: below(path, it.href)})
		}
	}
	return out
}

// unread is how many notices wait to be read. It is a convenience: without it the page is shown all the same.
func (a *App) unread(c *fiber.Ctx, v *visit) int {
	if a.deps.Unread == nil {
		return 0
	}
	n, err := a.deps.Unread(c.UserContext(), v.actor.ID)
	if err != nil {
		a.deps.Log.Error("unread notices unknown", "id", v.id, "err", err.Error())
	}
	return n
}

// below reports whether a path is the page or lies under it.
func below(path, href string) bool {
	return path == href || href != "/" && strings.HasPrefix(path, href+"/")
}

// Local returns the address when it lies on this site: a path, with or without a query, and nothing that a browser
// would read as another host.
func Local(to string) (string, bool) {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\") ||
		strings.ContainsFunc(to, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", false
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" {
		return "", false
	}
	return to, true
}

// setMode keeps the reader's choice of print, contrast and language, and leads back to the page.
func (a *App) setMode(c *fiber.Ctx) error {
	form := Form(c)
	for name, values := range map[string][]string{
		"mode": {elder, normal}, "contrast": {high, normal}, "lang": i18n.Langs(),
	} {
		for _, v := range values {
			if form.Get(name) == v {
				a.setCookie(c, name, v, choiceLife)
			}
		}
	}
	to, ok := Local(form.Get("back"))
	if !ok {
		to = "/"
	}
	return See(c, to)
}
