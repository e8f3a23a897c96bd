package assessments

import (
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"shanzhi/assessments/ratings"
	"shanzhi/assessments/stats"
	"shanzhi/models"
)

// facts is everything that is known of a period at one moment, read in one snapshot and in a fixed number of queries.
type facts struct {
	Period        models.Period
	Info          PeriodInfo
	Scheme        SchemeView            // of every class but those in Own
	Own           map[string]SchemeView // by post class
	People        []member              // by staff number
	Units         []UnitInfo
	Cases         ledger[CaseResult]
	Ratings       ledger[RatingResult]
	Closed        ledger[map[string]int] // cases closed by month (2026-07)
	Trends        ledger[*TrendResult]
	Quizzes       map[string][]QuizResult // by person
	Courses       map[models.Competency][]Suggestion
	Handled       map[string]HandledResult // by unit
	LeftOut       map[string]LeftOutResult // by unit
	Weighted      map[string]stats.Weighted
	Marks         map[string][]ratings.Mark      // by unit
	AllFive       map[string]ratings.AllFive     // by unit
	ClosedDays    map[string]map[models.Date]int // by unit
	Works         func(models.Date) bool         // nil where marks were not read
	Months        []string                       // of the span
	CalendarKnown bool
}

// ledger holds figures by person and by unit.
type ledger[T any] struct{ Person, Unit map[string]T }

// member is a cadre of the period.
type member struct {
	models.Participant
	Info PersonInfo
}

// scheme is what a post class goes by.
func (f *facts) scheme(class string) SchemeView {
	if own, ok := f.Own[class]; ok {
		return own
	}
	return f.Scheme
}

// record is what is counted of one cadre.
func (f *facts) record(person string) record {
	c, r := f.Cases.Person[person], f.Ratings.Person[person]
	quiz := stats.Count{}
	for _, q := range f.Quizzes[person] {
		quiz.X, quiz.N = quiz.X+q.FirstX, quiz.N+q.FirstN
	}
	return record{
		Counts: map[models.Source]stats.Count{
			models.SourceQuiz:    quiz,
			models.SourceRatings: {X: r.Good, N: r.N},
			models.SourceSolved:  {X: c.Solved, N: c.Asked},
			models.SourceOnTime:  {X: c.OnTime, N: c.Closed},
		},
		Families: familyCounts(c.Families),
	}
}

// months lists the months from and to lie in and those between.
func months(from, to models.Date) []string {
	var out []string
	for d := from; d <= to; d = d.AddDays(1) {
		if m := string(d)[:7]; len(out) == 0 || out[len(out)-1] != m {
			out = append(out, m)
		}
	}
	return out
}

// gather reads the facts of a period.
func (s *Service) gather(tx *gorm.DB, p models.Period) (*facts, error) {
	f := &facts{Period: p, Months: months(p.SpanFrom, p.SpanTo), CalendarKnown: true}
	for y := p.SpanFrom.Year(); y <= p.SpanTo.Year(); y++ {
		f.CalendarKnown = f.CalendarKnown && s.days.Known(y)
	}
	var err error
	if f.Scheme, err = schemeTx(tx, "id = ?", p.SchemeID); err != nil {
		return nil, err
	}
	if f.Own, err = ownSchemesTx(tx, p.ID); err != nil {
		return nil, err
	}
	owner, err := unitTx(tx, p.UnitID)
	if err != nil {
		return nil, err
	}
	operator, err := operatorTx(tx, owner.Name)
	if err != nil {
		return nil, err
	}
	f.Info = periodInfo(p, operator)
	if f.People, err = membersTx(tx, p, owner.Path); err != nil {
		return nil, err
	}
	var late map[string]bool
	if f.Units, late, err = unitsTx(tx, owner.Path, p.SpanFrom, p.SpanTo); err != nil {
		return nil, err
	}
	if err := s.readLedgers(tx, f); err != nil {
		return nil, err
	}
	if err := s.readLeftOut(tx, f); err != nil {
		return nil, err
	}
	f.leaveOut(late)
	people := make([]string, len(f.People))
	for i, m := range f.People {
		people[i] = m.PersonID
	}
	if f.Quizzes, err = s.training.QuizzesTx(tx, people, p.SpanFrom, p.SpanTo); err != nil {
		return nil, err
	}
	f.Courses, err = s.training.CoursesTx(tx)
	return f, err
}

// leaveOut drops the units entered after the span or given up within it that have nothing in it. One that has is
// reported on: a county enters its units today and imports the half year before; a unit that was merged into another
// one in May has served until then.
func (f *facts) leaveOut(late map[string]bool) {
	staffed := map[string]bool{}
	for _, m := range f.People {
		staffed[m.UnitID] = true
	}
	f.Units = slices.DeleteFunc(f.Units, func(u UnitInfo) bool {
		_, served := f.Cases.Unit[u.ID]
		_, rated := f.Ratings.Unit[u.ID]
		return late[u.ID] && !staffed[u.ID] && !served && !rated
	})
}

// operatorTx is whose name stands at the head of a report: the organizer of the site, else the unit of the period.
func operatorTx(tx *gorm.DB, unit string) (string, error) {
	var rows []models.Meta
	if err := tx.Where("k = ?", "site.organizer").Limit(1).Find(&rows).Error; err != nil {
		return "", fmt.Errorf("read organizer: %w", err)
	}
	if len(rows) == 0 || rows[0].V == "" {
		return unit, nil
	}
	return rows[0].V, nil
}

func periodInfo(p models.Period, operator string) PeriodInfo {
	return PeriodInfo{
		Code: p.Code, Title: p.Title, TitleEN: p.TitleEN, Kind: p.Kind,
		From: p.SpanFrom, To: p.SpanTo, Cutoff: p.CutoffOn, PreviewTo: p.PreviewTo, ObjectionTo: p.ObjectionTo,
		ObjectionDays: p.ObjectionDays, AnswerDays: p.AnswerDays,
		Operator: operator,
	}
}

// classes returns the comparison groups in alphabetical order.
func (f *facts) classes() []string {
	set := map[string]bool{}
	for _, m := range f.People {
		set[m.Class] = true
	}
	return slices.Sorted(maps.Keys(set))
}
