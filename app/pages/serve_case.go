package pages

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// serveCase is the page of one case.
func (p *Pages) serveCase(c *fiber.Ctx) error { return p.serveShow(c, fiber.StatusOK, "", ui.Form{}) }

// serveShow shows the case; refused names the form that was sent back with what was typed.
func (p *Pages) serveShow(c *fiber.Ctx, status int, refused string, form ui.Form) error {
	ctx, actor, w := web.Context(c), web.Actor(c), web.Words(c)
	d, err := p.Cases.Get(ctx, actor, web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := serveView(w, d)
	v.Refused, v.Form, v.Who = refused, form, ui.FormOf(web.Query(c), nil)
	if err := p.serveMore(c, d, &v); err != nil {
		return err
	}
	if v.May.Sort {
		if v.Matters, err = p.matterGroups(c); err != nil {
			return err
		}
		v.May.Sort = len(v.Matters) > 0
		v.SortFirst = v.May.Sort && d.Unsorted && v.Main == "dispatch"
	}
	if v.May.Dispatch {
		if err := p.serveHandlers(c, d.Case.ID, &v); err != nil {
			return err
		}
	}
	return web.Page(c, status, view.ServeCase(v))
}

// serveHandlers lists to whom a case can be given, those nearest to it first, under the names of their units. Where
// they are too many to be listed, or were looked for (?who=, a name or a unit), the page offers to look for them.
func (p *Pages) serveHandlers(c *fiber.Ctx, id string, v *view.ServeCaseView) error {
	w, who := web.Words(c), strings.TrimSpace(web.Query(c).Get("who"))
	offered, err := p.Cases.Handlers(web.Context(c), web.Actor(c), id, who)
	if err != nil {
		return err
	}
	all := offered.List
	cut := offered.Total > len(all)
	if v.Many = who != "" || cut; cut {
		v.ManyHint = w.T("serve.who.cut", "n", w.Count(offered.Total), "shown", w.Count(len(all)))
	}
	at := make([]standing, len(all))
	for i, h := range all {
		at[i] = standing{h.UnitID, h.Unit, h.Above}
	}
	for i, name := range unitsApart(at) {
		all[i].Unit = name
	}
	v.Handlers = handlerOptions(w, all)
	return nil
}

func handlerOptions(w *i18n.Printer, all []cases.Handler) []ui.Option {
	out := []ui.Option{{Text: w.T("field.choose")}}
	named := make([]models.Named, len(all))
	for i, h := range all {
		named[i] = models.Named{ID: h.PersonID, Name: h.Name, Unit: h.Unit, Post: h.Title, StaffNo: h.StaffNo}
	}
	ends := models.Ends(named)
	for i, h := range all {
		o := ui.Option{Value: h.PostID, Group: h.Unit, Text: w.T("serve.post.option",
			"name", h.Name+ends[i], "title", h.Title, "unit", h.Unit, "n", w.Count(h.Open))}
		if h.Idle {
			o.Text += w.T("serve.post.idle")
		}
		out = append(out, o)
	}
	return out
}

// serveView puts a case into words.
func serveView(w *i18n.Printer, d *cases.View) view.ServeCaseView {
	c := d.Case
	v := view.ServeCaseView{
		Path: "/serve/cases/" + c.ID, No: c.No, Title: c.Title, Detail: c.Detail, Answer: c.Answer, Version: c.Version,
		State: serveState(w, c.State), Facts: serveFacts(w, d),
		Resident: ui.KVText(
			w.T("word.person"), orNotGiven(w, d.Name), w.T("word.phone"), orNotGiven(w, d.Phone),
		),
		May: view.ServeMay{
			Dispatch: d.May.Dispatch, Acknowledge: d.May.Acknowledge, Answer: d.May.Answer, Close: d.May.Close,
			Receipt: d.May.Receipt, Return: d.May.Return, Note: d.May.Note, Reopen: d.May.Reopen,
			Contact: d.May.Contact, Sort: d.May.Sort, Code: d.May.Code,
		},
	}
	if d.Restricted {
		v.Restricted = w.T("serve.restricted")
	}
	if d.ReplyBy == models.ReplyPhone {
		v.Resident = append(v.Resident, ui.KVText(w.T("ask.reply"), w.T("ask.reply."+string(d.ReplyBy)))...)
	}
	if c.Excluded {
		v.Excluded = w.T("serve.excluded", "reason", c.ExcludeReason)
	}
	serveDeadline(w, d, &v)
	v.Main = serveMain(d)
	v.Redispatch, v.Reanswer, v.Coded = c.HandlerID != nil, c.State == models.CaseAnswered, d.Coded
	v.Outcomes = options(w, serveOutcomes(c), "report.outcome.", "")
	for _, e := range d.Events {
		v.Events = append(v.Events, serveEvent(w, e))
	}
	return v
}

// serveMain is the one thing to do now: for a handler what comes next, for a clerk to dispatch.
func serveMain(d *cases.View) string {
	switch {
	case d.May.Acknowledge:
		return "acknowledge"
	case d.May.Close && d.Case.State == models.CaseAnswered:
		return "close"
	case d.May.Answer:
		return "answer"
	case d.May.Dispatch && d.Case.State == models.CaseReceived:
		return "dispatch"
	case d.May.Receipt:
		return "receipt"
	}
	return ""
}

// serveOutcomes lists the outcomes a case can end with now: without an answer only those that need none.
func serveOutcomes(c models.Case) []models.Outcome {
	var out []models.Outcome
	for _, o := range cases.Outcomes() {
		if c.State == models.CaseAnswered || !cases.IsAsked(o) {
			out = append(out, o)
		}
	}
	return out
}

// serveDeadline is the note about the deadline of an open case.
func serveDeadline(w *i18n.Printer, d *cases.View, v *view.ServeCaseView) {
	if d.Case.State == models.CaseClosed || d.Case.SuspendedOn != "" {
		return
	}
	date, mine := w.Date(d.Case.DueOn.Day()), d.May.Acknowledge || d.May.Answer
	v.Due = w.T("serve.until.all", "date", date)
	if mine { // a request to whom it concerns, a fact for everybody else
		v.Due = w.T("serve.until", "date", date)
	}
	switch {
	case d.DaysLeft < 0 && !mine:
		v.DueNote, v.DueKind = w.TN("serve.until.late.all", -d.DaysLeft), ui.Warn
	case d.DaysLeft < 0:
		v.DueNote, v.DueKind = w.TN("serve.until.late", -d.DaysLeft), ui.Warn
	case d.DaysLeft == 0:
		v.DueNote, v.DueKind = w.T("serve.until.today"), ui.Warn
	default:
		v.DueNote, v.DueKind = w.TN("serve.until.left", d.DaysLeft), ui.Info
	}
	if d.Provisional {
		v.DueMore = w.T("serve.until.provisional")
	}
}

// serveFacts are the facts beside the case.
func serveFacts(w *i18n.Printer, d *cases.View) []ui.Pair {
	c := d.Case
	facts := ui.KVText(
		w.T("serve.matter"), d.Matter, w.T("serve.family"), serveFamily(w, c.Family),
		w.T("serve.kind"), w.T("serve.kind."+string(c.Kind)),
		w.T("serve.channel"), w.T("serve.channel."+string(c.Channel)),
		w.T("serve.unit"), d.Unit,
	)
	add := func(key, text string) {
		if text != "" {
			facts = append(facts, ui.Pair{Key: w.T(key), Value: ui.Text(text)})
		}
	}
	add("serve.handler", d.Handler)
	add("serve.intake", d.Intake)
	add("serve.received_on", w.Date(c.ReceivedOn.Day()))
	add("serve.due_on", w.Date(c.DueOn.Day()))
	if c.State == models.CaseClosed {
		add("serve.closed_on", w.Date(c.ClosedOn.Day()))
		add("serve.outcome", w.T("report.outcome."+string(c.Outcome)))
	}
	if c.Reopened > 0 {
		add("serve.reopened", w.TN("serve.reopened_n", c.Reopened))
	}
	return facts
}

// midnight is the time of day of what was imported with a date alone.
const midnight = "00:00:00"

func serveEvent(w *i18n.Printer, e cases.Event) view.ServeEvent {
	name := e.Actor
	if name == "" {
		name = w.T("serve.by_system")
	}
	switch e.Kind {
	case cases.EventWords, cases.EventAgain, cases.EventWithdrawn:
		name = w.T("serve.resident")
	}
	who := w.T("serve.for_staff")
	if e.Resident {
		who = w.T("serve.for_all")
	}
	return view.ServeEvent{
		At: e.At, DateOnly: w.Clock(e.At) == midnight, Title: w.T("serve.event." + e.Kind), Note: e.Note,
		Who: w.T("serve.by", "name", name, "who", who),
	}
}
