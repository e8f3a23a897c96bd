package ratings

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// turnAtOnce is how many loops one turn opens, draws or moves at most; the next turn takes the rest.
const turnAtOnce = 500

// TurnLoops opens loops for new bad ratings, draws the sample of calls, moves loops whose handler has answered or whose
// resident has rated, and sends the sets of today. It returns how many it has touched. For the job; idempotent.
//
// Fault: Forbidden for anybody but the program.
func (s *Service) TurnLoops(ctx context.Context, who models.Actor) (int, error) {
	if err := policy.Check(who, policy.AdminJobs, policy.Object{}); err != nil {
		return 0, err
	}
	now := s.now()
	n := 0
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		n = 0
		t := turn{s: s, tx: tx, now: now, today: models.DateOf(now)}
		var err error
		if t.presets, err = cases.PresetsTx(tx); err != nil {
			return err
		}
		for _, do := range []func() (int, error){t.open, t.draw, t.move, t.close, t.send} {
			k, err := do()
			if err != nil {
				return err
			}
			n += k
		}
		if n == 0 {
			return nil
		}
		return audit.Add(tx, now, who, audit.Event{Action: "loop.turn", Kind: "loop", Detail: fmt.Sprintf("n=%d", n)})
	})
	return n, err
}

// turn is one run of TurnLoops.
type turn struct {
	s       *Service
	tx      *gorm.DB
	now     time.Time
	today   models.Date
	presets map[string]int
}

// origin is a case from which a loop is opened.
type origin struct {
	RatingID, CaseID, UnitID string
	SubjectID                *string
	Wants                    bool
}

// open opens a loop for every bad rating that is about a case and has none.
func (t turn) open() (int, error) {
	var found []origin
	err := t.tx.Table("ratings AS r").
		Select("r.id AS rating_id, c.id AS case_id, c.unit_id, c.handler_id AS subject_id, "+
			"CASE WHEN r.callback = ? AND c.resident_phone <> '' THEN 1 ELSE 0 END AS wants", true).
		Joins("JOIN cases c ON c.id = r.case_id").
		Joins("LEFT JOIN rating_loops l ON l.rating_id = r.id").
		Where("l.id IS NULL AND r.level <= ? AND r.excluded = ? AND c.excluded = ?", bad, false, false).
		Where("r.rated_on >= ?", t.today.AddDays(-loopDays)).Order("r.id").Limit(turnAtOnce).Find(&found).Error
	if err != nil {
		return 0, fmt.Errorf("read bad ratings: %w", err)
	}
	due := t.s.days.Add(t.today, t.presets[cases.VerifyDays])
	for _, o := range found {
		l := t.loop(models.LoopRating, o, models.LoopVerify, due)
		l.RatingID = models.Ref(o.RatingID)
		if err := t.keep(l, StepOpened); err != nil {
			return 0, err
		}
	}
	return len(found), nil
}

func (t turn) loop(why models.LoopOrigin, o origin, state models.LoopState, due models.Date) models.RatingLoop {
	return models.RatingLoop{
		ID: models.NewRandomID(), Origin: why, CaseID: o.CaseID, UnitID: o.UnitID, SubjectID: o.SubjectID,
		OpenedOn: t.today, DueOn: due, State: state, WantsCall: o.Wants, Version: 1,
	}
}

func (t turn) keep(l models.RatingLoop, step string) error {
	if err := t.tx.Create(&l).Error; err != nil {
		return fmt.Errorf("write loop: %w", err)
	}
	if err := t.tx.Create(stepOf(l.ID, l.Version, t.today, models.Actor{}, step, "")).Error; err != nil {
		return fmt.Errorf("write step of loop: %w", err)
	}
	return nil
}

// ordinary leaves out cases that are hidden from somebody and reports of wrongdoing: nothing is drawn from them.
const ordinary = "c.kind <> 'wrongdoing' AND NOT EXISTS (SELECT 1 FROM case_hidden AS x WHERE x.case_id = c.id)"

// drawDays is how far back the sample looks: a run that was missed is made up for.
const drawDays = 7

// draw takes the independent sample: of the cases closed in the last days with a telephone number, those whose keyed
// hash falls under the percentage. The hash can be replayed with the key and foreseen by nobody without it.
func (t turn) draw() (int, error) {
	var found []origin
	err := t.tx.Table("cases AS c").Select("c.id AS case_id, c.unit_id, c.handler_id AS subject_id, 1 AS wants").
		Where("c.state = ? AND c.closed_on BETWEEN ? AND ?", models.CaseClosed,
			t.today.AddDays(-drawDays), t.today.AddDays(-1)).
		Where("c.handler_id IS NOT NULL AND c.resident_phone <> ''").
		Where("c.outcome IN ? AND c.excluded = ?", asked(), false).
		Where("NOT EXISTS (SELECT 1 FROM rating_loops AS l WHERE l.case_id = c.id)").Where(ordinary).
		Order("c.id").Find(&found).Error
	if err != nil {
		return 0, fmt.Errorf("read closed cases: %w", err)
	}
	n := 0
	for _, o := range found {
		if n == turnAtOnce || !t.s.chance("loop.sample", o.CaseID, t.presets[cases.SamplePercent]) {
			continue
		}
		l := t.loop(models.LoopSample, o, models.LoopCall, t.today.AddDays(t.presets[cases.CallDays]))
		if err := t.keep(l, StepDrawn); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// asked lists the outcomes that could have been solved.
func asked() []models.Outcome {
	var out []models.Outcome
	for _, o := range cases.Outcomes() {
		if cases.IsAsked(o) {
			out = append(out, o)
		}
	}
	return out
}

// chance reports whether something is drawn with a chance of percent in a hundred, by a keyed hash.
func (s *Service) chance(what, of string, percent int) bool {
	n, _ := strconv.ParseUint(s.vault.Hash(what, of)[:15], 16, 64) // always 15 hexadecimal digits
	return n%10_000 < uint64(percent)*100                          //nolint:gosec // a preset between 5 and 100
}

// answered is a loop with what the handler said.
type answered struct {
	models.RatingLoop
	Way    string
	PlanOn models.Date
}

// move takes loops further whose handler has answered: to the day of his plan, then to the call where the resident
// wants one, else to the end.
func (t turn) move() (int, error) {
	var found []answered
	err := t.tx.Table("rating_loops AS l").Select("l.*, k.way, k.plan_on").
		Joins("JOIN case_rechecks k ON k.id = l.recheck_id").
		Where("l.state = ? AND k.replied_on <> ''", models.LoopRight).
		Where("k.plan_on <= ? OR k.plan_on <> l.due_on", t.today).
		Order("l.id").Limit(turnAtOnce).Find(&found).Error
	if err != nil {
		return 0, fmt.Errorf("read answered rechecks: %w", err)
	}
	for _, l := range found {
		c := change{step: StepReplied, set: t.after(l.RatingLoop)}
		if l.PlanOn > t.today {
			c = change{step: StepAwaitPlan, set: map[string]any{"due_on": l.PlanOn}}
		}
		if err := changeTx(t.tx, l.RatingLoop, t.today, models.Actor{}, l.Version, c); err != nil {
			return 0, err
		}
	}
	return len(found), nil
}

// after is what follows on a matter put right.
func (t turn) after(l models.RatingLoop) map[string]any {
	if l.WantsCall && l.Origin == models.LoopRating {
		return map[string]any{
			"state": models.LoopCall, "due_on": t.today.AddDays(t.presets[cases.CallDays]),
		}
	}
	return map[string]any{"state": models.LoopDone, "closed_on": t.today}
}

// close ends loops whose fresh invitation was used or has run out.
func (t turn) close() (int, error) {
	var found []struct {
		models.RatingLoop
		Used models.InvitationState
	}
	err := t.tx.Table("rating_loops AS l").Select("l.*, i.state AS used").
		Joins("JOIN invitations i ON i.id = l.invitation_id").
		Where("l.state = ? AND i.state <> ?", models.LoopAgain, models.InvitationOpen).
		Order("l.id").Limit(turnAtOnce).Find(&found).Error
	if err != nil {
		return 0, fmt.Errorf("read used invitations: %w", err)
	}
	for _, l := range found {
		step := StepRated
		if l.Used == models.InvitationNotRated {
			step = StepNotRated
		}
		c := change{step: step, set: map[string]any{"state": models.LoopDone, "closed_on": t.today}}
		if err := changeTx(t.tx, l.RatingLoop, t.today, models.Actor{}, l.Version, c); err != nil {
			return 0, err
		}
	}
	return len(found), nil
}
