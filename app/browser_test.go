package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"shanzhi/app/config"
	"shanzhi/app/demo"
	"shanzhi/assessments/report"
	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// browser returns the path of Chromium. The test needs it and its driver; `make test` installs both.
func browser(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join("testdata", "browser", "node_modules", "playwright-core")); err != nil {
		t.Fatal("the browser driver is missing; run make test, which installs it, or npm ci in app/testdata/browser")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("chromium is missing; run make test, which installs it where it may")
	}
	return path
}

// site is a demonstration that is served, under a clock that the test moves.
type site struct {
	*house
	base string
	made demo.Made
	wall *testkit.StillClock
}

const demoPassword = "walk-the-thread-2026"

// madeDir is the folder of the demonstration of this process, whose database is a file; TestMain removes it.
var madeDir string

// madeOnce makes it when it is first asked for: making one takes seconds, copying it none.
var madeOnce = sync.OnceValues(func() (made demo.Made, err error) {
	if madeDir, err = os.MkdirTemp("", "shanzhi-demo-"); err != nil {
		return made, err
	}
	return makeDemo(context.Background(), config.Store{Data: madeDir}, testkit.Still())
})

// makeDemo makes the demonstration in a store, as of the wall's day.
func makeDemo(ctx context.Context, store config.Store, wall clock.Clock) (made demo.Made, err error) {
	clk, err := demo.NewClock(wall)
	if err != nil {
		return made, err
	}
	h, err := open(ctx, store, "http://localhost", clk.Now, quiet(io.Discard))
	if err != nil {
		return made, err
	}
	made, err = demo.Make(ctx, h.doors(), clk, demo.Options{
		Today: models.DateOf(wall()), Seed: demo.Seed, Password: demoPassword,
	})
	return made, errors.Join(err, h.db.Close())
}

// demoStoreOf makes the demonstration in a store of the test's own: on a file by copying the one of this process.
func demoStoreOf(tb testing.TB) (config.Store, demo.Made) {
	tb.Helper()
	if testkit.OnServer() {
		store := config.Store{Data: tb.TempDir(), Database: migrated(tb)}
		made, err := makeDemo(tb.Context(), store, testkit.Still())
		must(tb, err)
		return store, made
	}
	made, err := madeOnce()
	must(tb, err)
	dir := filepath.Join(tb.TempDir(), "demo")
	must(tb, os.CopyFS(dir, os.DirFS(madeDir)))
	must(tb, os.Chmod(filepath.Join(dir, "keys", "keys.json"), 0o600)) // a copy is readable by others
	return config.Store{Data: dir}, made
}

// serveDemo serves a demonstration of the test's own until the test ends.
func serveDemo(t *testing.T) *site {
	t.Helper()
	store, made := demoStoreOf(t)
	wall := testkit.Clock(t)
	ln := freeAddress(t)
	h, err := open(t.Context(), store, "http://"+ln, wall.Now, slog.New(slog.NewTextHandler(io.Discard, nil)))
	must(t, err)
	s := &site{house: h, base: "http://" + ln, made: made, wall: wall}
	ctx, stop := context.WithCancel(context.Background())
	up, down := make(chan struct{}), make(chan error, 1)
	go func() {
		down <- serve(ctx, h, config.Server{Listen: ln, PublicURL: s.base, Jobs: "on"}, func(string) { close(up) })
	}()
	select {
	case <-up:
	case err := <-down:
		stop()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		must(t, <-down)
	})
	return s
}

// migrated returns the address of a migrated database of the test's own.
func migrated(tb testing.TB) string {
	tb.Helper()
	url := testkit.URL(tb)
	d, err := db.Open(tb.Context(), url, testkit.Still(), db.Options{})
	must(tb, err)
	must(tb, db.Migrate(tb.Context(), d))
	must(tb, d.Close())
	return url
}

// login returns the staff number and name of a demonstration login.
func (s *site) login(t *testing.T, key string) demo.Login {
	t.Helper()
	for _, l := range s.made.Logins {
		if l.Key == key {
			return l
		}
	}
	t.Fatalf("the demonstration has no login %q", key)
	return demo.Login{}
}

// answers are the right texts of every question of the starter courses, by stem without spaces.
func answers(t *testing.T) map[string][]string {
	t.Helper()
	library, err := courses.Library()
	must(t, err)
	out := map[string][]string{}
	for _, m := range library {
		for _, q := range m.Questions {
			var options []struct{ Text string }
			must(t, json.Unmarshal([]byte(q.Options), &options))
			for _, letter := range q.Right {
				stem := strings.Join(strings.Fields(q.Stem), "")
				out[stem] = append(out[stem], options[letter-'A'].Text)
			}
		}
	}
	return out
}

// walk runs one phase of the thread in the browser and returns what it says.
func walk(t *testing.T, set map[string]any) map[string]any {
	t.Helper()
	return drive(t, "thread.mjs", "THREAD", set)
}

// drive runs a script of the browser with its settings in a variable and returns the last line that it prints.
func drive(t *testing.T, script, variable string, set map[string]any) map[string]any {
	t.Helper()
	body, err := json.Marshal(set)
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", script)
	cmd.Dir = filepath.Join("testdata", "browser")
	cmd.Env = append(os.Environ(), variable+"="+string(body))
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s, phase %v: %v\n%s", script, set["phase"], err, complaint.String())
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var state map[string]any
	must(t, json.Unmarshal([]byte(lines[len(lines)-1]), &state))
	return state
}

// TestTheThread walks the whole thread in a browser at phone width, without and with scripts: a cadre learns and passes a
// quiz, a matter is handled and rated by its link, the period is sealed, looked at, objected to, reviewed and released by
// three people, and the reports are downloaded.
func TestTheThread(t *testing.T) {
	chromium := browser(t)
	for name, scripts := range map[string]bool{"without scripts": false, "with scripts": true} {
		t.Run(name, func(t *testing.T) {
			s := serveDemo(t)
			cadre := s.login(t, "cadre")
			set := map[string]any{
				"base": s.base, "chromium": chromium, "scripts": scripts, "password": demoPassword, "shots": os.Getenv("SHANZHI_SHOTS"),
				"cadre": cadre.StaffNo, "cadreName": cadre.Name, "clerk": s.login(t, "intake").StaffNo,
				"officer": s.login(t, "officer").StaffNo, "reviewer": s.login(t, "reviewer").StaffNo,
				"releaser": s.login(t, "releaser").StaffNo, "period": s.made.Open, "answers": answers(t),
				"course": "mediation", "courseTitle": "矛盾纠纷调解", "lessons": 6,
			}
			before := maps.Clone(set)
			before["phase"] = "before"
			walk(t, before)
			s.wall.Advance(25 * 24 * time.Hour)
			after := maps.Clone(set)
			line := s.someReport(t)
			after["phase"], after["code"], after["unit"] = "after", line.Code, line.UnitID
			state := walk(t, after)
			s.checkDownload(t, state)
		})
	}
}

// someReport is a report of the open period.
func (s *site) someReport(t *testing.T) report.Line {
	t.Helper()
	lines, _, err := s.reports.List(t.Context(), system("test"), report.Filter{Period: s.made.Open}, 0, 1)
	must(t, err)
	if len(lines) != 1 {
		t.Fatal("no report was compiled")
	}
	return lines[0]
}

// checkDownload holds what the browser got against the ledger: the bytes are the stored ones.
func (s *site) checkDownload(t *testing.T, state map[string]any) {
	t.Helper()
	final, ok := state["final"].(map[string]any)
	if !ok {
		t.Fatalf("state %v", state)
	}
	v, err := s.reports.VerifyBytes(t.Context(), fmt.Sprint(final["sha256"]))
	must(t, err)
	if v.Stage != models.FinalStage || v.Replaced || !strings.HasPrefix(fmt.Sprint(final["name"]), v.No) {
		t.Errorf("downloaded %v, the ledger says %+v", final, v)
	}
}

// freeAddress returns a loopback address that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer ln.Close()
	return ln.Addr().String()
}
