package pages

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// serveLoops lists what becomes of bad ratings, for supervisors apart from the handlers' units.
func (p *Pages) serveLoops(c *fiber.Ctx) error {
	ctx, actor, w, q := web.Context(c), web.Actor(c), web.Words(c), web.Query(c)
	state, l := q.Get("state"), listAt(c, "loops", serveSize)
	l.Sheet = false // it shows the level of single matters, which no sheet carries away
	f := ratings.LoopFilter{
		State: models.LoopState(state), Origin: models.LoopOrigin(q.Get("origin")), Late: q.Get("late") == "1",
		Text: q.Get("q"), Page: l.Page, Size: l.Size,
	}
	if state == "all" {
		f.State, f.All = "", true
	}
	found, err := p.Ratings.Loops(ctx, actor, f)
	if err != nil {
		return err
	}
	v := view.ServeLoopsView{
		Areas: serveAreas(w, actor, "/serve/loops"), State: state, Filter: ui.FormOf(q, nil),
		Origins: options(w, ratings.LoopOrigins(), "loop.origin.", ""), List: l.of(found.Total),
	}
	for _, s := range []string{
		"", string(models.LoopVerify), string(models.LoopReview), string(models.LoopSend), string(models.LoopRight),
		string(models.LoopCall), string(models.LoopAgain), string(models.LoopDone), "all",
	} {
		key := "loop.tab.open"
		switch s {
		case "":
		case "all":
			key = "loop.tab.all"
		default:
			key = "loop.state." + s
		}
		v.Tabs = append(v.Tabs, ui.Tab{
			Text: w.T(key), Href: "/serve/loops" + ui.Query(q, "state", s, "page", ""), Current: s == state,
		})
	}
	for _, e := range found.Entries {
		v.Lines = append(v.Lines, serveLoopLine(w, e))
	}
	return web.Page(c, fiber.StatusOK, view.ServeLoops(v))
}

func serveLoopLine(w *i18n.Printer, e ratings.LoopEntry) view.ServeLoopLine {
	out := view.ServeLoopLine{
		Href: "/serve/loops/" + e.ID, No: e.No, Title: e.Title, Unit: e.Unit, Handler: e.Handler,
		State: loopState(w, e.State),
	}
	if e.Rated > 0 {
		out.Level = w.T("rate.level." + strconv.Itoa(e.Rated))
	}
	out.Due, out.Late = serveDue(w, e.DueOn, e.ClosedOn, e.DaysLeft)
	return out
}

func loopState(w *i18n.Printer, s models.LoopState) view.ServeTag {
	kind := ui.Info
	if s == models.LoopDone {
		kind = ui.OK
	}
	return view.ServeTag{Kind: kind, Text: w.T("loop.state." + string(s))}
}

// serveLoop is the page of one loop.
func (p *Pages) serveLoop(c *fiber.Ctx) error { return p.serveLoopShow(c, fiber.StatusOK, ui.Form{}) }

func (p *Pages) serveLoopShow(c *fiber.Ctx, status int, form ui.Form) error {
	w := web.Words(c)
	d, err := p.Ratings.Loop(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	l := d.Loop
	v := view.ServeLoopView{
		Path: "/serve/loops/" + l.ID, CasePath: "/serve/cases/" + d.Case.ID, No: d.Case.No, Title: d.Case.Title,
		Version: l.Version, State: loopState(w, l.State), Form: form, Notes: loopNotes(w, d), Steps: loopSteps(w, l),
		Findings: options(w, ratings.Findings(), "loop.finding.", ""),
		Facts: ui.KVText(
			w.T("loop.origin"), w.T("loop.origin."+string(l.Origin)), w.T("serve.matter"), d.Matter,
			w.T("serve.unit"), d.Unit,
			w.T("serve.handler"), orNotGiven(w, d.Handler), w.T("loop.opened"), w.Date(l.OpenedOn.Day()),
		),
	}
	if l.Finding != "" {
		v.Facts = append(v.Facts, ui.KVText(w.T("loop.finding"), w.T("loop.finding."+l.Finding))...)
	}
	if l.State != models.LoopDone {
		v.DueKind = ui.Info
		v.Due = w.T("loop.until", "step", w.T("loop.state."+string(l.State)), "date", w.Date(l.DueOn.Day()))
		if d.DaysLeft < 0 {
			v.DueKind = ui.Warn
		}
	}
	switch {
	case d.MayVerify:
		v.Action = "verify"
	case d.MayReview:
		v.Action = "review"
	case d.MaySettle:
		v.Action = "settle"
	}
	loopVoices(w, d, &v)
	for _, s := range d.Steps {
		name := s.Actor
		if name == "" {
			name = w.T("serve.by_system")
		}
		v.History = append(v.History, view.ServeLoopStep{
			Title: w.T("loop.step." + s.Kind), Note: s.Note,
			Who: w.T("loop.step.who", "name", name, "date", w.Date(s.TakenOn.Day())),
		})
	}
	return web.Page(c, status, view.ServeLoop(v))
}

// loopVoices puts what the resident and the handler said into words.
func loopVoices(w *i18n.Printer, d *ratings.LoopView, v *view.ServeLoopView) {
	rating := func(r models.Rating) []ui.Pair {
		return ui.KVText(
			w.T("loop.level"), w.T("rate.level."+strconv.Itoa(r.Level)), w.T("call.solved"), solvedWord(w, r.Solved),
			w.T("loop.comment"), orNotGiven(w, r.Comment), w.T("loop.mode"), w.T("report.mode."+string(r.Mode)),
		)
	}
	if d.Rating != nil {
		v.Rating = rating(*d.Rating)
	}
	for _, r := range d.Again {
		v.Again = append(v.Again, rating(r)...)
	}
	if k := d.Recheck; k != nil && k.RepliedOn != "" {
		v.Reply = ui.KVText(w.T("serve.way"), w.T("serve.way."+k.Way), w.T("serve.found"), k.Reply)
		if k.PlanOn != "" {
			v.Reply = append(v.Reply, ui.KVText(w.T("serve.plan"), w.Date(k.PlanOn.Day()))...)
		}
	}
	if l := d.Loop; l.CalledOn != "" {
		yes := w.T("word.no")
		if l.Contacted {
			yes = w.T("word.yes")
		}
		v.Call = ui.KVText(
			w.T("call.contacted"), yes, w.T("call.solved"), solvedWord(w, l.Solved),
			w.T("call.level"), levelWord(w, l.Level),
		)
	}
}

func solvedWord(w *i18n.Printer, s models.Resolution) string {
	if s == "" {
		return w.T("serve.not_given")
	}
	return w.T("rate.solved." + string(s))
}

func levelWord(w *i18n.Printer, level int) string {
	if level == 0 {
		return w.T("call.level.0")
	}
	return w.T("rate.level." + strconv.Itoa(level))
}

// loopNotes say what a supervisor has to know before he acts.
func loopNotes(w *i18n.Printer, d *ratings.LoopView) []view.ServeSaid {
	var out []view.ServeSaid
	add := func(yes bool, key string) {
		if yes {
			said := view.ServeSaid{Kind: ui.Calm, Title: w.T("loop." + key), Text: w.T("loop." + key + ".text")}
			out = append(out, said)
		}
	}
	add(d.Rating != nil && d.Rating.MayKnow, "may_know")
	add(d.Loop.State == models.LoopSend && !d.SentBefore, "waits")
	add(d.Loop.State == models.LoopSend && d.SentBefore, "sent_before")
	add(d.Rating != nil && d.Rating.Excluded, "left_out")
	add(d.Loop.WantsCall && d.Loop.CalledOn == "" && d.Loop.Origin == models.LoopRating, "wants_call")
	return out
}

// loopSteps are the steps of a loop with where it stands.
func loopSteps(w *i18n.Printer, l models.RatingLoop) []ui.Step {
	way := []models.LoopState{models.LoopVerify, models.LoopSend, models.LoopRight, models.LoopCall, models.LoopAgain}
	switch l.Origin {
	case models.LoopSample:
		way = []models.LoopState{models.LoopCall}
	case models.LoopCheck:
		way = []models.LoopState{models.LoopRight}
	case models.LoopRating:
		if l.State == models.LoopReview {
			way = []models.LoopState{models.LoopVerify, models.LoopReview}
		}
	}
	state := ui.Done
	var out []ui.Step
	for _, s := range append(way, models.LoopDone) {
		step := ui.Step{Title: w.T("loop.state." + string(s)), State: state}
		if s == l.State && l.State != models.LoopDone {
			step.State, state = ui.Now, ui.Next
		}
		out = append(out, step)
	}
	return out
}

// loopDone leads back to the loop after a step, or shows its page again with what was typed.
func (p *Pages) loopDone(c *fiber.Ctx, err error, done string) error {
	switch {
	case fault.Is(err, fault.Invalid):
		return p.serveLoopShow(c, fiber.StatusUnprocessableEntity, ui.FormOf(web.Form(c), err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, done)
	return web.See(c, "/serve/loops/"+web.Param(c, "id"))
}

func (p *Pages) serveLoopVerify(c *fiber.Ctx) error {
	f := web.Form(c)
	err := p.Ratings.Verify(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("finding"), f.Get("note"),
		wholeNumber(f.Get("version")))
	return p.loopDone(c, err, "loop.verified")
}

func (p *Pages) serveLoopReview(c *fiber.Ctx) error {
	f := web.Form(c)
	err := p.Ratings.Review(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("agree") == "1", f.Get("note"),
		wholeNumber(f.Get("version")))
	return p.loopDone(c, err, "loop.reviewed")
}

func (p *Pages) serveLoopSettle(c *fiber.Ctx) error {
	f := web.Form(c)
	err := p.Ratings.Settle(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("note"),
		wholeNumber(f.Get("version")))
	return p.loopDone(c, err, "loop.settled")
}
