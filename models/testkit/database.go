package testkit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
)

// ServerEnv names the variable that holds the address of a MySQL server for tests, without a database:
// "root@unix(/path/to/socket)/".
const ServerEnv = "SHANZHI_TEST_MYSQL"

// OnServer reports whether tests run on a MySQL server instead of SQLite files.
func OnServer() bool { return os.Getenv(ServerEnv) != "" }

// WithoutServer skips a test on a server that makes no use of it: it keeps to files, or to no database at all, whatever
// the variable says, so running it again would try the same thing twice. `make test` runs everything on files first
// (see TestEverythingRunsOnFiles), so what is skipped here has run there.
func WithoutServer(tb testing.TB) {
	tb.Helper()
	if OnServer() {
		tb.Skip("it makes no use of a server; the same test has run on files, without " + ServerEnv)
	}
}

// DB returns a migrated database without rows, of its own for this test, under the still clock.
func DB(tb testing.TB) *db.DB {
	tb.Helper()
	return DBAt(tb, Still())
}

// DBAt is DB under another clock, such as Clock(t).Now.
func DBAt(tb testing.TB, now clock.Clock) *db.DB {
	tb.Helper()
	return Open(tb, Migrated(tb), now, db.Options{})
}

// Open opens the database at url for the length of the test; it does not migrate.
func Open(tb testing.TB, url string, now clock.Clock, o db.Options) *db.DB {
	tb.Helper()
	d, err := db.Open(tb.Context(), url, now, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Error(err)
		}
	})
	return d
}

// URL returns the address of a database without any table, of its own for this test: for tests that open or migrate
// by themselves, or open it twice.
func URL(tb testing.TB) string {
	tb.Helper()
	if OnServer() {
		return blankOnServer(tb)
	}
	return "sqlite:" + filepath.Join(tb.TempDir(), "test.db")
}

// Migrated returns the address of a migrated database without rows, of its own for this test: for tests that open it by
// themselves, or more than once.
func Migrated(tb testing.TB) string {
	tb.Helper()
	if OnServer() {
		return migratedOnServer(tb)
	}
	content, err := template()
	if err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(tb.TempDir(), "test.db")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return "sqlite:" + file
}

// template is a migrated SQLite file, made once and copied for each test.
var template = sync.OnceValues(func() (content []byte, err error) {
	dir, err := os.MkdirTemp("", "shanzhi-test-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "template.db")
	if err := migrate("sqlite:" + file); err != nil { // closing folds the log into the file
		return nil, err
	}
	return os.ReadFile(file)
})

// migrate makes the schema of the program at url.
func migrate(url string) (err error) {
	ctx := context.Background() // shared by tests, so of none of them
	d, err := db.Open(ctx, url, Still(), db.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := db.Migrate(ctx, d); err != nil {
		return err
	}
	return db.View(ctx, d, withoutRows)
}

// withoutRows fails if migrations have put rows into a table: databases of a server are emptied between tests, so they
// would be there for the first test alone.
func withoutRows(tx *gorm.DB) error {
	for _, m := range models.All() {
		var n int64
		if err := tx.Model(m).Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("migrations put %d rows into %T: make them in Go, when the program starts", n, m)
		}
	}
	return nil
}
