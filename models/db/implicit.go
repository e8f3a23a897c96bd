package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"
)

// implicitConn is a connection to a server that has autocommit off: the server begins a transaction by itself at the
// first statement, so beginning one costs no way to the server and back. Of which kind it is (isolation, whether it may
// write) the session says, so each kind has a pool of its own.
type implicitConn struct {
	*keptConn
	within bool // in a transaction of database/sql's
	spoilt bool // a transaction could not be ended, or has changed the session
}

var (
	errKind  = errors.New("the kind of a transaction is its pool's")
	errStray = errors.New("more than a question without values outside of a transaction")
)

// BeginTx sends nothing.
func (c *implicitConn) BeginTx(_ context.Context, o driver.TxOptions) (driver.Tx, error) {
	if o != (driver.TxOptions{}) {
		return nil, errKind
	}
	if !c.IsValid() {
		return nil, driver.ErrBadConn
	}
	c.within = true
	return implicitTx{c}, nil
}

// PrepareContext prepares what a transaction will execute.
func (c *implicitConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	if !c.within {
		return nil, errStray
	}
	return c.keptConn.PrepareContext(ctx, text)
}

// QueryContext asks; outside of a transaction of database/sql's, the server's own ends with the rows.
func (c *implicitConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if !c.within && len(args) > 0 {
		return nil, errStray
	}
	rows, err := c.keptConn.QueryContext(ctx, text, args)
	switch {
	case c.within:
		return rows, err
	case err != nil:
		return nil, errors.Join(err, c.end("ROLLBACK"))
	}
	return strayRows{rows, c}, nil
}

// ExecContext executes. After what changes the session the connection is not used for another transaction.
func (c *implicitConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if !c.within {
		return nil, errStray
	}
	c.spoilt = c.spoilt || strings.HasPrefix(text, "SET SESSION ")
	return c.keptConn.ExecContext(ctx, text, args)
}

// IsValid keeps a connection whose transaction is still open from being used for the next one.
func (c *implicitConn) IsValid() bool { return !c.spoilt && c.keptConn.IsValid() }

func (c *implicitConn) end(how string) error {
	c.within = false
	_, err := c.wholeConn.ExecContext(context.Background(), how, nil)
	c.spoilt = c.spoilt || err != nil
	return err
}

type implicitTx struct{ c *implicitConn }

// Commit keeps it.
func (t implicitTx) Commit() error { return t.c.end("COMMIT") }

// Rollback undoes it.
func (t implicitTx) Rollback() error { return t.c.end("ROLLBACK") }

type strayRows struct {
	driver.Rows
	c *implicitConn
}

// Close ends the server's own transaction too.
func (r strayRows) Close() error { return errors.Join(r.Rows.Close(), r.c.end("COMMIT")) }
