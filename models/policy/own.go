package policy

import (
	"slices"
	"strings"

	"shanzhi/models"
)

// OwnUnits returns the ids of the units that an actor belongs to by a post: each unit of a post and the units above it,
// but the unit at the top only where a post is at it, for all the house lies below that one.
//
// What residents say about a unit is kept from whoever belongs to it, whatever role he holds and wherever he holds it.
// The list is never empty, so that it can stand in SQL.
func OwnUnits(a models.Actor) []string {
	own := []string{""}
	for _, g := range a.Grants {
		if g.Role != models.RoleCadre { // that of a cadre comes with each post
			continue
		}
		ids := strings.FieldsFunc(g.UnitPath, func(r rune) bool { return r == '/' })
		if len(ids) > 1 {
			ids = ids[1:]
		}
		for _, id := range ids {
			if !slices.Contains(own, id) {
				own = append(own, id)
			}
		}
	}
	return own
}
