package db_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

func TestErrorsHoldNoPassword(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t-pass"
	for _, url := range []string{
		"mysql:root:" + secret + "@tcp(127.0.0.1:1)/shanzhi",      // nobody listens
		"mysql:root:" + secret + "@tcp(127.0.0.1:1)/",             // no database
		"mysql:root:" + secret + "@tcp(127.0.0.1:1",               // cut off
		"mysql:root:" + secret + "@nonsense(127.0.0.1:1)/shanzhi", // no such network
		"mysql:root:" + secret + "@tcp(127.0.0.1:1)/x?loc=" + secret,
		"mysql:root:" + secret + "@tcp(127.0.0.1:1)/x?tls=" + secret,
		"mysql:" + secret,
		"root:" + secret + "@tcp(127.0.0.1:1)/shanzhi", // the dialect forgotten
		"postgres://root:" + secret + "@localhost/shanzhi",
		secret,
		"",
		"sqlite:",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		d, err := db.Open(ctx, url, testkit.Still(), db.Options{})
		cancel()
		if err == nil {
			t.Errorf("%s was opened", url)
			_ = d.Close()
			continue
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error of %s tells the password: %v", url, err)
		}
	}
}

func TestFileHasAnyNameAndIsPrivate(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "new folder", "数据 100% a?b#c&d.db")
	d := thingsAt(t, "sqlite:"+file, db.Options{})
	add(t, d, thing{ID: "a"})
	for _, name := range []string{file, file + "-wal", file + "-shm", file + ".lock"} {
		s, err := os.Stat(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if m := s.Mode().Perm(); m != 0o600 {
			t.Errorf("%s has mode %o, want 600", filepath.Base(name), m)
		}
	}
}

func TestMemoryIsRefused(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"sqlite::memory:", "sqlite:file:x.db?mode=memory"} {
		if d, err := db.Open(t.Context(), url, testkit.Still(), db.Options{}); err == nil {
			t.Errorf("%s was opened", url)
			_ = d.Close()
		}
	}
}

// What was acknowledged is in the file, and closing folds the log back.
func TestRowsSurviveReopening(t *testing.T) {
	t.Parallel()
	url := testkit.URL(t)
	// With an endless wait for locks, closing must wait for none.
	d, err := db.Open(t.Context(), url, testkit.Still(), db.Options{Migrations: thingFiles(), LockWait: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if _, err := os.Stat(file + "-wal"); !os.IsNotExist(err) {
			t.Errorf("the log is left beside the file: %v", err)
		}
	}
	d = thingsAt(t, url, db.Options{})
	add(t, d, thing{ID: "a", Name: "王𬭁"})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if got := get(t, thingsAt(t, url, db.Options{}), "a").Name; got != "王𬭁" {
		t.Errorf("read %q", got)
	}
}

func TestClockStampsRows(t *testing.T) {
	t.Parallel()
	c := testkit.Clock(t)
	c.Advance(time.Hour)
	d := testkit.Open(t, testkit.URL(t), c.Now, db.Options{Migrations: thingFiles()})
	err := db.View(t.Context(), d, func(tx *gorm.DB) error {
		if got, want := tx.NowFunc(), testkit.Now.Add(time.Hour); !got.Equal(want) {
			t.Errorf("GORM's now is %v, want %v", got, want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
