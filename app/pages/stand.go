package pages

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// leakPath is the form of a complaint that a rating of the unit leaked.
func leakPath(unitID string) string { return "/leak?unit=" + unitID }

// showRateHow says how a service is rated.
func (p *Pages) showRateHow(c *fiber.Ctx) error {
	return web.Page(c, fiber.StatusOK, view.RateHow(ui.Form{}))
}

// doRateCode leads from a code that was told on the telephone to its rating page.
func (p *Pages) doRateCode(c *fiber.Ctx) error {
	form := web.Form(c)
	token, ok := ratings.Spoken(form.Get("code"))
	if !ok {
		err := fault.Wrong(fault.On("code", "rate.code.wrong"))
		return web.Page(c, fiber.StatusUnprocessableEntity, view.RateHow(ui.FormOf(form, err)))
	}
	return web.See(c, "/r/"+token)
}

// showStand is the rating page of a window.
func (p *Pages) showStand(c *fiber.Ctx) error {
	code, q := web.Param(c, "stand"), web.Query(c)
	l, err := p.Ratings.LookStand(web.Context(c), code)
	switch {
	case err != nil:
		return p.rateRefused(c, ratings.Link{}, err)
	case q.Get("told") == "1":
		return web.Page(c, fiber.StatusOK, view.RateTold("/s/"+code))
	case q.Get("done") == "1":
		return web.Page(c, fiber.StatusOK, view.StandThanks(l.Unit, l.Name, leakPath(l.UnitID)))
	case l.Ended:
		return p.rateRefused(c, ratings.Link{}, fault.New(fault.Conflict, "rate.stand.ended"))
	}
	return p.standForm(c, fiber.StatusOK, l, ui.Form{})
}

func (p *Pages) standForm(c *fiber.Ctx, status int, l ratings.StandLook, form ui.Form) error {
	w := web.Words(c)
	return web.Page(c, status, view.Stand(view.StandView{
		Path: "/s/" + web.Param(c, "stand"), Unit: l.Unit, Name: l.Name, Ticket: l.Ticket, LeakHref: leakPath(l.UnitID),
		Form: form, Levels: view.RateLevels(w), Solved: options(w, ratings.Solutions(), "rate.solved.", ""),
		Reasons: options(w, ratings.Reasons(), "rate.reason.", ""),
		Opened:  form.Value("reason") != "" || form.Value("comment") != "",
	}))
}

// doStand takes a rating given at a window, or the word that somebody asked for a good one.
func (p *Pages) doStand(c *fiber.Ctx) error {
	ctx, code, form := web.Context(c), web.Param(c, "stand"), web.Form(c)
	if web.Actor(c).ID != "" {
		return fault.New(fault.Forbidden, "rate.signed_in")
	}
	pressed := form.Get("pressure") != ""
	err := noCardNumber(form, "comment")
	switch {
	case err != nil:
		pressed = false // asked of first
	case pressed:
		err = p.Ratings.PressureStand(ctx, code, form.Get("ticket"), form.Get("comment"))
	default:
		level, _ := strconv.Atoi(form.Get("level")) // nonsense is 0, which the door refuses
		err = p.Ratings.RateStand(ctx, code, form.Get("ticket"), ratings.Input{
			Level: level, Solved: models.Resolution(form.Get("solved")), Reasons: form["reason"],
			Comment: form.Get("comment"),
		})
	}
	if fault.Is(err, fault.Invalid) {
		l, lookErr := p.Ratings.LookStand(ctx, code)
		if lookErr != nil {
			return p.rateRefused(c, ratings.Link{}, lookErr)
		}
		return p.standForm(c, fiber.StatusUnprocessableEntity, l, ui.FormOf(form, err))
	}
	switch {
	case err != nil:
		return p.rateRefused(c, ratings.Link{}, err)
	case pressed:
		return web.See(c, "/s/"+code+"?told=1")
	}
	return web.See(c, "/s/"+code+"?done=1")
}
