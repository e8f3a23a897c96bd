package ratings

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// steered runs one step of a supervisor: load apart, check the state, change, audit.
func (s *Service) steered(
	ctx context.Context, who models.Actor, id, action string, from []models.LoopState, version int,
	do func(t turn, l models.RatingLoop) (change, error),
) error {
	if !policy.May(who, policy.LoopSee) {
		return policy.Check(who, policy.LoopSee, policy.Object{})
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		t := turn{s: s, tx: tx, now: now, today: models.DateOf(now)}
		l, err := loopTx(tx, who, policy.LoopSee, id, t.today)
		switch {
		case err != nil:
			return err
		case l.Version != version:
			return fault.New(fault.Conflict, "serve.stale")
		case !slices.Contains(from, l.State):
			return fault.New(fault.Conflict, "serve.wrong_state")
		}
		if t.presets, err = cases.PresetsTx(tx); err != nil {
			return err
		}
		c, err := do(t, l)
		if err != nil {
			return err
		}
		if err := changeTx(tx, l, t.today, who, version, c); err != nil {
			return err
		}
		// The loop's id is random: what the log names leads to no case.
		return audit.Add(tx, now, who, audit.Event{Action: action, Kind: "loop", ID: l.ID})
	})
}

// Verify keeps what a supervisor apart from the handler's unit has found (差评核实). A rating that is true or partly true
// goes to the handler with the next set, at once where the resident allows him to know; a mistaken or malicious one
// goes to a second person, with the evidence.
//
// Faults: NotFound, Forbidden, Conflict, Invalid on "finding", "note".
func (s *Service) Verify(ctx context.Context, who models.Actor, id, finding, note string, version int) error {
	var refused []fault.Field
	if !slices.Contains(Findings(), finding) {
		refused = append(refused, fault.On("finding", "form.required_choice"))
	}
	note = plain(&refused, "note", note, maxStep)
	if len(refused) > 0 {
		return fault.Wrong(refused...)
	}
	from := []models.LoopState{models.LoopVerify}
	return s.steered(ctx, who, id, "loop.verify", from, version, func(t turn, l models.RatingLoop) (change, error) {
		out := change{step: StepVerified, note: note, set: map[string]any{"finding": finding, "verified_by": who.ID}}
		if leftOut(finding) {
			out.step, out.set["state"] = StepProposed, models.LoopReview
			return out, nil
		}
		return out, t.follow(l, finding, out.set)
	})
}

// follow sets what comes after a rating was verified.
func (t turn) follow(l models.RatingLoop, finding string, set map[string]any) error {
	var c models.Case
	if err := t.tx.Where("id = ?", l.CaseID).Take(&c).Error; err != nil {
		return fmt.Errorf("read case of loop: %w", err)
	}
	var r models.Rating
	if err := t.tx.Where("id = ?", l.RatingID).Take(&r).Error; err != nil {
		return fmt.Errorf("read rating of loop: %w", err)
	}
	var sent int64
	if err := t.tx.Model(&models.CaseRecheck{}).Where("case_id = ?", c.ID).Count(&sent).Error; err != nil {
		return fmt.Errorf("read rechecks: %w", err)
	}
	due := t.s.days.Add(t.today, t.presets[cases.RecheckDays])
	set["due_on"] = due
	switch {
	case finding == FoundUntrue: // nothing to put right: explained by who calls
		maps.Copy(set, t.after(l))
	case r.MayKnow && sent == 0 && c.HandlerID != nil && c.State == models.CaseClosed:
		k, err := cases.RecheckTx(t.tx, t.now, c.ID, *c.HandlerID, r.Comment, due)
		if err != nil {
			return err
		}
		set["state"], set["recheck_id"] = models.LoopRight, k.ID
	default:
		set["state"] = models.LoopSend
	}
	return nil
}

// Review is a second person's decision whether a rating is left out as mistaken or malicious (复审). It stays in the
// ledger and is counted as excluded. Where the second person does not agree it is verified anew.
//
// Faults: NotFound, Forbidden for the first person, Conflict, Invalid on "note".
func (s *Service) Review(ctx context.Context, who models.Actor, id string, agree bool, note string, version int) error {
	var refused []fault.Field
	if note = plain(&refused, "note", note, maxStep); len(refused) > 0 {
		return fault.Wrong(refused...)
	}
	from := []models.LoopState{models.LoopReview}
	return s.steered(ctx, who, id, "loop.review", from, version, func(t turn, l models.RatingLoop) (change, error) {
		switch {
		case l.VerifiedBy != nil && *l.VerifiedBy == who.ID:
			return change{}, fault.New(fault.Forbidden, "loop.second_person")
		case !agree:
			return change{step: StepKept, note: note, set: map[string]any{
				"state": models.LoopVerify, "finding": "", "due_on": t.s.days.Add(t.today, t.presets[cases.VerifyDays]),
			}}, nil
		}
		err := t.tx.Model(&models.Rating{}).Where("id = ?", l.RatingID).Update("excluded", true).Error
		if err != nil {
			return change{}, fmt.Errorf("exclude rating: %w", err)
		}
		return change{step: StepLeftOut, note: note, set: map[string]any{
			"state": models.LoopDone, "closed_on": t.today,
		}}, nil
	})
}

// Settle ends the handler's part by the supervisor himself: where the case cannot be sent without telling who rated, or
// the handler does not answer. The call follows where the resident wants one.
//
// Faults: NotFound, Forbidden, Conflict, Invalid on "note".
func (s *Service) Settle(ctx context.Context, who models.Actor, id, note string, version int) error {
	var refused []fault.Field
	if note = plain(&refused, "note", note, maxStep); len(refused) > 0 {
		return fault.Wrong(refused...)
	}
	from := []models.LoopState{models.LoopSend, models.LoopRight}
	return s.steered(ctx, who, id, "loop.settle", from, version, func(t turn, l models.RatingLoop) (change, error) {
		return change{step: StepSettled, note: note, set: t.after(l)}, nil
	})
}
