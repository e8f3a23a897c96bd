package testkit

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/go-sql-driver/mysql"

	"shanzhi/models/db"
)

// pool hands out the migrated databases of the server. Making one takes a second, so they are kept and used again, by
// later tests and by later test programs: "shanzhi_test_<schema>_<n>", each held by a named lock that the server frees
// when the program ends.
type pool struct {
	mu     sync.Mutex
	conn   *sql.Conn // holds the locks; nil until it is needed
	schema string    // digest of the migrations
	free   []string  // held by this program, used by no test
	next   int
}

var servers pool // the one pool of this test program, guarded by its mutex

// migratedOnServer returns the address of a migrated and emptied database that no other test uses meanwhile.
func migratedOnServer(tb testing.TB) string {
	tb.Helper()
	name, err := servers.take()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { servers.give(name) })
	return onServer(name)
}

// onServer is the address of a database of the server.
func onServer(name string) string { return "mysql:" + os.Getenv(ServerEnv) + name }

func (p *pool) take() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx := context.Background() // outlives the test
	if err := p.connect(ctx); err != nil {
		return "", err
	}
	if n := len(p.free); n > 0 {
		name := p.free[n-1]
		p.free = p.free[:n-1]
		return name, p.empty(ctx, name)
	}
	for {
		name := fmt.Sprintf("shanzhi_test_%s_%d", p.schema, p.next)
		p.next++
		var got int
		if err := p.conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, 0)", name).Scan(&got); err != nil {
			return "", err
		}
		if got == 1 {
			return name, p.prepare(ctx, name)
		}
	}
}

func (p *pool) give(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, name)
}

func (p *pool) connect(ctx context.Context) error {
	if p.conn != nil {
		return nil
	}
	sum, err := db.Digest()
	if err != nil {
		return err
	}
	server, err := root()
	if err != nil {
		return err
	}
	p.schema = sum[:10]
	p.conn, err = server.Conn(ctx)
	return err
}

// prepare makes the database, or empties it where an earlier program has left it.
func (p *pool) prepare(ctx context.Context, name string) error {
	if _, err := p.conn.ExecContext(ctx, create(name)); err != nil {
		return err
	}
	if err := p.empty(ctx, name); err != nil {
		return err
	}
	return migrate(onServer(name))
}

// empty deletes all rows but those of the migrations. Tables refer to each other and to themselves, so the order alone
// does not help: foreign keys are not followed meanwhile.
func (p *pool) empty(ctx context.Context, name string) error {
	tables, err := p.tables(ctx, name)
	if err != nil {
		return err
	}
	if _, err := p.conn.ExecContext(ctx, "SET foreign_key_checks = 0"); err != nil {
		return err
	}
	for _, s := range tables {
		if err := p.clear(ctx, "`"+name+"`.`"+s+"`"); err != nil {
			return err
		}
	}
	return nil
}

// clear empties a table: row by row where there are few, which is quickest, else by making it anew.
func (p *pool) clear(ctx context.Context, table string) error {
	const few = 500
	done, err := p.conn.ExecContext(ctx, fmt.Sprintf("DELETE FROM %s LIMIT %d", table, few))
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n < few {
		return err
	}
	_, err = p.conn.ExecContext(ctx, "TRUNCATE TABLE "+table)
	return err
}

func (p *pool) tables(ctx context.Context, name string) (out []string, err error) {
	rows, err := p.conn.QueryContext(ctx, `SELECT table_name FROM information_schema.tables
		WHERE table_schema = ? AND table_name <> 'schema_migrations'`, name)
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

// blankOnServer makes a database without tables and drops it after the test.
func blankOnServer(tb testing.TB) string {
	tb.Helper()
	server, err := root()
	if err != nil {
		tb.Fatal(err)
	}
	var b [6]byte
	_, _ = rand.Read(b[:])
	name := "shanzhi_blank_" + hex.EncodeToString(b[:])
	if _, err := server.ExecContext(tb.Context(), create(name)); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_, err := server.ExecContext(context.Background(), "DROP DATABASE `"+name+"`")
		if err := errors.Join(err, server.Close()); err != nil {
			tb.Error(err)
		}
	})
	return onServer(name)
}

func create(name string) string {
	return "CREATE DATABASE IF NOT EXISTS `" + name + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci"
}

func root() (*sql.DB, error) {
	cfg, err := mysql.ParseDSN(os.Getenv(ServerEnv))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ServerEnv, err)
	}
	c, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ServerEnv, err)
	}
	return sql.OpenDB(c), nil
}
