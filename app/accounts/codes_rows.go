package accounts

import (
	"errors"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// waiting selects those below a path who have an account that is open and no password: by a post there or, without any
// post, by a role there. Not among them is who holds a role that asks for two administrators (see AskReset), nor who
// holds one beyond the reach of whoever prints the codes: a code would reach as far.
func waiting(tx *gorm.DB, reach policy.Reach, path string, today models.Date) *gorm.DB {
	wider, args := widerCond(reach, today)
	q := tx.Model(&models.Person{}).Where("persons.password_hash = '' AND persons.disabled_at IS NULL").
		Where(`NOT EXISTS (SELECT 1 FROM role_grants g WHERE g.person_id = persons.id AND g.role IN ?
			AND (g.valid_to = '' OR g.valid_to >= ?))`, guarded, today).
		Where("NOT "+wider, args...)
	return q.Where(firstUnit+" IS NOT NULL", firstUnitArgs(path, today)...)
}

// firstUnit is the path of the first unit below a path at which a person has a post or, without any post, a role.
var firstUnit = `CASE WHEN EXISTS (SELECT 1 FROM posts WHERE posts.person_id = persons.id AND ` + current("posts") + `)
	THEN (SELECT MIN(u.path) FROM posts JOIN units u ON u.id = posts.unit_id WHERE posts.person_id = persons.id
		AND ` + current("posts") + ` AND u.path LIKE ?)
	ELSE (SELECT MIN(u.path) FROM role_grants g JOIN units u ON u.id = g.unit_id WHERE g.person_id = persons.id
		AND (g.valid_to = '' OR g.valid_to >= ?) AND u.path LIKE ?) END`

func firstUnitArgs(path string, today models.Date) []any {
	args := append(on(today), on(today)...)
	return append(args, path+"%", today, path+"%")
}

// widerCond is the condition that somebody (persons) holds a role, today or later, at a unit that a reach does not
// cover.
func widerCond(reach policy.Reach, today models.Date) (string, []any) {
	cond, args := reach.Below("u.path")
	return `EXISTS (SELECT 1 FROM role_grants g JOIN units u ON u.id = g.unit_id WHERE g.person_id = persons.id
		AND (g.valid_to = '' OR g.valid_to >= ?) AND NOT ` + cond + `)`, append([]any{today}, args...)
}

// isWider reports whether somebody holds a role, today or later, at a unit that a reach does not cover.
func isWider(tx *gorm.DB, reach policy.Reach, personID string, today models.Date) (bool, error) {
	cond, args := widerCond(reach, today)
	var n int64
	err := tx.Model(&models.Person{}).Where("persons.id = ?", personID).Where(cond, args...).Count(&n).Error
	return n > 0, wrap("read roles", err)
}

func countWaiting(q *gorm.DB) (int, error) {
	var n int64
	err := q.Count(&n).Error
	return int(n), wrap("count people without a password", err)
}

// listWaiting lists them by unit and staff number, so that the slips of a unit lie together. q is made by waiting.
func listWaiting(q *gorm.DB, path string, today models.Date, most int) ([]PersonRow, error) {
	var rows []PersonRow
	err := q.Select("persons.*, v.name AS unit").
		Joins("JOIN units v ON v.path = "+firstUnit, firstUnitArgs(path, today)...).
		Order("v.path, persons.staff_no").Limit(most).Find(&rows).Error
	return rows, wrap("list people without a password", err)
}

// liveCond is the condition that somebody (persons) holds a slip that can still be used.
func liveCond(now time.Time) (string, []any) {
	return `EXISTS (SELECT 1 FROM access_codes c WHERE c.person_id = persons.id AND c.kind = ? AND c.used_at IS NULL
		AND c.void_at IS NULL AND c.expires_at > ? AND c.tries < ?)`, []any{models.CodeActivate, now, codeTries}
}

// waitingRows lists the first of those who wait, with the slips that they hold.
func waitingRows(tx *gorm.DB, now time.Time, reach policy.Reach, path string) ([]WaitingRow, error) {
	today := models.DateOf(now)
	people, err := listWaiting(waiting(tx, reach, path, today), path, today, listedMost)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	ids := make([]string, 0, len(people))
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	var live []models.AccessCode
	err = tx.Where("person_id IN ? AND kind = ? AND used_at IS NULL AND void_at IS NULL", ids, models.CodeActivate).
		Where("expires_at > ? AND tries < ?", now, codeTries).Find(&live).Error
	until := map[string]*time.Time{}
	for i, c := range live {
		until[c.PersonID] = &live[i].ExpiresAt
	}
	out := make([]WaitingRow, 0, len(people))
	for _, p := range people {
		out = append(out, WaitingRow{PersonRow: p, Until: until[p.ID]})
	}
	return out, wrap("read slips", err)
}

func lastIssue(tx *gorm.DB, path string, kind models.CodeKind) (*time.Time, error) {
	var row models.AccessCode
	err := tx.Table("access_codes").Select("access_codes.*").Joins("JOIN units u ON u.id = access_codes.unit_id").
		Where("u.path LIKE ? AND access_codes.kind = ?", path+"%", kind).Order("access_codes.id DESC").Take(&row).Error
	switch {
	case db.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, wrap("read last codes", err)
	}
	return &row.IssuedAt, nil
}

func insertCodes(tx *gorm.DB, rows []models.AccessCode) error {
	return wrap("keep codes", tx.CreateInBatches(rows, 200).Error)
}

// voidCodes makes the codes of people worthless that were not used.
func voidCodes(tx *gorm.DB, now time.Time, ids []string) error {
	for len(ids) > 0 {
		part := ids[:min(500, len(ids))]
		ids = ids[len(part):]
		err := tx.Exec(`UPDATE access_codes SET void_at = ?
			WHERE person_id IN ? AND used_at IS NULL AND void_at IS NULL`, now, part).Error
		if err != nil {
			return wrap("void codes", err)
		}
	}
	return nil
}

// liveCode returns the code of a person that can still be used: the latest one. none when there is no such code.
func liveCode(tx *gorm.DB, now time.Time, personID string) (row models.AccessCode, found bool, err error) {
	err = tx.Where("person_id = ?", personID).Order("id DESC").Take(&row).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return row, false, nil
	case err != nil:
		return row, false, wrap("read code", err)
	}
	live := row.UsedAt == nil && row.VoidAt == nil && now.Before(row.ExpiresAt) && row.Tries < codeTries
	return row, live, nil
}

// countCode counts a try of a code; false when it was used up meanwhile.
func countCode(tx *gorm.DB, id string) (bool, error) {
	done := tx.Exec(`UPDATE access_codes SET tries = tries + 1
		WHERE id = ? AND tries < ? AND used_at IS NULL AND void_at IS NULL`, id, codeTries)
	return done.RowsAffected == 1, wrap("count code", done.Error)
}

// useCode uses a code up; false when somebody else was faster.
func useCode(tx *gorm.DB, now time.Time, id string) (bool, error) {
	done := tx.Exec(`UPDATE access_codes SET used_at = ? WHERE id = ? AND used_at IS NULL AND void_at IS NULL`, now, id)
	return done.RowsAffected == 1, wrap("use code", done.Error)
}

func codesOf(tx *gorm.DB, personID string, onlyNew bool) ([]CodeNotice, error) {
	q := tx.Table("access_codes").Select("access_codes.*, COALESCE(p.name, '') AS issuer, u.name AS unit").
		Joins("LEFT JOIN persons p ON p.id = access_codes.issued_by").
		Joins("JOIN units u ON u.id = access_codes.unit_id").
		Where("access_codes.person_id = ? AND access_codes.kind IN ?", personID,
			[]models.CodeKind{models.CodeReset, models.CodeTwo})
	if onlyNew {
		q = q.Where("access_codes.told_at IS NULL")
	}
	var rows []CodeNotice
	return rows, wrap("list codes", q.Order("access_codes.id DESC").Limit(50).Find(&rows).Error)
}

func tellCodes(tx *gorm.DB, now time.Time, personID string) (int64, error) {
	done := tx.Exec(`UPDATE access_codes SET told_at = ? WHERE person_id = ? AND told_at IS NULL`, now, personID)
	return done.RowsAffected, wrap("note that codes were told", done.Error)
}
