package quiz

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// Result is a marked attempt with every question explained. How long it took is nowhere in it.
type Result struct {
	Attempt models.Attempt
	Quiz    models.Quiz
	Course  models.Course
	Items   []Marked
	Left    int // attempts that may still be begun; -1 = any number
	Booked  int // hours that the course has brought into the online ledger, 0.01 hour; 0 = none
}

// Marked is one question of a result; letters are those of the paper.
type Marked struct {
	Item
	Marks       []Choosing // as long as Item.Options
	Right       bool
	Mark        int // 0.01 point
	LessonNo    int
	Explanation string
}

// Choosing says of one option whether it is right and whether the taker chose it.
type Choosing struct{ Right, Mine bool }

// Rights returns how many questions were answered right.
func (r Result) Rights() int {
	n := 0
	for _, i := range r.Items {
		if i.Right {
			n++
		}
	}
	return n
}

// Result returns the actor's own marked attempt; another's does not exist for him.
//
// Faults: Unsigned; NotFound "quiz.not_found"; Conflict "quiz.still_open" while it is under way.
func (s *Service) Result(ctx context.Context, actor models.Actor, id string) (*Result, error) {
	sh, err := s.look(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if sh.attempt.State != models.AttemptMarked {
		return nil, fault.New(fault.Conflict, "quiz.still_open")
	}
	r := &Result{Attempt: sh.attempt, Quiz: sh.quiz, Course: sh.course, Left: -1, Items: sh.marked()}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		var used int64
		mine := tx.Model(&models.Attempt{}).Where("quiz_id = ? AND person_id = ?", sh.quiz.ID, actor.ID)
		err := mine.Count(&used).Error
		if err != nil {
			return fmt.Errorf("count attempts: %w", err)
		}
		if sh.quiz.MaxAttempts > 0 {
			r.Left = max(0, sh.quiz.MaxAttempts-int(used))
		}
		var hours []int
		err = tx.Model(&models.HoursEntry{}).
			Where("person_id = ? AND ledger = ? AND source_kind = ? AND source_id = ?",
				actor.ID, models.OnlineLedger, courses.SourceCourse, sh.course.ID).
			Pluck("hours", &hours).Error
		if err != nil {
			return fmt.Errorf("read booked hours: %w", err)
		}
		for _, h := range hours {
			r.Booked += h
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (sh *sheet) marked() []Marked {
	var out []Marked
	for _, a := range sh.answers {
		q := sh.questions[a.QuestionID]
		m := Marked{
			Item: Item{Place: a.Place, Kind: q.Kind, Stem: q.Stem, Given: toPaper(a.Shown, a.Given)}, Right: a.Right,
			Mark: a.Mark, LessonNo: q.LessonNo, Explanation: q.Explanation,
		}
		for i, letter := range a.Shown {
			m.Options = append(m.Options, Choice{Letter: courses.Letter(i), Text: sh.options[q.ID][letter-'A'].Text})
			m.Marks = append(m.Marks, Choosing{
				Right: strings.ContainsRune(q.Right, letter), Mine: strings.ContainsRune(a.Given, letter),
			})
		}
		out = append(out, m)
	}
	return out
}
