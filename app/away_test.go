package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"

	"shanzhi/app/config"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// line is the line to the database server, which the test can cut and mend.
type line struct {
	path, to string
	mu       sync.Mutex
	ln       net.Listener
	open     map[net.Conn]bool
}

var socketOf = regexp.MustCompile(`unix\(([^)]*)\)`)

// layLine returns a line to the server of address, and the address at its near end.
func layLine(t *testing.T, address string) (*line, string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "line") // short: a socket's path is
	must(t, err)
	l := &line{path: filepath.Join(dir, "s"), to: socketOf.FindStringSubmatch(address)[1], open: map[net.Conn]bool{}}
	l.mend(t)
	t.Cleanup(func() {
		l.cut()
		_ = os.RemoveAll(dir)
	})
	return l, socketOf.ReplaceAllString(address, "unix("+l.path+")")
}

func (l *line) mend(t *testing.T) {
	t.Helper()
	ln, err := net.Listen("unix", l.path)
	must(t, err)
	l.mu.Lock()
	l.ln = ln
	l.mu.Unlock()
	go func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", l.to)
			if err != nil {
				_ = near.Close()
				continue
			}
			l.mu.Lock()
			l.open[near], l.open[far] = true, true
			l.mu.Unlock()
			go pipe(near, far)
			go pipe(far, near)
		}
	}()
}

func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = from.Close()
}

// cut ends every connection, and nobody can make one.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.ln.Close()
	for c := range l.open {
		_ = c.Close()
	}
	clear(l.open)
}

// The database is away for a while under a running server: pages say so with 503 and when to come back, nothing that was
// acknowledged is lost, and when it is back everything goes on by itself.
func TestTheDatabaseIsAwayForAWhile(t *testing.T) {
	if !testkit.OnServer() {
		t.Skip("an embedded database is not away")
	}
	l, address := layLine(t, testkit.Migrated(t))
	addr := freeAddress(t)
	h, err := open(t.Context(), config.Store{Data: t.TempDir(), Database: address}, "http://"+addr,
		func() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }, quiet(io.Discard))
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	up, down := make(chan struct{}), make(chan error, 1)
	go func() {
		down <- serve(ctx, h, config.Server{Listen: addr, Jobs: "on"}, func(string) { close(up) })
	}()
	<-up
	t.Cleanup(func() {
		stop()
		must(t, <-down)
	})
	v, base := newVisitor(), "http://"+addr
	tell := func(text string) (int, http.Header) { return feedback(t, v, base, text) }
	if status, _ := tell("之前"); status != http.StatusSeeOther {
		t.Fatalf("before: %d", status)
	}
	for round := range 3 {
		l.cut()
		res, err := v.Get(base + "/login")
		must(t, err)
		body, err := io.ReadAll(res.Body)
		must(t, err)
		must(t, res.Body.Close())
		if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" ||
			!strings.Contains(string(body), "</html>") || strings.Contains(string(body), "unix") {
			// A page that needs no database may be shown as ever.
			if res.StatusCode != http.StatusOK {
				t.Errorf("away: %d, %q, %.300s", res.StatusCode, res.Header.Get("Retry-After"), body)
			}
		}
		if status, header := tell(fmt.Sprint("期间", round)); status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" {
			t.Errorf("a form while it is away: %d, %v", status, header)
		}
		if status, _, err := v.get(ctx, base+"/healthz"); err != nil || status != http.StatusOK {
			t.Errorf("the program itself is alive: %d, %v", status, err)
		}
		if status, _, err := v.get(ctx, base+"/readyz"); err != nil || status == http.StatusOK {
			t.Errorf("it is not ready: %d, %v", status, err)
		}
		l.mend(t)
		if status, _ := tell(fmt.Sprint("之后", round)); status != http.StatusSeeOther {
			t.Errorf("when it is back: %d", status)
		}
	}
	var texts []string
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error {
		return tx.Model(&models.Feedback{}).Order("id").Pluck("text", &texts).Error
	}))
	slices.Sort(texts)
	if got := strings.Join(texts, " "); got != "之前 之后0 之后1 之后2" {
		t.Errorf("kept: %s", got)
	}
	awaitTick(t, h)
}

// awaitTick waits until the scheduler, which was cut off too, has run a job again.
func awaitTick(t *testing.T, h *house) {
	t.Helper()
	runner, err := newRunner(h)
	must(t, err)
	must(t, runner.Tick(t.Context()))
	must(t, runner.DrainAll(t.Context()))
}

// feedback sends a suggestion about the system, which needs no account. Its form is asked for anew until it comes.
func feedback(t *testing.T, v *visitor, base, text string) (int, http.Header) {
	t.Helper()
	status, page, err := v.get(t.Context(), base+"/feedback")
	must(t, err)
	token := csrfField.FindStringSubmatch(page)
	if token == nil {
		if status != http.StatusServiceUnavailable {
			t.Fatalf("the form: %d", status)
		}
		token = []string{"", ""}
	}
	res, err := v.PostForm(base+"/feedback", url.Values{"csrf": {token[1]}, "text": {text}})
	must(t, err)
	_, _ = io.Copy(io.Discard, res.Body)
	must(t, res.Body.Close())
	return res.StatusCode, res.Header
}

// The server is switched to reading: what only reads goes on, what writes is refused as such.
func TestTheServerTakesNoWrites(t *testing.T) {
	if !testkit.OnServer() {
		t.Skip("see models/db for the embedded database")
	}
	address := testkit.Migrated(t)
	h := reader(t, address)
	admin(t, "SET GLOBAL read_only = 1")
	t.Cleanup(func() { admin(t, "SET GLOBAL read_only = 0") })
	err := h.Tx("x")
	if got := sentence(err); err == nil || !strings.Contains(got, "cannot save") && !strings.Contains(got, "不能保存") {
		t.Errorf("a write: %v", err)
	}
	if f, err := db.Look(t.Context(), h.DB); err != nil || !f.ReadOnly {
		t.Errorf("%+v, %v", f, err)
	}
	admin(t, "SET GLOBAL read_only = 0")
	must(t, h.Tx("y"))
}

// guest is a database opened by somebody without special rights, whom read_only stops.
type guest struct {
	*db.DB
	t *testing.T
}

// Tx writes one setting.
func (g guest) Tx(v string) error { return g.SetMeta(g.t.Context(), "test.read_only", v) }

func reader(t *testing.T, address string) guest {
	t.Helper()
	return guest{testkit.Open(t, asGuest(t, address), testkit.Still(), db.Options{}), t}
}

// asGuest is the address of a database of the server for somebody who has the rights that the program needs, no more.
func asGuest(t *testing.T, address string) string {
	t.Helper()
	name := address[strings.LastIndex(address, "/")+1:]
	admin(t, "CREATE USER IF NOT EXISTS shanzhi_guest@localhost IDENTIFIED BY ''")
	admin(t, "GRANT SELECT, INSERT, UPDATE, DELETE ON `"+name+"`.* TO shanzhi_guest@localhost")
	return strings.Replace(address, "mysql:root@", "mysql:shanzhi_guest@", 1)
}

func admin(t *testing.T, query string) {
	t.Helper()
	cfg, err := mysql.ParseDSN(os.Getenv(testkit.ServerEnv))
	must(t, err)
	c, err := mysql.NewConnector(cfg)
	must(t, err)
	d := sql.OpenDB(c)
	defer func() { must(t, d.Close()) }()
	_, err = d.ExecContext(context.Background(), query)
	must(t, err)
}
