package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"gorm.io/gorm"

	"shanzhi/models/fault"
)

// ErrNested refuses a transaction begun inside another: a door has called a door.
//
// On SQLite the inner one would wait for the outer one, which waits for it; on MySQL it would commit although the
// outer one rolls back. Pass tx down to a helper instead.
var ErrNested = errors.New("a door called a door: Tx or View inside Tx or View")

// Tx runs fn in one transaction: all of it is kept, or nothing.
//
// fn may run several times, because a transaction that lost against others (deadlock, lock timeout, busy) is begun
// again: it does SQL through its tx alone, and sets what it returns to the outside anew on every run. Nothing of it is
// kept when it returns an error or panics.
//
// Errors: fn's own; ErrNested; fault Busy "error.busy" when others were in the way too often, "error.database_away",
// "error.read_only" or "error.disk_full" when the database is; ctx's.
func Tx(ctx context.Context, d *DB, fn func(tx *gorm.DB) error) error {
	return d.door(ctx, d.write, nil, fn)
}

// View runs fn on one snapshot of the database, in which it can write no row. It waits for no writer.
//
// It may run fn again like Tx. (MySQL would let CREATE TABLE through, which ends the transaction; tables are changed by
// migrations alone.)
// Errors are those of Tx, and what the database says to an attempt to write.
func View(ctx context.Context, d *DB, fn func(tx *gorm.DB) error) error {
	return d.door(ctx, d.read, d.engine.view, fn)
}

func (d *DB) door(ctx context.Context, pool *gorm.DB, o *sql.TxOptions, fn func(tx *gorm.DB) error) error {
	v, leave, err := d.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	ctx = context.WithValue(ctx, visitKey{}, v)
	return plainly(retry(ctx, func() error {
		v.renew()
		return pool.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
			return v.verdict(fn(tx))
		}, o)
	}))
}

// plainly turns the troubles of the database itself into refusals that say what whoever is in front of the screen, or
// looks after the house, can do. Nothing of the transaction was acknowledged; the accident stays in the chain.
func plainly(err error) error {
	var key string
	switch {
	case err == nil:
		return nil
	case isAway(err):
		key = "error.database_away"
	case isReadOnly(err):
		key = "error.read_only"
	case isFull(err):
		key = "error.disk_full"
	default:
		return err
	}
	return fmt.Errorf("%w: %w", fault.New(fault.Busy, key), err)
}

// visit is one stay inside a door.
type visit struct {
	db  *DB
	mu  sync.Mutex
	err error // why it must not commit, whatever fn says
}

type visitKey struct{}

// enter marks that this goroutine is in a door of d, or refuses because it is already.
//
// The mark is looked for in ctx, and by goroutine because fn mostly uses the ctx of before the door. Finding it spoils
// the outer transaction too, so that nobody can swallow the refusal.
func (d *DB) enter(ctx context.Context) (*visit, func(), error) {
	id := goroutine()
	outer, _ := ctx.Value(visitKey{}).(*visit)
	if outer == nil || outer.db != d {
		found, _ := d.inside.Load(id)
		outer, _ = found.(*visit)
	}
	if outer != nil {
		outer.spoil(ErrNested)
		return nil, nil, ErrNested
	}
	v := &visit{db: d}
	d.inside.Store(id, v)
	return v, func() { d.inside.Delete(id) }, nil
}

func (v *visit) renew() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.err = nil
}

func (v *visit) spoil(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err == nil {
		v.err = err
	}
}

// verdict is how the transaction ends: as fn says, unless it was spoilt and fn hides that.
func (v *visit) verdict(err error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err == nil || lostToOthers(err) || errors.Is(err, ErrNested) {
		return err
	}
	return errors.Join(err, v.err)
}

// spoil is a callback: after a deadlock MySQL has already rolled the transaction back, and what follows would commit by
// itself statement by statement. So fn's transaction is over even if fn looks away from the error.
func spoil(tx *gorm.DB) {
	if v, ok := tx.Statement.Context.Value(visitKey{}).(*visit); ok && lostToOthers(tx.Error) {
		v.spoil(fmt.Errorf("statement lost: %w", tx.Error))
	}
}
