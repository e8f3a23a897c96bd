package main

import (
	"io"
	"log/slog"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shanzhi/app/config"
	"shanzhi/app/demo"
	"shanzhi/app/web"
	"shanzhi/app/web/webtest"
	"shanzhi/models"
	"shanzhi/models/testkit"
)

// inside is a demonstration of the test's own that answers in this process, without a listener and without jobs: what
// its database is asked for, one page asked.
type inside struct {
	*house
	app  *web.App
	made demo.Made
	wall *testkit.StillClock
}

func insideDemo(tb testing.TB) *inside {
	tb.Helper()
	k, err := keptStill()
	store, wall := copied(tb, k, err), testkit.Clock(tb)
	h, err := open(tb.Context(), store, "http://shanzhi.test", wall.Now, slog.New(slog.NewTextHandler(io.Discard, nil)))
	must(tb, err)
	tb.Cleanup(func() { must(tb, h.db.Close()) })
	runner, err := newRunner(h)
	must(tb, err)
	app, err := newApp(h, config.Server{Listen: "127.0.0.1:0"}, runner)
	must(tb, err)
	return &inside{house: h, app: app, made: k.made, wall: wall}
}

// visitors are one person of each role, signed in, and nobody; in the order of the demonstration's logins.
func (s *inside) visitors(tb testing.TB) []looker {
	tb.Helper()
	out := []looker{{Client: webtest.New(tb, s.app)}}
	known := map[models.Role]bool{}
	for _, l := range s.made.Logins {
		if known[l.Role] {
			continue
		}
		known[l.Role] = true
		c := webtest.New(tb, s.app)
		c.Get("/login").Want(200)
		c.Post("/login", url.Values{"login": {l.StaffNo}, "password": {demoPassword}}).Want(303)
		out = append(out, looker{role: l.Role, Client: c})
	}
	return out
}

// looker is somebody with a browser of his own.
type looker struct {
	role models.Role // "" is nobody
	*webtest.Client
}

// met is a page that a visitor came to by following links.
type met struct {
	looker
	route string // as it is registered
	path  string // with its query
}

// String names the page without the ids in its address.
func (m met) String() string {
	role := string(m.role)
	if role == "" {
		role = "nobody"
	}
	_, query, asked := strings.Cut(m.path, "?")
	if query, err := url.QueryUnescape(query); asked && err == nil {
		return role + " " + m.route + "?" + query
	}
	return role + " " + m.route
}

// deepest is how many links a visitor goes from the start.
const deepest = 5

// starts are the addresses where a visitor begins; openTo are those of people without an account.
var (
	starts = []string{"/", "/help", "/tour"}
	openTo = []string{"/login", "/ask", "/leak", "/track", "/r", "/about", "/feedback"}
)

// pages follows the links that the visitor sees, as the walk in the browser does (routes.mjs), and returns the pages that
// came: so many of one route and one set of parameters but those in besides, asked for by get. Files are none.
func (v looker) pages(
	routes []pattern, besides []string, perShape int, get func(path string) *webtest.Page,
) []met {
	type link struct {
		to    string
		depth int
	}
	var queue []link
	first := starts
	if v.role == "" {
		first = append(slices.Clone(starts), openTo...)
	}
	for _, to := range first {
		queue = append(queue, link{to: to})
	}
	var out []met
	seen, read := map[string]bool{}, map[string]int{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		u, err := url.Parse(at.to)
		route, known := routeOf(routes, u)
		if err != nil || !known || u.Host != "" || seen[u.RequestURI()] {
			continue
		}
		seen[u.RequestURI()] = true
		shape := route + "?" + strings.Join(shapeKeys(u.Query(), besides), "&")
		if read[shape]++; read[shape] > perShape || u.Query().Get("as") != "" {
			continue
		}
		p := get(u.RequestURI())
		switch {
		case p.Status == 303:
			queue = append(queue, link{p.Location(), at.depth})
			continue
		case p.Status != 200 || p.Doc == nil:
			continue
		}
		out = append(out, met{looker: v, route: route, path: u.RequestURI()})
		if at.depth == deepest {
			continue
		}
		for _, href := range p.Links() {
			if ref, err := u.Parse(href); err == nil {
				queue = append(queue, link{ref.String(), at.depth + 1})
			}
		}
	}
	return out
}

func shapeKeys(q url.Values, besides []string) []string {
	keys := slices.Sorted(maps.Keys(q))
	return slices.DeleteFunc(keys, func(k string) bool { return slices.Contains(besides, k) })
}

// pattern is a registered route with what its addresses look like.
type pattern struct {
	path string
	is   *regexp.Regexp
}

// patterns are the routes of pages, those without parameters first.
func patterns() []pattern {
	var out []pattern
	for _, path := range pageRoutes() {
		is := regexp.MustCompile("^" + regexp.MustCompile(`:[a-z]+`).ReplaceAllString(path, "[^/]+") + "$")
		out = append(out, pattern{path, is})
	}
	slices.SortStableFunc(out, func(a, b pattern) int { return strings.Count(a.path, ":") - strings.Count(b.path, ":") })
	return out
}

func routeOf(routes []pattern, u *url.URL) (string, bool) {
	if u == nil {
		return "", false
	}
	for _, r := range routes {
		if r.is.MatchString(u.Path) {
			return r.path, true
		}
	}
	return "", false
}
