package models

import (
	"time"

	"shanzhi/models/vault"
)

// Stand is one window with a standing QR code. A rating given there counts for the unit only: who sits at the window
// would else be rated without a visit code, so the rating does not keep the stand either.
type Stand struct {
	ID        string    `gorm:"primaryKey;size:26"`
	Code      string    `gorm:"size:16;not null;uniqueIndex:ux_stands_code"` // of the address /s/…
	UnitID    string    `gorm:"size:26;not null;index:ix_stands_unit"`
	Name      string    `gorm:"size:50;not null"`
	ValidFrom Date      `gorm:"size:10;not null"`
	ValidTo   Date      `gorm:"size:10;not null"` // last day; "" while it stands
	Version   int       `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (Stand) TableName() string { return "stands" }

// SlipState is what became of a paper slip.
type SlipState string

// The states of a slip.
const (
	SlipOpen SlipState = "open"
	SlipUsed SlipState = "used"
)

// PaperSlip is one printed right to rate on paper: of a case, or blank for a window. The row holds only the keyed hash
// of the number, and nothing leads from it to the rating.
type PaperSlip struct {
	ID         string    `gorm:"primaryKey;size:26"` // random
	NumberHash string    `gorm:"size:64;not null;uniqueIndex:ux_paper_slips_number"`
	UnitID     string    `gorm:"size:26;not null;index:ix_paper_slips_unit"`
	CaseID     *string   `gorm:"size:26;index:ix_paper_slips_case"` // nil on a blank one
	IssuedBy   string    `gorm:"size:26;not null"`
	IssuedOn   Date      `gorm:"size:10;not null"`
	ExpiresOn  Date      `gorm:"size:10;not null"` // last day on which it can be keyed
	State      SlipState `gorm:"size:16;not null"`
}

// TableName fixes the table name.
func (PaperSlip) TableName() string { return "paper_slips" }

// LeakState is how far a complaint about a leaked rating is.
type LeakState string

// The states of such a complaint.
const (
	LeakOpen LeakState = "open"
	LeakDone LeakState = "done"
)

// LeakReport is a resident's complaint that a rating became known (评价信息泄露投诉). Supervisors of the unit above read
// it, nobody of the rated unit.
type LeakReport struct {
	ID         string       `gorm:"primaryKey;size:26"` // random
	UnitID     string       `gorm:"size:26;not null"`   // the rated
	ReceiverID string       `gorm:"size:26;not null;index:ix_leak_reports_receiver"`
	Text       vault.Sealed `gorm:"not null"`
	Contact    vault.Sealed `gorm:"size:255;not null"`
	ReportedOn Date         `gorm:"size:10;not null"`
	State      LeakState    `gorm:"size:16;not null"`
	Note       string       `gorm:"size:1000;not null"` // what was done
	HandledBy  *string      `gorm:"size:26"`
	HandledOn  Date         `gorm:"size:10;not null"`
	Version    int          `gorm:"not null"`
}

// TableName fixes the table name.
func (LeakReport) TableName() string { return "leak_reports" }

// CaseHidden hides a case from a person, or from everybody who reaches it by a grant at a unit or below it. It is how a
// complaint about a cadre stays away from him and his unit.
type CaseHidden struct {
	CaseID string `gorm:"primaryKey;size:26"`
	FromID string `gorm:"primaryKey;size:26;index:ix_case_hidden_from"` // person or unit
}

// TableName fixes the table name.
func (CaseHidden) TableName() string { return "case_hidden" }

// ReplyBy is how a resident wants to hear the answer.
type ReplyBy string

// The ways.
const (
	ReplyTrack ReplyBy = "track" // looks it up with the receipt
	ReplyPhone ReplyBy = "phone"
	ReplyNone  ReplyBy = "none"
)

// CaseTrack is the resident's key to a case: only the keyed hash of the secret on the receipt.
type CaseTrack struct {
	CaseID     string  `gorm:"primaryKey;size:26"`
	SecretHash string  `gorm:"size:64;not null"`
	IssuedBy   *string `gorm:"size:26"` // who printed it; nil where nobody but the resident has had it
	ReplyBy    ReplyBy `gorm:"size:16;not null"`
	Words      int     `gorm:"not null"` // how often the resident added something
	Asked      int     `gorm:"not null"` // how often the resident had it opened again
}

// TableName fixes the table name.
func (CaseTrack) TableName() string { return "case_tracks" }

// TipState is how far a report of wrongdoing is.
type TipState string

// The states of a report of wrongdoing.
const (
	TipOpen   TipState = "open"
	TipPassed TipState = "passed" // handed to discipline inspection; the content is gone from here
)

// Tip is a report of wrongdoing (举报). It is no case: it is sealed, read by a supervisor above the unit it is about
// alone, handed to discipline inspection, and then emptied.
type Tip struct {
	ID         string       `gorm:"primaryKey;size:26"`
	No         string       `gorm:"size:20;not null;uniqueIndex:ux_tips_no"`
	UnitID     string       `gorm:"size:26;not null"` // the one it is about
	ReceiverID string       `gorm:"size:26;not null;index:ix_tips_receiver,priority:1"`
	Text       vault.Sealed `gorm:"not null"`
	Name       vault.Sealed `gorm:"size:400;not null"`
	Phone      vault.Sealed `gorm:"size:255;not null"`
	SecretHash string       `gorm:"size:64;not null"`
	Barred     string       `gorm:"size:500;not null"` // persons named in it, comma separated: they do not read it
	ReceivedOn Date         `gorm:"size:10;not null"`
	State      TipState     `gorm:"size:16;not null;index:ix_tips_receiver,priority:2"`
	PassedTo   string       `gorm:"size:100;not null"` // the office
	TakenBy    string       `gorm:"size:50;not null"`  // who took it there
	PassedOn   Date         `gorm:"size:10;not null"`
	PassedBy   *string      `gorm:"size:26"`
	Version    int          `gorm:"not null"`
}

// TableName fixes the table name.
func (Tip) TableName() string { return "tips" }
