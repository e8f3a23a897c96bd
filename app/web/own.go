package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/valyala/fasthttp"

	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/templates/static"
)

// own registers the kernel's own addresses. Those of machines have no frame and no door of a person.
func (a *App) own() {
	a.Post("/mode", policy.Anybody, a.setMode, Always)
	a.plain("/static/:name", a.asset)
	a.plain("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	a.plain("/readyz", a.ready)
	if a.cfg.MetricsToken != "" {
		handler := adaptor.HTTPHandler(a.MetricsHandler())
		a.plain("/metrics", func(c *fiber.Ctx) error {
			if !a.mayMeasure(c) {
				return fault.New(fault.NotFound, "error.not_found")
			}
			return handler(c)
		})
	}
}

// plain registers an address for everybody that shows no page.
func (a *App) plain(path string, h fiber.Handler) {
	r := &route{Route: Route{Method: fiber.MethodGet, Path: path, Action: policy.Anybody}}
	a.routes = append(a.routes, r.Route)
	a.fiber.Get(path, func(c *fiber.Ctx) error {
		v := visitOf(c)
		v.route = r
		if err := a.readBody(c, v); err != nil {
			return err
		}
		return h(c)
	})
}

// ready says whether the program can work: the database answers and is up to date.
func (a *App) ready(c *fiber.Ctx) error {
	if a.deps.Ready == nil {
		return c.SendString("ok\n")
	}
	if err := a.deps.Ready(c.UserContext()); err != nil {
		a.deps.Log.Error("not ready", "id", visitOf(c).id, "err", err.Error())
		return c.Status(fiber.StatusServiceUnavailable).SendString("not ready\n")
	}
	return c.SendString("ok\n")
}

// mayMeasure compares the bearer token in constant time.
func (a *App) mayMeasure(c *fiber.Ctx) bool {
	given, ok := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
	x, y := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(a.cfg.MetricsToken))
	return ok && subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// cache keeps the packed bytes of the static files, which are few and never change.
type cache struct {
	mu     sync.Mutex
	packed map[string][]byte // by coding and name
}

func newCache() *cache { return &cache{packed: map[string][]byte{}} }

// body returns the bytes of a file in the coding, packed once.
func (k *cache) body(coding, name string, plain []byte) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := coding + " " + name
	if b, ok := k.packed[key]; ok {
		return b
	}
	var b []byte
	if coding == "br" {
		b = fasthttp.AppendBrotliBytesLevel(nil, plain, fasthttp.CompressBrotliBestCompression)
	} else {
		b = fasthttp.AppendGzipBytesLevel(nil, plain, fasthttp.CompressBestCompression)
	}
	k.packed[key] = b
	return b
}

// asset serves an embedded file; its name holds a fingerprint of its bytes, so a browser may keep it for ever.
func (a *App) asset(c *fiber.Ctx) error {
	name := Param(c, "name")
	f, ok := static.Open(name)
	if !ok {
		return fault.New(fault.NotFound, "error.not_found")
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, f.Type)
	c.Set(fiber.HeaderETag, f.ETag)
	if known(c, f.ETag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	coding := accepted(c)
	if !text([]byte(f.Type)) || coding == "" || len(f.Body) < minCompressed {
		return c.Send(f.Body)
	}
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderContentEncoding, coding)
	return c.Send(a.static.body(coding, name, f.Body))
}
