// Package web is the HTTP kernel: Fiber on fasthttp with its limits, headers, sessions, CSRF tokens, forms and errors.
//
// A handler is registered with the action of package policy that opens its door; what a handler returns as an error
// becomes a page in the reader's language. Nothing below this room and package pages knows HTTP.
package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/policy"
	"shanzhi/models/vault"
	"shanzhi/templates/i18n"
	"shanzhi/templates/ui"
)

// Config holds the settings of the kernel. A zero value takes the default named beside it.
type Config struct {
	BodyLimit      int           // bytes of a request body, 1 MB
	HeaderLimit    int           // bytes of the request line and headers, 16 KB
	ReadTimeout    time.Duration // for a whole request, 30 s
	UploadTimeout  time.Duration // for a whole request to a route with Upload, 5 min
	WriteTimeout   time.Duration // for a whole answer, 60 s
	LargeTimeout   time.Duration // for a whole answer of a route with Large, 15 min
	IdleTimeout    time.Duration // between two requests of a connection, 75 s
	HandlerTimeout time.Duration // of the context a handler works under, 30 s
	TrustedProxies []string      // addresses or CIDR ranges whose X-Forwarded-… headers are believed; none
	ProxyHeader    string        // header in which they name the client, X-Forwarded-For
	Secure         bool          // people reach the site by https although this program speaks http (a proxy in front)
	TLSCert        string        // file of the certificate chain; "" = no TLS
	TLSKey         string        // file of its private key
	MetricsToken   string        // bearer token that opens /metrics; "" = it is not here (see MetricsHandler)
}

func (c Config) withDefaults() Config {
	set(&c.BodyLimit, 1<<20)
	set(&c.HeaderLimit, 16<<10)
	set(&c.ReadTimeout, 30*time.Second)
	set(&c.UploadTimeout, 5*time.Minute)
	set(&c.WriteTimeout, time.Minute)
	set(&c.LargeTimeout, 15*time.Minute)
	set(&c.IdleTimeout, 75*time.Second)
	set(&c.HandlerTimeout, 30*time.Second)
	set(&c.ProxyHeader, fiber.HeaderXForwardedFor)
	return c
}

func set[T comparable](field *T, fallback T) {
	var zero T
	if *field == zero {
		*field = fallback
	}
}

// Sessions tells who is behind a session token.
type Sessions interface {
	// Actor returns the person of the session with the roles held today, the secret of the session's CSRF tokens, and
	// what must be done before anything else. Fault: Unsigned when the session is gone.
	Actor(ctx context.Context, token string) (models.SignedIn, error)
	// Looked notes that somebody who only reads for a time has seen a page: its route, its address without the query,
	// and what the page is about ("" = a list).
	Looked(ctx context.Context, actor models.Actor, path, about string) error
	// Refused notes that somebody was refused: the action, the method with the pattern of the route, and the id of
	// what it was about ("" = none).
	Refused(ctx context.Context, actor models.Actor, do policy.Action, route, about string) error
}

// Site is who answers for the site, and whether its data is made up.
type Site struct {
	ui.Site
	Demo bool
}

// Deps are what the kernel works with. Site, Unread and Ready may be nil.
type Deps struct {
	Sessions Sessions
	Words    *i18n.Bundle
	Vault    *vault.Vault // signs the tokens of forms of people without an account
	Clock    clock.Clock
	Log      *slog.Logger
	Site     func(ctx context.Context) (Site, error)
	Unread   func(ctx context.Context, personID string) (int, error) // notices that wait to be read
	Ready    func(ctx context.Context) error
}

// App is the web server. Register routes before Serve.
type App struct {
	cfg     Config
	deps    Deps
	fiber   *fiber.App
	proxies []netip.Prefix
	routes  []Route
	uploads []string // patterns of the routes with Upload
	larges  []string // and of those with Large
	metrics *metrics
	held    func(c *fiber.Ctx, step models.Step, next, held string) error // see OnHeld
	noted   noted                                                         // refusals that were written down
	static  *cache
}

// New returns the kernel with /mode, /static, /healthz, /readyz and, with a token, /metrics.
//
// Errors: a trusted proxy that is no address and no range; a missing dependency; only one of certificate and key.
func New(cfg Config, deps Deps) (*App, error) {
	if deps.Sessions == nil || deps.Words == nil || deps.Vault == nil || deps.Clock == nil || deps.Log == nil {
		return nil, errors.New("web: a dependency is missing")
	}
	if (cfg.TLSCert == "") != (cfg.TLSKey == "") {
		return nil, errors.New("web: certificate and key belong together")
	}
	a := &App{cfg: cfg.withDefaults(), deps: deps, metrics: newMetrics(), static: newCache()}
	var err error
	if a.proxies, err = prefixes(cfg.TrustedProxies); err != nil {
		return nil, err
	}
	a.fiber = fiber.New(fiber.Config{
		AppName:                      "shanzhi",
		Immutable:                    true, // what a handler keeps must not change with the next request
		StrictRouting:                false,
		CaseSensitive:                true,
		UnescapePath:                 true,
		BodyLimit:                    a.cfg.BodyLimit,
		StreamRequestBody:            true, // so that too large a body can be answered with a page; readBody counts
		DisablePreParseMultipartForm: true,
		ReadBufferSize:               a.cfg.HeaderLimit,
		ReadTimeout:                  a.cfg.ReadTimeout,
		WriteTimeout:                 a.cfg.WriteTimeout,
		IdleTimeout:                  a.cfg.IdleTimeout,
		EnableTrustedProxyCheck:      true,
		TrustedProxies:               cfg.TrustedProxies,
		DisableStartupMessage:        true,
		ErrorHandler:                 a.early,
	})
	a.fiber.Server().CloseOnShutdown = true
	a.fiber.Server().HeaderReceived = a.patience
	a.wrap()
	a.fiber.Use(a.kernel)
	a.own()
	return a, nil
}

// wrap gives the few answers that Fiber makes past every handler, such as to an unknown method, the headers of all
// others.
func (a *App) wrap() {
	server := a.fiber.Server()
	inner := server.Handler
	server.Handler = func(ctx *fasthttp.RequestCtx) {
		inner(ctx)
		if h := &ctx.Response.Header; len(h.Peek(fiber.HeaderContentSecurityPolicy)) == 0 {
			h.Set(fiber.HeaderContentSecurityPolicy, contentPolicy)
			h.Set(fiber.HeaderXContentTypeOptions, "nosniff")
			h.Set(fiber.HeaderCacheControl, "no-store")
		}
	}
}

func prefixes(list []string) ([]netip.Prefix, error) {
	out := make([]netip.Prefix, 0, len(list))
	for _, s := range list {
		if ip, err := netip.ParseAddr(s); err == nil {
			out = append(out, netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("web: trusted proxy %q is no address and no range", s)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// Serve answers requests on ln, over TLS 1.2 or later when a certificate is set, until Shutdown.
func (a *App) Serve(ln net.Listener) error {
	if a.cfg.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(a.cfg.TLSCert, a.cfg.TLSKey)
		if err != nil {
			return fmt.Errorf("load certificate: %w", err)
		}
		ln = tls.NewListener(ln, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}})
	}
	if err := a.fiber.Listener(ln); err != nil {
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	}
	return nil
}

// Shutdown stops listening, lets running requests end and closes idle connections; at the end of ctx it gives up.
func (a *App) Shutdown(ctx context.Context) error {
	if err := a.fiber.ShutdownWithContext(ctx); err != nil {
		return fmt.Errorf("shut down web server: %w", err)
	}
	return nil
}

// Test answers one request without a listener, for tests; the request needs a Host.
func (a *App) Test(req *http.Request) (*http.Response, error) { return a.fiber.Test(req, -1) }

// patience gives the body of an upload, and a large answer, more time than others have.
func (a *App) patience(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	path, _, _ := strings.Cut(string(h.RequestURI()), "?")
	for _, pattern := range a.uploads {
		if h.IsPost() && fiber.RoutePatternMatch(path, pattern) {
			return fasthttp.RequestConfig{ReadTimeout: a.cfg.UploadTimeout}
		}
	}
	for _, pattern := range a.larges {
		if fiber.RoutePatternMatch(path, pattern) {
			return fasthttp.RequestConfig{WriteTimeout: a.cfg.LargeTimeout}
		}
	}
	return fasthttp.RequestConfig{}
}

// tls reports whether this program itself speaks https, or is told that a proxy does for everybody.
func (a *App) tls() bool { return a.cfg.Secure || a.cfg.TLSCert != "" }
