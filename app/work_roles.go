package main

import (
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/assessments/ratings"
	"shanzhi/courses/trainer"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// turn is work that waits for whoever holds a role at the unit of path or above it; apart leaves out a grant at the
// unit itself. The item is what is listed when nobody else holds the role.
type turn struct {
	path  string
	apart bool
	item  accounts.WorkItem
}

// able lists who could do it, each once.
func (w turn) able(all []accounts.Holder) (out []accounts.Holder) {
	seen := map[string]bool{}
	for _, h := range all {
		reached := policy.Within(w.path, h.Path) && (!w.apart || h.Path != w.path)
		if h.Role == w.item.Role && reached && !seen[h.PersonID] {
			out, seen[h.PersonID] = append(out, h), true
		}
	}
	return out
}

// turnsTx returns the items of which the people able to do them are as wanted, each once.
func turnsTx(
	tx *gorm.DB, today models.Date, all []turn, wanted func([]accounts.Holder) bool,
) (out []accounts.WorkItem, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	holders, err := accounts.HoldersTx(tx, today, models.RoleTrainer, models.RoleSupervisor, models.RoleInterviewer)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, w := range all {
		if key := w.item.Key() + string(w.item.Role); wanted(w.able(holders)) && !seen[key] {
			out, seen[key] = append(out, w.item), true
		}
	}
	return out, nil
}

// roleWork tells the room of people of work that goes with a role and waits where nobody else holds it.
type roleWork struct {
	kind  string
	turns func(tx *gorm.DB) ([]turn, error)
}

// Kind implements accounts.Work.
func (w roleWork) Kind() string { return w.kind }

// OpenTx implements accounts.Work.
func (w roleWork) OpenTx(tx *gorm.DB, today models.Date, personID string) ([]accounts.WorkItem, error) {
	all, err := w.turns(tx)
	if err != nil {
		return nil, err
	}
	return turnsTx(tx, today, all, func(able []accounts.Holder) bool {
		return len(able) == 1 && able[0].PersonID == personID
	})
}

// AdriftTx implements accounts.Work.
func (w roleWork) AdriftTx(tx *gorm.DB, today models.Date, actor models.Actor) (out []accounts.WorkItem, err error) {
	reach := policy.Scope(actor, policy.HandOver)
	all, err := w.turns(tx)
	if err != nil {
		return nil, err
	}
	items, err := turnsTx(tx, today, all, func(able []accounts.Holder) bool { return len(able) == 0 })
	if err != nil || reach.All {
		return items, err
	}
	for _, it := range items {
		for _, p := range reach.Paths {
			if policy.Within(it.UnitPath, p) {
				out = append(out, it)
				break
			}
		}
	}
	return out, nil
}

// HandOverTx implements accounts.Work: roles are granted by the security administrator alone.
func (roleWork) HandOverTx(*gorm.DB, time.Time, models.Actor, accounts.WorkItem, accounts.Receiver) error {
	return fault.New(fault.Forbidden, "error.forbidden")
}

// claimWork are the claims of hours that wait for a training administrator, one item for each unit.
func claimWork() roleWork {
	return roleWork{kind: "claim", turns: func(tx *gorm.DB) ([]turn, error) {
		waiting, err := trainer.WaitingTx(tx)
		out := make([]turn, len(waiting))
		for i, x := range waiting {
			out[i] = turn{path: x.Path, item: accounts.WorkItem{
				Kind: "claim", ID: x.UnitID, Unit: x.Unit, UnitPath: x.Path, Role: models.RoleTrainer,
			}}
		}
		return out, err
	}}
}

// qualityWork are matters that are being looked into again. An item names the unit above those they are of, without
// numbers: whoever arranges the work does not learn whose ratings it stems from.
func qualityWork() roleWork {
	return roleWork{kind: "quality", turns: func(tx *gorm.DB) ([]turn, error) {
		waiting, err := ratings.WaitingTx(tx)
		out := make([]turn, len(waiting))
		for i, x := range waiting {
			out[i] = turn{path: x.Path, apart: true, item: accounts.WorkItem{
				Kind: "quality", ID: x.AboveID, Unit: x.Above, UnitPath: x.AbovePath, Role: x.Role,
			}}
		}
		return out, err
	}}
}
