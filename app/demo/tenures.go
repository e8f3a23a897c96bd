package demo

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/db"
)

// The people whose posts change, and the units that do. Those who leave are chosen by what they have in hand; all
// others are named, for nothing that is drawn from the seed may hang on them.
const (
	moverNo     = "QH1190" // no cadre of the weave: transferred in spring, his earlier cases stay with the post he left
	misspelt    = "李𬒔"     // entered without the rare character first
	misspeltAs  = "李衍"
	bureau      = "县政务服务和数据局"
	bureauWas   = "县政务服务管理局"
	merged      = "渡口村"
	mergedInto  = "渔湾村"
	springDays  = 150 // from the beginning of the periods to the transfer
	moverTitle  = "综合窗口工作人员"
	moverBefore = "柳溪镇便民服务中心"
	moverAfter  = "云台乡便民服务中心"
)

// sysadmin is whoever enters people and units.
func (m *maker) sysadmin(ctx context.Context) (models.Actor, error) {
	return m.as(ctx, administrators()[0].staffNo)
}

// reshape renames one unit and merges another, as a county does in a year.
func (m *maker) reshape(ctx context.Context) error {
	m.at(m.plan.begin.AddDays(20), 10*60)
	who, err := m.sysadmin(ctx)
	if err != nil {
		return err
	}
	u, err := m.Accounts.Unit(ctx, who, m.units[bureauWas])
	if err != nil {
		return err
	}
	if err := m.Accounts.RenameUnit(ctx, who, u.ID, u.Version, bureau, m.plan.begin.AddDays(20)); err != nil {
		return err
	}
	m.units[bureau] = u.ID
	m.at(m.plan.from.AddDays(61), 10*60)
	u, err = m.Accounts.Unit(ctx, who, m.units[merged])
	if err != nil {
		return err
	}
	return m.Accounts.MergeUnit(ctx, who, u.ID, accounts.MergeInput{
		Version: u.Version, IntoID: m.units[mergedInto], From: m.plan.from.AddDays(61),
	})
}

// second is a post that somebody holds beside the one he is appointed to.
type second struct {
	staffNo, unit, title string
	kind                 models.PostKind
	from, to             models.Date
}

func (m *maker) seconds() []second {
	p := m.plan
	return []second{
		{"QH1110", "柳溪镇便民服务中心", "柳溪社区便民服务站负责人", models.Appointed, p.from.AddDays(95), ""},
		{"QH1210", "石桥镇便民服务中心", "石桥社区便民服务站负责人", models.Appointed, p.from.AddDays(125), ""},
		{"QH1305", "县信访局", "信访接待岗位", models.OnLoan, p.from.AddDays(200), p.today.AddDays(90)},
		{"QH1505", bureau, "数据共享岗位", models.Temporary, p.from.AddDays(240), p.today.AddDays(10)},
		{"QH1405", "县信访局", "信访接待岗位", models.OnLoan, p.from.AddDays(30), p.from.AddDays(210)},
	}
}

// move gives people second posts, puts a name right and transfers somebody who had cases in the post that he leaves.
func (m *maker) move(ctx context.Context) error {
	if err := m.reshape(ctx); err != nil {
		return err
	}
	if err := m.rename(ctx); err != nil {
		return err
	}
	class := map[string]cadre{}
	for _, c := range cadres() {
		class[c.staffNo] = c
	}
	for _, s := range m.seconds() {
		m.at(s.from, 9*60+20)
		who, err := m.sysadmin(ctx)
		if err != nil {
			return err
		}
		c := class[s.staffNo]
		unit, known := m.units[s.unit]
		if !known {
			return fmt.Errorf("%s: no unit %s", s.staffNo, s.unit)
		}
		in := accounts.PostInput{
			UnitID: unit, ManagerID: m.units[c.manager], Title: s.title, Class: c.class, Category: c.category,
			Kind: s.kind, From: s.from, To: s.to,
		}
		if s.kind == models.Appointed {
			_, err = m.Accounts.AddPost(ctx, who, m.people[s.staffNo], in)
		} else {
			_, err = m.Accounts.Lend(ctx, who, m.people[s.staffNo], in)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s.staffNo, err)
		}
	}
	return m.transfer(ctx)
}

func (m *maker) rename(ctx context.Context) error {
	m.at(m.plan.begin.AddDays(25), 15*60)
	who, err := m.sysadmin(ctx)
	if err != nil {
		return err
	}
	for _, c := range cadres() {
		if c.name != misspelt {
			continue
		}
		p, err := m.Accounts.PersonByLogin(ctx, system, c.staffNo)
		if err != nil {
			return err
		}
		_, err = m.Accounts.Rename(ctx, who, p.ID, accounts.RenameInput{
			Version: p.Version, Name: c.name, Reason: models.NameCorrected,
		})
		return err
	}
	return errors.New("nobody is called " + misspelt)
}

// mover is the input of somebody beside the two hundred whose work is woven.
func (m *maker) mover() accounts.PersonInput {
	post := accounts.PostInput{
		UnitID: m.units[moverBefore], ManagerID: m.units["柳溪镇"], Title: moverTitle, Class: Windows,
		Category: models.Institution, From: "2022-03-14",
	}
	return accounts.PersonInput{StaffNo: moverNo, Name: "罗晓雨", Post: &post}
}

func (m *maker) transfer(ctx context.Context) error {
	last := m.plan.from.AddDays(springDays)
	for i, ask := range []string{"HJ-01", "YL-01"} {
		day := m.days.Add(last.AddDays(9*i-40), 1)
		o := open{minute: 9*60 + 30, duty: ask, staffNo: moverNo, state: models.CaseAnswered}
		c, err := m.take(ctx, day, o, 30+i)
		if err != nil {
			return err
		}
		who, err := m.as(ctx, moverNo)
		if err != nil {
			return err
		}
		if _, err := m.Cases.Close(ctx, who, c.ID, models.Solved, "", c.Version); err != nil {
			return err
		}
	}
	m.at(last, 16*60)
	who, err := m.sysadmin(ctx)
	if err != nil {
		return err
	}
	_, _, err = m.Accounts.Transfer(ctx, who, m.people[moverNo], accounts.TransferInput{
		PostID: m.posts[moverNo], Last: last, Post: accounts.PostInput{
			UnitID: m.units[moverAfter], ManagerID: m.units["云台乡"], Title: moverTitle, Class: Windows,
			Category: models.Institution,
		},
	})
	return err
}

// leave lets one village cadre retire, whose work is handed over, and another leave with work that waits for somebody.
func (m *maker) leave(ctx context.Context) error {
	going, err := m.going(ctx)
	if err != nil {
		return err
	}
	for i, c := range going {
		m.at(m.ago(3), 10*60+30*i)
		who, err := m.sysadmin(ctx)
		if err != nil {
			return err
		}
		in := accounts.LeaveInput{
			Last: m.ago(3), Reason: models.Retired, LoginTo: m.plan.today.AddDays(60),
		}
		if i == 1 {
			in.Reason = models.LeftPost
		}
		p, err := m.Accounts.PersonByLogin(ctx, system, c.staffNo)
		if err != nil {
			return err
		}
		in.Version = p.Version
		if _, err := m.Accounts.Leave(ctx, who, p.ID, in); err != nil {
			return fmt.Errorf("%s: %w", c.staffNo, err)
		}
		if i == 1 {
			return nil
		}
		if err := m.handOver(ctx, who, p.ID); err != nil {
			return fmt.Errorf("%s: %w", c.staffNo, err)
		}
	}
	return nil
}

// going chooses two village cadres with cases in hand who appear nowhere else in the story.
func (m *maker) going(ctx context.Context) (out []cadre, err error) {
	busy := map[string]bool{}
	err = db.View(ctx, m.DB, func(tx *gorm.DB) error {
		var ids []string
		err := tx.Model(&models.Case{}).Where("state <> ? AND handler_id IS NOT NULL", models.CaseClosed).
			Distinct().Pluck("handler_id", &ids).Error
		for _, id := range ids {
			busy[id] = true
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read handlers: %w", err)
	}
	for _, c := range cadres() {
		if c.class == Villages && busy[m.people[c.staffNo]] && c.staffNo > "QH1400" && len(out) < 2 {
			if len(out) == 1 && out[0].town == c.town {
				continue
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// handOver gives all that somebody has in hand to the first who may take it.
func (m *maker) handOver(ctx context.Context, who models.Actor, personID string) error {
	work, err := m.Accounts.WorkOf(ctx, who, personID)
	if err != nil || len(work.Items) == 0 || len(work.Receivers) == 0 {
		return err
	}
	at := m.units[cadreUnit(m, personID)]
	to := work.Receivers[0].PostID
	for _, r := range work.Receivers {
		if r.UnitID == at && r.PersonID != personID {
			to = r.PostID
			break
		}
	}
	var choices []accounts.Choice
	for _, w := range work.Items {
		choices = append(choices, accounts.Choice{Key: w.Key(), Post: to})
	}
	_, err = m.Accounts.HandOver(ctx, who, personID, choices)
	return err
}

func cadreUnit(m *maker, personID string) string {
	for _, c := range cadres() {
		if m.people[c.staffNo] == personID {
			return c.unit
		}
	}
	return ""
}
