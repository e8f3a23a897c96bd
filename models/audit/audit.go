// Package audit keeps who did or read what, when and from where. Rows commit with the change and are never altered.
package audit

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
)

// Outcomes of an event.
const (
	OK      = "ok"
	Refused = "refused"
)

// Event is one thing done or read. Detail names fields and counts, never personal data.
type Event struct {
	Action  string // such as "report.take"
	Kind    string // of the object, such as "report"
	ID      string // of the object; "" where naming it would lead from an answer to a person
	Outcome string // "" is OK
	Detail  string // at most 1,000 characters; longer is cut
}

// Add writes the event in the transaction of the change it belongs to.
func Add(tx *gorm.DB, now time.Time, who models.Actor, e Event) error {
	row := models.AuditEntry{
		ID: models.NewID(), At: now, ActorName: cut(who.Name, 50), Action: e.Action, ObjectKind: e.Kind, ObjectID: e.ID,
		Outcome: e.Outcome, Detail: cut(e.Detail, 1000), FromAddr: cut(who.From, 64), RequestID: cut(who.Req, 40),
	}
	if who.ID != "" {
		row.ActorID = &who.ID
	}
	if row.Outcome == "" {
		row.Outcome = OK
	}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("write audit entry %s: %w", e.Action, err)
	}
	return nil
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
