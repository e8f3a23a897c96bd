package accounts

import (
	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/policy"
)

func insertDesk(tx *gorm.DB, row *models.DeskGrant) error {
	return wrap("delegate", tx.Create(row).Error)
}

func deskQuery(tx *gorm.DB, reach policy.Reach) *gorm.DB {
	q := tx.Table("desk_grants").Joins("JOIN persons p ON p.id = desk_grants.person_id").
		Joins("JOIN units u ON u.id = desk_grants.unit_id").
		Joins("LEFT JOIN persons b ON b.id = desk_grants.granted_by")
	return within(q, reach, "u.path")
}

const deskColumns = "desk_grants.*, p.name AS person, p.staff_no AS staff_no, u.name AS unit, " +
	"COALESCE(b.name, '') AS grantor"

func listDesks(tx *gorm.DB, reach policy.Reach, today models.Date, page, size int) ([]DeskRow, int, error) {
	q := deskQuery(tx, reach).Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, wrap("count delegations", err)
	}
	var rows []DeskRow
	err := q.Select(deskColumns).Order("desk_grants.id DESC").Limit(size).Offset((max(1, page) - 1) * size).
		Find(&rows).Error
	return markEnded(rows, today), int(total), wrap("list delegations", err)
}

// desksOf lists the delegations of a person that hold today.
func desksOf(tx *gorm.DB, personID string, today models.Date) ([]DeskRow, error) {
	var rows []DeskRow
	err := deskQuery(tx, policy.Reach{All: true}).Select(deskColumns).Where("desk_grants.person_id = ?", personID).
		Where(current("desk_grants"), on(today)...).Order("desk_grants.id").Find(&rows).Error
	return rows, wrap("read own delegations", err)
}

func deskByID(tx *gorm.DB, reach policy.Reach, id string, today models.Date) (DeskRow, error) {
	var rows []DeskRow
	err := deskQuery(tx, reach).Select(deskColumns).Where("desk_grants.id = ?", id).Limit(1).Find(&rows).Error
	switch {
	case err != nil:
		return DeskRow{}, wrap("read delegation", err)
	case len(rows) == 0:
		return DeskRow{}, notFound()
	}
	return markEnded(rows, today)[0], nil
}

func markEnded(rows []DeskRow, today models.Date) []DeskRow {
	for i, r := range rows {
		rows[i].Ended = r.ValidTo < today
	}
	return rows
}

func endDesk(tx *gorm.DB, id string, last models.Date) error {
	return wrap("end delegation", tx.Exec(`UPDATE desk_grants SET valid_to = ? WHERE id = ?`, last, id).Error)
}

// endDesksAt ends the delegations of a person at a unit that would go on after a day.
func endDesksAt(tx *gorm.DB, personID, unitID string, last models.Date) error {
	return wrap("end delegations", tx.Exec(`UPDATE desk_grants SET valid_to = ?
		WHERE person_id = ? AND unit_id = ? AND valid_to > ?`, last, personID, unitID, last).Error)
}
