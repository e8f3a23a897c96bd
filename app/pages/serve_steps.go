package pages

import (
	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// serveDone leads back to the case after a step, or shows the refused form again.
func (p *Pages) serveDone(c *fiber.Ctx, action string, err error, done string) error {
	switch {
	case fault.Is(err, fault.Invalid):
		return p.serveShow(c, fiber.StatusUnprocessableEntity, action, ui.FormOf(web.Form(c), err))
	case err != nil:
		return err
	}
	web.Flash(c, ui.OK, done)
	id := web.Param(c, "id")
	switch action {
	case "return": // the handler no longer sees what he gave back
		return web.See(c, "/serve")
	case "decide":
		return web.See(c, "/serve/requests")
	}
	return web.See(c, "/serve/cases/"+id)
}

func (p *Pages) serveDispatch(c *fiber.Ctx) error {
	f := web.Form(c)
	_, err := p.Cases.Dispatch(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("post"),
		wholeNumber(f.Get("version")))
	return p.serveDone(c, "dispatch", err, "serve.dispatched")
}

func (p *Pages) serveAcknowledge(c *fiber.Ctx) error {
	version := wholeNumber(web.Form(c).Get("version"))
	_, err := p.Cases.Acknowledge(web.Context(c), web.Actor(c), web.Param(c, "id"), version)
	return p.serveDone(c, "acknowledge", err, "serve.acknowledged")
}

func (p *Pages) serveReturn(c *fiber.Ctx) error {
	f := web.Form(c)
	_, err := p.Cases.Return(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("reason"),
		wholeNumber(f.Get("version")))
	return p.serveDone(c, "return", err, "serve.returned")
}

func (p *Pages) serveNote(c *fiber.Ctx) error {
	f := web.Form(c)
	_, err := p.Cases.Note(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("note"), f.Get("open") == "1",
		wholeNumber(f.Get("version")))
	return p.serveDone(c, "note", err, "serve.noted")
}

func (p *Pages) serveAnswer(c *fiber.Ctx) error {
	f := web.Form(c)
	_, err := p.Cases.Answer(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("answer"),
		wholeNumber(f.Get("version")))
	return p.serveDone(c, "answer", err, "serve.answered")
}

func (p *Pages) serveReopen(c *fiber.Ctx) error {
	f := web.Form(c)
	_, err := p.Cases.Reopen(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("reason"),
		wholeNumber(f.Get("version")))
	return p.serveDone(c, "reopen", err, "serve.reopened.done")
}

// serveClose closes the case. Whoever closes it is not shown the link to rate it: a clerk hands it out.
func (p *Pages) serveClose(c *fiber.Ctx) error {
	f := web.Form(c)
	_, err := p.Cases.Close(web.Context(c), web.Actor(c), web.Param(c, "id"), models.Outcome(f.Get("outcome")),
		f.Get("close_note"), wholeNumber(f.Get("version")))
	return p.serveDone(c, "close", err, "serve.closed")
}

// serveContact opens the resident's contact, once, for a reason.
func (p *Pages) serveContact(c *fiber.Ctx) error {
	w, id := web.Words(c), web.Param(c, "id")
	contact, err := p.Cases.Contact(web.Context(c), web.Actor(c), id, web.Form(c).Get("why"))
	if err != nil {
		return p.serveDone(c, "contact", err, "")
	}
	return web.Page(c, fiber.StatusOK, view.ServeContact(view.ServeContactView{
		Path: "/serve/cases/" + id, No: w.T("serve.resident"),
		Resident: ui.KVText(
			w.T("word.person"), orNotGiven(w, contact.Name), w.T("word.phone"), orNotGiven(w, contact.Phone),
		),
	}))
}

func (p *Pages) serveSort(c *fiber.Ctx) error {
	f := web.Form(c)
	_, err := p.Cases.Sort(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("matter"),
		wholeNumber(f.Get("version")))
	return p.serveDone(c, "sort", err, "serve.sorted")
}
