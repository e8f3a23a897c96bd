package accounts

import (
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

// holder is the holder of a role with the path of its unit.
type holder struct {
	Accessor
	Path string
}

// objectsOf returns what a person is to the policy: one object for each current post, and one for each unit at which he
// holds a role.
func objectsOf(tx *gorm.DB, personID string, today models.Date) ([]policy.Object, error) {
	var out []policy.Object
	err := tx.Table("posts").Select("u.path AS unit_path, m.path AS manager_path, posts.person_id AS person_id").
		Joins("JOIN units u ON u.id = posts.unit_id").Joins("JOIN units m ON m.id = posts.manager_id").
		Where("posts.person_id = ?", personID).Where(current("posts"), on(today)...).Order("posts.id").Find(&out).Error
	if err != nil {
		return nil, wrap("read posts", err)
	}
	var held []policy.Object
	err = tx.Table("role_grants").Distinct("u.path AS unit_path", "role_grants.person_id AS person_id").
		Joins("JOIN units u ON u.id = role_grants.unit_id").Where("role_grants.person_id = ?", personID).
		Where(current("role_grants"), on(today)...).Find(&held).Error
	return append(out, held...), wrap("read roles", err)
}

// holdersAbove lists the roles and delegations held today at any unit above the objects, of accounts that are open. A
// path is made of the ids of the units above.
func holdersAbove(tx *gorm.DB, objects []policy.Object, today models.Date) ([]holder, error) {
	ids := map[string]bool{}
	for _, o := range objects {
		for id := range strings.SplitSeq(o.UnitPath+o.ManagerPath, "/") {
			if id != "" {
				ids[id] = true
			}
		}
	}
	units := make([]string, 0, len(ids))
	for id := range ids {
		units = append(units, id)
	}
	if len(units) == 0 {
		return nil, nil
	}
	var out []holder
	for _, table := range []string{"role_grants", "desk_grants"} {
		role := "g.role"
		if table == "desk_grants" {
			role = "'" + string(models.RoleDesk) + "'"
		}
		var rows []holder
		err := tx.Table(table+" g").Select("g.person_id AS person_id, p.name AS name, p.staff_no AS staff_no, "+
			"u.name AS unit, u.path AS path, COALESCE(b.name, '') AS grantor, g.valid_from AS valid_from, "+
			"g.valid_to AS valid_to, "+role+" AS role").
			Joins("JOIN persons p ON p.id = g.person_id").Joins("JOIN units u ON u.id = g.unit_id").
			Joins("LEFT JOIN persons b ON b.id = g.granted_by").
			Where("g.unit_id IN ? AND p.disabled_at IS NULL", units).Where(current("g"), on(today)...).
			Order("u.path, p.staff_no").Find(&rows).Error
		if err != nil {
			return nil, wrap("list holders of roles", err)
		}
		out = append(out, rows...)
	}
	return out, nil
}

// countReach counts the units and the people with a current post that a reach holds.
func countReach(tx *gorm.DB, reach policy.Reach, byManager bool, today models.Date) (units, people int, err error) {
	var n, m int64
	err = within(tx.Model(&models.Unit{}), reach, "units.path").Where(current("units"), on(today)...).Count(&n).Error
	if err != nil {
		return 0, 0, wrap("count units", err)
	}
	at := "posts.unit_id"
	if byManager {
		at = "posts.manager_id"
	}
	err = within(tx.Table("posts").Joins("JOIN units u ON u.id = "+at), reach, "u.path").
		Where(current("posts"), on(today)...).Distinct("posts.person_id").Count(&m).Error
	return int(n), int(m), wrap("count people", err)
}

// looksFor are the audited actions that are looks at somebody's data, or steps about his account.
var looksFor = []string{
	"person.see", "access.see", "report.take", "inspect.look", "desk.reset", "person.reset_password", "factor.reset",
}

// looksAt reads one page of the log about a person and his reports, and in one more query the roles of those who
// looked.
func looksAt(tx *gorm.DB, personID string, page, size int) ([]Look, int, error) {
	q := tx.Model(&models.AuditEntry{}).
		Where("(object_id = ? OR object_id IN (SELECT id FROM reports "+
			"WHERE subject_kind = 'person' AND subject_id = ?))", personID, personID).
		Where("action IN ? AND outcome = 'ok' AND actor_id IS NOT NULL AND actor_id <> ?", looksFor, personID).
		Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, wrap("count looks", err)
	}
	var rows []models.AuditEntry
	err := q.Order("at DESC, id DESC").Limit(size).Offset((max(1, page) - 1) * size).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, int(total), wrap("list looks", err)
	}
	ids := make([]string, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, *r.ActorID)
	}
	var grants []models.RoleGrant
	if err := tx.Find(&grants, "person_id IN ?", ids).Error; err != nil {
		return nil, 0, wrap("read roles", err)
	}
	out := make([]Look, 0, len(rows))
	for _, r := range rows {
		l, day := Look{At: r.At, Action: r.Action}, models.DateOf(r.At)
		for _, g := range grants {
			if g.PersonID == *r.ActorID && g.ValidFrom <= day && (g.ValidTo == "" || g.ValidTo >= day) {
				l.Roles = append(l.Roles, g.Role)
			}
		}
		out = append(out, l)
	}
	return out, int(total), nil
}
