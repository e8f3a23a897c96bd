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

// maxLoginDays is how long somebody who has left may go on looking at his own record: a little longer than the windows
// in which figures can be objected to and grades reviewed.
const maxLoginDays = 366

// LeaveInput says that a person leaves or retires, with which day as the last. LoginTo is the last day on which he may
// still log in and see nothing but his own record; "" is the day Last.
type LeaveInput struct {
	Version int // of the person; 0 for whoever has just read it in the same transaction
	Last    models.Date
	Reason  models.EndReason // LeftPost or Retired
	LoginTo models.Date
	// Receiver is the post of whoever takes over the open work on the day after; "" leaves it to be handed over by hand
	Receiver string
}

// Left is what ended when a person left.
type Left struct {
	Posts  []models.Post
	Grants []models.RoleGrant
}

// Leave ends every post and role of a person (离任、退休). The dossier is kept.
//
// The login is closed when its last day is over: an account that nobody needs any more is a door left open. Until then
// the person, without post and role, sees what is kept about himself, so that figures drawn up after he has left can
// still be read and objected to; how long is the administrator's decision, up to a year.
//
// Faults: Invalid with fields to, reason, login_to, receiver; NotFound; Forbidden "account.disable_self",
// "account.disable_admin", "account.leave_elsewhere"; Conflict "error.stale", "account.last_admin".
func (s *Service) Leave(ctx context.Context, actor models.Actor, personID string, in LeaveInput) (Left, error) {
	now := s.now()
	var out Left
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		if _, err = s.seenPerson(tx, now, actor, personID); err != nil {
			return err
		}
		if out, err = LeaveTx(tx, now, actor, personID, in); err != nil {
			return err
		}
		_, err = s.runPlansTx(tx, now, actor, personID)
		return err
	})
	return out, err
}

// LeaveTx is Leave within a transaction, with its audit row. The caller has checked that the actor may see the person.
func LeaveTx(tx *gorm.DB, now time.Time, actor models.Actor, personID string, in LeaveInput) (out Left, err error) {
	if personID == actor.ID {
		return out, fault.New(fault.Forbidden, "account.disable_self")
	}
	if in.LoginTo == "" {
		in.LoginTo = in.Last
	}
	if err := in.check(); err != nil {
		return out, err
	}
	if err := guardAdmin(tx, now, actor, personID, "account.disable_admin"); err != nil {
		return out, err
	}
	if err := setClosing(tx, now, personID, in.Version, in.LoginTo); err != nil {
		return out, err
	}
	if out.Posts, err = leavePostsTx(tx, actor, personID, in); err != nil {
		return out, err
	}
	if out.Grants, err = grantsAfter(tx, personID, "", in.Last); err != nil {
		return out, err
	}
	if err := endGrantsTx(tx, out.Grants, in.Last, models.DateOf(now)); err != nil {
		return out, err
	}
	if err := planTx(tx, now, actor, personID, "", in.Receiver, in.Last); err != nil {
		return out, err
	}
	err = audit.Add(tx, now, actor, audit.Event{
		Action: "person.leave", Kind: "person", ID: personID,
		Detail: fmt.Sprintf("%s last=%s login=%s posts=%d roles=%s", in.Reason, in.Last, in.LoginTo, len(out.Posts),
			roleNames(out.Grants)),
	})
	if err != nil || in.LoginTo >= models.DateOf(now) {
		return out, err
	}
	return out, closeTx(tx, now, personID)
}

func (in LeaveInput) check() error {
	var bad []fault.Field
	if in.Reason != models.LeftPost && in.Reason != models.Retired {
		bad = append(bad, fault.On("reason", "form.required_choice"))
	}
	_, last := models.ParseDate(string(in.Last))
	if !last {
		bad = append(bad, fault.On("to", "form.date"))
	}
	switch _, ok := models.ParseDate(string(in.LoginTo)); {
	case !last:
	case !ok:
		bad = append(bad, fault.On("login_to", "form.date"))
	case in.LoginTo < in.Last:
		bad = append(bad, fault.On("login_to", "form.date_order"))
	case in.Last.DaysUntil(in.LoginTo) > maxLoginDays:
		bad = append(bad, fault.On("login_to", "account.login_long", "days", maxLoginDays))
	}
	return fault.Refuse(bad)
}

// leavePostsTx ends the posts that last beyond the day. Whoever holds one out of the actor's reach is not the actor's
// to send away.
func leavePostsTx(tx *gorm.DB, actor models.Actor, personID string, in LeaveInput) ([]models.Post, error) {
	posts, paths, err := postsAfter(tx, personID, in.Last)
	if err != nil {
		return nil, err
	}
	for i, p := range posts {
		if !policy.Can(actor, policy.AdminPeople, policy.Object{UnitPath: paths[p.UnitID]}) {
			return nil, fault.New(fault.Forbidden, "account.leave_elsewhere")
		}
		if err := setPostEnd(tx, p, in.Last, in.Reason); err != nil {
			return nil, err
		}
		posts[i].ValidTo, posts[i].EndReason = in.Last, in.Reason
	}
	return posts, nil
}

// closeTx closes an account whose last day is over.
func closeTx(tx *gorm.DB, now time.Time, personID string) error {
	if err := closePerson(tx, now, personID); err != nil {
		return err
	}
	return deleteSessions(tx, personID)
}
