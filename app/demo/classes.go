package demo

import (
	"context"
	"fmt"

	"shanzhi/courses/class"
	"shanzhi/models"
)

// session is an entry of a timetable: how many working days after the first day, and when.
type session struct {
	day, from, to              int // minutes after midnight
	title, place, teacher, web string
	hours                      int // 0.01 hour
}

// cohort is a training class of the story. Days are working days before and after today.
type cohort struct {
	in         class.Input
	first, of  int // the first day from today, and how many days
	audience   class.Audience
	unit       string
	timetable  []session
	told, over bool // its people were told; its hours are booked
}

const (
	school = "县委党校三教室"
	hall   = "县政务服务中心二楼会议室"
)

// cohorts are a class that is over, one that is being held and one that is planned.
func cohorts() []cohort {
	return []cohort{
		{
			in: class.Input{
				Name: "柳溪镇首接负责与群众工作培训班", Ledger: models.InPersonLedger,
				Purpose: "落实首接负责，规范受理、答复和回访。",
			},
			first: -32, of: 2, unit: "柳溪镇", audience: class.Audience{Below: true}, told: true, over: true,
			timetable: []session{
				{0, 510, 540, "开班式", school, "严卫国", "", 0},
				{0, 550, 700, "首接负责怎样落到人", school, "苏文", "", 300},
				{0, 870, 1020, "答复的写法：结果、依据和下一步", school, "郑文彬（县司法局）", "", 300},
				{1, 510, 690, "入户走访与倾听", "柳溪镇便民服务中心", "黎雪（县信访局）", "", 300},
				{1, 870, 1050, "案例讨论：重新办理的十件诉求", "柳溪镇便民服务中心", "苏文", "", 300},
			},
		},
		{
			in: class.Input{
				Name: "窗口服务规范与沟通培训班", Ledger: models.InPersonLedger,
				Purpose: "面向镇（街道）便民服务窗口人员，年度轮训。",
			},
			first: -1, of: 3, unit: County, audience: class.Audience{Below: true, PostClass: Windows}, told: true,
			timetable: []session{
				{0, 510, 690, "一次性告知与告知单的写法", hall, "苏文", "", 300},
				{0, 870, 1050, "老年人和残疾人怎样少跑一趟", hall, "韦晓兰（县残联）", "", 300},
				{1, 510, 690, "情绪激动时的接待", hall, "黎雪（县信访局）", "", 300},
				{1, 870, 1050, "网络自学", "各窗口", "", serving, 0},
				{2, 510, 690, "窗口观摩和讨论", hall, "苏文", "", 300},
			},
		},
		{
			in: class.Input{
				Name: "村（社区）干部依法办事网络专题班", Ledger: models.OnlineLedger,
				Purpose: "面向村（社区）干部，直播授课，课后自学。",
			},
			first: 12, of: 2, unit: County,
			audience: class.Audience{Below: true, Category: models.VillageCadre},
			timetable: []session{
				{0, 870, 960, "村规民约的边界（直播）", "网络直播", "郑文彬（县司法局）", "", 200},
				{0, 970, 1060, "网络自学", "", "", mediation, 0},
				{1, 870, 960, "民主协商怎样开（直播）", "网络直播", "顾晓峰", "", 200},
			},
		},
	}
}

// classes holds the training classes.
func (m *maker) classes(ctx context.Context) error {
	for _, k := range cohorts() {
		if err := m.hold(ctx, k); err != nil {
			return fmt.Errorf("%s: %w", k.in.Name, err)
		}
	}
	return nil
}

// workday returns the working day so many working days after today, or before it.
func (m *maker) workday(n int) models.Date {
	if n < 0 {
		return m.ago(-n)
	}
	return m.days.Add(m.plan.today, n)
}

// hold makes one class as far as it has come.
func (m *maker) hold(ctx context.Context, k cohort) error {
	days := make([]models.Date, k.of)
	for i := range days {
		days[i] = m.workday(k.first + i)
		if days[i].Year() != days[0].Year() { // a class lies in one year
			days[i] = days[i-1]
		}
	}
	planned := m.ago(max(3, 10-k.first))
	m.at(planned, 9*60)
	who, err := m.as(ctx, trainerNo)
	if err != nil {
		return err
	}
	k.in.UnitID, k.in.HeadNo, k.in.From, k.in.To = m.units[County], trainerNo, days[0], days[len(days)-1]
	made, err := m.Classes.Create(ctx, who, k.in)
	if err != nil {
		return err
	}
	held, err := m.timetable(ctx, who, made.ID, k, days)
	if err != nil {
		return err
	}
	k.audience.UnitID = m.units[k.unit]
	if _, err := m.Classes.Invite(ctx, who, made.ID, k.audience); err != nil || !k.told {
		return err
	}
	if _, err := m.Classes.InviteByNo(ctx, who, made.ID, visitorNo); err != nil {
		return err
	}
	m.at(planned, 15*60)
	if err := m.Classes.Announce(ctx, who, made.ID, made.Version); err != nil {
		return err
	}
	if err := m.signIn(ctx, who, made.ID, held); err != nil || !k.over {
		return err
	}
	return m.finish(ctx, who, made)
}

// timetable enters the sessions and returns those that are signed for.
func (m *maker) timetable(
	ctx context.Context, who models.Actor, id string, k cohort, days []models.Date,
) (out []models.ClassSession, err error) {
	for _, s := range k.timetable {
		day := days[s.day]
		if s.day > 0 && day == days[s.day-1] { // two days that fell together at the turn of the year
			continue
		}
		x, err := m.Classes.AddSession(ctx, who, id, class.SessionInput{
			Day: day, FromMin: s.from, ToMin: s.to, Title: s.title, Place: s.place, Teacher: s.teacher, Course: s.web,
			Hours: s.hours,
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.title, err)
		}
		if s.web == "" {
			out = append(out, x)
		}
	}
	return out, nil
}

// signIn fills the sheets of the days before today: chance says who was late, on leave or absent, and one entry is
// corrected.
func (m *maker) signIn(ctx context.Context, who models.Actor, id string, held []models.ClassSession) error {
	rng := stream(m.o.Seed, 6)
	for i, x := range held {
		if x.Day >= m.plan.today {
			continue
		}
		m.at(x.Day, x.ToMin+20)
		sheet, err := m.Classes.Sheet(ctx, who, id, x.ID, 1, models.ListMost)
		if err != nil {
			return err
		}
		var lines []class.MarkInput
		for _, l := range sheet.Lines {
			in := class.MarkInput{PersonID: l.PersonID}
			switch r := rng.IntN(40); {
			case l.PersonID == m.people[visitorNo]:
			case r == 0:
				in.Mark, in.Reason = models.OnLeave, "乡镇有紧急工作，已批假。"
			case r == 1:
				in.Mark, in.Reason = models.Absent, "未请假。"
			case r < 4:
				in.Mark = models.Late
			}
			lines = append(lines, in)
		}
		if _, err := m.Classes.Sign(ctx, who, id, x.ID, lines, true); err != nil {
			return err
		}
		if i != 1 || len(lines) == 0 {
			continue
		}
		m.at(x.Day, x.ToMin+60)
		late := []class.MarkInput{{
			PersonID: m.people[visitorNo], No: 1, Mark: models.Late, Reason: "核对签到表，九点十分到课。",
		}}
		if _, err := m.Classes.Sign(ctx, who, id, x.ID, late, false); err != nil {
			return err
		}
	}
	return nil
}

// finish asks for the hours of a class and has the leader in charge confirm them.
func (m *maker) finish(ctx context.Context, who models.Actor, made models.TrainingClass) error {
	m.at(m.days.Add(made.ToOn, 2), 10*60)
	if err := m.Classes.Submit(ctx, who, made.ID, made.Version+1); err != nil {
		return err
	}
	m.at(m.days.Add(made.ToOn, 4), 16*60)
	leader, err := m.as(ctx, leaderNo)
	if err != nil {
		return err
	}
	_, err = m.Classes.Confirm(ctx, leader, made.ID, made.Version+2)
	return err
}
