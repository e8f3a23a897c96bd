package db

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// errLoadAgain ends a load that lost against others: what it reads from cannot be read twice.
var errLoadAgain = errors.New("another program was in the way; nothing was kept, try again")

// Load is Tx for filling an empty database from a backup: rows may come before the rows they refer to.
//
// On SQLite foreign keys are looked at when the transaction commits. A server looks at none meanwhile: whoever fills it
// holds what was filled against the backup's digests. Unlike Tx it does not run fn again.
func Load(ctx context.Context, d *DB, fn func(tx *gorm.DB) error) error {
	ran := false
	return Tx(ctx, d, func(tx *gorm.DB) error {
		if ran {
			return errLoadAgain
		}
		ran = true
		if err := tx.Exec(d.engine.loosen).Error; err != nil {
			return fmt.Errorf("let rows come in any order: %w", err)
		}
		return fn(tx)
	})
}
