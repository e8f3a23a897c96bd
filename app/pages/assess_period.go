package pages

import (
	"context"
	"net/url"

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

// periodStep is one step of a period that a person takes after a question.
type periodStep struct {
	name string // of the address and of the words
	do   policy.Action
	from models.PeriodState
	can  func(o assessments.Overview) bool
	take func(s *assessments.Service, ctx context.Context, who models.Actor, code string) error
}

func periodSteps() []periodStep {
	return []periodStep{
		{
			name: "seal", do: policy.PeriodSeal, from: models.PeriodOpen,
			can: func(o assessments.Overview) bool { return o.CanSeal },
			take: func(s *assessments.Service, ctx context.Context, who models.Actor, code string) error {
				_, err := s.Seal(ctx, who, code)
				return err
			},
		},
		{
			name: "review", do: policy.PeriodReview, from: models.PeriodSealed,
			can: func(o assessments.Overview) bool { return o.CanReview }, take: (*assessments.Service).Review,
		},
		{
			name: "release", do: policy.PeriodRelease, from: models.PeriodReviewed,
			can: func(o assessments.Overview) bool { return o.CanRelease }, take: (*assessments.Service).Release,
		},
	}
}

// showPeriod shows a period: how far it is, what is open, and the one step that can be taken now.
func (p *Pages) showPeriod(c *fiber.Ctx) error { return p.periodPage(c, fiber.StatusOK, "") }

func (p *Pages) periodPage(c *fiber.Ctx, status int, notice string) error {
	ctx, who, w := web.Context(c), web.Actor(c), web.Words(c)
	o, err := p.Assessments.Period(ctx, who, web.Param(c, "code"))
	if err != nil {
		return err
	}
	x, today := o.Period, p.today()
	v := view.PeriodView{
		Code: x.Code, Title: periodTitle(w, x), Phase: phaseOf(x, today).tag(w), Notice: notice,
		Lead: periodLead(w, o, today), Steps: periodProgress(w, o, today), Sealed: x.State != models.PeriodOpen,
		Next: nextStep(w, who, o), Rules: periodRules(w, o), Checks: periodChecks(w, o, today),
		SchemeHref: schemePath(o.Scheme.Code, o.Scheme.Edition), PeopleHref: periodPath(x.Code) + "/people",
		UnitsHref:   periodPath(x.Code) + "/units",
		SignHref:    periodPath(x.Code) + "/sign",
		MarksHref:   periodPath(x.Code) + "/marks",
		ReportsHref: "/assess/reports?period=" + url.QueryEscape(x.Code),
	}
	if v.Sealed {
		v.Stats = periodStats(w, o)
		list, err := p.Assessments.Objections(ctx, who, x.Code)
		if err != nil {
			return err
		}
		for _, item := range list {
			line := objectionLine(w, item, today)
			if item.State == assessments.ObjectionOpen {
				v.Open = append(v.Open, line)
			} else {
				v.Answered = append(v.Answered, line)
			}
		}
	}
	if err := p.fillExclusions(ctx, who, &v); err != nil {
		return err
	}
	l := listAt(c, "objections", 0)
	if v.List = l.List; l.wanted {
		g := v.Objections(ctx)
		return p.sheet(c, l, g, len(g.Rows))
	}
	return web.Page(c, status, view.AssessPeriod(v))
}

// fillExclusions adds what is not counted.
func (p *Pages) fillExclusions(ctx context.Context, who models.Actor, v *view.PeriodView) error {
	w := ui.P(ctx)
	x, err := p.Assessments.Exclusions(ctx, who, v.Code)
	if err != nil {
		return err
	}
	for _, u := range x.Units {
		v.ExcludedUnits = append(v.ExcludedUnits, []string{
			u.Unit, w.Count(u.Excluded), w.Count(u.Total), w.Percent(float64(u.Excluded) / float64(u.Total)),
		})
	}
	for _, l := range x.Lines {
		v.Excluded = append(v.Excluded, []string{l.No, l.Unit, l.Reason, l.Reviewer, w.Date(l.At)})
	}
	return nil
}

// askStep asks before a step, for a browser without scripts.
func (p *Pages) askStep(s periodStep) fiber.Handler {
	return func(c *fiber.Ctx) error {
		o, err := p.Assessments.Period(web.Context(c), web.Actor(c), web.Param(c, "code"))
		if err != nil {
			return err
		}
		next := nextStep(web.Words(c), web.Actor(c), o)
		if !s.can(o) || next.Why != "" || next.Ask.Action != periodPath(o.Period.Code)+"/"+s.name {
			return web.See(c, periodPath(o.Period.Code)) // the page says why not
		}
		return web.Page(c, fiber.StatusOK, view.PeriodConfirm(next))
	}
}

// takeStep takes a step; a refusal shows the period with the reason.
func (p *Pages) takeStep(s periodStep) fiber.Handler {
	return func(c *fiber.Ctx) error {
		code, w := web.Param(c, "code"), web.Words(c)
		err := s.take(p.Assessments, web.Context(c), web.Actor(c), code)
		switch {
		case fault.Is(err, fault.Conflict):
			return p.periodPage(c, fiber.StatusConflict, said(w, fault.Of(err)))
		case fault.Is(err, fault.Forbidden) && fault.Of(err).Key == "assess.same_person":
			return p.periodPage(c, fiber.StatusForbidden, said(w, fault.Of(err)))
		case err != nil:
			return err
		}
		web.Flash(c, ui.OK, "assess.done."+s.name)
		return web.See(c, periodPath(code))
	}
}

// nextStep is what the reader can do now, why he cannot, or who is next.
func nextStep(w *i18n.Printer, who models.Actor, o assessments.Overview) view.PeriodNext {
	var out view.PeriodNext
	at := policy.Object{UnitPath: o.Unit.Path}
	for _, s := range periodSteps() {
		if s.from != o.Period.State {
			continue
		}
		out.Say = w.T("assess.say." + s.name)
		if o.Blocked != nil {
			out.Say = stopped(w, said(w, o.Blocked))
		}
		if !policy.Can(who, s.do, at) {
			return out
		}
		out.Text = w.T("assess.do." + s.name)
		out.Say = ""
		switch {
		case o.Blocked != nil:
			out.Why = stopped(w, said(w, o.Blocked))
		case !s.can(o):
			out.Why = stopped(w, w.T("assess.same_person"))
		}
		back := periodPath(o.Period.Code)
		out.Ask = ui.Confirm{
			Action: back + "/" + s.name, Title: w.T("assess.ask."+s.name, "period", periodTitle(w, o.Period)),
			Button: w.T("assess.do." + s.name), Back: back,
		}
		out.Note = stepMeaning(w, s.name, o)
		return out
	}
	out.Say = w.T("assess.say.released")
	return out
}

// stepMeaning is what taking a step means.
func stepMeaning(w *i18n.Printer, name string, o assessments.Overview) []string {
	switch name {
	case "seal":
		return []string{
			w.T("assess.mean.seal"),
			w.T("assess.mean.seal.preview", "n", o.Period.PreviewDays, "m", o.Period.ObjectionDays),
			w.T("assess.mean.once"),
		}
	case "review":
		return []string{w.TN("assess.mean.review", o.Participants), w.T("assess.mean.three"), w.T("assess.mean.once")}
	}
	return []string{w.T("assess.mean.release"), w.T("assess.mean.three"), w.T("assess.mean.once")}
}

// periodLead is the first sentence of a period's page.
func periodLead(w *i18n.Printer, o assessments.Overview, today models.Date) string {
	x := o.Period
	switch ph := phaseOf(x, today); ph {
	case phaseOpen:
		if o.Blocked == nil {
			return w.T("assess.lead.ready")
		}
		return w.T("assess.lead.open", "on", day(w, x.CutoffOn))
	case phasePreview, phaseObjection:
		if o.OpenObjections > 0 {
			return w.TN("assess.lead.objections", o.OpenObjections, "on", day(w, x.ObjectionTo))
		}
		return w.T("assess.lead."+string(ph), "preview", day(w, x.PreviewTo), "on", day(w, x.ObjectionTo))
	case phaseReview:
		if o.OpenObjections > 0 {
			return w.TN("assess.lead.left", o.OpenObjections)
		}
		return w.T("assess.lead.review")
	case phaseReviewed:
		return w.T("assess.lead.reviewed", "name", o.Reviewer)
	case phaseReleased:
	}
	return w.T("assess.lead.released")
}

// periodProgress are the six steps with their days.
func periodProgress(w *i18n.Printer, o assessments.Overview, today models.Date) []ui.Step {
	x := o.Period
	at := map[phase]int{
		phaseOpen: 1, phasePreview: 2, phaseObjection: 3, phaseReview: 4, phaseReviewed: 4, phaseReleased: 5,
	}[phaseOf(x, today)]
	notes := []string{day(w, o.Scheme.PublishedOn), w.T("assess.step.cutoff", "on", day(w, x.CutoffOn)), "", "", "", ""}
	if x.SealedAt != nil {
		notes[1] = w.Date(*x.SealedAt)
		notes[2] = w.T("assess.step.until", "on", day(w, x.PreviewTo))
		notes[3] = w.T("assess.step.until", "on", day(w, x.ObjectionTo))
	} else {
		notes[2] = w.TN("assess.step.days", x.PreviewDays)
		notes[3] = w.TN("assess.step.days", x.ObjectionDays)
	}
	if x.ReleasedAt != nil {
		notes[4] = w.Date(*x.ReleasedAt)
	}
	var out []ui.Step
	for i, name := range []string{"published", "sealed", "preview", "objection", "release", "reports"} {
		s := ui.Step{Title: w.T("assess.step." + name), Note: notes[i]}
		switch {
		case i < at:
			s.State = ui.Done
		case i == at:
			s.State = ui.Now
		}
		out = append(out, s)
	}
	return out
}

func periodStats(w *i18n.Printer, o assessments.Overview) []ui.Figure {
	people, answered := w.T("assess.unit.people"), o.Objections-o.OpenObjections
	left := w.T("assess.stat.viewed.all")
	if n := o.Participants - o.Viewed; n > 0 {
		left = w.TN("assess.stat.viewed.left", n)
	}
	return []ui.Figure{
		{
			Label: w.T("assess.stat.people"), Value: w.Count(o.Participants), Unit: people,
			Lines: []string{w.T("assess.stat.people.note")},
		},
		{
			Label: w.T("assess.stat.viewed"), Value: w.Count(o.Viewed), Unit: people,
			Lines: []string{left},
		},
		{
			Label: w.T("assess.stat.agreed"), Value: w.Count(o.Agreed), Unit: people,
			Lines: []string{w.T("assess.stat.agreed.note")},
		},
		{
			Label: w.T("assess.objections"), Value: w.Count(o.Objections), Unit: w.T("assess.unit.items"),
			Lines: []string{w.T("assess.stat.objections", "done", answered, "open", o.OpenObjections)},
		},
	}
}

func periodRules(w *i18n.Printer, o assessments.Overview) []ui.Pair {
	x := o.Period
	out := ui.KVText(
		w.T("assess.field.kind"), w.T("assess.kind."+string(x.Kind)), w.T("assess.field.unit"), o.Unit.Name,
		w.T("assess.span"), w.T("assess.from_to", "from", day(w, x.SpanFrom), "to", day(w, x.SpanTo)),
		w.T("assess.field.cutoff"), day(w, x.CutoffOn),
		w.T("assess.step.preview"), w.TN("assess.step.days", x.PreviewDays),
		w.T("assess.step.objection"), w.TN("assess.step.days", x.ObjectionDays),
		w.T("assess.answer"), w.TN("assess.step.days", x.AnswerDays),
	)
	out = append(out, ui.Pair{Key: w.T("assess.scheme"), Value: schemeLink(w, o.Scheme)})
	for _, own := range o.Own {
		out = append(out, ui.Pair{Key: w.T("scheme.of", "class", classWord(w, own.Class)), Value: schemeLink(w, own)})
	}
	return out
}

// periodChecks is what must hold before a period is released, and what is good to know.
func periodChecks(w *i18n.Printer, o assessments.Overview, today models.Date) []view.CheckLine {
	x := o.Period
	sealed := x.State != models.PeriodOpen
	check := func(name string, ok bool, note string) view.CheckLine {
		l := view.CheckLine{Name: w.T("assess.check." + name), Note: note}
		l.Kind, l.Result = ui.Warn, w.T("assess.check.open")
		if ok {
			l.Kind, l.Result = ui.OK, w.T("assess.check.ok")
		}
		return l
	}
	digest, until := w.T("assess.check.not_sealed"), w.T("assess.check.not_sealed")
	if sealed {
		digest = w.T("assess.check.digest", "digest", shortDigest(x.Digest))
		until = w.T("assess.step.until", "on", day(w, x.ObjectionTo))
	}
	answers := w.T("assess.check.objections_none")
	switch {
	case !sealed:
		answers = w.T("assess.check.not_sealed")
	case o.OpenObjections > 0:
		answers = w.TN("assess.check.objections_left", o.OpenObjections)
	}
	names := w.T("assess.check.people_note", "officer", orWord(w, o.Officer), "reviewer", orWord(w, o.Reviewer),
		"releaser", orWord(w, o.Releaser))
	out := []view.CheckLine{
		check("sealed", sealed, digest),
		check("window", sealed && today > x.ObjectionTo, until),
		check("objections", sealed && o.OpenObjections == 0, answers),
		check("people", x.State == models.PeriodReleased, names),
	}
	if sealed {
		out = append(out, view.CheckLine{
			Name: w.T("assess.check.viewed"), Kind: ui.Plain, Note: w.T("assess.check.viewed_note"),
			Result: w.T("figure.ratio", "x", w.Count(o.Viewed), "n", w.Count(o.Participants)),
		})
	}
	return append(out, view.CheckLine{
		Name: w.T("assess.check.grades"), Kind: ui.Plain, Result: w.T("assess.check.apart"),
		Note: w.T("assess.check.grades_note"),
	})
}

func orWord(w *i18n.Printer, s string) string {
	if s == "" {
		return w.T("assess.check.nobody")
	}
	return s
}

func objectionLine(w *i18n.Printer, o assessments.ObjectionView, today models.Date) view.ObjectionLine {
	due := day(w, o.DueOn)
	late := o.State == assessments.ObjectionOpen && today > o.DueOn
	switch {
	case late:
		due = w.T("assess.late", "on", due)
	case o.State != assessments.ObjectionOpen:
		due = objectionTag(w, o.Objection).Text
		if o.AnsweredAt != nil {
			due = w.T("assess.answered_on", "result", due, "on", w.Date(*o.AnsweredAt))
		}
	}
	return view.ObjectionLine{
		Href: "/assess/objections/" + url.PathEscape(o.ID), No: o.No, Name: o.Name, Unit: o.UnitName,
		Item: competencyWord(w, models.Competency(o.Item)), Filed: w.Date(o.FiledAt), Due: due, Late: late,
	}
}
