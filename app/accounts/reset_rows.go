package accounts

import (
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

func insertReset(tx *gorm.DB, row *models.AccountReset) error {
	return wrap("keep request for a reset", tx.Create(row).Error)
}

// replaceResets ends the requests of a person that still wait.
func replaceResets(tx *gorm.DB, now time.Time, personID string) error {
	return wrap("replace requests for a reset", tx.Exec(`UPDATE account_resets SET outcome = ?, decided_at = ?
		WHERE person_id = ? AND outcome = ?`, models.ResetReplaced, now, personID, models.ResetOpen).Error)
}

// closeReset ends an open request; false when it was decided or ran out before.
func closeReset(tx *gorm.DB, now time.Time, id, by string, outcome models.ResetOutcome) (bool, error) {
	done := tx.Exec(`UPDATE account_resets SET outcome = ?, decided_by = ?, decided_at = ?
		WHERE id = ? AND outcome = ? AND expires_at > ?`, outcome, by, now, id, models.ResetOpen, now)
	return done.RowsAffected == 1, wrap("decide request for a reset", done.Error)
}

func resetQuery(tx *gorm.DB, reach policy.Reach) *gorm.DB {
	q := tx.Table("account_resets").Joins("JOIN units u ON u.id = account_resets.unit_id").
		Joins("JOIN persons p ON p.id = account_resets.person_id")
	return within(q, reach, "u.path")
}

// readResets reads the rows of a query with their names.
func readResets(q *gorm.DB, now time.Time) (rows []ResetRow, err error) {
	err = q.Select(`account_resets.*, p.name AS person, p.staff_no AS staff_no, u.name AS unit,
			COALESCE(a.name, '') AS asker, COALESCE(d.name, '') AS decider`).
		Joins("LEFT JOIN persons a ON a.id = account_resets.asked_by").
		Joins("LEFT JOIN persons d ON d.id = account_resets.decided_by").Find(&rows).Error
	for i, r := range rows {
		rows[i].Open = r.Outcome == models.ResetOpen && now.Before(r.ExpiresAt)
	}
	return rows, wrap("list requests for a reset", err)
}

func listResets(tx *gorm.DB, reach policy.Reach, now time.Time, page, size int) ([]ResetRow, int, error) {
	q := resetQuery(tx, reach).Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, wrap("count requests for a reset", err)
	}
	size = models.PageSize(size, 20)
	// What waits has no outcome, and "" comes before every word.
	rows, err := readResets(q.Order("account_resets.outcome <> '', account_resets.id DESC").
		Limit(size).Offset((max(1, page)-1)*size), now)
	return rows, int(total), err
}

func resetByID(tx *gorm.DB, reach policy.Reach, now time.Time, id string) (ResetRow, error) {
	rows, err := readResets(resetQuery(tx, reach).Where("account_resets.id = ?", id), now)
	switch {
	case err != nil:
		return ResetRow{}, err
	case len(rows) == 0:
		return ResetRow{}, notFound()
	}
	return rows[0], nil
}

// countOpen counts the requests that wait within a reach.
func countOpen(tx *gorm.DB, reach policy.Reach, now time.Time) *gorm.DB {
	return resetQuery(tx, reach).Where("account_resets.outcome = ? AND account_resets.expires_at > ?",
		models.ResetOpen, now)
}
