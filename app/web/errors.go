package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates"
	"shanzhi/templates/ui"
)

// refusal is an error of the kernel's own with its status.
type refusal struct {
	status int
	key    string
	args   map[string]any
	to     string      // with 303: where to
	step   models.Step // with 303: what must be done there first
}

func (r *refusal) Error() string { return strconv.Itoa(r.status) + " " + r.key }

// The refusals of the kernel.
var (
	errTooMany   = &refusal{status: fiber.StatusRequestEntityTooLarge, key: "error.too_many"}
	errTooSlow   = &refusal{status: fiber.StatusRequestTimeout, key: "account.too_slow"}
	errMalformed = &refusal{status: fiber.StatusBadRequest, key: "account.malformed"}
	errToken     = &refusal{status: fiber.StatusForbidden, key: "account.csrf"}
	errOrigin    = &refusal{status: fiber.StatusForbidden, key: "account.origin"}
	errReadOnly  = &refusal{status: fiber.StatusForbidden, key: "account.read_only"}
)

// tooLarge refuses what is larger than a route takes, and says how much that is: whole megabytes, at least one.
func tooLarge(limit int) error {
	return &refusal{
		status: fiber.StatusRequestEntityTooLarge, key: "error.too_large", args: fault.Args("max", max(1, limit>>20)),
	}
}

// stepPages are the pages of what must be done before anything else.
var stepPages = map[models.Step]string{
	models.StepProve: "/second-factor", models.StepPassword: "/password", models.StepEnrol: "/me/second-factor",
}

// before leads to what must be done first, and from there back.
func before(c *fiber.Ctx, step models.Step) error {
	to := stepPages[step]
	if next := onward(c); step == models.StepProve && next != "/" {
		to += "?" + url.Values{"next": {next}}.Encode()
	}
	return &refusal{status: fiber.StatusSeeOther, key: "account.must_change", to: to, step: step}
}

// statusOf is the one table from kinds to statuses.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return fiber.StatusUnprocessableEntity
	case fault.NotFound:
		return fiber.StatusNotFound
	case fault.Forbidden:
		return fiber.StatusForbidden
	case fault.Conflict:
		return fiber.StatusConflict
	case fault.Busy:
		return fiber.StatusServiceUnavailable
	case fault.Unsigned:
		return fiber.StatusUnauthorized
	case fault.Internal:
	}
	return fiber.StatusInternalServerError
}

// failure is an error ready to be shown.
type failure struct {
	status int
	key    string
	args   map[string]any
	to     string
	step   models.Step // that comes first
	err    error       // what to log, nil for a refusal
}

// troubles are the refusals in which an accident of the machine is hidden.
var troubles = []string{"error.database_away", "error.read_only", "error.disk_full"}

// failureOf reads what an error means to the reader.
func failureOf(err error) failure {
	if r, ok := errors.AsType[*refusal](err); ok {
		return failure{status: r.status, key: r.key, args: r.args, to: r.to, step: r.step}
	}
	if f, ok := errors.AsType[*fiber.Error](err); ok {
		return failureOfFiber(f)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return failure{status: fiber.StatusServiceUnavailable, key: "error.busy", err: err}
	}
	f := fault.Of(err)
	out := failure{status: statusOf(f.Kind), key: f.Key, args: f.Args}
	switch {
	case out.status == fiber.StatusInternalServerError:
		out.err, out.key = err, "error.internal"
	case f.Key == "error.gone":
		out.status = fiber.StatusGone
	case slices.Contains(troubles, f.Key):
		out.err = err // whoever looks after the house reads the accident in the log
	}
	return out
}

// failureOfFiber reads the errors of the router and of the server beneath it.
func failureOfFiber(f *fiber.Error) failure {
	switch f.Code {
	case fiber.StatusNotFound, fiber.StatusMethodNotAllowed:
		return failure{status: f.Code, key: "error.not_found"}
	case fiber.StatusRequestEntityTooLarge:
		return failure{status: f.Code, key: "error.too_many"}
	case fiber.StatusRequestHeaderFieldsTooLarge, fiber.StatusBadRequest, fiber.StatusBadGateway:
		if f.Code == fiber.StatusBadGateway { // a broken connection, as Fiber calls it
			f = &fiber.Error{Code: fiber.StatusBadRequest}
		}
		return failure{status: f.Code, key: "account.malformed"}
	case fiber.StatusRequestTimeout:
		return failure{status: f.Code, key: "account.too_slow"}
	}
	return failure{status: fiber.StatusInternalServerError, key: "error.internal", err: f}
}

// fail answers with the page of an error, logs an accident once, and never shows it.
func (a *App) fail(c *fiber.Ctx, v *visit, err error) {
	f := failureOf(err)
	if f.err != nil {
		a.deps.Log.Error("request failed", "id", v.id, "method", method(c), "route", v.pattern(), "err", f.err.Error())
	}
	c.Response().ResetBody()
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Response().Header.Del(fiber.HeaderETag)
	c.Response().Header.Del(fiber.HeaderContentDisposition)
	c.Status(f.status)
	if f.status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	if WantsJSON(c) {
		_ = c.JSON(map[string]any{"error": f.key, "request": v.id})
		return
	}
	if (f.step != models.StepNone || f.status == fiber.StatusUnauthorized) && a.carry(c, v, f.step) {
		return
	}
	if to := a.elsewhere(c, f); to != "" {
		c.Status(fiber.StatusSeeOther)
		c.Location(to)
		return
	}
	a.show(c, v, f)
}

// elsewhere is where a failure leads instead of a page: to the login, to the first password.
func (a *App) elsewhere(c *fiber.Ctx, f failure) string {
	switch {
	case f.to != "":
		return f.to
	case f.status == fiber.StatusUnauthorized && reads(c) && a.has("/login"):
		return "/login?" + url.Values{"next": {c.OriginalURL()}}.Encode()
	}
	return ""
}

// onward is where the button of an error page leads: to the page that failed, or back to the page whose form was
// refused, where the reader sees how things stand now.
func onward(c *fiber.Ctx) string {
	if to, ok := Local(back(c)); ok {
		return to
	}
	return "/"
}

// show renders the error page; when even that fails, a plain sentence.
func (a *App) show(c *fiber.Ctx, v *visit, f failure) {
	if !v.asked && v.form == nil && c.Method() != "" {
		_ = a.signIn(c, v) // an error page with the reader's menu is nicer, and goes without
	}
	a.frame(c, v)
	a.surround(c, v)
	view := ui.ErrorView{Status: f.status, Key: f.key, Args: f.args, RequestID: v.id, Href: onward(c)}
	switch f.status {
	case fiber.StatusUnauthorized:
		view.Login = true
	case fiber.StatusServiceUnavailable, fiber.StatusInternalServerError:
		view.Retry = reads(c)
	default:
		if reads(c) { // the page itself would only say the same again
			view.Href = "/"
		}
	}
	var page strings.Builder
	if err := templates.Render(c.UserContext(), &page, ui.ErrorPage(view)); err != nil {
		a.deps.Log.Error("error page failed", "id", v.id, "err", err.Error())
		c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
		_ = c.SendString(a.deps.Words.Printer("").T(f.key) + "\n" + v.id + "\n")
		return
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	_ = c.SendString(page.String())
}

// reads reports whether the request only asks for a page.
func reads(c *fiber.Ctx) bool { return c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead }

// WantsJSON reports whether the sender is a script that asked for JSON.
func WantsJSON(c *fiber.Ctx) bool {
	accept := c.Get(fiber.HeaderAccept)
	return strings.Contains(accept, fiber.MIMEApplicationJSON) && !strings.Contains(accept, fiber.MIMETextHTML)
}
