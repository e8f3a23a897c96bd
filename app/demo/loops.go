package demo

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
)

// loops takes bad ratings on their way: verified, sent, put right, and residents called back. No rating is left out,
// and nothing touches the visitor's cadre, whose four waiting ratings stay four.
func (m *maker) loops(ctx context.Context) error {
	if err := db.Tx(ctx, m.DB, func(tx *gorm.DB) error { return m.goOn(tx, m.ago(9)) }); err != nil {
		return err
	}
	for _, step := range []struct {
		ago, minute int
		do          func(context.Context) error
	}{
		{8, 6*60 + 20, nil},
		{8, 10 * 60, m.verify},
		{7, 6*60 + 20, nil},
		{6, 15 * 60, m.recheck},
		{5, 6*60 + 20, nil},
		{3, 10 * 60, m.call},
		{1, 6*60 + 20, nil},
		{0, 6*60 + 20, nil},
	} {
		m.at(m.ago(step.ago), step.minute)
		do := step.do
		if do == nil {
			do = func(ctx context.Context) error {
				_, err := m.Ratings.TurnLoops(ctx, system)
				return err
			}
		}
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// inState reads loops of a state that are not of the visitor's cadre, by the number of their case.
func (m *maker) inState(ctx context.Context, origin models.LoopOrigin, state models.LoopState) (
	out []models.RatingLoop, err error,
) {
	err = db.View(ctx, m.DB, func(tx *gorm.DB) error {
		return tx.Table("rating_loops AS l").Select("l.*").Joins("JOIN cases c ON c.id = l.case_id").
			Where("l.origin = ? AND l.state = ? AND l.subject_id <> ?", origin, state, m.people[visitorNo]).
			Order("c.no").Find(&out).Error
	})
	if err != nil {
		return nil, fmt.Errorf("read loops: %w", err)
	}
	return out, nil
}

// verify finds something of the first bad ratings; of two that seem mistaken a second person looks at one.
func (m *maker) verify(ctx context.Context) error {
	all, err := m.inState(ctx, models.LoopRating, models.LoopVerify)
	if err != nil {
		return err
	}
	first, err := m.as(ctx, superNo)
	if err != nil {
		return err
	}
	found := []struct{ finding, note string }{
		{ratings.FoundTrue, "调阅办件记录，承诺的时间没有回复，情况属实。"},
		{ratings.FoundPartly, "办理时限内办结，但是没有告知结果，部分属实。"},
		{ratings.FoundUntrue, "核对现场照片和签收单，问题已经解决，不属实。"},
		{ratings.FoundTrue, "两次到窗口要求的材料不一致，属实。"},
		{ratings.FoundMistaken, "意见写的是满意，疑似点错等次，提请复审。"},
		{ratings.FoundPartly, "政策解释不够清楚，部分属实。"},
		{ratings.FoundMistaken, "意见说的是另一件事，疑似评错办件，提请复审。"},
		{ratings.FoundTrue, "修复后仍有积水，属实。"},
		{ratings.FoundTrue, "电话无人接听，属实。"},
	}
	for i, f := range found[:min(len(found), len(all))] {
		if err := m.Ratings.Verify(ctx, first, all[i].ID, f.finding, f.note, all[i].Version); err != nil {
			return err
		}
	}
	waiting, err := m.inState(ctx, models.LoopRating, models.LoopReview)
	if err != nil || len(waiting) == 0 {
		return err
	}
	other, err := m.as(ctx, secondNo)
	if err != nil {
		return err
	}
	w := waiting[0]
	return m.Ratings.Review(ctx, other, w.ID, false, "证据不足以认定点错，维持原评价，请重新核实。", w.Version)
}

// recheck lets handlers answer half of what was sent to them.
func (m *maker) recheck(ctx context.Context) error {
	var sent []models.CaseRecheck
	err := db.View(ctx, m.DB, func(tx *gorm.DB) error {
		return tx.Table("case_rechecks AS k").Select("k.*").Joins("JOIN cases c ON c.id = k.case_id").
			Where("k.replied_on = '' AND k.handler_id <> ?", m.people[visitorNo]).Order("c.no").Find(&sent).Error
	})
	if err != nil {
		return fmt.Errorf("read rechecks: %w", err)
	}
	staff := map[string]string{}
	for no, id := range m.people {
		staff[id] = no
	}
	// One answer is for everything that was asked about a case.
	sent = slices.CompactFunc(sent, func(a, b models.CaseRecheck) bool { return a.CaseID == b.CaseID })
	for i, k := range sent {
		in := cases.Looked{Way: cases.WayFixed, Text: "已再次联系群众并补办，现已办妥。"}
		switch i % 4 {
		case 1:
			continue
		case 2:
			in = cases.Looked{Way: cases.WayExplained, Text: "已当面说明政策和办理结果，群众表示理解。"}
		case 3:
			in = cases.Looked{
				Way: cases.WayPlanned, Text: "需要协调施工，已约定时间。", PlanOn: string(m.days.Add(m.ago(6), 8)),
			}
		}
		who, err := m.as(ctx, staff[k.HandlerID])
		if err != nil {
			return err
		}
		if err := m.Cases.Recheck(ctx, who, k.CaseID, in); err != nil {
			return err
		}
	}
	return nil
}

// call makes some of the calls of the sample; who is called is drawn with the keys of the house.
func (m *maker) call(ctx context.Context) error {
	all, err := m.inState(ctx, models.LoopSample, models.LoopCall)
	if err != nil {
		return err
	}
	who, err := m.as(ctx, callerNo)
	if err != nil {
		return err
	}
	for i, l := range all[:min(len(all), 8)] {
		if _, err := m.Ratings.OpenContact(ctx, who, l.ID, "办件质量回访"); err != nil {
			return err
		}
		if i%4 == 3 {
			if err := m.Ratings.Missed(ctx, who, l.ID, "电话无人接听，改日再拨。", l.Version); err != nil {
				return err
			}
			continue
		}
		r := ratings.CallResult{Contacted: "yes", Solved: ratings.Solutions()[0], Level: 5 - i%2}
		if i == 2 {
			r = ratings.CallResult{Contacted: "no", Solved: ratings.Solutions()[1], Level: 3, Note: "说没有人联系过，只收到短信。"}
		}
		if _, err := m.Ratings.Called(ctx, who, l.ID, r, l.Version); err != nil {
			return err
		}
	}
	return nil
}
