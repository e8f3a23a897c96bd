package main

import (
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/report"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// caseWork tells the room of people of open cases, in its own words.
type caseWork struct{ cases *cases.Service }

// Kind implements accounts.Work.
func (caseWork) Kind() string { return "case" }

// OpenTx implements accounts.Work.
func (w caseWork) OpenTx(tx *gorm.DB, _ models.Date, personID string) ([]accounts.WorkItem, error) {
	list, err := cases.OpenOfTx(tx, personID)
	return w.items(list), err
}

// AdriftTx implements accounts.Work.
func (w caseWork) AdriftTx(tx *gorm.DB, today models.Date, actor models.Actor) ([]accounts.WorkItem, error) {
	list, err := cases.AdriftTx(tx, today, actor)
	return w.items(list), err
}

func (w caseWork) items(list []cases.OpenCase) []accounts.WorkItem { return caseItems(w.Kind(), list) }

func caseItems(kind string, list []cases.OpenCase) []accounts.WorkItem {
	out := make([]accounts.WorkItem, len(list))
	for i, c := range list {
		out[i] = accounts.WorkItem{
			Kind: kind, ID: c.ID, No: c.No, Title: c.Matter, Unit: c.Unit, UnitPath: c.UnitPath,
			HomePath: c.HomePath, PersonID: c.HandlerID, Person: c.Handler, PostID: c.HandlerPostID,
			PostTitle: c.HandlerPost, DueOn: c.DueOn,
		}
	}
	return out
}

// HandOverTx implements accounts.Work.
func (w caseWork) HandOverTx(
	tx *gorm.DB, now time.Time, actor models.Actor, item accounts.WorkItem, to accounts.Receiver,
) error {
	return w.cases.HandOverTx(tx, now, actor, item.ID, cases.Taker{
		PostID: to.PostID, PersonID: to.PersonID, UnitID: to.UnitID, Name: to.Name, Unit: to.Unit,
	})
}

// partWork tells it of the parts of cases that somebody was asked to do (协办).
type partWork struct{ cases *cases.Service }

// Kind implements accounts.Work.
func (partWork) Kind() string { return "part" }

// OpenTx implements accounts.Work.
func (w partWork) OpenTx(tx *gorm.DB, _ models.Date, personID string) ([]accounts.WorkItem, error) {
	list, err := cases.OpenPartsOfTx(tx, personID)
	return caseItems(w.Kind(), list), err
}

// AdriftTx implements accounts.Work.
func (w partWork) AdriftTx(tx *gorm.DB, today models.Date, actor models.Actor) ([]accounts.WorkItem, error) {
	list, err := cases.AdriftPartsTx(tx, today, actor)
	return caseItems(w.Kind(), list), err
}

// HandOverTx implements accounts.Work.
func (w partWork) HandOverTx(
	tx *gorm.DB, now time.Time, actor models.Actor, item accounts.WorkItem, to accounts.Receiver,
) error {
	return w.cases.HandOverPartTx(tx, now, actor, item.ID, cases.Taker{
		PostID: to.PostID, PersonID: to.PersonID, UnitID: to.UnitID, Name: to.Name, Unit: to.Unit,
	})
}

// recheckWork tells it of closed matters that somebody was asked to look into again (办件质量回访).
type recheckWork struct{ cases *cases.Service }

// Kind implements accounts.Work.
func (recheckWork) Kind() string { return "recheck" }

// OpenTx implements accounts.Work.
func (w recheckWork) OpenTx(tx *gorm.DB, _ models.Date, personID string) ([]accounts.WorkItem, error) {
	list, err := cases.OpenRechecksOfTx(tx, personID)
	return caseItems(w.Kind(), list), err
}

// AdriftTx implements accounts.Work.
func (w recheckWork) AdriftTx(tx *gorm.DB, today models.Date, actor models.Actor) ([]accounts.WorkItem, error) {
	list, err := cases.AdriftRechecksTx(tx, today, actor)
	return caseItems(w.Kind(), list), err
}

// HandOverTx implements accounts.Work.
func (w recheckWork) HandOverTx(
	tx *gorm.DB, now time.Time, actor models.Actor, item accounts.WorkItem, to accounts.Receiver,
) error {
	return w.cases.HandOverRecheckTx(tx, now, actor, item.ID, cases.Taker{
		PostID: to.PostID, PersonID: to.PersonID, UnitID: to.UnitID, Name: to.Name, Unit: to.Unit,
	})
}

// deskWork tells the room of people of the assessment's work that only one person may do, or nobody any more.
type deskWork struct{}

// Kind implements accounts.Work.
func (deskWork) Kind() string { return "assessment" }

// OpenTx implements accounts.Work.
func (w deskWork) OpenTx(tx *gorm.DB, today models.Date, personID string) ([]accounts.WorkItem, error) {
	list, err := assessments.OnlyHisTx(tx, today, personID)
	return w.items(list), err
}

// AdriftTx implements accounts.Work.
func (w deskWork) AdriftTx(tx *gorm.DB, today models.Date, actor models.Actor) ([]accounts.WorkItem, error) {
	list, err := assessments.NobodysTx(tx, today, policy.Scope(actor, policy.HandOver))
	return w.items(list), err
}

func (deskWork) items(list []assessments.Desk) []accounts.WorkItem {
	out := make([]accounts.WorkItem, len(list))
	for i, d := range list {
		out[i] = accounts.WorkItem{
			Kind: d.Kind, ID: d.ID, No: d.No, Title: d.Title, Unit: d.Unit, UnitPath: d.UnitPath, DueOn: d.DueOn,
			Role: d.Role,
		}
	}
	return out
}

// HandOverTx implements accounts.Work: roles are granted by the security administrator alone.
func (deskWork) HandOverTx(*gorm.DB, time.Time, models.Actor, accounts.WorkItem, accounts.Receiver) error {
	return fault.New(fault.Forbidden, "error.forbidden")
}

// papers writes a new name into what carries it.
type papers struct{ reports *report.Ledger }

// RenamedTx implements accounts.Papers: the dossiers of sealed periods get a new edition, and the reports that were
// compiled are promised again.
func (p papers) RenamedTx(tx *gorm.DB, now time.Time, actor models.Actor, personID, name string) (int, error) {
	list, err := assessments.RenamedTx(tx, now, personID, name)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, r := range list { // one per period
		n, err := p.reports.AgainTx(tx, now, actor, r.Period, r.Subjects)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}
