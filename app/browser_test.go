package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
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
	"shanzhi/models/testkit"
)

// browser returns the path of Chromium: without a desktop where it is there, which does the same in half the time. The
// test needs it and its driver; `make test` installs both.
func browser(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join("testdata", "browser", "node_modules", "playwright-core")); err != nil {
		t.Fatal("the browser driver is missing; run make test, which installs it, or npm ci in app/testdata/browser")
	}
	for _, name := range []string{"chromium-headless-shell", "chromium"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("chromium is missing; run make test, which installs it where it may")
	return ""
}

// site is a demonstration that is served, under a clock that the test moves.
type site struct {
	*house
	base string
	made demo.Made
	wall *testkit.StillClock
}

// serveDemo serves a demonstration of the test's own until the test ends.
func serveDemo(t *testing.T) *site {
	t.Helper()
	k, err := keptSettled()
	return serveStore(t, copied(t, k, err), k.made)
}

func serveStore(t *testing.T, store config.Store, made demo.Made) *site {
	t.Helper()
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
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute) // beside others
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
	t.Parallel()
	chromium := browser(t)
	for name, scripts := range map[string]bool{"without scripts": false, "with scripts": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if scripts && testkit.OnServer() {
				t.Skip("tried on files: scripts of a page do not depend on the database; without them the thread is walked here too")
			}
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
			if weak := walk(t, before)["weak"]; weak != nil {
				t.Logf("at 400 kbit/s with 400 ms: %v", weak)
			}
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

// freeAddress returns a loopback address that is free, and stays so until it is listened on: it is not among those that
// systems give to whoever asks for any, and no other test is told of it.
func freeAddress(tb testing.TB) string {
	tb.Helper()
	for range 100 {
		address := fmt.Sprint("127.0.0.1:", 10000+rand.IntN(20000))
		if _, told := addresses.LoadOrStore(address, true); told {
			continue
		}
		if ln, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", address); err == nil {
			must(tb, ln.Close())
			return address
		}
	}
	tb.Fatal("no address is free")
	return ""
}

var addresses sync.Map // that tests of this process were told
