package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/models"
	"shanzhi/templates/ui"
)

const (
	typedToken = "web.typed" // purpose of the signed fields of a form that came after its session had ended
	typedLife  = time.Hour
	maxTyped   = 64 << 10 // bytes: no more is carried through the login
)

// secretFields are names of fields that are never shown again; a form with one of them is not carried at all.
var secretFields = []string{"password", "old", "new", "again", "secret", "code"}

// OnExpired is the page that asks somebody to log in whose form came after his session had ended; typed is what he
// typed, to be given to Typed after the login.
func (a *App) OnExpired(page func(c *fiber.Ctx, next, typed string) error) { a.expired = page }

// carry answers the form of somebody who is not signed in any more with the login, and keeps what was typed. Only what
// a page of this very site has sent is carried, and neither passwords nor files.
func (a *App) carry(c *fiber.Ctx, v *visit) bool {
	if a.expired == nil || v.route == nil || c.Method() != fiber.MethodPost || !a.fromHere(c) {
		return false
	}
	if a.readBody(c, v) != nil || len(v.form) == 0 || len(v.files) > 0 {
		return false
	}
	fields := url.Values{}
	for name, values := range v.form {
		switch {
		case name == ui.CSRFName:
		case isSecret(name):
			return false
		default:
			fields[name] = values
		}
	}
	text := c.OriginalURL() + "\n" + fields.Encode()
	if len(text) > maxTyped {
		return false
	}
	a.frame(c, v)
	if err := a.expired(c, back(c), a.deps.Vault.Token(typedToken, text, a.deps.Clock().Add(typedLife))); err != nil {
		a.deps.Log.Error("login page failed", "id", v.id, "err", err.Error())
		c.Response().ResetBody()
		return false
	}
	c.Status(fiber.StatusUnauthorized)
	return true
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

// Typed returns what was typed before the login and where it was sent to; ok is false for what was not carried here.
func Typed(c *fiber.Ctx, typed string) (to string, fields url.Values, ok bool) {
	a := visitOf(c).app
	text, err := a.deps.Vault.CheckToken(typedToken, typed, a.deps.Clock())
	if err != nil {
		return "", nil, false
	}
	to, query, _ := strings.Cut(text, "\n")
	fields, err = url.ParseQuery(query)
	if _, local := Local(to); err != nil || !local {
		return "", nil, false
	}
	return to, fields, true
}

// Enter makes the rest of the request that of the new session, so that the page that answers carries its token. It
// reports whether nothing must be done before anything else.
func Enter(c *fiber.Ctx, token string) bool {
	v := visitOf(c)
	in, err := v.app.deps.Sessions.Actor(c.UserContext(), token)
	if err != nil {
		return false
	}
	in.Actor.From, in.Actor.Req = v.from, v.id
	v.token, v.actor, v.secret, v.first, v.stale = token, in.Actor, in.Secret, in.First, in.Stale
	v.app.frame(c, v)
	return v.first == models.StepNone
}
