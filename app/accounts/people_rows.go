package accounts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/find"
	"shanzhi/models/policy"
)

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

func countPersons(tx *gorm.DB) (n int64, err error) {
	return n, wrap("count people", tx.Model(&models.Person{}).Count(&n).Error)
}

func insertPerson(tx *gorm.DB, row *models.Person) error {
	if err := tx.Create(row).Error; err != nil {
		return wrap("create person", err)
	}
	return find.KeepTx(tx, find.Person, find.Named{ID: row.ID, Said: row.Name})
}

func insertPost(tx *gorm.DB, row *models.Post) error {
	return wrap("create post", tx.Create(row).Error)
}

func personTx(tx *gorm.DB, id string) (row models.Person, err error) {
	return row, wrap("read person", tx.Take(&row, "id = ?", id).Error)
}

func personByStaffNo(tx *gorm.DB, no string) (row models.Person, err error) {
	return row, wrap("find staff number", tx.Take(&row, "staff_no = ?", no).Error)
}

func personByMobile(tx *gorm.DB, hash string) (row models.Person, err error) {
	return row, wrap("find mobile number", tx.Take(&row, "mobile_hash = ?", hash).Error)
}

func rootsTx(tx *gorm.DB) (rows []models.Unit, err error) {
	return rows, wrap("list root units", tx.Find(&rows, "parent_id IS NULL").Error)
}

// holdPerson makes everybody else who changes posts or roles of the person wait until this transaction ends.
func holdPerson(tx *gorm.DB, id string, now time.Time) error {
	done := tx.Exec(`UPDATE persons SET version = version + 1, updated_at = ? WHERE id = ?`, now, id)
	if done.Error == nil && done.RowsAffected == 0 {
		return notFound()
	}
	return wrap("hold person", done.Error)
}

// peopleQuery selects the persons in a reach: with a post that lasts or any grant below it, or whose last post was
// below it (so that those who have left can still be found), or, where the reach holds a root, without any of these.
func peopleQuery(tx *gorm.DB, reach policy.Reach, today models.Date) *gorm.DB {
	q := tx.Model(&models.Person{})
	if reach.All {
		return q
	}
	cond, args := reach.Below("u.path")
	where := `EXISTS (SELECT 1 FROM posts JOIN units u ON u.id = posts.unit_id
			WHERE posts.person_id = persons.id AND ` + cond + ` AND (posts.valid_to = '' OR posts.valid_to >= ?
			OR NOT EXISTS (SELECT 1 FROM posts later WHERE later.person_id = posts.person_id
				AND (later.valid_from > posts.valid_from
					OR later.valid_from = posts.valid_from AND later.id > posts.id))))
		OR EXISTS (SELECT 1 FROM role_grants g JOIN units u ON u.id = g.unit_id
			WHERE g.person_id = persons.id AND ` + cond + `)`
	all := append(slices.Clone(args), today)
	all = append(all, args...)
	if cond, roots := rootsOf(reach); len(roots) > 0 {
		where += ` OR (NOT EXISTS (SELECT 1 FROM posts WHERE posts.person_id = persons.id)
			AND NOT EXISTS (SELECT 1 FROM role_grants g WHERE g.person_id = persons.id)
			AND EXISTS (SELECT 1 FROM units u WHERE u.parent_id IS NULL AND ` + cond + `))`
		all = append(all, roots...)
	}
	return q.Where("("+where+")", all...)
}

// rootsOf is the condition that a unit u is itself one of the reach's.
func rootsOf(reach policy.Reach) (string, []any) {
	args := make([]any, 0, len(reach.Paths))
	for _, p := range reach.Paths {
		args = append(args, p)
	}
	return "u.path IN (" + strings.TrimSuffix(strings.Repeat("?,", len(args)), ",") + ")", args
}

func postedBelow(q *gorm.DB, path string, today models.Date) *gorm.DB {
	return q.Where(`EXISTS (SELECT 1 FROM posts JOIN units u ON u.id = posts.unit_id WHERE posts.person_id = persons.id
		AND `+current("posts")+` AND u.path LIKE ?)`, append(on(today), path+"%")...)
}

// listPeople reads one page of q and, in one more query, the current posts of those on it.
func listPeople(q, tx *gorm.DB, f PeopleFilter, today models.Date) ([]PersonRow, int, error) {
	if text := strings.TrimSpace(f.Text); text != "" {
		cond, args := called("persons", text)
		q = q.Where(cond, args...)
	}
	q = q.Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, wrap("count people", err)
	}
	size := models.PageSize(f.Size, 20)
	var people []models.Person
	err := q.Order(f.Order.By(peopleColumns, "persons.staff_no")).Limit(size).Offset((max(1, f.Page) - 1) * size).
		Find(&people).Error
	if err != nil {
		return nil, 0, wrap("list people", err)
	}
	ids := make([]string, 0, len(people))
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	posts, err := firstPosts(tx, ids, today)
	rows := make([]PersonRow, 0, len(people))
	for _, p := range people {
		rows = append(rows, PersonRow{Person: p, Post: posts[p.ID].Title, Unit: posts[p.ID].Unit})
	}
	return rows, int(total), err
}

// called is the condition that a person is called what was typed: part of the name, pinyin, initials, or the beginning
// of the staff number. table is the name of persons in the query.
func called(table, text string) (string, []any) {
	cond := table + ".name LIKE ? OR " + table + ".staff_no LIKE ?"
	args := []any{"%" + like(text) + "%", like(NormalStaffNo(text)) + "%"}
	if sounds, more := find.Cond(find.Person, table+".id", text); sounds != "" {
		cond, args = cond+" OR "+sounds, append(args, more...)
	}
	return "(" + cond + ")", args
}

// like takes the wildcards out of a text that is looked for: neither names nor staff numbers hold them.
func like(text string) string { return strings.NewReplacer("%", "", "_", "", `\`, "").Replace(text) }

// firstPosts returns the main current post of each person.
func firstPosts(tx *gorm.DB, ids []string, today models.Date) (map[string]PostRow, error) {
	var rows []PostRow
	err := postQuery(tx).Where("posts.person_id IN ?", ids).Where(current("posts"), on(today)...).
		Order(models.MainFirst("posts")).Find(&rows).Error
	out := make(map[string]PostRow, len(ids))
	for _, r := range rows {
		if _, known := out[r.PersonID]; !known {
			out[r.PersonID] = r
		}
	}
	return out, wrap("list posts", err)
}

func postQuery(tx *gorm.DB) *gorm.DB {
	return tx.Table("posts").Select("posts.*, u.name AS unit, m.name AS manager").
		Joins("JOIN units u ON u.id = posts.unit_id").Joins("JOIN units m ON m.id = posts.manager_id")
}

func postsOf(tx *gorm.DB, personID string, today models.Date) ([]PostRow, error) {
	var rows []PostRow
	err := postQuery(tx).Where("posts.person_id = ?", personID).Order("posts.valid_from DESC, posts.id DESC").
		Find(&rows).Error
	for i, r := range rows {
		rows[i].Current = r.ValidFrom <= today && (r.ValidTo == "" || r.ValidTo >= today)
	}
	return rows, wrap("list posts of person", err)
}

func setDisabled(tx *gorm.DB, now time.Time, personID string, version int, at *time.Time) error {
	done := tx.Exec(`UPDATE persons SET disabled_at = ?, closes_on = '', version = version + 1, updated_at = ?
		WHERE id = ? AND version = ?`, at, now, personID, version)
	if done.Error == nil && done.RowsAffected == 0 {
		return stale()
	}
	return wrap("close or open account", done.Error)
}
