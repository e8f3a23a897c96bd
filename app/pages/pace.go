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
)

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
