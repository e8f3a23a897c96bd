package demo

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/courses/trainer"
	"shanzhi/models"
	"shanzhi/models/db"
)

// training is a training elsewhere that somebody says to have had, and what became of that.
type training struct {
	staffNo   string
	ago, days int // days before today when it ended, and how long it was
	in        trainer.ClaimInput
	hours     int // credited, in 0.01 hour; 0 = refused
	reason    string
	decided   bool
	taken     bool // taken back by a counter-entry afterwards
}

// claims are of every state that a claim can have. The visitor's own one waits.
func claims() []training {
	in := func(l models.Ledger, title, by string, hours int, proof string) trainer.ClaimInput {
		return trainer.ClaimInput{Ledger: l, Title: title, Organizer: by, Hours: 100 * hours, Evidence: proof}
	}
	person, online := models.InPersonLedger, models.OnlineLedger
	return []training{
		{"QH1103", 75, 4, in(person, "基层治理能力提升培训班", "县委党校", 32, "结业证书，存县委党校"), 3200, "", true, false},
		{"QH1204", 62, 2, in(person, "医疗保障经办业务培训", "县医疗保障局", 16, "培训通知和签到表"), 1200, "第二天下午请假，按12学时认定。", true, false},
		{"QH1302", 58, 1, in(online, "公文写作网络讲座", "市委党校网络学院", 4, "学习记录截图"), 400, "", true, true},
		{
			"QH1219", 51, 1, in(person, "村级财务公开观摩", "云台乡人民政府", 8, "观摩安排"), 0,
			"现场观摩未安排授课，不计入培训学时；可作为工作经历记入。", true, false,
		},
		{visitorNo, 20, 3, in(person, "社会保障窗口业务培训班", "县人力资源和社会保障局", 24, "结业证书，原件在本人处"), 0, "", false, false},
		{"QH1110", 17, 1, in(person, "人民调解案例研讨", "县司法局", 8, "会议通知和签到表"), 0, "", false, false},
		{"QH1413", 12, 2, in(person, "乡村建设带头人培训", "县农业农村局", 16, "结业证书"), 0, "", false, false},
		{"QH1507", 9, 1, in(online, "数据安全网络讲座", "县委网信办", 4, "学习记录截图"), 0, "", false, false},
	}
}

// train files and decides claims, and asks people to take courses.
func (m *maker) train(ctx context.Context) error {
	for _, c := range claims() {
		last := m.plan.today.AddDays(-c.ago)
		from := last.AddDays(1 - c.days)
		if from.Year() != last.Year() { // a claim lies in one year
			from = last
		}
		c.in.From, c.in.To = from, last
		m.at(m.days.Add(last, 2), 12*60+30)
		who, err := m.as(ctx, c.staffNo)
		if err != nil {
			return err
		}
		filed, err := m.Trainer.Claim(ctx, who, c.in)
		if err != nil {
			return fmt.Errorf("%s: %w", c.staffNo, err)
		}
		if !c.decided {
			continue
		}
		m.at(m.days.Add(last, 4), 15*60)
		if err := m.decide(ctx, c, filed); err != nil {
			return fmt.Errorf("%s: %w", c.staffNo, err)
		}
	}
	return m.assign(ctx)
}

func (m *maker) decide(ctx context.Context, c training, filed models.HoursClaim) error {
	who, err := m.as(ctx, trainerNo)
	if err != nil {
		return err
	}
	v := trainer.Verdict{Version: filed.Version, Credit: c.hours > 0, Hours: c.hours, Reason: c.reason}
	if err := m.Trainer.Decide(ctx, who, filed.ID, v); err != nil || !c.taken {
		return err
	}
	var entry string
	err = db.View(ctx, m.DB, func(tx *gorm.DB) error {
		return tx.Model(&models.HoursEntry{}).Where("source_kind = ? AND source_id = ?", courses.SourceClaim, filed.ID).
			Pluck("id", &entry).Error
	})
	if err != nil {
		return fmt.Errorf("read booked hours: %w", err)
	}
	return m.Trainer.Counter(ctx, who, entry, "与网络自学台账中同一讲座重复，予以冲正。")
}

// assign asks for two courses that are due, and for one that was taken back.
func (m *maker) assign(ctx context.Context) error {
	for i, in := range []trainer.TaskInput{
		{
			Course: mediation, UnitID: m.units["柳溪镇"], DueOn: m.plan.half.AddDays(40),
			Note: "汛期前完成。",
		},
		{
			Course: serving, UnitID: m.units[County], Category: models.VillageCadre, DueOn: m.plan.today.AddDays(4),
			Note: "村（社区）干部轮训，请在到期前完成。",
		},
		{
			Course: mediation, UnitID: m.units[County], Category: models.CivilServant, DueOn: m.plan.today.AddDays(20),
		},
	} {
		m.at([]models.Date{m.plan.half.AddDays(5), m.plan.today.AddDays(-25), m.plan.today.AddDays(-8)}[i], 10*60)
		who, err := m.as(ctx, trainerNo)
		if err != nil {
			return err
		}
		made, err := m.Trainer.Assign(ctx, who, in)
		if err != nil {
			return fmt.Errorf("%s: %w", in.Course, err)
		}
		if i > 0 {
			continue
		}
		m.at(m.plan.half.AddDays(42), 10*60)
		if err := m.Trainer.EndTask(ctx, who, made.ID); err != nil {
			return err
		}
	}
	return nil
}
