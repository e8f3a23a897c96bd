package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"
)

// With autocommit off a server keeps a transaction open until it is told to end it: whatever uses a connection, none is
// left behind, where it would hold back migrations and what is purged.
func TestNothingStaysOpenOnAServer(t *testing.T) {
	t.Parallel()
	server := os.Getenv("SHANZHI_TEST_MYSQL")
	if server == "" {
		t.Skip("a file begins its transactions as it is told")
	}
	e, err := openMySQL(server+"mysql", Options{LockWait: 2 * time.Second, MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	const look = "SELECT COUNT(*) FROM innodb_table_stats"
	within := func(do func(tx *sql.Tx) error) func(ctx context.Context, pool *sql.DB) error {
		return func(ctx context.Context, pool *sql.DB) error {
			tx, err := pool.BeginTx(ctx, nil)
			if err != nil {
				return err
			}
			defer func() { _ = tx.Rollback() }()
			var n int
			if err := tx.QueryRowContext(ctx, look).Scan(&n); err != nil {
				return err
			}
			if open := ask(t, tx, "SELECT @@in_transaction"); open != "1" {
				t.Errorf("no transaction within one")
			}
			return do(tx)
		}
	}
	for name, use := range map[string]func(ctx context.Context, pool *sql.DB) error{
		"a query": func(ctx context.Context, pool *sql.DB) error {
			var n int
			return pool.QueryRowContext(ctx, look).Scan(&n)
		},
		"a refused query": func(ctx context.Context, pool *sql.DB) error {
			if err := pool.QueryRowContext(ctx, "SELECT nothing FROM innodb_table_stats").Scan(new(int)); err == nil {
				return errors.New("it passed")
			}
			return nil
		},
		"a refused statement": func(ctx context.Context, pool *sql.DB) error {
			_, err := pool.ExecContext(ctx, "DO (SELECT COUNT(*) FROM innodb_table_stats)")
			if !errors.Is(err, errStray) {
				return fmt.Errorf("not refused: %w", err)
			}
			return nil
		},
		"a commit":   within(func(tx *sql.Tx) error { return tx.Commit() }),
		"a rollback": within(func(tx *sql.Tx) error { return tx.Rollback() }),
	} {
		for kind, pool := range map[string]*sql.DB{"writing": e.write, "reading": e.read} {
			if err := use(t.Context(), pool); err != nil {
				t.Errorf("%s, %s: %v", name, kind, err)
			}
			if open := ask(t, pool, "SELECT @@in_transaction"); open != "0" {
				t.Errorf("%s leaves a transaction open on the %s connection", name, kind)
			}
		}
	}
	loosened := within(func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), "SET SESSION foreign_key_checks = 0")
		return errors.Join(err, tx.Commit())
	})
	if err := loosened(t.Context(), e.write); err != nil {
		t.Error(err)
	}
	if got := ask(t, e.write, "SELECT @@foreign_key_checks"); got != "1" {
		t.Error("a session that was changed is used again")
	}
	if err := e.read.QueryRowContext(t.Context(), "SELECT ?", 1).Scan(new(int)); !errors.Is(err, errStray) {
		t.Errorf("a query with values outside of a transaction: %v", err)
	}
	if _, err := e.write.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true}); !errors.Is(err, errKind) {
		t.Errorf("a writing connection was asked for a transaction that reads: %v", err)
	}
	for variable, want := range map[string]string{"tx_isolation": "REPEATABLE-READ", "tx_read_only": "1"} {
		if got := ask(t, e.read, "SELECT @@"+variable); got != want {
			t.Errorf("reading: %s = %s, want %s", variable, got, want)
		}
	}
}
