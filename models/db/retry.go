package db

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"shanzhi/models/fault"
)

const (
	tries     = 8
	firstWait = 10 * time.Millisecond
	longWait  = 500 * time.Millisecond
)

// retry runs work until it succeeds, fails for good, or has lost tries times against others; about 1 s of waiting.
//
// Fault: Busy "error.busy" when it gives up; the accident stays in the chain.
func retry(ctx context.Context, work func() error) error {
	wait := firstWait
	var err error
	for try := range tries {
		if err = work(); !lostToOthers(err) {
			return err
		}
		if try == tries-1 {
			break
		}
		// Half of the wait is chance, so that those who collided do not collide again.
		t := time.NewTimer(wait/2 + rand.N(wait/2))
		select {
		case <-ctx.Done():
			t.Stop()
			return fmt.Errorf("wait to try again: %w, after: %w", ctx.Err(), err)
		case <-t.C:
		}
		wait = min(2*wait, longWait)
	}
	return fmt.Errorf("%w: given up after %d tries: %w", fault.New(fault.Busy, "error.busy"), tries, err)
}

// lostToOthers reports whether err only says that another transaction was in the way, so that the same work may pass
// if it is begun again.
func lostToOthers(err error) bool {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		switch e.Number {
		case 1213, // deadlock, also at commit where servers replicate among themselves
			1205, // lock wait timeout; it ends the statement alone, we end the transaction
			1020: // the row has changed since it was read (innodb_snapshot_isolation, on from MariaDB 11.6)
			return true
		}
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff { // the upper bits say why
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return true
		}
	}
	return false
}
