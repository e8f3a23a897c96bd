package pages

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/cases"
	"shanzhi/models"
)

// serveAsk puts a request: an objection to dispatch, a later deadline, an exclusion, escalation.
func (p *Pages) serveAsk(kind models.RequestKind, action string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		f := web.Form(c)
		days, err := strconv.Atoi(f.Get("days"))
		if err != nil {
			days = 0 // refused by its field
		}
		_, err = p.Cases.Ask(web.Context(c), web.Actor(c), web.Param(c, "id"), cases.Ask{
			Kind: kind, Reason: f.Get("ground"), Note: f.Get("ask"), Days: days,
		}, wholeNumber(f.Get("version")))
		return p.serveDone(c, action, err, "serve.asked")
	}
}

// serveDecide grants or refuses a request.
func (p *Pages) serveDecide(c *fiber.Ctx) error {
	f := web.Form(c)
	_, err := p.Cases.Decide(web.Context(c), web.Actor(c), web.Param(c, "id"), web.Param(c, "ask"),
		f.Get("grant") == "1", f.Get("decision"), wholeNumber(f.Get("version")))
	return p.serveDone(c, "decide", err, "serve.decided")
}

// saying is a door at which a supervisor or leader says something about a case.
type saying func(ctx context.Context, who models.Actor, id, note string, version int) (*models.Case, error)

// serveSay is the handler of such a door.
func (p *Pages) serveSay(action string, door func() saying) fiber.Handler {
	return func(c *fiber.Ctx) error {
		f := web.Form(c)
		_, err := door()(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("say"), wholeNumber(f.Get("version")))
		return p.serveDone(c, action, err, "serve."+action+".done")
	}
}

func (p *Pages) serveJoin(c *fiber.Ctx) error {
	f := web.Form(c)
	_, err := p.Cases.Join(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("helper"), f.Get("task"),
		wholeNumber(f.Get("version")))
	return p.serveDone(c, "join", err, "serve.join.done")
}

func (p *Pages) servePart(c *fiber.Ctx) error {
	err := p.Cases.Part(web.Context(c), web.Actor(c), web.Param(c, "id"), web.Form(c).Get("part"))
	return p.serveDone(c, "part", err, "serve.part.done")
}

func (p *Pages) serveRepeat(c *fiber.Ctx) error {
	f := web.Form(c)
	_, err := p.Cases.Repeat(web.Context(c), web.Actor(c), web.Param(c, "id"), f.Get("repeat"),
		wholeNumber(f.Get("version")))
	return p.serveDone(c, "repeat", err, "serve.repeat.done")
}

func (p *Pages) serveRecheck(c *fiber.Ctx) error {
	f := web.Form(c)
	err := p.Cases.Recheck(web.Context(c), web.Actor(c), web.Param(c, "id"), cases.Looked{
		Way: f.Get("way"), PlanOn: f.Get("plan"), Text: f.Get("found"),
	})
	return p.serveDone(c, "recheck", err, "serve.recheck.done")
}
