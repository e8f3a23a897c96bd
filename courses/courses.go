// Package courses is the catalogue of courses, what a cadre has learned of it, and the two ledgers of hours.
//
// It is the inner ledger of the domain: courses/quiz builds on it and books a finished course through CompleteTx.
// What is kept about a learner is the place in a lesson and the day it was done; no minutes, no visits (red line 1).
// Hours are a record of compliance and enter no score (red line 2).
package courses

import (
	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Service is the door of the room.
type Service struct {
	db  *db.DB
	now clock.Clock
}

// New returns a Service on d that reckons hours by the rule book that was confirmed there, else by ExampleBook.
func New(d *db.DB, now clock.Clock) *Service { return &Service{db: d, now: now} }

// learner refuses whoever has no record of learning of his own: nobody, and the system itself.
func learner(actor models.Actor) error {
	if actor.ID == "" {
		return fault.New(fault.Unsigned, "error.unsigned")
	}
	return policy.Check(actor, policy.LearnTake, policy.Object{PersonID: actor.ID})
}

// DoneTx says how many of a course's lessons the person has finished, and how many there are.
func (s *Service) DoneTx(tx *gorm.DB, personID, courseID string) (done, total int, err error) {
	lessons, err := lessonsOf(tx, courseID)
	if err != nil {
		return 0, 0, err
	}
	places, err := placesOf(tx, personID, courseID)
	if err != nil {
		return 0, 0, err
	}
	for _, l := range lessons {
		if p, ok := places[l.ID]; ok && p.DoneAt != nil {
			done++
		}
	}
	return done, len(lessons), nil
}
