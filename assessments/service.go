// Package assessments is the door of the assessment: schemes with published weights, periods, evidence sealed per
// cadre, estimates with intervals, the preview by the assessed, objections with a clock, and release by three
// different people.
//
// The arithmetic lies in stats, the ledgers it reads in cases and ratings; assemble.go puts dossiers together and is
// pure.
package assessments

import (
	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/workday"
)

// Training is what the assessment needs of the courses; app supplies it.
type Training interface {
	// QuizzesTx returns the quizzes with a finished attempt in the span (both days included), by person.
	QuizzesTx(tx *gorm.DB, people []string, from, to models.Date) (map[string][]QuizResult, error)
	// CoursesTx returns the courses of the catalogue by competency.
	CoursesTx(tx *gorm.DB) (map[models.Competency][]Suggestion, error)
}

// Service is the door.
type Service struct {
	db       *db.DB
	now      clock.Clock
	days     *workday.Calendar
	cases    *cases.Service
	ratings  *ratings.Service
	training Training
}

// New returns the door on d. days counts the working days of the windows.
func New(d *db.DB, now clock.Clock, days *workday.Calendar, c *cases.Service, r *ratings.Service, t Training) *Service {
	return &Service{db: d, now: now, days: days, cases: c, ratings: r, training: t}
}
