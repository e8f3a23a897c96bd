package models

import "time"

// Competency is one indicator of a scheme (能力素质指标).
type Competency string

// The six competencies of the default scheme, in the order of the reports.
const (
	PolicyLaw    Competency = "policy_law"
	MassWork     Competency = "mass_work"
	Problem      Competency = "problem"
	Procedure    Competency = "procedure"
	Coordination Competency = "coordination"
	Improvement  Competency = "improvement"
)

// Competencies lists them in the order of the reports.
func Competencies() []Competency {
	return []Competency{PolicyLaw, MassWork, Problem, Procedure, Coordination, Improvement}
}

// Source is where evidence comes from.
type Source string

// The sources of evidence. A ballot or an improvement source may be weighted before the house can collect it;
// until then it is missing evidence, said so, and never a zero.
const (
	SourceQuiz     Source = "quiz"      // share of questions right at first finished attempts
	SourceRatings  Source = "ratings"   // share of levels 4–5 among batched ratings
	SourceSolved   Source = "solved"    // share of cases solved and not reopened
	SourceOnTime   Source = "on_time"   // share of cases closed by their deadline
	SourceBallots  Source = "ballots"   // democratic appraisal
	SourceGain     Source = "gain"      // quiz gain from the first to the last attempt
	SourcePutRight Source = "put_right" // bad ratings put right
)

// SchemeSource is the weight of one source within one competency; weights of a competency add up to 100.
type SchemeSource struct {
	ID         string     `gorm:"primaryKey;size:26"`
	SchemeID   string     `gorm:"size:26;not null;uniqueIndex:ux_scheme_sources,priority:1"`
	Competency Competency `gorm:"size:24;not null;uniqueIndex:ux_scheme_sources,priority:2"`
	Source     Source     `gorm:"size:16;not null;uniqueIndex:ux_scheme_sources,priority:3"`
	Weight     int        `gorm:"not null"` // per cent within the competency
	MinN       int        `gorm:"not null"` // fewer than this is no evidence
}

// TableName fixes the table name.
func (SchemeSource) TableName() string { return "scheme_sources" }

// PeriodKind is the kind of an assessment period.
type PeriodKind string

// The kinds of periods.
const (
	Routine PeriodKind = "routine"
	Annual  PeriodKind = "annual"
	Special PeriodKind = "special"
	Term    PeriodKind = "term"
)

// PeriodState is how far a period has come.
type PeriodState string

// The states of a period, in order.
const (
	PeriodOpen     PeriodState = "open"     // evidence still comes in
	PeriodSealed   PeriodState = "sealed"   // evidence sealed; preview and objections run by their dates
	PeriodReviewed PeriodState = "reviewed" // the reviewer has agreed
	PeriodReleased PeriodState = "released"
)

// Period is one assessment period. Days of the windows are working days and are settings of the period.
type Period struct {
	ID            string      `gorm:"primaryKey;size:26"`
	Code          string      `gorm:"size:20;not null;uniqueIndex:ux_periods_code"`
	Title         string      `gorm:"size:100;not null"`
	TitleEN       string      `gorm:"column:title_en;size:200;not null"`
	Kind          PeriodKind  `gorm:"size:16;not null"`
	SchemeID      string      `gorm:"size:26;not null"`
	UnitID        string      `gorm:"size:26;not null;index:ix_periods_unit"` // whose period it is: the operator
	SpanFrom      Date        `gorm:"size:10;not null"`
	SpanTo        Date        `gorm:"size:10;not null"`
	CutoffOn      Date        `gorm:"size:10;not null"` // evidence may be sealed from this day on
	PreviewDays   int         `gorm:"not null"`
	ObjectionDays int         `gorm:"not null"`
	AnswerDays    int         `gorm:"not null"`
	PreviewTo     Date        `gorm:"size:10;not null"` // "" until sealed
	ObjectionTo   Date        `gorm:"size:10;not null"` // "" until sealed
	State         PeriodState `gorm:"size:16;not null"`
	OfficerID     *string     `gorm:"size:26"`
	SealedAt      *time.Time
	ReviewerID    *string `gorm:"size:26"`
	ReviewedAt    *time.Time
	ReleaserID    *string `gorm:"size:26"`
	ReleasedAt    *time.Time
	Digest        string    `gorm:"size:64;not null"` // over all dossiers at sealing
	Version       int       `gorm:"not null"`
	CreatedAt     time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (Period) TableName() string { return "periods" }

// Participant is a cadre assessed in a period, with post, unit and managing authority as they were.
type Participant struct {
	ID        string   `gorm:"primaryKey;size:26"`
	PeriodID  string   `gorm:"size:26;not null;uniqueIndex:ux_participants,priority:1"`
	PersonID  string   `gorm:"size:26;not null;uniqueIndex:ux_participants,priority:2;index:ix_participants_person"`
	PostID    string   `gorm:"size:26;not null"`
	UnitID    string   `gorm:"size:26;not null;index:ix_participants_unit"`
	ManagerID string   `gorm:"size:26;not null"`
	Class     string   `gorm:"size:32;not null"` // comparison group
	Category  Category `gorm:"size:16;not null"`
	ViewedAt  *time.Time
	AgreedAt  *time.Time // 核对无误
}

// TableName fixes the table name.
func (Participant) TableName() string { return "participants" }

// Evidence is one number with its count and standard error, sealed at the cut-off. Earlier editions stay.
type Evidence struct {
	ID       string `gorm:"primaryKey;size:26"`
	PeriodID string `gorm:"size:26;not null;uniqueIndex:ux_evidence,priority:1"`
	PersonID string `gorm:"size:26;not null;uniqueIndex:ux_evidence,priority:2"`
	Edition  int    `gorm:"not null;uniqueIndex:ux_evidence,priority:3"`
	Source   Source `gorm:"size:16;not null;uniqueIndex:ux_evidence,priority:4"`
	N        int    `gorm:"not null"`           // trials
	X        int    `gorm:"not null"`           // successes
	Score    int    `gorm:"not null"`           // 0.01 point of 100; 0 when N = 0
	SE       int    `gorm:"column:se;not null"` // 0.01 point; 0 when N = 0
	Detail   string `gorm:"not null"`           // JSON: the counts behind it
}

// TableName fixes the table name.
func (Evidence) TableName() string { return "evidence" }

// Dossier is everything a report says about one cadre or unit, sealed: canonical JSON and its SHA-256.
type Dossier struct {
	ID        string    `gorm:"primaryKey;size:26"`
	PeriodID  string    `gorm:"size:26;not null;uniqueIndex:ux_dossiers,priority:1"`
	Kind      string    `gorm:"size:8;not null;uniqueIndex:ux_dossiers,priority:2"` // person or unit
	SubjectID string    `gorm:"size:26;not null;uniqueIndex:ux_dossiers,priority:3"`
	Edition   int       `gorm:"not null;uniqueIndex:ux_dossiers,priority:4"`
	Serial    int       `gorm:"not null"` // of the subject among those of its kind, for the numbers of its reports
	Body      string    `gorm:"not null"`
	Digest    string    `gorm:"size:64;not null"`
	CreatedAt time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (Dossier) TableName() string { return "dossiers" }

// Objection is a cadre's objection (异议) to one item of a preview, with its clock.
type Objection struct {
	ID       string    `gorm:"primaryKey;size:26"`
	No       string    `gorm:"size:24;not null;uniqueIndex:ux_objections_no"`
	PeriodID string    `gorm:"size:26;not null;index:ix_objections_period,priority:1"`
	PersonID string    `gorm:"size:26;not null;index:ix_objections_person"`
	Item     string    `gorm:"size:24;not null"` // a competency
	Text     string    `gorm:"size:2000;not null"`
	FiledAt  time.Time `gorm:"not null"`
	DueOn    Date      `gorm:"size:10;not null"`
	State    string    `gorm:"size:16;not null;index:ix_objections_period,priority:2"` // open or answered
	// upheld (as it was) or corrected
	Result     string  `gorm:"size:16;not null"`
	Answer     string  `gorm:"size:2000;not null"`
	AnsweredBy *string `gorm:"size:26"`
	AnsweredAt *time.Time
	// A correction that excludes cases waits, unanswered, for a second person: its answer and the numbers, a line each.
	ProposedText  string  `gorm:"size:2000;not null"`
	ProposedCases string  `gorm:"size:2000;not null"`
	ProposedBy    *string `gorm:"size:26"`
	ProposedAt    *time.Time
	ReviewedBy    *string `gorm:"size:26"`           // who agreed to the exclusion
	SentBack      string  `gorm:"size:300;not null"` // why the second person did not agree last
	Version       int     `gorm:"not null"`
}

// TableName fixes the table name.
func (Objection) TableName() string { return "objections" }

// ReportKind is the kind of a report on paper.
type ReportKind string

// The kinds of reports.
const (
	CompetencyReport ReportKind = "competency"
	ServiceReport    ReportKind = "service"
)

// ReportStage tells a draft for comments (征求意见稿) from a released report.
type ReportStage string

// The stages of a report.
const (
	DraftStage ReportStage = "draft"
	FinalStage ReportStage = "final"
)

// Report is one compiled PDF: its bytes lie in the blob store and are handed out unchanged.
type Report struct {
	ID          string      `gorm:"primaryKey;size:26"`
	No          string      `gorm:"size:40;not null;uniqueIndex:ux_reports_no"`
	Kind        ReportKind  `gorm:"size:16;not null;uniqueIndex:ux_reports_subject,priority:1"`
	PeriodID    string      `gorm:"size:26;not null;uniqueIndex:ux_reports_subject,priority:2"`
	SubjectKind string      `gorm:"size:8;not null;uniqueIndex:ux_reports_subject,priority:3"` // person or unit
	SubjectID   string      `gorm:"size:26;not null;uniqueIndex:ux_reports_subject,priority:4"`
	Edition     int         `gorm:"not null;uniqueIndex:ux_reports_subject,priority:5"`
	Stage       ReportStage `gorm:"size:8;not null;uniqueIndex:ux_reports_subject,priority:6"`
	UnitID      string      `gorm:"size:26;not null;index:ix_reports_unit"`
	ManagerID   string      `gorm:"size:26;not null;index:ix_reports_manager"`
	DossierID   string      `gorm:"size:26;not null"`
	Digest      string      `gorm:"size:64;not null"`                             // of the dossier
	Code        string      `gorm:"size:26;not null;uniqueIndex:ux_reports_code"` // of /v/{code}
	// of the bytes, their name in the blob store
	Blob       string    `gorm:"column:sha256;size:64;not null;index:ix_reports_sha256"`
	Size       int       `gorm:"not null"` // bytes
	Pages      int       `gorm:"not null"`
	CompiledAt time.Time `gorm:"not null"`
	ReplacedAt *time.Time
	Stamped    int `gorm:"not null;default:0"` // copies handed out with the downloader's line
}

// TableName fixes the table name.
func (Report) TableName() string { return "reports" }
