package pages

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// serveCalls lists the calls that the reader is to make.
func (p *Pages) serveCalls(c *fiber.Ctx) error {
	ctx, actor, w := web.Context(c), web.Actor(c), web.Words(c)
	l := listAt(c, "calls", serveSize)
	found, err := p.Ratings.Calls(ctx, actor, l.Page, l.Size)
	if err != nil {
		return err
	}
	v := view.ServeCallsView{Areas: serveAreas(w, actor, "/serve/calls"), List: l.of(found.Total)}
	for _, e := range found.Entries {
		v.Lines = append(v.Lines, view.ServeCallLine{
			Href: "/serve/calls/" + e.ID, No: e.No, Title: e.Title, Matter: e.Matter, Unit: e.Unit,
			Attempts: w.TN("call.attempts.n", e.Attempts), Due: w.IsoDate(e.DueOn.Day()), Late: e.DaysLeft < 0,
		})
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), found.Total)
	}
	return web.Page(c, fiber.StatusOK, view.ServeCalls(v))
}

// serveCall is the page of one call.
func (p *Pages) serveCall(c *fiber.Ctx) error {
	return p.serveCallShow(c, fiber.StatusOK, "", ui.Form{}, nil)
}

func (p *Pages) serveCallShow(
	c *fiber.Ctx, status int, refused string, form ui.Form, contact *cases.Contact,
) error {
	w := web.Words(c)
	d, err := p.Ratings.Call(web.Context(c), web.Actor(c), web.Param(c, "id"))
	if err != nil {
		return err
	}
	v := view.ServeCallView{
		Path: "/serve/calls/" + d.ID, No: d.No, Title: d.Title, Detail: d.Detail, Answer: d.Answer, Version: d.Version,
		Missed: d.Missed, Purpose: w.T("call.purpose", "no", d.No), Form: form, Refused: refused,
		YesNo:     []ui.Option{{Value: "yes", Text: w.T("word.yes")}, {Value: "no", Text: w.T("word.no")}},
		Solutions: options(w, ratings.Solutions(), "rate.solved.", ""), Levels: callLevels(w),
		Facts: ui.KVText(
			w.T("serve.resident"), orNotGiven(w, d.Name), w.T("serve.matter"), d.Matter, w.T("serve.unit"), d.Unit,
			w.T("serve.closed_on"), w.Date(d.ClosedOn.Day()), w.T("call.due"), w.Date(d.DueOn.Day()),
		),
	}
	if contact != nil {
		v.Contact = ui.KVText(
			w.T("word.person"), orNotGiven(w, contact.Name), w.T("word.phone"), orNotGiven(w, contact.Phone),
		)
	}
	return web.Page(c, status, view.ServeCall(v))
}

func callLevels(w *i18n.Printer) []ui.Option {
	var out []ui.Option
	for level := 5; level >= 0; level-- {
		out = append(out, ui.Option{Value: strconv.Itoa(level), Text: levelWord(w, level)})
	}
	return out
}

// callRefused shows the page again with what was typed, or passes the error on.
func (p *Pages) callRefused(c *fiber.Ctx, action string, err error) error {
	if fault.Is(err, fault.Invalid) {
		return p.serveCallShow(c, fiber.StatusUnprocessableEntity, action, ui.FormOf(web.Form(c), err), nil)
	}
	return err
}

// serveCallContact opens the contact for this call.
func (p *Pages) serveCallContact(c *fiber.Ctx) error {
	contact, err := p.Ratings.OpenContact(web.Context(c), web.Actor(c), web.Param(c, "id"), web.Form(c).Get("why"))
	if err != nil {
		return p.callRefused(c, "contact", err)
	}
	return p.serveCallShow(c, fiber.StatusOK, "", ui.Form{}, &contact)
}

func (p *Pages) serveCallMissed(c *fiber.Ctx) error {
	f := web.Form(c)
	if err := noCardNumber(f, "missed"); err != nil {
		return p.callRefused(c, "missed", err)
	}
	err := p.Ratings.Missed(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("missed"),
		wholeNumber(f.Get("version")))
	if err != nil {
		return p.callRefused(c, "missed", err)
	}
	web.Flash(c, ui.OK, "call.missed.done")
	return web.See(c, "/serve/calls")
}

// serveCallDone keeps what the resident said. Where there is a link to rate again, the answer is that link: it exists
// nowhere else and cannot be fetched again.
func (p *Pages) serveCallDone(c *fiber.Ctx) error {
	f, w := web.Form(c), web.Words(c)
	if err := noCardNumber(f, "note"); err != nil {
		return p.callRefused(c, "done", err)
	}
	level, err := strconv.Atoi(f.Get("level"))
	if err != nil {
		level = -1 // refused by its field
	}
	link, err := p.Ratings.Called(web.Context(c), web.Actor(c), web.Param(c, "id"), ratings.CallResult{
		Contacted: f.Get("contacted"), Solved: models.Resolution(f.Get("solved")), Level: level, Note: f.Get("note"),
	}, wholeNumber(f.Get("version")))
	if err != nil {
		return p.callRefused(c, "done", err)
	}
	if link == "" {
		web.Flash(c, ui.OK, "call.done")
		return web.See(c, "/serve/calls")
	}
	address := strings.TrimSuffix(p.Base, "/") + link
	path, size, err := qrPath(address)
	if err != nil {
		return err
	}
	until := models.DateOf(p.Clock()).AddDays(ratings.ValidDays)
	return web.Page(c, fiber.StatusOK, view.ServeAgain(view.ServeAgainView{
		Link: address, Code: ratings.InFours(strings.TrimPrefix(link, "/r/")), QR: path, Size: size,
		ValidTo: w.Date(until.Day()), Address: p.addressWarning(w.T),
	}))
}

// serveRates shows the three rates of units by call-backs.
func (p *Pages) serveRates(c *fiber.Ctx) error {
	ctx, actor, w := web.Context(c), web.Actor(c), web.Words(c)
	l := listAt(c, "rates", serveSize)
	all, err := p.Ratings.Rates(ctx, actor)
	if err != nil {
		return err
	}
	v := view.ServeRatesView{Areas: serveAreas(w, actor, "/serve/rates"), List: l.of(len(all))}
	v.List.Size = max(1, len(all)) // one page: there are no more rows than units
	for _, r := range all {
		line := view.ServeRateLine{Unit: r.Unit, Valid: w.Count(r.Valid)}
		if r.Few {
			few := w.T("call.rates.few")
			line.Valid, line.Response, line.Resolution, line.Satisfaction = few, "—", "—", "—"
		} else {
			a, b, s := r.Shares()
			line.Response = w.T("call.rates.of", "share", w.Percent(a), "n", w.Count(r.Contacted))
			line.Resolution = w.T("call.rates.of", "share", w.Percent(b), "n", w.Count(r.Solved))
			line.Satisfaction = w.Percent(s)
		}
		v.Lines = append(v.Lines, line)
	}
	if l.wanted {
		return p.sheet(c, l, v.Grid(ctx), len(all))
	}
	return web.Page(c, fiber.StatusOK, view.ServeRates(v))
}
