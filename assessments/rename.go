package assessments

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
)

// NameCorrected is what an edition of a dossier says it replaces when only a name was put right.
const NameCorrected = "name"

// Reissued are the subjects of a period whose dossiers have a new edition.
type Reissued struct {
	Period   models.Period
	Subjects []string // the person, and the unit where its dossier names him
}

// RenamedTx writes a person's new name into the dossiers of every sealed period: a new edition of his own and of his
// unit's, with the same figures. The former editions stay as they were sealed.
func RenamedTx(tx *gorm.DB, now time.Time, personID, name string) ([]Reissued, error) {
	var codes []string
	err := tx.Table("participants AS a").Joins("JOIN periods p ON p.id = a.period_id").
		Where("a.person_id = ?", personID).Order("p.code").Pluck("p.code", &codes).Error
	if err != nil {
		return nil, fmt.Errorf("list periods of person: %w", err)
	}
	var out []Reissued
	for _, code := range codes {
		p, err := lockPeriodTx(tx, code) // as an answer to an objection does, which adds editions too
		if err != nil {
			return nil, err
		}
		r := Reissued{Period: p}
		var unit string
		if unit, err = renamePersonTx(tx, now, &r, personID, name); err != nil {
			return nil, err
		}
		if unit != "" {
			if err := renameInUnitTx(tx, now, &r, unit, personID, name); err != nil {
				return nil, err
			}
		}
		if len(r.Subjects) > 0 {
			out = append(out, r)
		}
	}
	return out, nil
}

// renamePersonTx adds an edition of the person's own dossier and returns his unit in it.
func renamePersonTx(tx *gorm.DB, now time.Time, r *Reissued, personID, name string) (unit string, err error) {
	var d PersonDossier
	old, err := DossierTx(tx, r.Period.ID, PersonKind, personID, &d)
	switch {
	case fault.Is(err, fault.NotFound):
		return "", nil
	case err != nil:
		return "", err
	case d.Person.Name == name:
		return d.Person.UnitID, nil
	}
	d.Person.Name, d.Edition, d.Replaces = name, old.Edition+1, NameCorrected
	return d.Person.UnitID, r.addTx(tx, now, old, d)
}

// renameInUnitTx adds an edition of the unit's dossier where it names the person.
func renameInUnitTx(tx *gorm.DB, now time.Time, r *Reissued, unit, personID, name string) error {
	var d UnitDossier
	old, err := DossierTx(tx, r.Period.ID, UnitKind, unit, &d)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	}
	named := false
	for i, p := range d.Persons {
		if p.Person.ID == personID && p.Person.Name != name {
			d.Persons[i].Person.Name, named = name, true
		}
	}
	if !named {
		return nil
	}
	d.Edition, d.Replaces = old.Edition+1, NameCorrected
	return r.addTx(tx, now, old, d)
}

func (r *Reissued) addTx(tx *gorm.DB, now time.Time, old models.Dossier, d any) error {
	row, err := dossierRow(next(old), now, d)
	if err != nil {
		return err
	}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("write dossier: %w", err)
	}
	r.Subjects = append(r.Subjects, old.SubjectID)
	return nil
}
