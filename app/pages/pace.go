package pages

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models/fault"
)

// The pace at which one address may send something to residents' pages, and at which codes may be tried on one number,
// from wherever: a code of ten digits is then not found in a life.
const (
	slowCalls = 20
	codeCalls = 10
	// At one window nobody serves more than this in a minute: what comes faster from one network is a flood.
	standCalls = 6
)

// standPace holds back whoever rates one window again and again from one address: each rating counts, so a flood must
// not. Nothing is kept of the address. Fault: Busy "rate.stand.flood".
func (p *Pages) standPace(h fiber.Handler) fiber.Handler {
	tries := newPace(p.Clock, standCalls)
	return func(c *fiber.Ctx) error {
		if web.Actor(c).ID == "" && !tries.admits(web.Param(c, "stand")+" "+web.Actor(c).From) {
			return fault.New(fault.Busy, "rate.stand.flood")
		}
		return h(c)
	}
}

// trackPace holds back whoever tries codes on one number. Fault: Busy "error.busy".
func (p *Pages) trackPace(h fiber.Handler) fiber.Handler {
	tries := newPace(p.Clock, codeCalls)
	return func(c *fiber.Ctx) error {
		no := strings.ToUpper(strings.TrimSpace(web.Form(c).Get("no")))
		if r := []rune(no); len(r) > 20 {
			no = string(r[:20])
		}
		if no != "" && !tries.admits(no) {
			return fault.New(fault.Busy, "error.busy")
		}
		return h(c)
	}
}
