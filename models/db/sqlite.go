package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"
	"modernc.org/sqlite"

	"shanzhi/models/fault"
)

// readers is the size of the reading pool: readers do not wait for each other, but each keeps pages in memory.
const readers = 8

// openSQLite prepares the pools of the file at path. Nothing is connected yet.
func openSQLite(path string, o Options) (*engine, error) {
	if strings.HasPrefix(path, ":memory:") || strings.HasPrefix(path, "file:") {
		return nil, errors.New("the SQLite database is a plain file: several connections share it")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find database file: %w", err)
	}
	if err := makeFile(path); err != nil {
		return nil, err
	}
	write, err := sqlitePool(path, writing(o.LockWait))
	if err != nil {
		return nil, err
	}
	// SQLite has one writer at a time. With one connection writers queue in Go, in order and each under its own
	// context; with several they would poll for the lock and could starve.
	write.SetMaxOpenConns(1)
	// It stays open: reopening costs the setting up, and the last to leave would fold and delete the log each time.
	write.SetMaxIdleConns(1)

	read, err := sqlitePool(path, reading(o.LockWait))
	if err != nil {
		return nil, err
	}
	n := o.MaxConns
	if n <= 0 {
		n = readers
	}
	read.SetMaxOpenConns(n)
	read.SetMaxIdleConns(n)
	return &engine{
		dialect: goose.DialectSQLite3,
		folder:  "sqlite",
		path:    path,
		write:   write,
		read:    read,
		gorm:    func(pool *sql.DB) gorm.Dialector { return sqliteDialector{pool: pool} },
		view:    &sql.TxOptions{ReadOnly: true}, // the driver then begins deferred, not immediate
		ddl:     func() (*sql.DB, error) { return sqlitePool(path, migrating(o.LockWait)) },
		lock:    func(ctx context.Context, _ *sql.DB) (func() error, error) { return lockFile(ctx, path+".lock") },
		verify:  verifySQLite,
		loosen:  "PRAGMA defer_foreign_keys = ON", // until the transaction ends
		tables: `SELECT name FROM sqlite_master
			WHERE type = 'table' AND name NOT LIKE 'sqlite^_%' ESCAPE '^' ORDER BY name`,
	}, nil
}

// makeFile creates the file for its owner alone, before SQLite would create it for everybody; the files beside it (log,
// shared memory) take over its mode.
func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make database folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return fileClosed(path, err)
	}
	if err != nil {
		return fmt.Errorf("make database file: %w", err)
	}
	return f.Close()
}

// FileClosed is the key of the refusal of a file that takes no writes.
const FileClosed = "db.file_closed"

// fileClosed says that nothing can be written to a file, or beside it, where SQLite keeps its log.
func fileClosed(path string, why error) error {
	return fmt.Errorf("%w: %w", fault.New(fault.Busy, FileClosed, "path", path), why)
}

// sqlitePool returns a pool of guarded connections to path.
func sqlitePool(path string, settings url.Values) (*sql.DB, error) {
	maps.Copy(settings, common())
	// As a URI, escaped, because a path may hold "?" or "#", and a plain name cannot have mode=ro.
	name := url.URL{Path: filepath.ToSlash(path)}
	c, err := sqlite.NewConnector("file:" + name.EscapedPath() + "?" + settings.Encode())
	if err != nil {
		return nil, fmt.Errorf("database file: %w", err)
	}
	return sql.OpenDB(guard{Connector: c}), nil
}

// common are the settings of every connection.
func common() url.Values {
	return url.Values{
		// Instants are kept as "2006-01-02 15:04:05.999+00:00" (texts that sort like the instants they are and that
		// SQLite's own date functions read), and come back in time.UTC whatever the machine's zone.
		"_time_format": {"sqlite"},
		"_timezone":    {"UTC"},
		// "name" in double quotes is never a text: a misspelt column must be an error.
		"_dqs": {"0"},
		// No SQL can damage the file's own structure.
		"_defensive": {"1"},
		// An error of opening says what happened, not what happened before.
		"_error_rc": {"1"},
	}
}

func wait(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// writing are the settings of the connection that writes.
func writing(busy time.Duration) url.Values {
	return url.Values{
		// Other processes (a command beside the server, a backup) may hold the lock for a moment.
		"_busy_timeout": {wait(busy)},
		// Readers do not wait for the writer, nor the writer for readers.
		"_journal_mode": {"WAL"},
		// Every commit reaches the disk before it is acknowledged: it survives a power cut. NORMAL would not.
		"_synchronous": {"FULL"},
		// SQLite checks foreign keys only where asked to, per connection.
		"_foreign_keys": {"1"},
		// A transaction takes the write lock when it begins. One that reads first and writes later would else fail at
		// once when another wrote in between (SQLITE_BUSY_SNAPSHOT), whatever the busy timeout.
		"_txlock": {"immediate"},
		"_pragma": {
			// Sorting spills people's data into memory, not into files in /tmp.
			"temp_store(MEMORY)",
			// After a long transaction the log is cut to 64 MiB again.
			"journal_size_limit(67108864)",
			// Views and triggers of a foreign file call no functions with side effects.
			"trusted_schema(0)",
		},
	}
}

// reading are the settings of the connections that only read.
func reading(busy time.Duration) url.Values {
	return url.Values{
		"_busy_timeout": {wait(busy)},
		"mode":          {"ro"}, // the file is opened for reading: no statement can change that
		"_query_only":   {"1"},  // and temporary tables are refused too
		"_pragma":       {"temp_store(MEMORY)", "trusted_schema(0)"},
	}
}

// migrating are the settings of the connection that migrates: as the writer, but foreign keys are not followed, because
// rebuilding a table means dropping it, which would delete the rows that refer to it. verifySQLite looks afterwards.
func migrating(busy time.Duration) url.Values {
	v := writing(busy)
	v.Set("_foreign_keys", "0")
	return v
}

func verifySQLite(ctx context.Context, ddl *sql.DB) error {
	broken, err := texts(ctx, ddl, "SELECT DISTINCT \"table\" FROM pragma_foreign_key_check")
	if err != nil {
		return fmt.Errorf("check foreign keys: %w", err)
	}
	if len(broken) > 0 {
		return fmt.Errorf("foreign keys lead nowhere in %s", strings.Join(broken, ", "))
	}
	return nil
}

// lockFile waits until this process alone may migrate, at most ten minutes, and returns what frees the lock again.
//
// It is the exclusive lock of an empty SQLite file beside the database. The system frees it when its holder dies. The
// file is never removed: another may be waiting on it.
func lockFile(ctx context.Context, path string) (unlock func() error, err error) {
	if err := makeFile(path); err != nil {
		return nil, err
	}
	pool, err := sqlitePool(path, url.Values{"_busy_timeout": {wait(10 * time.Minute)}})
	if err != nil {
		return nil, err
	}
	conn, err := pool.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, "BEGIN EXCLUSIVE")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("wait for another migration: %w", err), pool.Close())
	}
	return func() error { return errors.Join(conn.Close(), pool.Close()) }, nil // which ends the transaction
}
