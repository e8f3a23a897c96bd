package accounts

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/find"
)

// Papers is what carries people's names beyond this room; app supplies it.
type Papers interface {
	// RenamedTx writes a new name into what is drawn up anew under it, and returns how many papers are compiled again.
	RenamedTx(tx *gorm.DB, now time.Time, actor models.Actor, personID, name string) (int, error)
}

// RenameInput is a person's new name, from which day it is the name and why.
type RenameInput struct {
	Version int
	Name    string
	Reason  models.NameReason
	From    models.Date // "" = today
}

// Rename gives a person another name: one that was entered wrongly is put right, or the person has taken another. The
// former name is kept with the day until which it was used. Reports that carry it are compiled again as a new edition,
// and the old ones verify as replaced; what was written under the former name (audit rows, sealed evidence, former
// editions) stays as it is. It returns how many reports are on their way.
//
// Faults: Invalid with fields name, reason, from; NotFound; Conflict "error.stale".
func (s *Service) Rename(
	ctx context.Context, actor models.Actor, personID string, in RenameInput,
) (papers int, err error) {
	now := s.now()
	in.Name = strings.TrimSpace(in.Name)
	if in.From == "" {
		in.From = models.DateOf(now)
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		p, err := s.seenPerson(tx, now, actor, personID)
		if err != nil {
			return err
		}
		papers, err = s.renameTx(tx, now, actor, p, in)
		return err
	})
	return papers, err
}

func (s *Service) renameTx(
	tx *gorm.DB, now time.Time, actor models.Actor, p models.Person, in RenameInput,
) (papers int, err error) {
	if err := in.check(p, models.DateOf(now)); err != nil {
		return 0, err
	}
	if err := setName(tx, now, p.ID, in.Version, in.Name); err != nil {
		return 0, err
	}
	former := models.PersonName{
		ID: models.NewID(), PersonID: p.ID, Name: p.Name, Reason: in.Reason, UsedTo: in.From.AddDays(-1),
		CreatedAt: now,
	}
	if err := insertName(tx, &former); err != nil {
		return 0, err
	}
	if err := find.KeepTx(tx, find.Person, find.Named{ID: p.ID, Said: in.Name}); err != nil {
		return 0, err
	}
	if s.o.Papers != nil {
		if papers, err = s.o.Papers.RenamedTx(tx, now, actor, p.ID, in.Name); err != nil {
			return 0, err
		}
	}
	return papers, audit.Add(tx, now, actor, audit.Event{
		Action: "person.rename", Kind: "person", ID: p.ID,
		Detail: fmt.Sprintf("%s from=%s reports=%d", in.Reason, in.From, papers),
	})
}

func (in RenameInput) check(p models.Person, today models.Date) error {
	bad := checkName("name", in.Name)
	if len(bad) == 0 && in.Name == p.Name {
		bad = append(bad, fault.On("name", "account.name_same"))
	}
	if in.Reason != models.NameCorrected && in.Reason != models.NameChanged {
		bad = append(bad, fault.On("reason", "form.required_choice"))
	}
	switch _, ok := models.ParseDate(string(in.From)); {
	case !ok:
		bad = append(bad, fault.On("from", "form.date"))
	case in.From > today:
		bad = append(bad, fault.On("from", "account.name_future"))
	}
	return fault.Refuse(bad)
}

// NameReasons lists why a name may change, in the order of the form.
func NameReasons() []models.NameReason {
	return []models.NameReason{models.NameCorrected, models.NameChanged}
}

func setName(tx *gorm.DB, now time.Time, personID string, version int, name string) error {
	done := tx.Exec(`UPDATE persons SET name = ?, version = version + 1, updated_at = ? WHERE id = ? AND version = ?`,
		name, now, personID, version)
	if done.Error == nil && done.RowsAffected == 0 {
		return stale()
	}
	return wrap("rename person", done.Error)
}

func insertName(tx *gorm.DB, row *models.PersonName) error {
	return wrap("keep former name", tx.Create(row).Error)
}

// namesTx returns a person's former names, the latest first.
func namesTx(tx *gorm.DB, personID string) (rows []models.PersonName, err error) {
	err = tx.Where("person_id = ?", personID).Order("id DESC").Find(&rows).Error
	return rows, wrap("list former names", err)
}
