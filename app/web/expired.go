package web

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/models"
	"shanzhi/models/vault"
	"shanzhi/templates/ui"
)

const (
	typedPlace = "web.typed" // what the fields of a form that must wait are sealed for
	typedLife  = time.Hour
	maxTyped   = 64 << 10 // bytes: no more is carried
)

// secretFields are names of fields that are never shown again; a form with one of them is not carried at all.
var secretFields = []string{"password", "old", "new", "again", "secret", "code"}

// typed is a form that must wait until its sender has signed in, shown a code or changed a password.
type typed struct {
	To     string     `json:"to"`
	Fields url.Values `json:"fields"`
	Who    string     `json:"who,omitempty"` // whose it is, once that is known
	Until  time.Time  `json:"until"`
}

// OnHeld is the page of the step that somebody must take before his form is heard; step is StepNone for the login. held
// is what he typed, to be given to Typed afterwards.
func (a *App) OnHeld(page func(c *fiber.Ctx, step models.Step, next, held string) error) {
	a.held = page
}

// carry answers a form that must wait with the page of the step that comes first, and keeps what was typed. Only what a
// page of this very site has sent is carried, and neither passwords nor files.
func (a *App) carry(c *fiber.Ctx, v *visit, step models.Step) bool {
	if a.held == nil || v.route == nil || c.Method() != fiber.MethodPost || !a.fromHere(c) {
		return false
	}
	if a.readBody(c, v) != nil || len(v.form) == 0 || len(v.files) > 0 {
		return false
	}
	t := typed{
		To: c.OriginalURL(), Fields: url.Values{}, Who: v.actor.ID, Until: a.deps.Clock().Add(typedLife),
	}
	for name, values := range v.form {
		switch {
		case name == ui.CSRFName:
		case isSecret(name):
			return false
		default:
			t.Fields[name] = values
		}
	}
	held, err := a.hold(t)
	if err == nil && held == "" {
		return false
	}
	a.frame(c, v)
	if err == nil {
		err = a.held(c, step, back(c), held)
	}
	if err != nil {
		a.deps.Log.Error("login page failed", "id", v.id, "err", err.Error())
		c.Response().ResetBody()
		return false
	}
	c.Status(fiber.StatusUnauthorized)
	return true
}

// hold seals a form, so that whoever sits down at the same browser cannot read it; "" for one that is too long.
func (a *App) hold(t typed) (string, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return "", fmt.Errorf("hold a form: %w", err)
	}
	if len(text) > maxTyped {
		return "", nil
	}
	box, err := a.deps.Vault.Seal(string(text), typedPlace)
	if err != nil {
		return "", fmt.Errorf("hold a form: %w", err)
	}
	held, err := box.Value()
	return fmt.Sprint(held), err
}

// release opens what hold has sealed, for an hour, and to nobody but its sender where that is known.
func (a *App) release(c *fiber.Ctx, held string) (t typed, ok bool) {
	var box vault.Sealed
	if held == "" || len(held) > 2*maxTyped || box.Scan(held) != nil {
		return t, false
	}
	text, err := a.deps.Vault.Open(box, typedPlace)
	if err != nil || json.Unmarshal([]byte(text), &t) != nil {
		return t, false
	}
	_, local := Local(t.To)
	mine := t.Who == "" || t.Who == Actor(c).ID
	return t, local && mine && a.deps.Clock().Before(t.Until)
}

func isSecret(name string) bool {
	return slices.ContainsFunc(secretFields, func(s string) bool { return name == s || strings.HasSuffix(name, "_"+s) })
}

// fromHere reports whether the browser says that a page of this site has sent the request. Saying nothing is not
// enough: another site must not have words put into somebody's mouth.
func (a *App) fromHere(c *fiber.Ctx) bool {
	said := c.Get("Sec-Fetch-Site") + c.Get(fiber.HeaderOrigin) + c.Get(fiber.HeaderReferer)
	return said != "" && c.Get("Sec-Fetch-Site") != "none" && a.checkOrigin(c) == nil
}

// Typed returns what was typed before a step and where it was sent to; ok is false for what was not carried here.
func Typed(c *fiber.Ctx, held string) (to string, fields url.Values, ok bool) {
	t, ok := visitOf(c).app.release(c, held)
	return t.To, t.Fields, ok
}

// Mine makes what was typed the reader's own, who has signed in meanwhile: nobody else's steps carry it on. It holds no
// longer than before; "" for what was not carried here.
func Mine(c *fiber.Ctx, held string) string {
	a := visitOf(c).app
	t, ok := a.release(c, held)
	if !ok {
		return ""
	}
	t.Who = Actor(c).ID
	held, err := a.hold(t)
	if err != nil {
		return ""
	}
	return held
}

// Enter makes the rest of the request that of the new session, so that the page that answers carries its token.
func Enter(c *fiber.Ctx, token string) bool {
	v := visitOf(c)
	in, err := v.app.deps.Sessions.Actor(c.UserContext(), token)
	if err != nil {
		return false
	}
	in.Actor.From, in.Actor.Req = v.from, v.id
	v.token, v.actor, v.secret, v.first, v.stale = token, in.Actor, in.Secret, in.First, in.Stale
	v.app.frame(c, v)
	return true
}
