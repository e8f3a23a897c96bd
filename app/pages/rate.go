package pages

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/fault"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// ratedCookie tells the browser that rated that it did. It lies under the path of the link alone.
const ratedCookie = "sz_rated"

// showRate is the rating page of a link.
//
// Clerks print links, and colleagues may get to see one. So a link that was used looks to everybody
// like one that was not: only the browser that rated is shown that it did, and a second rating is thanked for alike.
func (p *Pages) showRate(c *fiber.Ctx) error {
	token, q := web.Param(c, "token"), web.Query(c)
	l, err := p.Ratings.Look(web.Context(c), token)
	if err != nil {
		return p.rateRefused(c, l, err)
	}
	switch {
	case q.Get("told") == "1":
		return web.Page(c, fiber.StatusOK, view.RateTold("/r/"+token))
	case q.Get("done") == "1" || p.rated(c, token):
		return web.Page(c, fiber.StatusOK, view.RateThanks(view.RateThanksView{
			No: p.Ratings.ReceiptNo(token), Unit: l.Unit, Matter: l.Matter,
		}))
	case l.State == ratings.LinkExpired:
		return p.rateRefused(c, l, fault.New(fault.Conflict, "rate.expired"))
	case l.State == ratings.LinkReopened:
		return p.rateRefused(c, l, fault.New(fault.Conflict, "rate.reopened"))
	}
	return p.rateForm(c, fiber.StatusOK, l, ui.Form{})
}

// rated reports whether this browser has rated with the link.
func (p *Pages) rated(c *fiber.Ctx, token string) bool {
	return string(c.Request().Header.Cookie(ratedCookie)) == ratedMark(p.Ratings.ReceiptNo(token))
}

func ratedMark(receiptNo string) string { return strings.ReplaceAll(receiptNo, " ", "") }

// rateForm shows the form, with what was typed after a refusal.
func (p *Pages) rateForm(c *fiber.Ctx, status int, l ratings.Link, form ui.Form) error {
	w := web.Words(c)
	v := view.RateView{
		Path: "/r/" + web.Param(c, "token"), Unit: l.Unit, Matter: l.Matter, Form: form,
		Solved:  options(w, ratings.Solutions(), "rate.solved.", ""),
		Reasons: options(w, ratings.Reasons(), "rate.reason.", ""),
		Levels:  view.RateLevels(w), HasPhone: l.HasPhone,
	}
	for _, name := range []string{"reason", "comment", "unsure", "may_know", "callback"} {
		v.Opened = v.Opened || form.Value(name) != ""
	}
	return web.Page(c, status, view.Rate(v))
}

// doRate takes the rating, or the word that somebody asked for a good one.
func (p *Pages) doRate(c *fiber.Ctx) error {
	ctx, token, form := web.Context(c), web.Param(c, "token"), web.Form(c)
	if web.Actor(c).ID != "" { // the rated and his colleagues hold links too: a signed-in browser rates nothing
		return fault.New(fault.Forbidden, "rate.signed_in")
	}
	pressed := form.Get("pressure") != ""
	err := noCardNumber(form, "comment")
	switch {
	case err != nil:
		pressed = false // asked of first
	case pressed:
		err = p.Ratings.Pressure(ctx, token, form.Get("comment"))
	default:
		level, _ := strconv.Atoi(form.Get("level")) // nonsense is 0, which the door refuses
		err = p.Ratings.Rate(ctx, token, ratings.Input{
			Level: level, Solved: models.Resolution(form.Get("solved")), Reasons: form["reason"],
			Comment: form.Get("comment"), MayKnow: form.Get("may_know") == "1", Unsure: form.Get("unsure") == "1",
			Callback: form.Get("callback") == "1",
		})
	}
	if fault.Is(err, fault.Conflict) && fault.Of(err).Key == "rate.used" {
		err = nil // thanked for alike
	}
	if err != nil {
		l, lookErr := p.Ratings.Look(ctx, token)
		switch {
		case lookErr != nil:
			return p.rateRefused(c, l, lookErr)
		case fault.Is(err, fault.Invalid):
			return p.rateForm(c, fiber.StatusUnprocessableEntity, l, ui.FormOf(form, err))
		}
		return p.rateRefused(c, l, err)
	}
	if pressed {
		return web.See(c, "/r/"+token+"?told=1")
	}
	c.Cookie(&fiber.Cookie{
		Name: ratedCookie, Value: ratedMark(p.Ratings.ReceiptNo(token)), Path: "/r/" + token, HTTPOnly: true,
		Secure: c.Protocol() == "https" || strings.HasPrefix(p.Base, "https:"), SameSite: fiber.CookieSameSiteLaxMode,
		MaxAge: ratings.ValidDays * 24 * 60 * 60, Expires: p.Clock().AddDate(0, 0, ratings.ValidDays),
	})
	return web.See(c, "/r/"+token+"?done=1")
}

// rateRefused is a calm page that says why a link cannot be used; anything else goes on as an error.
func (p *Pages) rateRefused(c *fiber.Ctx, l ratings.Link, err error) error {
	w, f := web.Words(c), fault.Of(err)
	status := map[string]int{
		"rate.unknown": fiber.StatusNotFound, "rate.expired": fiber.StatusGone, "rate.reopened": fiber.StatusConflict,
		"rate.stand.unknown": fiber.StatusNotFound, "rate.stand.ended": fiber.StatusGone,
	}[f.Key]
	if status == 0 {
		return err
	}
	return web.Page(c, status, view.RateState(view.RateStateView{
		Title: w.T(f.Key), Hint: w.T(f.Key+".hint", "date", dateOr(w.Date, l.ValidTo)),
	}))
}

// The pace of one address on the rating pages: many residents may share one, such as the network of a service hall.
const (
	throttleSpan  = time.Minute
	throttleCalls = 120
	throttleKeep  = 10_000 // addresses remembered at most
)

// throttle holds back an address that calls too often. It forgets at the end of each span.
type throttle struct {
	now   clock.Clock
	most  int // calls of one key in a span
	mu    sync.Mutex
	since time.Time
	calls map[string]int
}

func newThrottle(now clock.Clock) *throttle { return newPace(now, throttleCalls) }

// newPace is a throttle with a pace of its own.
func newPace(now clock.Clock, most int) *throttle {
	return &throttle{now: now, most: most, calls: map[string]int{}}
}

// guard lets a handler run unless its caller's pace is too high. Fault: Busy "error.busy".
func (t *throttle) guard(h fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if !t.admits(web.Actor(c).From) {
			return fault.New(fault.Busy, "error.busy")
		}
		return h(c)
	}
}

func (t *throttle) admits(address string) bool {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.Sub(t.since) >= throttleSpan || len(t.calls) >= throttleKeep {
		t.since = now
		clear(t.calls)
	}
	t.calls[address]++
	return t.calls[address] <= t.most
}
