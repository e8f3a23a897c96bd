package models

import (
	"time"

	"shanzhi/models/vault"
)

// Family is the family of a matter (事项大类).
type Family string

// The families of matters.
const (
	Livelihood  Family = "livelihood"
	Health      Family = "health"
	Employment  Family = "employment"
	Housing     Family = "housing"
	Environment Family = "environment"
	Education   Family = "education"
	Disputes    Family = "disputes"
	Food        Family = "food"
	OtherFamily Family = "other"
)

// Families lists the families in the order of the reports.
func Families() []Family {
	return []Family{Livelihood, Health, Employment, Housing, Environment, Education, Disputes, Food, OtherFamily}
}

// Matter is an entry of the duty list (权责清单).
type Matter struct {
	ID     string `gorm:"primaryKey;size:26"`
	Code   string `gorm:"size:32;not null;uniqueIndex:ux_matters_code"`
	Name   string `gorm:"size:100;not null"`
	Family Family `gorm:"size:16;not null"`
	// responsible; cases go to it or to a unit below it
	UnitID     string `gorm:"size:26;not null;index:ix_matters_unit"`
	Days       int    `gorm:"not null"` // working days allowed
	Difficulty int    `gorm:"not null"` // 1 easy, 2 usual, 3 hard
	ValidFrom  Date   `gorm:"size:10;not null"`
	ValidTo    Date   `gorm:"size:10;not null"`
}

// TableName fixes the table name.
func (Matter) TableName() string { return "matters" }

// MatterPast is what a matter was until the moment CreatedAt, when it was changed; what it is stands in the matter.
type MatterPast struct {
	ID         string    `gorm:"primaryKey;size:26"`
	MatterID   string    `gorm:"size:26;not null;index:ix_matter_pasts_matter,priority:1"`
	Name       string    `gorm:"size:100;not null"`
	Family     Family    `gorm:"size:16;not null"`
	UnitID     string    `gorm:"size:26;not null"`
	Days       int       `gorm:"not null"`
	Difficulty int       `gorm:"not null"`
	ValidTo    Date      `gorm:"size:10;not null"` // its last day, "" while it had none
	CreatedAt  time.Time `gorm:"not null;index:ix_matter_pasts_matter,priority:2"`
}

// TableName fixes the table name.
func (MatterPast) TableName() string { return "matter_pasts" }

// Channel is how a case or rating came in.
type Channel string

// The channels.
const (
	Window  Channel = "window"
	Hotline Channel = "hotline"
	Web     Channel = "web"
	QR      Channel = "qr"
	SMS     Channel = "sms"
	Paper   Channel = "paper"
	Visit   Channel = "visit"
)

// CaseKind is what the resident wants.
type CaseKind string

// The kinds of cases.
const (
	Enquiry    CaseKind = "enquiry"
	Help       CaseKind = "help"
	Complaint  CaseKind = "complaint"
	Wrongdoing CaseKind = "wrongdoing"
	Suggestion CaseKind = "suggestion"
	Praise     CaseKind = "praise"
)

// CaseState is where a case stands.
type CaseState string

// The states of a case.
const (
	CaseReceived   CaseState = "received"   // taken in, nobody has it
	CaseDispatched CaseState = "dispatched" // assigned, not yet acknowledged
	CaseInHand     CaseState = "in_hand"
	CaseAnswered   CaseState = "answered" // the resident has the answer, outcome not yet recorded
	CaseClosed     CaseState = "closed"
)

// Outcome is how a closed case ended; closed is not solved.
type Outcome string

// The outcomes.
const (
	Solved      Outcome = "solved"
	PartSolved  Outcome = "partly"
	Explained   Outcome = "explained"
	PassedOn    Outcome = "passed_on"
	Withdrawn   Outcome = "withdrawn"
	NotAccepted Outcome = "not_accepted"
)

// Case is one resident's matter with its history. What names the resident is sealed.
type Case struct {
	ID            string       `gorm:"primaryKey;size:26"`
	No            string       `gorm:"size:20;not null;uniqueIndex:ux_cases_no;index:ix_cases_ended,priority:12"`
	OutsideNo     *string      `gorm:"size:64;uniqueIndex:ux_cases_outside_no"` // number in the system it came from
	Channel       Channel      `gorm:"size:16;not null"`
	Kind          CaseKind     `gorm:"size:16;not null"`
	MatterID      string       `gorm:"size:26;not null;index:ix_cases_matter"`
	Family        Family       `gorm:"size:16;not null"`
	Difficulty    int          `gorm:"not null"`
	Title         string       `gorm:"size:100;not null"`
	Detail        string       `gorm:"size:2000;not null"`
	ResidentName  vault.Sealed `gorm:"size:400;not null"`
	ResidentPhone vault.Sealed `gorm:"size:255;not null"`
	PhoneHash     *string      `gorm:"size:64;index:ix_cases_phone_hash"`
	UnitID        string       `gorm:"size:26;not null;index:ix_cases_unit,priority:1"`
	HandlerID     *string      `gorm:"size:26;index:ix_cases_handler,priority:1"`
	HandlerPostID *string      `gorm:"size:26"`
	IntakeID      *string      `gorm:"size:26"`
	State         CaseState    `gorm:"size:16;not null;index:ix_cases_unit;index:ix_cases_handler,priority:2;index:ix_cases_due;index:ix_cases_ended"` //nolint:revive // a tag cannot be broken
	ReceivedAt    time.Time    `gorm:"not null"`
	ReceivedOn    Date         `gorm:"size:10;not null;index:ix_cases_received"`
	DueOn         Date         `gorm:"size:10;not null;index:ix_cases_due,priority:11"`
	DispatchedAt  *time.Time
	AnsweredAt    *time.Time
	Answer        string `gorm:"size:2000;not null"`
	// "" while open
	ClosedOn      Date      `gorm:"size:10;not null;index:ix_cases_closed;index:ix_cases_ended,priority:11"`
	Outcome       Outcome   `gorm:"size:16;not null"` // "" while open
	Reopened      int       `gorm:"not null"`         // times reopened
	Excluded      bool      `gorm:"not null"`         // not counted in assessment
	ExcludeReason string    `gorm:"size:200;not null"`
	SuspendedOn   Date      `gorm:"size:10;not null"` // the clock stands still since; "" while it runs
	SupervisedOn  Date      `gorm:"size:10;not null"` // a supervisor watches it since; "" = no
	Escalated     bool      `gorm:"not null"`         // the unit above may handle it
	RepeatOfID    *string   `gorm:"size:26"`          // the earlier case that it repeats
	Version       int       `gorm:"not null"`
	CreatedAt     time.Time `gorm:"not null"`
	UpdatedAt     time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (Case) TableName() string { return "cases" }

// CaseEvent is one step in the history of a case.
type CaseEvent struct {
	ID      string    `gorm:"primaryKey;size:26"`
	CaseID  string    `gorm:"size:26;not null;index:ix_case_events_case"`
	At      time.Time `gorm:"not null"`
	ActorID *string   `gorm:"size:26"`
	// received, dispatched, … as package cases names them
	Kind     string `gorm:"size:16;not null"`
	Note     string `gorm:"size:2000;not null"`
	Resident bool   `gorm:"not null"` // the resident may see it
}

// TableName fixes the table name.
func (CaseEvent) TableName() string { return "case_events" }

// InvitationState is what became of an invitation.
type InvitationState string

// The states of an invitation. Not rated is stored as not rated.
const (
	InvitationOpen     InvitationState = "open"
	InvitationRated    InvitationState = "rated"
	InvitationNotRated InvitationState = "not_rated"
)

// Invitation is one unguessable, single-use right to rate one interaction. The row holds only the token's SHA-256.
type Invitation struct {
	ID        string          `gorm:"primaryKey;size:26"` // random
	CaseID    string          `gorm:"size:26;not null;index:ix_invitations_case"`
	TokenHash string          `gorm:"size:64;not null;uniqueIndex:ux_invitations_token"`
	Channel   Channel         `gorm:"size:16;not null"`
	Mode      RatingMode      `gorm:"size:16;not null"`
	SubjectID *string         `gorm:"size:26;index:ix_invitations_subject,priority:1"`
	PostID    *string         `gorm:"size:26"`
	UnitID    string          `gorm:"size:26;not null;index:ix_invitations_unit,priority:1"`
	IssuedOn  Date            `gorm:"size:10;not null;index:ix_invitations_subject;index:ix_invitations_unit"`
	ExpiresOn Date            `gorm:"size:10;not null"` // last day
	State     InvitationState `gorm:"size:16;not null;index:ix_invitations_state"`
}

// TableName fixes the table name.
func (Invitation) TableName() string { return "invitations" }

// RatingMode is how a rating was collected (评价方式); modes are never pooled silently.
type RatingMode string

// The modes.
const (
	ModeActive   RatingMode = "active"
	ModeInvited  RatingMode = "invited"
	ModeAssisted RatingMode = "assisted"
	ModePaper    RatingMode = "paper"
	ModeCallback RatingMode = "callback"
)

// Resolution is the resident's answer to "was it solved?"; "" is no answer.
type Resolution string

// The answers.
const (
	ResolvedYes  Resolution = "yes"
	ResolvedPart Resolution = "part"
	ResolvedNo   Resolution = "no"
)

// RatingBatch is a set of five ratings whose counts and comments the rated may see from MadeOn.
//
// EffectiveOn is the latest day of its ratings: the batch counts in the period that holds this day.
type RatingBatch struct {
	ID          string  `gorm:"primaryKey;size:26"` // random
	SubjectID   *string `gorm:"size:26;index:ix_rating_batches_subject"`
	UnitID      string  `gorm:"size:26;not null;index:ix_rating_batches_unit"`
	Size        int     `gorm:"not null"`
	EffectiveOn Date    `gorm:"size:10;not null"`
	MadeOn      Date    `gorm:"size:10;not null"`
}

// TableName fixes the table name.
func (RatingBatch) TableName() string { return "rating_batches" }

// Rating is one resident's judgement of one interaction. Its id is random and its time no finer than a day.
//
// SubjectID is empty when it counts for the unit only: no visit or case code, or nobody named.
type Rating struct {
	ID            string  `gorm:"primaryKey;size:26"` // random
	SubjectID     *string `gorm:"size:26;index:ix_ratings_subject,priority:1"`
	PostID        *string `gorm:"size:26"`
	UnitID        string  `gorm:"size:26;not null;index:ix_ratings_unit,priority:1"`
	CaseID        *string `gorm:"size:26;index:ix_ratings_case"`
	InteractionNo *string `gorm:"size:64"` // visit or case code in another system
	// number of the rating in another system
	OutsideNo *string    `gorm:"size:64;uniqueIndex:ux_ratings_outside_no"`
	Family    Family     `gorm:"size:16;not null"`
	Channel   Channel    `gorm:"size:16;not null"`
	Mode      RatingMode `gorm:"size:16;not null"`
	Level     int        `gorm:"not null"` // 5 very satisfied … 1 very dissatisfied
	Solved    Resolution `gorm:"size:8;not null"`
	Reasons   string     `gorm:"size:100;not null"` // codes, comma separated
	Comment   string     `gorm:"size:1000;not null"`
	RatedOn   Date       `gorm:"size:10;not null;index:ix_ratings_unit,priority:2"`
	BatchID   *string    `gorm:"size:26;index:ix_ratings_subject,priority:2;index:ix_ratings_batch"`
	Excluded  bool       `gorm:"not null"`
	Callback  bool       `gorm:"not null"` // the resident wants to be called
	MayKnow   bool       `gorm:"not null"` // the handler may know whose it is
}

// TableName fixes the table name.
func (Rating) TableName() string { return "ratings" }

// PressureReport is a resident's word that somebody asked for a good rating (干预评价线索).
type PressureReport struct {
	ID         string  `gorm:"primaryKey;size:26"` // random
	UnitID     string  `gorm:"size:26;not null;index:ix_pressure_reports_unit"`
	CaseID     *string `gorm:"size:26"`
	Comment    string  `gorm:"size:1000;not null"`
	ReportedOn Date    `gorm:"size:10;not null"`
}

// TableName fixes the table name.
func (PressureReport) TableName() string { return "pressure_reports" }
