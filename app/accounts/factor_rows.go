package accounts

import (
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

func factorByPerson(tx *gorm.DB, personID string) (row models.SecondFactor, found bool, err error) {
	err = tx.Take(&row, "person_id = ?", personID).Error
	if db.IsNotFound(err) {
		return row, false, nil
	}
	return row, err == nil, wrap("read second factor", err)
}

func insertFactor(tx *gorm.DB, row *models.SecondFactor) error {
	return wrap("keep second factor", tx.Create(row).Error)
}

// takeStep remembers the step of a code; false when a code of this step or a later one was taken before.
func takeStep(tx *gorm.DB, personID string, step int64) (bool, error) {
	done := tx.Exec(`UPDATE second_factors SET last_step = ? WHERE person_id = ? AND last_step < ?`,
		step, personID, step)
	return done.RowsAffected == 1, wrap("take code", done.Error)
}

// takeRecovery uses a recovery code up; false when there is none with that hash.
func takeRecovery(tx *gorm.DB, now time.Time, personID, hash string) (bool, error) {
	done := tx.Exec(`UPDATE recovery_codes SET used_at = ? WHERE person_id = ? AND hash = ? AND used_at IS NULL`,
		now, personID, hash)
	return done.RowsAffected == 1, wrap("take recovery code", done.Error)
}

func insertRecovery(tx *gorm.DB, rows []models.RecoveryCode) error {
	return wrap("keep recovery codes", tx.Create(rows).Error)
}

func countRecovery(tx *gorm.DB, personID string) (int, error) {
	var n int64
	err := tx.Model(&models.RecoveryCode{}).Where("person_id = ? AND used_at IS NULL", personID).Count(&n).Error
	return int(n), wrap("count recovery codes", err)
}

func deleteRecovery(tx *gorm.DB, personID string) error {
	return wrap("delete recovery codes", tx.Where("person_id = ?", personID).Delete(&models.RecoveryCode{}).Error)
}

// deleteFactor takes a second factor away with its recovery codes.
func deleteFactor(tx *gorm.DB, personID string) error {
	if err := deleteRecovery(tx, personID); err != nil {
		return err
	}
	return wrap("delete second factor", tx.Where("person_id = ?", personID).Delete(&models.SecondFactor{}).Error)
}

// factorQuery selects those in a reach who have a second factor.
func factorQuery(tx *gorm.DB, reach policy.Reach, today models.Date) *gorm.DB {
	return peopleQuery(tx, reach, today).Joins("JOIN second_factors f ON f.person_id = persons.id")
}

// readFactors reads the rows of a query, with who of them is an administrator.
func readFactors(q *gorm.DB, today models.Date) (rows []FactorRow, err error) {
	admins := []models.Role{models.RoleSystem, models.RoleSecurity, models.RoleAudit}
	admin := `EXISTS (SELECT 1 FROM role_grants a WHERE a.person_id = persons.id AND a.role IN ?
		AND (a.valid_to = '' OR a.valid_to >= ?))`
	err = q.Select("persons.id AS person_id, persons.name AS name, persons.staff_no AS staff_no, "+
		"f.enrolled_at AS enrolled_at, "+admin+" AS admin", admins, today).
		Order("persons.staff_no").Find(&rows).Error
	return rows, wrap("list second factors", err)
}

func listFactors(
	tx *gorm.DB, reach policy.Reach, text string, today models.Date, page, size int,
) ([]FactorRow, int, error) {
	q := factorQuery(tx, reach, today)
	if text = strings.TrimSpace(text); text != "" {
		q = q.Where("(persons.name LIKE ? OR persons.staff_no LIKE ?)", "%"+like(text)+"%",
			like(NormalStaffNo(text))+"%")
	}
	q = q.Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, wrap("count second factors", err)
	}
	rows, err := readFactors(q.Limit(size).Offset((max(1, page)-1)*size), today)
	return rows, int(total), err
}

func factorOf(tx *gorm.DB, reach policy.Reach, personID string, today models.Date) ([]FactorRow, error) {
	return readFactors(factorQuery(tx, reach, today).Where("persons.id = ?", personID).Limit(1), today)
}
