package models

import "time"

// ResetOutcome says how a request for a reset ended.
type ResetOutcome string

// The outcomes.
const (
	ResetOpen      ResetOutcome = ""
	ResetConfirmed ResetOutcome = "confirmed"
	ResetRefused   ResetOutcome = "refused"
	ResetReplaced  ResetOutcome = "replaced" // by a later request
)

// AccountReset is a request to reset the password of somebody whose account no administrator may take alone: the system
// administrator asks and has the first half of a code, the security administrator confirms and has the second one.
type AccountReset struct {
	ID        string       `gorm:"primaryKey;size:26"`
	PersonID  string       `gorm:"size:26;not null;index:ix_account_resets_person"`
	UnitID    string       `gorm:"size:26;not null"` // where the person holds the role that asks for two
	Half      string       `gorm:"size:64;not null"` // keyed hash of the first half
	Reason    string       `gorm:"size:200;not null"`
	AskedBy   string       `gorm:"size:26;not null"`
	AskedAt   time.Time    `gorm:"not null"`
	ExpiresAt time.Time    `gorm:"not null;index:ix_account_resets_open,priority:2"`
	Outcome   ResetOutcome `gorm:"size:16;not null;index:ix_account_resets_open,priority:1"`
	DecidedBy *string      `gorm:"size:26"`
	DecidedAt *time.Time
}

// TableName fixes the table name.
func (AccountReset) TableName() string { return "account_resets" }
