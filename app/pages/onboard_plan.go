package pages

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/onboard"
	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// planSize is how many lines of a plan a page shows.
const planSize = 50

// showPlan shows what a sheet would change, category by category, or what is wrong with it.
func (p *Pages) showPlan(c *fiber.Ctx) error {
	return p.planPage(c, fiber.StatusOK, web.Param(c, "id"), ui.Form{})
}

func (p *Pages) planPage(c *fiber.Ctx, status int, id string, form ui.Form) error {
	ctx, w := web.Context(c), web.Words(c)
	l := listAt(c, "import", planSize)
	show := onboard.Category(l.Query.Get("show"))
	plan, err := p.Onboard.Plan(ctx, web.Actor(c), id, onboard.PlanFilter{
		Category: show, Page: l.Page, Size: l.Size,
	})
	if err != nil {
		return err
	}
	kind := onboard.Kind(plan.Kind)
	v := view.OnboardPlanView{
		ID: plan.ID, Kind: plan.Kind, KindTitle: w.T("onboard.kind." + plan.Kind), File: plan.File,
		Facts: planFacts(w, plan), Open: plan.State == models.PlanOpen && !plan.Expired,
		Faulty: plan.State == models.PlanFaulty, Tabs: planTabs(w, plan, show), PlaceHead: w.T("onboard.plan.place"),
		Hints: hintWords(w, plan.Hints), Form: form, Names: nameOptions(w, plan), Undoes: plan.Undoes,
	}
	if kind == onboard.Units {
		v.PlaceHead = w.T("onboard.plan.above")
	}
	total := plan.Total
	for _, line := range plan.Lines {
		v.Lines = append(v.Lines, view.OnboardLine{
			Row: line.Row, Category: categoryWord(w, kind, line.Category), Code: line.Code, Name: line.Name,
			Place: line.Place, Note: noteWords(w, line.Notes),
		})
	}
	if v.Faulty {
		total = len(plan.Errors)
		from := min((l.Page-1)*l.Size, total)
		v.Faults = plan.Errors[from:min(from+l.Size, total)]
	}
	planSays(w, &v, plan)
	if err := p.planLeavers(ctx, web.Actor(c), &v, plan); err != nil {
		return err
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), total)
	}
	v.List = l.of(total)
	return web.Page(c, status, view.OnboardShow(v))
}

// planSays puts the state of a plan into a sentence and the words of its button.
func planSays(w *i18n.Printer, v *view.OnboardPlanView, plan onboard.PlanView) {
	kind := onboard.Kind(plan.Kind)
	state := string(plan.State)
	if plan.Expired {
		state = string(models.PlanExpired)
	}
	counts := countWords(w, kind, plan.Counts)
	v.State, v.Says, v.Hint = planTag(plan.State), w.T("onboard.says."+state), w.T("onboard.says."+state+".hint")
	if v.Open {
		v.State = ui.Info
		v.Says = w.T("onboard.says.open", "counts", counts)
	}
	switch n := changes(plan.Counts); {
	case n == 0 && plan.State == models.PlanApplied:
		v.State, v.Says, v.Hint = ui.Info, w.T("onboard.says.same"), w.T("onboard.says.same.hint")
	case plan.State == models.PlanApplied:
		v.Says = w.T("onboard.says.done", "counts", counts)
	case n > 0:
		v.Apply = w.T("onboard.apply", "n", w.Count(n))
	case v.Open:
		v.Says, v.Hint = w.T("onboard.says.same"), w.T("onboard.says.same.hint")
	}
	if plan.State == models.PlanApplied {
		v.Next, v.NextText = stepAfter(w, kind)
	}
	if kind == onboard.Roster && plan.Counts[onboard.Left] > 0 {
		v.Warn = w.T("onboard.warn.left", "n", w.Count(plan.Counts[onboard.Left]), "unit", plan.Scope)
	}
}

// stepAfter is the step of the guide behind a kind of sheet: the next sheet, or what follows the last.
func stepAfter(w *i18n.Printer, k onboard.Kind) (href, text string) {
	kinds := onboard.Kinds()
	if i := slices.Index(kinds, k); i+1 < len(kinds) {
		return "/admin/onboarding/" + string(kinds[i+1]),
			w.T("onboard.plan.next", "step", w.T("onboard.kind."+string(kinds[i+1])))
	}
	return "/admin/onboarding/staff", w.T("onboard.plan.next", "step", w.T("onboard.staff"))
}

// planLeavers names who has gone by this plan with open work in hand.
func (p *Pages) planLeavers(
	ctx context.Context, who models.Actor, v *view.OnboardPlanView, plan onboard.PlanView,
) error {
	if onboard.Kind(plan.Kind) != onboard.Roster || plan.State != models.PlanApplied {
		return nil
	}
	list, n, err := p.Onboard.Leavers(ctx, who, plan.ID)
	if err != nil {
		return err
	}
	w := ui.P(ctx)
	v.Leavers = leaverLines(list)
	switch {
	case len(list) > 0:
		v.Hint = w.T("onboard.leavers.says", "n", w.Count(len(list)))
	case n > 0:
		v.Hint = w.T("onboard.leavers.done", "n", w.Count(n))
	}
	return nil
}

// nameOptions are the other names of a plan to be approved one by one; one tick stands for all where there are many.
func nameOptions(w *i18n.Printer, plan onboard.PlanView) []ui.Option {
	n := plan.Counts[onboard.Renamed]
	if n > onboard.MaxNames {
		return []ui.Option{{Value: "all", Text: w.T("onboard.names.all", "n", w.Count(n))}}
	}
	out := make([]ui.Option, 0, len(plan.Names))
	for _, l := range plan.Names {
		text := w.T("onboard.names.tick_row", "row", l.Row, "staff", l.Code, "name", l.Name)
		for _, note := range l.Notes {
			if note.Key == "onboard.note.name" {
				text = w.T("onboard.names.tick", "staff", l.Code, "was", note.Args["was"], "now", note.Args["now"])
			}
		}
		out = append(out, ui.Option{Value: strconv.Itoa(l.Row), Text: text})
	}
	return out
}

// changes is how many lines are not the same.
func changes(n map[onboard.Category]int) int {
	return n[onboard.Joined] + n[onboard.Moved] + n[onboard.Changed] + n[onboard.Renamed] + n[onboard.Left]
}

// planFacts are what is known of a sheet beside its lines.
func planFacts(w *i18n.Printer, plan onboard.PlanView) []ui.Pair {
	by := plan.By
	if by == "" {
		by = w.T("onboard.plan.machine")
	}
	out := []string{
		w.T("onboard.plan.file"), plan.File, w.T("onboard.plan.by"), by,
		w.T("onboard.plan.at"), w.DateTime(plan.CreatedAt), w.T("onboard.plan.digest"), plan.Digest[:16],
	}
	if plan.Scope != "" {
		rest := "onboard.plan.stay"
		if plan.LeaveRest {
			rest = "onboard.plan.leave"
		}
		out = append(out, w.T("onboard.scope"), plan.Scope+w.T("onboard.gap.comma")+w.T(rest))
	}
	switch {
	case plan.EndedAt != nil:
		out = append(out, w.T("onboard.plan.ended"), w.DateTime(*plan.EndedAt))
	case plan.State == models.PlanOpen:
		out = append(out, w.T("onboard.plan.until"), w.DateTime(plan.ExpiresAt))
	}
	return ui.KVText(out...)
}

func planTabs(w *i18n.Printer, plan onboard.PlanView, show onboard.Category) []ui.Tab {
	kind := onboard.Kind(plan.Kind)
	out := []ui.Tab{{
		Text: w.T("onboard.plan.all", "n", w.Count(changes(plan.Counts))), Href: "?", Current: show == "",
	}}
	for _, c := range onboard.Categories() {
		if plan.Counts[c] > 0 {
			out = append(out, ui.Tab{
				Text: categoryWord(w, kind, c) + " " + w.Count(plan.Counts[c]), Href: "?show=" + string(c),
				Current: show == c,
			})
		}
	}
	return out
}

func noteWords(w *i18n.Printer, notes []onboard.Note) string {
	out := make([]string, 0, len(notes))
	for _, n := range notes {
		out = append(out, w.T(n.Key, n.Args))
	}
	return strings.Join(out, w.T("onboard.note.join"))
}

// applyPlan carries a plan out. Where the house has changed meanwhile the page shows the new difference.
func (p *Pages) applyPlan(c *fiber.Ctx) error {
	w, id := web.Words(c), web.Param(c, "id")
	form := web.Form(c)
	in := onboard.Approval{PlanID: id, Undo: form.Has("undo")}
	for _, ticked := range form["rename"] {
		if ticked == "all" {
			in.AllNames = true
		} else if row, err := strconv.Atoi(ticked); err == nil {
			in.Names = append(in.Names, row)
		}
	}
	r, err := p.Onboard.Apply(web.Context(c), web.Actor(c), in)
	at := "/admin/onboarding/plans/" + id
	switch f := fault.Of(err); {
	case err == nil:
		web.Flash(c, ui.OK, "onboard.flash.done", "n", w.Count(changes(r.Counts)))
	case f.Kind == fault.Invalid:
		return p.planPage(c, fiber.StatusUnprocessableEntity, id, ui.FormOf(form, err))
	case f.Key == "onboard.base_changed":
		web.Flash(c, ui.Warn, "onboard.flash.base")
	default:
		return err
	}
	return web.See(c, at)
}

// discardPlan puts a plan aside.
func (p *Pages) discardPlan(c *fiber.Ctx) error {
	id := web.Param(c, "id")
	if err := p.Onboard.Discard(web.Context(c), web.Actor(c), id); err != nil {
		return err
	}
	web.Flash(c, ui.OK, "onboard.flash.discarded")
	return web.See(c, "/admin/onboarding/plans/"+id)
}
