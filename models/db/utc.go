package db

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// ErrInstant refuses a bound instant that is unset, not in UTC, or finer than a millisecond.
//
// SQLite compares instants as text, so 20:00+08:00 would not equal 12:00+00:00; MySQL cuts to the millisecond, so what
// is read would differ from what was written; and it refuses the zero time, which SQLite would keep.
var ErrInstant = errors.New("an instant must be set, in UTC and in whole milliseconds")

// checkInstant refuses t unless both databases keep it alike. The machine's zone is refused even where it is UTC.
func checkInstant(t time.Time) error {
	switch {
	case t.IsZero():
		return fmt.Errorf("%w: it is the zero time", ErrInstant)
	case t.Location() != time.UTC:
		return fmt.Errorf("%w: it is in zone %s", ErrInstant, t.Location())
	case t.Nanosecond()%int(time.Millisecond) != 0:
		return fmt.Errorf("%w: it is finer", ErrInstant)
	}
	return nil
}

// guard is a driver whose connections refuse such instants before the statement is sent. It sits below GORM, so that
// no way of binding a value (field, slice, subquery, named argument, Valuer, raw SQL) goes past it.
type guard struct {
	driver.Connector
	// onConnect are statements run on every new connection.
	onConnect []string
	keeps     bool // its statements prepared, see keptConn
	implicit  bool // begins by itself, see implicitConn; it keeps too
}

// wholeConn is everything database/sql may ask of a connection; both drivers offer it.
type wholeConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type guardedConn struct{ wholeConn }

// Connect opens a guarded connection.
func (g guard) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := g.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := c.(wholeConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("the driver's %T lacks a method that is needed", c), c.Close())
	}
	for _, s := range g.onConnect {
		if _, err := whole.ExecContext(ctx, s, nil); err != nil {
			return nil, errors.Join(fmt.Errorf("set up connection: %w", err), c.Close())
		}
	}
	if !g.keeps {
		return guardedConn{whole}, nil
	}
	kept := &keptConn{guardedConn: guardedConn{whole}, by: map[string]*list.Element{}}
	if g.implicit {
		return &implicitConn{keptConn: kept}, nil
	}
	return kept, nil
}

// CheckNamedValue turns the value into one of the driver's and refuses it if it is a wrong instant.
func (c guardedConn) CheckNamedValue(nv *driver.NamedValue) (err error) {
	if own, ok := c.wholeConn.(driver.NamedValueChecker); ok {
		err = own.CheckNamedValue(nv)
	} else {
		nv.Value, err = driver.DefaultParameterConverter.ConvertValue(nv.Value)
	}
	if err != nil {
		return err
	}
	if t, ok := nv.Value.(time.Time); ok {
		if err := checkInstant(t); err != nil {
			return fmt.Errorf("argument %d: %w", nv.Ordinal, err)
		}
	}
	return nil
}
