package accounts

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// namesAtOnce is how many objects of the log are looked up by one query: a sheet has more than a database takes.
const namesAtOnce = 500

// anyID finds ids in what was noted about an entry, such as the unit of a role.
var anyID = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{26}\b`)

// logged says by what the log names a kind of object: what stands on paper for it, and the person or unit whose it is.
// Nothing here tells what a resident wrote or how anybody was judged: the log shows who looked at whom. A rating, a
// leak complaint and a suggestion have no name, so that no entry leads from an answer to the person who gave it; a loop
// and a slip are named by the unit alone for the same reason.
type logged struct{ kind, table, name, owner string }

var loggedKinds = []logged{
	{"case", "cases", "no", ""},
	{"tip", "tips", "no", ""},
	{"loop", "rating_loops", "", "unit_id"},
	{"slip_check", "slip_checks", "", "unit_id"},
	{"matter", "matters", "name", "unit_id"},
	{"stand", "stands", "name", "unit_id"},
	{"period", "periods", "code", "unit_id"},
	{"report", "reports", "no", "subject_id"},
	{"objection", "objections", "no", "person_id"},
	{"scheme", "schemes", "title", ""},
	{"course", "courses", "title", ""},
	{"lesson", "lessons", "title", ""},
	{"class", "training_classes", "name", "unit_id"},
	{"task", "course_tasks", "", "unit_id"},
	{"claim", "hours_claims", "", "person_id"},
	{"hours", "hours_entries", "", "person_id"},
	{"attempt", "attempts", "", "person_id"},
}

// AuditNames returns what the objects of entries of the log are called, by id: somebody's name, staff number and unit,
// the number of a case or report, the code of a period. What has no name, or is gone, is missing. The units and people
// in what was noted about an entry are named as well.
func (s *Service) AuditNames(
	ctx context.Context, actor models.Actor, rows []models.AuditEntry,
) (map[string]string, error) {
	if !policy.May(actor, policy.AdminAudit) {
		return nil, policy.Check(actor, policy.AdminAudit, policy.Object{})
	}
	today := models.DateOf(s.now())
	out := map[string]string{}
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		clear(out)
		owners, whole := map[string]string{}, idSet{} // owners: whose an object is
		for kind, ids := range loggedIDs(rows, whole) {
			if err := nameKind(tx, kind, ids, out, owners); err != nil {
				return err
			}
		}
		for _, id := range owners {
			whole[id] = true
		}
		for ids := range slices.Chunk(slices.Sorted(maps.Keys(whole)), namesAtOnce) {
			if err := namePeople(tx, ids, today, out); err != nil {
				return err
			}
			if err := nameUnits(tx, ids, out); err != nil {
				return err
			}
		}
		for id, owner := range owners {
			out[id] = joined(out[id], out[owner])
		}
		return nil
	})
	return out, wrap("name the objects of the log", err)
}

// idSet is a set of ids.
type idSet map[string]bool

// loggedIDs sorts the objects of the entries by the kind by which they are named; people and units go into whole. A
// page that was looked at can be about anything.
func loggedIDs(rows []models.AuditEntry, whole idSet) map[logged]idSet {
	out := map[logged]idSet{}
	for _, r := range rows {
		for _, id := range anyID.FindAllString(r.Detail, -1) {
			whole[id] = true
		}
		if !anyID.MatchString(r.ObjectID) {
			continue
		}
		page := r.ObjectKind == "page"
		if page || r.ObjectKind == "person" || r.ObjectKind == "unit" {
			whole[r.ObjectID] = true
		}
		for _, k := range loggedKinds {
			if page || r.ObjectKind == k.kind {
				if out[k] == nil {
					out[k] = idSet{}
				}
				out[k][r.ObjectID] = true
			}
		}
	}
	return out
}

// nameKind names the objects of one kind and notes whose they are.
func nameKind(tx *gorm.DB, k logged, set idSet, out, owners map[string]string) error {
	column := func(name string) string {
		if name == "" {
			return "''"
		}
		return name
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(set)), namesAtOnce) {
		var found []struct{ ID, Name, Owner string }
		err := tx.Table(k.table).Select("id, "+column(k.name)+" AS name, "+column(k.owner)+" AS owner").
			Where("id IN ?", ids).Scan(&found).Error
		if err != nil {
			return err
		}
		for _, f := range found {
			out[f.ID] = f.Name
			if f.Owner != "" {
				owners[f.ID] = f.Owner
			}
		}
	}
	return nil
}

// namePeople names people by name, staff number and unit: that of the main post held today, else of the last one.
func namePeople(tx *gorm.DB, ids []string, today models.Date, out map[string]string) error {
	var people []models.Person
	if err := tx.Select("id", "name", "staff_no").Where("id IN ?", ids).Find(&people).Error; err != nil {
		return err
	}
	if len(people) == 0 {
		return nil
	}
	var held []struct {
		PersonID, Unit string
		ValidTo        models.Date
	}
	err := tx.Table("posts").Select("posts.person_id, u.name AS unit, posts.valid_to").
		Joins("JOIN units u ON u.id = posts.unit_id").
		Where("posts.person_id IN ? AND posts.valid_from <= ?", ids, today).
		Order(models.MainFirst("posts")).Scan(&held).Error
	if err != nil {
		return err
	}
	unit, last := map[string]string{}, map[string]models.Date{}
	for _, h := range held {
		to := h.ValidTo
		if to == "" || to >= today {
			to = "9999-12-31"
		}
		if to > last[h.PersonID] {
			unit[h.PersonID], last[h.PersonID] = h.Unit, to
		}
	}
	for _, p := range people {
		out[p.ID] = joined(p.Name+" "+p.StaffNo, unit[p.ID])
	}
	return nil
}

// nameUnits names units; a village by its township, too: many villages share a name.
func nameUnits(tx *gorm.DB, ids []string, out map[string]string) error {
	var found []struct {
		ID, Name, Parent string
		Kind             models.UnitKind
	}
	err := tx.Table("units").Select("units.id, units.name, units.kind, COALESCE(p.name, '') AS parent").
		Joins("LEFT JOIN units p ON p.id = units.parent_id").Where("units.id IN ?", ids).Scan(&found).Error
	for _, u := range found {
		out[u.ID] = u.Name
		if u.Kind == models.Village || u.Kind == models.Community {
			out[u.ID] = joined(u.Parent, u.Name)
		}
	}
	return err
}

// joined puts a dot between what is not empty.
func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}
