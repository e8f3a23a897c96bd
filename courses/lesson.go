package courses

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// LessonView is one lesson to read: its course with the person's standing, its sections and its neighbours.
type LessonView struct {
	Standing
	LessonLine
	Sections   []Section
	Prev, Next *LessonLine // nil at the ends
}

// Lesson returns a lesson with the actor's place in it. Reading changes nothing.
//
// Faults: Unsigned; NotFound "course.not_found", "course.lesson_not_found".
func (s *Service) Lesson(ctx context.Context, actor models.Actor, code string, no int) (v *LessonView, err error) {
	if err := learner(actor); err != nil {
		return nil, err
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		course, err := courseBy(tx, code)
		if err != nil {
			return err
		}
		lesson, err := lessonBy(tx, course.ID, no)
		if err != nil {
			return err
		}
		all, err := s.standingsTx(tx, actor.ID, code)
		if err != nil {
			return err
		}
		v = viewOf(all[0], lesson)
		return nil
	})
	return v, err
}

func viewOf(st Standing, l models.Lesson) *LessonView {
	v := &LessonView{Standing: st, Sections: Sections(l.Body)}
	for i := range st.Lessons {
		if st.Lessons[i].ID != l.ID {
			continue
		}
		v.LessonLine = st.Lessons[i]
		if i > 0 {
			v.Prev = &st.Lessons[i-1]
		}
		if i+1 < len(st.Lessons) {
			v.Next = &st.Lessons[i+1]
		}
	}
	v.Lesson = l
	v.Place = min(v.Place, len(v.Sections)) // a newer edition may be shorter
	return v
}

// SavePlace keeps that the actor has come to a section of a lesson, 0 = its beginning. Only the place and its instant
// are kept: how long somebody reads is nobody's business. A finished lesson stays finished, and its place where it
// ended.
//
// It is not an event of the audit log: a row per section read would be a record of when somebody studies.
// Faults: Unsigned; NotFound; Invalid "paragraph".
func (s *Service) SavePlace(ctx context.Context, actor models.Actor, code string, no, section int) error {
	if err := learner(actor); err != nil {
		return err
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		course, lesson, err := findLesson(tx, code, no)
		if err != nil {
			return err
		}
		if n := len(Sections(lesson.Body)); section < 0 || section > n {
			return fault.Wrong(fault.On("paragraph", "learn.place_unknown", "n", n))
		}
		if _, err := s.EnrolTx(tx, now, actor.ID, course.ID); err != nil {
			return err
		}
		return placeTx(tx, now, actor.ID, lesson.ID, section, false)
	})
}

// FinishLesson marks a lesson done. Doing it again changes nothing. When it was the last thing missing from the course,
// the hours are booked.
//
// Faults: Unsigned; NotFound.
func (s *Service) FinishLesson(ctx context.Context, actor models.Actor, code string, no int) error {
	if err := learner(actor); err != nil {
		return err
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		course, lesson, err := findLesson(tx, code, no)
		if err != nil {
			return err
		}
		if _, err := s.EnrolTx(tx, now, actor.ID, course.ID); err != nil {
			return err
		}
		before, err := placesOf(tx, actor.ID, course.ID)
		if err != nil {
			return err
		}
		if before[lesson.ID].DoneAt != nil {
			return nil
		}
		if err := placeTx(tx, now, actor.ID, lesson.ID, len(Sections(lesson.Body)), true); err != nil {
			return err
		}
		err = audit.Add(tx, now, actor, audit.Event{
			Action: "lesson.finish", Kind: "lesson", ID: lesson.ID,
			Detail: fmt.Sprintf("%s lesson %d", course.Code, no),
		})
		if err != nil {
			return err
		}
		return s.completeByLessonTx(tx, now, actor, course.ID)
	})
}

func findLesson(tx *gorm.DB, code string, no int) (models.Course, models.Lesson, error) {
	course, err := courseBy(tx, code)
	if err != nil {
		return course, models.Lesson{}, err
	}
	lesson, err := lessonBy(tx, course.ID, no)
	return course, lesson, err
}

// placeTx writes the place; the caller holds the lock of the enrolment, so nobody else writes it for this person.
func placeTx(tx *gorm.DB, now time.Time, personID, lessonID string, section int, done bool) error {
	p := models.LessonProgress{
		ID: models.NewID(), PersonID: personID, LessonID: lessonID, Paragraph: section, SeenAt: now,
	}
	if done {
		p.DoneAt = &now
	}
	added, err := db.Insert(tx, &p)
	if err != nil {
		return fmt.Errorf("add place: %w", err)
	}
	if added {
		return nil
	}
	mine := tx.Model(&models.LessonProgress{}).Where("person_id = ? AND lesson_id = ?", personID, lessonID).
		Session(&gorm.Session{})
	if err := mine.Update("seen_at", now).Error; err != nil {
		return fmt.Errorf("keep place: %w", err)
	}
	change := map[string]any{"paragraph": section}
	if done {
		change["done_at"] = now
	}
	if err := mine.Where("done_at IS NULL").Updates(change).Error; err != nil {
		return fmt.Errorf("keep place: %w", err)
	}
	return nil
}

// completeByLessonTx completes a course whose quiz was passed before its last lesson (a newer edition had added one).
func (s *Service) completeByLessonTx(tx *gorm.DB, now time.Time, actor models.Actor, courseID string) error {
	var a models.Attempt
	quiz := tx.Model(&models.Quiz{}).Select("id").Where("course_id = ?", courseID)
	err := tx.Where("person_id = ? AND quiz_id IN (?) AND passed = ?", actor.ID, quiz, true).Order("no").Take(&a).Error
	if db.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read passed attempt: %w", err)
	}
	if a.SubmittedAt == nil {
		return nil
	}
	_, err = s.CompleteTx(tx, now, actor, courseID, Pass{
		PersonID: actor.ID, AttemptID: a.ID, Score: a.Score, At: *a.SubmittedAt,
	})
	return err
}
