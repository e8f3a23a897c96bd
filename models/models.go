// Package models holds the rows of the database and the values they are made of.
//
// One file per aggregate. A row struct is also what a door returns while the schema is ours; it holds no rules.
// Instants are UTC milliseconds; days are Date in Asia/Shanghai; scores are integers of 0.01 point, hours of 0.01 hour.
package models

import (
	"crypto/rand"

	"github.com/oklog/ulid/v2"
)

// NewID returns a time-ordered identifier of 26 characters.
func NewID() string { return ulid.Make().String() }

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewRandomID returns an identifier of 26 characters that tells nothing of its time or order (130 random bits).
// Ratings, comments and ballots have such ids, so that no order of rows leads from an answer to a person.
func NewRandomID() string {
	b := make([]byte, 26)
	_, _ = rand.Read(b) // crypto/rand.Read never fails
	for i := range b {
		b[i] = crockford[b[i]&31]
	}
	return string(b)
}

// All lists every row type, parents before children.
func All() []any {
	return []any{
		&Meta{}, &Unit{}, &UnitPast{}, &Person{}, &PersonName{}, &Post{}, &Handover{}, &RoleGrant{},
		&Session{}, &AuditEntry{}, &AuditSeal{}, &Feedback{},
		&AccessCode{}, &DeskGrant{}, &SecondFactor{}, &RecoveryCode{}, &AccountReset{},
		&JobRun{}, &Batch{}, &QueueItem{},
		&Course{}, &Lesson{}, &Enrolment{}, &LessonProgress{}, &HoursEntry{}, &CourseTask{},
		&HoursClaim{},
		&TrainingClass{}, &ClassSession{}, &ClassMember{}, &ClassMark{}, &HourRule{},
		&Quiz{}, &Question{}, &Attempt{}, &Answer{},
		&Matter{}, &MatterPast{}, &Case{}, &CaseEvent{}, &Invitation{}, &RatingBatch{}, &Rating{}, &PressureReport{},
		&CaseRequest{}, &CaseParty{}, &CaseRecheck{}, &RatingLoop{}, &LoopStep{},
		&Stand{}, &PaperSlip{}, &SlipCheck{}, &LeakReport{}, &CaseHidden{}, &CaseTrack{}, &Tip{},
		&EntrustedHidden{}, &PressureResult{},
		&Scheme{}, &SchemeSource{}, &SchemeCorrection{},
		&Period{}, &PeriodScheme{}, &Participant{}, &Evidence{}, &Dossier{}, &Objection{}, &Report{},
		&IDCard{}, &CalendarDay{}, &ImportPlan{}, &ImportLine{},
		&Notice{}, &SearchKey{},
	}
}

// Meta is one setting kept in the database, such as the name of the site or the mark of a demonstration.
type Meta struct {
	K string `gorm:"primaryKey;size:64"`
	V string `gorm:"not null"`
}

// TableName fixes the table name.
func (Meta) TableName() string { return "meta" }
