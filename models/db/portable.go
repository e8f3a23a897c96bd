package db

import (
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ErrNotPortable refuses a clause that one of the two dialects would ignore without a word.
var ErrNotPortable = errors.New("not portable")

// registerChecks adds to g what every statement passes.
func registerChecks(g *gorm.DB) error {
	c := g.Callback()
	return errors.Join(
		c.Create().Before("gorm:create").Register("db:portable", checkCreate),
		c.Create().After("gorm:create").Register("db:unknown", blurDoNothing),
		c.Update().Before("gorm:update").Register("db:portable", checkChange),
		c.Delete().Before("gorm:delete").Register("db:portable", checkChange),
		c.Create().Register("db:spoil", spoil),
		c.Query().Register("db:spoil", spoil),
		c.Update().Register("db:spoil", spoil),
		c.Delete().Register("db:spoil", spoil),
		c.Row().Register("db:spoil", spoil),
		c.Raw().Register("db:spoil", spoil),
	)
}

// checkCreate: MySQL ignores RETURNING (as we set it up), and of ON CONFLICT the conditions and the constraint.
func checkCreate(tx *gorm.DB) {
	refuse(tx, "RETURNING")
	on, _ := tx.Statement.Clauses["ON CONFLICT"].Expression.(clause.OnConflict)
	if len(on.Where.Exprs) > 0 || len(on.TargetWhere.Exprs) > 0 || on.OnConstraint != "" {
		_ = tx.AddError(fmt.Errorf("%w: condition or constraint of ON CONFLICT", ErrNotPortable))
	}
	if on.DoNothing { // kept, because the dialect may rewrite the clause
		tx.InstanceSet(doNothing, true)
	}
}

const doNothing = "db:do_nothing"

// blurDoNothing makes the count of an OnConflict{DoNothing} unknown (-1). MySQL answers 1 whether the row is new or
// not, so a claim made by it would be granted twice; Insert tells the truth on both.
func blurDoNothing(tx *gorm.DB) {
	if _, ok := tx.InstanceGet(doNothing); ok && tx.Error == nil {
		tx.RowsAffected = -1
	}
}

// checkChange: SQLite ignores ORDER BY and LIMIT of UPDATE and DELETE and would change every row.
func checkChange(tx *gorm.DB) { refuse(tx, "RETURNING", "ORDER BY", "LIMIT") }

func refuse(tx *gorm.DB, names ...string) {
	for _, n := range names {
		if _, ok := tx.Statement.Clauses[n]; ok {
			_ = tx.AddError(fmt.Errorf("%w: %s here", ErrNotPortable, n))
		}
	}
}

// clauseBuilders are clauses that both dialects write in the same way of ours.
func clauseBuilders() map[string]clause.ClauseBuilder {
	return map[string]clause.ClauseBuilder{"LIMIT": buildLimit}
}

// buildLimit writes an OFFSET without LIMIT, which neither dialect knows, with the largest limit.
func buildLimit(c clause.Clause, b clause.Builder) {
	limit, ok := c.Expression.(clause.Limit)
	if ok && limit.Offset > 0 && (limit.Limit == nil || *limit.Limit < 0) {
		_, _ = b.WriteString("LIMIT 9223372036854775807 ")
	}
	c.Build(b)
}
