package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"shanzhi/assessments"
	"shanzhi/assessments/stats"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pdf"
)

// press returns a press with the embedded faces and words.
func press(tb testing.TB) *Press {
	tb.Helper()
	fonts, err := pdf.LoadFonts()
	if err != nil {
		tb.Fatalf("load fonts: %v", err)
	}
	words, err := i18n.Load()
	if err != nil {
		tb.Fatalf("load texts: %v", err)
	}
	return New(pdf.NewPrinter(fonts), words)
}

func stampOf(lang string, stage models.ReportStage) Stamp {
	return Stamp{
		No: "SZ-2026H1-C-0173-01", Lang: lang, Serial: 173, Edition: 1, Stage: stage,
		VerifyURL:  "https://shanzhi.example.cn/v/4f0c2ab97d5be1836640e2a9c1",
		Digest:     "ee27d47301ae54682d6d0bd22e18db508dacffecac456855057592c63f03269f",
		CompiledAt: time.Date(2026, 8, 3, 1, 2, 3, 0, time.UTC), DocNo: "青组能〔2026〕173号",
	}
}

func period() assessments.PeriodInfo {
	return assessments.PeriodInfo{
		Code: "2026H1", Title: "2026年上半年", TitleEN: "First half of 2026", Kind: models.Routine, From: "2026-01-01",
		To: "2026-06-30", Cutoff: "2026-07-10", PreviewTo: "2026-07-24", ObjectionTo: "2026-07-31", ObjectionDays: 10,
		AnswerDays: 15, Operator: "中共青禾县委组织部",
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// rating builds a rating result whose rows add up.
func rating(invited, unrated int, rows ...assessments.LevelRow) assessments.RatingResult {
	r := assessments.RatingResult{Invited: invited, Unrated: unrated, InvitedKnown: invited > 0, Rows: rows}
	for _, row := range rows {
		r.N, r.Good = r.N+row.N(), r.Good+row.Counts[0]+row.Counts[1]
	}
	if r.N >= minN {
		r.Wilson = assessments.Interval(must(stats.Wilson(r.Good, r.N, stats.Z95)))
		r.Shrunk = (float64(r.Good) + 22.95) / (float64(r.N) + 29.27)
		r.Shrunk95 = assessments.Interval{Lo: r.Shrunk - 0.075, Hi: r.Shrunk + 0.068}
		if invited > 0 {
			b := must(stats.Bounds(r.Good, r.N, r.N+unrated))
			r.BoundLo, r.BoundHi = b.Lo, b.Hi
		}
	}
	return r
}

func level(c models.Channel, m models.RatingMode, counts ...int) assessments.LevelRow {
	return assessments.LevelRow{Channel: c, Mode: m, Counts: [5]int(counts)}
}

// casesOf builds a case result whose families, outcomes and ages add up.
func casesOf(families ...assessments.FamilyRow) assessments.CaseResult {
	c := assessments.CaseResult{CarriedIn: 12, Families: families, Outcomes: map[models.Outcome]int{}}
	for _, f := range families {
		c.Closed, c.OnTime = c.Closed+f.Closed, c.OnTime+f.OnTime
		c.Solved, c.Asked = c.Solved+f.Solved, c.Asked+f.Asked
	}
	c.Outcomes[models.Solved] = c.Solved
	c.Outcomes[models.Explained] = c.Asked - c.Solved
	c.Outcomes[models.Withdrawn] = c.Closed - c.Asked
	c.Ages = []assessments.AgeRow{
		{Class: ">90", Overdue: 4},
		{Class: "61-90", Within: 1, Overdue: 8},
		{Class: "31-60", Within: 3, Overdue: 10},
		{Class: "16-30", Within: 8, Overdue: 7},
		{Class: "8-15", Within: 14, Overdue: 3},
		{Class: "<=7", Within: 31},
	}
	c.Open, c.Excluded, c.Reopened = 89, 6, c.Closed/25
	c.Received = c.Closed + c.Open - c.CarriedIn
	return c
}

func family(f models.Family, closed, onTime, solved, asked int) assessments.FamilyRow {
	return assessments.FamilyRow{Family: f, Closed: closed, OnTime: onTime, Solved: solved, Asked: asked, MedianDays: 4, P90Days: 9.5}
}

func months(own ...float64) []assessments.MonthLoad {
	var out []assessments.MonthLoad
	for i, v := range own {
		out = append(out, assessments.MonthLoad{
			Month: fmt.Sprintf("2026-%02d", i+1), Own: v, Lo: 18 + float64(i%3), Median: 27 + float64(i%2), Hi: 37 + float64(i%4),
		})
	}
	return out
}

func source(s models.Source, n, weight int, score, rel, mean float64) assessments.SourceResult {
	shrunk := mean + rel*(score-mean)
	return assessments.SourceResult{
		Source: s, N: n, X: int(score*float64(n)/100 + 0.5), MinN: 10, Weight: weight, Score: score, SE: 4, Reliability: rel,
		Shrunk: shrunk, GroupMean: mean, Contribution: float64(weight) / 100 * (shrunk - mean),
	}
}

func missing(s models.Source, weight int) assessments.SourceResult {
	return assessments.SourceResult{Source: s, Weight: weight, MinN: 5, Missing: true}
}

// competency puts sources together; those that are missing carry no weight.
func competency(c models.Competency, state assessments.State, sources ...assessments.SourceResult) assessments.CompetencyResult {
	r := assessments.CompetencyResult{Competency: c, State: state, Sources: sources, SE: 2.9, SameBand: 0.987, ChanceSignals: 0.037}
	for _, s := range sources {
		if s.Missing {
			continue
		}
		r.AvailableWeight += s.Weight
		r.GroupMean += s.GroupMean * float64(s.Weight) / 100
		r.Mean += s.Shrunk * float64(s.Weight) / 100
		r.Reliability += s.Reliability * float64(s.Weight) / 100
	}
	if state == assessments.Insufficient {
		return assessments.CompetencyResult{Competency: c, State: state, Sources: sources, AvailableWeight: r.AvailableWeight}
	}
	r.I80 = assessments.Interval{Lo: r.Mean - 3.7, Hi: r.Mean + 3.7}
	r.I95 = assessments.Interval{Lo: r.Mean - 5.7, Hi: min(100, r.Mean+5.7)}
	r.GroupLo, r.GroupHi = r.GroupMean-5, r.GroupMean+4.5
	return r
}

// trend follows months or quarters before and in the period: pairs of good ratings and all, oldest first, until the end
// of June 2026; now is the first of the period.
func trend(months, now int, steps ...[2]int) *assessments.TrendResult {
	t := &assessments.TrendResult{Now: now}
	end := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for i, s := range steps {
		from := end.AddDate(0, -months*(len(steps)-i), 0)
		last := from.AddDate(0, months, -1)
		t.Steps = append(t.Steps, assessments.TrendStep{
			From: models.Date(from.Format(time.DateOnly)), To: models.Date(last.Format(time.DateOnly)), Good: s[0], N: s[1],
		})
	}
	return t
}

// richPerson is a dossier in which everything occurs.
func richPerson() assessments.PersonDossier {
	before, after := 90.5, 91.3
	r := rating(219, 135, level(models.Window, models.ModeInvited, 22, 6, 2, 1, 0), level(models.SMS, models.ModeInvited, 15, 10, 4, 3, 2),
		level(models.Hotline, models.ModeCallback, 5, 4, 2, 1, 0), level(models.Paper, models.ModePaper, 5, 2, 0, 0, 0))
	r.Solved, r.Excluded, r.Waiting = [3]int{60, 15, 6}, 2, true
	r.Comments = []string{
		"排队时间有点长，希望多开一个窗口。", "一次就把需要的材料讲清楚了，很好👍。", "态度很好\n就是系统慢。",
		"第一次来没有告诉要带户口簿，又跑了一趟。", "办得快。", "电话里说的和现场要的不一样，**请统一口径**。",
	}
	r.CommentsN = len(r.Comments)
	return assessments.PersonDossier{
		Format: 1, Edition: 1, Period: period(),
		Scheme: assessments.SchemeInfo{
			Code: "default", Title: "基层干部能力素质考核方案", TitleEN: "Competency scheme for grassroots cadres", Edition: 3,
			PublishedOn: "2025-12-25",
		},
		Person: assessments.PersonInfo{
			ID: "p1", StaffNo: "QH0031", Name: "王𬭁", Post: "综合窗口岗", Category: models.CivilServant, Since: "2023-04-01", Unit: "柳湾镇便民服务中心",
			CountedFrom: "2026-01-01", CountedTo: "2026-06-30",
		},
		Competencies: []assessments.CompetencyResult{
			competency(models.PolicyLaw, assessments.Above, source(models.SourceQuiz, 58, 100, 88.4, 0.81, 76.8)),
			competency(models.MassWork, assessments.NoDifference, source(models.SourceRatings, 84, 100, 82.1, 0.742, 78.4)),
			competency(models.Problem, assessments.NoDifference, source(models.SourceSolved, 231, 100, 79.7, 0.79, 85)),
			competency(models.Procedure, assessments.Below, source(models.SourceOnTime, 231, 100, 81.3, 0.76, 94.9)),
			competency(models.Coordination, assessments.Insufficient, missing(models.SourceBallots, 100)),
			competency(models.Improvement, assessments.OwnImprovement, source(models.SourceGain, 40, 50, 69.5, 0.55, 62),
				source(models.SourcePutRight, 14, 50, 85.7, 0.37, 81)),
		},
		Ratings: r,
		Cases: casesOf(family(models.Livelihood, 60, 58, 50, 56), family(models.Housing, 72, 60, 44, 70), family(models.Health, 41, 40, 36, 40),
			family(models.Disputes, 50, 45, 30, 48), family(models.Food, 8, 8, 6, 7)),
		Mix: &assessments.MixResult{
			X: 184, N: 231, Covered: 0.97, Adjusted: true, Mean: 0.85, I95: assessments.Interval{Lo: 0.809, Hi: 0.884},
			Families: []assessments.MixRow{
				{Family: models.Livelihood, N: 60, Own: 0.26, Group: 0.40, Typical: 0.93},
				{Family: models.Housing, N: 72, Own: 0.31, Group: 0.11, Typical: 0.61},
				{Family: models.Health, N: 41, Own: 0.18, Group: 0.30, Typical: 0.89},
				{Family: models.Environment, Group: 0.003, Typical: 0.8},
				{Family: models.Disputes, N: 58, Own: 0.25, Group: 0.187, Typical: 0.72},
			},
		},
		Trend: trend(3, 6, [2]int{24, 31}, [2]int{22, 28}, [2]int{27, 35}, [2]int{29, 38}, [2]int{29, 36}, [2]int{27, 33}, [2]int{33, 41},
			[2]int{36, 43}),
		Load: months(34, 29, 44, 41, 42, 41),
		Quizzes: []assessments.QuizResult{
			{Course: "群众沟通与窗口服务", CourseEN: "Serving residents", Attempts: 1, FirstN: 20, FirstX: 18, Passed: true, PassedOn: "2026-03-04"},
			{Course: "矛盾纠纷调解", CourseEN: "Mediation of disputes", Attempts: 2, FirstN: 8, FirstX: 5},
		},
		Suggestions: []assessments.Suggestion{
			{Course: "办理时限与案卷", CourseEN: "Deadlines and files", CourseCode: "procedure-01", For: models.Procedure},
		},
		Objections: []assessments.ObjectionInfo{
			{
				No: "YY-0001", Item: models.Procedure, FiledOn: "2026-07-16", DueOn: "2026-08-06", Answered: true, Corrected: true,
				AnsweredOn: "2026-07-30", Answer: "更正2件录入日期。", Old: &before, New: &after,
			},
			{No: "YY-0002", Item: models.Problem, FiledOn: "2026-07-24", DueOn: "2026-08-07"},
		},
		Method: assessments.Method{
			GroupSize: 42, Threshold: 0.998, CalendarOK: true,
			Mix:         &assessments.MixMethod{Groups: 42, Sigma: 0.362, LR2: 37.31},
			Rankability: map[models.Competency]float64{models.MassWork: 0.68, models.Procedure: 0.41},
			Priors: []assessments.Prior{
				{Source: models.SourceRatings, Groups: 42, Alpha: 22.950641, Beta: 6.319528},
				{Source: models.SourceOnTime, Groups: 42, Alpha: 40, Beta: 2.2, NoDifference: true},
				{Source: models.SourceQuiz, Groups: 12, Alpha: 8, Beta: 2, Weak: true},
			},
		},
	}
}

// apartPerson handles what few others do.
func apartPerson() assessments.PersonDossier {
	d := richPerson()
	d.Competencies[2].State = assessments.NoOverlap
	d.Mix.Adjusted, d.Mix.Covered = false, 0.623
	return d
}

// emptyPerson has nothing at all.
func emptyPerson() assessments.PersonDossier {
	d := richPerson()
	d.Competencies = nil
	for _, c := range models.Competencies() {
		d.Competencies = append(d.Competencies, competency(c, assessments.Insufficient, missing(models.SourceQuiz, 100)))
	}
	d.Ratings, d.Cases, d.Load = assessments.RatingResult{}, assessments.CaseResult{}, nil
	d.Quizzes, d.Suggestions, d.Objections, d.Method.Priors, d.Method.Rankability = nil, nil, nil, nil, nil
	d.Mix, d.Method.Mix, d.Trend = nil, nil, nil
	return d
}

// fewPerson has fewer than ten of everything, in a small group.
func fewPerson() assessments.PersonDossier {
	d := emptyPerson()
	d.Ratings = rating(20, 12, level(models.Window, models.ModeInvited, 3, 1, 1, 0, 0))
	d.Trend = trend(3, 1, [2]int{5, 5}, [2]int{0, 0}, [2]int{4, 5})
	few := source(models.SourceQuiz, 8, 60, 75, 0.3, 70)
	few.MinN = 5
	under := source(models.SourceSolved, 7, 100, 60, 0.3, 70)
	under.Missing, under.Contribution, under.Shrunk = true, 0, 0
	d.Competencies = []assessments.CompetencyResult{
		competency(models.PolicyLaw, assessments.SmallGroup, few),
		competency(models.MassWork, assessments.GroupAlike, source(models.SourceRatings, 30, 100, 80, 0.8, 78)),
		competency(models.Problem, assessments.Insufficient, under),
	}
	d.Cases = casesOf(family(models.Housing, 7, 6, 4, 6))
	d.Cases.Ages, d.Cases.Open, d.Cases.CarriedIn, d.Cases.Excluded = nil, 0, 0, 0
	d.Cases.Received = 7
	d.Load = months(1, 2, 0, 2, 1, 1)
	d.Method.GroupSize = 6
	d.Method.CalendarOK = false
	d.Person.CountedFrom = "2026-04-16"
	return d
}

// funnelOf makes a funnel of points with their limits at the own one.
func funnelOf(figure string, own int, exact bool, points ...[2]int) assessments.Funnel {
	var counts []stats.Count
	for _, q := range points {
		counts = append(counts, stats.Count{X: q[0], N: q[1]})
	}
	f := must(stats.FunnelOf(counts, stats.DefaultFunnelRule()))
	out := assessments.Funnel{Figure: figure, Theta: f.Theta, Phi: f.Phi, Tau2: f.Tau2, Exact: exact, NotPlotted: f.Small}
	for i, c := range counts {
		if c.N < minN {
			continue
		}
		out.Points = append(out.Points, assessments.FunnelPoint{N: c.N, P: float64(c.X) / float64(c.N), Own: i == own})
		if place := must(f.Place(c)); place.IsOutside95() {
			out.Out95++
			if place.IsSignal() {
				out.Out998++
			}
		}
	}
	if n := counts[own].N; n >= minN {
		out.Own95 = assessments.Interval(must(f.Limits(float64(n), stats.Z95)))
		out.Own998 = assessments.Interval(must(f.Limits(float64(n), stats.Z998)))
	}
	return out
}

// peers are the points of units other than the own, spread about a level.
func peers(n int, level float64) [][2]int {
	var out [][2]int
	for i := range n {
		size := 40 + 37*i%790
		p := level + 0.02*float64(i%5-2)
		out = append(out, [2]int{int(p*float64(size) + 0.5), size})
	}
	return out
}

// richUnit is a unit with everything: a signal, 30 units in its funnel, cadres with few and many cases.
func richUnit() assessments.UnitDossier {
	r := rating(1103, 708, level(models.Window, models.ModeInvited, 118, 36, 10, 3, 1), level(models.SMS, models.ModeInvited, 71, 48, 25, 11, 6),
		level(models.Hotline, models.ModeCallback, 22, 19, 10, 4, 2), level(models.QR, models.ModeActive, 27, 11, 4, 3, 1),
		level(models.Web, models.ModeActive, 15, 5, 1, 1, 0), level(models.Paper, models.ModePaper, 7, 2, 0, 0, 0),
		level(models.Visit, models.ModeAssisted, 2, 0, 1, 0, 0))
	r.Solved, r.Pressure, r.Excluded = [3]int{383, 50, 14}, 3, 4
	c := casesOf(family(models.Livelihood, 341, 326, 300, 330), family(models.Health, 263, 251, 240, 255), family(models.Employment, 187, 178, 160, 180),
		family(models.Housing, 156, 128, 90, 150), family(models.Environment, 94, 83, 60, 90), family(models.Education, 81, 76, 70, 80),
		family(models.Disputes, 74, 62, 40, 70), family(models.Food, 8, 8, 6, 7), family(models.OtherFamily, 19, 17, 12, 18))
	p := richPerson()
	few := fewPerson()
	few.Person.StaffNo, few.Person.Name = "QH0030", "李𬒔"
	signal := append([][2]int{{r.Good, r.N}}, peers(29, 0.92)...)
	d := assessments.UnitDossier{
		Format: 1, Edition: 2, Period: period(),
		Unit:    assessments.UnitInfo{ID: "u1", Name: "柳湾镇便民服务中心", Kind: models.Township, Parent: "青禾县"},
		Ratings: r, Cases: c, Load: months(30.142857, 24.571429, 36, 33.833333, 35, 35.166667), OnDuty: 6,
		Trend: trend(1, 6, [2]int{53, 66}, [2]int{56, 71}, [2]int{63, 75}, [2]int{55, 69}, [2]int{58, 73}, [2]int{68, 80}, [2]int{57, 70},
			[2]int{52, 62}, [2]int{68, 84}, [2]int{66, 79}, [2]int{66, 81}, [2]int{74, 90}),
		Funnels: []assessments.Funnel{
			funnelOf("good", 0, false, signal...),
			funnelOf("solved", 0, false, append([][2]int{{c.Solved, c.Asked}}, append(peers(29, 0.83), [2]int{3, 4})...)...),
		},
		Objections: p.Objections,
		Persons: []assessments.AnnexPerson{
			{Person: p.Person, Ratings: p.Ratings, Cases: p.Cases, Load: p.Load},
			{Person: few.Person, Ratings: few.Ratings, Cases: few.Cases, Load: few.Load},
			{Person: assessments.PersonInfo{StaffNo: "QH0032", Name: "阿依古丽·买买提", Post: "网格员"}},
		},
		Method: assessments.Method{GroupSize: 31, Threshold: 0.998, CalendarOK: true, Priors: []assessments.Prior{
			{Source: models.SourceRatings, Groups: 30, Alpha: 31.2, Beta: 3.1},
		}},
	}
	return d
}

// smallUnit is compared with fewer than ten units.
func smallUnit() assessments.UnitDossier {
	d := richUnit()
	d.Edition, d.Objections, d.Persons = 1, nil, nil
	d.Funnels = []assessments.Funnel{funnelOf("good", 0, true, append([][2]int{{d.Ratings.Good, d.Ratings.N}}, peers(6, 0.83)...)...)}
	d.Method.GroupSize = 7
	return d
}

// emptyUnit has no cases and no ratings.
func emptyUnit() assessments.UnitDossier {
	return assessments.UnitDossier{
		Format: 1, Edition: 1, Period: period(), Unit: assessments.UnitInfo{Name: "石桥村"}, Method: assessments.Method{GroupSize: 12, CalendarOK: true},
	}
}

// longPerson has the longest names that may be.
func longPerson() assessments.PersonDossier {
	d := richPerson()
	d.Person.Name = strings.Repeat("阿依古丽·买买提𬭁", 5) + "阿依古丽李"
	d.Person.Post = strings.Repeat("综合行政执法协管", 6)
	d.Person.Unit = strings.Repeat("柳湾镇便民服务中心综合窗口", 7)
	d.Period.Title = "2026年上半年平时考核（含专项任务）"
	d.Scheme.Title = strings.Repeat("乡镇综合窗口类岗位能力素质考核方案", 5)
	d.Period.Operator = "中共青禾满族自治县委员会组织部干部监督考核中心"
	d.Quizzes[0].Course = strings.Repeat("群众沟通与窗口服务", 9)
	return d
}

// longUnit holds a cadre with the longest name.
func longUnit() assessments.UnitDossier {
	d := richUnit()
	d.Unit.Name = strings.Repeat("柳湾镇便民服务中心综合窗口", 7)
	p := longPerson()
	d.Persons = []assessments.AnnexPerson{{Person: p.Person, Ratings: p.Ratings, Cases: p.Cases, Load: p.Load}}
	return d
}
