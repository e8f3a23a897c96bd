package main

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"gorm.io/gorm"

	"shanzhi/models/db"
)

// statement is one that the database was asked.
type statement struct {
	text string
	args []any
	rows int64 // returned or changed
}

// listener hears what a database is asked, while nobody else asks it.
type listener struct {
	db    *db.DB
	mu    sync.Mutex
	heard []statement
}

// listen hangs a listener on both pools of a database.
func listen(tb testing.TB, d *db.DB) *listener {
	tb.Helper()
	l := &listener{db: d}
	for _, door := range []func(context.Context, *db.DB, func(*gorm.DB) error) error{db.View, db.Tx} {
		must(tb, door(tb.Context(), d, l.hang))
	}
	return l
}

// hang adds the listener behind every kind of statement, once where both pools are one.
func (l *listener) hang(tx *gorm.DB) error {
	const name = "test:listen"
	all := tx.Callback()
	if all.Query().Get(name) != nil {
		return nil
	}
	for kind, err := range map[string]error{
		"query":  all.Query().After("*").Register(name, l.hear),
		"row":    all.Row().After("*").Register(name, l.hear),
		"raw":    all.Raw().After("*").Register(name, l.hear),
		"create": all.Create().After("*").Register(name, l.hear),
		"update": all.Update().After("*").Register(name, l.hear),
		"delete": all.Delete().After("*").Register(name, l.hear),
	} {
		if err != nil {
			return fmt.Errorf("listen to %s: %w", kind, err)
		}
	}
	return nil
}

func (l *listener) hear(tx *gorm.DB) {
	if tx.DryRun { // a part of another one
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = append(l.heard, statement{
		text: tx.Statement.SQL.String(), args: append([]any(nil), tx.Statement.Vars...), rows: tx.RowsAffected,
	})
}

// during returns what is asked while do runs. What was scanned row by row is asked once more for the number of its rows.
func (l *listener) during(tb testing.TB, do func()) []statement {
	tb.Helper()
	l.mu.Lock()
	l.heard = nil
	l.mu.Unlock()
	do()
	l.mu.Lock()
	heard := l.heard
	l.heard = nil
	l.mu.Unlock()
	must(tb, db.View(tb.Context(), l.db, func(tx *gorm.DB) error {
		for i, h := range heard {
			if h.rows >= 0 {
				continue
			}
			if err := tx.Raw("SELECT COUNT(*) FROM ("+h.text+") x", h.args...).Scan(&heard[i].rows).Error; err != nil {
				return fmt.Errorf("count rows of %s: %w", h.text, err)
			}
		}
		return nil
	}))
	return heard
}

// sum is how many statements there are and how many rows they returned or changed.
func sum(list []statement) (n int, rows int64) {
	for _, s := range list {
		rows += s.rows
	}
	return len(list), rows
}
