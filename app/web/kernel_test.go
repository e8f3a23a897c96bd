package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
	"shanzhi/templates/i18n"
	"shanzhi/templates/ui"
)

// people is a register of sessions by token.
type people map[string]models.Actor

func (p people) Actor(_ context.Context, token string) (models.SignedIn, error) {
	a, ok := p[token]
	if !ok {
		return models.SignedIn{}, fault.New(fault.Unsigned, "error.unsigned")
	}
	in := models.SignedIn{Actor: a, Secret: "secret of " + token, Stale: token == "stale"}
	if token == "first" {
		in.First = models.StepPassword
	}
	return in, nil
}

func (people) Looked(context.Context, models.Actor, string, string) error { return nil }

// Refused keeps what was refused under the name of the person, for the test that has such an entry.
func (p people) Refused(_ context.Context, who models.Actor, do policy.Action, route, about string) error {
	if _, ok := p["refused "+who.ID]; !ok {
		return nil
	}
	p["refused "+who.ID] = models.Actor{Name: p["refused "+who.ID].Name + string(do) + "|" + route + "|" + about + ";"}
	return nil
}

// log is a buffer for several writers.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func at(role models.Role) []models.Grant {
	return []models.Grant{{Role: role, UnitID: "U", UnitPath: "/U/"}}
}

// kernel returns an app with a few routes and its log.
func kernel(t *testing.T, cfg web.Config, routes func(app *web.App)) (*web.App, *log) {
	t.Helper()
	return kernelOf(t, cfg, people{}, testkit.Still(), routes)
}

// kernelOf returns it with the given register, to which the sessions are added, and clock.
func kernelOf(
	t *testing.T, cfg web.Config, register people, now clock.Clock, routes func(app *web.App),
) (*web.App, *log) {
	t.Helper()
	maps.Copy(register, people{
		"cadre": {ID: "P1", Name: "周晓岚", Grants: at(models.RoleCadre)},
		"other": {ID: "P2", Name: "李强", Grants: at(models.RoleCadre)},
		"first": {ID: "P3", Name: "王芳", Grants: at(models.RoleCadre)},
		"audit": {ID: "P4", Name: "赵敏", Grants: at(models.RoleAudit)},
	})
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	out := &log{}
	app, err := web.New(cfg, web.Deps{
		Sessions: register, Words: words, Vault: v, Clock: now, Log: slog.New(slog.NewTextHandler(out, nil)),
		Site: func(context.Context) (web.Site, error) {
			return web.Site{Site: ui.Site{Name: "青禾县", Organizer: "青禾县委组织部"}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	app.Get("/login", policy.Anybody, page)
	app.Post("/login", policy.Anybody, page)
	app.Get("/", policy.Signed, page)
	app.Post("/change", policy.Signed, page)
	app.Get("/learn", policy.LearnTake, page)
	app.Get("/admin/audit", policy.AdminAudit, page)
	app.Get("/password", policy.Signed, page, web.During(models.StepPassword))
	app.Get("/fail/:kind", policy.Anybody, fail)
	app.Post("/fail/:kind", policy.Anybody, fail)
	app.Post("/upload", policy.Anybody, upload, web.Upload(3<<20))
	app.Get("/r/:token", policy.Anybody, page, web.Resident)
	app.Post("/r/:token", policy.Anybody, page, web.Resident, web.ByLink)
	if routes != nil {
		routes(app)
	}
	return app, out
}

func page(c *fiber.Ctx) error {
	return web.Page(c, fiber.StatusOK, ui.ErrorPage(ui.ErrorView{Status: 200, Key: "app.name", Href: "/"}))
}

func upload(c *fiber.Ctx) error {
	f, err := web.GetFile(c, "file")
	if err != nil {
		return err
	}
	return web.JSON(c, fiber.StatusOK, map[string]any{"name": f.Name, "size": len(f.Body), "note": web.Form(c).Get("note")})
}

func fail(c *fiber.Ctx) error {
	switch web.Param(c, "kind") {
	case "invalid":
		return fault.Wrong(fault.On("x", "form.required"))
	case "missing":
		return fault.New(fault.NotFound, "error.not_found")
	case "forbidden":
		return fault.New(fault.Forbidden, "error.forbidden")
	case "conflict":
		return fault.New(fault.Conflict, "error.conflict")
	case "busy":
		return fault.New(fault.Busy, "error.busy")
	case "gone":
		return fault.New(fault.NotFound, "error.gone")
	case "slow":
		return context.DeadlineExceeded
	case "panic":
		panic("the secret inside")
	}
	return errors.New("the secret inside")
}

// listen serves the app on a loopback port and returns its address.
func listen(t *testing.T, app *web.App) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- app.Serve(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = app.Shutdown(ctx)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

// talk writes raw bytes and returns everything the server answers until it closes the connection or wait is over.
func talk(t *testing.T, addr, raw string, wait time.Duration) (answer string, closed bool) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(wait)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, raw); err != nil && !strings.Contains(err.Error(), "reset") &&
		!strings.Contains(err.Error(), "broken pipe") {
		t.Fatal(err)
	}
	b, err := io.ReadAll(conn)
	ne, timeout := errors.AsType[net.Error](err)
	return string(b), err == nil || !timeout || !ne.Timeout()
}
