package courses

import (
	"context"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// Stage is how far a person has come with a course.
type Stage string

// The stages.
const (
	StageNew      Stage = "new"
	StageLearning Stage = "learning"
	StageQuiz     Stage = "quiz" // all lessons done, the quiz not passed
	StageSpent    Stage = "spent"
	StageDone     Stage = "done"
)

// Stages lists every stage.
func Stages() []Stage { return []Stage{StageNew, StageLearning, StageQuiz, StageSpent, StageDone} }

// LessonLine is a lesson without its text, and where the person is in it.
type LessonLine struct {
	models.Lesson
	Place  int // section last seen, 0 = the beginning
	Done   bool
	SeenAt time.Time // zero when never; it orders what to go on with and is not shown
}

// QuizState is the quiz of a course and what the person has made of it.
type QuizState struct {
	models.Quiz
	Attempts []models.Attempt // the person's, by number
}

// Open returns the attempt that is not handed in, nil when there is none.
func (q QuizState) Open() *models.Attempt {
	for i := range q.Attempts {
		if q.Attempts[i].State == models.AttemptOpen {
			return &q.Attempts[i]
		}
	}
	return nil
}

// Passed returns the first passed attempt, nil when there is none.
func (q QuizState) Passed() *models.Attempt {
	for i := range q.Attempts {
		if q.Attempts[i].Passed {
			return &q.Attempts[i]
		}
	}
	return nil
}

// Left returns how many attempts may still be begun; -1 is any number.
func (q QuizState) Left() int {
	if q.MaxAttempts == 0 {
		return -1
	}
	return max(0, q.MaxAttempts-len(q.Attempts))
}

// Standing is a course and where the person stands in it.
type Standing struct {
	models.Course
	Lessons     []LessonLine
	Quiz        QuizState
	Hours       int // what it counts for by the rule book, 0.01 hour
	StartedAt   *time.Time
	CompletedAt *time.Time
}

// DoneCount returns how many lessons are finished.
func (s Standing) DoneCount() int {
	n := 0
	for _, l := range s.Lessons {
		if l.Done {
			n++
		}
	}
	return n
}

// Minutes returns the length of all lessons.
func (s Standing) Minutes() int {
	n := 0
	for _, l := range s.Lessons {
		n += l.Minutes
	}
	return n
}

// Stage returns how far the person has come.
func (s Standing) Stage() Stage {
	switch done := s.DoneCount(); {
	case s.CompletedAt != nil:
		return StageDone
	case done == len(s.Lessons) && s.Quiz.Open() == nil && s.Quiz.Left() == 0:
		return StageSpent
	case done == len(s.Lessons):
		return StageQuiz
	case s.StartedAt != nil:
		return StageLearning
	default:
		return StageNew
	}
}

// NextLesson returns the lesson to go on with: of the unfinished ones the one seen last, else the first; nil when all
// are finished.
func (s Standing) NextLesson() *LessonLine {
	var next *LessonLine
	for i := range s.Lessons {
		l := &s.Lessons[i]
		if !l.Done && (next == nil || l.SeenAt.After(next.SeenAt)) {
			next = l
		}
	}
	return next
}

// seenAt returns when the person last did something in the course.
func (s Standing) seenAt() time.Time {
	var last time.Time
	later := func(t time.Time) {
		if t.After(last) {
			last = t
		}
	}
	if s.StartedAt != nil {
		later(*s.StartedAt)
	}
	for _, l := range s.Lessons {
		later(l.SeenAt)
	}
	for _, a := range s.Quiz.Attempts {
		later(a.StartedAt)
	}
	return last
}

// Catalogue returns every course with the actor's standing, by code.
//
// Faults: Unsigned.
func (s *Service) Catalogue(ctx context.Context, actor models.Actor) ([]Standing, error) {
	return s.standings(ctx, actor, "")
}

// Course returns one course with the actor's standing.
//
// Faults: Unsigned; NotFound "course.not_found".
func (s *Service) Course(ctx context.Context, actor models.Actor, code string) (*Standing, error) {
	if code == "" {
		return nil, fault.New(fault.NotFound, "course.not_found")
	}
	all, err := s.standings(ctx, actor, code)
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, fault.New(fault.NotFound, "course.not_found")
	}
	return &all[0], nil
}

func (s *Service) standings(ctx context.Context, actor models.Actor, code string) (out []Standing, err error) {
	if err := learner(actor); err != nil {
		return nil, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		out, err = s.standingsTx(tx, actor.ID, code)
		return err
	})
	return out, err
}

func (s *Service) standingsTx(tx *gorm.DB, personID, code string) ([]Standing, error) {
	sh, err := readShelf(tx, personID, code)
	if err != nil {
		return nil, err
	}
	book, err := s.BookOfTx(tx, models.DateOf(s.now()).Year())
	if err != nil {
		return nil, err
	}
	out := make([]Standing, 0, len(sh.courses))
	for _, c := range sh.courses {
		quiz := sh.quizzes[c.ID]
		st := Standing{
			Course: c, Hours: book.CourseHours(sh.lessons[c.ID]),
			Quiz: QuizState{Quiz: quiz, Attempts: sh.attempts[quiz.ID]},
		}
		for _, l := range sh.lessons[c.ID] {
			p := sh.places[l.ID]
			st.Lessons = append(st.Lessons, LessonLine{
				Lesson: l, Place: p.Paragraph, Done: p.DoneAt != nil, SeenAt: p.SeenAt,
			})
		}
		if e, ok := sh.enrolments[c.ID]; ok {
			st.StartedAt, st.CompletedAt = &e.StartedAt, e.CompletedAt
		}
		out = append(out, st)
	}
	return out, nil
}

// Next is what a learner goes on with: an attempt under way, a quiz, or a lesson.
type Next struct {
	Standing
	Lesson  *LessonLine     // nil when it is the quiz
	Attempt *models.Attempt // nil unless one is under way
}

// Continue returns what the actor goes on with; nil when there is nothing left.
//
// An attempt whose time runs comes first, then the course in which something was done last, then the next of the
// catalogue.
// Faults: Unsigned.
func (s *Service) Continue(ctx context.Context, actor models.Actor) (*Next, error) {
	all, err := s.Catalogue(ctx, actor)
	if err != nil {
		return nil, err
	}
	return NextOf(all, s.now()), nil
}

// NextOf is Continue for standings that were read already; nil when nothing is left in them.
func NextOf(all []Standing, now time.Time) *Next {
	var best *Next
	for _, st := range all {
		n := nextOf(st, now)
		switch {
		case n == nil:
		case n.Attempt != nil:
			return n
		case best == nil || st.seenAt().After(best.seenAt()):
			best = n
		}
	}
	return best
}

func nextOf(st Standing, now time.Time) *Next {
	if a := st.Quiz.Open(); a != nil && a.DueAt.After(now) {
		return &Next{Standing: st, Attempt: a}
	}
	switch st.Stage() {
	case StageDone, StageSpent:
		return nil
	case StageQuiz:
		return &Next{Standing: st}
	case StageNew, StageLearning:
	}
	return &Next{Standing: st, Lesson: st.NextLesson()}
}
