package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Close ends the case with its outcome. Solved, partly solved and explained need an answer given to the resident; the
// other three need a note that says why, and may be recorded by the clerk while nobody has the case in hand.
//
// The resident's invitation to rate is made with it and handed out by others: who closes a case never holds the link.
// The clerk who took it in is told that the receipt can be printed.
//
// Faults: NotFound, Forbidden, Conflict "serve.stale" or "serve.wrong_state", Invalid on "outcome" or "close_note".
func (s *Service) Close(
	ctx context.Context, who models.Actor, id string, outcome models.Outcome, note string, version int,
) (c *models.Case, err error) {
	bad := listed("outcome", outcome, Outcomes())
	note = text(&bad, "close_note", note, maxText, !IsAsked(outcome) && outcome != "")
	if err := fault.Refuse(bad); err != nil {
		return nil, err
	}
	now := s.now()
	st := step{
		action: "case.close", event: EventClosed, note: note, open: true, detail: string(outcome),
		may: func(a models.Actor, c models.Case, path string) bool {
			return mayHandle(a, c, path) || c.State == models.CaseReceived && mayDirect(a, c, path)
		},
		from: []models.CaseState{models.CaseReceived, models.CaseInHand, models.CaseAnswered},
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		done, err := s.stepTx(tx, now, who, id, version, st, s.closing(outcome))
		if err != nil {
			return err
		}
		c = &done.Case
		if s.closed == nil {
			return nil
		}
		if err := s.closed.CaseClosedTx(tx, now, c); err != nil || !IsAsked(outcome) {
			return err
		}
		return tellFirst(tx, now, who, *c, "case_invite")
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (s *Service) closing(outcome models.Outcome) change {
	return func(_ *gorm.DB, now time.Time, c *placed, _ *step) (map[string]any, error) {
		if IsAsked(outcome) && c.State != models.CaseAnswered {
			return nil, fault.Wrong(fault.On("outcome", "serve.answer_first"))
		}
		set := s.resumed(c.Case, models.DateOf(now))
		set["state"], set["closed_on"], set["outcome"] = models.CaseClosed, models.DateOf(now), outcome
		return set, nil
	}
}

// Reopen begins the case again because the resident says that it is not solved. It goes back to its handler, or to
// intake when he has left, with a new deadline; the case counts as reopened.
//
// Faults: NotFound, Forbidden, Conflict, Invalid on "reason".
func (s *Service) Reopen(
	ctx context.Context, who models.Actor, id, reason string, version int,
) (*models.Case, error) {
	var bad []fault.Field
	reason = text(&bad, "reason", reason, maxReason, true)
	if err := fault.Refuse(bad); err != nil {
		return nil, err
	}
	st := step{
		action: "case.reopen", may: mayDirect, event: EventReopened, note: reason, open: true,
		from: []models.CaseState{models.CaseClosed},
	}
	return s.run(ctx, who, id, version, st, func(
		tx *gorm.DB, now time.Time, c *placed, _ *step,
	) (map[string]any, error) {
		return s.againTx(tx, now, &c.Case, true)
	})
}

// againTx gives the columns of a case that begins again, with a new deadline: back to its handler where it may and he
// is still there, else to intake.
func (s *Service) againTx(tx *gorm.DB, now time.Time, c *models.Case, same bool) (map[string]any, error) {
	today := models.DateOf(now)
	var m models.Matter
	if err := tx.Where("id = ?", c.MatterID).Take(&m).Error; err != nil {
		return nil, fmt.Errorf("read matter: %w", err)
	}
	set := map[string]any{
		"state": models.CaseReceived, "closed_on": "", "outcome": "", "answered_at": nil,
		"reopened": c.Reopened + 1, "due_on": s.days.Add(today, m.Days), "suspended_on": "",
	}
	stays, err := holdsPostTx(tx, c.HandlerPostID, today)
	if err != nil {
		return nil, err
	}
	if stays && same {
		set["state"], set["dispatched_at"] = models.CaseDispatched, now
	} else {
		set["handler_id"], set["handler_post_id"] = nil, nil
	}
	return set, nil
}

// ExcludeTx takes the case out of the assessment, with its reason; the case stays visible and is counted as excluded.
// The caller has checked that a second person does it. A case already excluded stays as it is.
func (s *Service) ExcludeTx(tx *gorm.DB, now time.Time, who models.Actor, c *models.Case, reason string) error {
	if c.Excluded {
		return nil
	}
	if r := []rune(reason); len(r) > maxReason {
		reason = string(r[:maxReason])
	}
	err := updateTx(tx, c, c.Version, map[string]any{"excluded": true, "exclude_reason": reason, "updated_at": now})
	if err != nil {
		return err
	}
	if err := s.eventTx(tx, now, who, c.ID, EventExcluded, reason, false); err != nil {
		return err
	}
	return audit.Add(tx, now, who, audit.Event{Action: "case.exclude", Kind: "case", ID: c.ID, Detail: reason})
}

// holdsPostTx reports whether a post is still held.
func holdsPostTx(tx *gorm.DB, postID *string, on models.Date) (bool, error) {
	if postID == nil {
		return false, nil
	}
	var n int64
	err := tx.Model(&models.Post{}).Joins("JOIN persons pe ON pe.id = posts.person_id AND pe.disabled_at IS NULL").
		Where("posts.id = ? AND posts.valid_from <= ?", *postID, on).
		Where("(posts.valid_to = '' OR posts.valid_to >= ?)", on).
		Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("read post: %w", err)
	}
	return n > 0, nil
}

// May says what the actor may do to a case now; it decides the buttons.
type May struct {
	Dispatch, Acknowledge, Return, Note, Answer, Close, Reopen, Receipt, Contact, Sort, Code bool

	Object, Extend                              bool // the handler asks
	Remind, Supervise, Suspend, Resume, Exclude bool // the supervisor
	Escalate, Join, Repeat                      bool // supervisor or clerk
	Instruct                                    bool // the leader in charge
	Invited                                     bool // by others: the handler does not hold his own rating link
}

func mayNow(who models.Actor, c models.Case, path string) May {
	handler, director := mayHandle(who, c, path), mayDirect(who, c, path)
	in := func(states ...models.CaseState) bool { return slices.Contains(states, c.State) }
	receipt := policy.Can(who, policy.CaseInvite, object(c, path))
	open := !in(models.CaseClosed)
	super := mayWatch(who, c, path)
	return May{
		Object:    handler && in(models.CaseDispatched, models.CaseInHand),
		Extend:    handler && open && c.SuspendedOn == "",
		Remind:    super && open && c.HandlerID != nil,
		Supervise: super && open && c.SupervisedOn == "",
		Suspend:   super && open && c.SuspendedOn == "",
		Resume:    super && open && c.SuspendedOn != "",
		Exclude:   (super || director) && !c.Excluded,
		Escalate:  super && open && !c.Escalated,
		Join:      director && open,
		Repeat:    director && c.RepeatOfID == nil,
		Instruct:  policy.Can(who, policy.CaseApprove, object(c, path)) && open,

		Dispatch:    director && in(models.CaseReceived, models.CaseDispatched, models.CaseInHand),
		Acknowledge: handler && in(models.CaseDispatched),
		Return:      handler && in(models.CaseDispatched, models.CaseInHand),
		Note:        (handler || director) && open,
		Answer:      handler && in(models.CaseInHand, models.CaseAnswered),
		Close:       handler && in(models.CaseInHand, models.CaseAnswered) || director && in(models.CaseReceived),
		Reopen:      director && in(models.CaseClosed),
		Invited:     handler && in(models.CaseClosed) && IsAsked(c.Outcome),
		Receipt:     receipt && in(models.CaseClosed) && IsAsked(c.Outcome),
		Contact:     policy.Can(who, policy.CaseContact, object(c, path)),
		Sort:        maySort(who, c, path),
		Code:        mayCode(who, c, path),
	}
}
