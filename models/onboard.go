package models

import (
	"time"

	"shanzhi/models/vault"
)

// IDCard is the keyed hash of a resident identity-card number, by which a roster finds people who have no staff number.
// The number itself is kept nowhere.
type IDCard struct {
	PersonID string    `gorm:"primaryKey;size:26"`
	Hash     string    `gorm:"size:64;not null;uniqueIndex:ux_id_cards_hash"`
	AddedAt  time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (IDCard) TableName() string { return "id_cards" }

// CalendarDay is a day that is not as its weekday says. The days of a year stand for the whole year.
type CalendarDay struct {
	Day   Date   `gorm:"primaryKey;size:10"`
	Works bool   `gorm:"not null"` // worked though a weekend; else free though a weekday
	Note  string `gorm:"size:50;not null"`
}

// TableName fixes the table name.
func (CalendarDay) TableName() string { return "calendar_days" }

// PlanState is where a staged sheet stands.
type PlanState string

// The states of a staged sheet.
const (
	PlanOpen      PlanState = "open"      // to be approved
	PlanFaulty    PlanState = "faulty"    // has errors, which can be looked at; it can never be approved
	PlanApplied   PlanState = "applied"   // approved and carried out
	PlanDiscarded PlanState = "discarded" // put aside
	PlanExpired   PlanState = "expired"   // nobody approved it in time
)

// ImportPlan is a sheet that was read and compared with what is there, waiting to be approved.
//
// Content is what was read, sealed; it goes when the plan ends. Base says on which state of the house the lines rest.
type ImportPlan struct {
	ID        string       `gorm:"primaryKey;size:26"`
	Kind      string       `gorm:"size:16;not null"`
	File      string       `gorm:"size:255;not null"`
	Digest    string       `gorm:"size:64;not null"` // SHA-256 of the file
	Base      string       `gorm:"size:64;not null"` // of the differences and the versions of the rows they touch
	ScopeID   *string      `gorm:"size:26"`          // the unit whose people the sheet lists, with those below it
	LeaveRest bool         `gorm:"not null"`         // people of the scope who are not in the sheet have left
	State     PlanState    `gorm:"size:16;not null;index:ix_import_plans_state"`
	Counts    string       `gorm:"size:500;not null"` // JSON: category → number of lines
	Content   vault.Sealed `gorm:"not null"`
	Errors    vault.Sealed `gorm:"not null"`
	CreatedBy *string      `gorm:"size:26"`
	CreatedAt time.Time    `gorm:"not null"`
	ExpiresAt time.Time    `gorm:"not null"`
	EndedAt   *time.Time
	Version   int `gorm:"not null"`
}

// TableName fixes the table name.
func (ImportPlan) TableName() string { return "import_plans" }

// ImportLine is one difference of a plan, to be read by whoever approves it.
type ImportLine struct {
	PlanID   string `gorm:"primaryKey;size:26;index:ix_import_lines_category,priority:1"`
	No       int    `gorm:"primaryKey;autoIncrement:false;index:ix_import_lines_category,priority:3"`
	Category string `gorm:"size:16;not null;index:ix_import_lines_category,priority:2"`
	RowNo    int    `gorm:"not null"` // of the sheet; 0 for who is not in it
	Code     string `gorm:"size:64;not null"`
	Name     string `gorm:"size:100;not null"`
	Place    string `gorm:"size:100;not null"` // unit
	Notes    string `gorm:"not null"`          // JSON: what is different
}

// TableName fixes the table name.
func (ImportLine) TableName() string { return "import_lines" }
