package demo

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
)

// voices is what residents say of their own accord: at windows, on paper, online, sealed.
func (m *maker) voices(ctx context.Context) error {
	for _, do := range []func(context.Context) error{m.stands, m.onPaper, m.online, m.tips, m.leaks} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	m.at(m.plan.today, 7*60+40)
	_, err := m.Ratings.MakeBatches(ctx, system)
	return err
}

// stands puts up codes at the windows of every township, and lets some who come by rate.
func (m *maker) stands(ctx context.Context) error {
	for i, t := range townships() {
		m.at(m.plan.from.AddDays(30+i), 9*60)
		clerk, err := m.as(ctx, fmt.Sprintf("QH020%d", i+1))
		if err != nil {
			return err
		}
		for j, name := range []string{"综合窗口", "社会保障窗口"} {
			m.at(m.plan.from.AddDays(30+i), 9*60)
			st, err := m.Ratings.AddStand(ctx, clerk, m.units[t.center()], name)
			if err != nil {
				return fmt.Errorf("%s %s: %w", t.name, name, err)
			}
			if i == 0 && j == 0 {
				m.stand = st.ID
			}
			for k := range 3 - j {
				if err := m.atStand(ctx, st.Code, 4*i+k); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// atStand rates at a window, the n-th in the days before today; one of them says that he was pressed.
func (m *maker) atStand(ctx context.Context, code string, n int) error {
	m.at(m.ago(9-n%8), 9*60+n*7%360)
	look, err := m.Ratings.LookStand(ctx, code)
	if err != nil {
		return err
	}
	if n == 5 {
		return m.Ratings.PressureStand(ctx, code, look.Ticket, "窗口的人站在旁边看着我点。")
	}
	in := ratings.Input{Level: []int{5, 4, 5, 3, 5, 4}[n%6], Solved: ratings.Solutions()[0], Unsure: true}
	if n%3 == 0 {
		in.Comment = gladVoices()[n%25]
	}
	return m.Ratings.RateStand(ctx, code, look.Ticket, in)
}

// onPaper prints blank slips for a window, and keys some that came back; the others wait. One closed case has a slip
// of its own.
func (m *maker) onPaper(ctx context.Context) error {
	m.at(m.ago(7), 9*60)
	clerk, err := m.as(ctx, clerkNo)
	if err != nil {
		return err
	}
	slips, err := m.Ratings.BlankSlips(ctx, clerk, m.stand, 12)
	if err != nil {
		return err
	}
	if err := m.keyed(ctx, clerk, slips[:7]); err != nil {
		return err
	}
	var id string
	err = db.View(ctx, m.DB, func(tx *gorm.DB) error {
		return tx.Table("invitations AS i").Joins("JOIN cases c ON c.id = i.case_id").
			Where("i.state = ? AND i.unit_id = ? AND i.subject_id <> ?", models.InvitationOpen,
				m.units[townships()[0].center()], m.people[visitorNo]).
			Order("c.no DESC").Limit(1).Pluck("c.id", &id).Error
	})
	if err != nil || id == "" {
		return err
	}
	m.at(m.ago(1), 16*60)
	_, err = m.Ratings.CaseSlip(ctx, clerk, id)
	return err
}

// keyed keys slips by another clerk than their printer. All are drawn to be keyed twice, so that there is something to
// see: of the last two one differs and one waits.
func (m *maker) keyed(ctx context.Context, printer models.Actor, slips []ratings.PaperSlip) error {
	keyer, err := m.as(ctx, keyerNo)
	if err != nil {
		return err
	}
	if err := m.drawing(ctx, 100); err != nil {
		return err
	}
	for i, s := range slips {
		m.at(m.ago(4-i/2), 17*60+5*i)
		in := ratings.Input{Level: []int{5, 4, 4, 2, 5, 4, 5}[i], Solved: ratings.Solutions()[0], Unsure: true}
		if i == 3 {
			in.Comment = fairVoices()[16]
		}
		if _, err := m.Ratings.KeySlip(ctx, keyer, s.Number, in); err != nil {
			return err
		}
		switch i {
		case len(slips) - 1:
			continue
		case len(slips) - 2:
			in.Level = 1
		}
		if _, err := m.Ratings.KeySlip(ctx, printer, s.Number, in); err != nil {
			return err
		}
	}
	return m.drawing(ctx, 20)
}

// drawing sets the chance in a hundred that a slip is drawn.
func (m *maker) drawing(ctx context.Context, percent int) error {
	return db.Tx(ctx, m.DB, func(tx *gorm.DB) error {
		return db.SetMetaTx(tx, "serve."+cases.PaperPercent, strconv.Itoa(percent))
	})
}

// raised is what a resident raises online.
type raised struct {
	ago int
	cases.Raising
}

func (m *maker) raisings() []raised {
	at := func(unit string) string { return m.units[unit] }
	return []raised{
		{6, cases.Raising{Kind: models.Enquiry, UnitID: at("柳溪镇"), Text: "外地出生的孩子，回乡上户口要带哪些材料？"}},
		{5, cases.Raising{
			Kind: models.Help, UnitID: at("石桥镇"), Text: "村口路灯坏了十来天，晚上老人出门不方便，请帮助修好。",
			Name: "谢玉珍", Phone: "19900002101", ReplyBy: models.ReplyPhone,
		}},
		{4, cases.Raising{Kind: models.Suggestion, UnitID: at("梅坪镇"), Text: "建议便民服务中心逢集日中午有人值班。"}},
		{3, cases.Raising{Kind: models.Praise, UnitID: at("云台乡"), Text: "感谢云台村的干部帮我母亲办好了高龄补贴，来家里三趟。"}},
		{3, cases.Raising{
			Kind: models.Complaint, UnitID: at("临江镇便民服务中心"), OfPerson: true,
			Text: "窗口一名工作人员态度生硬，问政策时让我自己看墙上的通知，请核实。", Name: "罗春生", Phone: "19900002102",
		}},
	}
}

// online raises matters of each kind. One was answered and closed, and the resident has it opened again.
func (m *maker) online(ctx context.Context) error {
	for i, r := range m.raisings() {
		m.at(m.ago(r.ago), 19*60+11*i)
		r.Ticket = m.Cases.RaiseTicket()
		if _, err := m.Cases.Raise(ctx, r.Raising); err != nil {
			return fmt.Errorf("%s: %w", r.Kind, err)
		}
	}
	return m.again(ctx)
}

// again walks a matter raised online to its end and back.
func (m *maker) again(ctx context.Context) error {
	day := m.ago(9)
	m.at(day, 8*60+5)
	got, err := m.Cases.Raise(ctx, cases.Raising{
		Kind: models.Help, UnitID: m.units["柳溪镇"], Ticket: m.Cases.RaiseTicket(),
		Text: "门前排水沟堵了，一下雨水就漫到院子里，请安排清理。", Name: "邓长庚", Phone: "19900002103",
	})
	if err != nil {
		return err
	}
	var c models.Case
	err = db.View(ctx, m.DB, func(tx *gorm.DB) error { return tx.Take(&c, "no = ?", got.No).Error })
	if err != nil {
		return fmt.Errorf("read raised matter: %w", err)
	}
	m.at(day, 9*60+10)
	clerk, err := m.as(ctx, clerkNo)
	if err != nil {
		return err
	}
	id, err := m.matter(ctx, "HJ-01")
	if err != nil {
		return err
	}
	at, err := m.Cases.Sort(ctx, clerk, c.ID, id, c.Version)
	if err != nil {
		return err
	}
	const handler = "QH1116"
	if at, err = m.Cases.Dispatch(ctx, clerk, c.ID, m.posts[handler], at.Version); err != nil {
		return err
	}
	m.at(day, 14*60)
	if at, err = m.handle(ctx, day, open{staffNo: handler, state: models.CaseAnswered}, at); err != nil {
		return err
	}
	who, err := m.as(ctx, handler)
	if err != nil {
		return err
	}
	if _, err = m.Cases.Close(ctx, who, c.ID, models.Solved, "", at.Version); err != nil {
		return err
	}
	m.at(m.ago(4), 20*60)
	key, err := m.Cases.Unlock(ctx, got.No, got.Secret)
	if err != nil {
		return err
	}
	return m.Cases.AskAgain(ctx, key.Ticket, "只清了一半，昨天下雨又堵了。")
}

// tips are two sealed reports: one waits, one was passed on and emptied. What they say is no more than an example.
func (m *maker) tips(ctx context.Context) error {
	for i, text := range []string{
		"（演示内容）反映某村项目公示与实际不一致，请核查。", "（演示内容）反映有人收取不该收的费用，请核查。",
	} {
		m.at(m.ago(8-5*i), 21*60)
		about := m.units[[]string{"九龙乡", "石桥镇"}[i]]
		_, err := m.Cases.Raise(ctx, cases.Raising{
			Kind: models.Wrongdoing, UnitID: about, Text: text, Ticket: m.Cases.RaiseTicket(),
		})
		if err != nil {
			return err
		}
	}
	m.at(m.ago(7), 9*60)
	who, err := m.as(ctx, superNo)
	if err != nil {
		return err
	}
	all, _, err := m.Cases.Tips(ctx, who, 1, 10)
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.Unit != "九龙乡" {
			continue
		}
		v, err := m.Cases.Tip(ctx, who, t.ID)
		if err != nil {
			return err
		}
		return m.Cases.PassTip(ctx, who, t.ID, "县纪委监委信访室（演示）", "值班接收人", v.Version)
	}
	return nil
}

// leaks are two complaints that a rating became known; of one it is written what was done.
func (m *maker) leaks(ctx context.Context) error {
	for i, in := range []ratings.Leak{
		{UnitID: m.units["铁匠铺社区"], Text: "评价以后第二天就有人问我为什么打低分，我担心被人知道了。"},
		{UnitID: m.units[townships()[3].center()], Text: "听窗口的人说，他们猜得出是谁评的。", Contact: "19900002104"},
	} {
		m.at(m.ago(9-4*i), 12*60)
		in.Ticket = m.Ratings.LeakTicket()
		if err := m.Ratings.ReportLeak(ctx, in); err != nil {
			return err
		}
	}
	m.at(m.ago(3), 11*60)
	who, err := m.as(ctx, superNo)
	if err != nil {
		return err
	}
	var first models.LeakReport
	err = db.View(ctx, m.DB, func(tx *gorm.DB) error {
		return tx.Order("reported_on").Take(&first).Error
	})
	if err != nil {
		return fmt.Errorf("read complaint: %w", err)
	}
	v, err := m.Ratings.Leak(ctx, who, first.ID)
	if err != nil {
		return err
	}
	return m.Ratings.CloseLeak(ctx, who, first.ID,
		"已约谈社区负责人，没有发现查阅单件评价的记录；对打听评价人的行为进行批评教育。", v.Version)
}
