package pages

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// HomePart adds to the home page of an actor: perhaps the one sentence with its button, and lines. Texts are
// translated. Urgency decides which part's sentence is said; a line that is idle is a way to one's work and no work.
type HomePart func(ctx context.Context, actor models.Actor) (*pages.Hero, []pages.HomeLine, error)

// AddHome adds parts to the home page. Of sentences of the same urgency the first is said.
func (p *Pages) AddHome(parts ...HomePart) { p.homeParts = append(p.homeParts, parts...) }

// showHome is one sentence and one button, and what comes next.
func (p *Pages) showHome(c *fiber.Ctx) error {
	ctx, actor := web.Context(c), web.Actor(c)
	var said []pages.Hero
	var lines []pages.HomeLine
	for _, part := range p.homeParts {
		h, more, err := part(ctx, actor)
		if err != nil {
			return err
		}
		if h != nil {
			said = append(said, *h)
		}
		lines = append(lines, more...)
	}
	v := firstOfLines(web.Words(c), homeView(said, lines), yearEnd(p.today()))
	admin := adminLines(actor)
	for _, l := range admin {
		v.Desks = append(v.Desks, pages.HomeLine{
			Title: ui.T(ctx, "admin."+l.Key), Note: ui.T(ctx, "admin."+l.Key+".hint"), Href: l.Href,
		})
	}
	switch {
	case v.Hero.Sentence != "":
	case len(admin) > 0:
		v.Hero = pages.Hero{
			Sentence: ui.T(ctx, "account.home.admin", "name", actor.Name), Button: ui.T(ctx, "admin."+admin[0].Key),
			Href: admin[0].Href,
		}
	default:
		v.Hero = pages.Hero{Sentence: ui.T(ctx, "account.home.plain", "name", actor.Name)}
	}
	v.Guide = guideOf(actor)
	return web.Page(c, fiber.StatusOK, pages.Home(v))
}

// homeView puts the most urgent sentence first; what the others would have said still waits, and nothing is said twice.
func homeView(said []pages.Hero, lines []pages.HomeLine) pages.HomeView {
	var v pages.HomeView
	slices.SortStableFunc(said, func(a, b pages.Hero) int { return sooner(a.Urgency, b.Urgency, a.Due, b.Due) })
	for i, h := range said {
		if i == 0 {
			v.Hero = h
			continue
		}
		lines = append(lines, pages.HomeLine{
			Title: h.Button, Note: cmp.Or(h.Aside, h.Sentence), Href: h.Href, Urgency: h.Urgency, Due: h.Due,
		})
	}
	slices.SortStableFunc(lines, func(a, b pages.HomeLine) int { return sooner(a.Urgency, b.Urgency, a.Due, b.Due) })
	shown := map[string]bool{v.Hero.Href: true}
	for _, l := range lines {
		switch {
		case l.Href != "" && shown[l.Href]:
			continue
		case l.Urgency == pages.Idle:
			v.Desks = append(v.Desks, l)
		default:
			v.Lines = append(v.Lines, l)
		}
		shown[l.Href] = true
	}
	return v
}

// sooner puts what is more urgent first, then what is due first. What has no day waits now and comes before what has.
func sooner(a, b pages.Urgency, aDue, bDue models.Date) int {
	return cmp.Or(int(b)-int(a), cmp.Compare(aDue, bDue))
}

// yearEnd is the day by which the year's hours of study are due.
func yearEnd(today models.Date) models.Date { return models.NewDate(today.Year(), time.December, 31) }

// firstOfLines makes the first line that waits the sentence of the page where nothing but idle ways would be said, such
// as going on with a course: work that is due before the year's hours of study comes before them.
func firstOfLines(w *i18n.Printer, v pages.HomeView, study models.Date) pages.HomeView {
	if v.Hero.Sentence != "" && v.Hero.Urgency > pages.Idle || len(v.Lines) == 0 {
		return v
	}
	first, idle := v.Lines[0], v.Hero
	if first.Href == "" || first.Due >= study {
		return v
	}
	v.Hero = pages.Hero{
		Sentence: w.T("home.first", "what", first.Title), Note: first.Note, Button: w.T("home.first.go"),
		Href:    first.Href,
		Urgency: first.Urgency, Due: first.Due,
	}
	if first.Right != "" {
		v.Hero.Sentence = w.T("home.first.right", "what", first.Title, "right", first.Right)
	}
	v.Lines = v.Lines[1:]
	if idle.Sentence != "" {
		v.Desks = append([]pages.HomeLine{{
			Title: idle.Button, Note: cmp.Or(idle.Aside, idle.Sentence), Href: idle.Href, Urgency: pages.Idle,
		}}, v.Desks...)
	}
	return v
}

// firstHome is the way to what a role's guide tells it to do first, for when nothing else waits.
func (p *Pages) firstHome(ctx context.Context, actor models.Actor) (*pages.Hero, []pages.HomeLine, error) {
	var keys []string
	hrefs := map[string]string{
		"intake": "/serve/new", "supervisor": "/serve/deadlines",
		"officer": "/assess/periods/new", "scheme": schemesPath,
	}
	if policy.May(actor, policy.CaseTakeIn) {
		keys = append(keys, "intake")
	}
	if policy.May(actor, policy.PeriodSeal) {
		list, err := p.Assessments.Schemes(ctx, actor)
		if err != nil {
			return nil, nil, err
		}
		key := "scheme"
		if slices.ContainsFunc(list.Lines, func(l assessments.SchemeLine) bool { return l.Current != nil }) {
			key = "officer"
		}
		keys = append(keys, key)
	}
	if policy.May(actor, policy.CaseSupervise) {
		keys = append(keys, "supervisor")
	}
	if len(keys) == 0 || !policy.IsBusiness(actor) {
		return nil, nil, nil
	}
	w := ui.P(ctx)
	hero := &pages.Hero{
		Sentence: w.T("home.do."+keys[0]+".say", "name", actor.Name), Aside: w.T("home.do." + keys[0] + ".note"),
		Button: w.T("home.do." + keys[0]), Href: hrefs[keys[0]], Urgency: pages.Idle,
	}
	var lines []pages.HomeLine
	for _, k := range keys[1:] {
		lines = append(lines, pages.HomeLine{
			Title: w.T("home.do." + k), Note: w.T("home.do." + k + ".note"), Href: hrefs[k], Urgency: pages.Idle,
		})
	}
	return hero, lines, nil
}

// readerHome is for those who read and change nothing: the leader in charge sees how many cases are open and late in
// his reach, the inspector until when he may look.
func (p *Pages) readerHome(ctx context.Context, actor models.Actor) (*pages.Hero, []pages.HomeLine, error) {
	w := ui.P(ctx)
	var lines []pages.HomeLine
	if actor.Has(models.RoleLeader) || actor.Has(models.RoleInspector) {
		open, err := p.Cases.Count(ctx, actor, cases.Filter{Open: true})
		if err != nil {
			return nil, nil, err
		}
		late, err := p.Cases.Count(ctx, actor, cases.Filter{Open: true, Due: cases.Overdue})
		if err != nil {
			return nil, nil, err
		}
		lines = []pages.HomeLine{
			{Title: w.T("home.cases.open"), Href: "/serve?state=open", Right: w.TN("serve.home.n", open)},
			{Title: w.T("home.cases.late"), Href: serveOverduePath, Right: w.TN("serve.home.n", late)},
			{Title: w.T("reports.title"), Href: "/assess/reports"},
		}
		for i := range lines {
			lines[i].Urgency = pages.Idle
		}
	}
	for _, r := range []models.Role{models.RoleLeader, models.RoleInspector} {
		if !actor.Has(r) {
			continue
		}
		sentence := w.T("account.home."+string(r), "name", actor.Name)
		if until, err := p.Accounts.RoleUntil(ctx, actor, r); err != nil {
			return nil, nil, err
		} else if until != "" {
			sentence = w.T("home."+string(r)+".until", "name", actor.Name, "on", day(w, until))
		}
		hero := &pages.Hero{
			Sentence: sentence, Button: w.T("account.home.read"), Href: "/assess", Urgency: pages.Idle,
		}
		return hero, lines, nil
	}
	return nil, lines, nil
}

// adminHome is what waits for the three administrators.
func (p *Pages) adminHome(ctx context.Context, actor models.Actor) (*pages.Hero, []pages.HomeLine, error) {
	if policy.IsBusiness(actor) {
		return nil, nil, nil
	}
	desk, err := p.Accounts.AdminDesk(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	leaving := 0
	if p.Onboard != nil && policy.May(actor, policy.AdminPeople) {
		list, err := p.Onboard.Leaving(ctx, actor)
		if err != nil {
			return nil, nil, err
		}
		leaving = len(list)
	}
	unread := 0
	if p.Onboard != nil && policy.May(actor, policy.AdminRoles) {
		if unread, err = p.Onboard.Unread(ctx, actor); err != nil {
			return nil, nil, err
		}
	}
	w := ui.P(ctx)
	var lines []pages.HomeLine
	for _, x := range []struct {
		key, href string
		n         int
	}{
		{"home.admin.leaving", leaversPath, leaving},
		{"home.admin.locked", "/admin/people?state=locked", desk.Locked},
		{"home.admin.unused", "/admin/people?state=first", desk.Unused},
		{"home.admin.feedback", "/admin/feedback", desk.Feedback},
		{"home.admin.resets", "/admin/resets", desk.Resets},
		{"home.admin.unread", "/admin/roles/new", unread},
		{"home.admin.ending", "/admin/roles?sort=from", desk.Ending},
		{"home.admin.refused", "/admin/audit?outcome=refused", desk.Refused},
	} {
		if x.n > 0 {
			lines = append(lines, pages.HomeLine{
				Title: w.T(x.key), Href: x.href, Right: w.TN(x.key+".n", x.n), Urgency: pages.Waits,
			})
		}
	}
	if len(lines) == 0 {
		return nil, nil, nil
	}
	return &pages.Hero{
		Sentence: w.T("home.admin", "name", actor.Name, "what", lines[0].Title, "n", lines[0].Right),
		Button:   w.T("home.admin.go", "what", lines[0].Title), Href: lines[0].Href, Urgency: pages.Waits,
	}, lines[1:], nil
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
		{"resets", "/admin/resets", policy.AdminRoles},
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
