package web

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// The policy of every page: only our own files, no inline style or script, no frame around us.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// headers sets what every answer carries. The Referrer-Policy is same-origin, not no-referrer: under that one browsers
// send "Origin: null" with our own forms, and the check of the Origin would lose its worth.
func (a *App) headers(c *fiber.Ctx, v *visit) {
	c.Set(fiber.HeaderContentSecurityPolicy, contentPolicy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderXFrameOptions, "DENY")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set(fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderXRequestID, v.id)
	if a.secure(c) {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
}

// secure reports whether the reader reached us by https, directly or through a trusted proxy.
func (a *App) secure(c *fiber.Ctx) bool { return a.tls() || c.Protocol() == "https" }

// minCompressed is the size in bytes below which compression saves nothing.
const minCompressed = 1 << 10

// compress packs a text answer when the reader takes it. CSRF tokens are masked, so that its length tells nothing of
// them.
func compress(c *fiber.Ctx) {
	res := c.Response()
	if !text(res.Header.ContentType()) || res.IsBodyStream() || len(res.Header.ContentEncoding()) > 0 {
		return
	}
	res.Header.Add(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	body := res.Body()
	if len(body) < minCompressed {
		return
	}
	switch accepted(c) {
	case "br":
		res.SetBodyRaw(fasthttp.AppendBrotliBytesLevel(nil, body, fasthttp.CompressBrotliBestSpeed))
		res.Header.SetContentEncoding("br")
	case "gzip":
		res.SetBodyRaw(fasthttp.AppendGzipBytesLevel(nil, body, fasthttp.CompressBestSpeed))
		res.Header.SetContentEncoding("gzip")
	}
}

func text(mediaType []byte) bool {
	for _, t := range []string{"text/", "application/json", "image/svg+xml"} {
		if bytes.HasPrefix(mediaType, []byte(t)) {
			return true
		}
	}
	return false
}

// accepted returns "br", "gzip" or "" by the request's Accept-Encoding; a coding with q=0 is refused.
func accepted(c *fiber.Ctx) string {
	takes := map[string]bool{}
	for part := range strings.SplitSeq(c.Get(fiber.HeaderAcceptEncoding), ",") {
		coding, weight, weighed := strings.Cut(part, ";")
		_, q, _ := strings.Cut(weight, "=")
		n, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		takes[strings.ToLower(strings.TrimSpace(coding))] = !weighed || err == nil && n > 0
	}
	switch {
	case takes["br"]:
		return "br"
	case takes["gzip"]:
		return "gzip"
	}
	return ""
}
