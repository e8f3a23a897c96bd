package cases

import (
	"context"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// open lists the states of a case that is not closed.
func open() []models.CaseState { return States()[:4] }

// said runs a step of a supervisor or leader that says something about an open case.
func (s *Service) said(
	ctx context.Context, who models.Actor, id, note string, version int, st step, set change,
) (*models.Case, error) {
	var bad []fault.Field
	st.note = text(&bad, "say", note, maxAsk, true)
	if err := fault.Refuse(bad); err != nil {
		return nil, err
	}
	st.from = open()
	return s.run(ctx, who, id, version, st, set)
}

// telling changes nothing and gives the handler a notice.
func telling(who models.Actor, kind string) change {
	return func(tx *gorm.DB, now time.Time, c *placed, _ *step) (map[string]any, error) {
		return map[string]any{}, tellOf(tx, now, who, c.Case, kind)
	}
}

// Remind tells the handler that the case is waited for; it stands first in the history (催办).
//
// Faults: NotFound, Forbidden, Conflict, Invalid on "say".
func (s *Service) Remind(ctx context.Context, who models.Actor, id, note string, version int) (*models.Case, error) {
	st := step{action: "case.remind", may: mayWatch, event: EventReminded}
	return s.said(ctx, who, id, note, version, st, telling(who, "case_reminded"))
}

// Supervise puts the case under supervision until it is closed; its slip is printed and handed over (督办).
//
// Faults: NotFound, Forbidden, Conflict, Invalid on "say".
func (s *Service) Supervise(ctx context.Context, who models.Actor, id, note string, version int) (*models.Case, error) {
	st := step{action: "case.supervise", may: mayWatch, event: EventSupervised}
	return s.said(ctx, who, id, note, version, st, func(
		tx *gorm.DB, now time.Time, c *placed, _ *step,
	) (map[string]any, error) {
		if c.SupervisedOn != "" {
			return nil, fault.New(fault.Conflict, "serve.wrong_state")
		}
		return map[string]any{"supervised_on": models.DateOf(now)}, tellOf(tx, now, who, c.Case, "case_supervised")
	})
}

// Instruct leaves an instruction of the leader in charge in the history (批示). It changes nothing else.
//
// Faults: NotFound, Forbidden, Conflict, Invalid on "say".
func (s *Service) Instruct(ctx context.Context, who models.Actor, id, note string, version int) (*models.Case, error) {
	may := func(a models.Actor, c models.Case, path string) bool {
		return policy.Can(a, policy.CaseApprove, object(c, path))
	}
	st := step{action: "case.instruct", event: EventInstructed, may: may}
	return s.said(ctx, who, id, note, version, st, telling(who, "case_instructed"))
}

// Suspend stops the clock of a case with a reason (挂起): it is neither due nor overdue until it is resumed.
//
// Faults: NotFound, Forbidden, Conflict, Invalid on "say".
func (s *Service) Suspend(ctx context.Context, who models.Actor, id, note string, version int) (*models.Case, error) {
	st := step{action: "case.suspend", may: mayWatch, event: EventSuspended}
	return s.said(ctx, who, id, note, version, st, func(
		_ *gorm.DB, now time.Time, c *placed, _ *step,
	) (map[string]any, error) {
		if c.SuspendedOn != "" {
			return nil, fault.New(fault.Conflict, "serve.wrong_state")
		}
		return map[string]any{"suspended_on": models.DateOf(now)}, nil
	})
}

// Resume lets the clock run again; the deadline moves by the working days for which it stood still (恢复计时).
//
// Faults: NotFound, Forbidden, Conflict, Invalid on "say".
func (s *Service) Resume(ctx context.Context, who models.Actor, id, note string, version int) (*models.Case, error) {
	st := step{action: "case.resume", may: mayWatch, event: EventResumed}
	return s.said(ctx, who, id, note, version, st, func(
		_ *gorm.DB, now time.Time, c *placed, _ *step,
	) (map[string]any, error) {
		if c.SuspendedOn == "" {
			return nil, fault.New(fault.Conflict, "serve.wrong_state")
		}
		return s.resumed(c.Case, models.DateOf(now)), nil
	})
}

// resumed is what lets the clock of a suspended case run again from a day; nothing for another.
func (s *Service) resumed(c models.Case, today models.Date) map[string]any {
	if c.SuspendedOn == "" {
		return map[string]any{}
	}
	return map[string]any{"suspended_on": "", "due_on": s.days.Add(c.DueOn, s.days.Between(c.SuspendedOn, today))}
}
