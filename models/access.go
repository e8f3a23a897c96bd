package models

import (
	"time"

	"shanzhi/models/vault"
)

// CodeKind says what a one-time code is for.
type CodeKind string

// The kinds of one-time codes.
const (
	CodeActivate CodeKind = "activate" // the first password of an account that was imported without one
	CodeReset    CodeKind = "reset"    // a new password, handed out by a desk officer
	CodeTwo      CodeKind = "two"      // a new password, handed out in two halves by two administrators
)

// AccessCode is a code on paper with which somebody chooses a password, once. The row holds only a keyed hash.
type AccessCode struct {
	ID        string    `gorm:"primaryKey;size:26"`
	PersonID  string    `gorm:"size:26;not null;index:ix_access_codes_person"`
	UnitID    string    `gorm:"size:26;not null"` // for whose subtree it was issued
	Kind      CodeKind  `gorm:"size:16;not null"`
	Hash      string    `gorm:"size:64;not null"`
	Tries     int       `gorm:"not null"`
	Reason    string    `gorm:"size:200;not null"` // of a reset
	IssuedBy  *string   `gorm:"size:26"`
	IssuedAt  time.Time `gorm:"not null"`
	ExpiresAt time.Time `gorm:"not null"`
	UsedAt    *time.Time
	VoidAt    *time.Time // a later code took its place
	ToldAt    *time.Time // the person has read that it was issued
}

// TableName fixes the table name.
func (AccessCode) TableName() string { return "access_codes" }

// DeskGrant lets a person issue reset codes for the people of a unit's subtree, until its last day.
type DeskGrant struct {
	ID        string    `gorm:"primaryKey;size:26"`
	PersonID  string    `gorm:"size:26;not null;index:ix_desk_grants_person"`
	UnitID    string    `gorm:"size:26;not null;index:ix_desk_grants_unit"`
	ValidFrom Date      `gorm:"size:10;not null"`
	ValidTo   Date      `gorm:"size:10;not null"` // last day
	GrantedBy *string   `gorm:"size:26"`
	CreatedAt time.Time `gorm:"not null"`
}

// TableName fixes the table name.
func (DeskGrant) TableName() string { return "desk_grants" }

// SecondFactor is the authenticator of a person (TOTP, RFC 6238).
type SecondFactor struct {
	PersonID   string       `gorm:"primaryKey;size:26"`
	Secret     vault.Sealed `gorm:"size:255;not null"`
	LastStep   int64        `gorm:"not null"` // of the code accepted last: no code is accepted twice
	EnrolledAt time.Time    `gorm:"not null"`
}

// TableName fixes the table name.
func (SecondFactor) TableName() string { return "second_factors" }

// RecoveryCode stands in for a lost authenticator, once.
type RecoveryCode struct {
	ID       string `gorm:"primaryKey;size:26"`
	PersonID string `gorm:"size:26;not null;index:ix_recovery_codes_person"`
	Hash     string `gorm:"size:64;not null"`
	UsedAt   *time.Time
}

// TableName fixes the table name.
func (RecoveryCode) TableName() string { return "recovery_codes" }

// Step is what somebody who is signed in must do before anything else.
type Step string

// The steps, in their order.
const (
	StepNone     Step = ""
	StepProve    Step = "prove"    // show the second factor
	StepPassword Step = "password" // change the first password
	StepEnrol    Step = "enrol"    // set up the second factor that the role demands
)

// SignedIn is who is behind a session.
type SignedIn struct {
	Actor  Actor
	Secret string // of the session's CSRF tokens
	First  Step
	Stale  bool // a second factor is set up, and was shown too long ago for a grave step
}
