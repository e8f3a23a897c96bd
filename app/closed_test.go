package main

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// unprivileged runs the command as somebody whom the modes of files bind: root, who may do everything, hands over to
// nobody.
func unprivileged(t *testing.T, home string, command ...string) (code int, out, complaint string) {
	t.Helper()
	return apart(t, func(c *exec.Cmd) {
		c.Dir = home
		if os.Geteuid() == 0 {
			c.Path = "/proc/self/exe" // what lies on the way to the file is closed to nobody
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
	}, command...)
}

const nobody = 65534

// ownHome is a folder that an unprivileged command may use, with a migrated database in data.
func ownHome(t *testing.T) (home string) {
	t.Helper()
	home, err := os.MkdirTemp("", "closed") // those of t are closed to others
	must(t, err)
	t.Cleanup(func() {
		_ = os.Chmod(filepath.Join(home, "data"), 0o700)
		must(t, os.RemoveAll(home))
	})
	if os.Geteuid() == 0 {
		must(t, os.Chown(home, nobody, nobody))
	}
	if code, _, complaint := unprivileged(t, home, "migrate", "up"); code != codeOK {
		t.Fatal(complaint)
	}
	return home
}

// On a database file that takes no writes nothing starts: it is said in one sentence that names the file and what to
// do, and the doctor says the same.
func TestNothingStartsOnAFileThatTakesNoWrites(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	for name, shut := range map[string]func(home string) error{
		"the file":   func(home string) error { return os.Chmod(filepath.Join(home, "data", "shanzhi.db"), 0o400) },
		"the folder": func(home string) error { return os.Chmod(filepath.Join(home, "data"), 0o500) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := ownHome(t)
			must(t, shut(home))
			before, err := os.ReadFile(filepath.Join(home, "data", "shanzhi.db"))
			must(t, err)
			for _, command := range [][]string{{"serve", "--listen", freeAddress(t)}, {"migrate", "up"}, {"audit", "seal"}} {
				code, _, complaint := unprivileged(t, home, command...)
				if code != codeFault || strings.Count(complaint, "\n") != 1 || !strings.Contains(complaint, "shanzhi.db takes no writes") {
					t.Errorf("%v: exit %d, %q; want 1 and a sentence about the file", command, code, complaint)
				}
			}
			code, out, _ := unprivileged(t, home, "doctor")
			if code != codeFault || !strings.Contains(out, "The database is read-only") {
				t.Errorf("doctor: exit %d, %q", code, out)
			}
			after, err := os.ReadFile(filepath.Join(home, "data", "shanzhi.db"))
			if err != nil || !bytes.Equal(before, after) {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}

// A database that turns read-only under a running server: pages go on for who is signed in, whatever would be saved is
// refused on a plain page that says so, nothing of it is kept, and once it takes writes again all goes on.
func TestTheDatabaseTurnsReadOnlyUnderTheServer(t *testing.T) {
	if !testkit.OnServer() { // which would be read-only for others too
		t.Parallel()
	}
	k, err := keptSettled()
	store := copied(t, k, err)
	if testkit.OnServer() {
		store.Database = asGuest(t, store.Database)
	}
	s := serveStore(t, store, k.made)
	c := s.caller(t, s.login(t, "cadre").StaffNo)
	before := s.counted(t)
	mend := s.shut(t)
	for path, say := range map[string]url.Values{
		"/feedback":     {"text": {"页面打不开"}},
		"/notices/read": {},
		"/password":     {"old": {demoPassword}, "new": {"another-thread-2026"}, "again": {"another-thread-2026"}},
	} {
		status, body := c.post(t, path, say)
		if status != http.StatusServiceUnavailable || !strings.Contains(body, "没有保存") {
			t.Errorf("%s: %d\n%.600s", path, status, body)
		}
		testkit.CheckPage(t, body)
	}
	s.wall.Advance(2 * time.Minute) // so that it should be noted when the session was last seen
	for _, path := range []string{"/", "/learn", "/me", "/notices"} {
		if status, body := s.get(t, c.Client, path); status != http.StatusOK {
			t.Errorf("%s: %d, want the page\n%.300s", path, status, body)
		}
	}
	if after := s.counted(t); after != before {
		t.Errorf("before %+v, after %+v", before, after)
	}
	mend()
	must(t, s.accounts.SendFeedback(t.Context(), models.Actor{}, accounts.FeedbackInput{Text: "页面打不开"}))
	if after := s.counted(t); after.feedback != before.feedback+1 {
		t.Errorf("when it takes writes again: %+v, before %+v", after, before)
	}
}

// shut makes the database take no writes until it is mended: a server is switched to reading; of a file, the one
// connection that writes is told what a closed file tells it, and mending is to open the house anew.
func (s *site) shut(t *testing.T) (mend func()) {
	t.Helper()
	if testkit.OnServer() {
		admin(t, "SET GLOBAL read_only = 1")
		t.Cleanup(func() { admin(t, "SET GLOBAL read_only = 0") })
		return func() { admin(t, "SET GLOBAL read_only = 0") }
	}
	must(t, db.Tx(t.Context(), s.db, func(tx *gorm.DB) error { return tx.Exec("PRAGMA query_only = 1").Error }))
	return func() { s.house = rewired(t, s.store, s.wall.Now) }
}

// counts is how much there is of what the test tries to save.
type counts struct {
	feedback, unread, audited, sessions int64
	password                            string
}

func (s *site) counted(t *testing.T) (n counts) {
	t.Helper()
	must(t, db.View(t.Context(), s.db, func(tx *gorm.DB) error {
		n = counts{}
		for m, into := range map[any]*int64{
			&models.Feedback{}: &n.feedback, &models.Session{}: &n.sessions,
		} {
			if err := tx.Model(m).Count(into).Error; err != nil {
				return err
			}
		}
		if err := tx.Model(&models.Notice{}).Where("read_at IS NULL").Count(&n.unread).Error; err != nil {
			return err
		}
		who := s.login(t, "cadre").StaffNo
		var p models.Person
		if err := tx.Where("staff_no = ?", who).Take(&p).Error; err != nil {
			return err
		}
		n.password = p.PasswordHash
		return tx.Model(&models.AuditEntry{}).Where("actor_id = ?", p.ID).Count(&n.audited).Error
	}))
	return n
}
