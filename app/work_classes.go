package main

import (
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/courses/class"
	"shanzhi/models"
	"shanzhi/models/policy"
)

// classWork tells the room of people of training classes that somebody has charge of.
type classWork struct{ classes *class.Service }

// Kind implements accounts.Work.
func (classWork) Kind() string { return "class" }

// OpenTx implements accounts.Work.
func (w classWork) OpenTx(tx *gorm.DB, _ models.Date, personID string) ([]accounts.WorkItem, error) {
	list, err := class.OpenOfTx(tx, personID)
	return w.items(list), err
}

// AdriftTx implements accounts.Work.
func (w classWork) AdriftTx(tx *gorm.DB, today models.Date, actor models.Actor) ([]accounts.WorkItem, error) {
	list, err := class.AdriftTx(tx, today, policy.Scope(actor, policy.HandOver))
	return w.items(list), err
}

func (w classWork) items(list []class.OpenClass) []accounts.WorkItem {
	out := make([]accounts.WorkItem, len(list))
	for i, c := range list {
		out[i] = accounts.WorkItem{
			Kind: w.Kind(), ID: c.ID, Title: c.Name, Unit: c.Unit, UnitPath: c.UnitPath, HomePath: c.UnitPath,
			PersonID: c.HeadID, Person: c.Head, DueOn: c.ToOn,
		}
	}
	return out
}

// HandOverTx implements accounts.Work.
func (w classWork) HandOverTx(
	tx *gorm.DB, now time.Time, actor models.Actor, item accounts.WorkItem, to accounts.Receiver,
) error {
	return w.classes.HandOverTx(tx, now, actor, item.ID, to.PersonID)
}

// classHoldings tells it what of the classes hangs on a unit.
type classHoldings struct{}

// HeldTx implements accounts.Holdings.
func (classHoldings) HeldTx(tx *gorm.DB, unitID string, _ models.Date) ([]accounts.Held, error) {
	n, err := class.HeldTx(tx, unitID)
	return some(accounts.Held{Kind: "class", N: n}), err
}

// MergeTx implements accounts.Holdings.
func (classHoldings) MergeTx(
	tx *gorm.DB, _ time.Time, _ models.Actor, from, into models.Unit, _ map[string]string,
) error {
	return class.MergeTx(tx, from, into)
}
