// Package db opens the database, migrates it and runs transactions.
//
// It is the one room that knows the two dialects. SQLite is the embedded default, MySQL (tested: MariaDB 10.11) is for
// several servers. Everything above writes portable SQL inside Tx and View; what only one dialect can do is refused
// (see portable.go), and so is every instant that the dialects would keep differently (see utc.go).
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"shanzhi/models/clock"
)

// Options are the settings of Open. The zero value is right for a server.
type Options struct {
	// Migrations holds the folders "sqlite" and "mysql" of numbered files; nil means the ones of the program.
	Migrations fs.FS
	// Logger is told of statements slower than 200 ms, without their values; nil means nobody.
	Logger *slog.Logger
	// MaxConns limits the connections of each pool to MySQL, or of the read pool of SQLite; 0 means 16 or 8.
	MaxConns int
	// LockWait is how long a statement waits for another's lock before it fails and Tx tries again.
	// 0 means 5 s. MySQL rounds it up to whole seconds.
	LockWait time.Duration
}

// DB is an open database. It is safe for concurrent use. Its connections are reached through Tx and View alone.
type DB struct {
	write   *gorm.DB
	read    *gorm.DB // another pool, that cannot write
	engine  *engine
	closing sync.Once
	known   []*goose.Source // migrations of this program, by version
	inside  sync.Map        // goroutine → *visit: who is in a door just now
}

// engine is what differs between the dialects.
type engine struct {
	dialect goose.Dialect
	folder  string // of the migrations
	path    string // of the file, "" for a server
	write   *sql.DB
	read    *sql.DB
	gorm    func(pool *sql.DB) gorm.Dialector
	view    *sql.TxOptions // of a reading transaction, where its pool does not say it: one snapshot, no writes

	migrations fs.FS
	ddl        func() (*sql.DB, error)                                                 // a pool for migrations alone
	lock       func(ctx context.Context, ddl *sql.DB) (unlock func() error, err error) // of the one that migrates
	// verify looks at what migrating has left, on the pool of ddl.
	verify func(ctx context.Context, ddl *sql.DB) error
	tables string // SQL: the names of all tables

	loosen string // SQL: foreign keys wait until the end of the transaction
}

var errAddress = errors.New(`a database address is "sqlite:PATH" or "mysql:USER:PASSWORD@tcp(HOST:PORT)/NAME"`)

// Open connects to the database at url: "sqlite:PATH" (made if it does not exist) or "mysql:DSN".
//
// It does not migrate; see Start. now stamps rows made by GORM. Errors never hold the password of the address.
func Open(ctx context.Context, url string, now clock.Clock, o Options) (*DB, error) {
	if o.Migrations == nil {
		o.Migrations = embedded()
	}
	if o.LockWait <= 0 {
		o.LockWait = 5 * time.Second
	}
	scheme, rest, _ := strings.Cut(url, ":")
	var e *engine
	var err error
	switch {
	case scheme == "sqlite" && rest != "":
		e, err = openSQLite(rest, o)
	case scheme == "mysql" && rest != "":
		e, err = openMySQL(rest, o)
	default:
		err = errAddress // what was given may be a password in the wrong place
	}
	if err != nil {
		return nil, err
	}
	d := &DB{engine: e}
	if err := d.connect(ctx, now, o); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), e.close())
	}
	return d, nil
}

func (d *DB) connect(ctx context.Context, now clock.Clock, o Options) (err error) {
	e := d.engine
	if e.migrations, err = fs.Sub(o.Migrations, e.folder); err != nil {
		return err
	}
	// The writing pool comes first: it makes the file, which the reading pool cannot.
	if err = e.write.PingContext(ctx); isReadOnly(err) && e.path != "" {
		return fileClosed(e.path, err)
	}
	if err != nil {
		return err
	}
	if err = e.read.PingContext(ctx); err != nil {
		return err
	}
	if d.known, err = e.sources(); err != nil {
		return err
	}
	if d.write, err = openGorm(e.gorm(e.write), now, o.Logger); err != nil {
		return err
	}
	d.read, err = openGorm(e.gorm(e.read), now, o.Logger)
	return err
}

func openGorm(dialect gorm.Dialector, now clock.Clock, log *slog.Logger) (*gorm.DB, error) {
	g, err := gorm.Open(dialect, &gorm.Config{
		NowFunc:        now,          // UTC, whole milliseconds: what both databases keep
		Logger:         slowLog{log}, // errors are returned, not logged as well
		TranslateError: true,         // constraint errors become one kind, and lose the values they quote
		// A single statement is its own transaction in both databases; several belong into Tx.
		SkipDefaultTransaction: true,
		// Without savepoints a nested transaction would silently be part of the outer one: doors forbid nesting.
		DisableNestedTransaction: true,
		// Name the columns: one that the next version adds, perhaps a large one, is not even sent to this version.
		QueryFields: true,
		// GORM keeps without a bound, and none that was prepared inside a transaction; see keptConn.
		PrepareStmt:          false,
		DisableAutomaticPing: true, // done with the caller's context
		ClauseBuilders:       clauseBuilders(),
	})
	if err != nil {
		return nil, err
	}
	return g, registerChecks(g)
}

// Close ends all connections. Nothing may be running. Closing again does nothing.
func (d *DB) Close() (err error) {
	d.closing.Do(func() { err = d.engine.shut() })
	return err
}

func (e *engine) shut() error {
	if e.path == "" {
		return e.close()
	}
	// The last connection folds SQLite's log back into the file and removes it, but only one that can write and has
	// read before: so the readers go first, and the writer reads (else it would wait for itself) and folds.
	err := e.read.Close()
	for _, s := range []string{"SELECT COUNT(*) FROM sqlite_schema", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		_, failed := e.write.ExecContext(context.Background(), s)
		err = errors.Join(err, failed)
	}
	return errors.Join(err, e.write.Close())
}

// close gives up what was not opened in full.
func (e *engine) close() error { return errors.Join(e.read.Close(), e.write.Close()) }

// Ready reports whether requests can be served: both pools answer and no migration is pending.
//
// Errors: *PendingError, or what the driver said.
func (d *DB) Ready(ctx context.Context) error {
	if err := d.engine.write.PingContext(ctx); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	names, err := Pending(ctx, d)
	if err != nil {
		return err
	}
	if len(names) > 0 {
		return &PendingError{Names: names}
	}
	return nil
}

// Empty reports whether the database holds no table at all, not even those of the migrations.
func (d *DB) Empty(ctx context.Context) (bool, error) {
	names, err := d.engine.tableNames(ctx)
	return len(names) == 0, err
}

func (e *engine) tableNames(ctx context.Context) ([]string, error) {
	names, err := texts(ctx, e.read, e.tables)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	return names, nil
}

// texts returns the one column of a query.
func texts(ctx context.Context, pool *sql.DB, query string) (out []string, err error) {
	rows, err := pool.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
