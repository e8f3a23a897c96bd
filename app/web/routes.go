package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/utils"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/ui"
)

// Route is one registered address with the action that opens its door.
type Route struct {
	Method, Path string
	Action       policy.Action
	Act          string // what it leads to, by its name in the audit log, where that may be grave; "" elsewhere
}

// Option changes how a route is treated.
type Option func(*route)

// route is a registered route with its options.
type route struct {
	Route
	audience string
	byLink   bool
	during   []models.Step
	always   bool
	others   bool
	large    bool
	limit    int // bytes of the body; 0 = the limit of the house
}

// Resident shows the pages of the route in the colours for residents.
func Resident(r *route) { r.audience = ui.Resident }

// ByLink takes the route's POST without a CSRF token: its unguessable address is the right to send it. The Origin is
// still checked.
func ByLink(r *route) { r.byLink = true }

// During keeps the route open to somebody who must do one of the steps before anything else.
func During(steps ...models.Step) Option { return func(r *route) { r.during = steps } }

// Always takes the route's POST from somebody who otherwise only reads, too: it is about himself alone.
func Always(r *route) { r.always = true }

// OfOthers notes the looks of an inspector at a page that is open to whoever is signed in: it shows things about
// others.
func OfOthers(r *route) { r.others = true }

// Act names what the route does or leads to, as the audit log will: before a grave act (see policy.Grave) whoever has a
// second factor is asked for it again when it was shown long ago.
func Act(name string) Option { return func(r *route) { r.Act = name } }

// Upload lets the route's body have up to limit bytes and more time to arrive.
func Upload(limit int) Option { return func(r *route) { r.limit = limit } }

// Large gives the route's answer more time to be sent: a package of many files on a slow line.
func Large(r *route) { r.large = true }

// Get registers a page.
func (a *App) Get(path string, do policy.Action, h fiber.Handler, opts ...Option) {
	a.add(fiber.MethodGet, path, do, h, opts)
}

// Post registers an address that changes something.
func (a *App) Post(path string, do policy.Action, h fiber.Handler, opts ...Option) {
	a.add(fiber.MethodPost, path, do, h, opts)
}

// Routes lists every registered address, for the table of routes and roles.
func (a *App) Routes() []Route { return slices.Clone(a.routes) }

// add is the only way to a route. It panics on an action without a row in the policy: such a route would be closed to
// everybody, and that is a mistake of the program.
func (a *App) add(method, path string, do policy.Action, h fiber.Handler, opts []Option) {
	if !slices.Contains(policy.Actions(), do) {
		panic("web: route " + path + " has an unknown action " + string(do))
	}
	r := &route{Route: Route{Method: method, Path: path, Action: do}}
	for _, o := range opts {
		o(r)
	}
	a.routes = append(a.routes, r.Route)
	if r.limit > 0 {
		a.uploads = append(a.uploads, path)
	}
	if r.large {
		a.larges = append(a.larges, path)
	}
	handler := func(c *fiber.Ctx) error { return a.serve(c, r, h) }
	if method == fiber.MethodGet {
		a.fiber.Get(path, handler) // and HEAD
		return
	}
	a.fiber.Add(method, path, handler)
}

// serve opens the door of the route, reads the body and checks where it comes from, then runs the handler.
func (a *App) serve(c *fiber.Ctx, r *route, h fiber.Handler) error {
	v := visitOf(c)
	v.route = r
	if err := a.enter(c, v); err != nil {
		return err
	}
	if err := a.readBody(c, v); err != nil {
		return err
	}
	if c.Method() == fiber.MethodPost {
		if err := a.checkOrigin(c); err != nil {
			return err
		}
		if err := a.checkToken(c, v); err != nil {
			return err
		}
	}
	a.frame(c, v)
	if err := h(c); err != nil {
		return err
	}
	return a.looked(c, v)
}

// looked notes what somebody has seen who reads for a time and whose every look is kept. A page that cannot be noted is
// not shown.
func (a *App) looked(c *fiber.Ctx, v *visit) error {
	personal := v.route.others || policy.Personal(v.route.Action)
	if !reads(c) || !personal || !v.actor.Has(models.RoleInspector) || c.Response().StatusCode() != fiber.StatusOK {
		return nil
	}
	about := ""
	if names := c.Route().Params; len(names) > 0 {
		about = Param(c, names[len(names)-1])
	}
	return a.deps.Sessions.Looked(c.UserContext(), v.actor, utils.CopyString(c.Path()), about)
}

// enter finds out who asks and whether the door is open to them.
func (a *App) enter(c *fiber.Ctx, v *visit) error {
	if err := a.signIn(c, v); err != nil {
		return err
	}
	do := v.route.Action
	if v.first != models.StepNone && do != policy.Anybody && !slices.Contains(v.route.during, v.first) {
		return before(c, v.first)
	}
	if !policy.May(v.actor, do) {
		if v.actor.ID == "" {
			return fault.New(fault.Unsigned, "error.unsigned")
		}
		return fault.New(fault.Forbidden, "error.forbidden")
	}
	if !reads(c) && !v.route.always && !policy.MayChange(v.actor, do) {
		return errReadOnly
	}
	return Ensure(c, v.route.Act)
}

// Ensure asks whoever has a second factor for it again when an act is grave and it was shown long ago. Routes that name
// their act need not call it.
func Ensure(c *fiber.Ctx, act string) error {
	if visitOf(c).stale && policy.Grave(act) {
		return before(c, models.StepProve)
	}
	return nil
}

// has reports whether an address is registered for GET.
func (a *App) has(path string) bool {
	return slices.ContainsFunc(a.routes, func(r Route) bool {
		return r.Method == fiber.MethodGet && strings.EqualFold(r.Path, path)
	})
}
