package web

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"shanzhi/models"
)

// visitKey is where the visit lies in the locals of a request.
const visitKey = "visit"

// visit is what the kernel knows about one request.
type visit struct {
	app       *App
	id        string // request id
	from      string // address of the client
	began     time.Time
	route     *route // nil until one matched
	token     string // of the session, "" without
	actor     models.Actor
	secret    string
	first     models.Step // what must be done before anything else
	stale     bool        // the second factor was shown too long ago for a grave step
	form      url.Values
	files     map[string]File
	bodyRead  bool
	denied    bool   // refused, and the answer is a form
	asked     bool   // signIn has run
	formNonce string // of the anonymous form cookie

	surrounded bool // surround has run
}

// pattern is the registered path of the request, which holds no tokens; "none" where nothing matched.
func (v *visit) pattern() string {
	if v.route == nil {
		return "none"
	}
	return v.route.Path
}

// conn is the connection's side of a request, for the kernel itself and no longer than the request lasts.
func conn(c *fiber.Ctx) *fasthttp.RequestCtx {
	return c.Context() //nolint:forbidigo // the one place that reaches below Fiber
}

// visitOf returns the visit of the request; one that fasthttp refused before the kernel ran gets a fresh one.
func visitOf(c *fiber.Ctx) *visit {
	if v, ok := c.Locals(visitKey).(*visit); ok {
		return v
	}
	v := &visit{id: models.NewID()}
	c.Locals(visitKey, v)
	return v
}

// kernel surrounds every request: id, headers, time limit, panics, errors, compression, log and figures.
func (a *App) kernel(c *fiber.Ctx) error {
	v := &visit{app: a, began: a.deps.Clock(), from: a.clientAddr(c)}
	v.id = a.requestID(c)
	c.Locals(visitKey, v)
	a.headers(c, v)
	ctx, cancel := context.WithTimeout(context.Background(), a.cfg.HandlerTimeout)
	defer cancel()
	c.SetUserContext(ctx)
	err := twoLengths(c)
	if err == nil {
		err = a.guarded(c)
	}
	a.noteRefusal(c, v, err)
	if err != nil {
		a.fail(c, v, err)
	}
	compress(c)
	a.record(c, v)
	return nil
}

// twoLengths refuses a request that tells the length of its body and sends it in chunks, too: programs in front of this
// one may have believed the other (RFC 9112, 6.1).
func twoLengths(c *fiber.Ctx) error {
	h := &c.Request().Header
	if h.ContentLength() != -1 {
		return nil
	}
	raw := bytes.ToLower(h.RawHeaders())
	if bytes.HasPrefix(raw, []byte("content-length")) || bytes.Contains(raw, []byte("\ncontent-length")) {
		conn(c).SetConnectionClose()
		return errMalformed
	}
	return nil
}

// guarded runs the rest of the chain and turns a panic into an error.
func (a *App) guarded(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return c.Next()
}

// early answers what fasthttp refuses before the kernel runs: malformed, too large or too slow requests.
func (a *App) early(c *fiber.Ctx, err error) error {
	v := visitOf(c)
	v.app = a
	v.began = a.deps.Clock()
	v.from = conn(c).RemoteIP().String()
	a.headers(c, v)
	c.SetUserContext(context.Background())
	a.fail(c, v, err)
	conn(c).SetConnectionClose()
	a.record(c, v)
	return nil
}

var safeID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,40}$`)

// requestID takes over the id of a trusted proxy, else makes one.
func (a *App) requestID(c *fiber.Ctx) string {
	if id := c.Get(fiber.HeaderXRequestID); c.IsProxyTrusted() && safeID.MatchString(id) {
		return id
	}
	return models.NewID()
}

// clientAddr is the address the request came from: of the chain that trusted proxies report, the last address that is
// not itself a trusted proxy. Whatever a client writes in front of it is not looked at.
func (a *App) clientAddr(c *fiber.Ctx) string {
	peer := conn(c).RemoteIP().String()
	if !a.trusts(peer) {
		return peer
	}
	chain := strings.Split(c.Get(a.cfg.ProxyHeader), ",")
	for _, said := range slices.Backward(chain) {
		ip, err := netip.ParseAddr(strings.TrimSpace(said))
		if err != nil {
			break
		}
		if peer = ip.Unmap().String(); !a.trusts(peer) {
			break
		}
	}
	return peer
}

func (a *App) trusts(addr string) bool {
	ip, err := netip.ParseAddr(addr)
	if err != nil {
		return false
	}
	ip = ip.Unmap()
	for _, p := range a.proxies {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
