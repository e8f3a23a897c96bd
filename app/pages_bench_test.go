package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
)

// timed is a page with how long its answers took.
type timed struct {
	met
	took []time.Duration
	cpu  time.Duration // of all answers
	n    int           // statements of one answer
	rows int64         // that they returned

	session string
}

// at is the q-quantile of what was measured.
func at(took []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// answer is how a page is asked for, through the kernel and back.
type answer func(*http.Request) (*http.Response, error)

// ask asks for the page once more.
func (t *timed) ask(tb testing.TB, to answer) {
	tb.Helper()
	from := cpuSpent()
	t.took = append(t.took, ask(tb, to, t.path, t.session))
	t.cpu += cpuSpent() - from
}

// ask asks for a page as a browser does and returns how long the answer took.
func ask(tb testing.TB, to answer, path, session string) time.Duration {
	tb.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = "shanzhi.test"
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "zh-CN")
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	if session != "" {
		r.AddCookie(&http.Cookie{Name: "sz_session", Value: session})
	}
	began := time.Now()
	res, err := to(r)
	must(tb, err)
	_, err = io.Copy(io.Discard, res.Body)
	took := time.Since(began)
	must(tb, err)
	must(tb, res.Body.Close())
	if res.StatusCode != http.StatusOK {
		tb.Fatalf("%s: %d", path, res.StatusCode)
	}
	return took
}

// plain is what pages are held against: bare Fiber, one row by its key through GORM, 10 kB through templ.
func plain(d *db.DB, personID string) answer {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	text := strings.Repeat("群众的事情群众议，", 10_000/len("群众的事情群众议，"))
	app.Get("/", func(c *fiber.Ctx) error {
		var p models.Person
		err := db.View(c.UserContext(), d, func(tx *gorm.DB) error { return tx.Take(&p, "id = ?", personID).Error })
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			_, err := fmt.Fprintf(w, "<!doctype html><title>%s</title><p>%s</p>", templ.EscapeString(p.Name), templ.EscapeString(text))
			return err
		}).Render(c.UserContext(), c)
	})
	return func(r *http.Request) (*http.Response, error) { return app.Test(r, -1) }
}

// BenchmarkPages measures every page of the demonstration that links lead somebody of each role to, and prints one
// table. An iteration asks for each page three times.
//
// It goes through Fiber's own test connection: parsing the request, session, policy, queries, template, packing and
// writing the answer are in it; the network, TLS, the browser, other visitors at the same time and the jobs are not. The
// baseline goes through the same connection, but packs nothing.
func BenchmarkPages(b *testing.B) { b.Run(engine(), benchmarkPages) }

func benchmarkPages(b *testing.B) {
	s := insideDemo(b)
	heard := listen(b, s.db)
	routes := patterns()
	var all []*timed
	for _, v := range s.visitors(b) {
		for _, m := range v.pages(routes, nil, 2, v.Get) {
			t := &timed{met: m, session: v.Cookie("sz_session")}
			t.n, t.rows = sum(heard.during(b, func() { ask(b, s.app.Test, m.path, t.session) }))
			all = append(all, t)
		}
	}
	someone := new(models.Person)
	must(b, db.View(b.Context(), s.db, func(tx *gorm.DB) error { return tx.Order("id").Limit(1).Find(someone).Error }))
	to := plain(s.db, someone.ID)
	base := &timed{met: met{path: "/"}, n: 1, rows: 1}
	for b.Loop() {
		for range inTurn {
			s.wall.Advance(time.Minute) // one address may open residents' pages so often a minute
			for i, t := range all {
				if i%10 == 0 { // under the same weather
					base.ask(b, to)
				}
				t.ask(b, s.app.Test)
			}
		}
	}
	printTable(b, base, all)
}

// inTurn is how often a page is asked for in an iteration.
const inTurn = 3

// shown is how many of the slowest routes are printed.
const shown = 20

// printTable prints the table: the baseline, all pages, and the slowest routes.
func printTable(b *testing.B, base *timed, all []*timed) {
	b.Helper()
	slices.SortStableFunc(all, func(x, y *timed) int { return int(at(y.took, .5) - at(x.took, .5)) })
	whole := &timed{}
	for _, t := range all {
		whole.took, whole.cpu = append(whole.took, t.took...), whole.cpu+t.cpu
		whole.n, whole.rows = whole.n+t.n, whole.rows+t.rows
	}
	whole.n, whole.rows = whole.n/len(all), whole.rows/int64(len(all))
	unit := at(base.took, .5)
	for prefix, t := range map[string]*timed{"": whole, "base-": base} {
		b.ReportMetric(ms(at(t.took, .5)), prefix+"median-ms")
		b.ReportMetric(ms(at(t.took, .95)), prefix+"p95-ms")
		b.ReportMetric(ms(t.cpu)/float64(len(t.took)), prefix+"cpu-ms")
	}
	b.ReportMetric(ms(at(all[0].took, .5)), "max-ms")
	b.ReportMetric(ms(slices.Max(base.took)), "base-max-ms")
	b.ReportMetric(0, "ns/op")
	line := func(name string, t *timed) {
		fmt.Fprintf(os.Stdout, "%9.2f %9.2f %7.2f %7.1f %5d %6d  %s\n", ms(at(t.took, .5)), ms(at(t.took, .95)),
			ms(t.cpu)/float64(len(t.took)), float64(at(t.took, .5))/float64(unit), t.n, t.rows, name)
	}
	fmt.Fprintf(os.Stdout, "\n%d pages on %s, each %d times\n%9s %9s %7s %7s %5s %6s\n",
		len(all), engine(), len(all[0].took), "median ms", "p95 ms", "CPU ms", "× base", "SQL", "rows")
	line("baseline: bare Fiber, one row by its key, 10 kB of templ", base)
	line("all pages (SQL and rows: mean)", whole)
	for _, t := range slowest(all) {
		line(t.String(), t)
	}
}

// slowest is of every route the address that took longest, the slowest first: all are in that order.
func slowest(all []*timed) (out []*timed) {
	known := map[string]bool{}
	for _, t := range all {
		if !known[t.route] && len(out) < shown {
			known[t.route] = true
			out = append(out, t)
		}
	}
	return out
}
