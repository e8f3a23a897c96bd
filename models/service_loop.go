package models

import "time"

// RequestKind is what somebody asks for in a case, and another decides with a reason.
type RequestKind string

// The kinds of requests.
const (
	AskDispatch RequestKind = "dispatch" // objection to dispatch (派单异议)
	AskExtend   RequestKind = "extend"   // a later deadline (延期)
	AskExclude  RequestKind = "exclude"  // not counted in the assessment (剔除)
	AskEscalate RequestKind = "escalate" // handled by the unit above (提级办理)
)

// RequestState is where a request stands.
type RequestState string

// The states of a request.
const (
	RequestOpen    RequestState = "open"
	RequestGranted RequestState = "granted"
	RequestRefused RequestState = "refused"
)

// CaseRequest is something that one person asks for in a case and another decides.
type CaseRequest struct {
	ID        string       `gorm:"primaryKey;size:26"`
	CaseID    string       `gorm:"size:26;not null;index:ix_case_requests_case"`
	Kind      RequestKind  `gorm:"size:16;not null;index:ix_case_requests_state,priority:2"`
	Reason    string       `gorm:"size:16;not null"` // code of a statutory reason, "" where there is none
	Note      string       `gorm:"size:500;not null"`
	Days      int          `gorm:"not null"` // working days asked for, 0 where none are
	ByLeader  bool         `gorm:"not null"` // only the leader in charge decides
	AskedBy   string       `gorm:"size:26;not null"`
	AskedAt   time.Time    `gorm:"not null"`
	State     RequestState `gorm:"size:16;not null;index:ix_case_requests_state,priority:1"`
	DecidedBy *string      `gorm:"size:26"`
	DecidedAt *time.Time
	Decision  string `gorm:"size:500;not null"`
}

// TableName fixes the table name.
func (CaseRequest) TableName() string { return "case_requests" }

// CaseParty is who assists in a case (协办): somebody of an assisting unit, or a social organization as a provider.
type CaseParty struct {
	ID         string    `gorm:"primaryKey;size:26"`
	CaseID     string    `gorm:"size:26;not null;uniqueIndex:ux_case_parties_unit,priority:1"`
	UnitID     string    `gorm:"size:26;not null;index:ix_case_parties_unit;uniqueIndex:ux_case_parties_unit"`
	PersonID   *string   `gorm:"size:26;index:ix_case_parties_person"` // nil for a social organization
	Task       string    `gorm:"size:500;not null"`
	AddedBy    string    `gorm:"size:26;not null"`
	AddedAt    time.Time `gorm:"not null"`
	Answer     string    `gorm:"size:2000;not null"` // "" while open
	AnsweredBy *string   `gorm:"size:26"`
	AnsweredAt *time.Time
}

// TableName fixes the table name.
func (CaseParty) TableName() string { return "case_parties" }

// CaseRecheck asks a handler to look into a closed case again (办件质量回访). It knows nothing of ratings, and has the
// same words and the same deadline whatever it stems from.
type CaseRecheck struct {
	ID        string `gorm:"primaryKey;size:26"` // random
	CaseID    string `gorm:"size:26;not null;index:ix_case_rechecks_case"`
	HandlerID string `gorm:"size:26;not null;index:ix_case_rechecks_handler,priority:1"`
	SentOn    Date   `gorm:"size:10;not null"`
	DueOn     Date   `gorm:"size:10;not null"`
	RepliedOn Date   `gorm:"size:10;not null;index:ix_case_rechecks_handler,priority:2"` // "" while open
	Way       string `gorm:"size:16;not null"`                                           // fixed, planned, explained
	PlanOn    Date   `gorm:"size:10;not null"`                                           // of a plan
	Reply     string `gorm:"size:2000;not null"`
}

// TableName fixes the table name.
func (CaseRecheck) TableName() string { return "case_rechecks" }

// LoopOrigin is why a matter is looked into again.
type LoopOrigin string

// The origins.
const (
	LoopRating LoopOrigin = "rating" // a bad rating
	LoopSample LoopOrigin = "sample" // drawn by chance, to call the resident back
	LoopCheck  LoopOrigin = "check"  // drawn by chance, to be sent beside others
)

// LoopState is the next step of a loop.
type LoopState string

// The states of a loop, in order.
const (
	LoopVerify LoopState = "verify" // a supervisor of another unit looks into it
	LoopReview LoopState = "review" // a second one decides whether the rating is left out
	LoopSend   LoopState = "send"   // goes to the handler with the next set
	LoopRight  LoopState = "right"  // the handler puts it right
	LoopCall   LoopState = "call"   // the resident is called back
	LoopAgain  LoopState = "again"  // the resident may rate again
	LoopDone   LoopState = "done"
)

// RatingLoop leads from a bad rating, or a case drawn by chance, to a matter put right and a resident asked again.
//
// The rated and his unit never read this table. Its id is random and its times are days.
type RatingLoop struct {
	ID        string     `gorm:"primaryKey;size:26"` // random
	Origin    LoopOrigin `gorm:"size:16;not null"`
	RatingID  *string    `gorm:"size:26;uniqueIndex:ux_rating_loops_rating"` // nil for a case drawn by chance
	CaseID    string     `gorm:"size:26;not null;index:ix_rating_loops_case"`
	UnitID    string     `gorm:"size:26;not null;index:ix_rating_loops_unit,priority:1"` // of the case, as it was
	SubjectID *string    `gorm:"size:26"`                                                // handler, as it was
	OpenedOn  Date       `gorm:"size:10;not null"`
	// of the next step
	DueOn Date      `gorm:"size:10;not null;index:ix_rating_loops_state,priority:11"`
	State LoopState `gorm:"size:16;not null;index:ix_rating_loops_unit,priority:2;index:ix_rating_loops_state"`
	// true, partly, untrue; mistaken or malicious while and after a second person decided so
	Finding    string     `gorm:"size:16;not null"`
	VerifiedBy *string    `gorm:"size:26"`
	RecheckID  *string    `gorm:"size:26"`
	WantsCall  bool       `gorm:"not null"`
	Attempts   int        `gorm:"not null"` // calls that reached nobody
	CalledBy   *string    `gorm:"size:26"`
	CalledOn   Date       `gorm:"size:10;not null"` // "" until the resident answered
	Contacted  bool       `gorm:"not null"`         // the resident says that the handling unit got in touch
	Solved     Resolution `gorm:"size:8;not null"`
	Level      int        `gorm:"not null"` // 0 = not answered
	// of the fresh invitation
	InvitationID *string `gorm:"size:26;index:ix_rating_loops_invitation"`
	ClosedOn     Date    `gorm:"size:10;not null"`
	Version      int     `gorm:"not null"`
}

// TableName fixes the table name.
func (RatingLoop) TableName() string { return "rating_loops" }

// LoopStep is one step in the history of a loop.
type LoopStep struct {
	ID      string  `gorm:"primaryKey;size:26"` // random
	LoopID  string  `gorm:"size:26;not null;uniqueIndex:ux_loop_steps_no,priority:1"`
	No      int     `gorm:"not null;uniqueIndex:ux_loop_steps_no,priority:2"`
	TakenOn Date    `gorm:"size:10;not null"`
	ActorID *string `gorm:"size:26"`
	Kind    string  `gorm:"size:16;not null"`
	Note    string  `gorm:"size:2000;not null"`
}

// TableName fixes the table name.
func (LoopStep) TableName() string { return "loop_steps" }
