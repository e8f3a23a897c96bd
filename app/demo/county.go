package demo

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
)

// setUp makes the root unit, the identity of the site and the three administrators, as the first visitor would, and
// then the other units.
func (m *maker) setUp(ctx context.Context) error {
	m.at(m.plan.begin, 9*60)
	admins := administrators()
	admin := func(h holder) accounts.Administrator {
		return accounts.Administrator{StaffNo: h.staffNo, Name: h.name, Password: m.o.Password}
	}
	err := m.Accounts.Setup(ctx, models.Actor{}, accounts.SetupInput{
		OnePassword: true,
		Code:        m.Accounts.OpenSetup(), UnitName: County, UnitKind: models.County, SiteName: "青禾县干部培训考核系统（演示）",
		Organizer: "中共青禾县委组织部（演示）", Phone: "0000-0000000",
		Filing: "网站备案号：示例备00000000号\n公安备案号：示例公安备00000000000000号",
		System: admin(admins[0]), Security: admin(admins[1]), Audit: admin(admins[2]),
	})
	if err != nil {
		return err
	}
	for _, a := range admins {
		p, err := m.Accounts.PersonByLogin(ctx, system, a.staffNo)
		if err != nil {
			return err
		}
		m.people[a.staffNo] = p.ID
		m.login(a)
	}
	who, err := m.as(ctx, admins[0].staffNo)
	if err != nil {
		return err
	}
	units, err := m.Accounts.Units(ctx, who)
	if err != nil {
		return err
	}
	m.units[County] = units[0].ID // the only one there is
	for _, p := range append(places(), place{merged, "临江镇", models.Village}) {
		in := accounts.UnitInput{ParentID: m.units[p.parent], Name: p.name, Kind: p.kind}
		u, err := m.Accounts.CreateUnit(ctx, who, in)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		m.units[p.name] = u.ID
	}
	return nil
}

// enrol makes the accounts of everybody else.
func (m *maker) enrol(ctx context.Context) error {
	who, err := m.as(ctx, administrators()[0].staffNo)
	if err != nil {
		return err
	}
	var in []accounts.PersonInput
	for _, c := range cadres() {
		post := accounts.PostInput{
			UnitID: m.units[c.unit], ManagerID: m.units[c.manager], Title: c.title, Class: c.class,
			Category: c.category, From: c.since,
		}
		name := c.name
		if name == misspelt {
			name = misspeltAs
		}
		in = append(in, accounts.PersonInput{StaffNo: c.staffNo, Name: name, Mobile: c.mobile, Post: &post})
	}
	in = append(in, m.mover())
	for _, h := range holders() {
		in = append(in, accounts.PersonInput{StaffNo: h.staffNo, Name: h.name})
	}
	made, err := m.Accounts.Enrol(ctx, who, in)
	if err != nil {
		return err
	}
	for _, p := range made {
		m.people[p.StaffNo] = p.ID
	}
	return db.View(ctx, m.DB, func(tx *gorm.DB) error {
		var posts []models.Post
		if err := tx.Find(&posts).Error; err != nil {
			return fmt.Errorf("read posts: %w", err)
		}
		of := map[string]string{}
		for _, p := range posts {
			of[p.PersonID] = p.ID
		}
		for no, id := range m.people {
			m.posts[no] = of[id]
		}
		return nil
	})
}

// grant gives the roles, in the name of the security administrator.
func (m *maker) grant(ctx context.Context) error {
	who, err := m.as(ctx, administrators()[1].staffNo)
	if err != nil {
		return err
	}
	for _, h := range holders() {
		if h.role == models.RoleDesk {
			if err := m.delegate(ctx, h); err != nil {
				return err
			}
			continue
		}
		in := accounts.GrantInput{StaffNo: h.staffNo, UnitID: m.units[h.unit], Role: h.role}
		if h.role == models.RoleInspector {
			in.From, in.To = m.plan.today.AddDays(-7), m.plan.today.AddDays(12)
		}
		if _, err := m.Accounts.Grant(ctx, who, in); err != nil {
			return fmt.Errorf("%s: %w", h.staffNo, err)
		}
		m.login(h)
	}
	for _, c := range cadres() {
		if c.staffNo == visitorNo {
			m.made.Logins = append([]Login{{c.staffNo, c.name, c.unit, models.RoleCadre, "cadre"}}, m.made.Logins...)
		}
	}
	return nil
}

// delegate lets somebody issue reset codes, in the name of the system administrator.
func (m *maker) delegate(ctx context.Context, h holder) error {
	who, err := m.as(ctx, administrators()[0].staffNo)
	if err != nil {
		return err
	}
	_, err = m.Accounts.Delegate(ctx, who, accounts.DelegateInput{
		StaffNo: h.staffNo, UnitID: m.units[h.unit], From: m.plan.today.AddDays(-7), To: m.plan.today.AddDays(180),
	})
	if err != nil {
		return fmt.Errorf("%s: %w", h.staffNo, err)
	}
	m.login(h)
	return nil
}

// login notes an account to try; of several with one role at one level the first is named.
func (m *maker) login(h holder) {
	key := string(h.role)
	if h.staffNo == organiserNo {
		key = "organiser"
	}
	for _, l := range m.made.Logins {
		if l.Key == key {
			return
		}
	}
	m.made.Logins = append(m.made.Logins, Login{h.staffNo, h.name, h.unit, h.role, key})
}

// passwords gives every account the password of the first administrator, whose hash the first set-up has made: one
// hash costs as much as a hundred rows.
func (m *maker) passwords(ctx context.Context) error {
	return db.Tx(ctx, m.DB, func(tx *gorm.DB) error {
		var p models.Person
		if err := tx.Take(&p, "id = ?", m.people[administrators()[0].staffNo]).Error; err != nil {
			return fmt.Errorf("read hash: %w", err)
		}
		err := tx.Model(&models.Person{}).Where("1 = 1").
			Updates(map[string]any{"password_hash": p.PasswordHash, "must_change": false}).Error
		if err != nil {
			return fmt.Errorf("keep hash: %w", err)
		}
		return nil
	})
}

// matters enters the duty list and publishes the scheme.
func (m *maker) matters(ctx context.Context) error {
	m.at(m.plan.begin, 11*60)
	who, err := m.as(ctx, administrators()[0].staffNo)
	if err != nil {
		return err
	}
	for _, d := range duties() {
		_, err := m.Cases.AddMatter(ctx, who, cases.MatterInput{
			Code: d.code, Name: d.name, Family: d.family, UnitID: m.units[County], Days: d.days,
			Difficulty: d.difficulty,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", d.code, err)
		}
	}
	return m.firstScheme(ctx)
}

// complaints leaves two words about the system itself for its administrator.
func (m *maker) complaints(ctx context.Context) error {
	said := []accounts.FeedbackInput{
		{Page: "/learn", Text: "课程文字能不能再大一点，晚上看着费劲。"},
		{Page: "/serve", Text: "希望办件列表可以记住上次的筛选条件。"},
	}
	var errs []error
	for i, in := range said {
		m.at(m.plan.from.AddDays(40+20*i), 20*60+15)
		who, err := m.as(ctx, fmt.Sprintf("QH110%d", 3+i))
		if err != nil {
			return err
		}
		errs = append(errs, m.Accounts.SendFeedback(ctx, who, in))
	}
	return errors.Join(errs...)
}
