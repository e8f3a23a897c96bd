package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/utils"

	"shanzhi/templates"
	"shanzhi/templates/i18n"
	"shanzhi/templates/ui"
)

const (
	flashToken = "web.flash" // purpose of the signed note of the request before
	flashLife  = 5 * time.Minute
)

// Context returns the context of the request: it carries the frame of the page and ends with the handler's time. Pass
// it to doors and templates.
func Context(c *fiber.Ctx) context.Context { return c.UserContext() }

// Words returns the printer of the reader's language.
func Words(c *fiber.Ctx) *i18n.Printer { return ui.P(c.UserContext()) }

// Param returns a parameter of the path, decoded; it may be kept.
func Param(c *fiber.Ctx, name string) string { return utils.CopyString(c.Params(name)) }

// Query returns the query of the address; what cannot be read is left out.
func Query(c *fiber.Ctx) url.Values {
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil && q == nil {
		return url.Values{}
	}
	return q
}

// Page answers with a page. The note of the request before is shown on it once.
func Page(c *fiber.Ctx, status int, page templ.Component) error {
	v := visitOf(c)
	v.app.surround(c, v)
	ctx := c.UserContext()
	if flash := v.app.takeFlash(c); flash != nil {
		f := ui.FrameOf(ctx)
		f.Flash = flash
		ctx = ui.WithFrame(ctx, f)
	}
	var b strings.Builder
	if err := templates.Render(ctx, &b, page); err != nil {
		return fmt.Errorf("render %s: %w", v.pattern(), err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(status).SendString(b.String())
}

// See leads on to another page of this site after a POST (303); any other address leads home.
func See(c *fiber.Ctx, to string) error {
	to, ok := Local(to)
	if !ok {
		to = "/"
	}
	c.Status(fiber.StatusSeeOther)
	c.Location(to)
	return nil
}

// JSON answers a script or a machine.
func JSON(c *fiber.Ctx, status int, value any) error {
	if err := c.Status(status).JSON(value); err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	return nil
}

// note is what a flash cookie holds: a message key with its arguments.
type note struct {
	Kind ui.Kind        `json:"k"`
	Key  string         `json:"t"`
	Args map[string]any `json:"a,omitempty"`
}

// Flash shows a note on the next page; pairs are the named arguments of the message.
func Flash(c *fiber.Ctx, kind ui.Kind, key string, pairs ...any) {
	n := note{Kind: kind, Key: key, Args: map[string]any{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Args[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	text, err := json.Marshal(n)
	if err != nil || len(text) > 2<<10 {
		return // a note too long for a cookie is not worth an error
	}
	a := visitOf(c).app
	a.setCookie(c, "flash", a.deps.Vault.Token(flashToken, string(text), a.deps.Clock().Add(flashLife)), flashLife)
}

// takeFlash returns the note of the request before, once.
func (a *App) takeFlash(c *fiber.Ctx) *ui.Flash {
	given := a.cookie(c, "flash")
	if given == "" {
		return nil
	}
	a.setCookie(c, "flash", "", -1)
	text, err := a.deps.Vault.CheckToken(flashToken, given, a.deps.Clock())
	if err != nil {
		return nil
	}
	var n note
	if json.Unmarshal([]byte(text), &n) != nil {
		return nil
	}
	return &ui.Flash{Kind: n.Kind, Text: Words(c).T(n.Key, n.Args)}
}

// Download is a file to hand out unchanged.
type Download struct {
	Name   string // as the reader will find it, any characters
	Type   string // media type
	Body   []byte
	ETag   string // fingerprint of the bytes without quotes, "" = none
	Inline bool   // shown by the browser instead of saved
}

// Send hands out a file; 304 when the reader has it already.
func Send(c *fiber.Ctx, d Download) error {
	c.Set(fiber.HeaderContentType, d.Type)
	c.Set(fiber.HeaderContentDisposition, disposition(d))
	if d.ETag != "" {
		tag := `"` + d.ETag + `"`
		c.Set(fiber.HeaderCacheControl, "private, no-cache")
		c.Set(fiber.HeaderETag, tag)
		if known(c, tag) {
			return c.SendStatus(fiber.StatusNotModified)
		}
	}
	return c.Send(d.Body)
}

// disposition names the file twice (RFC 6266): for old readers in ASCII, for all others in UTF-8.
func disposition(d Download) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '/' || r == '%' {
			return '_'
		}
		return r
	}, d.Name)
	how := "attachment"
	if d.Inline {
		how = "inline"
	}
	name := strings.ReplaceAll(url.QueryEscape(d.Name), "+", "%20")
	return how + `; filename="` + plain + `"; filename*=UTF-8''` + name
}

// known reports whether the reader's copies include the one with the tag.
func known(c *fiber.Ctx, tag string) bool {
	for have := range strings.SplitSeq(c.Get(fiber.HeaderIfNoneMatch), ",") {
		if have = strings.TrimPrefix(strings.TrimSpace(have), "W/"); have == tag || have == "*" {
			return true
		}
	}
	return false
}
