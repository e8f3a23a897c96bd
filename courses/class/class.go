// Package class is the door of training classes (培训班；专题班 where it is online): a cohort with a plan, a timetable,
// sign-in sheets and a closing by which the hours of those who were there are booked.
//
// A sign-in sheet is kept like a ledger: a correction is another entry with its reason. Nobody signs himself in, and
// the hours of a class are asked for by one person and confirmed by another. Lists are by unit and name, never by
// attendance.
package class

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

// The limits of a class: texts in characters.
const (
	maxTitle    = 100
	maxReason   = 300
	maxSessions = 100
	maxMembers  = 500
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

// View is a class with the names that belong to it.
type View struct {
	models.TrainingClass
	Unit, UnitPath, Head, HeadNo string
	Submitter, Confirmer         string // who asked for the hours, and who confirmed them
	Members                      int    // who belong to it now
}

func query(tx *gorm.DB) *gorm.DB {
	return tx.Table("training_classes").
		Select("training_classes.*, units.name AS unit, units.path AS unit_path, h.name AS head, " +
			"h.staff_no AS head_no, s.name AS submitter, c.name AS confirmer, (SELECT COUNT(*) FROM class_members m " +
			"WHERE m.class_id = training_classes.id AND m.left_on = '') AS members").
		Joins("JOIN units ON units.id = training_classes.unit_id").
		Joins("JOIN persons h ON h.id = training_classes.head_id").
		Joins("LEFT JOIN persons s ON s.id = training_classes.submitted_by").
		Joins("LEFT JOIN persons c ON c.id = training_classes.confirmed_by")
}

// readTx returns a class that the actor may do the action to. Faults: NotFound where he does not see it, Forbidden.
func readTx(tx *gorm.DB, who models.Actor, do policy.Action, id string) (v View, err error) {
	err = query(tx).Where("training_classes.id = ?", id).Take(&v).Error
	switch {
	case db.IsNotFound(err) || err == nil && !policy.Can(who, policy.ClassSee, policy.Object{UnitPath: v.UnitPath}):
		return v, notFound()
	case err != nil:
		return v, fmt.Errorf("read class: %w", err)
	}
	return v, policy.Check(who, do, policy.Object{UnitPath: v.UnitPath})
}

// changeTx changes a class of the version that was looked at while it is in one of the states.
func changeTx(tx *gorm.DB, id string, version int, set map[string]any, in ...models.ClassState) error {
	set["version"] = gorm.Expr("version + 1")
	done := tx.Model(&models.TrainingClass{}).
		Where("id = ? AND version = ? AND state IN ?", id, version, in).Updates(set)
	switch {
	case done.Error != nil:
		return fmt.Errorf("change class: %w", done.Error)
	case done.RowsAffected == 0:
		return fault.New(fault.Conflict, "error.stale")
	}
	return nil
}

// holdTx locks a class that is planned or open for a change of what hangs on it; the version stays.
func holdTx(tx *gorm.DB, who models.Actor, id string) (View, error) {
	held := tx.Model(&models.TrainingClass{}).Where("id = ?", id).Update("created_at", gorm.Expr("created_at"))
	if held.Error != nil {
		return View{}, fmt.Errorf("lock class: %w", held.Error)
	}
	v, err := readTx(tx, who, policy.ClassManage, id)
	if err == nil && !v.Changeable() {
		err = fault.New(fault.Conflict, "class.not_open")
	}
	return v, err
}

// Changeable reports whether timetable, list and sign-in sheets can still be changed.
func (v View) Changeable() bool { return v.State == models.ClassPlanned || v.State == models.ClassOpen }

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
