package web

import (
	"regexp"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/utils"

	"shanzhi/models/fault"
	"shanzhi/templates/ui"
)

// noteEvery is how often the refusal of one person at one route is noted at most: whoever loads a page again and again
// shall not fill the log.
const noteEvery = time.Minute

// mostNoted is how many refusals are remembered; the audit log itself is bounded by the route and the minute.
const mostNoted = 10_000

// noted remembers when the refusal of a person at a route was written down last.
type noted struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// due reports whether a refusal is to be written down now, and remembers that it is.
func (n *noted) due(key string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if last, ok := n.last[key]; ok && now.Sub(last) < noteEvery {
		return false
	}
	if len(n.last) >= mostNoted || n.last == nil {
		n.last = map[string]time.Time{}
	}
	n.last[key] = now
	return true
}

// Denied notes that what was asked for is refused although the answer is a form and not the page of an error.
func Denied(c *fiber.Ctx) { visitOf(c).denied = true }

// objectParams are the parts of an address that name an object by its id; every other part may be a secret.
var objectParams = []string{"id", "person", "code"}

var plainObject = regexp.MustCompile(`^[0-9A-Za-z._-]{1,64}$`)

// noteRefusal writes into the audit log that somebody who is signed in was refused: the action, the pattern of the
// route and the object, and nothing that was typed. What residents do is not noted.
func (a *App) noteRefusal(c *fiber.Ctx, v *visit, err error) {
	refused := v.denied || fault.Is(err, fault.Forbidden) || err == errReadOnly //nolint:errorlint // the very one
	if err == nil && c.Response().StatusCode() == fiber.StatusForbidden {
		refused = true // a form that says why
	}
	if !refused || v.actor.ID == "" || v.route == nil || v.route.audience == ui.Resident {
		return
	}
	what := utils.CopyString(method(c)) + " " + v.route.Path
	if !a.noted.due(v.actor.ID+" "+what, v.began) {
		return
	}
	about := ""
	for _, name := range objectParams {
		if given := Param(c, name); plainObject.MatchString(given) {
			about = given
			break
		}
	}
	if err := a.deps.Sessions.Refused(c.UserContext(), v.actor, v.route.Action, what, about); err != nil {
		a.deps.Log.Error("refusal not noted", "id", v.id, "route", v.route.Path, "err", err.Error())
	}
}
