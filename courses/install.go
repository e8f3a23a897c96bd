package courses

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// Install brings the courses of the library into the catalogue; what is there in this edition or a later one stays.
//
// A newer edition changes texts, adds lessons and changes the bank. What somebody has answered stays as it was asked: a
// question that was on a paper and now reads otherwise is retired (it is drawn no more) and the new one set beside it.
// An edition never takes a lesson away, because people have it done: that would be another course.
// Faults: Forbidden unless the system asks; Conflict "course.lesson_taken_away".
func (s *Service) Install(ctx context.Context, actor models.Actor) error {
	if !actor.System {
		return fault.New(fault.Forbidden, "error.forbidden")
	}
	all, err := Library()
	if err != nil {
		return err
	}
	now := s.now()
	for _, m := range all {
		err := db.Tx(ctx, s.db, func(tx *gorm.DB) error { return installTx(tx, now, actor, m) })
		if db.IsConflict(err) { // another server was faster with the same course: look again
			err = db.Tx(ctx, s.db, func(tx *gorm.DB) error { return installTx(tx, now, actor, m) })
		}
		if err != nil {
			return fmt.Errorf("install course %s: %w", m.Course.Code, err)
		}
	}
	return nil
}

func installTx(tx *gorm.DB, now time.Time, actor models.Actor, m Material) error {
	old, err := courseBy(tx, m.Course.Code)
	if fault.Is(err, fault.NotFound) {
		return installNew(tx, now, actor, m)
	}
	if err != nil || old.Edition >= m.Course.Edition {
		return err
	}
	c := m.Course
	err = tx.Model(&models.Course{}).Where("id = ?", old.ID).
		Select("Title", "TitleEN", "Summary", "SummaryEN", "Competency", "Edition", "DatedOn").Updates(&c).Error
	if err != nil {
		return fmt.Errorf("update course: %w", err)
	}
	if err := renewLessons(tx, old.ID, m.Lessons); err != nil {
		return err
	}
	if err := renewQuiz(tx, old, m); err != nil {
		return err
	}
	return audit.Add(tx, now, actor, audit.Event{
		Action: "course.install", Kind: "course", ID: old.ID,
		Detail: fmt.Sprintf("%s edition %d after %d", c.Code, c.Edition, old.Edition),
	})
}

func installNew(tx *gorm.DB, now time.Time, actor models.Actor, m Material) error {
	c, quiz := m.Course, m.Quiz
	c.ID, c.CreatedAt = models.NewID(), now
	quiz.ID, quiz.CourseID = models.NewID(), c.ID
	lessons := make([]models.Lesson, len(m.Lessons))
	for i, l := range m.Lessons {
		l.ID, l.CourseID = models.NewID(), c.ID
		lessons[i] = l
	}
	questions := make([]models.Question, len(m.Questions))
	for i, q := range m.Questions {
		q.ID, q.QuizID = models.NewID(), quiz.ID
		questions[i] = q
	}
	for _, rows := range []any{&c, &lessons, &quiz, &questions} {
		if err := tx.Create(rows).Error; err != nil {
			return fmt.Errorf("add course: %w", err)
		}
	}
	return audit.Add(tx, now, actor, audit.Event{
		Action: "course.install", Kind: "course", ID: c.ID, Detail: fmt.Sprintf("%s edition %d", c.Code, c.Edition),
	})
}

func renewLessons(tx *gorm.DB, courseID string, lessons []models.Lesson) error {
	have, err := lessonsOf(tx, courseID)
	if err != nil {
		return err
	}
	if len(lessons) < len(have) {
		return fault.New(fault.Conflict, "course.lesson_taken_away", "no", len(lessons)+1)
	}
	for i, l := range lessons {
		if i >= len(have) {
			l.ID, l.CourseID = models.NewID(), courseID
			err = tx.Create(&l).Error
		} else {
			err = tx.Model(&models.Lesson{}).Where("id = ?", have[i].ID).
				Select("Title", "TitleEN", "Summary", "SummaryEN", "Minutes", "Body").Updates(&l).Error
		}
		if err != nil {
			return fmt.Errorf("renew lesson %d: %w", l.No, err)
		}
	}
	return nil
}

func renewQuiz(tx *gorm.DB, course models.Course, m Material) error {
	var quiz models.Quiz
	if err := tx.Where("course_id = ?", course.ID).Take(&quiz).Error; err != nil {
		return fmt.Errorf("read quiz: %w", err)
	}
	q := m.Quiz
	err := tx.Model(&models.Quiz{}).Where("id = ?", quiz.ID).
		Select("Title", "TitleEN", "PassPercent", "LimitSec", "Draw", "MaxAttempts").Updates(&q).Error
	if err != nil {
		return fmt.Errorf("renew quiz: %w", err)
	}
	bank, err := bankTx(tx, quiz.ID)
	if err != nil {
		return err
	}
	answered, err := answeredTx(tx, quiz.ID)
	if err != nil {
		return err
	}
	old := make(map[string]models.Question, len(bank))
	for _, b := range bank {
		old[b.Code] = b
	}
	for _, n := range m.Questions {
		b, known := old[n.Code]
		delete(old, n.Code)
		if err := renewQuestion(tx, quiz.ID, course.Edition, b, n, known, answered[b.ID]); err != nil {
			return fmt.Errorf("renew question %s: %w", n.Code, err)
		}
	}
	for _, b := range old { // no longer in the library
		if err := dropQuestion(tx, course.Edition, b, answered[b.ID]); err != nil {
			return fmt.Errorf("drop question %s: %w", b.Code, err)
		}
	}
	return nil
}

func renewQuestion(tx *gorm.DB, quizID string, edition int, old, q models.Question, known, answered bool) error {
	asked := old.Kind == q.Kind && old.Stem == q.Stem && old.Options == q.Options && old.Right == q.Right
	if known && (asked || !answered) {
		return tx.Model(&models.Question{}).Where("id = ?", old.ID).
			Select("Kind", "LessonNo", "Stem", "Options", "Right", "Explanation").Updates(&q).Error
	}
	if known {
		if err := dropQuestion(tx, edition, old, answered); err != nil {
			return err
		}
	}
	q.ID, q.QuizID = models.NewID(), quizID
	return tx.Create(&q).Error
}

// retiredMark separates the code of a retired question from its last edition; no code of the library holds it.
const retiredMark = "~"

// Retired reports whether a question is kept only for the papers it was on.
func Retired(q models.Question) bool { return strings.Contains(q.Code, retiredMark) }

func dropQuestion(tx *gorm.DB, edition int, q models.Question, answered bool) error {
	one := tx.Model(&models.Question{}).Where("id = ?", q.ID)
	if answered {
		return one.Update("code", fmt.Sprintf("%s%s%d", q.Code, retiredMark, edition)).Error
	}
	return one.Delete(&models.Question{}).Error
}

// bankTx returns the questions that are drawn from, by code.
func bankTx(tx *gorm.DB, quizID string) ([]models.Question, error) {
	var all []models.Question
	err := tx.Where("quiz_id = ? AND code NOT LIKE ?", quizID, "%"+retiredMark+"%").Order("code").Find(&all).Error
	if err != nil {
		return nil, fmt.Errorf("list questions: %w", err)
	}
	return all, nil
}

// answeredTx returns the ids of the quiz's questions that stand on somebody's paper.
func answeredTx(tx *gorm.DB, quizID string) (map[string]bool, error) {
	var ids []string
	bank := tx.Model(&models.Question{}).Select("id").Where("quiz_id = ?", quizID)
	err := tx.Model(&models.Answer{}).Where("question_id IN (?)", bank).Distinct().Pluck("question_id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("list answered questions: %w", err)
	}
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
