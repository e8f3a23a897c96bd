package accounts

import (
	"gorm.io/gorm"

	"shanzhi/models"
)

// updateUnit changes a unit if nobody was faster.
func updateUnit(tx *gorm.DB, u models.Unit, set map[string]any) error {
	set["version"] = u.Version + 1
	done := tx.Model(&models.Unit{}).Where("id = ? AND version = ?", u.ID, u.Version).Updates(set)
	if done.Error == nil && done.RowsAffected == 0 {
		return stale()
	}
	return wrap("change unit", done.Error)
}

// rewritePaths puts the subtree of a path below another one. A path holds each id once, so that only its beginning is
// replaced.
func rewritePaths(tx *gorm.DB, from, to string) error {
	return wrap("move subtree", tx.Exec(`UPDATE units SET path = REPLACE(path, ?, ?) WHERE path LIKE ?`,
		from, to, from+"%").Error)
}

// longestPath is the length of the longest path of a subtree; paths are ASCII.
func longestPath(tx *gorm.DB, path string) (n int, err error) {
	err = tx.Model(&models.Unit{}).Where("path LIKE ?", path+"%").Select("MAX(LENGTH(path))").Scan(&n).Error
	return n, wrap("measure subtree", err)
}

func insertPast(tx *gorm.DB, row *models.UnitPast) error {
	return wrap("keep what a unit was", tx.Create(row).Error)
}

// pastEnd is the last day of what is known of a unit's past, "" when nothing was otherwise.
func pastEnd(tx *gorm.DB, unitID string, kind models.PastKind) (models.Date, error) {
	var rows []models.UnitPast
	err := tx.Where("unit_id = ? AND kind = ?", unitID, kind).Order("valid_to DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return "", wrap("read what a unit was", err)
	}
	return rows[0].ValidTo, nil
}

// storyTx adds the history to a unit.
func storyTx(tx *gorm.DB, u models.Unit) (UnitStory, error) {
	out := UnitStory{Unit: u}
	err := tx.Where("unit_id = ?", u.ID).Order("valid_to DESC, id DESC").Find(&out.Pasts).Error
	if err != nil {
		return out, wrap("read history of unit", err)
	}
	if err := tx.Where("merged_into = ?", u.ID).Order("valid_to DESC, id").Find(&out.Took).Error; err != nil {
		return out, wrap("read merged units", err)
	}
	var ids []string
	for _, p := range out.Pasts {
		if p.Kind == models.PastParent {
			ids = append(ids, p.Value)
		}
	}
	for _, id := range []*string{u.ParentID, u.MergedInto} {
		if id != nil {
			ids = append(ids, *id)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	var units []models.Unit
	if err := tx.Where("id IN ?", ids).Find(&units).Error; err != nil {
		return out, wrap("read names of units", err)
	}
	names := make(map[string]string, len(units))
	for _, x := range units {
		names[x.ID] = x.Name
	}
	for i, p := range out.Pasts {
		if p.Kind == models.PastParent {
			out.Pasts[i].Value = names[p.Value]
		}
	}
	if u.ParentID != nil {
		out.Parent = names[*u.ParentID]
	}
	if u.MergedInto != nil {
		out.Into = names[*u.MergedInto]
	}
	return out, nil
}

// postsBeyond lists the posts at a unit that would last beyond a day, by staff number.
func postsBeyond(tx *gorm.DB, unitID string, last models.Date) (rows []PostOf, err error) {
	err = tx.Table("posts").Select("posts.*, p.name, p.staff_no").Joins("JOIN persons p ON p.id = posts.person_id").
		Where("posts.unit_id = ?", unitID).
		Where("(posts.valid_to = '' OR (posts.valid_to > ? AND posts.valid_to >= posts.valid_from))", last).
		Order("p.staff_no, posts.id").Find(&rows).Error
	return rows, wrap("list posts of unit", err)
}

// managedBeyond counts the posts elsewhere under a unit's managing authority that would last beyond a day.
func managedBeyond(tx *gorm.DB, unitID string, last models.Date) (int, error) {
	var n int64
	err := beyond(tx.Model(&models.Post{}).Where("manager_id = ? AND unit_id <> ?", unitID, unitID), last).
		Count(&n).Error
	return int(n), wrap("count managed posts", err)
}

// touchedPosts returns the posts at a unit or under its managing authority that would last beyond a day.
func touchedPosts(tx *gorm.DB, unitID string, last models.Date) (rows []models.Post, err error) {
	err = beyond(tx.Where("(unit_id = ? OR manager_id = ?)", unitID, unitID), last).Order("id").Find(&rows).Error
	return rows, wrap("read posts of unit", err)
}

func endPosts(tx *gorm.DB, ids []string, last models.Date, why models.EndReason) error {
	return wrap("end posts of unit", tx.Exec(
		`UPDATE posts SET valid_to = ?, end_reason = ?, version = version + 1 WHERE id IN ?`, last, why, ids).Error)
}

// followPlans lets promised handing over go to the post that follows.
func followPlans(tx *gorm.DB, ended []models.Post, follows map[string]string) error {
	ids := make([]string, len(ended))
	for i, p := range ended {
		ids[i] = p.ID
	}
	var plans []models.Handover
	err := tx.Where("done_at IS NULL AND (to_post_id IN ? OR post_id IN ?)", ids, ids).Find(&plans).Error
	if err != nil {
		return wrap("read promised handing over", err)
	}
	for _, p := range plans { // promised, not done: a handful in a house
		set := map[string]any{}
		if to, moved := follows[p.ToPostID]; moved {
			set["to_post_id"] = to
		}
		if p.PostID != nil && follows[*p.PostID] != "" {
			set["post_id"] = follows[*p.PostID]
		}
		if err := tx.Model(&models.Handover{}).Where("id = ?", p.ID).Updates(set).Error; err != nil {
			return wrap("move promised handing over", err)
		}
	}
	return nil
}

// grantsAt lists the roles held at a unit that would last beyond a day.
func grantsAt(tx *gorm.DB, unitID string, last models.Date) (rows []GrantRow, err error) {
	err = grantQuery(tx).Select(grantColumns).Where("role_grants.unit_id = ?", unitID).
		Where("(role_grants.valid_to = '' OR (role_grants.valid_to > ? "+
			"AND role_grants.valid_to >= role_grants.valid_from))", last).
		Order("p.staff_no, role_grants.id").Find(&rows).Error
	return rows, wrap("list roles at unit", err)
}

// childrenTx lists the units directly below that exist.
func childrenTx(tx *gorm.DB, unitID string) (rows []models.Unit, err error) {
	err = tx.Where("parent_id = ? AND valid_to = ''", unitID).Order("id").Find(&rows).Error
	return rows, wrap("list units below", err)
}

// ownHoldings counts what of this room hangs on a unit beyond a day.
func ownHoldings(tx *gorm.DB, unitID string, last models.Date) (out []Held, err error) {
	for _, h := range []struct {
		kind string
		q    *gorm.DB
	}{
		{"post", beyond(tx.Model(&models.Post{}).Where("unit_id = ?", unitID), last)},
		{"managed", beyond(tx.Model(&models.Post{}).Where("manager_id = ? AND unit_id <> ?", unitID, unitID), last)},
		{"role", beyond(tx.Model(&models.RoleGrant{}).Where("unit_id = ?", unitID), last)},
		{"unit", tx.Model(&models.Unit{}).Where("parent_id = ? AND valid_to = ''", unitID)},
	} {
		var n int64
		if err := h.q.Count(&n).Error; err != nil {
			return nil, wrap("count what hangs on a unit", err)
		}
		if n > 0 {
			out = append(out, Held{Kind: h.kind, N: int(n)})
		}
	}
	return out, nil
}
