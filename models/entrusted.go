package models

// EntrustedHidden hides a report of wrongdoing, or a complaint that a rating leaked, from a person or from everybody
// who belongs to a unit by a post: CaseHidden for what is no case.
type EntrustedHidden struct {
	EntrustedID string `gorm:"primaryKey;size:26"` // of the report or the complaint
	FromID      string `gorm:"primaryKey;size:26"` // person or unit
}

// TableName fixes the table name.
func (EntrustedHidden) TableName() string { return "entrusted_hidden" }

// PressureResult is what a supervisor found out about a report of pressure, written once.
type PressureResult struct {
	ReportID  string `gorm:"primaryKey;size:26"`
	Finding   string `gorm:"size:16;not null"`   // true, partly, untrue, unclear
	Note      string `gorm:"size:1000;not null"` // what was looked into and what was done
	HandledBy string `gorm:"size:26;not null"`
	HandledOn Date   `gorm:"size:10;not null"`
}

// TableName fixes the table name.
func (PressureResult) TableName() string { return "pressure_results" }
