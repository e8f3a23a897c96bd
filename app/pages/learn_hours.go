package pages

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// learnHours answers GET /learn/hours: the two ledgers of a year.
func (p *Pages) learnHours(c *fiber.Ctx) error {
	w, year := web.Words(c), 0
	if typed := web.Query(c).Get("year"); typed != "" {
		var err error
		if year, err = strconv.Atoi(typed); err != nil {
			return fault.New(fault.NotFound, "learn.year_unknown")
		}
	}
	l, err := p.Courses.Ledger(web.Context(c), web.Actor(c), year)
	if err != nil {
		return err
	}
	past := l.Year < models.DateOf(p.Clock()).Year()
	v := view.LearnHoursView{
		Year: l.Year, Years: l.Years, Rule: ruleOf(w, l.Book),
		Ledgers: []view.LearnLedger{
			ledgerOf(w, l.Online, past), ledgerOf(w, l.InPerson, past),
		},
	}
	at := listAt(c, "hours", 0)
	if v.List = at.List; at.wanted {
		g := v.Grid(web.Context(c))
		return p.sheet(c, at, g, len(g.Rows))
	}
	return web.Page(c, fiber.StatusOK, view.LearnHours(v))
}

func ledgerOf(w *i18n.Printer, a courses.Account, past bool) view.LearnLedger {
	l := view.LearnLedger{
		Title: w.T("hours." + string(a.Ledger)), Empty: w.T("hours." + string(a.Ledger) + ".empty"), Hours: a.Hours,
		Asked: a.Asked, Short: a.Short(), Past: past,
	}
	for _, e := range a.Entries {
		line := view.LearnEntry{
			Title: w.T("hours.source." + e.SourceKind), Hours: e.Hours, On: w.IsoDate(e.BookedAt), Rule: e.Rule,
		}
		switch preset := courses.ExampleBook(); {
		case e.By != "":
			line.Rule = e.By
		case e.Rule == preset.Code:
			line.Rule = either(w, preset.Name, preset.NameEN)
		}
		switch e.SourceKind {
		case courses.SourceClaim:
			line.Title = e.Claim.Title
			line.Basis = w.T("train.basis.claim", "organizer", e.Claim.Organizer, "from", e.Claim.From,
				"to", e.Claim.To, "by", e.Claim.By)
		case courses.SourceClass:
			line.Title, line.Href = e.Claim.Title, "/learn/classes/"+e.SourceID
			line.Basis = w.T("train.basis.class", "organizer", e.Claim.Organizer, "from", e.Claim.From,
				"to", e.Claim.To, "by", e.Claim.By, "n", e.Claim.Attended, "total", e.Claim.Sessions)
		case courses.SourceCounter:
			line.Basis = w.T("train.basis.counter", "by", e.Claim.By, "reason", e.Claim.Reason)
		}
		if e.Course != nil {
			line.Title, line.Href = courseTitle(w, *e.Course), coursePath(e.Course.Code)
			line.Basis = w.TN("hours.basis.course", len(e.Basis.Lessons),
				"score", w.Score(e.Basis.Score), "date", e.Basis.PassedOn)
			line.Result = attemptPath(e.Basis.Attempt) + "/result"
		}
		l.Entries = append(l.Entries, line)
	}
	return l
}

// ruleOf puts the rule book into words.
func ruleOf(w *i18n.Printer, b courses.RuleBook) view.LearnRule {
	r := view.LearnRule{Name: either(w, b.Name, b.NameEN), Example: b.Example}
	for i, s := range b.Steps {
		switch hours := w.Hours(s.Hours); {
		case s.FromMinutes > 0 && i > 0:
			below := b.Steps[i-1].FromMinutes
			r.Lines = append(r.Lines, w.T("hours.rule.between", "from", s.FromMinutes, "below", below, "hours", hours))
		case s.FromMinutes > 0:
			r.Lines = append(r.Lines, w.T("hours.rule.from", "minutes", s.FromMinutes, "hours", hours))
		case i > 0:
			r.Lines = append(r.Lines, w.T("hours.rule.below", "minutes", b.Steps[i-1].FromMinutes, "hours", hours))
		default:
			r.Lines = append(r.Lines, w.T("hours.rule.any", "hours", hours))
		}
	}
	r.Lines = append(r.Lines, w.T("hours.rule.test", "hours", w.Hours(b.Test)))
	if b.AwayMost > 0 {
		r.Lines = append(r.Lines, w.T("class.rule.away", "n", b.AwayMost))
	}
	return r
}

// learns reports whether somebody is here to learn besides: the three administrators are not, nor whoever only looks
// or only belongs to a social organization.
func learns(actor models.Actor) bool {
	return policy.May(actor, policy.LearnTake) && !actor.Only(models.RoleSocial, models.RoleInspector)
}

// learnHome is the learner's part of the home page: the year's online hours in one sentence and what to go on with.
func (p *Pages) learnHome(ctx context.Context, actor models.Actor) (*view.Hero, []view.HomeLine, error) {
	if !learns(actor) {
		return nil, nil, nil
	}
	w := ui.P(ctx)
	l, err := p.Courses.Ledger(ctx, actor, 0)
	if err != nil {
		return nil, nil, err
	}
	next, err := p.Courses.Continue(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	hero := &view.Hero{Sentence: hoursSentence(w, actor.Name, l.Online), Urgency: view.Idle}
	if step := stepOf(w, next); step != nil {
		hero.Button, hero.Href = step.Button, step.Href
	} else {
		hero.Button, hero.Href = w.T("learn.go.hours"), "/learn/hours"
	}
	var lines []view.HomeLine
	if next != nil && next.Attempt != nil {
		lines = append(lines, view.HomeLine{
			Title: w.T("home.attempt", "title", either(w, next.Quiz.Title, next.Quiz.TitleEN)),
			Note:  w.T("home.attempt.note"),
			Href:  attemptPath(next.Attempt.ID), Right: w.T("home.attempt.until", "time", w.Clock(next.Attempt.DueAt)),
			Urgency: view.Today,
		})
	}
	if l.InPerson.Short() > 0 {
		lines = append(lines, view.HomeLine{
			Title: w.T("home.in_person"), Href: "/learn/hours", Urgency: view.Waits, Due: yearEnd(p.today()),
			Right: w.T("hours.short", "hours", w.Hours(l.InPerson.Short())),
			Note:  w.T("home.in_person.short", "done", w.Hours(l.InPerson.Hours), "asked", w.Hours(l.InPerson.Asked)),
		})
	}
	return hero, lines, nil
}

func hoursSentence(w *i18n.Printer, name string, a courses.Account) string {
	done, asked := w.Hours(a.Hours), w.Hours(a.Asked)
	switch {
	case a.Asked == 0:
		return w.T("home.hours.plain", "name", name, "done", done)
	case a.Short() == 0:
		return w.T("home.hours.reached", "name", name, "done", done, "asked", asked)
	}
	return w.T("home.hours.short", "name", name, "done", done, "asked", asked, "left", w.Hours(a.Short()))
}
