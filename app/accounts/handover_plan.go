package accounts

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

func handoverDetail(n int, post string) string { return fmt.Sprintf("items=%d to post %s", n, post) }

// planTx promises that the open work of a post ("" = of every post) goes to a receiver on the day after its last. The
// work itself stays with whoever has it until then.
//
// Fault: Invalid with field receiver.
func planTx(
	tx *gorm.DB, now time.Time, actor models.Actor, personID, postID, receiver string, last models.Date,
) error {
	if receiver == "" {
		return nil
	}
	due := last.AddDays(1)
	to, err := receiverTx(tx, receiver, max(due, models.DateOf(now)))
	if err != nil {
		return err
	}
	if to.PostID == "" || to.PersonID == personID && to.PostID == postID ||
		!policy.Can(actor, policy.HandOver, policy.Object{UnitPath: to.UnitPath}) {
		return fault.Wrong(fault.On("receiver", "work.receiver_gone"))
	}
	row := models.Handover{
		ID: models.NewID(), PersonID: personID, PostID: orNil(postID), ToPostID: receiver, DueOn: due,
		AskedBy: orNil(actor.ID), CreatedAt: now,
	}
	if err := insertHandover(tx, &row); err != nil {
		return err
	}
	return audit.Add(tx, now, actor, audit.Event{
		Action: "work.plan", Kind: "person", ID: personID,
		Detail: fmt.Sprintf("on=%s to post %s", due, receiver),
	})
}

// runPlansTx does what was promised of a person and is due. What a receiver may not have, such as the work of another
// unit, stays in the list of what has nobody; so does everything when the receiver has left meanwhile.
func (s *Service) runPlansTx(tx *gorm.DB, now time.Time, actor models.Actor, personID string) (n int, err error) {
	today := models.DateOf(now)
	plans, err := duePlansTx(tx, personID, today)
	if err != nil {
		return 0, err
	}
	for _, p := range plans {
		moved, err := s.runPlanTx(tx, now, actor, p, today)
		if err != nil {
			return n, err
		}
		n += moved
	}
	return n, nil
}

func (s *Service) runPlanTx(
	tx *gorm.DB, now time.Time, actor models.Actor, p models.Handover, today models.Date,
) (int, error) {
	items, err := s.openWorkTx(tx, models.SystemActor("hand-over"), today, p.PersonID)
	if err != nil {
		return 0, err
	}
	to, err := receiverTx(tx, p.ToPostID, today)
	if err != nil {
		return 0, err
	}
	var mine []WorkItem
	for _, it := range items {
		ofPost := p.PostID == nil || it.PostID == "" || it.PostID == *p.PostID
		if !it.ByRole() && ofPost && to.PostID != "" && mayTake(to, it) {
			mine = append(mine, it)
		}
	}
	if done, err := finishPlan(tx, p.ID, now, len(mine)); err != nil || !done {
		return 0, err // somebody else is at it
	}
	if err := s.giveTx(tx, now, actor, mine, func(WorkItem) Receiver { return to }); err != nil {
		return 0, err
	}
	return len(mine), audit.Add(tx, now, actor, audit.Event{
		Action: "work.hand_over", Kind: "person", ID: p.PersonID, Detail: handoverDetail(len(mine), p.ToPostID),
	})
}

// DropPlan takes back a handing over that is not due yet. Faults: NotFound, Forbidden.
func (s *Service) DropPlan(ctx context.Context, actor models.Actor, personID, planID string) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if _, err := s.seenPerson(tx, now, actor, personID); err != nil {
			return err
		}
		dropped, err := deletePlan(tx, personID, planID)
		switch {
		case err != nil:
			return err
		case !dropped:
			return notFound()
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "work.unplan", Kind: "person", ID: personID})
	})
}

// EndDue does what follows from days that are over: loans get their reason of ending, roles that outlived the post they
// came with end, work goes to whoever was named, and logins whose last day is over are closed. Running it again changes
// nothing. It is the work of a daily job.
func (s *Service) EndDue(ctx context.Context, actor models.Actor) (summary string, err error) {
	if err := policy.Check(actor, policy.AdminPeople, policy.Object{}); err != nil {
		return "", err
	}
	now := s.now()
	today := models.DateOf(now)
	var people []string
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		people, err = dueTx(tx, today)
		return err
	})
	if err != nil {
		return "", err
	}
	var sum due
	for _, id := range people {
		var one due
		err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
			one, err = s.endDueTx(tx, now, actor, id)
			return err
		})
		if err != nil {
			return sum.String(), fmt.Errorf("end what is due of person %s: %w", id, err)
		}
		sum.posts, sum.roles = sum.posts+one.posts, sum.roles+one.roles
		sum.items, sum.logins = sum.items+one.items, sum.logins+one.logins
	}
	return sum.String(), nil
}

// due counts what a run has done.
type due struct{ posts, roles, items, logins int }

func (d due) String() string {
	return fmt.Sprintf("posts=%d roles=%d items=%d logins=%d", d.posts, d.roles, d.items, d.logins)
}

func (s *Service) endDueTx(tx *gorm.DB, now time.Time, actor models.Actor, personID string) (out due, err error) {
	today := models.DateOf(now)
	if err := holdPerson(tx, personID, now); err != nil {
		return out, err
	}
	if out.posts, err = nameTermOver(tx, personID, today); err != nil {
		return out, err
	}
	ended, err := endedLately(tx, personID, today)
	if err != nil {
		return out, err
	}
	for _, p := range ended {
		// What was granted after the post had ended was granted all the same.
		grants, err := endRolesAtTx(tx, p, p.ValidTo, today)
		if err != nil {
			return out, err
		}
		out.roles += len(grants)
	}
	if out.items, err = s.runPlansTx(tx, now, actor, personID); err != nil {
		return out, err
	}
	p, err := personTx(tx, personID)
	if err != nil {
		return out, err
	}
	if p.DisabledAt == nil && closed(p, now) {
		out.logins = 1
		if err := closeTx(tx, now, personID); err != nil {
			return out, err
		}
	}
	return out, audit.Add(tx, now, actor, audit.Event{
		Action: "person.end_due", Kind: "person", ID: personID, Detail: out.String(),
	})
}
