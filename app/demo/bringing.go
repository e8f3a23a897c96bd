package demo

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/onboard"
	"shanzhi/models"
	"shanzhi/models/db"
)

// arriving is the township whose people have just come with a roster and have not logged in yet; changing is the one
// whose new roster waits for approval.
const (
	arriving = "临江镇"
	changing = "九龙乡"
)

func rosterHead() []string {
	return []string{"工号", "姓名", "手机号码", "所属单位", "职务", "岗位类别", "人员类别", "干部管理权限", "任职日期"}
}

func rosterRow(c cadre) []string {
	words := map[models.Category]string{
		models.LeadingCadre: "党政领导干部", models.CivilServant: "公务员", models.Institution: "事业单位工作人员",
		models.VillageCadre: "村（社区）干部",
	}
	return []string{
		c.staffNo, c.name, c.mobile, c.unit, c.title, c.class, words[c.category], c.manager, string(c.since),
	}
}

// bringIn brings in holidays and newcomers with their activation codes, and leaves a roster to be approved.
func (m *maker) bringIn(ctx context.Context) error {
	for _, do := range []func(context.Context) error{m.holidays, m.newcomers, m.roster} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sheet brings one in; anything wrong with it is an error.
func (m *maker) sheet(ctx context.Context, in onboard.Input) error {
	who, err := m.sysadmin(ctx)
	if err != nil {
		return err
	}
	got, err := m.Onboard.Take(ctx, who, in)
	switch {
	case err != nil:
		return err
	case got.ErrorCount > 0:
		return fmt.Errorf("%s: row %d, %s: %s", in.Name, got.Errors[0].Row, got.Errors[0].Name, got.Errors[0].Key)
	case in.How == onboard.Stage && got.Idle():
		return errors.New(in.Name + " changes nothing")
	case got.Applied || in.LeaveRest:
		return nil
	}
	_, err = m.Onboard.Apply(ctx, who, onboard.Approval{PlanID: got.PlanID})
	return err
}

// newYears are the days of the lunar new year, by which the holidays of a made-up year are laid.
func newYears() map[int]models.Date {
	return map[int]models.Date{
		2026: "2026-02-17", 2027: "2027-02-06", 2028: "2028-01-26", 2029: "2029-02-13", 2030: "2030-02-03",
		2031: "2031-01-23", 2032: "2032-02-11", 2033: "2033-01-31",
	}
}

// holidays brings in made-up holidays of next year where the house knows none yet, so that deadlines that fall into it
// can be reckoned. Years that the house knows stay as they are.
func (m *maker) holidays(ctx context.Context) error {
	m.at(m.ago(5), 9*60)
	year := m.plan.today.Year() + 1
	spring, known := newYears()[year]
	if m.days.Known(year) || !known {
		return nil
	}
	rows := [][]string{{"日期", "类型", "节日名称"}}
	for _, h := range []struct {
		first models.Date
		days  int
		name  string
	}{
		{models.NewDate(year, 1, 1), 1, "元旦（演示）"},
		{spring.AddDays(-1), 8, "春节（演示）"},
		{models.NewDate(year, 4, 5), 1, "清明节（演示）"},
		{models.NewDate(year, 5, 1), 5, "劳动节（演示）"},
		{models.NewDate(year, 10, 1), 7, "国庆节（演示）"},
	} {
		for i := range h.days {
			rows = append(rows, []string{string(h.first.AddDays(i)), "放假", h.name})
		}
	}
	data, err := sheetOf(rows)
	if err != nil {
		return err
	}
	return m.sheet(ctx, onboard.Input{
		Kind: onboard.Holidays, Name: fmt.Sprintf("%d年节假日（演示）.csv", year), Data: data, How: onboard.Stage,
	})
}

// newcomers come with a roster, and get slips with a code by which they choose their password. They have not yet.
func (m *maker) newcomers(ctx context.Context) error {
	m.at(m.ago(2), 9*60)
	rows := [][]string{rosterHead()}
	for i, name := range []string{"黎小燕", "汤明慧", "欧阳子航"} {
		unit := []string{"堤口村", "沙洲村", "码头社区"}[i]
		rows = append(rows, rosterRow(cadre{
			staffNo: fmt.Sprintf("QH159%d", i+1), name: name, unit: unit, manager: arriving, title: "委员兼网格长",
			class: Villages, category: models.VillageCadre, since: m.ago(2), mobile: fmt.Sprintf("1990000592%d", i),
		}))
	}
	data, err := sheetOf(rows)
	if err != nil {
		return err
	}
	in := onboard.Input{Kind: onboard.Roster, Name: "新任村干部.csv", Data: data, How: onboard.Stage}
	if err := m.sheet(ctx, in); err != nil {
		return err
	}
	m.at(m.ago(2), 10*60)
	who, err := m.sysadmin(ctx)
	if err != nil {
		return err
	}
	_, _, err = m.Accounts.IssueCodes(ctx, who, accounts.IssueInput{UnitID: m.units[arriving]})
	return err
}

// roster stages the new roster of a township: one has joined, one has left, one has moved, two are changed.
func (m *maker) roster(ctx context.Context) error {
	m.at(m.ago(1), 15*60)
	rows := [][]string{rosterHead()}
	n := 0
	for _, c := range cadres() {
		if c.town != changing {
			continue
		}
		n++
		switch c.name {
		case "和平":
			continue // has left
		case "柴米香":
			c.unit, c.since = "北坡村", m.ago(1)
		case "滕飞":
			c.title = "副主任兼人民调解员"
		case "门长贵":
			c.mobile = "19900006990"
		}
		rows = append(rows, rosterRow(c))
	}
	rows = append(rows, rosterRow(cadre{
		staffNo: "QH1690", name: "张伟", unit: "老街村", manager: changing, title: "委员兼网格长", class: Villages,
		category: models.VillageCadre, since: m.ago(1), mobile: "19900006910",
	}))
	data, err := sheetOf(rows)
	if err != nil {
		return err
	}
	return m.sheet(ctx, onboard.Input{
		Kind: onboard.Roster, Name: changing + "人员名册.csv", Data: data, ScopeID: m.units[changing], LeaveRest: true,
		How: onboard.Stage,
	})
}

// look lets those who may see the visitor's cadre look, so that he finds who did; it reads half of what people were
// told, and seals the log.
func (m *maker) look(ctx context.Context) error {
	about := m.people[visitorNo]
	for i, by := range []string{officerNo, organiserNo, reviewerNo, leaderNo, inspectorNo} {
		m.at(m.ago(4-i/2), 10*60+20*i)
		who, err := m.as(ctx, by)
		if err != nil {
			return err
		}
		if _, err := m.Assessments.Person(ctx, who, m.made.Sealed, about); err != nil {
			return fmt.Errorf("%s: %w", by, err)
		}
		if by == inspectorNo {
			path := "/assess/periods/" + m.made.Sealed + "/people/" + about
			if err := m.Accounts.Looked(ctx, who, path, about); err != nil {
				return err
			}
		}
	}
	m.at(m.ago(1), 9*60)
	trainer, err := m.as(ctx, trainerNo)
	if err != nil {
		return err
	}
	if _, err := m.Trainer.Record(ctx, trainer, about, 0); err != nil {
		return err
	}
	if err := m.resetRefused(ctx); err != nil {
		return err
	}
	m.at(m.plan.today, 7*60+45)
	if _, _, err := m.Accounts.TidyNotices(ctx, system); err != nil { // tells whose role ends soon
		return err
	}
	if err := m.readNotices(ctx); err != nil {
		return err
	}
	m.at(m.plan.today, 8*60+10)
	_, err = m.Sealer.Seal(ctx)
	return err
}

// resetRefused leaves a reset that two administrators had to agree on and did not: no account of the tour closes.
func (m *maker) resetRefused(ctx context.Context) error {
	m.at(m.ago(3), 10*60)
	asker, err := m.as(ctx, administrators()[0].staffNo)
	if err != nil {
		return err
	}
	second, err := m.as(ctx, administrators()[1].staffNo)
	if err != nil {
		return err
	}
	if _, err := m.Accounts.AskReset(ctx, asker, m.people[reviewerNo], "电话说忘记密码"); err != nil {
		return err
	}
	m.at(m.ago(3), 10*60+25)
	rows, _, err := m.Accounts.Resets(ctx, second, 1, 1)
	if err != nil {
		return err
	}
	return m.Accounts.RefuseReset(ctx, second, rows[0].ID) // nobody has looked at who was on the telephone
}

// readNotices marks all but the two latest notices of everybody whom the visitor may be as read.
func (m *maker) readNotices(ctx context.Context) error {
	for _, l := range m.made.Logins {
		m.at(m.plan.today, 7*60+50)
		who, err := m.as(ctx, l.StaffNo)
		if err != nil {
			return err
		}
		var ids []string
		err = db.View(ctx, m.DB, func(tx *gorm.DB) error {
			return tx.Model(&models.Notice{}).Where("person_id = ? AND read_at IS NULL", who.ID).
				Order("created_at DESC, id DESC").Pluck("id", &ids).Error
		})
		if err != nil {
			return fmt.Errorf("read notices: %w", err)
		}
		for _, id := range ids[min(2, len(ids)):min(20, len(ids))] {
			if _, err := m.Accounts.ReadNotice(ctx, who, id); err != nil {
				return err
			}
		}
	}
	return nil
}
