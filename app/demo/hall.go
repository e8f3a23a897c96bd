package demo

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
)

// turn is something done in a case by somebody.
type turn struct {
	by string
	do func(context.Context, models.Actor, *models.Case) (*models.Case, error)
}

// tale is a case in hand in which something out of the ordinary is done, one step a quarter of an hour.
type tale struct {
	open
	turns []turn
}

// asks is a request put by somebody.
func (m *maker) asks(by string, a cases.Ask) turn {
	return turn{by, func(ctx context.Context, who models.Actor, c *models.Case) (*models.Case, error) {
		return m.Cases.Ask(ctx, who, c.ID, a, c.Version)
	}}
}

// decides grants or refuses the open request of a case.
func (m *maker) decides(by string, grant bool, why string) turn {
	return turn{by, func(ctx context.Context, who models.Actor, c *models.Case) (*models.Case, error) {
		var id string
		err := db.View(ctx, m.DB, func(tx *gorm.DB) error {
			return tx.Model(&models.CaseRequest{}).Where("case_id = ? AND state = ?", c.ID, models.RequestOpen).
				Pluck("id", &id).Error
		})
		if err != nil {
			return nil, fmt.Errorf("read request: %w", err)
		}
		return m.Cases.Decide(ctx, who, c.ID, id, grant, why, c.Version)
	}}
}

// says is a step that is nothing but words.
func says(by, words string, do func(
	ctx context.Context, who models.Actor, id, note string, version int) (*models.Case, error),
) turn {
	return turn{by, func(ctx context.Context, who models.Actor, c *models.Case) (*models.Case, error) {
		return do(ctx, who, c.ID, words, c.Version)
	}}
}

// joins adds the social organization to a case, and keeps what it did where it has done something.
func (m *maker) joins(task, part string) []turn {
	out := []turn{says(superNo, task, func(
		ctx context.Context, who models.Actor, id, note string, version int,
	) (*models.Case, error) {
		return m.Cases.Join(ctx, who, id, "u:"+m.units[provider], note, version)
	})}
	if part == "" {
		return out
	}
	did := func(ctx context.Context, who models.Actor, c *models.Case) (*models.Case, error) {
		return c, m.Cases.Part(ctx, who, c.ID, part)
	}
	return append(out, turn{socialNo, did})
}

// tales are of everything that clerks, supervisors, leaders and the social organization find on their pages. None is
// of the visitor's cadre.
func (m *maker) tales() []tale {
	hand, given := models.CaseInHand, models.CaseDispatched
	exclude := func(reason, note string) turn {
		return m.asks("QH0201", cases.Ask{Kind: models.AskExclude, Reason: reason, Note: note})
	}
	return []tale{
		{open{2, 9 * 60, "HJ-02", 0, 0, "QH1106", given, ""}, []turn{m.asks("QH1106", cases.Ask{
			Kind: models.AskDispatch, Note: "户口登记由派出所办理，本窗口没有权限，请改派。",
		})}},
		{open{4, 10 * 60, "ZF-01", 0, 0, "QH1109", hand, "已实地查看，等天晴后施工。"}, []turn{m.asks("QH1109", cases.Ask{
			Kind: models.AskExtend, Days: 5, Note: "连续降雨，不能施工，申请顺延。",
		})}},
		{open{6, 10 * 60, "HJ-01", 0, 1, "QH1204", hand, ""}, []turn{m.asks("QH1204", cases.Ask{
			Kind: models.AskExtend, Days: 30, Note: "需等省级检测结果，时间较长。",
		})}},
		{open{5, 14 * 60, "MS-01", 1, 0, "QH1107", hand, "已入户了解情况。"}, m.joins(
			"请安排社工每周上门探访一次，为期一个月。", "已安排两名社工，本周三首次上门，老人精神状态平稳。")},
		{open{3, 11 * 60, "MS-02", 1, 1, "QH1203", hand, ""}, m.joins("请协助评估照护需求，出具书面意见。", "")},
		{open{6, 15 * 60, "JF-01", 0, 0, "QH1111", hand, ""}, []turn{
			says(superNo, "当事人一方住院，待其出院后组织调解，期间暂停计时。", m.Cases.Suspend),
		}},
		{open{12, 9 * 60, "ZF-02", 1, 2, "QH1309", hand, "已联系施工队。"}, []turn{
			says(superNo, "已超过承诺时限，请今天内说明进度。", m.Cases.Remind),
			says(superNo, "列入督办，逐日报告进度。", m.Cases.Supervise),
			m.asks(superNo, cases.Ask{Kind: models.AskEscalate, Note: "涉及跨镇管网，镇级无法协调，提请提级办理。"}),
			says(leaderNo, "请住建部门会同云台乡三日内拿出方案。", m.Cases.Instruct),
		}},
		{open{5, 15 * 60, "SP-01", 0, 0, "QH1112", hand, ""}, []turn{exclude("litigation", "当事人已向法院起诉，依法由法院处理。")}},
		{open{7, 15 * 60, "JF-02", 0, 0, "QH1113", hand, ""}, []turn{
			exclude("litigation", "同一纠纷已进入诉讼程序，附立案通知书编号。"),
			m.decides(superNo, true, "已核对立案通知书，同意剔除，办件照常办理。"),
		}},
		{open{7, 16 * 60, "HJ-03", 0, 0, "QH1114", hand, ""}, []turn{
			exclude("off_duty", "认为不属于本单位职责。"),
			m.decides(superNo, false, "事项清单列明由乡镇办理，不符合剔除情形。"),
		}},
		{open{1, 10 * 60, "HJ-03", 1, 0, "QH1108", given, ""}, []turn{
			says("QH1108", "诉求人说的地点不在本镇范围，请核对地址后重新派单。", m.Cases.Return),
		}},
		{open{3, 16 * 60, "JU-01", 1, 0, "QH1104", given, ""}, []turn{
			m.asks("QH1104", cases.Ask{Kind: models.AskDispatch, Note: "申请人户籍在云台乡，应由户籍地办理。"}),
			m.decides("QH0201", false, "本事项全县通办，可以在本窗口办理。"),
		}},
	}
}

// requests takes in cases in which something is asked for, decided, joined, suspended or urged.
func (m *maker) requests(ctx context.Context) error {
	for i, t := range m.tales() {
		day := m.ago(t.ago)
		c, err := m.take(ctx, day, t.open, 40+i)
		if err != nil {
			return fmt.Errorf("%s: %w", t.duty, err)
		}
		minute := t.minute + 60
		if t.ago > 8 { // what is overdue is urged later
			day = m.ago(2)
		}
		for _, do := range t.turns {
			minute += 15
			m.at(day, minute)
			who, err := m.as(ctx, do.by)
			if err != nil {
				return err
			}
			if c, err = do.do(ctx, who, c); err != nil {
				return fmt.Errorf("%s by %s: %w", t.duty, do.by, err)
			}
		}
	}
	return m.repeat(ctx)
}

// repeat takes in what somebody has asked for before, and links it.
func (m *maker) repeat(ctx context.Context) error {
	first, err := m.take(ctx, m.ago(6), open{
		minute: 9*60 + 40, duty: "ZF-03", staffNo: "QH1115", state: models.CaseInHand, note: "已转供水站安排检修。",
	}, 55)
	if err != nil {
		return err
	}
	again, err := m.take(ctx, m.ago(1), open{minute: 9*60 + 50, duty: "ZF-03", state: models.CaseReceived}, 55)
	if err != nil {
		return err
	}
	clerk, err := m.as(ctx, clerkNo)
	if err != nil {
		return err
	}
	_, err = m.Cases.Repeat(ctx, clerk, again.ID, first.No, again.Version)
	return err
}
