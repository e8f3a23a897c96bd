// Package cases is the ledger of residents' matters: taken in, dispatched, answered, closed with an outcome, reopened.
//
// Closed is not solved: a case ends with one of six outcomes, and only the resident says whether it is solved. What
// names the resident is sealed by the vault, is shown masked, and opens to a call-back interviewer alone.
package cases

import (
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/vault"
	"shanzhi/models/workday"
)

// OnClosed is told of a case at the moment it is closed, in the same transaction.
type OnClosed interface {
	// CaseClosedTx makes the resident's right to rate, unless the outcome asks nobody.
	CaseClosedTx(tx *gorm.DB, now time.Time, c *models.Case) error
}

// Service is the door of the room.
type Service struct {
	db     *db.DB
	now    clock.Clock
	vault  *vault.Vault
	days   *workday.Calendar
	closed OnClosed
}

// New returns a Service on d. days counts deadlines; closed may be nil: then nobody is told of closed cases.
func New(d *db.DB, now clock.Clock, v *vault.Vault, days *workday.Calendar, closed OnClosed) *Service {
	return &Service{db: d, now: now, vault: v, days: days, closed: closed}
}

// What happened to a case, as its history keeps it.
const (
	EventReceived     = "received"
	EventDispatched   = "dispatched"
	EventAcknowledged = "acknowledged"
	EventReturned     = "returned"
	EventNote         = "note"
	EventAnswered     = "answered"
	EventClosed       = "closed"
	EventReopened     = "reopened"
	EventExcluded     = "excluded"

	EventReminded   = "reminded"
	EventSupervised = "supervised"
	EventSuspended  = "suspended"
	EventResumed    = "resumed"
	EventInstructed = "instructed"
	EventJoined     = "joined"    // an assisting party was added
	EventPart       = "part"      // an assisting party has done its part
	EventRepeat     = "repeat"    // found to repeat an earlier case
	EventRecheck    = "recheck"   // sent back to be looked into again
	EventRechecked  = "rechecked" // the handler has looked
	asked           = "_asked"    // after the kind of a request
	granted         = "_granted"  // likewise
	refused         = "_refused"  // likewise
)

// RequestEvents lists the kinds of events of requests.
func RequestEvents() []string {
	var out []string
	for _, k := range RequestKinds() {
		out = append(out, string(k)+asked, string(k)+granted, string(k)+refused)
	}
	return out
}

// Longest texts in characters.
const (
	maxTitle  = 100
	maxText   = 2000
	maxReason = 200
	maxName   = 50
	maxPhone  = 20
)

// SoonDays is the number of working days before the deadline from which a case is due soon.
const SoonDays = 3

// Kinds lists the kinds of cases in the order of the form.
func Kinds() []models.CaseKind {
	return []models.CaseKind{
		models.Enquiry, models.Help, models.Complaint, models.Wrongdoing, models.Suggestion, models.Praise,
	}
}

// Channels lists the channels by which a case may come in, in the order of the form.
func Channels() []models.Channel {
	return []models.Channel{
		models.Window, models.Hotline, models.Web, models.Visit, models.Paper, models.SMS, models.QR,
	}
}

// Outcomes lists the outcomes in the order of the form.
func Outcomes() []models.Outcome {
	return []models.Outcome{
		models.Solved, models.PartSolved, models.Explained, models.PassedOn, models.Withdrawn, models.NotAccepted,
	}
}

// States lists the states of a case in the order of its life.
func States() []models.CaseState {
	return []models.CaseState{
		models.CaseReceived, models.CaseDispatched, models.CaseInHand, models.CaseAnswered, models.CaseClosed,
	}
}

// IsAsked reports whether a case with this outcome could have been solved: it counts in the rate of solved cases, and
// its resident is asked for a rating.
func IsAsked(o models.Outcome) bool {
	return !slices.Contains([]models.Outcome{models.Withdrawn, models.NotAccepted, models.PassedOn, ""}, o)
}

var errStale = fault.New(fault.Conflict, "serve.stale")

// object is what the policy judges a case by.
func object(c models.Case, unitPath string) policy.Object {
	o := policy.Object{UnitPath: unitPath}
	if c.HandlerID != nil {
		o.PersonID = *c.HandlerID
	}
	return o
}

// mayHandle reports whether the actor is the handler of the case.
func mayHandle(who models.Actor, c models.Case, unitPath string) bool {
	return policy.Can(who, policy.CaseHandle, object(c, unitPath))
}

// mayDirect reports whether the actor dispatches the case.
func mayDirect(who models.Actor, c models.Case, unitPath string) bool {
	return policy.Can(who, policy.CaseDispatch, object(c, unitPath))
}

// mayWatch reports whether the actor supervises the case.
func mayWatch(who models.Actor, c models.Case, unitPath string) bool {
	return policy.Can(who, policy.CaseSupervise, object(c, unitPath))
}

// text trims a text and checks its length in characters; an empty one is refused when it is required.
func text(bad *[]fault.Field, name, value string, most int, required bool) string {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	switch n := len([]rune(value)); {
	case n == 0 && required:
		*bad = append(*bad, fault.On(name, "form.required"))
	case n > most:
		*bad = append(*bad, fault.On(name, "form.too_long", "max", most, "n", n))
	}
	return value
}
