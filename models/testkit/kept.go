package testkit

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Keep returns the address of a database without rows that lasts as long as this test program: for what takes long to
// make, is made once, closed, and then copied for each test. On files it is at path, where there is nothing before it
// is first opened; the caller removes it in the end.
func Keep(path string) (url string, err error) {
	if !OnServer() {
		return "sqlite:" + path, nil
	}
	name, err := servers.take()
	return onServer(name), err
}

// KeepCopy is Keep with the rows of another kept database, which nobody has open.
func KeepCopy(kept, path string) (url string, err error) {
	if url, err = Keep(path); err != nil {
		return "", err
	}
	if OnServer() {
		return url, servers.copy(nameOf(kept), nameOf(url))
	}
	content, err := os.ReadFile(strings.TrimPrefix(kept, "sqlite:"))
	if err != nil {
		return "", err
	}
	return url, os.WriteFile(path, content, 0o600)
}

// Copied returns the address of a copy of a kept database, which nobody has open, of its own for this test.
func Copied(tb testing.TB, kept string) string {
	tb.Helper()
	var url string
	var err error
	if OnServer() {
		url = Migrated(tb)
		err = servers.copy(nameOf(kept), nameOf(url))
	} else {
		url, err = KeepCopy(kept, filepath.Join(tb.TempDir(), "test.db"))
	}
	if err != nil {
		tb.Fatal(err)
	}
	return url
}

// nameOf is the name of a database of the server, the reverse of onServer.
func nameOf(url string) string { return strings.TrimPrefix(url, onServer("")) }

// copy puts every row of one database into another, which has the same tables and no rows.
func (p *pool) copy(from, to string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx := context.Background() // the connection outlives the test
	tables, err := p.tables(ctx, from)
	if err != nil {
		return err
	}
	// What is copied was checked when it was made.
	if _, err := p.conn.ExecContext(ctx, "SET foreign_key_checks = 0, unique_checks = 0"); err != nil {
		return err
	}
	for _, t := range tables {
		// Both were migrated alike, so their columns are in the same order.
		query := "INSERT INTO `" + to + "`.`" + t + "` SELECT * FROM `" + from + "`.`" + t + "`"
		if _, err := p.conn.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}
