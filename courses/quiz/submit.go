package quiz

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// Submit hands the paper in and marks it. Handing in again changes nothing and returns the same attempt.
//
// Later than Grace after the due instant it counts as handed in at that instant, TimedOut.
// Faults: Unsigned; NotFound "quiz.not_found".
func (s *Service) Submit(ctx context.Context, actor models.Actor, id string) (*models.Attempt, error) {
	if err := taker(actor); err != nil {
		return nil, err
	}
	now := s.now()
	var a models.Attempt
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if a, err = attemptTx(tx, actor.ID, id, true); err != nil {
			return err
		}
		return s.closeTx(tx, now, actor, &a)
	})
	if err != nil {
		return nil, err
	}
	return &a, nil
}

// closeTx marks an open attempt, which the caller has locked or read in a locked enrolment, and books the course when
// it is passed. A marked attempt is left alone.
func (s *Service) closeTx(tx *gorm.DB, now time.Time, who models.Actor, a *models.Attempt) error {
	if a.State == models.AttemptMarked {
		return nil
	}
	sh, err := sheetTx(tx, *a)
	if err != nil {
		return err
	}
	keys := make(map[string]string, len(sh.questions))
	for id, q := range sh.questions {
		keys[id] = q.Right
	}
	at := now
	if a.TimedOut = over(*a, now); now.After(a.DueAt) {
		at = a.DueAt
	}
	a.Score = grade(sh.answers, keys)
	x := rights(sh.answers)
	a.Passed = passes(x, len(sh.answers), sh.quiz.PassPercent)
	a.State, a.SubmittedAt = models.AttemptMarked, &at
	res := tx.Model(&models.Attempt{}).Where("id = ? AND state = ?", a.ID, models.AttemptOpen).
		Select("State", "SubmittedAt", "TimedOut", "Score", "Passed").Updates(a)
	if res.Error != nil {
		return fmt.Errorf("mark attempt: %w", res.Error)
	}
	if res.RowsAffected == 0 { // somebody else marked it between our look and our lock
		return tx.Where("id = ?", a.ID).Take(a).Error
	}
	if err := keepAnswers(tx, sh.answers, "mark", "is_right"); err != nil {
		return err
	}
	action := "quiz.submit"
	if a.TimedOut {
		action = "quiz.time_over"
	}
	err = audit.Add(tx, now, who, audit.Event{
		Action: action, Kind: "attempt", ID: a.ID, Detail: fmt.Sprintf("%d of %d right", x, len(sh.answers)),
	})
	if err != nil || !a.Passed {
		return err
	}
	_, err = s.courses.CompleteTx(tx, now, who, sh.course.ID, courses.Pass{
		PersonID: a.PersonID, AttemptID: a.ID, Score: a.Score, At: at,
	})
	return err
}

// closeDue marks one attempt if its time is over; it reports whether it did.
func (s *Service) closeDue(ctx context.Context, who models.Actor, id string) (closed bool, err error) {
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		closed = false
		a, err := lockAttempt(tx, id)
		if err != nil || a.State == models.AttemptMarked || !over(a, now) {
			return err
		}
		closed = true
		return s.closeTx(tx, now, who, &a)
	})
	return closed && err == nil, err
}

// batch is how many overdue attempts are looked up at a time.
const batch = 100

// CloseOverdue marks every attempt whose time is over, one transaction each, and returns how many it marked. One that
// cannot be marked is reported in the error and does not stop the others.
//
// Faults: Forbidden unless the system asks.
func (s *Service) CloseOverdue(ctx context.Context, actor models.Actor) (n int, err error) {
	if !actor.System {
		return 0, fault.New(fault.Forbidden, "error.forbidden")
	}
	before := s.now().Add(-Grace)
	var failed []error
	for last := ""; ; {
		var ids []string
		err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
			ids, err = overdueTx(tx, before, last, batch)
			return err
		})
		if err != nil {
			return n, errors.Join(append(failed, err)...)
		}
		for _, id := range ids {
			closed, err := s.closeDue(ctx, actor, id)
			switch {
			case ctx.Err() != nil:
				return n, errors.Join(append(failed, ctx.Err())...)
			case err != nil:
				failed = append(failed, fmt.Errorf("close attempt %s: %w", id, err))
			case closed:
				n++
			}
		}
		if len(ids) < batch {
			return n, errors.Join(failed...)
		}
		last = ids[len(ids)-1]
	}
}
