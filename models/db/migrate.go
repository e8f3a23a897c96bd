package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/sqlite/*.sql migrations/mysql/*.sql
var files embed.FS

func embedded() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}

// versions is the table that records each migration that has run.
const versions = "schema_migrations"

// PendingError says that the schema is older than the program.
type PendingError struct {
	Names []string // of the files, in order
}

// Error names the migrations and the command that runs them.
func (e *PendingError) Error() string {
	return fmt.Sprintf("the database waits for %d migrations (%s): run `shanzhi migrate up`",
		len(e.Names), strings.Join(e.Names, ", "))
}

// Migration is one numbered file and when it ran.
type Migration struct {
	Version int64
	Name    string    // of the file
	Ran     time.Time // UTC, by the database's clock, whole seconds; zero while it is pending
}

// Start makes the schema ready for the program to serve.
//
// A file has one server, so its migrations run now. On a database server others may be serving with the old schema, so
// a person decides when: a pending migration is refused.
// Errors: *PendingError in that case.
func Start(ctx context.Context, d *DB) error {
	if d.engine.dialect == goose.DialectSQLite3 {
		return Migrate(ctx, d)
	}
	names, err := Pending(ctx, d)
	if err == nil && len(names) > 0 {
		err = &PendingError{Names: names}
	}
	return err
}

// Migrate runs the pending migrations in order. Several at once take turns; the later ones find nothing to do.
//
// A file that failed is run again the next time. On SQLite nothing of it was kept; on MySQL, which commits every
// change of a table by itself, its statements must bear repetition.
func Migrate(ctx context.Context, d *DB) error {
	names, err := Pending(ctx, d)
	if err != nil || len(names) == 0 {
		return err
	}
	return d.engine.alone(ctx, func(pool *sql.DB, p *goose.Provider) error {
		ran, err := p.Up(ctx)
		if err != nil {
			return failed(err)
		}
		if len(ran) == 0 {
			return nil
		}
		return d.engine.verify(ctx, pool)
	})
}

// alone hands out the migrations while nobody else can run any.
func (e *engine) alone(ctx context.Context, do func(*sql.DB, *goose.Provider) error) (err error) {
	pool, err := e.ddl()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	// Our own lock, around all of it: goose knows none for SQLite, and makes its table before it takes one.
	unlock, err := e.lock(ctx, pool)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	p, err := e.provider(pool)
	if err != nil {
		return err
	}
	return do(pool, p)
}

// failed says which file did not run; goose knows it by number.
func failed(err error) error {
	if part, ok := errors.AsType[*goose.PartialError](err); ok {
		return fmt.Errorf("migration %s: %w", path.Base(part.Failed.Source.Path), translate(part.Err))
	}
	return fmt.Errorf("migrate: %w", err)
}

// Pending returns the names of the migrations that have not run, in order. It writes nothing.
//
// Migrations of a newer program are not its concern: schemas only grow, so that two versions can run side by side.
func Pending(ctx context.Context, d *DB) ([]string, error) {
	all, err := Status(ctx, d)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, m := range all {
		if m.Ran.IsZero() {
			names = append(names, m.Name)
		}
	}
	return names, nil
}

// Status returns every migration of this program, in order, with the instant at which it ran. It writes nothing.
func Status(ctx context.Context, d *DB) ([]Migration, error) {
	ran, err := d.engine.ran(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Migration, len(d.known))
	for i, s := range d.known {
		all[i] = Migration{Version: s.Version, Name: path.Base(s.Path), Ran: ran[s.Version]}
	}
	return all, nil
}

// ran reads which versions have run; none where the table is not there yet.
func (e *engine) ran(ctx context.Context) (out map[int64]time.Time, err error) {
	names, err := e.tableNames(ctx)
	if err != nil || !slices.Contains(names, versions) {
		return nil, err
	}
	rows, err := e.read.QueryContext(ctx, "SELECT version_id, tstamp FROM "+versions+" WHERE is_applied")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out = map[int64]time.Time{}
	for rows.Next() {
		var version int64
		var at sql.NullTime
		if err := rows.Scan(&version, &at); err != nil {
			return nil, fmt.Errorf("read migrations: %w", err)
		}
		if !at.Valid {
			at.Time = time.Unix(0, 0).UTC() // it ran, but nobody knows when
		}
		out[version] = at.Time
	}
	return out, rows.Err()
}

// sources lists the files of the program in order.
func (e *engine) sources() ([]*goose.Source, error) {
	p, err := e.provider(e.write) // only names are read; the pool is not used
	if err != nil {
		return nil, err
	}
	return p.ListSources(), nil
}

func (e *engine) provider(pool *sql.DB) (*goose.Provider, error) {
	p, err := goose.NewProvider(e.dialect, pool, e.migrations,
		goose.WithTableName(versions),
		goose.WithDisableGlobalRegistry(true),
		goose.WithLogger(goose.NopLogger()),
	)
	if err != nil {
		return nil, fmt.Errorf("read migrations of %s: %w", e.folder, err)
	}
	return p, nil
}
