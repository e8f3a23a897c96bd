package cases

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// EventHandedOver is the step of the history in which a case changed hands because its handler left the post.
const EventHandedOver = "handed_over"

// OpenCase is an open case with whose it is: no more than handing it over needs.
type OpenCase struct {
	ID, No, Matter             string
	Unit, UnitPath             string
	HomePath                   string // of the responsible unit
	HandlerID, Handler         string
	HandlerPostID, HandlerPost string
	DueOn                      models.Date
}

// Taker is who takes over a case, in which post.
type Taker struct{ PostID, PersonID, UnitID, Name, Unit string }

func openQuery(tx *gorm.DB) *gorm.DB {
	return tx.Table("cases AS c").
		Select("c.id, c.no, c.due_on, m.name AS matter, u.name AS unit, u.path AS unit_path, mu.path AS home_path, "+
			"h.id AS handler_id, h.name AS handler, COALESCE(p.id, '') AS handler_post_id, "+
			"COALESCE(p.title, '') AS handler_post").
		Joins("JOIN matters m ON m.id = c.matter_id").Joins("JOIN units mu ON mu.id = m.unit_id").
		Joins("JOIN units u ON u.id = c.unit_id").Joins("JOIN persons h ON h.id = c.handler_id").
		Joins("LEFT JOIN posts p ON p.id = c.handler_post_id").
		Where("c.state IN ?", openStates()).Order("c.due_on, c.no")
}

// OpenOfTx lists the open cases of a handler by deadline.
func OpenOfTx(tx *gorm.DB, personID string) (out []OpenCase, err error) {
	if err := openQuery(tx).Where("c.handler_id = ?", personID).Find(&out).Error; err != nil {
		return nil, fmt.Errorf("list open cases: %w", err)
	}
	return out, nil
}

// maxAdrift is how many cases without a handler in post are listed at once; handing over shortens the list.
const maxAdrift = 200

// AdriftTx lists the open cases that the actor may hand over whose handler holds the post no more, by deadline: no
// complaint about the actor or his unit is among them.
func AdriftTx(tx *gorm.DB, today models.Date, who models.Actor) (out []OpenCase, err error) {
	cond, args := ScopeCond(who, policy.HandOver)
	err = openQuery(tx).Where(cond, args...).
		Where("(p.id IS NULL OR p.valid_from > ? OR (p.valid_to <> '' AND p.valid_to < ?) "+
			"OR h.disabled_at IS NOT NULL)", today, today).
		Limit(maxAdrift).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list cases to be handed over: %w", err)
	}
	return out, nil
}

// HandOverTx gives an open case to another handler: it waits for his acknowledgement, and counts for the unit of his
// post from now on. An answer that was given stays, and so does the deadline. The caller has checked who may do this
// and to whom.
//
// Faults: Conflict "serve.wrong_state" for a closed case, "serve.hidden_taker" for a complaint about him or his unit.
func (s *Service) HandOverTx(tx *gorm.DB, now time.Time, who models.Actor, caseID string, to Taker) error {
	var c models.Case
	if err := tx.Where("id = ?", caseID).Take(&c).Error; err != nil {
		return fmt.Errorf("read case to be handed over: %w", err)
	}
	if c.State == models.CaseClosed {
		return fault.New(fault.Conflict, "serve.wrong_state")
	}
	if err := s.mayTakeTx(tx, caseID, to); err != nil {
		return err
	}
	var from models.Person
	if err := tx.Where("id = ?", models.Deref(c.HandlerID)).Limit(1).Find(&from).Error; err != nil {
		return fmt.Errorf("read former handler: %w", err)
	}
	set := map[string]any{
		"handler_id": to.PersonID, "handler_post_id": to.PostID, "unit_id": to.UnitID, "updated_at": now,
	}
	if c.State != models.CaseAnswered && from.ID != to.PersonID {
		set["state"], set["dispatched_at"] = models.CaseDispatched, now
	}
	if err := updateTx(tx, &c, c.Version, set); err != nil {
		return err
	}
	note := from.Name + " → " + to.Name + " · " + to.Unit
	if err := s.eventTx(tx, now, who, c.ID, EventHandedOver, note, false); err != nil {
		return err
	}
	if c.State == models.CaseDispatched { // until it is acknowledged the first receiver answers for it
		if err := tellFirst(tx, now, who, c, "case_handed"); err != nil {
			return err
		}
	}
	return audit.Add(tx, now, who, audit.Event{Action: "case.hand_over", Kind: "case", ID: c.ID})
}
