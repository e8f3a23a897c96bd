package pages

import (
	"context"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

const serveSize = 20

// serveList shows the cases within the reader's reach, by tab and filter.
func (p *Pages) serveList(c *fiber.Ctx) error {
	ctx, actor, w, q := web.Context(c), web.Actor(c), web.Words(c), web.Query(c)
	state := q.Get("state")
	if state == "" {
		state = "open" // every case is asked for by name, so that a sheet holds what its page shows
	}
	l := listAt(c, "cases", serveSize, cases.Orders()...)
	f := cases.Filter{
		State: models.CaseState(state), Family: models.Family(q.Get("family")), Due: cases.Due(q.Get("due")),
		Text: q.Get("q"), Mine: q.Get("mine") == "1", Mark: cases.Mark(q.Get("mark")),
		Page: l.Page, Size: l.Size, Order: l.Order,
	}
	switch state {
	case "open":
		f.State, f.Open = "", true
	case "all":
		f.State = ""
	}
	found, err := p.Cases.List(ctx, actor, f)
	if err != nil {
		return err
	}
	v := view.ServeListView{
		Tabs: serveTabs(w, q, state, found), State: state, Filter: ui.FormOf(q, nil),
		Families: options(w, models.Families(), "report.family.", "field.all"),
		Dues: []ui.Option{
			{Text: w.T("field.all")},
			{Value: string(cases.Soon), Text: w.T("serve.due.soon")},
			{Value: string(cases.Overdue), Text: w.T("serve.due.overdue")},
		},
		Areas: serveAreas(w, actor, "/serve"), Marks: options(w, cases.Marks(), "serve.mark.", "field.all"),
		List:      l.of(found.Total),
		MayTakeIn: policy.May(actor, policy.CaseTakeIn), MaySignals: policy.May(actor, policy.SignalSee),
		MayStands:   policy.May(actor, policy.StandManage),
		MayHandOver: policy.May(actor, policy.HandOver),
	}
	v.List.More = found.More
	for _, e := range toldApart(found.Entries) {
		v.Lines = append(v.Lines, serveLine(w, e))
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), found.Total)
	}
	return web.Page(c, fiber.StatusOK, view.ServeList(v))
}

// toldApart marks the handlers of one list who have the same name.
func toldApart(list []cases.Entry) []cases.Entry {
	named := make([]models.Named, len(list))
	for i, e := range list {
		named[i] = models.Named{
			ID: e.HandlerID, Name: e.Handler, Unit: e.Unit, Post: e.HandlerPost, StaffNo: e.HandlerNo,
		}
	}
	for i, label := range models.Labels(named) {
		list[i].Handler = label
	}
	return list
}

func serveLine(w *i18n.Printer, e cases.Entry) view.ServeLine {
	due, late := serveDue(w, e.DueOn, e.ClosedOn, e.DaysLeft)
	if e.SuspendedOn != "" {
		due, late = w.T("serve.due.suspended", "date", w.ShortDate(e.SuspendedOn.Day())), false
	}
	return view.ServeLine{
		Href: "/serve/cases/" + e.ID, No: e.No, Title: e.Title, Family: serveFamily(w, e.Family),
		Channel: w.T("serve.channel." + string(e.Channel)), Handler: e.Handler, State: serveState(w, e.State), Due: due,
		Late: late,
	}
}

// dueOf is the deadline filter that a tab keeps: what is due soon has a tab of its own.
func dueOf(q url.Values, state string) string {
	if due := q.Get("due"); state != "open" || due != string(cases.Soon) {
		return due
	}
	return ""
}

// serveTabs are the states with their numbers; the rest of the filter stays.
func serveTabs(w *i18n.Printer, q url.Values, current string, found cases.Found) []ui.Tab {
	n, all := found.States, 0
	for _, k := range n {
		all += k
	}
	tab := func(state, key string, n int) ui.Tab {
		count := w.Count(n)
		if found.Many && (state == string(models.CaseClosed) || state == "all") {
			count = w.T("list.n.more", "n", count)
		}
		return ui.Tab{
			Text:    w.T(key, "n", count),
			Href:    "/serve" + ui.Query(q, "state", state, "page", "", "due", dueOf(q, state)),
			Current: state == current && (state != "open" || q.Get("due") != string(cases.Soon)),
		}
	}
	return []ui.Tab{
		tab("open", "serve.tab.open", all-n[models.CaseClosed]),
		tab(string(models.CaseReceived), "serve.tab.received", n[models.CaseReceived]),
		tab(string(models.CaseDispatched), "serve.tab.dispatched", n[models.CaseDispatched]),
		{
			Text:    w.T("serve.tab.soon"),
			Href:    "/serve" + ui.Query(q, "state", "open", "due", string(cases.Soon), "page", ""),
			Current: current == "open" && q.Get("due") == string(cases.Soon),
		},
		tab(string(models.CaseClosed), "serve.tab.closed", n[models.CaseClosed]),
		tab("all", "serve.tab.all", all),
	}
}

// serveHome is the part of the home page about cases: those in hand by the nearest deadline, and what waits.
func (p *Pages) serveHome(ctx context.Context, actor models.Actor) (*view.Hero, []view.HomeLine, error) {
	if !policy.May(actor, policy.CaseSee) {
		return nil, nil, nil
	}
	desk, err := p.Cases.Desk(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	w := ui.P(ctx)
	var lines []view.HomeLine
	line := func(key, href string, n int) {
		if n > 0 {
			urgency := view.Waits
			if href == serveOverduePath {
				urgency = view.Late
			}
			lines = append(lines, view.HomeLine{
				Title: w.T(key), Href: href, Right: w.TN("serve.home.n", n), Urgency: urgency,
			})
		}
	}
	overdue, err := p.serveOverdue(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	line("serve.home.overdue", serveOverduePath, overdue)
	line("serve.home.dispatch", "/serve?state=received", desk.ToDispatch)
	line("serve.home.acknowledge", "/serve?state=dispatched&mine=1", desk.ToAcknowledge)
	line("serve.home.open", "/serve?state=open&mine=1", desk.InHand)
	hero := serveHero(w, desk)
	if hero == nil {
		hero = serveDuty(w, overdue, desk.ToDispatch)
	}
	// What the sentence says is not said again.
	lines = slices.DeleteFunc(lines, func(l view.HomeLine) bool { return hero != nil && l.Href == hero.Href })
	return hero, lines, nil
}

// serveOverduePath lists the open cases that are late.
const serveOverduePath = "/serve?state=open&due=overdue"

// serveOverdue counts the late cases within the reach of a supervisor; 0 for everybody else.
func (p *Pages) serveOverdue(ctx context.Context, actor models.Actor) (int, error) {
	if !actor.Has(models.RoleSupervisor) {
		return 0, nil
	}
	return p.Cases.Count(ctx, actor, cases.Filter{Open: true, Due: cases.Overdue})
}

// serveDuty is the sentence for those who handle no case themselves: what is late for a supervisor, what waits for a
// clerk. Nil for others.
func serveDuty(w *i18n.Printer, overdue, toDispatch int) *view.Hero {
	switch {
	case overdue > 0:
		return &view.Hero{
			Sentence: w.TN("serve.home.hero.overdue", overdue), Button: w.T("serve.home.go.overdue"),
			Href: serveOverduePath, Urgency: view.Late,
		}
	case toDispatch > 0:
		return &view.Hero{
			Sentence: w.TN("serve.home.hero.dispatch", toDispatch), Button: w.T("serve.home.go.dispatch"),
			Href: "/serve?state=received", Urgency: view.Waits,
		}
	}
	return nil
}

// serveHero is the sentence about the nearest deadline, nil without a case in hand.
func serveHero(w *i18n.Printer, desk cases.Desk) *view.Hero {
	if desk.Next == nil {
		return nil
	}
	next, n := desk.Next, desk.ToAcknowledge+desk.InHand
	h := &view.Hero{
		Button: w.T("serve.home.go", "title", next.Title), Href: "/serve/cases/" + next.ID, Urgency: view.Waits,
		Due: next.DueOn,
	}
	date := w.ShortDate(next.DueOn.Day())
	switch {
	case next.DaysLeft < 0:
		h.Urgency = view.Late
		h.Sentence = w.TN("serve.home.hero.late", n, "date", date, "late", w.TN("time.days_late", -next.DaysLeft))
	case next.DaysLeft == 0:
		h.Urgency = view.Today
		h.Sentence = w.TN("serve.home.hero.today", n)
	default:
		h.Sentence = w.TN("serve.home.hero", n, "date", date, "left", w.TN("time.days_left", next.DaysLeft))
	}
	return h
}
