// Package onboard brings a county in and keeps its lists up to date: units, duty list, roster, posts and holidays come
// as sheets. A sheet is read and checked as a whole, compared with what is there, and the difference is kept only when
// it is approved: all of it or nothing.
//
// What a sheet says lies in pure files (…_sheet.go); what it means for the house is found in one transaction.
package onboard

import (
	"strings"
	"time"

	"golang.org/x/text/width"
	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/policy"
	"shanzhi/models/sheet"
	"shanzhi/models/vault"
	"shanzhi/models/workday"
)

// Kind is a sort of sheet.
type Kind string

// The kinds of sheets.
const (
	Units    Kind = "units"
	Matters  Kind = "matters"
	Roster   Kind = "roster"
	Posts    Kind = "posts"
	Holidays Kind = "holidays"
)

// Kinds lists the kinds in the order in which a county is brought in.
func Kinds() []Kind { return []Kind{Units, Matters, Roster, Posts, Holidays} }

// Category says what a line of a sheet means for what is there.
type Category string

// The categories of differences.
const (
	Joined  Category = "new"
	Moved   Category = "moved"
	Changed Category = "changed"
	Renamed Category = "renamed" // of somebody of whom nothing else says that it is the same person
	Left    Category = "left"
	Same    Category = "same"
)

// Categories lists the categories in the order of the pages.
func Categories() []Category { return []Category{Renamed, Joined, Moved, Changed, Left, Same} }

// The limits of one sheet.
const (
	MaxBytes  = 4 << 20 // of the file
	maxRows   = 20_000
	maxErrors = 500 // errors kept; all are counted
)

// planLife is how long a plan waits to be approved.
const planLife = 7 * 24 * time.Hour

func limits() sheet.Limits {
	return sheet.Limits{Bytes: MaxBytes, Unzipped: 64 << 20, Rows: maxRows, Cells: maxRows * 20, Errors: maxErrors}
}

// Service is the door of the room.
type Service struct {
	db    *db.DB
	now   clock.Clock
	vault *vault.Vault
	days  *workday.Calendar
	names Names
}

// Names gives people other names; *accounts.Service is one.
type Names interface {
	// RenameTx keeps the former name and has what carries the name drawn up anew.
	RenameTx(tx *gorm.DB, now time.Time, actor models.Actor, p models.Person, in accounts.RenameInput) (int, error)
}

// New returns a Service on d. days is the calendar of all services: an import of holidays changes it.
func New(d *db.DB, now clock.Clock, v *vault.Vault, days *workday.Calendar, names Names) *Service {
	return &Service{db: d, now: now, vault: v, days: days, names: names}
}

// action is what a kind of sheet asks of whoever brings it.
func (k Kind) action() policy.Action {
	if k == Roster || k == Posts {
		return policy.AdminPeople
	}
	return policy.AdminUnits
}

// allowed refuses whoever does not administer what the kind of sheet changes.
func allowed(who models.Actor, k Kind) error {
	if policy.May(who, k.action()) {
		return nil
	}
	return policy.Check(who, k.action(), policy.Object{})
}

// plain makes codes and names equal that people take for the same: width, capitals, white space around.
func plain(s string) string { return strings.ToUpper(strings.TrimSpace(width.Fold.String(s))) }
