package cases

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

// mostNamed is how many ids are named one by one in a query.
const mostNamed = 200

// sight is what seenTx says, over c alone: both databases then go from the few units and cases of an actor to what he
// sees, instead of asking each case of the house whether he does. It holds for one transaction.
type sight struct {
	cond string
	args []any
}

// sightOf asks for units and cases within the query. It is for what something else leads to: the open cases, or those
// of one person.
func sightOf(who models.Actor) sight {
	part, args := partCond(who)
	return sighted(who, belowPath, "c.id IN ("+part+")", args)
}

func belowPath(path string) (cond string, arg any) {
	return "c.unit_id IN (SELECT ru.id FROM units AS ru WHERE ru.path LIKE ?)", path + "%"
}

func sighted(who models.Actor, in below, assisted string, args []any) (s sight) {
	s.cond, s.args = seenCond(who, in, assisted, args)
	return s
}

// sightTx looks once for the units below the actor's grants and for the cases in which he takes part, and names them:
// the reach alone then leads to what he sees. What is too much to be named stays a question.
func sightTx(tx *gorm.DB, who models.Actor) (sight, error) {
	units := map[string][]string{}
	for _, path := range policy.Scope(who, policy.CaseSee).Paths {
		var ids []string
		err := tx.Model(&models.Unit{}).Where("path LIKE ?", path+"%").Limit(mostNamed+1).Pluck("id", &ids).Error
		if err != nil {
			return sight{}, fmt.Errorf("read the units of a reach: %w", err)
		}
		units[path] = ids
	}
	in := func(path string) (cond string, arg any) {
		if ids := units[path]; len(ids) <= mostNamed {
			return "c.unit_id IN ?", ids
		}
		return belowPath(path)
	}
	part, args := partCond(who)
	var parts []string
	if who.ID != "" {
		err := tx.Raw("SELECT x.case_id FROM ("+part+") AS x LIMIT ?", append(slices.Clone(args), mostNamed+1)...).
			Scan(&parts).Error
		if err != nil {
			return sight{}, fmt.Errorf("read in which cases somebody takes part: %w", err)
		}
	}
	if len(parts) <= mostNamed {
		return sighted(who, in, "c.id IN ?", []any{parts}), nil
	}
	return sighted(who, in, "c.id IN ("+part+")", args), nil
}

// casesTx is every case that the actor may see, as c.
func (s sight) casesTx(tx *gorm.DB) *gorm.DB { return tx.Table("cases AS c").Where(s.cond, s.args...) }
