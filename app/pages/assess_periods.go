package pages

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// presets of a new period, in working days.
const (
	previewDays   = 5
	objectionDays = 10
	answerDays    = 10
)

func (p *Pages) today() models.Date { return models.DateOf(p.Clock()) }

// showPeriods lists the periods; its first sentence says what waits for the reader.
func (p *Pages) showPeriods(c *fiber.Ctx) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	periods, err := p.Assessments.Periods(ctx, who)
	if err != nil {
		return err
	}
	wait, err := p.waiting(ctx, who, periods)
	if err != nil {
		return err
	}
	v := view.PeriodsView{
		Sentence: w.T("assess.wait.nothing"), SchemeHref: schemesPath,
		ReportsHref: "/assess/reports", MayOpen: policy.May(who, policy.PeriodSeal),
	}
	if wait != nil {
		v.Sentence, v.Button, v.Href = wait.Sentence, wait.Button, wait.Href
	}
	for _, x := range periods {
		v.Lines = append(v.Lines, view.PeriodLine{
			Href: periodPath(x.Code), Title: periodTitle(w, x), Code: x.Code,
			Kind:  w.T("assess.kind." + string(x.Kind)),
			Span:  w.T("assess.from_to", "from", string(x.SpanFrom), "to", string(x.SpanTo)),
			Phase: phaseOf(x, p.today()).tag(w), Next: nextDay(w, x, p.today()),
		})
	}
	l := listAt(c, "periods", 0)
	if v.List = l.List; l.wanted {
		return p.sheet(c, l, v.Grid(ctx), len(v.Lines))
	}
	return web.Page(c, fiber.StatusOK, view.AssessPeriods(v))
}

// nextDay is the day on which a period moves on.
func nextDay(w *i18n.Printer, x models.Period, today models.Date) string {
	switch ph := phaseOf(x, today); ph {
	case phaseOpen:
		return w.T("assess.next.cutoff", "on", day(w, x.CutoffOn))
	case phasePreview:
		return w.T("assess.next.preview", "on", day(w, x.PreviewTo))
	case phaseObjection:
		return w.T("assess.next.objection", "on", day(w, x.ObjectionTo))
	case phaseReview, phaseReviewed:
		return w.T("assess.next." + string(ph))
	case phaseReleased:
	}
	if x.ReleasedAt != nil {
		return w.T("assess.next.released", "on", w.Date(*x.ReleasedAt))
	}
	return ""
}

// waiting is what waits for the actor in the periods that are not released, the most urgent first; nil without.
func (p *Pages) waiting(ctx context.Context, who models.Actor, periods []models.Period) (*view.Hero, error) {
	w := ui.P(ctx)
	for _, x := range periods {
		if x.State == models.PeriodReleased {
			continue
		}
		o, err := p.Assessments.Period(ctx, who, x.Code)
		if err != nil {
			return nil, err
		}
		title, path := periodTitle(w, x), periodPath(x.Code)
		if who.Has(models.RoleOfficer) && o.OpenObjections > 0 {
			hero, err := p.waitingObjections(ctx, who, x)
			if err != nil || hero != nil {
				return hero, err
			}
		}
		if o.ToReview > 0 {
			return &view.Hero{
				Sentence: w.TN("exclusion.home", o.ToReview, "period", title), Button: w.T("exclusion.home.go"),
				Href: path + "#objections", Urgency: view.Waits,
			}, nil
		}
		key := ""
		switch {
		case o.Blocked != nil:
		case o.CanSeal:
			key = "seal"
		case o.CanReview:
			key = "review"
		case o.CanRelease:
			key = "release"
		}
		if key != "" {
			return &view.Hero{
				Sentence: w.T("assess.wait."+key, "period", title), Button: w.T("assess.do." + key), Href: path,
				Urgency: view.Waits,
			}, nil
		}
	}
	return nil, nil
}

// waitingObjections are the open objections that the officer may answer.
func (p *Pages) waitingObjections(ctx context.Context, who models.Actor, x models.Period) (*view.Hero, error) {
	w := ui.P(ctx)
	list, err := p.Assessments.Objections(ctx, who, x.Code)
	if err != nil {
		return nil, err
	}
	n, first := 0, models.Date("")
	for _, o := range list {
		if o.State == assessments.ObjectionOpen && o.ProposedAt == nil && o.PersonID != who.ID {
			n++
			if first == "" || o.DueOn < first {
				first = o.DueOn
			}
		}
	}
	if n == 0 {
		return nil, nil
	}
	urgency := view.Waits
	switch today := p.today(); {
	case first < today:
		urgency = view.Late
	case first == today:
		urgency = view.Today
	}
	return &view.Hero{
		Urgency:  urgency,
		Due:      first,
		Sentence: w.TN("assess.wait.objections", n, "period", periodTitle(w, x), "on", day(w, first)),
		Button:   w.T("assess.do.answer"), Href: periodPath(x.Code) + "#objections",
	}, nil
}

// assessHome adds to the home page: what waits for officers, reviewers and releasers, and for a cadre the periods
// whose figures he can check and object to.
func (p *Pages) assessHome(ctx context.Context, who models.Actor) (*view.Hero, []view.HomeLine, error) {
	var hero *view.Hero
	if policy.May(who, policy.PeriodSee) {
		periods, err := p.Assessments.Periods(ctx, who)
		if err != nil {
			return nil, nil, err
		}
		if hero, err = p.waiting(ctx, who, periods); err != nil {
			return nil, nil, err
		}
	}
	mine, err := p.Assessments.Mine(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	todo, err := p.Assessments.SchemesToDo(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	w := ui.P(ctx)
	lines := schemeLines(w, todo)
	for _, x := range mine {
		if x.State == models.PeriodSealed && p.today() <= x.ObjectionTo {
			lines = append(lines, view.HomeLine{
				Title: w.T("assess.home.check", "period", periodTitle(w, x)), Note: w.T("assess.home.check.note"),
				Href: myPath(x.Code), Right: w.T("assess.home.until", "on", shortDay(w, x.ObjectionTo)),
				Urgency: view.Waits, Due: x.ObjectionTo,
			})
		}
	}
	return hero, lines, nil
}

// newPeriod shows the form to open a period.
func (p *Pages) newPeriod(c *fiber.Ctx) error {
	return p.periodForm(c, fiber.StatusOK, ui.NewForm("preview_days", strconv.Itoa(previewDays),
		"objection_days", strconv.Itoa(objectionDays), "answer_days", strconv.Itoa(answerDays)))
}

func (p *Pages) periodForm(c *fiber.Ctx, status int, form ui.Form) error {
	w := web.Words(c)
	units, err := p.Accounts.UnitsFor(web.Context(c), web.Actor(c), policy.PeriodSeal)
	if err != nil {
		return err
	}
	return web.Page(c, status, view.PeriodNew(view.PeriodNewView{
		Form: form, Units: unitOptions(w, units, "field.choose"), Kinds: options(w, periodKinds(), "assess.kind.", ""),
	}))
}

// createPeriod opens a period; a refused form keeps what was typed.
func (p *Pages) createPeriod(c *fiber.Ctx) error {
	form := web.Form(c)
	in, bad := periodInput(form)
	var made models.Period
	var err error
	if len(bad) > 0 {
		err = fault.Wrong(bad...)
	} else {
		made, err = p.Assessments.CreatePeriod(web.Context(c), web.Actor(c), in)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return p.periodForm(c, fiber.StatusUnprocessableEntity, ui.FormOf(form, err))
	case fault.Is(err, fault.Conflict):
		return p.periodForm(c, fiber.StatusConflict, ui.FormOf(form, err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, "assess.opened", "period", periodTitle(web.Words(c), made))
	return web.See(c, periodPath(made.Code))
}

func periodInput(form url.Values) (in assessments.NewPeriod, bad []fault.Field) {
	days := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(form.Get(name)))
		switch {
		case err != nil:
			bad = append(bad, fault.On(name, "form.number"))
		case n <= 0: // 0 would take the preset, which was not typed
			bad = append(bad, fault.On(name, "form.too_small", "min", 1))
		}
		return n
	}
	return assessments.NewPeriod{
		Code: form.Get("code"), Title: form.Get("title"), TitleEN: form.Get("title_en"),
		Kind: models.PeriodKind(form.Get("kind")), UnitID: form.Get("unit"),
		SpanFrom: models.Date(form.Get("span_from")), SpanTo: models.Date(form.Get("span_to")),
		Cutoff: models.Date(form.Get("cutoff")), PreviewDays: days("preview_days"),
		ObjectionDays: days("objection_days"), AnswerDays: days("answer_days"),
	}, bad
}
