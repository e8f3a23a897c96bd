package cases

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// A complaint about a cadre never reaches him or his unit. So who sees a case is asked in this file alone, and every
// query over cases takes its condition from here: what the actor's grants reach, and his own, without what is hidden
// from him.

// ScopeCond limits a query to the cases that the actor reaches for an action. The columns are u.path (of the case's
// unit), c.id and c.handler_id.
//
// A case is hidden from a person, from everybody who belongs to a unit by a post, whatever role he holds and wherever
// he holds it, and from everybody who reaches it by a grant at or below a unit; whose post is elsewhere and who also
// holds a grant above that unit still sees it.
func ScopeCond(who models.Actor, do policy.Action) (cond string, args []any) {
	return scopeCond(who, do, byPath)
}

// below is the condition, with its one argument, that a case's unit lies at or below the unit with a path.
type below func(path string) (cond string, arg any)

func byPath(path string) (cond string, arg any) { return "u.path LIKE ?", path + "%" }

func scopeCond(who models.Actor, do policy.Action, in below) (cond string, args []any) {
	r := policy.Scope(who, do)
	if r.All {
		return "1 = 1", nil
	}
	var parts []string
	for _, path := range r.Paths {
		lies, where := in(path)
		open, hidden := openCond(who, path)
		parts = append(parts, "("+lies+" AND "+open+")")
		args = append(args, where, hidden)
	}
	if r.PersonID != "" {
		open, hidden := openCond(who, "")
		parts = append(parts, "(c.handler_id = ? AND "+open+")")
		args = append(args, r.PersonID, hidden)
	}
	if len(parts) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}

// openCond holds for cases that are not hidden from the actor himself, from a unit that he belongs to, nor from a unit
// on the path of a grant. Its one argument is the list of those ids.
func openCond(who models.Actor, grantPath string) (cond string, ids []string) {
	return "c.id NOT IN (SELECT x.case_id FROM case_hidden x WHERE x.from_id IN ?)",
		slices.Concat(unitsOf(grantPath), policy.OwnUnits(who), []string{who.ID})
}

// NotAbout holds for cases (c.id) that are hidden neither from the actor in person nor from a unit that he belongs to.
// For lists that have a reach of their own and join cases.
func NotAbout(who models.Actor) (cond string, ids []string) { return openCond(who, "") }

// unitsOf returns the ids on a unit's path, from the root to the unit.
func unitsOf(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// hiddenTx returns from which persons and units a case is hidden.
func hiddenTx(tx *gorm.DB, caseID string) ([]string, error) {
	var ids []string
	err := tx.Model(&models.CaseHidden{}).Where("case_id = ?", caseID).Order("from_id").Pluck("from_id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("read from whom a case is hidden: %w", err)
	}
	return ids, nil
}

// hideTx hides a case from persons and units.
func hideTx(tx *gorm.DB, caseID string, from []string) error {
	for _, id := range from {
		if err := tx.Create(&models.CaseHidden{CaseID: caseID, FromID: id}).Error; err != nil {
			return fmt.Errorf("hide case: %w", err)
		}
	}
	return nil
}

// sparing leaves out of a list of units (u) those that a case is hidden from, and of persons, when their column is
// given: neither whom a complaint is about nor his unit answers it.
func sparing(q *gorm.DB, hidden []string, person ...string) *gorm.DB {
	for _, id := range hidden {
		q = q.Where("u.path NOT LIKE ?", "%/"+id+"/%")
		for _, column := range person {
			q = q.Where(column+" <> ?", id)
		}
	}
	return q
}

// mayTakeTx refuses a taker that a case is hidden from. Fault: Conflict "serve.hidden_taker".
func (s *Service) mayTakeTx(tx *gorm.DB, caseID string, to Taker) error {
	var path []string
	if err := tx.Model(&models.Unit{}).Where("id = ?", to.UnitID).Pluck("path", &path).Error; err != nil {
		return fmt.Errorf("read the taker's unit: %w", err)
	}
	hidden, err := hiddenTx(tx, caseID)
	if err != nil {
		return err
	}
	for _, id := range hidden {
		if id == to.PersonID || len(path) == 1 && strings.Contains(path[0], "/"+id+"/") {
			return fault.New(fault.Conflict, "serve.hidden_taker")
		}
	}
	return nil
}
