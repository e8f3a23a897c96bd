package pages

import (
	"context"
	"math"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/unicode/norm"

	"shanzhi/app/web"
	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

const rulesPath = "/learn/manage/rules"

// ruleRoutes registers the rule book of hours: what is asked of whom, and what counts for how much.
func (p *Pages) ruleRoutes(app *web.App) {
	app.Get(rulesPath, policy.BookSee, p.showRules)
	app.Get(rulesPath+"/new", policy.BookPropose, p.newRules)
	app.Post(rulesPath, policy.BookPropose, p.proposeRules)
	app.Post(rulesPath+"/:id", policy.BookConfirm, p.decideRules)
}

// showRules shows the rule book of this year, what waits and what there was.
func (p *Pages) showRules(c *fiber.Ctx) error { return p.rules(c, fiber.StatusOK, ui.NewForm()) }

func (p *Pages) rules(c *fiber.Ctx, status int, form ui.Form) error {
	w, l := web.Words(c), listAt(c, "rule_books", trainSize)
	x, err := p.Courses.Rules(web.Context(c), web.Actor(c), l.Page, l.Size)
	if err != nil {
		return err
	}
	v := view.RulesView{
		Year: x.Year, Now: view.RuleBook{Rule: ruleOf(w, x.Book), Targets: targetsOf(w, x.Book)},
		MayPropose: x.MayPropose, MayConfirm: x.MayConfirm && !x.Mine, Mine: x.MayConfirm && x.Mine,
		Form: form, List: l.of(x.Total),
	}
	if x.Now != nil {
		v.Now = bookWords(w, *x.Now)
	}
	if x.Waiting != nil {
		b := bookWords(w, *x.Waiting)
		v.Waiting = &b
	}
	for _, r := range x.All {
		v.All = append(v.All, bookWords(w, r))
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), x.Total)
	}
	return web.Page(c, status, view.Rules(v))
}

// bookWords puts a version into words.
func bookWords(w *i18n.Printer, r courses.RuleView) view.RuleBook {
	at := r.ProposedAt
	kind := ui.Plain
	switch r.State {
	case models.HourRuleProposed:
		kind = ui.Warn
	case models.HourRuleConfirmed:
		kind = ui.OK
	case models.HourRuleReturned:
	}
	return view.RuleBook{
		ID: r.ID, Version: strconv.Itoa(r.Version), From: w.T("book.from.year", "year", strconv.Itoa(r.FromYear)),
		Document: r.Document, Reason: r.Reason, Proposed: byAndWhen(w, r.Proposer, &at),
		Decided: byAndWhen(w, r.Decider, r.DecidedAt), Rule: ruleOf(w, r.Rules), Targets: targetsOf(w, r.Rules),
		State: view.LearnStage{Kind: kind, Text: w.T("book.state." + string(r.State))},
	}
}

// targetsOf writes what a rule book asks of each category in a year.
func targetsOf(w *i18n.Printer, b courses.RuleBook) []view.RuleTarget {
	said := func(h int) string {
		if h == 0 {
			return w.T("book.target.none")
		}
		return w.T("book.hours", "hours", w.Hours(h))
	}
	var out []view.RuleTarget
	for _, c := range courses.Categories() {
		t := targetOf(b, c)
		out = append(out, view.RuleTarget{
			Category: w.T("account.category." + string(c)), Online: said(t.Online), InPerson: said(t.InPerson),
		})
	}
	return out
}

// targetOf is what a rule book asks of a category for good; spans of years that are over are not looked at.
func targetOf(b courses.RuleBook, c models.Category) (t courses.Target) {
	for _, q := range b.Quotas {
		for _, of := range q.Categories {
			if of == c && q.To == 0 {
				t = courses.Target{Online: max(t.Online, q.Online), InPerson: max(t.InPerson, q.InPerson)}
			}
		}
	}
	return t
}

// newRules shows the form of a version; it begins with what holds now, without the name of an example. While a version
// waits there is none to write.
func (p *Pages) newRules(c *fiber.Ctx) error {
	x, err := p.Courses.Rules(web.Context(c), web.Actor(c), 1, 1)
	if err != nil {
		return err
	}
	switch {
	case x.Waiting != nil:
		return web.See(c, rulesPath)
	case !x.MayPropose:
		return fault.New(fault.Forbidden, "error.forbidden")
	}
	return web.Page(c, fiber.StatusOK, view.RulesForm(p.rulesForm(ui.NewForm(typedRules(x)...))))
}

// typedRules are the values of the form for what holds now, or for the latest version when it was returned.
func typedRules(x courses.Rules) []string {
	b, year := x.Book, x.Year
	if len(x.All) > 0 && x.All[0].State == models.HourRuleReturned {
		b, year = x.All[0].Rules, max(year, x.All[0].FromYear)
	}
	out := []string{
		"year", strconv.Itoa(year), "long_minutes", whole(b.Steps[0].FromMinutes),
		"long_hours", bareHours(b.Steps[0].Hours),
		"short_hours", bareHours(b.Steps[len(b.Steps)-1].Hours), "test", bareHours(b.Test), "away", whole(b.AwayMost),
	}
	if len(b.Steps) > 2 {
		out = append(out, "mid_minutes", whole(b.Steps[1].FromMinutes), "mid_hours", bareHours(b.Steps[1].Hours))
	}
	if !b.Example {
		out = append(out, "name", b.Name)
	}
	for _, c := range courses.Categories() {
		t := targetOf(b, c)
		out = append(out, "online_"+string(c), bareHours(t.Online), "in_person_"+string(c), bareHours(t.InPerson))
	}
	return out
}

// bareHours writes hours as they are typed, nothing for none.
func bareHours(h int) string {
	if h == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(h)/100, 'f', -1, 64)
}

func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (p *Pages) rulesForm(form ui.Form) view.RulesFormView {
	year := models.DateOf(p.Clock()).Year()
	v := view.RulesFormView{Form: form, Categories: courses.Categories()}
	for y := year; y <= year+2; y++ {
		v.Years = append(v.Years, ui.Option{Value: strconv.Itoa(y), Text: strconv.Itoa(y)})
	}
	return v
}

// typedHours reads hours in 0.01 hour: nothing typed is none, and what is no number is -1, which the door refuses.
func typedHours(s string) int {
	if strings.TrimSpace(s) == "" {
		return 0
	}
	h, err := strconv.ParseFloat(strings.TrimSpace(norm.NFKC.String(s)), 64)
	if err != nil || math.IsNaN(h) || h < 0 || h > 1e6 {
		return -1
	}
	return int(math.Round(h * 100))
}

// typedWhole reads a whole number: nothing typed is 0, and what is no number is -1.
func typedWhole(s string) int {
	if strings.TrimSpace(s) == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(norm.NFKC.String(s)))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// proposeRules takes a version.
func (p *Pages) proposeRules(c *fiber.Ctx) error {
	form := web.Form(c)
	in := courses.RuleInput{
		Name: form.Get("name"), Document: form.Get("document"), FromYear: typedWhole(form.Get("year")),
		LongMinutes: typedWhole(form.Get("long_minutes")), LongHours: typedHours(form.Get("long_hours")),
		MidMinutes: typedWhole(form.Get("mid_minutes")), MidHours: typedHours(form.Get("mid_hours")),
		ShortHours: typedHours(form.Get("short_hours")), Test: typedHours(form.Get("test")),
		AwayMost: typedWhole(form.Get("away")), Asked: map[models.Category]courses.Target{},
	}
	for _, k := range courses.Categories() {
		in.Asked[k] = courses.Target{
			Online:   typedHours(form.Get("online_" + string(k))),
			InPerson: typedHours(form.Get("in_person_" + string(k))),
		}
	}
	_, err := p.Courses.ProposeRules(web.Context(c), web.Actor(c), in)
	if shown, ok := inAct(err, web.Words(c)); ok {
		return web.Page(c, shown.status, view.RulesForm(p.rulesForm(ui.FormOf(form, shown.err))))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, "book.proposed")
	return web.See(c, rulesPath)
}

// decideRules confirms a version or sends it back.
func (p *Pages) decideRules(c *fiber.Ctx) error {
	ctx, who, id, form := web.Context(c), web.Actor(c), web.Param(c, "id"), web.Form(c)
	said, at := "book.confirmed", wholeNumber(form.Get("version"))
	var err error
	if form.Get("do") == "confirm" {
		err = p.Courses.ConfirmRules(ctx, who, id, at)
	} else {
		said, err = "book.returned", p.Courses.ReturnRules(ctx, who, id, at, form.Get("reason"))
	}
	if shown, ok := inAct(err, web.Words(c)); ok {
		return p.rules(c, shown.status, ui.FormOf(form, shown.err))
	}
	if err != nil {
		return err
	}
	web.Flash(c, ui.OK, said)
	return web.See(c, rulesPath)
}

// ruleHome says that the rule book is still to be set, or that a version waits for a second person.
func (p *Pages) ruleHome(ctx context.Context, actor models.Actor) (*view.Hero, []view.HomeLine, error) {
	due, err := p.Courses.RulesDue(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	w := ui.P(ctx)
	var lines []view.HomeLine
	if due.Missing {
		lines = append(lines, view.HomeLine{
			Title: w.T("book.home.missing"), Note: w.T("book.home.missing.note"), Href: rulesPath, Urgency: view.Waits,
		})
	}
	if due.Decide {
		lines = append(lines, view.HomeLine{
			Title: w.T("book.home.confirm"), Note: w.T("book.home.confirm.note"), Href: rulesPath, Urgency: view.Waits,
		})
	}
	return nil, lines, nil
}
