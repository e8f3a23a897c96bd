package pages

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/onboard"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// plansShown is how many of the latest sheets a page lists.
const plansShown = 10

// showOnboard is the guide: the steps of bringing a county in, and what is still missing.
func (p *Pages) showOnboard(c *fiber.Ctx) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	o, err := p.Onboard.Overview(ctx, who)
	if err != nil {
		return err
	}
	l, most := listAt(c, "plans", 0), plansShown
	if l.wanted {
		most = models.ListMost
	}
	plans, err := p.Onboard.Plans(ctx, who, "", most)
	if err != nil {
		return err
	}
	v := view.OnboardView{Steps: onboardSteps(w, o), Plans: planLines(w, plans), List: l.List}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), len(plans))
	}
	if bad := addressFault(p.Base); bad != "" {
		o.Gaps = append([]onboard.Gap{{Key: "address_" + bad}}, o.Gaps...)
	}
	for _, g := range o.Gaps {
		v.Gaps = append(v.Gaps, gapLine(w, g))
	}
	return web.Page(c, fiber.StatusOK, view.Onboard(v))
}

// onboardSteps are the steps in their order, each with how far it is.
func onboardSteps(w *i18n.Printer, o onboard.Overview) []view.OnboardStep {
	at := "/admin/onboarding/"
	years := make([]string, 0, len(o.Years))
	for _, y := range o.Years {
		years = append(years, w.T("onboard.step.year", "year", y))
	}
	step := func(key, href, state string, done bool) view.OnboardStep {
		s := view.OnboardStep{
			Title: w.T("onboard.step." + key), Note: w.T("onboard.step." + key + ".hint"), Href: href, State: state,
			Kind: ui.Warn,
		}
		if done {
			s.Kind = ui.OK
		}
		return s
	}
	there := func(n int) string {
		if n == 0 {
			return w.T("onboard.step.none")
		}
		return w.T("onboard.step.there", "n", w.Count(n))
	}
	out := []view.OnboardStep{
		step("units", at+"units", there(o.Units-1), o.Units > 1),
		step("matters", at+"matters", there(o.Matters), o.Matters > 0),
		step("roster", at+"roster", there(o.People), o.People > 0),
		step("posts", at+"posts", there(o.Further), true),
		step("holidays", at+"holidays", strings.Join(years, " "), len(years) > 0),
		step("roles", "", "", true),
		step("staff", at+"staff", "", true),
		step("slips", "/admin/slips", "", true),
	}
	switch last := &out[len(out)-1]; {
	case o.People == 0:
	case o.Waiting > 0:
		last.State, last.Kind = w.T("onboard.step.waiting", "n", w.Count(o.Waiting)), ui.Info
	default:
		last.State = w.T("onboard.step.begun")
	}
	return out
}

// gapLinks is where each gap is filled; what is not named is filled by somebody else, or on the machine.
var gapLinks = map[string]string{
	"units": "/admin/onboarding/units", "people": "/admin/onboarding/roster", "unit_people": "/admin/onboarding/roster",
	"social_people": "/admin/people/new", "waiting": "/admin/slips", "matters": "/admin/onboarding/matters",
	"matter_unit": "/admin/onboarding/matters", "year": "/admin/onboarding/holidays",
	"next_year": "/admin/onboarding/holidays",
}

func gapLine(w *i18n.Printer, g onboard.Gap) view.OnboardGap {
	key := "onboard.gap." + g.Key
	names := strings.Join(g.Names, w.T("onboard.gap.comma"))
	if g.N > len(g.Names) && names != "" {
		names = w.T("onboard.gap.more", "names", names)
	}
	out := view.OnboardGap{
		Title: w.T(key, "n", g.N), Note: w.T(key + ".hint"), Href: gapLinks[g.Key], Info: g.Info,
	}
	if names != "" {
		out.Note = w.T("onboard.gap.which", "names", names) + " " + out.Note
	}
	return out
}

// planLines puts plans into words.
func planLines(w *i18n.Printer, plans []models.ImportPlan) []view.OnboardPlan {
	out := make([]view.OnboardPlan, 0, len(plans))
	for _, p := range plans {
		state := w.T("onboard.plan." + string(p.State))
		n := onboard.CountsOf(p)
		if p.State == models.PlanApplied && changes(n) == 0 {
			state = w.T("onboard.plan.same")
		}
		out = append(out, view.OnboardPlan{
			ID: p.ID, At: w.ShortDateTime(p.CreatedAt), Kind: w.T("onboard.kind." + p.Kind), File: p.File,
			Counts: countWords(w, onboard.Kind(p.Kind), n),
			State:  state, Tag: planTag(p.State),
		})
	}
	return out
}

func planTag(s models.PlanState) ui.Kind {
	switch s {
	case models.PlanOpen:
		return ui.Warn
	case models.PlanApplied:
		return ui.OK
	case models.PlanFaulty:
		return ui.Bad
	case models.PlanDiscarded, models.PlanExpired:
	}
	return ui.Plain
}

// categoryWord is the word for a category: people join and leave, other things are added and removed.
func categoryWord(w *i18n.Printer, k onboard.Kind, c onboard.Category) string {
	if k == onboard.Roster {
		return w.T("onboard.roster." + string(c))
	}
	return w.T("onboard.category." + string(c))
}

// countWords lists the categories that have lines, with their numbers.
func countWords(w *i18n.Printer, k onboard.Kind, n map[onboard.Category]int) string {
	var out []string
	for _, c := range onboard.Categories() {
		if n[c] > 0 {
			out = append(out, categoryWord(w, k, c)+" "+w.Count(n[c]))
		}
	}
	return strings.Join(out, w.T("onboard.gap.comma"))
}

// showStaff lists staff numbers by unit.
func (p *Pages) showStaff(c *fiber.Ctx) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	l := listAt(c, "staff", plansShown*5)
	rows, total, err := p.Onboard.Staff(ctx, who, onboard.StaffFilter{
		UnitID: l.Query.Get("unit"), Waiting: l.Query.Has("waiting"), Made: l.Query.Has("made"), Page: l.Page,
		Size: l.Size,
	})
	if err != nil {
		return err
	}
	units, err := p.Accounts.Units(ctx, who)
	if err != nil {
		return err
	}
	v := view.OnboardStaffView{
		Filter: ui.FormOf(l.Query, nil), Units: unitOptions(w, units, "field.all"), List: l.of(total),
	}
	for _, r := range rows {
		state := "onboard.staff.begun"
		if r.MustChange {
			state = "onboard.staff.not_yet"
		}
		v.Lines = append(v.Lines, view.OnboardStaffLine{
			StaffNo: r.StaffNo, Name: r.Name, Title: r.Title, Unit: strings.TrimPrefix(r.Above+" / "+r.Unit, " / "),
			State: w.T(state),
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), total)
	}
	return web.Page(c, fiber.StatusOK, view.OnboardStaff(v))
}
