package web_test

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/app/web/webtest"
	"shanzhi/models/policy"
	"shanzhi/models/testkit"
	"shanzhi/templates/static"
	"shanzhi/templates/ui"
)

func client(t *testing.T, app *web.App, session string) *webtest.Client {
	t.Helper()
	c := webtest.New(t, app)
	if session != "" {
		c.SetCookie("sz_session", session)
	}
	return c
}

func TestEveryFaultBecomesItsStatus(t *testing.T) {
	t.Parallel()
	app, out := kernel(t, web.Config{}, nil)
	c := client(t, app, "")
	for kind, status := range map[string]int{
		"invalid": 422, "missing": 404, "forbidden": 403, "conflict": 409, "busy": 503, "gone": 410, "slow": 503,
		"panic": 500, "accident": 500,
	} {
		p := c.Get("/fail/" + kind)
		p.Want(status)
		if p.Count("h1") != 1 {
			t.Errorf("%s: no page", kind)
		}
		if strings.Contains(string(p.Body), "secret") {
			t.Errorf("%s: the accident is shown", kind)
		}
		if status == 503 && p.Header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", kind)
		}
		if id := p.Header.Get("X-Request-Id"); status == 500 && !strings.Contains(string(p.Body), id) {
			t.Errorf("%s: the page does not tell the number %s", kind, id)
		}
		if p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: may be cached", kind)
		}
	}
	// The button of an error page tries again what failed for the moment, and leaves what is no use to try.
	for path, to := range map[string]string{"/fail/busy": "/fail/busy", "/fail/conflict": "/"} {
		c.Get(path).Has("a.btn-main[href]", to)
	}
	c.Header = map[string]string{"Referer": "http://shanzhi.test/serve/cases/1"}
	c.Post("/fail/conflict", nil).Has("a.btn-main[href]", "/serve/cases/1") // back to the form that was refused
	c.Header = nil
	if n := strings.Count(out.String(), "the secret inside"); n != 2 {
		t.Errorf("two accidents are logged %d times", n)
	}
	if p := c.Get("/nowhere"); p.Status != 404 || p.Count("h1") != 1 {
		t.Errorf("unknown path: %d", p.Status)
	}
	if p := c.Post("/learn", nil); p.Status != 405 {
		t.Errorf("unknown method: %d", p.Status)
	}
	p := c.JSON("/fail/conflict", url.Values{})
	p.Want(409)
	var answer struct{ Error string }
	if p.Decode(&answer); answer.Error != "error.conflict" {
		t.Errorf("JSON error is %q", answer.Error)
	}
}

func TestDoors(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{}, nil)
	nobody := client(t, app, "")
	if p := nobody.Get("/learn?x=1"); p.Status != 303 || p.Location() != "/login?next=%2Flearn%3Fx%3D1" {
		t.Errorf("nobody at /learn: %d %s", p.Status, p.Location())
	}
	nobody.Get("/login").Want(200)
	nobody.Post("/change", nil).Want(401)
	nobody.JSON("/change", nil).Want(401)
	client(t, app, "cadre").Get("/learn").Want(200)
	client(t, app, "cadre").Get("/admin/audit").Want(403)
	client(t, app, "audit").Get("/admin/audit").Want(200)
	gone := client(t, app, "no such session")
	gone.Get("/learn").Want(303)
	if gone.Cookie("sz_session") != "" {
		t.Error("the cookie of a session that is gone stays")
	}
	first := client(t, app, "first")
	if p := first.Get("/learn"); p.Status != 303 || p.Location() != "/password" {
		t.Errorf("first password at /learn: %d %s", p.Status, p.Location())
	}
	first.Get("/password").Want(200)
	first.Get("/r/x").Want(200)
	defer func() {
		if recover() == nil {
			t.Error("a route with an unknown action is taken")
		}
	}()
	app.Get("/unknown", policy.Action("no.such"), page)
}

// TestRefusalsAreNotedOnceAMinute: who is signed in and refused stands in the audit log with the action and the pattern
// of the route, never with the address as it was typed; nobody, and what residents do, does not.
func TestRefusalsAreNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	noted := people{"refused P1": {}, "refused ": {}}
	clock := testkit.Clock(t)
	app, _ := kernelOf(t, web.Config{}, noted, clock.Now, func(app *web.App) {
		app.Get("/admin/people/:id", policy.AdminPeople, page)
		app.Get("/denied/:id", policy.Signed, func(c *fiber.Ctx) error { web.Denied(c); return page(c) })
		app.Get("/resident/:id", policy.AdminPeople, page, web.Resident)
	})
	c := client(t, app, "cadre")
	for range 3 {
		c.Get("/admin/people/01ABC?secret=typed").Want(403)
	}
	c.Get("/learn").Want(200)
	c.Get("/resident/01ABC").Want(403)
	client(t, app, "").Get("/admin/people/01ABC").Want(303)
	if got, want := noted["refused P1"].Name, "admin.people|GET /admin/people/:id|01ABC;"; got != want {
		t.Errorf("noted %q, want %q", got, want)
	}
	clock.Advance(time.Minute)
	c.Get("/admin/people/" + url.PathEscape("张 三")).Want(403)
	c.Get("/denied/7").Want(200)
	want := "admin.people|GET /admin/people/:id|01ABC;admin.people|GET /admin/people/:id|;signed|GET /denied/:id|7;"
	if got := noted["refused P1"].Name; got != want {
		t.Errorf("noted %q, want %q", got, want)
	}
	if len(noted["refused "].Name) > 0 {
		t.Errorf("a refusal of nobody was noted: %q", noted["refused "].Name)
	}
}

func TestTokensOfForms(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{}, nil)
	for _, session := range []string{"", "cadre"} {
		c := client(t, app, session)
		path := "/login"
		if session != "" {
			path = "/change"
		}
		c.Get("/r/x").Want(200)
		one := c.CSRF()
		c.Get("/r/x")
		if one == c.CSRF() {
			t.Error("two pages carry the same token")
		}
		c.Post(path, nil).Want(200)
		c.Post(path, url.Values{"csrf": {one}}).Want(200) // another tab
		c.Post(path, url.Values{"csrf": {""}}).Want(403)
		c.Post(path, url.Values{"csrf": {one + "x"}}).Want(403)
		c.Post(path, url.Values{"csrf": {one[:len(one)-2] + "AA"}}).Want(403)
		c.Header["X-Csrf-Token"] = one
		c.Post(path, url.Values{"csrf": {""}}).Want(200)
		delete(c.Header, "X-Csrf-Token")
		stranger := client(t, app, map[string]string{"": "", "cadre": "other"}[session])
		stranger.Get("/r/x")
		c.Post(path, url.Values{"csrf": {stranger.CSRF()}}).Want(403)
	}
	// A token of nobody is worth nothing with a session, and the other way round.
	nobody, cadre := client(t, app, ""), client(t, app, "cadre")
	nobody.Get("/login")
	cadre.Get("/r/x")
	cadre.Post("/change", url.Values{"csrf": {nobody.CSRF()}}).Want(403)
	nobody.Post("/login", url.Values{"csrf": {cadre.CSRF()}}).Want(403)
	client(t, app, "").Post("/r/x", nil).Want(200) // the link is the right
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{}, nil)
	c := client(t, app, "cadre")
	c.Get("/learn")
	for _, x := range []struct {
		name, value string
		status      int
	}{
		{"Origin", "http://shanzhi.test", 200},
		{"Origin", "https://evil.test", 403},
		{"Origin", "null", 403},
		{"Origin", "http://shanzhi.test.evil.test", 403},
		{"Origin", "http://shanzhi.test:81", 403},
		{"Referer", "http://shanzhi.test/x", 200},
		{"Referer", "https://evil.test/x", 403},
		{"Sec-Fetch-Site", "same-origin", 200},
		{"Sec-Fetch-Site", "none", 200},
		{"Sec-Fetch-Site", "same-site", 403},
		{"Sec-Fetch-Site", "cross-site", 403},
	} {
		c.Header = map[string]string{x.name: x.value}
		if p := c.Post("/change", nil); p.Status != x.status {
			t.Errorf("%s: %s gives %d, want %d", x.name, x.value, p.Status, x.status)
		}
		if p := c.Post("/r/x", nil); p.Status != x.status {
			t.Errorf("a link with %s: %s gives %d, want %d", x.name, x.value, p.Status, x.status)
		}
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	session := func(app *web.App) { app.Get("/in", policy.Anybody, signIn) }
	for name, x := range map[string]struct {
		cfg    web.Config
		header map[string]string
		cookie string
		secure bool
	}{
		"http":                   {cookie: "sz_session"},
		"https in front":         {cfg: web.Config{Secure: true}, cookie: "__Host-sz_session", secure: true},
		"untrusted says https":   {header: map[string]string{"X-Forwarded-Proto": "https"}, cookie: "sz_session"},
		"trusted proxy on https": {cfg: web.Config{TrustedProxies: []string{"0.0.0.0"}}, header: map[string]string{"X-Forwarded-Proto": "https"}, cookie: "__Host-sz_session", secure: true},
	} {
		app, _ := kernel(t, x.cfg, session)
		c := client(t, app, "")
		c.Header = x.header
		if x.header == nil {
			c.Header = map[string]string{}
		}
		p := c.Get("/in")
		found := false
		for _, k := range p.Header.Values("Set-Cookie") {
			if strings.HasPrefix(k, x.cookie+"=") {
				found = true
				low := strings.ToLower(k)
				if !strings.Contains(low, "httponly") || !strings.Contains(low, "samesite=lax") ||
					!strings.Contains(low, "path=/") || strings.Contains(low, "domain=") ||
					strings.Contains(low, "secure") != x.secure {
					t.Errorf("%s: cookie is %q", name, k)
				}
			}
		}
		if !found {
			t.Errorf("%s: no cookie %s in %q", name, x.cookie, p.Header.Values("Set-Cookie"))
		}
		if got := p.Header.Get("Strict-Transport-Security") != ""; got != x.secure {
			t.Errorf("%s: HSTS %v", name, got)
		}
	}
}

func signIn(c *fiber.Ctx) error {
	web.SetSession(c, "a new token")
	web.Flash(c, ui.OK, "state.saved")
	return web.See(c, "//evil.test/")
}

// The address in the log is the peer's unless the peer is a trusted proxy, and then the last one it did not make up.
func TestForwardedAddresses(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		trusted      []string
		header, want string
		id, wantSame string
	}{
		"untrusted peer":       {header: "1.2.3.4", want: "0.0.0.0", id: "from-outside", wantSame: ""},
		"trusted peer":         {trusted: []string{"0.0.0.0"}, header: "1.2.3.4", want: "1.2.3.4", id: "from-proxy-1", wantSame: "from-proxy-1"},
		"client wrote a chain": {trusted: []string{"0.0.0.0"}, header: "9.9.9.9, 1.2.3.4", want: "1.2.3.4"},
		"two proxies":          {trusted: []string{"0.0.0.0", "10.0.0.0/8"}, header: "1.2.3.4, 10.1.2.3", want: "1.2.3.4"},
		"nonsense":             {trusted: []string{"0.0.0.0"}, header: "1.2.3.4, <x>", want: "0.0.0.0"},
		"unsafe id":            {trusted: []string{"0.0.0.0"}, header: "1.2.3.4", want: "1.2.3.4", id: "a\tb <script>"},
	} {
		app, _ := kernel(t, web.Config{TrustedProxies: x.trusted}, func(app *web.App) {
			app.Get("/from", policy.Anybody, func(c *fiber.Ctx) error { return c.SendString(web.Actor(c).From) })
		})
		c := client(t, app, "")
		c.Header["X-Forwarded-For"] = x.header
		if x.id != "" {
			c.Header["X-Request-Id"] = x.id
		}
		p := c.Get("/from")
		if got := string(p.Body); got != x.want {
			t.Errorf("%s: from %q, want %q", name, got, x.want)
		}
		if got := p.Header.Get("X-Request-Id"); x.wantSame != "" && got != x.wantSame || x.wantSame == "" && got == x.id {
			t.Errorf("%s: request id %q", name, got)
		}
	}
	if _, err := web.New(web.Config{TrustedProxies: []string{"proxy.local"}}, web.Deps{}); err == nil {
		t.Error("a trusted proxy by name is taken")
	}
}

func TestModeAndFlash(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{}, func(app *web.App) { app.Get("/in", policy.Anybody, signIn) })
	c := client(t, app, "")
	c.Get("/login").Want(200)
	p := c.Post("/mode", url.Values{"mode": {"elder"}, "lang": {"en"}, "back": {"/learn?x=1"}})
	if p.Status != 303 || p.Location() != "/learn?x=1" {
		t.Errorf("mode leads to %d %s", p.Status, p.Location())
	}
	for _, back := range []string{"https://evil.test", "//evil.test", `/\evil.test`, "javascript:x", "/\tx", ""} {
		if p := c.Post("/mode", url.Values{"back": {back}}); p.Location() != "/" {
			t.Errorf("back to %q leads to %q", back, p.Location())
		}
	}
	html := c.Get("/login").All("html")[0]
	if webtest.Attr(html, "data-mode") != "elder" || webtest.Attr(html, "lang") != "en" {
		t.Errorf("the choice is not kept: %v", html.Attr)
	}
	c.Post("/mode", url.Values{"mode": {"normal"}})
	if html := c.Get("/login").All("html")[0]; webtest.Attr(html, "data-mode") == "elder" {
		t.Error("large print stays")
	}
	if p := c.Get("/in"); p.Location() != "/" {
		t.Errorf("See leads to %q", p.Location())
	}
	if p := c.Get("/login"); !strings.Contains(p.Text(), "Saved") {
		t.Error("the note is not shown")
	}
	if p := c.Get("/login"); strings.Contains(p.Text(), "Saved") {
		t.Error("the note is shown twice")
	}
	c.SetCookie("sz_flash", "eyJ0IjoieCJ9")
	c.Get("/login").Want(200)
}

func TestUploads(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{}, nil)
	c := client(t, app, "")
	c.Get("/login")
	p := c.PostFile("/upload", url.Values{"note": {"字"}}, "file", `C:\tmp\名单.xlsx`, bytes.Repeat([]byte("x"), 2<<20))
	p.Want(200)
	var got struct {
		Name, Note string
		Size       int
	}
	if p.Decode(&got); got.Name != "名单.xlsx" || got.Size != 2<<20 || got.Note != "字" {
		t.Errorf("got %+v", got)
	}
	large := c.PostFile("/upload", nil, "file", "x", bytes.Repeat([]byte("x"), 4<<20)).Want(413)
	if !strings.Contains(large.Text(), " MB") || large.Count("main a[href]") == 0 && large.Count("a[href]") == 0 {
		t.Errorf("the limit or the way back is missing: %s", large.Text())
	}
	c.Post("/upload", nil).Want(422)
	many := url.Values{}
	for range 2500 {
		many.Add("a", "1")
	}
	c.Post("/upload", many).Want(413)
}

func TestStaticAndCompression(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{}, nil)
	c := client(t, app, "")
	href := static.Href("base.css")
	p := c.Get(href)
	p.Want(200)
	if !strings.Contains(p.Header.Get("Cache-Control"), "immutable") || p.Header.Get("ETag") == "" {
		t.Errorf("headers %v", p.Header)
	}
	c.Header["If-None-Match"] = p.Header.Get("ETag")
	c.Get(href).Want(304)
	delete(c.Header, "If-None-Match")
	c.Get("/static/base.css").Want(404)
	c.Get("/static/..%2f..%2fetc%2fpasswd").Want(404)
	c.Header["Accept-Encoding"] = "gzip, br;q=0"
	for _, path := range []string{href, "/login"} {
		p := c.Get(path)
		r, err := gzip.NewReader(bytes.NewReader(p.Body))
		if err != nil || p.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(p.Header.Get("Vary"), "Accept-Encoding") {
			t.Fatalf("%s: %v %v", path, err, p.Header)
		}
		if plain, err := io.ReadAll(r); err != nil || len(plain) < len(p.Body) {
			t.Errorf("%s: %v, %d bytes packed in %d", path, err, len(plain), len(p.Body))
		}
	}
	c.Header["Accept-Encoding"] = "br, gzip"
	if p := c.Get(href); p.Header.Get("Content-Encoding") != "br" {
		t.Errorf("Content-Encoding %q", p.Header.Get("Content-Encoding"))
	}
}

// What is logged names the route and never the path, which holds tokens; what residents do is counted, not logged.
func TestLogAndMetrics(t *testing.T) {
	t.Parallel()
	app, out := kernel(t, web.Config{MetricsToken: "let me in"}, nil)
	c := client(t, app, "cadre")
	c.Get("/r/unguessable?name=周晓岚").Want(200)
	c.Get("/nowhere/unguessable").Want(404)
	said := out.String()
	for _, secret := range []string{"unguessable", "周晓岚", "P1", "cadre"} {
		if strings.Contains(said, secret) {
			t.Errorf("the log holds %q: %s", secret, said)
		}
	}
	if strings.Contains(said, "/r/:token") || !strings.Contains(said, "route=none status=404") {
		t.Errorf("what residents do is not logged, the rest is: %s", said)
	}
	c.Get("/metrics").Want(404)
	c.Header["Authorization"] = "Bearer let me in"
	p := c.Get("/metrics")
	p.Want(200)
	if !strings.Contains(string(p.Body), `shanzhi_http_requests_total{method="GET",route="/r/:token",status="200"} 1`) ||
		strings.Contains(string(p.Body), "unguessable") {
		t.Errorf("metrics:\n%s", p.Body)
	}
	c.Get("/healthz").Want(200)
	c.Get("/readyz").Want(200)
}

func TestDownload(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{}, func(app *web.App) {
		app.Get("/pdf", policy.Anybody, func(c *fiber.Ctx) error {
			return web.Send(c, web.Download{Name: "报告 1\".pdf", Type: "application/pdf", Body: []byte("%PDF"), ETag: "abc"})
		})
	})
	c := client(t, app, "")
	p := c.Get("/pdf")
	p.Want(200)
	want := `attachment; filename="__ 1_.pdf"; filename*=UTF-8''%E6%8A%A5%E5%91%8A%201%22.pdf`
	if got := p.Header.Get("Content-Disposition"); got != want {
		t.Errorf("Content-Disposition %q, want %q", got, want)
	}
	c.Header["If-None-Match"] = `W/"abc"`
	if p := c.Get("/pdf"); p.Status != 304 || len(p.Body) != 0 {
		t.Errorf("again: %d with %d bytes", p.Status, len(p.Body))
	}
}

func TestRoutesHaveKnownActions(t *testing.T) {
	t.Parallel()
	app, _ := kernel(t, web.Config{}, nil)
	seen := map[string]bool{}
	for _, r := range app.Routes() {
		key := r.Method + " " + r.Path
		if r.Action == "" || seen[key] {
			t.Errorf("route %s with action %q, seen before: %v", key, r.Action, seen[key])
		}
		seen[key] = true
	}
	for _, want := range []string{"POST /mode", "GET /static/:name", "GET /healthz", "GET /readyz"} {
		if !seen[want] {
			t.Errorf("%s is not listed", want)
		}
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil) // for its certificate
	server.StartTLS()
	defer server.Close()
	cert, key := writePair(t, server.TLS.Certificates[0])
	app, _ := kernel(t, web.Config{TLSCert: cert, TLSKey: key}, nil)
	addr := listen(t, app)
	get := func(cfg *tls.Config) (*http.Response, error) {
		h := &http.Client{Transport: &http.Transport{TLSClientConfig: cfg, DisableKeepAlives: true}}
		return h.Get("https://" + addr + "/login")
	}
	res, err := get(&tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.Header.Get("Strict-Transport-Security") == "" || !strings.HasPrefix(res.Header.Get("Set-Cookie"), "__Host-") {
		t.Errorf("headers %v", res.Header)
	}
	if res, err := get(&tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
		res.Body.Close()
		t.Error("TLS 1.1 is spoken")
	}
}

// writePair writes a certificate and its key as the files of the settings.
func writePair(t *testing.T, pair tls.Certificate) (cert, key string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{
		cert: {Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, key: {Type: "PRIVATE KEY", Bytes: der},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
