package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/models"
	"shanzhi/models/fault"
)

// cookieName is the name of one of our cookies: over https with the prefix that ties it to this host and to https.
func (a *App) cookieName(c *fiber.Ctx, name string) string {
	if a.secure(c) {
		return "__Host-sz_" + name
	}
	return "sz_" + name
}

// setCookie sets one of our cookies; it lasts until the browser closes unless life is given. A life below zero deletes
// it.
func (a *App) setCookie(c *fiber.Ctx, name, value string, life time.Duration) {
	k := &fiber.Cookie{
		Name: a.cookieName(c, name), Value: value, Path: "/", HTTPOnly: true, Secure: a.secure(c),
		SameSite: fiber.CookieSameSiteLaxMode, SessionOnly: life == 0,
	}
	if life != 0 {
		k.MaxAge = int(life / time.Second)
		k.Expires = a.deps.Clock().Add(life)
	}
	if life < 0 {
		k.MaxAge, k.Expires = 0, time.Unix(0, 0).UTC()
	}
	c.Cookie(k)
}

func (a *App) cookie(c *fiber.Ctx, name string) string { return c.Cookies(a.cookieName(c, name)) }

// maxToken is the longest session token that is looked up, in bytes.
const maxToken = 128

// signIn finds the actor of the request. A session that is gone makes a nobody, and its cookie is taken away.
func (a *App) signIn(c *fiber.Ctx, v *visit) error {
	v.asked = true
	v.actor = models.Actor{From: v.from, Req: v.id}
	token := a.cookie(c, "session")
	if token == "" || len(token) > maxToken {
		return nil
	}
	in, err := a.deps.Sessions.Actor(c.UserContext(), token)
	switch {
	case fault.Is(err, fault.Unsigned):
		a.setCookie(c, "session", "", -1)
		return nil
	case err != nil:
		return err
	}
	in.Actor.From, in.Actor.Req = v.from, v.id
	v.token, v.actor, v.secret, v.first, v.stale = token, in.Actor, in.Secret, in.First, in.Stale
	return nil
}

// Actor returns who asks; its ID is "" when nobody is signed in. From and Req are always set.
func Actor(c *fiber.Ctx) models.Actor { return visitOf(c).actor }

// MustChange reports whether the first password must be changed before anything else.
func MustChange(c *fiber.Ctx) bool { return visitOf(c).first == models.StepPassword }

// First returns what must be done before anything else.
func First(c *fiber.Ctx) models.Step { return visitOf(c).first }

// Session returns the token of the session the request came with, "" without one.
func Session(c *fiber.Ctx) string { return visitOf(c).token }

// SetSession gives the browser a new session, in place of the one it had.
func SetSession(c *fiber.Ctx, token string) {
	a := visitOf(c).app
	a.setCookie(c, "session", token, 0)
	a.setCookie(c, "form", "", -1)
}

// DropSession takes the session away from the browser.
func DropSession(c *fiber.Ctx) {
	v := visitOf(c)
	v.app.setCookie(c, "session", "", -1)
	v.actor = models.Actor{From: v.from, Req: v.id}
	v.token, v.secret, v.first, v.stale = "", "", models.StepNone, false
}
