package models

import "time"

// Course is one course of the catalogue.
type Course struct {
	ID         string     `gorm:"primaryKey;size:26"`
	Code       string     `gorm:"size:40;not null;uniqueIndex:ux_courses_code"`
	Title      string     `gorm:"size:100;not null"`
	TitleEN    string     `gorm:"column:title_en;size:200;not null"`
	Summary    string     `gorm:"size:1000;not null"`
	SummaryEN  string     `gorm:"column:summary_en;size:1000;not null"`
	Competency Competency `gorm:"size:24;not null"` // the indicator its quiz is evidence for
	Edition    int        `gorm:"not null"`
	DatedOn    Date       `gorm:"size:10;not null"`
	CreatedAt  time.Time  `gorm:"not null"`
}

// TableName fixes the table name.
func (Course) TableName() string { return "courses" }

// Lesson is one lesson of a course, written in Markdown.
type Lesson struct {
	ID        string `gorm:"primaryKey;size:26"`
	CourseID  string `gorm:"size:26;not null;uniqueIndex:ux_lessons_no,priority:1"`
	No        int    `gorm:"not null;uniqueIndex:ux_lessons_no,priority:2"` // 1, 2, …
	Title     string `gorm:"size:100;not null"`
	Summary   string `gorm:"size:500;not null"`
	TitleEN   string `gorm:"column:title_en;size:200;not null"`
	SummaryEN string `gorm:"column:summary_en;size:1000;not null"`
	Minutes   int    `gorm:"not null"` // time it takes, for the hours rule
	Body      string `gorm:"not null"` // Markdown
}

// TableName fixes the table name.
func (Lesson) TableName() string { return "lessons" }

// Enrolment is a cadre taking a course.
type Enrolment struct {
	ID          string     `gorm:"primaryKey;size:26"`
	PersonID    string     `gorm:"size:26;not null;uniqueIndex:ux_enrolments,priority:1"`
	CourseID    string     `gorm:"size:26;not null;uniqueIndex:ux_enrolments,priority:2;index:ix_enrolments_course"`
	StartedAt   time.Time  `gorm:"not null"`
	CompletedAt *time.Time // all lessons done and the quiz passed
}

// TableName fixes the table name.
func (Enrolment) TableName() string { return "enrolments" }

// LessonProgress is where a cadre is in a lesson. Paragraph is the last one seen, 0 = the beginning.
type LessonProgress struct {
	ID        string `gorm:"primaryKey;size:26"`
	PersonID  string `gorm:"size:26;not null;uniqueIndex:ux_lesson_progress,priority:1"`
	LessonID  string `gorm:"size:26;not null;uniqueIndex:ux_lesson_progress,priority:2"`
	Paragraph int    `gorm:"not null"`
	DoneAt    *time.Time
	SeenAt    time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (LessonProgress) TableName() string { return "lesson_progress" }

// Ledger is one of the two ledgers of hours, never added together.
type Ledger string

// The ledgers.
const (
	OnlineLedger   Ledger = "online"
	InPersonLedger Ledger = "in_person"
)

// HoursEntry is one booking in a ledger with what it rests on.
type HoursEntry struct {
	ID       string `gorm:"primaryKey;size:26"`
	PersonID string `gorm:"size:26;not null;uniqueIndex:ux_hours_entries,priority:1;index:ix_hours_entries_year"`
	Ledger   Ledger `gorm:"size:16;not null;uniqueIndex:ux_hours_entries,priority:2"`
	// course, class, declared, counter
	SourceKind string    `gorm:"size:16;not null;uniqueIndex:ux_hours_entries,priority:3"`
	SourceID   string    `gorm:"size:26;not null;uniqueIndex:ux_hours_entries,priority:4"`
	Year       int       `gorm:"not null;index:ix_hours_entries_year,priority:11"`
	Hours      int       `gorm:"not null"`           // 0.01 hour
	Rule       string    `gorm:"size:40;not null"`   // rule book and version by which it was reckoned
	Basis      string    `gorm:"size:1000;not null"` // what it rests on, JSON
	BookedAt   time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (HoursEntry) TableName() string { return "hours_entries" }

// CourseTask is a course that the people of a unit and of the units below it are asked to take by a day (学习安排).
type CourseTask struct {
	ID        string    `gorm:"primaryKey;size:26"`
	CourseID  string    `gorm:"size:26;not null"`
	UnitID    string    `gorm:"size:26;not null;index:ix_course_tasks_unit"`
	Category  Category  `gorm:"size:16;not null"` // "" = everybody
	DueOn     Date      `gorm:"size:10;not null"`
	Note      string    `gorm:"size:200;not null"`
	EndedOn   Date      `gorm:"size:10;not null"` // "" while it holds
	ByUnitID  *string   `gorm:"size:26"`          // unit for which whoever asks is training administrator
	CreatedBy *string   `gorm:"size:26"`
	CreatedAt time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (CourseTask) TableName() string { return "course_tasks" }

// ClaimState is where a claim of hours stands.
type ClaimState string

// The states of a claim.
const (
	ClaimOpen      ClaimState = "open"
	ClaimApproved  ClaimState = "approved"
	ClaimRefused   ClaimState = "refused"
	ClaimWithdrawn ClaimState = "withdrawn"
)

// HoursClaim is what a cadre says to have learned elsewhere (学时申报), until the training administrator decides.
type HoursClaim struct {
	ID        string     `gorm:"primaryKey;size:26"`
	PersonID  string     `gorm:"size:26;not null;index:ix_hours_claims_person"`
	UnitID    string     `gorm:"size:26;not null;index:ix_hours_claims_unit,priority:1"` // of the post held then
	Ledger    Ledger     `gorm:"size:16;not null"`
	Title     string     `gorm:"size:100;not null"`
	Organizer string     `gorm:"size:100;not null"`
	FromOn    Date       `gorm:"size:10;not null"`
	ToOn      Date       `gorm:"size:10;not null"`
	Hours     int        `gorm:"not null"` // 0.01 hour, as claimed
	Evidence  string     `gorm:"size:300;not null"`
	State     ClaimState `gorm:"size:16;not null;index:ix_hours_claims_unit,priority:2"`
	Credited  int        `gorm:"not null"` // 0.01 hour, as decided
	DecidedBy *string    `gorm:"size:26"`
	DecidedAt *time.Time
	Reason    string    `gorm:"size:300;not null"`
	Version   int       `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (HoursClaim) TableName() string { return "hours_claims" }

// Quiz is the test at the end of a course.
type Quiz struct {
	ID          string `gorm:"primaryKey;size:26"`
	CourseID    string `gorm:"size:26;not null;uniqueIndex:ux_quizzes_course"`
	Title       string `gorm:"size:100;not null"`
	TitleEN     string `gorm:"column:title_en;size:200;not null"`
	PassPercent int    `gorm:"not null"`
	LimitSec    int    `gorm:"not null"` // time allowed, measured by the server
	Draw        int    `gorm:"not null"` // questions on a paper
	MaxAttempts int    `gorm:"not null"` // 0 = any number
}

// TableName fixes the table name.
func (Quiz) TableName() string { return "quizzes" }

// QuestionKind is the kind of a question.
type QuestionKind string

// The kinds of questions.
const (
	Single    QuestionKind = "single"
	Multiple  QuestionKind = "multiple"
	TrueFalse QuestionKind = "truefalse"
)

// Question is one item of the bank of a quiz. Options keep their letters A, B, … for ever.
type Question struct {
	ID          string       `gorm:"primaryKey;size:26"`
	QuizID      string       `gorm:"size:26;not null;uniqueIndex:ux_questions_code,priority:1"`
	Code        string       `gorm:"size:16;not null;uniqueIndex:ux_questions_code,priority:2"`
	Kind        QuestionKind `gorm:"size:16;not null"`
	LessonNo    int          `gorm:"not null"`
	Stem        string       `gorm:"size:2000;not null"`
	Options     string       `gorm:"not null"`                          // JSON: [{"text": …}, …]
	Right       string       `gorm:"column:right_key;size:16;not null"` // letters in order, such as "AC"
	Explanation string       `gorm:"size:2000;not null"`
}

// TableName fixes the table name.
func (Question) TableName() string { return "questions" }

// AttemptState is where an attempt stands.
type AttemptState string

// The states of an attempt.
const (
	AttemptOpen   AttemptState = "open"
	AttemptMarked AttemptState = "marked"
)

// Attempt is one sitting of a quiz by one cadre. The paper is drawn from Seed and can be replayed.
type Attempt struct {
	ID          string       `gorm:"primaryKey;size:26"`
	QuizID      string       `gorm:"size:26;not null;uniqueIndex:ux_attempts_no,priority:1"`
	PersonID    string       `gorm:"size:26;not null;uniqueIndex:ux_attempts_no,priority:2;index:ix_attempts_person"`
	No          int          `gorm:"not null;uniqueIndex:ux_attempts_no,priority:3"` // 1, 2, …
	Seed        int64        `gorm:"not null"`
	State       AttemptState `gorm:"size:16;not null"`
	StartedAt   time.Time    `gorm:"not null"`
	DueAt       time.Time    `gorm:"not null"`
	SubmittedAt *time.Time   // by the taker, or the due instant when time ran out
	TimedOut    bool         `gorm:"not null"`
	Score       int          `gorm:"not null"` // 0.01 point of 100
	Passed      bool         `gorm:"not null"`
	Version     int          `gorm:"not null"` // grows with every saved answer; a stale tab is refused
}

// TableName fixes the table name.
func (Attempt) TableName() string { return "attempts" }

// Answer is one question of a paper: its place, the order of its options, and what was given, as given.
type Answer struct {
	ID         string `gorm:"primaryKey;size:26"`
	AttemptID  string `gorm:"size:26;not null;uniqueIndex:ux_answers,priority:1"`
	QuestionID string `gorm:"size:26;not null;uniqueIndex:ux_answers,priority:2;index:ix_answers_question"`
	Place      int    `gorm:"not null"`         // 1, 2, … on the paper
	Shown      string `gorm:"size:16;not null"` // letters of the bank in the order shown, such as "CABD"
	Given      string `gorm:"size:16;not null"` // letters of the bank in order; "" = not answered
	SavedAt    *time.Time
	Mark       int  `gorm:"not null"` // 0.01 point; 0 until marked
	Right      bool `gorm:"column:is_right;not null"`
}

// TableName fixes the table name.
func (Answer) TableName() string { return "answers" }
