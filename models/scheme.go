package models

import "time"

// SchemeState is how far a version of a scheme has come.
type SchemeState string

// The states of a version, in order.
const (
	SchemeDraft     SchemeState = "draft"     // an officer writes it
	SchemeSubmitted SchemeState = "submitted" // it waits for a second person
	SchemeApproved  SchemeState = "approved"  // it may be published to the assessed
	SchemePublished SchemeState = "published" // periods may use it; it is never changed again
)

// SchemeStates lists them in order.
func SchemeStates() []SchemeState {
	return []SchemeState{SchemeDraft, SchemeSubmitted, SchemeApproved, SchemePublished}
}

// Sources lists the sources that a scheme may weight, in the order of the forms. Study hours are none: they are a
// record of compliance.
func Sources() []Source {
	return []Source{
		SourceQuiz, SourceRatings, SourceSolved, SourceOnTime, SourceBallots, SourceGain, SourcePutRight,
	}
}

// Scheme is a version of an assessment scheme: competencies, sources and weights of a post class.
type Scheme struct {
	ID          string      `gorm:"primaryKey;size:26"`
	Code        string      `gorm:"size:32;not null;uniqueIndex:ux_schemes_version,priority:1"`
	Edition     int         `gorm:"not null;uniqueIndex:ux_schemes_version,priority:2"`
	Class       string      `gorm:"size:32;not null"` // post class; "" = all that have no scheme of their own
	Title       string      `gorm:"size:100;not null"`
	TitleEN     string      `gorm:"column:title_en;size:200;not null"`
	Note        string      `gorm:"size:500;not null"` // what is changed, and why
	State       SchemeState `gorm:"size:16;not null"`
	DrafterID   *string     `gorm:"size:26"` // who wrote it last
	SubmitterID *string     `gorm:"size:26"`
	SubmittedAt *time.Time
	ApproverID  *string `gorm:"size:26"`
	ApprovedAt  *time.Time
	Returned    string    `gorm:"size:300;not null"` // why it was sent back last
	PublishedOn Date      `gorm:"size:10;not null"`  // "" until published to the assessed
	DocNo       string    `gorm:"size:60;not null"`  // number of the document (文号)
	Place       string    `gorm:"size:200;not null"` // where it was published
	Version     int       `gorm:"not null"`
	CreatedAt   time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (Scheme) TableName() string { return "schemes" }

// States of a correction.
const (
	CorrectionOpen    = "open"
	CorrectionAgreed  = "agreed"
	CorrectionRefused = "refused"
)

// SchemeCorrection is what an officer asks to be put right in the record of a publication; a second person decides.
type SchemeCorrection struct {
	ID          string    `gorm:"primaryKey;size:26"`
	SchemeID    string    `gorm:"size:26;not null;index:ix_scheme_corrections_scheme"`
	PublishedOn Date      `gorm:"size:10;not null"`
	DocNo       string    `gorm:"size:60;not null"`
	Place       string    `gorm:"size:200;not null"`
	Reason      string    `gorm:"size:300;not null"`
	State       string    `gorm:"size:16;not null"` // open, agreed or refused
	AskedBy     *string   `gorm:"size:26"`
	AskedAt     time.Time `gorm:"not null"`
	DecidedBy   *string   `gorm:"size:26"`
	DecidedAt   *time.Time
	Answer      string `gorm:"size:300;not null"` // why it was refused
}

// TableName fixes the table name.
func (SchemeCorrection) TableName() string { return "scheme_corrections" }

// PeriodScheme is the version that a period uses for one post class; the other classes go by the period's own.
type PeriodScheme struct {
	PeriodID string `gorm:"primaryKey;size:26"`
	Class    string `gorm:"primaryKey;size:32"`
	SchemeID string `gorm:"size:26;not null;index:ix_period_schemes_scheme"`
}

// TableName fixes the table name.
func (PeriodScheme) TableName() string { return "period_schemes" }
