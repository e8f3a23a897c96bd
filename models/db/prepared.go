package db

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// mostKept is how many statements one connection to a server keeps prepared, those used last. A full pool of ours then
// holds a twelfth of what a server allows all its clients unless told otherwise (max_prepared_stmt_count, 16,382).
const mostKept = 64

// keptConn is a connection that prepares a text once and keeps it, instead of preparing, executing and forgetting it
// each time: one way to the server and back instead of two. Values still travel apart from the text. Lists in IN (…)
// make ever new texts, so what was not used for longest is forgotten.
//
// Only one statement of a connection to MySQL can be under way, so none is executed while its rows are still read.
type keptConn struct {
	guardedConn
	by    map[string]*list.Element
	order list.List // of keptStmt, the one used last in front
}

type keptStmt struct {
	text string
	stmt driver.Stmt
}

// plain says that a text asks for rows of tables or writes them, without a query within. MariaDB plans a query within
// anew at the second execution of a kept statement and then refuses it: "Mixing of GROUP columns" (1140) for COUNT(*)
// of rows chosen by IN (SELECT MIN(…) … GROUP BY …), found on 10.11.
func plain(text string) bool {
	return strings.Count(text, "SELECT")+strings.Count(text, "select") <= 1 && !strings.Contains(text, "GROUP BY")
}

// QueryContext asks with the statement that is kept.
func (c *keptConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) == 0 || !plain(text) {
		return c.guardedConn.QueryContext(ctx, text, args)
	}
	var rows driver.Rows
	err := c.with(ctx, text, func(s driver.Stmt) (err error) {
		rows, err = s.(driver.StmtQueryContext).QueryContext(ctx, args)
		return err
	})
	return rows, err
}

// ExecContext executes the statement that is kept.
func (c *keptConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 || !plain(text) {
		return c.guardedConn.ExecContext(ctx, text, args)
	}
	var res driver.Result
	err := c.with(ctx, text, func(s driver.Stmt) (err error) {
		res, err = s.(driver.StmtExecContext).ExecContext(ctx, args)
		return err
	})
	return res, err
}

// with does something with the statement of a text; once more with a new one where the server has lost it.
func (c *keptConn) with(ctx context.Context, text string, do func(driver.Stmt) error) error {
	s, err := c.statement(ctx, text)
	if err != nil {
		return err
	}
	if err = do(s); !hasNumber(err, 1243, 1615) { // unknown, for example behind a proxy; must be prepared again
		return err
	}
	c.forget(c.by[text])
	if s, err = c.statement(ctx, text); err != nil {
		return err
	}
	return do(s)
}

// statement returns the prepared text.
func (c *keptConn) statement(ctx context.Context, text string) (driver.Stmt, error) {
	if e := c.by[text]; e != nil {
		c.order.MoveToFront(e)
		return e.Value.(keptStmt).stmt, nil
	}
	s, err := c.PrepareContext(ctx, text)
	if hasNumber(err, 1461) { // all clients together keep too many: we give ours back
		for c.order.Len() > 0 {
			c.forget(c.order.Back())
		}
		s, err = c.PrepareContext(ctx, text)
	}
	if err != nil {
		return nil, err
	}
	if _, ok := s.(interface {
		driver.StmtQueryContext
		driver.StmtExecContext
	}); !ok {
		return nil, errors.Join(fmt.Errorf("the driver's %T lacks a method that is needed", s), s.Close())
	}
	if c.order.Len() >= mostKept {
		c.forget(c.order.Back())
	}
	c.by[text] = c.order.PushFront(keptStmt{text, s})
	return s, nil
}

// forget closes a statement. Nothing is lost where that fails: the connection is gone, and the server forgets with it.
func (c *keptConn) forget(e *list.Element) {
	kept := c.order.Remove(e).(keptStmt)
	delete(c.by, kept.text)
	_ = kept.stmt.Close()
}

// hasNumber reports whether err is one of those errors of the server.
func hasNumber(err error, numbers ...uint16) bool {
	e, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && slices.Contains(numbers, e.Number)
}
