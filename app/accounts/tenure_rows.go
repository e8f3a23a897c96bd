package accounts

import (
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
)

// inForceTx returns the posts of a person that hold on a day, the main one first.
func inForceTx(tx *gorm.DB, personID string, day models.Date) (rows []models.Post, err error) {
	err = tx.Where("posts.person_id = ?", personID).Where(current("posts"), on(day)...).
		Order(models.MainFirst("posts")).
		Find(&rows).Error
	return rows, wrap("read posts in force", err)
}

// postTx returns a post of a person. Fault: NotFound.
func postTx(tx *gorm.DB, personID, postID string) (row models.Post, err error) {
	err = tx.Take(&row, "id = ? AND person_id = ?", postID, personID).Error
	if err != nil && db.IsNotFound(err) {
		return row, notFound()
	}
	return row, wrap("read post", err)
}

// setPostEnd ends a post if nobody was faster.
func setPostEnd(tx *gorm.DB, p models.Post, last models.Date, why models.EndReason) error {
	done := tx.Exec(`UPDATE posts SET valid_to = ?, end_reason = ?, version = version + 1 WHERE id = ? AND version = ?`,
		last, why, p.ID, p.Version)
	if done.Error == nil && done.RowsAffected == 0 {
		return stale()
	}
	return wrap("end post", done.Error)
}

// beyond selects rows that hold on some day after the last one; rows that never hold are left out.
func beyond(q *gorm.DB, last models.Date) *gorm.DB {
	return q.Where("(valid_to = '' OR (valid_to > ? AND valid_to >= valid_from))", last)
}

// postsAfter returns the posts of a person that would last beyond a day, with the paths of their units by unit.
func postsAfter(tx *gorm.DB, personID string, last models.Date) ([]models.Post, map[string]string, error) {
	var posts []models.Post
	err := beyond(tx.Where("person_id = ?", personID), last).Order("id").Find(&posts).Error
	if err != nil || len(posts) == 0 {
		return nil, nil, wrap("read posts", err)
	}
	ids := make([]string, len(posts))
	for i, p := range posts {
		ids[i] = p.UnitID
	}
	var units []models.Unit
	err = tx.Where("id IN ?", ids).Find(&units).Error
	paths := make(map[string]string, len(units))
	for _, u := range units {
		paths[u.ID] = u.Path
	}
	return posts, paths, wrap("read units of posts", err)
}

// holdsAt reports whether a person holds a post at a unit on a day.
func holdsAt(tx *gorm.DB, personID, unitID string, day models.Date) (bool, error) {
	var n int64
	err := tx.Model(&models.Post{}).Where("person_id = ? AND unit_id = ?", personID, unitID).
		Where(current("posts"), on(day)...).Count(&n).Error
	return n > 0, wrap("look for another post", err)
}

// grantsAfter returns the roles of a person at a unit ("" = anywhere) that would last beyond a day.
func grantsAfter(tx *gorm.DB, personID, unitID string, last models.Date) (rows []models.RoleGrant, err error) {
	q := beyond(tx.Where("person_id = ?", personID), last)
	if unitID != "" {
		q = q.Where("unit_id = ?", unitID)
	}
	return rows, wrap("read roles", q.Order("id").Find(&rows).Error)
}

// setClosing sets the last day of a login.
func setClosing(tx *gorm.DB, now time.Time, personID string, version int, last models.Date) error {
	q := tx.Model(&models.Person{}).Where("id = ?", personID)
	if version != 0 {
		q = q.Where("version = ?", version)
	}
	done := q.Updates(map[string]any{"closes_on": last, "version": gorm.Expr("version + 1"), "updated_at": now})
	if done.Error == nil && done.RowsAffected == 0 {
		return stale()
	}
	return wrap("set last day of login", done.Error)
}

// closePerson closes an account that is open.
func closePerson(tx *gorm.DB, now time.Time, personID string) error {
	return wrap("close account", tx.Exec(`UPDATE persons SET disabled_at = ?, version = version + 1, updated_at = ?
		WHERE id = ? AND disabled_at IS NULL`, now, now, personID).Error)
}

// comesBack takes the last day off the login of somebody who is given a post again. An account that was closed already
// stays closed until it is opened.
func comesBack(tx *gorm.DB, personID string) error {
	done := tx.Exec(`UPDATE persons SET closes_on = '' WHERE id = ? AND closes_on <> ''`, personID)
	return wrap("keep login", done.Error)
}
