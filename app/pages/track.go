package pages

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// showTrack asks for number and code.
func (p *Pages) showTrack(c *fiber.Ctx) error {
	return web.Page(c, fiber.StatusOK, view.Track(ui.NewForm("no", web.Query(c).Get("no"))))
}

// doTrack checks number and code and leads on by a ticket, so that the code stands in no address.
func (p *Pages) doTrack(c *fiber.Ctx) error {
	form := web.Form(c)
	key, err := p.Cases.Unlock(web.Context(c), form.Get("no"), form.Get("secret"))
	switch {
	case fault.Is(err, fault.Invalid):
		return web.Page(c, fiber.StatusUnprocessableEntity, view.Track(ui.FormOf(form, err)))
	case err != nil:
		return err
	}
	return web.See(c, "/track/"+key.Ticket)
}

// showTracked is the state of a matter.
func (p *Pages) showTracked(c *fiber.Ctx) error { return p.tracked(c, fiber.StatusOK, "", ui.Form{}) }

func (p *Pages) tracked(c *fiber.Ctx, status int, refused string, form ui.Form) error {
	ctx, w, ticket := web.Context(c), web.Words(c), web.Param(c, "ticket")
	t, err := p.Cases.Track(ctx, ticket)
	if fault.Is(err, fault.NotFound) {
		return p.trackClosed(c)
	}
	if err != nil {
		return err
	}
	v := view.TrackedView{
		Path: "/track/" + ticket, No: t.No, Kind: w.T("serve.kind." + string(t.Kind)), Unit: t.Unit, Text: t.Text,
		Answer: t.Answer, MayAdd: t.MayAdd, MayWithdraw: t.MayWithdraw, Form: form, Refused: refused,
		Facts: ui.KVText(w.T("ask.receipt.unit"), t.Unit, w.T("track.received"), w.Date(t.ReceivedOn.Day())),
	}
	if t.Tip != nil {
		trackedTip(w, t, &v)
		return web.Page(c, status, view.Tracked(v))
	}
	trackedCase(w, t, &v)
	if t.State == models.CaseClosed {
		r, err := p.Ratings.Wait(ctx, ticket, t.Self)
		if err != nil {
			return err
		}
		v.MayRate = r.Open
		if r.Key != "" {
			v.Rate = w.T(r.Key, "date", dateOr(w.Date, r.Until))
		}
	}
	return web.Page(c, status, view.Tracked(v))
}

// trackClosed is the calm page of a ticket whose time is over.
func (p *Pages) trackClosed(c *fiber.Ctx) error {
	form := ui.FormOf(nil, fault.New(fault.NotFound, "track.closed"))
	return web.Page(c, fiber.StatusNotFound, view.Track(form))
}

// dateOr is a day in words, "" for none.
func dateOr(say func(time.Time) string, d models.Date) string {
	if d == "" {
		return ""
	}
	return say(d.Day())
}

// trackedTip says how far a report of wrongdoing is.
func trackedTip(w *i18n.Printer, t *cases.Tracked, v *view.TrackedView) {
	v.Now, v.Next = w.T("track.tip.open"), w.T("track.tip.open.next", "unit", t.Unit)
	if t.Tip.State == models.TipPassed {
		on := w.Date(t.Tip.PassedOn.Day())
		v.Now, v.Next = w.T("track.tip.passed"), w.T("track.tip.passed.next", "office", t.Tip.PassedTo, "date", on)
		v.Steps = append(v.Steps, view.TrackStep{On: w.IsoDate(t.Tip.PassedOn.Day()), Title: w.T("track.tip.passed")})
	}
	v.Steps = append(v.Steps, view.TrackStep{On: w.IsoDate(t.ReceivedOn.Day()), Title: w.T("track.tip.received")})
}

// trackedCase puts the state of a matter into plain words.
func trackedCase(w *i18n.Printer, t *cases.Tracked, v *view.TrackedView) {
	due := w.Date(t.DueOn.Day())
	switch {
	case t.State == models.CaseClosed && t.Outcome == models.Withdrawn:
		v.Now, v.Next = w.T("track.now.withdrawn"), w.T("track.next.withdrawn", "date", w.Date(t.ClosedOn.Day()))
	case t.State == models.CaseClosed:
		v.Now = w.T("track.now.closed", "outcome", w.T("report.outcome."+string(t.Outcome)))
		v.Next = w.T("track.next.closed", "date", w.Date(t.ClosedOn.Day()))
	case t.DaysLeft < 0:
		v.Now, v.Next = w.T("track.now."+string(t.State)), w.TN("track.next.late", -t.DaysLeft, "date", due)
	default:
		v.Now = w.T("track.now." + string(t.State))
		v.Next = w.TN("track.next."+string(t.State), t.DaysLeft, "date", due)
	}
	if t.State != models.CaseClosed {
		v.Facts = append(v.Facts, ui.KVText(w.T("track.due"), due)...)
	}
	if t.Above {
		v.Facts = append(v.Facts, ui.KVText(w.T("track.above"), w.T("track.above.text"))...)
	}
	if t.Guarded {
		v.Facts = append(v.Facts, ui.KVText(w.T("track.answer"), w.T("track.guarded.text", "unit", t.Unit))...)
	}
	if t.ReopenBy != "" {
		v.Again = w.T("track.again.until", "date", w.Date(t.ReopenBy.Day()))
	}
	for _, s := range t.Steps {
		v.Steps = append(v.Steps, view.TrackStep{
			On: w.IsoDate(s.On.Day()), Title: w.T("track.step." + s.Kind), Note: s.Note,
		})
	}
}

// trackTurn answers a step of the resident: back to the matter, or its page with what was typed and refused.
func (p *Pages) trackTurn(c *fiber.Ctx, action string, err error, done string) error {
	switch {
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.Conflict):
		status := fiber.StatusUnprocessableEntity
		if fault.Is(err, fault.Conflict) {
			status = fiber.StatusConflict
		}
		return p.tracked(c, status, action, ui.FormOf(web.Form(c), err))
	case fault.Is(err, fault.NotFound):
		return p.trackClosed(c)
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, done)
	return web.See(c, "/track/"+web.Param(c, "ticket"))
}

func (p *Pages) trackWords(c *fiber.Ctx) error {
	err := noCardNumber(web.Form(c), "words")
	if err == nil {
		err = p.Cases.AddWords(web.Context(c), web.Param(c, "ticket"), web.Form(c).Get("words"))
	}
	return p.trackTurn(c, "words", err, "track.words.done")
}

func (p *Pages) trackAgain(c *fiber.Ctx) error {
	err := noCardNumber(web.Form(c), "reason")
	if err == nil {
		err = p.Cases.AskAgain(web.Context(c), web.Param(c, "ticket"), web.Form(c).Get("reason"))
	}
	return p.trackTurn(c, "again", err, "track.again.done")
}

func (p *Pages) trackWithdraw(c *fiber.Ctx) error {
	err := p.Cases.Withdraw(web.Context(c), web.Param(c, "ticket"))
	return p.trackTurn(c, "withdraw", err, "track.withdraw.done")
}

// trackRate makes a rating link for whoever raised the matter and leads to it.
func (p *Pages) trackRate(c *fiber.Ctx) error {
	link, err := p.Ratings.LinkFor(web.Context(c), web.Param(c, "ticket"))
	switch {
	case fault.Is(err, fault.NotFound), fault.Is(err, fault.Conflict):
		return p.trackTurn(c, "rate", err, "")
	case err != nil:
		return err
	}
	return web.See(c, link)
}
