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
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

// What one person asks for in a case another decides: an objection to dispatch, a later deadline, exclusion from the
// assessment, escalation. They share one table, one page of what waits, and the rule that nobody decides what he asked.

const (
	maxAsk   = 500
	mostDays = 60 // of one extension
)

// RequestKinds lists the kinds of requests in the order of the list.
func RequestKinds() []models.RequestKind {
	return []models.RequestKind{models.AskDispatch, models.AskExtend, models.AskExclude, models.AskEscalate}
}

// ExcludeReasons lists the statutory reasons for not counting a case (the Beijing regulation, art. 11, as the model).
func ExcludeReasons() []string {
	return []string{"emergency", "litigation", "repeat", "secret", "off_duty", "unlawful"}
}

// Ask is what somebody asks for.
type Ask struct {
	Kind   models.RequestKind
	Reason string // one of ExcludeReasons, for an exclusion
	Note   string
	Days   int // working days, for an extension
}

func (a Ask) checked() (Ask, error) {
	bad := listed("kind", a.Kind, RequestKinds())
	a.Note = text(&bad, "ask", a.Note, maxAsk, true)
	if a.Kind == models.AskExtend {
		bad = append(bad, between("days", a.Days, 1, mostDays)...)
	} else {
		a.Days = 0
	}
	if a.Kind == models.AskExclude {
		bad = append(bad, listed("ground", a.Reason, ExcludeReasons())...)
	} else {
		a.Reason = ""
	}
	return a, fault.Refuse(bad)
}

// Ask puts a request before those who decide it. The handler asks for another dispatch and for time; clerk and
// supervisor for an exclusion; the supervisor for escalation. Meanwhile nothing changes: who has the case keeps it.
//
// Faults: NotFound, Forbidden, Conflict "serve.stale", "serve.ask_open" while the same waits; Invalid on "ask", "days",
// "ground".
func (s *Service) Ask(
	ctx context.Context, who models.Actor, id string, a Ask, version int,
) (*models.Case, error) {
	a, err := a.checked()
	if err != nil {
		return nil, err
	}
	st := step{
		action: "case.ask", event: string(a.Kind) + asked, note: a.Note, detail: string(a.Kind), from: States(),
		may: func(who models.Actor, c models.Case, path string) bool { return mayAsk(who, c, path, a.Kind) },
	}
	return s.run(ctx, who, id, version, st, func(
		tx *gorm.DB, now time.Time, c *placed, _ *step,
	) (map[string]any, error) {
		earlier, err := requestsTx(tx, c.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range earlier {
			if r.Kind == a.Kind && r.State == models.RequestOpen {
				return nil, fault.New(fault.Conflict, "serve.ask_open")
			}
		}
		presets, err := PresetsTx(tx)
		if err != nil {
			return nil, err
		}
		row := models.CaseRequest{
			ID: models.NewID(), CaseID: c.ID, Kind: a.Kind, Reason: a.Reason, Note: a.Note, Days: a.Days,
			ByLeader: leaderDecides(a, earlier, presets[ExtendDays]), AskedBy: who.ID, AskedAt: now,
			State: models.RequestOpen,
		}
		if err := tx.Create(&row).Error; err != nil {
			return nil, fmt.Errorf("write request: %w", err)
		}
		if row.ByLeader {
			return map[string]any{}, tellLeaderlessTx(tx, now, who, *c)
		}
		return map[string]any{}, nil
	})
}

// leaderDecides: escalation, an extension beyond the preset, and every further one after one was granted.
func leaderDecides(a Ask, earlier []models.CaseRequest, most int) bool {
	switch a.Kind {
	case models.AskEscalate:
		return true
	case models.AskExtend:
		return a.Days > most || slices.ContainsFunc(earlier, func(r models.CaseRequest) bool {
			return r.Kind == models.AskExtend && r.State == models.RequestGranted
		})
	case models.AskDispatch, models.AskExclude:
	}
	return false
}

func mayAsk(who models.Actor, c models.Case, path string, kind models.RequestKind) bool {
	m := mayNow(who, c, path)
	switch kind {
	case models.AskDispatch:
		return m.Object
	case models.AskExtend:
		return m.Extend
	case models.AskExclude:
		return m.Exclude
	case models.AskEscalate:
		return m.Escalate
	}
	return false
}

// mayDecide reports whether the actor decides a request: never his own, never as the handler.
func mayDecide(who models.Actor, c models.Case, path string, r models.CaseRequest) bool {
	if r.State != models.RequestOpen || who.ID == r.AskedBy || who.ID == models.Deref(c.HandlerID) {
		return false
	}
	switch {
	case r.ByLeader:
		return policy.Can(who, policy.CaseApprove, object(c, path))
	case r.Kind == models.AskDispatch:
		return mayDirect(who, c, path)
	default:
		return mayWatch(who, c, path)
	}
}

// Decide grants or refuses a request with a reason. A granted objection gives the case back to intake; a granted
// extension moves the deadline; a granted exclusion takes the case out of the assessment; escalation lets the unit
// above handle it.
//
// Faults: NotFound, Forbidden, Conflict "serve.stale", "serve.ask_decided", "serve.ask_unit" when somebody of the
// handling unit would confirm an exclusion; Invalid on "decision".
func (s *Service) Decide(
	ctx context.Context, who models.Actor, id, requestID string, grant bool, reason string, version int,
) (*models.Case, error) {
	var bad []fault.Field
	reason = text(&bad, "decision", reason, maxAsk, true)
	if err := fault.Refuse(bad); err != nil {
		return nil, err
	}
	now := s.now()
	var out models.Case
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		c, r, err := requestTx(tx, who, id, requestID)
		switch {
		case err != nil:
			return err
		case r.State != models.RequestOpen:
			return fault.New(fault.Conflict, "serve.ask_decided")
		case !mayDecide(who, c.Case, c.UnitPath, r):
			return fault.New(fault.Forbidden, "error.forbidden")
		}
		if r.Kind == models.AskExclude {
			own, err := HoldsPostAtTx(tx, who.ID, c.UnitID, models.DateOf(now))
			if err != nil {
				return err
			}
			if own {
				return fault.New(fault.Conflict, "serve.ask_unit")
			}
		}
		if err := s.decideTx(tx, now, who, &c, r, grant, reason, version); err != nil {
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

func (s *Service) decideTx(
	tx *gorm.DB, now time.Time, who models.Actor, c *placed, r models.CaseRequest, grant bool, reason string,
	version int,
) error {
	state, event, set := models.RequestRefused, string(r.Kind)+refused, map[string]any{}
	if grant {
		state, event = models.RequestGranted, string(r.Kind)+granted
		set = s.grant(c.Case, r, models.DateOf(now))
	}
	res := tx.Model(&models.CaseRequest{}).Where("id = ? AND state = ?", r.ID, models.RequestOpen).
		Updates(map[string]any{"state": state, "decided_by": who.ID, "decided_at": now, "decision": reason})
	switch {
	case res.Error != nil:
		return fmt.Errorf("decide request: %w", res.Error)
	case res.RowsAffected == 0:
		return fault.New(fault.Conflict, "serve.ask_decided")
	}
	set["updated_at"] = now
	if err := updateTx(tx, &c.Case, version, set); err != nil {
		return err
	}
	if err := s.eventTx(tx, now, who, c.ID, event, reason, false); err != nil {
		return err
	}
	if err := notice.AddTx(tx, now, r.AskedBy, "case_decided", about(c.Case), "/serve/cases/"+c.ID); err != nil {
		return err
	}
	return audit.Add(tx, now, who, audit.Event{
		Action: "case.decide", Kind: "case", ID: c.ID, Detail: string(r.Kind) + " " + string(state),
	})
}

// grant is what a granted request changes in the case.
func (s *Service) grant(c models.Case, r models.CaseRequest, today models.Date) map[string]any {
	switch r.Kind {
	case models.AskDispatch:
		if c.State == models.CaseDispatched || c.State == models.CaseInHand {
			return map[string]any{"state": models.CaseReceived, "handler_id": nil, "handler_post_id": nil}
		}
	case models.AskExtend:
		// From the deadline where it lies ahead; else from today, for time that has run out cannot be given.
		return map[string]any{"due_on": s.days.Add(max(c.DueOn, today), r.Days)}
	case models.AskExclude:
		return map[string]any{"excluded": true, "exclude_reason": cut(r.Note, maxReason)}
	case models.AskEscalate:
		return map[string]any{"escalated": true}
	}
	return map[string]any{}
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
