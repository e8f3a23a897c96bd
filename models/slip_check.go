package models

import "shanzhi/models/vault"

// SlipCheckState is how far the second keying of a slip is.
type SlipCheckState string

// The states of a second keying.
const (
	SlipCheckWaits   SlipCheckState = "waits"   // for another keyer
	SlipCheckSame    SlipCheckState = "same"    // both keyed the same
	SlipCheckDiffers SlipCheckState = "differs" // a supervisor compares with the paper
	SlipCheckFirst   SlipCheckState = "first"   // the first keying was right
	SlipCheckSecond  SlipCheckState = "second"  // the second was, and the rating was put right
)

// SlipCheck is a slip drawn by chance to be keyed by a second person who does not see what the first one keyed. What
// was keyed, which rating it became, and the number are sealed and emptied as soon as it is settled: the row leads
// nobody from a slip to a rating.
type SlipCheck struct {
	ID        string         `gorm:"primaryKey;size:26"` // random
	SlipID    string         `gorm:"size:26;not null;uniqueIndex:ux_slip_checks_slip"`
	UnitID    string         `gorm:"size:26;not null;index:ix_slip_checks_unit,priority:1"` // rated
	SubjectID *string        `gorm:"size:26"`                                               // of the case, if any
	Number    vault.Sealed   `gorm:"size:255;not null"`
	FirstBy   string         `gorm:"size:26;not null"`
	First     vault.Sealed   `gorm:"not null"`
	SecondBy  *string        `gorm:"size:26"`
	Second    vault.Sealed   `gorm:"not null"`
	State     SlipCheckState `gorm:"size:16;not null;index:ix_slip_checks_unit,priority:2"`
	DrawnOn   Date           `gorm:"size:10;not null"`
	HeldUntil Date           `gorm:"size:10;not null"` // last day on which its rating joins no batch
	DecidedBy *string        `gorm:"size:26"`
	DecidedOn Date           `gorm:"size:10;not null"`
	Note      string         `gorm:"size:500;not null"`
	Version   int            `gorm:"not null"`
}

// TableName fixes the table name.
func (SlipCheck) TableName() string { return "slip_checks" }
