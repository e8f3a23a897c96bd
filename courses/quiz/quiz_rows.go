package quiz

import (
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// sheet is an attempt with everything that stands on its paper.
type sheet struct {
	attempt   models.Attempt
	quiz      models.Quiz
	course    models.Course
	answers   []models.Answer            // by place
	questions map[string]models.Question // by id
	options   map[string][]courses.Option
}

// attemptTx returns the person's attempt, locked when lock is set; another's is NotFound "quiz.not_found".
func attemptTx(tx *gorm.DB, personID, id string, lock bool) (models.Attempt, error) {
	q := tx.Where("id = ? AND person_id = ?", id, personID)
	if lock {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	var a models.Attempt
	err := q.Take(&a).Error
	if db.IsNotFound(err) {
		return a, fault.New(fault.NotFound, "quiz.not_found")
	}
	if err != nil {
		return a, fmt.Errorf("read attempt: %w", err)
	}
	return a, nil
}

func quizTx(tx *gorm.DB, where string, arg any) (q models.Quiz, c models.Course, err error) {
	if err := tx.Where(where, arg).Take(&q).Error; err != nil {
		return q, c, fmt.Errorf("read quiz: %w", err)
	}
	if err := tx.Where("id = ?", q.CourseID).Take(&c).Error; err != nil {
		return q, c, fmt.Errorf("read course: %w", err)
	}
	return q, c, nil
}

func sheetTx(tx *gorm.DB, a models.Attempt) (*sheet, error) {
	s := &sheet{attempt: a, questions: map[string]models.Question{}, options: map[string][]courses.Option{}}
	var err error
	if s.quiz, s.course, err = quizTx(tx, "id = ?", a.QuizID); err != nil {
		return nil, err
	}
	if err := tx.Where("attempt_id = ?", a.ID).Order("place").Find(&s.answers).Error; err != nil {
		return nil, fmt.Errorf("list answers: %w", err)
	}
	var list []models.Question
	on := tx.Model(&models.Answer{}).Select("question_id").Where("attempt_id = ?", a.ID)
	if err := tx.Where("id IN (?)", on).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list questions: %w", err)
	}
	for _, q := range list {
		options, err := optionsOf(q)
		if err != nil {
			return nil, err
		}
		s.questions[q.ID], s.options[q.ID] = q, options
	}
	return s, nil
}

// bankTx returns the questions that may be drawn.
func bankTx(tx *gorm.DB, quizID string) ([]models.Question, error) {
	var all []models.Question
	if err := tx.Where("quiz_id = ?", quizID).Order("code").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("list questions: %w", err)
	}
	out := all[:0]
	for _, q := range all {
		if !courses.Retired(q) {
			out = append(out, q)
		}
	}
	return out, nil
}

func optionsOf(q models.Question) (out []courses.Option, err error) {
	if err := json.Unmarshal([]byte(q.Options), &out); err != nil {
		return nil, fmt.Errorf("read options of question %s: %w", q.Code, err)
	}
	return out, nil
}

// keepAnswers writes the columns of answers that exist, in one statement.
func keepAnswers(tx *gorm.DB, rows []models.Answer, columns ...string) error {
	if len(rows) == 0 {
		return nil
	}
	err := tx.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns(columns),
	}).Create(&rows).Error
	if err != nil {
		return fmt.Errorf("keep answers: %w", err)
	}
	return nil
}

// overdueTx returns the ids of up to n attempts behind the id after whose time was over before the instant.
func overdueTx(tx *gorm.DB, before time.Time, after string, n int) (ids []string, err error) {
	err = tx.Model(&models.Attempt{}).Where("state = ? AND due_at < ? AND id > ?", models.AttemptOpen, before, after).
		Order("id").Limit(n).Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("list overdue attempts: %w", err)
	}
	return ids, nil
}

// lockAttempt returns anybody's attempt, locked.
func lockAttempt(tx *gorm.DB, id string) (models.Attempt, error) {
	var a models.Attempt
	if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&a).Error; err != nil {
		return a, fmt.Errorf("lock attempt: %w", err)
	}
	return a, nil
}
