package models

import "time"

// HourRuleState is how far a version of the rule book of hours has come.
type HourRuleState string

// The states of a version.
const (
	HourRuleProposed  HourRuleState = "proposed"  // 待确认: a second person looks at it
	HourRuleConfirmed HourRuleState = "confirmed" // 已确认: it holds from its year on; it is never changed again
	HourRuleReturned  HourRuleState = "returned"  // 已退回, or taken back by whoever proposed it
)

// HourRule is a version of the rule book by which hours are reckoned and asked for (学时认定办法). Of the confirmed ones
// that with the latest first year holds, and of those the latest number.
type HourRule struct {
	ID         string        `gorm:"primaryKey;size:26"`
	No         int           `gorm:"not null;uniqueIndex:ux_hour_rules_no"` // 1, 2, …
	FromYear   int           `gorm:"not null"`
	Name       string        `gorm:"size:100;not null"`
	Document   string        `gorm:"size:200;not null"`  // title and number of the document it follows, "" = none named
	Book       string        `gorm:"size:2000;not null"` // steps, test and targets, JSON
	State      HourRuleState `gorm:"size:16;not null"`
	Reason     string        `gorm:"size:300;not null"` // why it was returned
	ProposedBy *string       `gorm:"size:26"`
	ProposedAt time.Time     `gorm:"not null"`
	DecidedBy  *string       `gorm:"size:26"`
	DecidedAt  *time.Time
	Version    int `gorm:"not null"`
}

// TableName fixes the table name.
func (HourRule) TableName() string { return "hour_rules" }
