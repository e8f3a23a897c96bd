package demo

import (
	"context"
	"fmt"

	"shanzhi/assessments"
	"shanzhi/models"
)

// firstScheme has the general scheme approved and published before the story begins.
func (m *maker) firstScheme(ctx context.Context) error {
	on := m.plan.begin.AddDays(10)
	m.at(on.AddDays(-3), 15*60)
	if err := m.submitScheme(ctx, assessments.DefaultScheme, 1); err != nil {
		return err
	}
	m.at(on.AddDays(-2), 10*60)
	if err := m.agreeScheme(ctx, assessments.DefaultScheme, 1); err != nil {
		return err
	}
	m.at(on, 15*60)
	officer, err := m.as(ctx, officerNo)
	if err != nil {
		return err
	}
	return m.Assessments.PublishScheme(ctx, officer, assessments.DefaultScheme, 1, assessments.Publication{
		On: on, DocNo: fmt.Sprintf("青组发〔%s〕21号", on[:4]), Place: "县委组织部公示栏，并印发各乡镇（街道）、县直各部门",
	})
}

// laterSchemes leaves schemes in every state: a revision that waits for the reviewer, a post class's own scheme that is
// approved and waits for its publication, and another that is still written.
func (m *maker) laterSchemes(ctx context.Context) error {
	m.at(m.plan.today, 8*60+10)
	general, err := m.copyScheme(ctx, assessments.NewScheme{Code: assessments.DefaultScheme}, assessments.SchemeInput{
		Title: "基层干部能力素质考核方案", TitleEN: "Competency scheme for grassroots cadres",
		Note: "协同与应急、学习与改进目前没有可以采集的来源，增加按时办结和测验作为来源，其余不变。",
		Sources: append(standing(),
			line(models.Coordination, 1, models.SourceOnTime, 60),
			line(models.Coordination, 2, models.SourceBallots, 40),
			line(models.Improvement, 1, models.SourceQuiz, 60), line(models.Improvement, 2, models.SourceGain, 40)),
	})
	if err != nil {
		return err
	}
	if err := m.submitScheme(ctx, general.Code, general.Edition); err != nil {
		return err
	}
	windows, err := m.copyScheme(ctx, assessments.NewScheme{Class: Windows}, assessments.SchemeInput{
		Title: "窗口岗位能力素质考核方案", TitleEN: "Competency scheme for service windows",
		Note:    "窗口岗位以群众评价和办结情况为主，不考核协同与应急。",
		Sources: standing(),
	})
	if err != nil {
		return err
	}
	if err := m.submitScheme(ctx, windows.Code, windows.Edition); err != nil {
		return err
	}
	if err := m.agreeScheme(ctx, windows.Code, windows.Edition); err != nil {
		return err
	}
	officer, err := m.as(ctx, officerNo)
	if err != nil {
		return err
	}
	_, err = m.Assessments.DraftScheme(ctx, officer, assessments.NewScheme{Class: Villages})
	return err
}

// standing are the lines of the general scheme that the house can collect.
func standing() []assessments.SourceInput {
	return []assessments.SourceInput{
		line(models.PolicyLaw, 1, models.SourceQuiz, 100), line(models.MassWork, 1, models.SourceRatings, 100),
		line(models.Problem, 1, models.SourceSolved, 100), line(models.Procedure, 1, models.SourceOnTime, 100),
	}
}

func line(c models.Competency, row int, src models.Source, weight int) assessments.SourceInput {
	return assessments.SourceInput{Competency: c, Row: row, Source: src, Weight: weight, MinN: 10}
}

func (m *maker) copyScheme(ctx context.Context, from assessments.NewScheme, in assessments.SchemeInput,
) (models.Scheme, error) {
	officer, err := m.as(ctx, officerNo)
	if err != nil {
		return models.Scheme{}, err
	}
	sc, err := m.Assessments.DraftScheme(ctx, officer, from)
	if err != nil {
		return sc, err
	}
	in.Version = sc.Version
	return sc, m.Assessments.EditScheme(ctx, officer, sc.Code, sc.Edition, in)
}

func (m *maker) submitScheme(ctx context.Context, code string, edition int) error {
	officer, err := m.as(ctx, officerNo)
	if err != nil {
		return err
	}
	v, err := m.Assessments.SchemeEdition(ctx, officer, code, edition)
	if err != nil {
		return err
	}
	return m.Assessments.SubmitScheme(ctx, officer, code, edition, v.Version)
}

func (m *maker) agreeScheme(ctx context.Context, code string, edition int) error {
	reviewer, err := m.as(ctx, reviewerNo)
	if err != nil {
		return err
	}
	v, err := m.Assessments.SchemeEdition(ctx, reviewer, code, edition)
	if err != nil {
		return err
	}
	yes := assessments.Verdict{Version: v.Version, Agree: true}
	return m.Assessments.DecideScheme(ctx, reviewer, code, edition, yes)
}
