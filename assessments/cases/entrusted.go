package cases

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// Reports of wrongdoing and complaints that a rating leaked are no cases, yet the same holds for them: they reach
// neither those they are about nor anybody of their unit, by whatever role. From whom they are hidden is kept as for
// cases.

// NotOwn limits a query over what residents entrusted to the house about a unit to what is neither about a unit that
// the actor belongs to by a post, nor hidden from him. Id is the column of its id, unit the table of the unit it is
// about. A unit that was merged counts as the one that took over.
func NotOwn(q *gorm.DB, who models.Actor, id, unit string) *gorm.DB {
	own := policy.OwnUnits(who)
	const merged = "SELECT mu.id FROM units mu WHERE mu.merged_into IN ?"
	return q.Where(unit+".id NOT IN ? AND "+unit+".id NOT IN ("+merged+")", own, own).
		Where(id+" NOT IN (SELECT x.entrusted_id FROM entrusted_hidden x WHERE x.from_id IN ? OR x.from_id IN ("+
			merged+"))", append(slices.Clone(own), who.ID), own)
}

// EntrustTx hides what a resident said about units, under its id, from those units, from everybody named in it and from
// the units where the named work.
func EntrustTx(tx *gorm.DB, id, text string, units []models.Unit, today models.Date) error {
	named, err := mentionedTx(tx, text, today)
	if err != nil {
		return err
	}
	var from []string
	for _, u := range units {
		_, hidden, err := routeTx(tx, Raising{Kind: models.Complaint, Text: text, OfPerson: true}, u, today)
		if err != nil {
			return err
		}
		from = append(from, hidden...)
	}
	away, err := unitsOfNamedTx(tx, named)
	if err != nil {
		return err
	}
	from = append(from, away...)
	slices.Sort(from)
	for _, x := range slices.Compact(from) {
		if _, err := db.Insert(tx, &models.EntrustedHidden{EntrustedID: id, FromID: x}); err != nil {
			return fmt.Errorf("hide what was entrusted: %w", err)
		}
	}
	return nil
}

// unitsOfNamedTx returns the units, that at the top left out, where those work whom a text can only mean: of a name
// that several bear nobody knows which of them it is, and hiding it from the units of all could leave nobody to read
// it.
func unitsOfNamedTx(tx *gorm.DB, named []mentioned) ([]string, error) {
	bearers := map[string][]string{}
	for _, n := range named {
		if !slices.Contains(bearers[n.Name], n.PersonID) {
			bearers[n.Name] = append(bearers[n.Name], n.PersonID)
		}
	}
	var ids []string
	for _, n := range named {
		if n.UnitID != "" && len(bearers[n.Name]) == 1 {
			ids = append(ids, n.UnitID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var below []string
	err := tx.Model(&models.Unit{}).Where("id IN ? AND parent_id IS NOT NULL", ids).Order("id").
		Pluck("id", &below).Error
	if err != nil {
		return nil, fmt.Errorf("read units of the named: %w", err)
	}
	return below, nil
}
