// Package trainer is the door of the training administrator (培训管理员): courses that people are asked to take, hours
// learned elsewhere that are claimed and credited, and the ledgers of the people of a unit.
//
// Lists are in the order of units and names, never of hours: a ledger is a record of compliance, not a performance
// (red lines 1 and 2). Nobody credits his own claim.
package trainer

import (
	"fmt"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Service is the door of the room.
type Service struct {
	db      *db.DB
	now     clock.Clock
	courses *courses.Service
}

// New returns the door; c keeps the ledgers.
func New(d *db.DB, now clock.Clock, c *courses.Service) *Service {
	return &Service{db: d, now: now, courses: c}
}

// list refuses whoever may not do the action to anything at all.
func list(who models.Actor, do policy.Action) error {
	if policy.May(who, do) {
		return nil
	}
	return policy.Check(who, do, policy.Object{})
}

// within narrows a query that joins units to those in the reach.
func within(q *gorm.DB, r policy.Reach) *gorm.DB {
	cond, args := r.Below("units.path")
	return q.Where(cond, args...)
}

// current is the condition that a post holds on a day, twice the argument.
const current = "posts.valid_from <= ? AND (posts.valid_to = '' OR posts.valid_to >= ?)"

// unitTx returns a unit within the reach of an action. Fault: NotFound.
func unitTx(tx *gorm.DB, who models.Actor, do policy.Action, id string) (models.Unit, error) {
	var u models.Unit
	err := tx.Take(&u, "id = ?", id).Error
	switch {
	case db.IsNotFound(err) || err == nil && !policy.Can(who, do, policy.Object{UnitPath: u.Path}):
		return u, notFound()
	case err != nil:
		return u, fmt.Errorf("read unit: %w", err)
	}
	return u, nil
}

func notFound() error { return fault.New(fault.NotFound, "error.not_found") }
