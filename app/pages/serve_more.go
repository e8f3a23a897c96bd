package pages

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// serveMore puts what stands beside the steps of a case into words.
func (p *Pages) serveMore(c *fiber.Ctx, d *cases.View, v *view.ServeCaseView) error {
	w := web.Words(c)
	m, may := d.More, d.May
	v.More = view.ServeMoreView{
		Actions: serveActions(d), Notes: serveNotes(w, d), Part: m.MyPart,
		ExtendDays: m.Presets[cases.ExtendDays], PlanDays: m.Presets[cases.PlanDays],
		Slip:    d.Case.SupervisedOn != "" && !m.Partial,
		Grounds: options(w, cases.ExcludeReasons(), "serve.ground.", ""),
		Ways:    options(w, cases.Ways(), "serve.way.", ""),
	}
	if m.Partial {
		v.Resident = nil
	}
	v.Facts = append(v.Facts, ui.Pair{Key: w.T("serve.responsible"), Value: ui.Text(responsible(w, d))})
	for _, r := range m.Requests {
		v.More.Requests = append(v.More.Requests, serveRequest(w, r))
	}
	for _, x := range m.Parties {
		v.More.Parties = append(v.More.Parties, view.ServeParty{
			Who: partyName(w, x), Task: w.T("serve.parties.task", "task", x.Task), Answer: x.Answer,
		})
	}
	for _, e := range m.Earlier {
		v.More.Earlier = append(v.More.Earlier, view.ServeEarlier{
			Href: "/serve/cases/" + e.ID, No: e.No, Title: e.Title, Note: w.T("serve.earlier.note",
				"date", w.Date(e.ReceivedOn.Day()), "matter", e.Matter, "state", w.T("serve.state."+string(e.State))),
		})
	}
	if m.RepeatID != "" {
		v.More.RepeatHref, v.More.RepeatTitle = "/serve/cases/"+m.RepeatID, w.T("serve.repeat.of", "no", m.RepeatNo)
	}
	if m.MayRecheck && (v.Main == "" || v.Main == "receipt") {
		if v.Main == "receipt" {
			v.More.Actions = append(v.More.Actions, v.Main)
		}
		v.Main = "recheck"
	}
	for _, k := range m.Rechecks {
		if k.RepliedOn == "" {
			v.More.RecheckDue = w.T("serve.recheck.until", "date", w.Date(k.DueOn.Day()))
		}
	}
	if !may.Join {
		return nil
	}
	helpers, err := p.Cases.Helpers(web.Context(c), web.Actor(c), d.Case.ID)
	if err != nil {
		return err
	}
	v.More.Helpers = []ui.Option{{Text: w.T("field.choose")}}
	at := make([]standing, len(helpers))
	for i, h := range helpers {
		at[i] = standing{h.UnitID, h.Unit, h.Above}
	}
	for i, name := range unitsApart(at) {
		helpers[i].Unit = name
	}
	named := make([]models.Named, len(helpers))
	for i, h := range helpers {
		named[i] = models.Named{ID: h.PersonID, Name: h.Name, Unit: h.Unit, Post: h.Title, StaffNo: h.StaffNo}
	}
	ends := models.Ends(named)
	for i, h := range helpers {
		text := h.Unit
		if h.PostID != "" {
			text = w.T("serve.helper.option", "name", h.Name+ends[i], "title", h.Title, "unit", h.Unit)
		}
		v.More.Helpers = append(v.More.Helpers, ui.Option{Value: h.Key(), Text: text})
	}
	return nil
}

// responsible is who answers for a case now: until a handler has taken it, whoever received it first and his unit.
func responsible(w *i18n.Printer, d *cases.View) string {
	switch {
	case d.More.Responsible != "":
		return d.More.Responsible
	case d.Intake != "":
		return w.T("serve.responsible.intake", "name", d.Intake, "unit", d.Unit)
	}
	return w.T("serve.responsible.unit", "unit", d.Unit)
}

// serveActions lists the further forms that are open to the reader.
func serveActions(d *cases.View) []string {
	var out []string
	for _, x := range []struct {
		action string
		may    bool
	}{
		{"part", d.More.MayPart},
		{"recheck", d.More.MayRecheck},
		{"extend", d.May.Extend},
		{"object", d.May.Object},
		{"remind", d.May.Remind},
		{"supervise", d.May.Supervise},
		{"suspend", d.May.Suspend},
		{"resume", d.May.Resume},
		{"escalate", d.May.Escalate},
		{"join", d.May.Join},
		{"repeat", d.May.Repeat},
		{"exclude", d.May.Exclude},
		{"instruct", d.May.Instruct},
	} {
		if x.may && !waits(d.More.Requests, x.action) {
			out = append(out, x.action)
		}
	}
	return out
}

// waits reports whether what an action asks for waits for a decision already.
func waits(all []cases.Requested, action string) bool {
	kind := models.RequestKind(action)
	if action == "object" {
		kind = models.AskDispatch
	}
	return slices.ContainsFunc(all, func(r cases.Requested) bool {
		return r.Kind == kind && r.State == models.RequestOpen
	})
}

// serveNotes are the notes at the top of a case: what the supervisor has done, and what is asked.
func serveNotes(w *i18n.Printer, d *cases.View) []view.ServeSaid {
	var out []view.ServeSaid
	c := d.Case
	if c.SuspendedOn != "" {
		out = append(out, view.ServeSaid{
			Kind: ui.Calm, Title: w.T("serve.suspended", "date", w.Date(c.SuspendedOn.Day())),
			Text: w.T("serve.suspended.hint"),
		})
	}
	if c.SupervisedOn != "" && c.State != models.CaseClosed {
		out = append(out, view.ServeSaid{
			Kind: ui.Warn, Title: w.T("serve.supervised", "date", w.Date(c.SupervisedOn.Day())),
			Text: lastNote(d.Events, cases.EventSupervised),
		})
	}
	if note := reminder(d.Events); note != "" && c.State != models.CaseClosed {
		out = append(out, view.ServeSaid{Kind: ui.Warn, Title: w.T("serve.reminded"), Text: note})
	}
	if c.Escalated {
		out = append(out, view.ServeSaid{Kind: ui.Calm, Title: w.T("serve.escalated")})
	}
	if d.May.Invited {
		out = append(out, view.ServeSaid{
			Kind: ui.Calm, Title: w.T("serve.invited"), Text: w.T("serve.invited.hint"),
		})
	}
	if d.More.MayRecheck {
		out = append(out, view.ServeSaid{Kind: ui.Info, Title: w.T("serve.recheck"), Text: w.T("serve.recheck.hint")})
	}
	if d.More.Partial {
		out = append(out, view.ServeSaid{Kind: ui.Info, Title: w.T("serve.partial"), Text: w.T("serve.partial.hint")})
	}
	return out
}

// reminder is what a supervisor last reminded of, "" when the handler has done something since. Events come with the
// latest first.
func reminder(events []cases.Event) string {
	for _, e := range events {
		switch e.Kind {
		case cases.EventReminded:
			return e.Note
		case cases.EventNote, cases.EventAnswered, cases.EventAcknowledged, cases.EventReturned, cases.EventDispatched:
			return ""
		}
	}
	return ""
}

func lastNote(events []cases.Event, kind string) string {
	for _, e := range events {
		if e.Kind == kind {
			return e.Note
		}
	}
	return ""
}

func serveRequest(w *i18n.Printer, r cases.Requested) view.ServeRequest {
	out := view.ServeRequest{
		ID: r.ID, Kind: requestName(w, r.CaseRequest), Note: r.Note, MayDecide: r.MayDecide,
		Who: w.T("serve.requests.who", "name", r.Asker, "date", w.Date(r.AskedAt)),
	}
	if r.State == models.RequestOpen {
		out.Decision = w.T("serve.requests.waits")
		if r.ByLeader {
			out.Decision = w.T("serve.requests.waits.leader")
			if r.Leaderless {
				out.Decision = w.T("serve.requests.leaderless")
			}
		}
		return out
	}
	out.Decision = w.T("serve.requests."+string(r.State), "name", r.Decider, "reason", r.Decision)
	return out
}

// requestName is what is asked for, with the days or the statutory reason.
func requestName(w *i18n.Printer, r models.CaseRequest) string {
	name := w.T("serve.requests.kind." + string(r.Kind))
	switch {
	case r.Days > 0:
		return w.TN("serve.requests.days", r.Days, "kind", name)
	case r.Reason != "":
		return w.T("serve.requests.ground", "kind", name, "ground", w.T("serve.ground."+r.Reason))
	}
	return name
}

func partyName(w *i18n.Printer, x cases.Party) string {
	if x.Person == "" {
		return w.T("serve.parties.provider", "unit", x.Unit)
	}
	return w.T("serve.parties.helper", "name", x.Person, "unit", x.Unit)
}
