package db

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"
	"modernc.org/sqlite"
)

var none = fstest.MapFS{
	"sqlite/0001_n.sql": {Data: []byte("-- +goose Up\nCREATE TABLE n (n INTEGER);\n")},
	"mysql/0001_n.sql":  {Data: []byte("-- +goose Up\nCREATE TABLE IF NOT EXISTS n (n INTEGER);\n")},
}

func still() time.Time { return time.Date(2026, 7, 15, 2, 0, 0, 0, time.UTC) }

func openFile(t *testing.T, o Options) *DB {
	t.Helper()
	o.Migrations = none
	d, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "t.db"), still, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return d
}

// every runs check on n connections of the pool that are open at once.
func every(t *testing.T, pool *sql.DB, n int, check func(c *sql.Conn)) {
	t.Helper()
	for range n {
		c, err := pool.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		check(c)
	}
}

// asker is a pool, a connection of it or a transaction.
type asker interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func ask(t *testing.T, c asker, question string) string {
	t.Helper()
	var s string
	if err := c.QueryRowContext(t.Context(), question).Scan(&s); err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return s
}

// A power cut loses no acknowledged write only if every connection that may write waits for the disk.
func TestSQLiteSettingsAreInForce(t *testing.T) {
	t.Parallel()
	d := openFile(t, Options{LockWait: 3 * time.Second})
	ddl, err := d.engine.ddl()
	if err != nil {
		t.Fatal(err)
	}
	defer ddl.Close()
	if n := d.engine.write.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d connections write, want 1", n)
	}
	d.engine.write.SetMaxOpenConns(3) // to see that it does not hang on the first one
	for name, pool := range map[string]*sql.DB{"write": d.engine.write, "migrate": ddl} {
		every(t, pool, 3, func(c *sql.Conn) {
			want := map[string]string{
				"synchronous": "2", "journal_mode": "wal", "busy_timeout": "3000", "trusted_schema": "0",
				"temp_store": "2", "foreign_keys": "1",
			}
			if name == "migrate" {
				want["foreign_keys"] = "0"
			}
			for pragma, w := range want {
				if got := ask(t, c, "PRAGMA "+pragma); got != w {
					t.Errorf("%s: %s = %s, want %s", name, pragma, got, w)
				}
			}
		})
	}
	every(t, d.engine.read, readers, func(c *sql.Conn) {
		for pragma, w := range map[string]string{"query_only": "1", "busy_timeout": "3000", "temp_store": "2"} {
			if got := ask(t, c, "PRAGMA "+pragma); got != w {
				t.Errorf("read: %s = %s, want %s", pragma, got, w)
			}
		}
		// Even with the pragma taken back the file is open for reading alone.
		if _, err := c.ExecContext(t.Context(), "PRAGMA query_only = 0"); err != nil {
			t.Error(err)
		}
		if _, err := c.ExecContext(t.Context(), "INSERT INTO n VALUES (1)"); err == nil {
			t.Error("the reading pool has written")
		}
		if _, err := c.ExecContext(t.Context(), `SELECT "misspelt" FROM n`); err == nil {
			t.Error("a misspelt column was taken for a text")
		}
	})
}

// What the server is asked for, and what it says is in force where there is one.
func TestMySQLSettings(t *testing.T) {
	t.Parallel()
	cfg, err := mysql.ParseDSN("u:p@tcp(h)/d?parseTime=false&loc=Local&interpolateParams=true&multiStatements=true" +
		"&allowAllFiles=true&time_zone=%27%2B08%3A00%27&tls=skip-verify")
	if err != nil {
		t.Fatal(err)
	}
	if err := setMySQL(cfg, Options{LockWait: 1500 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if !cfg.ParseTime || cfg.Loc != time.UTC || !cfg.ClientFoundRows || cfg.InterpolateParams || cfg.MultiStatements ||
		cfg.AllowAllFiles || cfg.Params["time_zone"] != "'+00:00'" || cfg.Params["innodb_lock_wait_timeout"] != "2" {
		t.Errorf("the address overrides what the program depends on: %+v", cfg)
	}
	if cfg.TLSConfig != "skip-verify" {
		t.Errorf("the operator's TLS setting is lost: %q", cfg.TLSConfig)
	}
	server := os.Getenv("SHANZHI_TEST_MYSQL")
	if server == "" {
		return // the rest asks a server
	}
	e, err := openMySQL(server+"mysql", Options{LockWait: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	every(t, e.write, 3, func(c *sql.Conn) {
		for variable, want := range map[string]string{
			"time_zone": "+00:00", "tx_isolation": "READ-COMMITTED", "collation_connection": "utf8mb4_unicode_520_ci",
			"character_set_client": "utf8mb4", "character_set_results": "utf8mb4", "innodb_lock_wait_timeout": "2",
		} {
			if got := ask(t, c, "SELECT @@"+variable); got != want {
				t.Errorf("%s = %s, want %s", variable, got, want)
			}
		}
		mode := ask(t, c, "SELECT @@sql_mode")
		for _, m := range []string{"STRICT_ALL_TABLES", "ONLY_FULL_GROUP_BY", "NO_ZERO_DATE"} {
			if !strings.Contains(mode, m) {
				t.Errorf("sql_mode lacks %s: %s", m, mode)
			}
		}
	})
}

func TestLostToOthers(t *testing.T) {
	t.Parallel()
	d := openFile(t, Options{LockWait: time.Millisecond})
	d.engine.write.SetMaxOpenConns(2)
	holder, err := d.engine.write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, busy := d.engine.write.BeginTx(t.Context(), nil)
	if err := holder.Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*sqlite.Error](busy); !ok {
		t.Fatalf("no SQLite error to test with: %v", busy)
	}
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("busy"), false},
		{context.DeadlineExceeded, false},
		{gorm.ErrDuplicatedKey, false},
		{busy, true},
		{fmt.Errorf("wrapped: %w", busy), true},
		{&mysql.MySQLError{Number: 1213}, true},
		{&mysql.MySQLError{Number: 1205}, true},
		{&mysql.MySQLError{Number: 1020}, true},
		{fmt.Errorf("wrapped: %w", &mysql.MySQLError{Number: 1213}), true},
		{&mysql.MySQLError{Number: 1062}, false},
		{&mysql.MySQLError{Number: 1146}, false},
	} {
		if got := lostToOthers(c.err); got != c.want {
			t.Errorf("%v: got %v, want %v", c.err, got, c.want)
		}
	}
}

// losing is a pool whose first commits fail as they do where servers replicate among themselves.
type losing struct {
	*sql.DB
	left atomic.Int32
}

type losingTx struct {
	*sql.Tx
	pool *losing
}

func (p *losing) BeginTx(ctx context.Context, o *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := p.DB.BeginTx(ctx, o)
	return &losingTx{tx, p}, err
}

func (tx *losingTx) Commit() error {
	if tx.pool.left.Add(-1) >= 0 {
		return errors.Join(&mysql.MySQLError{Number: 1213}, tx.Rollback())
	}
	return tx.Tx.Commit()
}

func TestDeadlockAtCommitIsTriedAgain(t *testing.T) {
	t.Parallel()
	d := openFile(t, Options{})
	pool := &losing{DB: d.engine.write}
	pool.left.Store(2)
	d.write.Statement.ConnPool = pool
	runs := 0
	err := Tx(t.Context(), d, func(tx *gorm.DB) error { runs++; return tx.Exec("INSERT INTO n VALUES (1)").Error })
	if err != nil || runs != 3 {
		t.Errorf("%d runs, error %v; want 3 and none", runs, err)
	}
	var n int
	if err := d.engine.read.QueryRow("SELECT COUNT(*) FROM n").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d rows, want 1; error %v", n, err)
	}
}

func TestErrorsQuoteNoValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  mysql.MySQLError
		kind error
		want string // part of the text
	}{
		{mysql.MySQLError{Number: 1062, Message: "Duplicate entry '王五' for key 'ux_a'"}, gorm.ErrDuplicatedKey, "ux_a"},
		{
			mysql.MySQLError{Number: 1062, Message: "Duplicate entry '王' for key 'x' for key 't.ux_a'"},
			gorm.ErrDuplicatedKey, "t.ux_a",
		},
		{mysql.MySQLError{Number: 1452, Message: "Cannot add or update a child row: a foreign key constraint fails " +
			"(`d`.`t`, CONSTRAINT `fk_a` FOREIGN KEY (`p`) REFERENCES `t` (`id`))"}, gorm.ErrForeignKeyViolated, "fk_a"},
		{
			mysql.MySQLError{Number: 4025, Message: "CONSTRAINT `ck_a` failed for `d`.`t`"},
			gorm.ErrCheckConstraintViolated, "ck_a",
		},
		{
			mysql.MySQLError{Number: 3819, Message: "Check constraint 'ck_a' is violated."},
			gorm.ErrCheckConstraintViolated, "ck_a",
		},
		{
			mysql.MySQLError{Number: 1366, Message: "Incorrect integer value: '王五' for column `d`.`t`.`n` at row 1"},
			nil, "for column `d`.`t`.`n`",
		},
		{mysql.MySQLError{Number: 1292, Message: "Truncated incorrect DOUBLE value: '王五'"}, nil, "DOUBLE"},
	} {
		got := translate(&c.err)
		if c.kind != nil && !errors.Is(got, c.kind) {
			t.Errorf("%s: not a %v", c.err.Message, c.kind)
		}
		if !strings.Contains(got.Error(), c.want) || strings.Contains(got.Error(), "王") {
			t.Errorf("%s became %s", c.err.Message, got)
		}
	}
}

func TestSlowLogHoldsNoValues(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	l := slowLog{slog.New(slog.NewTextHandler(&out, nil))}
	text := func() (string, int64) { return "SELECT ?", 1 }
	l.Trace(t.Context(), time.Now(), text, nil)
	if out.Len() > 0 {
		t.Errorf("a fast statement was told: %s", out.String())
	}
	l.Trace(t.Context(), time.Now().Add(-time.Second), text, nil)
	if s := out.String(); !strings.Contains(s, "SELECT ?") || !strings.Contains(s, "level=WARN") {
		t.Errorf("a slow statement was not told: %s", s)
	}
	if _, vars := l.ParamsFilter(t.Context(), "SELECT ?", "王五"); len(vars) != 0 {
		t.Errorf("values reach the log: %v", vars)
	}
}

// The drift test sees columns and indexes; that both dialects follow the same references and checks shows here.
func TestBothDialectsHaveTheSameMigrations(t *testing.T) {
	t.Parallel()
	rule := regexp.MustCompile(`(?s)CREATE TABLE (?:IF NOT EXISTS )?\w+|FOREIGN KEY[^,\n]*|\bCHECK \([^\n]*\)`)
	rules := map[string][]string{}
	for _, folder := range []string{"sqlite", "mysql"} {
		list, err := files.ReadDir("migrations/" + folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			text, err := files.ReadFile("migrations/" + folder + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "+goose Down") {
				t.Errorf("%s/%s goes down; migrations only go forward", folder, f.Name())
			}
			rules[folder] = append(rules[folder], f.Name())
			for _, r := range rule.FindAllString(string(text), -1) {
				rules[folder] = append(rules[folder], strings.Replace(r, "IF NOT EXISTS ", "", 1))
			}
		}
	}
	if diff := cmp.Diff(rules["sqlite"], rules["mysql"]); diff != "" {
		t.Errorf("the folders differ (-sqlite +mysql):\n%s", diff)
	}
}
