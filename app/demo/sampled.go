package demo

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
)

// calledShare is the share of cases that could be solved whose residents were drawn, called and reached.
const calledShare = 0.055

// callBack calls back some of the residents, whoever rated; what they say goes by the same truth. It has draws of its
// own, and nobody of the visitor's cadre is called, whose four waiting ratings stay four.
func (w *weaver) callBack(m *matterCase, t Truth) {
	if !chance(w.calls, calledShare) || m.handler.staffNo == visitorNo {
		return
	}
	other := weaver{rng: w.calls}
	v := other.voice(m, share01(t.Good), share01(t.Solved))
	v.channel, v.mode, v.reasons, v.comment = models.Hotline, models.ModeCallback, nil, ""
	v.on = w.days.Add(m.closed, 2+w.calls.IntN(5))
	if v.solved == "" {
		v.solved = models.ResolvedPart
	}
	if v.on < w.plan.today {
		w.out.voices = append(w.out.voices, v)
	}
}

// sampled writes the loops of the calls whose ratings came in by import.
func (m *maker) sampled(tx *gorm.DB) error {
	var called []struct {
		CaseID, UnitID, SubjectID string
		RatedOn                   models.Date
		Level                     int
		Solved                    models.Resolution
	}
	err := tx.Table("ratings AS r").Select("r.case_id, r.unit_id, r.subject_id, r.rated_on, r.level, r.solved").
		Where("r.mode = ? AND r.outside_no IS NOT NULL", models.ModeCallback).
		Where("NOT EXISTS (SELECT 1 FROM rating_loops AS l WHERE l.case_id = r.case_id AND l.origin = ?)",
			models.LoopSample).Order("r.outside_no").Find(&called).Error
	if err != nil {
		return fmt.Errorf("read calls: %w", err)
	}
	all := make([]*story, len(called))
	for i, r := range called {
		s := &story{loop: models.RatingLoop{
			ID: models.NewRandomID(), Origin: models.LoopSample, CaseID: r.CaseID, UnitID: r.UnitID,
			SubjectID: &r.SubjectID, OpenedOn: r.RatedOn.AddDays(-1), DueOn: r.RatedOn.AddDays(6),
			State: models.LoopDone, WantsCall: true,
			CalledBy: models.Ref(m.people[callerNo]), CalledOn: r.RatedOn, Contacted: r.Level > 2, Solved: r.Solved,
			Level: r.Level, ClosedOn: r.RatedOn,
		}}
		s.step(r.RatedOn.AddDays(-1), "", ratings.StepDrawn, "")
		s.step(r.RatedOn, m.people[callerNo], ratings.StepCalled, "")
		all[i] = s
	}
	return keep(tx, all)
}

// notCounted lets clerks ask for the exclusion of some cases of the past, and a supervisor agree.
func (m *maker) notCounted(ctx context.Context) error {
	grounds := []struct{ reason, note string }{
		{"litigation", "当事人已就同一事项提起诉讼，附立案通知书编号。"},
		{"repeat", "与已办结事项相同，没有新的事实。"},
		{"off_duty", "要求事项不属于政府职责，已书面告知。"},
		{"repeat", "同一诉求多渠道重复登记。"},
		{"emergency", "汛期应急处置，按应急程序办理。"},
	}
	return db.Tx(ctx, m.DB, func(tx *gorm.DB) error {
		ids, err := caseIDs(tx)
		if err != nil {
			return err
		}
		n := 0
		for i, c := range m.work.cases {
			if i%250 != 120 || c.closed == "" || c.closed > m.plan.to || c.handler.staffNo == visitorNo {
				continue
			}
			g := grounds[n%len(grounds)]
			asked := c.received.AddDays(1).Start().Add(10 * time.Hour)
			decided := asked.Add(26 * time.Hour)
			by, super := m.people[fmt.Sprintf("QH020%d", 1+n%6)], m.people[superNo]
			n++
			err := tx.Create(&models.CaseRequest{
				ID: models.NewID(), CaseID: ids[c.no], Kind: models.AskExclude, Reason: g.reason, Note: g.note,
				AskedBy: by, AskedAt: asked, State: models.RequestGranted, DecidedBy: &super, DecidedAt: &decided,
				Decision: "已核对佐证材料，同意剔除。",
			}).Error
			if err != nil {
				return fmt.Errorf("write request: %w", err)
			}
			err = tx.Create(&models.CaseEvent{
				ID: models.NewID(), CaseID: ids[c.no], At: decided, ActorID: &super,
				Kind: string(models.AskExclude) + "_granted", Note: "已核对佐证材料，同意剔除。",
			}).Error
			if err != nil {
				return fmt.Errorf("write event: %w", err)
			}
			err = tx.Model(&models.Case{}).Where("id = ?", ids[c.no]).
				Updates(map[string]any{"excluded": true, "exclude_reason": g.note}).Error
			if err != nil {
				return fmt.Errorf("leave case out: %w", err)
			}
		}
		return nil
	})
}
