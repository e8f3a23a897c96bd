// Package quiz is the test at the end of a course: papers drawn from a bank, attempts, marking, evidence.
//
// The server's clock decides; every answer is kept as given, with a version that refuses a stale window; the right key
// leaves the room only with a marked attempt. An attempt whose time is over is marked by CloseOverdue, or by the first
// look at it, as handed in at the due instant.
package quiz

import (
	"crypto/rand"
	"encoding/binary"
	"time"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Grace is how long after the due instant answers are still taken: the way from a browser to here.
const Grace = 5 * time.Second

// Service is the door of the room.
type Service struct {
	db      *db.DB
	now     clock.Clock
	courses *courses.Service
}

// New returns a Service on d; finished courses are booked by c.
func New(d *db.DB, now clock.Clock, c *courses.Service) *Service {
	return &Service{db: d, now: now, courses: c}
}

// taker refuses whoever sits no tests: nobody, and the system itself.
func taker(actor models.Actor) error {
	if actor.ID == "" {
		return fault.New(fault.Unsigned, "error.unsigned")
	}
	return policy.Check(actor, policy.LearnTake, policy.Object{PersonID: actor.ID})
}

// newSeed returns 63 random bits, from which one paper is drawn.
func newSeed() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails
	return int64(binary.LittleEndian.Uint64(b[:]) >> 1)
}

// over reports whether no answer is taken any more.
func over(a models.Attempt, now time.Time) bool { return now.After(a.DueAt.Add(Grace)) }
