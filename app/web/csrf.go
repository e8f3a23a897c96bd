package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/templates/ui"
)

const (
	csrfHeader = "X-CSRF-Token"
	formToken  = "web.form" // purpose of the signed token of forms without an account
	formLife   = 12 * time.Hour
	maskSize   = 16
)

var b64 = base64.RawURLEncoding

// token makes the CSRF token of a page: a fresh mask and the HMAC of the mask under a secret, so that no two pages
// carry the same bytes. The secret is the session's; without one it is the form cookie, and the vault signs the token.
func (a *App) token(c *fiber.Ctx, v *visit) string {
	if v.secret != "" {
		return masked(v.secret)
	}
	if v.formNonce == "" {
		v.formNonce = a.formCookie(c)
	}
	return a.deps.Vault.Token(formToken, masked(v.formNonce), a.deps.Clock().Add(formLife))
}

func masked(secret string) string {
	mask := make([]byte, maskSize)
	_, _ = rand.Read(mask) // crypto/rand.Read never fails
	return b64.EncodeToString(append(mask, seal(secret, mask)...))
}

// fits reports whether a masked token was made with the secret.
func fits(given, secret string) bool {
	raw, err := b64.DecodeString(given)
	return err == nil && secret != "" && len(raw) == maskSize+sha256.Size &&
		hmac.Equal(raw[maskSize:], seal(secret, raw[:maskSize]))
}

// formCookie returns the random text of the form cookie, a new one when there is none.
func (a *App) formCookie(c *fiber.Ctx) string {
	if old := a.cookie(c, "form"); len(old) >= 22 && len(old) <= 64 {
		return old
	}
	nonce := rand.Text() // 26 characters, 130 random bits
	a.setCookie(c, "form", nonce, 0)
	return nonce
}

func seal(secret string, mask []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(mask)
	return h.Sum(nil)
}

// checkToken refuses a POST that was not sent from a page of ours to the same person.
func (a *App) checkToken(c *fiber.Ctx, v *visit) error {
	if v.route.byLink {
		return nil
	}
	given := v.form.Get(ui.CSRFName)
	if given == "" {
		given = c.Get(csrfHeader)
	}
	if given == "" {
		return errToken
	}
	if v.secret != "" {
		if !fits(given, v.secret) {
			return errToken
		}
		return nil
	}
	inner, err := a.deps.Vault.CheckToken(formToken, given, a.deps.Clock())
	if err != nil || !fits(inner, a.cookie(c, "form")) {
		return errToken
	}
	return nil
}

// checkOrigin refuses a POST that a browser says comes from another site. A sender that says nothing is no browser of
// these years, and is left to the token.
func (a *App) checkOrigin(c *fiber.Ctx) error {
	switch c.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return nil
	case "":
	default:
		return errOrigin
	}
	from := c.Get(fiber.HeaderOrigin)
	if from == "" {
		from = c.Get(fiber.HeaderReferer)
	}
	if from == "" {
		return nil
	}
	u, err := url.Parse(from)
	if err != nil || u.Host == "" || !strings.EqualFold(u.Host, c.Hostname()) {
		return errOrigin
	}
	return nil
}
