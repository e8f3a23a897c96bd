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

// step is one change of a case: who may, from which states, and what it does.
type step struct {
	action string // of the audit log
	may    func(models.Actor, models.Case, string) bool
	from   []models.CaseState
	event  string
	note   string
	open   bool // the resident may see the event
	detail string
}

// change gives the columns that a step sets.
type change func(tx *gorm.DB, now time.Time, c *placed, st *step) (map[string]any, error)

// run does one step in a transaction: load, check, change, history, audit.
//
// Faults: NotFound, Forbidden, Conflict "serve.stale" or "serve.wrong_state".
func (s *Service) run(
	ctx context.Context, who models.Actor, id string, version int, st step,
	set change,
) (*models.Case, error) {
	now := s.now()
	var out models.Case
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		c, err := s.stepTx(tx, now, who, id, version, st, set)
		if err != nil {
			return err
		}
		out = c.Case
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

func (s *Service) stepTx(
	tx *gorm.DB, now time.Time, who models.Actor, id string, version int, st step,
	set change,
) (placed, error) {
	c, err := caseTx(tx, who, id)
	switch {
	case err != nil:
		return c, err
	case !st.may(who, c.Case, c.UnitPath):
		return c, fault.New(fault.Forbidden, "error.forbidden")
	case c.Version != version:
		return c, errStale
	case !slices.Contains(st.from, c.State):
		return c, fault.New(fault.Conflict, "serve.wrong_state")
	}
	columns, err := set(tx, now, &c, &st)
	if err != nil {
		return c, err
	}
	columns["updated_at"] = now
	if err := updateTx(tx, &c.Case, version, columns); err != nil {
		return c, err
	}
	if err := s.eventTx(tx, now, who, c.ID, st.event, st.note, st.open); err != nil {
		return c, err
	}
	return c, audit.Add(tx, now, who, audit.Event{Action: st.action, Kind: "case", ID: c.ID, Detail: st.detail})
}

// Dispatch gives the case to a handler by the post he holds at or below the responsible unit, within the dispatcher's
// reach. The case then counts for the unit of that post. The first receiver stays named.
//
// Faults: NotFound, Forbidden, Conflict, Invalid on "post".
func (s *Service) Dispatch(
	ctx context.Context, who models.Actor, id, postID string, version int,
) (*models.Case, error) {
	st := step{
		action: "case.dispatch", may: mayDirect, event: EventDispatched,
		from: []models.CaseState{models.CaseReceived, models.CaseDispatched, models.CaseInHand},
	}
	return s.run(ctx, who, id, version, st, func(
		tx *gorm.DB, now time.Time, c *placed, st *step,
	) (map[string]any, error) {
		if postID == "" {
			return nil, fault.Wrong(fault.On("post", "form.required_choice"))
		}
		may, err := handlingTx(tx, who, c.Case, models.DateOf(now))
		if err != nil {
			return nil, err
		}
		h, listed, err := may.oneTx(tx, postID)
		switch {
		case err != nil:
			return nil, fmt.Errorf("read handler: %w", err)
		case !listed:
			return nil, fault.Wrong(fault.On("post", "form.not_listed", "value", ""))
		}
		st.note = h.Name + " · " + h.Unit
		if err := tellHandler(tx, now, who, c.Case, h.PersonID); err != nil {
			return nil, err
		}
		return map[string]any{
			"state": models.CaseDispatched, "handler_id": h.PersonID, "handler_post_id": h.PostID, "unit_id": h.UnitID,
			"dispatched_at": now,
		}, nil
	})
}

// Acknowledge is the handler's word that he has the case.
func (s *Service) Acknowledge(ctx context.Context, who models.Actor, id string, version int) (*models.Case, error) {
	st := step{
		action: "case.acknowledge", may: mayHandle, event: EventAcknowledged,
		from: []models.CaseState{models.CaseDispatched},
	}
	return s.run(ctx, who, id, version, st, func(*gorm.DB, time.Time, *placed, *step) (map[string]any, error) {
		return map[string]any{"state": models.CaseInHand}, nil
	})
}

// Return gives the case back to intake with a reason; the deadline runs on.
//
// Fault: Invalid on "reason".
func (s *Service) Return(
	ctx context.Context, who models.Actor, id, reason string, version int,
) (*models.Case, error) {
	var bad []fault.Field
	reason = text(&bad, "reason", reason, maxReason, true)
	if err := fault.Refuse(bad); err != nil {
		return nil, err
	}
	st := step{
		action: "case.return", may: mayHandle, event: EventReturned, note: reason,
		from: []models.CaseState{models.CaseDispatched, models.CaseInHand},
	}
	return s.run(ctx, who, id, version, st, func(
		tx *gorm.DB, now time.Time, c *placed, _ *step,
	) (map[string]any, error) {
		if err := tellIntake(tx, now, who, c.Case); err != nil {
			return nil, err
		}
		return map[string]any{"state": models.CaseReceived, "handler_id": nil, "handler_post_id": nil}, nil
	})
}

// Note adds a line to the history, for colleagues only or for the resident too. Handler, clerk and supervisor may.
//
// Fault: Invalid on "note".
func (s *Service) Note(
	ctx context.Context, who models.Actor, id, note string, resident bool, version int,
) (*models.Case, error) {
	var bad []fault.Field
	note = text(&bad, "note", note, maxText, true)
	if err := fault.Refuse(bad); err != nil {
		return nil, err
	}
	st := step{
		action: "case.note", event: EventNote, note: note, open: resident, from: States()[:4],
		may: func(a models.Actor, c models.Case, path string) bool {
			return mayHandle(a, c, path) || mayDirect(a, c, path)
		},
	}
	return s.run(ctx, who, id, version, st, func(*gorm.DB, time.Time, *placed, *step) (map[string]any, error) {
		return map[string]any{}, nil
	})
}

// Answer keeps what the resident was told. It can be amended until the case is closed.
//
// Fault: Invalid on "answer".
func (s *Service) Answer(
	ctx context.Context, who models.Actor, id, answer string, version int,
) (*models.Case, error) {
	var bad []fault.Field
	answer = text(&bad, "answer", answer, maxText, true)
	if err := fault.Refuse(bad); err != nil {
		return nil, err
	}
	st := step{
		action: "case.answer", may: mayHandle, event: EventAnswered, note: answer, open: true,
		from: []models.CaseState{models.CaseInHand, models.CaseAnswered},
	}
	return s.run(ctx, who, id, version, st, func(
		_ *gorm.DB, now time.Time, _ *placed, _ *step,
	) (map[string]any, error) {
		return map[string]any{"state": models.CaseAnswered, "answer": answer, "answered_at": now}, nil
	})
}

// Contact is how to reach a resident.
type Contact struct{ Name, Phone string }

// Contact opens the resident's name and number to a call-back interviewer of another unit than the handler's. The look
// and its reason are logged.
//
// Faults: NotFound, Forbidden, Invalid on "why".
func (s *Service) Contact(ctx context.Context, who models.Actor, id, reason string) (Contact, error) {
	var bad []fault.Field
	reason = text(&bad, "why", reason, maxReason, true)
	now := s.now()
	var out Contact
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		c, err := caseTx(tx, who, id)
		if err != nil {
			return err
		}
		if err := policy.Check(who, policy.CaseContact, object(c.Case, c.UnitPath)); err != nil {
			return err
		}
		own, err := HoldsPostAtTx(tx, who.ID, c.UnitID, models.DateOf(now))
		switch {
		case err != nil:
			return err
		case own: // he belongs to the handler's unit, whatever role he has above it
			return fault.New(fault.Forbidden, "error.forbidden")
		}
		if err := fault.Refuse(bad); err != nil {
			return err
		}
		if out, err = s.open(c.Case); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "case.contact", Kind: "case", ID: c.ID, Detail: reason})
	})
	return out, err
}

// open opens the sealed fields of a case.
func (s *Service) open(c models.Case) (out Contact, err error) {
	if out.Name, err = s.vault.Open(c.ResidentName, nameAt+c.ID); err != nil {
		return Contact{}, err
	}
	if out.Phone, err = s.vault.Open(c.ResidentPhone, phoneAt+c.ID); err != nil {
		return Contact{}, err
	}
	return out, nil
}
