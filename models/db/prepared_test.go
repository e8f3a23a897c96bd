package db_test

import (
	"errors"
	"fmt"
	"testing"

	"gorm.io/gorm"

	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// A connection to a server prepares a text once, whatever its values, and bounds what it keeps.
func TestTextsArePreparedOnce(t *testing.T) {
	if !testkit.OnServer() {
		t.Skip("files have no server to keep statements")
	}
	t.Parallel()
	d := testkit.Open(t, testkit.URL(t), testkit.Still(), db.Options{})
	say := func(tx *gorm.DB, column, n int) {
		var got int
		text := fmt.Sprintf("SELECT ? AS c%d", column)
		if err := tx.Raw(text, n).Scan(&got).Error; err != nil || got != n {
			t.Errorf("%s: got %d, want %d (error %v)", text, got, n, err)
		}
	}
	err := db.View(t.Context(), d, func(tx *gorm.DB) error { // on one connection
		say(tx, 0, 0)
		before := prepared(t, tx)
		for n := range 10 {
			say(tx, 0, n)
		}
		if got := prepared(t, tx); got.made != before.made {
			t.Errorf("%d times prepared for 10 times the same text", got.made-before.made)
		}
		for column := 1; column <= 200; column++ {
			say(tx, column, column)
		}
		if got := prepared(t, tx); got.made-got.closed > 64 {
			t.Errorf("%d statements are kept, want 64 at most", got.made-got.closed)
		}
		say(tx, 0, 1) // forgotten, so prepared again
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

type statements struct{ made, closed int }

func prepared(t *testing.T, tx *gorm.DB) (s statements) {
	t.Helper()
	for name, n := range map[string]*int{"Com_stmt_prepare": &s.made, "Com_stmt_close": &s.closed} {
		if err := tx.Raw("SHOW SESSION STATUS LIKE '"+name+"'").Row().Scan(new(string), n); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// A query within a query is not kept: the second time the server would refuse it.
func TestQueriesWithinAreAskedAgain(t *testing.T) {
	t.Parallel()
	d := testkit.Open(t, testkit.URL(t), testkit.Still(), db.Options{MaxConns: 1})
	do := func(text string, args ...any) {
		t.Helper()
		err := db.Tx(t.Context(), d, func(tx *gorm.DB) error { return tx.Exec(text, args...).Error })
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	do("CREATE TABLE stays (id INTEGER NOT NULL PRIMARY KEY, guest INTEGER NOT NULL, since INTEGER NOT NULL)")
	do("INSERT INTO stays (id, guest, since) VALUES (?, ?, ?), (?, ?, ?)", 1, 7, 1, 2, 7, 2)
	for range 3 {
		var n int64
		err := db.View(t.Context(), d, func(tx *gorm.DB) error {
			return tx.Raw("SELECT COUNT(*) FROM stays AS a JOIN stays AS b ON b.id = a.id WHERE a.id IN "+
				"(SELECT MIN(c.id) FROM stays AS c WHERE c.since <= ? GROUP BY c.guest)", 5).Scan(&n).Error
		})
		if err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
	}
}

// A kept statement follows its table.
func TestKeptStatementsSurviveAMigration(t *testing.T) {
	t.Parallel()
	d := testkit.Open(t, testkit.URL(t), testkit.Still(), db.Options{MaxConns: 1})
	do := func(text string, args ...any) (columns int) {
		t.Helper()
		err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
			if len(args) == 0 {
				return tx.Exec(text).Error
			}
			rows, err := tx.Raw(text, args...).Rows()
			if err != nil {
				return err
			}
			defer rows.Close()
			names, err := rows.Columns()
			columns = len(names)
			return errors.Join(err, rows.Err())
		})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return columns
	}
	const all = "SELECT * FROM things WHERE id = ?"
	do("CREATE TABLE things (id INTEGER NOT NULL PRIMARY KEY)")
	if n := do(all, 1); n != 1 {
		t.Fatalf("%d columns", n)
	}
	do("ALTER TABLE things ADD COLUMN name VARCHAR(20)")
	if n := do(all, 1); n != 2 {
		t.Errorf("%d columns after the change of the table, want 2", n)
	}
	do("DROP TABLE things")
	do("CREATE TABLE things (id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(3), b VARCHAR(3))")
	if n := do(all, 1); n != 3 {
		t.Errorf("%d columns of the new table, want 3", n)
	}
}
