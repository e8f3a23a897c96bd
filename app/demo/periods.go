package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/db"
)

// monthsOf writes the months of a span: 2026年5月至10月, 2025年11月至2026年4月, 2026年11月.
func monthsOf(from, to models.Date) string {
	a, b := from.Day(), to.Day()
	switch {
	case a.Year() != b.Year():
		return fmt.Sprintf("%d年%d月至%d年%d月", a.Year(), a.Month(), b.Year(), b.Month())
	case a.Month() != b.Month():
		return fmt.Sprintf("%d年%d月至%d月", a.Year(), a.Month(), b.Month())
	}
	return fmt.Sprintf("%d年%d月", a.Year(), a.Month())
}

func monthsOfEN(from, to models.Date) string {
	a, b := from.Day(), to.Day()
	switch {
	case a.Year() != b.Year():
		return a.Format("January 2006") + " to " + b.Format("January 2006")
	case a.Month() != b.Month():
		return a.Format("January") + " to " + b.Format("January 2006")
	}
	return a.Format("January 2006")
}

// routine is the routine assessment of the first six months: it is released.
func (p plan) routine() assessments.NewPeriod {
	return p.period(models.Routine, fmt.Sprintf("%sPS%s%s", p.from[:4], p.from[5:7], p.half[5:7]), p.from, p.half,
		monthsOf(p.from, p.half)+"平时考核", "Routine assessment, "+monthsOfEN(p.from, p.half))
}

// annual is the assessment of the twelve months: it is sealed, and may be reviewed.
func (p plan) annual() assessments.NewPeriod {
	return p.period(models.Annual, fmt.Sprintf("%sND%s%s", p.to[:4], p.from[5:7], p.to[5:7]), p.from, p.to,
		monthsOf(p.from, p.to)+"年度考核", "Annual assessment, "+monthsOfEN(p.from, p.to))
}

// special is the assessment of the days since, up to today: an officer may seal it at once.
func (p plan) special() assessments.NewPeriod {
	from := p.to.AddDays(1)
	return p.period(models.Special, fmt.Sprintf("%sZX%s%s", from[:4], from[5:7], from[8:10]), from, p.today,
		monthsOf(from, p.today)+"服务群众专项考核", "Special assessment of services, "+monthsOfEN(from, p.today))
}

func (plan) period(kind models.PeriodKind, code string, from, to models.Date, title, titleEN string,
) assessments.NewPeriod {
	return assessments.NewPeriod{
		Code: code, Title: title, TitleEN: titleEN, Kind: kind, SpanFrom: from, SpanTo: to, Cutoff: to,
		PreviewDays: previewDays, ObjectionDays: objectionDays, AnswerDays: answerDays,
	}
}

func (m *maker) createPeriod(ctx context.Context, in assessments.NewPeriod) (string, error) {
	officer, err := m.as(ctx, officerNo)
	if err != nil {
		return "", err
	}
	in.UnitID = m.units[County]
	p, err := m.Assessments.CreatePeriod(ctx, officer, in)
	return p.Code, err
}

// openFirst opens the two periods that begin with the story.
func (m *maker) openFirst(ctx context.Context) (err error) {
	m.at(m.plan.from, 10*60)
	m.made.From, m.made.To = m.plan.from, m.plan.to
	if m.made.Released, err = m.createPeriod(ctx, m.plan.routine()); err != nil {
		return err
	}
	if m.made.Sealed, err = m.createPeriod(ctx, m.plan.annual()); err != nil {
		return err
	}
	return m.complaints(ctx)
}

func (m *maker) openSpecial(ctx context.Context) (err error) {
	m.at(m.plan.today, 8*60)
	m.made.Open, err = m.createPeriod(ctx, m.plan.special())
	return err
}

// seal seals a period on the first working day after its span.
func (m *maker) seal(ctx context.Context, code string, last models.Date) error {
	m.at(sealed(last, m.days), 9*60+30)
	officer, err := m.as(ctx, officerNo)
	if err != nil {
		return err
	}
	_, err = m.Assessments.Seal(ctx, officer, code)
	return err
}

// release walks the routine assessment to its end: most look at their figures, two people more review and release it
// once the window for objections has closed.
func (m *maker) release(ctx context.Context) error {
	if err := m.preview(ctx, m.made.Released, m.plan.half, nil); err != nil {
		return err
	}
	m.at(heard(m.plan.half, m.days).AddDays(1), 9*60)
	for _, step := range []struct {
		by string
		do func(ctx context.Context, who models.Actor, code string) error
	}{{reviewerNo, m.Assessments.Review}, {releaserNo, m.Assessments.Release}} {
		who, err := m.as(ctx, step.by)
		if err != nil {
			return err
		}
		if err := step.do(ctx, who, m.made.Released); err != nil {
			return err
		}
	}
	return nil
}

// deed is something done by somebody at an instant of the preview.
type deed struct {
	on     models.Date
	minute int
	by     string
	do     func(ctx context.Context, who models.Actor) error
}

// check lets people look at the figures of the annual assessment; three object and are answered.
func (m *maker) check(ctx context.Context) error {
	complaints, err := m.protests(ctx)
	if err != nil {
		return err
	}
	return m.preview(ctx, m.made.Sealed, m.plan.to, complaints)
}

// preview lets most of the cadres look at their figures of a period whose span ends on last, and many agree; the
// complaints are filed and answered.
func (m *maker) preview(ctx context.Context, code string, last models.Date, complaints []protest) error {
	rng := stream(m.o.Seed, 5)
	first := sealed(last, m.days)
	objects := map[string]bool{}
	for _, p := range complaints {
		objects[p.by] = true
	}
	var deeds []deed
	for _, c := range cadres() {
		looks, agrees := chance(rng, 0.85), chance(rng, 0.6)
		d := deed{on: m.days.Add(first, 1+rng.IntN(previewDays)), minute: 8*60 + rng.IntN(12*60), by: c.staffNo}
		id := m.people[c.staffNo]
		if c.staffNo == visitorNo && code == m.made.Sealed || !looks && !objects[c.staffNo] {
			continue
		}
		if objects[c.staffNo] {
			d.on, agrees = m.days.Add(first, 1), false
		}
		d.do = func(ctx context.Context, who models.Actor) error {
			if _, err := m.Assessments.Person(ctx, who, code, id); err != nil || !agrees {
				return err
			}
			return m.Assessments.Agree(ctx, who, code)
		}
		deeds = append(deeds, d)
	}
	for _, p := range complaints {
		deeds = append(deeds, m.protest(p)...)
	}
	slices.SortStableFunc(deeds, func(a, b deed) int {
		return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.minute, b.minute))
	})
	for _, d := range deeds {
		m.at(d.on, d.minute)
		who, err := m.as(ctx, d.by)
		if err != nil {
			return err
		}
		if err := d.do(ctx, who); err != nil {
			return fmt.Errorf("%s on %s: %w", d.by, d.on, err)
		}
	}
	return nil
}

// protest is an objection with its answer.
type protest struct {
	by, answeredBy string
	item           models.Competency
	text           string
	filed, replied int // working days after the sealing
	reply          assessments.Reply
}

// protests chooses who objects: a window that was late through no fault of its own, and two who are answered that the
// figures stand.
func (m *maker) protests(ctx context.Context) ([]protest, error) {
	late, no, err := m.lateCase(ctx)
	if err != nil {
		return nil, err
	}
	other := "QH1208"
	answer := organiserNo
	if late[:4] != "QH11" {
		answer = officerNo
	}
	return []protest{
		{
			by: late, answeredBy: answer, item: models.Procedure, filed: 2, replied: 5,
			text: "办件 " + no + " 超期，是因为上级业务系统停机升级，材料当天交不上去，窗口已按时登记，请核实后不计入。",
			reply: assessments.Reply{
				Result: assessments.Corrected, Exclude: []string{no},
				Text: "经向系统主管单位核实，停机情况属实，超期不是承办人造成，该件不计入本期考核，其余数据不变。",
			},
		},
		{
			by: other, answeredBy: officerNo, item: models.MassWork, filed: 3, replied: 6,
			text: "本期有几件评价是对政策不满意，不是对我的服务不满意，建议重新看一下。",
			reply: assessments.Reply{
				Result: assessments.Upheld,
				Text:   "已核对全部评价，均有办件编号，评价程序没有问题；对政策的意见已另行汇总上报，不改变本期数据。",
			},
		},
		{
			by: "QH1315", answeredBy: officerNo, item: models.Problem, filed: 4, replied: 8,
			text: "有的办件要等项目资金，村里自己定不了，算成没有解决对我们不太公平。",
			reply: assessments.Reply{
				Result: assessments.Upheld,
				Text:   "同类村（社区）均按同一口径统计，项目类办件占比相近，本期数据维持不变；意见已记录，供修订方案时研究。",
			},
		},
	}, nil
}

// lateCase returns a window cadre with a case of the span that was closed late, and the number of the case. People
// of the first township come first: their own officer answers them.
func (m *maker) lateCase(ctx context.Context) (staffNo, no string, err error) {
	for _, c := range m.work.cases {
		late := c.closed > c.due && c.closed <= m.plan.to
		if !late || c.handler.class != Windows || c.handler.staffNo == visitorNo {
			continue
		}
		if staffNo == "" || c.handler.town == "柳溪镇" {
			staffNo, no = c.handler.staffNo, c.no
		}
		if c.handler.town == "柳溪镇" {
			break
		}
	}
	if no == "" {
		return "", "", fmt.Errorf("seed %d: no window cadre was late", m.o.Seed)
	}
	err = db.View(ctx, m.DB, func(tx *gorm.DB) error {
		return tx.Model(&models.Case{}).Where("outside_no = ?", no).Pluck("no", &no).Error
	})
	return staffNo, no, err
}

// protest is what happens to an objection: it is filed, and later answered.
func (m *maker) protest(p protest) []deed {
	var filed models.Objection
	file := deed{on: m.days.Add(sealed(m.plan.to, m.days), p.filed), minute: 10*60 + 20, by: p.by}
	file.do = func(ctx context.Context, who models.Actor) (err error) {
		filed, err = m.Assessments.Object(ctx, who, m.made.Sealed, p.item, p.text)
		m.made.Objections++
		return err
	}
	answer := deed{on: m.days.Add(sealed(m.plan.to, m.days), p.replied), minute: 16 * 60, by: p.answeredBy}
	answer.do = func(ctx context.Context, who models.Actor) error {
		p.reply.Version = filed.Version
		return m.Assessments.AnswerObjection(ctx, who, filed.ID, p.reply)
	}
	if len(p.reply.Exclude) == 0 {
		return []deed{file, answer}
	}
	agree := deed{on: answer.on, minute: answer.minute + 30, by: reviewerNo}
	agree.do = func(ctx context.Context, who models.Actor) error {
		yes := assessments.Verdict{Version: filed.Version + 1, Agree: true}
		return m.Assessments.ReviewExclusion(ctx, who, filed.ID, yes)
	}
	return []deed{file, answer, agree}
}
