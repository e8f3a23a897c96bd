package quiz

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// Cover is what stands before a test: its rules are those of Standing.Quiz.
type Cover struct {
	courses.Standing
	Open *models.Attempt // to go on with; nil when none is under way
}

// Missing returns how many lessons are still to be done before the test is open.
func (c Cover) Missing() int { return len(c.Lessons) - c.DoneCount() }

// Cover returns the actor's standing before the test of a course. An attempt whose time is over is marked first.
//
// Faults: Unsigned; NotFound "course.not_found".
func (s *Service) Cover(ctx context.Context, actor models.Actor, code string) (*Cover, error) {
	st, err := s.courses.Course(ctx, actor, code)
	if err != nil {
		return nil, err
	}
	open := st.Quiz.Open()
	if open != nil && over(*open, s.now()) {
		if _, err := s.closeDue(ctx, actor, open.ID); err != nil {
			return nil, err
		}
		if st, err = s.courses.Course(ctx, actor, code); err != nil {
			return nil, err
		}
		open = st.Quiz.Open()
	}
	return &Cover{Standing: *st, Open: open}, nil
}

// Start begins an attempt at the test of a course, or returns the one that is under way: two windows get the same
// paper.
//
// Faults: Unsigned; NotFound "course.not_found"; Conflict "quiz.lessons_first" (left) while lessons are unfinished,
// "quiz.attempts_used" (n) when no attempt is left.
func (s *Service) Start(ctx context.Context, actor models.Actor, code string) (a *models.Attempt, err error) {
	if err := taker(actor); err != nil {
		return nil, err
	}
	now := s.now()
	var refused error // kept apart from err: marking an overdue attempt must not be rolled back
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		a, refused = nil, nil
		got, err := s.startTx(tx, now, actor, code)
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Conflict {
			refused = err
			return nil
		}
		a = got
		return err
	})
	if err == nil {
		err = refused
	}
	return a, err
}

func (s *Service) startTx(tx *gorm.DB, now time.Time, actor models.Actor, code string) (*models.Attempt, error) {
	var c models.Course
	err := tx.Where("code = ?", code).Take(&c).Error
	if db.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "course.not_found")
	}
	if err != nil {
		return nil, fmt.Errorf("read course: %w", err)
	}
	q, _, err := quizTx(tx, "course_id = ?", c.ID)
	if err != nil {
		return nil, err
	}
	done, total, err := s.courses.DoneTx(tx, actor.ID, c.ID)
	if err != nil {
		return nil, err
	}
	if done < total {
		return nil, fault.New(fault.Conflict, "quiz.lessons_first", "left", total-done)
	}
	if _, err := s.courses.EnrolTx(tx, now, actor.ID, c.ID); err != nil { // from here one after the other
		return nil, err
	}
	var mine []models.Attempt
	if err := tx.Where("quiz_id = ? AND person_id = ?", q.ID, actor.ID).Order("no").Find(&mine).Error; err != nil {
		return nil, fmt.Errorf("list attempts: %w", err)
	}
	for _, a := range mine {
		if a.State != models.AttemptOpen {
			continue
		}
		if !over(a, now) {
			return &a, nil
		}
		if err := s.closeTx(tx, now, actor, &a); err != nil {
			return nil, err
		}
	}
	if q.MaxAttempts > 0 && len(mine) >= q.MaxAttempts {
		return nil, fault.New(fault.Conflict, "quiz.attempts_used", "n", q.MaxAttempts)
	}
	return s.drawTx(tx, now, actor, q, len(mine)+1)
}

// drawTx adds an attempt with its paper.
func (s *Service) drawTx(
	tx *gorm.DB, now time.Time, actor models.Actor, q models.Quiz, no int,
) (*models.Attempt, error) {
	bank, err := bankTx(tx, q.ID)
	if err != nil {
		return nil, err
	}
	counts := make(map[string]int, len(bank))
	for _, b := range bank {
		options, err := optionsOf(b)
		if err != nil {
			return nil, err
		}
		counts[b.ID] = len(options)
	}
	a := models.Attempt{
		ID: models.NewID(), QuizID: q.ID, PersonID: actor.ID, No: no, Seed: newSeed(), State: models.AttemptOpen,
		StartedAt: now, DueAt: now.Add(time.Duration(q.LimitSec) * time.Second), Version: 1,
	}
	paper := Draw(bank, q.Draw, a.Seed, func(q models.Question) int { return counts[q.ID] })
	if len(paper) == 0 {
		return nil, fmt.Errorf("quiz %s has no questions", q.ID)
	}
	answers := make([]models.Answer, len(paper))
	for i, d := range paper {
		answers[i] = models.Answer{
			ID: models.NewID(), AttemptID: a.ID, QuestionID: d.ID, Place: i + 1, Shown: d.Shown,
		}
	}
	if err := tx.Create(&a).Error; err != nil {
		return nil, fmt.Errorf("add attempt: %w", err)
	}
	if err := tx.Create(&answers).Error; err != nil {
		return nil, fmt.Errorf("add paper: %w", err)
	}
	return &a, audit.Add(tx, now, actor, audit.Event{
		Action: "quiz.start", Kind: "attempt", ID: a.ID,
		Detail: fmt.Sprintf("attempt %d, %d questions", no, len(answers)),
	})
}

// Paper is a paper as its taker sees it. It never holds a right answer, a seed or a score.
type Paper struct {
	ID                    string
	No                    int // of the attempt: 1, 2, …
	CourseCode            string
	CourseTitle, CourseEN string
	Title, TitleEN        string
	PassPercent           int
	MaxAttempts           int // 0 = any number
	DueAt                 time.Time
	Left                  time.Duration // until then, by the server's clock; 0 in the grace
	Version               int
	Closed                bool // marked: there is a Result, and no Items
	Items                 []Item
}

// Item is one question of a paper; options and answers are lettered in the order shown.
type Item struct {
	Place   int
	Kind    models.QuestionKind
	Stem    string
	Options []Choice
	Given   []string
}

// Choice is one option of an Item.
type Choice struct{ Letter, Text string }

// Unanswered returns the places without an answer.
func (p Paper) Unanswered() []int {
	var out []int
	for _, i := range p.Items {
		if len(i.Given) == 0 {
			out = append(out, i.Place)
		}
	}
	return out
}

// Paper returns the actor's own paper; another's does not exist for him. A paper whose time is over is marked first and
// comes back Closed.
//
// Faults: Unsigned; NotFound "quiz.not_found".
func (s *Service) Paper(ctx context.Context, actor models.Actor, id string) (*Paper, error) {
	now := s.now()
	sh, err := s.look(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return sh.paper(now), nil
}

// look reads an attempt; when its time is over it is marked first.
func (s *Service) look(ctx context.Context, actor models.Actor, id string) (sh *sheet, err error) {
	if err := taker(actor); err != nil {
		return nil, err
	}
	read := func(tx *gorm.DB) error {
		a, err := attemptTx(tx, actor.ID, id, false)
		if err != nil {
			return err
		}
		sh, err = sheetTx(tx, a)
		return err
	}
	if err := db.View(ctx, s.db, read); err != nil {
		return nil, err
	}
	if sh.attempt.State == models.AttemptOpen && over(sh.attempt, s.now()) {
		if _, err := s.closeDue(ctx, actor, id); err != nil {
			return nil, err
		}
		err = db.View(ctx, s.db, read)
	}
	return sh, err
}

// left is the time until the paper is due: never more than the whole, even when the clock was set back meanwhile.
func left(a models.Attempt, now time.Time) time.Duration {
	return min(max(0, a.DueAt.Sub(now)), a.DueAt.Sub(a.StartedAt))
}

func (sh *sheet) paper(now time.Time) *Paper {
	a, q, c := sh.attempt, sh.quiz, sh.course
	p := &Paper{
		ID: a.ID, No: a.No, CourseCode: c.Code, CourseTitle: c.Title, CourseEN: c.TitleEN,
		Title: q.Title, TitleEN: q.TitleEN,
		PassPercent: q.PassPercent, MaxAttempts: q.MaxAttempts, DueAt: a.DueAt, Left: left(a, now),
		Version: a.Version, Closed: a.State == models.AttemptMarked,
	}
	if p.Closed {
		return p
	}
	for _, ans := range sh.answers {
		question := sh.questions[ans.QuestionID]
		item := Item{Place: ans.Place, Kind: question.Kind, Stem: question.Stem, Given: toPaper(ans.Shown, ans.Given)}
		for i, letter := range ans.Shown {
			item.Options = append(item.Options, Choice{
				Letter: courses.Letter(i), Text: sh.options[question.ID][letter-'A'].Text,
			})
		}
		p.Items = append(p.Items, item)
	}
	return p
}
