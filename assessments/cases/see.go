package cases

import (
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

// seenTx is every case that the actor may see, as c, with its unit, as u. Every list, count and look of cases begins
// here, so that whatever hides a case hides it everywhere.
//
// A case is seen by who has the role at its unit or above, by its handler, by those who assist in it, and by who took
// over to look into it again.
func seenTx(tx *gorm.DB, who models.Actor) *gorm.DB {
	// Lists of ids instead of EXISTS: made once, not asked for each case, they lead to the few cases of a person.
	part, args := partCond(who)
	cond, args := seenCond(who, byPath, "c.id IN ("+part+")", args)
	return tx.Table("cases AS c").Joins("JOIN units u ON u.id = c.unit_id").Where(cond, args...)
}

// seenCond is the condition of seenTx: in says how units are found, assisted how the cases are in which the actor takes
// part.
func seenCond(who models.Actor, in below, assisted string, more []any) (cond string, args []any) {
	cond, args = scopeCond(who, policy.CaseSee, in)
	if who.ID == "" || policy.Scope(who, policy.CaseSee).All {
		return cond, args
	}
	open, hidden := openCond(who, socialPaths(who))
	return "(" + cond + " OR " + assisted + " AND " + open + ")", append(append(args, more...), hidden)
}

// socialPaths joins the paths of the organizations that the actor takes part through.
func socialPaths(who models.Actor) string {
	var paths strings.Builder
	for _, g := range who.Grants {
		if g.Role == models.RoleSocial {
			paths.WriteString(g.UnitPath)
		}
	}
	return paths.String()
}

// SeenTx is every case that the actor may see, as c, with its unit, as u.
func SeenTx(tx *gorm.DB, who models.Actor) *gorm.DB { return seenTx(tx, who) }

// partCond selects the ids of the cases in which the actor takes part: he assists, or is to look into one again that
// another handled.
func partCond(who models.Actor) (query string, args []any) {
	part, args := assistCond(who)
	return "SELECT cp.case_id FROM case_parties AS cp WHERE " + part +
		" UNION SELECT k.case_id FROM case_rechecks AS k WHERE k.handler_id = ?", append(args, who.ID)
}

// assistCond limits case_parties, as cp, to what the actor takes part in: himself, or through his organization.
func assistCond(who models.Actor) (string, []any) {
	parts, args := []string{"cp.person_id = ?"}, []any{who.ID}
	for _, g := range who.Grants {
		if g.Role == models.RoleSocial {
			parts = append(parts, "cp.unit_id = ?")
			args = append(args, g.UnitID)
		}
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}

// Mark narrows a list by what was done besides the steps of a case.
type Mark string

// The marks.
const (
	AnyMark    Mark = ""
	Suspended  Mark = "suspended"  // the clock stands still
	Supervised Mark = "supervised" // a supervisor watches it
	Assisting  Mark = "assisting"  // the actor takes part, and his part is open
	ToRecheck  Mark = "recheck"    // the actor is to look into it again
	Left       Mark = "excluded"   // not counted in the assessment
	Repeats    Mark = "repeats"    // repeats an earlier one
)

// Marks lists the marks in the order of the filter.
func Marks() []Mark { return []Mark{Suspended, Supervised, Assisting, ToRecheck, Left, Repeats} }

// marked narrows a list by the mark of the filter.
func (f Filter) marked(q *gorm.DB, who models.Actor) *gorm.DB {
	switch f.Mark {
	case Suspended:
		return q.Where("c.suspended_on <> ''")
	case Supervised:
		return q.Where("c.supervised_on <> ''")
	case Assisting:
		part, args := assistCond(who)
		return q.Where("c.id IN (SELECT cp.case_id FROM case_parties AS cp WHERE cp.answer = '' AND "+part+")", args...)
	case ToRecheck:
		return q.Where("c.id IN (SELECT k.case_id FROM case_rechecks AS k WHERE k.replied_on = '' "+
			"AND k.handler_id = ?)", who.ID)
	case Left:
		return q.Where("c.excluded = ?", true)
	case Repeats:
		return q.Where("c.repeat_of_id IS NOT NULL")
	case AnyMark:
	}
	return q
}
