package accounts

import (
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

// WorkItem is one piece of open work. It says no more than what is needed to give it to somebody: its number and its
// entry of the duty list, never what a resident wrote.
type WorkItem struct {
	Kind      string // a word of work.kind
	ID, No    string
	Title     string
	Unit      string // whose it is now
	UnitPath  string
	HomePath  string // of the responsible unit: the receiver holds a post there or below
	PersonID  string // who has it, "" where it goes with a role
	Person    string
	PostID    string
	PostTitle string
	DueOn     models.Date // "" without a deadline
	// Role is set where the work waits for whoever holds a role and is nobody's by name: it is listed when nobody would
	// be left to do it, and only a grant by the security administrator gives it to somebody.
	Role models.Role
}

// ByRole reports whether the work goes with a role.
func (w WorkItem) ByRole() bool { return w.Role != "" }

// Receiver is who takes over, in which post.
type Receiver struct {
	PostID, PersonID, UnitID   string
	Name, StaffNo, Title, Unit string
	UnitPath                   string
	Above                      string // the unit above theirs, which tells two of one name apart
}

// Work is what a domain knows of people's open work; app supplies one for each domain that has any.
type Work interface {
	// Kind is the Kind of its items.
	Kind() string
	// OpenTx lists what waits for a person, in any of his posts, by deadline.
	OpenTx(tx *gorm.DB, today models.Date, personID string) ([]WorkItem, error)
	// AdriftTx lists the work that the actor may hand over of whoever holds its post no more, by deadline. What is
	// hidden from the actor is not in it.
	AdriftTx(tx *gorm.DB, today models.Date, actor models.Actor) ([]WorkItem, error)
	// HandOverTx gives an item to the receiver and writes it into the item's own history. Deadlines stay. The caller
	// has checked that the actor reaches the item and that the receiver may have it.
	HandOverTx(tx *gorm.DB, now time.Time, actor models.Actor, item WorkItem, to Receiver) error
}

// openWorkTx lists what waits for a person, of every domain, within the actor's reach.
func (s *Service) openWorkTx(
	tx *gorm.DB, actor models.Actor, today models.Date, personID string,
) (out []WorkItem, err error) {
	for _, w := range s.o.Work {
		items, err := w.OpenTx(tx, today, personID)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			if policy.Can(actor, policy.HandOver, policy.Object{UnitPath: it.UnitPath}) {
				out = append(out, it)
			}
		}
	}
	return out, nil
}

// adriftTx lists the work that has nobody any more, of every domain, within the actor's reach.
func (s *Service) adriftTx(tx *gorm.DB, actor models.Actor, today models.Date) (out []WorkItem, err error) {
	for _, w := range s.o.Work {
		items, err := w.AdriftTx(tx, today, actor)
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
	}
	return out, nil
}

// giveTx hands items over, each to its receiver.
func (s *Service) giveTx(
	tx *gorm.DB, now time.Time, actor models.Actor, items []WorkItem, to func(WorkItem) Receiver,
) error {
	for _, it := range items {
		for _, w := range s.o.Work {
			if w.Kind() != it.Kind {
				continue
			}
			if err := w.HandOverTx(tx, now, actor, it, to(it)); err != nil {
				return err
			}
		}
	}
	return nil
}
