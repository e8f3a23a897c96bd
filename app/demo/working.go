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

// workOn lets supervisors, leaders, a provider and interviewers find something: bad ratings under way, calls to make,
// requests to decide, a case under supervision, one suspended, one handled jointly.
func (m *maker) workOn(ctx context.Context) error {
	day := m.plan.today.AddDays(-1)
	for !m.days.Works(day) {
		day = day.AddDays(-1)
	}
	m.at(day, 6*60+20)
	if err := m.loops(ctx, day); err != nil {
		return err
	}
	m.at(day, 15*60)
	if err := m.supervise(ctx); err != nil {
		return err
	}
	m.at(m.plan.today, 6*60+20)
	_, err := m.Ratings.TurnLoops(ctx, system)
	return err
}

// loops takes the bad ratings of the last month as far as a county would have got.
func (m *maker) loops(ctx context.Context, day models.Date) error {
	if _, err := m.Ratings.TurnLoops(ctx, system); err != nil {
		return err
	}
	who, err := m.as(ctx, "QH0108")
	if err != nil {
		return err
	}
	m.at(day, 9*60)
	found, err := m.Ratings.Loops(ctx, who, ratings.LoopFilter{State: models.LoopVerify, Size: 200})
	if err != nil {
		return err
	}
	for i, l := range found.Entries {
		finding, note := ratings.FoundTrue, "查阅办理过程和答复，确有办理不到位的地方。"
		switch {
		case i%3 == 2: // waits
			continue
		case i == 0:
			finding, note = ratings.FoundMistaken, "评价意见写的是对服务满意，与所选等次不符，附评价意见截图。"
		case i%4 == 1:
			finding, note = ratings.FoundPartly, "答复过于简单，没有说明依据。"
		}
		if err := m.Ratings.Verify(ctx, who, l.ID, finding, note, l.Version); err != nil {
			return fmt.Errorf("verify: %w", err)
		}
	}
	m.at(day, 12*60+20)
	if _, err := m.Ratings.TurnLoops(ctx, system); err != nil {
		return err
	}
	m.at(day, 14*60)
	return m.recheck(ctx)
}

// recheck lets half of the handlers answer what was sent to them; the visitor's cadre finds his still open.
func (m *maker) recheck(ctx context.Context) error {
	var sent []models.CaseRecheck
	err := db.View(ctx, m.DB, func(tx *gorm.DB) error {
		return tx.Order("handler_id, id").Find(&sent).Error
	})
	if err != nil {
		return fmt.Errorf("read rechecks: %w", err)
	}
	staff := map[string]string{}
	for no, id := range m.people {
		staff[id] = no
	}
	said := []cases.Looked{
		{Way: cases.WayFixed, Text: "已电话说明办理依据，并补发材料清单。"},
		{Way: cases.WayExplained, Text: "复核无误，已再次说明政策规定。"},
	}
	for i, k := range sent {
		if staff[k.HandlerID] == visitorNo || i%2 == 0 {
			continue
		}
		who, err := m.as(ctx, staff[k.HandlerID])
		if err != nil {
			return err
		}
		if err := m.Cases.Recheck(ctx, who, k.CaseID, said[i/2%len(said)]); err != nil {
			return fmt.Errorf("answer recheck: %w", err)
		}
	}
	return nil
}

// supervise lets a supervisor and two handlers do what leaves something to decide.
func (m *maker) supervise(ctx context.Context) error {
	who, err := m.as(ctx, "QH0108")
	if err != nil {
		return err
	}
	late, err := m.Cases.List(ctx, who, cases.Filter{Open: true, Due: cases.Overdue, Size: 20})
	if err != nil {
		return err
	}
	open, err := m.Cases.List(ctx, who, cases.Filter{State: models.CaseInHand, Size: 100})
	if err != nil {
		return err
	}
	all := slices.Concat(late.Entries, open.Entries)
	if len(all) < 6 || len(late.Entries) == 0 {
		return nil
	}
	steps := []func(c *models.Case) error{
		func(c *models.Case) error {
			c, err := m.Cases.Remind(ctx, who, c.ID, "已超期，请今天先向诉求人说明情况。", c.Version)
			if err != nil {
				return err
			}
			_, err = m.Cases.Supervise(ctx, who, c.ID, "三个工作日内办结，并书面说明超期原因。", c.Version)
			return err
		},
		func(c *models.Case) error {
			_, err := m.Cases.Join(ctx, who, c.ID, "u:"+m.units[provider], "请上门了解情况，帮助老人准备材料。", c.Version)
			return err
		},
		func(c *models.Case) error {
			_, err := m.Cases.Suspend(ctx, who, c.ID, "等待专业机构出具鉴定意见。", c.Version)
			return err
		},
		func(c *models.Case) error {
			a := cases.Ask{Kind: models.AskExclude, Reason: "litigation", Note: "诉求人已就同一事项提起行政诉讼，附立案通知书。"}
			_, err := m.Cases.Ask(ctx, who, c.ID, a, c.Version)
			return err
		},
		func(c *models.Case) error {
			a := cases.Ask{Kind: models.AskExtend, Days: 3, Note: "外地档案正在调取，预计三个工作日内寄到。"}
			return m.ask(ctx, c, a)
		},
		func(c *models.Case) error {
			a := cases.Ask{Kind: models.AskExtend, Days: 10, Note: "涉及两个乡镇的权属核实，需要现场勘测。"}
			return m.ask(ctx, c, a)
		},
	}
	next := len(late.Entries)
	for i, do := range steps {
		e := late.Entries[0]
		if i > 0 {
			e = all[next]
			next = min(next+1, len(all)-1)
		}
		c, err := m.caseOf(ctx, e.ID)
		if err != nil {
			return err
		}
		if err := do(c); err != nil {
			return fmt.Errorf("case %s: %w", e.No, err)
		}
	}
	return nil
}

// ask lets the handler of a case ask for something.
func (m *maker) ask(ctx context.Context, c *models.Case, a cases.Ask) error {
	for no, id := range m.people {
		if c.HandlerID == nil || id != *c.HandlerID {
			continue
		}
		who, err := m.as(ctx, no)
		if err != nil {
			return err
		}
		_, err = m.Cases.Ask(ctx, who, c.ID, a, c.Version)
		return err
	}
	return nil
}

func (m *maker) caseOf(ctx context.Context, id string) (*models.Case, error) {
	var c models.Case
	err := db.View(ctx, m.DB, func(tx *gorm.DB) error { return tx.Where("id = ?", id).Take(&c).Error })
	if err != nil {
		return nil, fmt.Errorf("read case: %w", err)
	}
	return &c, nil
}
