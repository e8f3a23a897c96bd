package accounts

import (
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/models"
	"shanzhi/models/policy"
)

// maxReceivers is how many people a form offers at most; beyond that, the unit of the work is too high for a list.
const maxReceivers = 500

// endedDays is how far back the daily job looks for posts that have ended: a month, so that no pause of the program
// lets a role live on.
const endedDays = 31

const receiverColumns = "posts.id AS post_id, posts.person_id, posts.unit_id, posts.title, p.name, p.staff_no, " +
	"u.name AS unit, u.path AS unit_path, COALESCE(a.name, '') AS above"

func receiverQuery(tx *gorm.DB, day models.Date) *gorm.DB {
	return tx.Table("posts").Select(receiverColumns).
		Joins("JOIN persons p ON p.id = posts.person_id AND p.disabled_at IS NULL").
		Joins("JOIN units u ON u.id = posts.unit_id").Joins("LEFT JOIN units a ON a.id = u.parent_id").
		Where("(p.closes_on = '' OR p.closes_on >= ?)", day).Where(current("posts"), on(day)...)
}

// receiversTx lists who holds a post today where the items belong, within the actor's reach and without one person (""
// = nobody): those of the units that have the items now first, then by unit and staff number.
func receiversTx(
	tx *gorm.DB, actor models.Actor, today models.Date, items []WorkItem, without string,
) ([]Receiver, error) {
	homes, units := policy.Reach{}, []string{""}
	for _, it := range items {
		if !it.ByRole() {
			homes.Paths, units = append(homes.Paths, it.HomePath), append(units, it.UnitPath)
		}
	}
	if len(homes.Paths) == 0 {
		return nil, nil
	}
	homes.Paths, units = slices.Compact(slices.Sorted(slices.Values(homes.Paths))), slices.Compact(units)
	var rows []Receiver
	q := within(within(receiverQuery(tx, today), homes, "u.path"), policy.Scope(actor, policy.HandOver), "u.path")
	err := q.Where("posts.person_id <> ?", without).
		Order(clause.OrderBy{Expression: clause.Expr{
			SQL: "CASE WHEN u.path IN ? THEN 0 ELSE 1 END, u.path, p.staff_no, posts.id", Vars: []any{units},
		}}).Limit(maxReceivers).Find(&rows).Error
	return rows, wrap("list receivers", err)
}

// receiverTx returns who holds a post on a day; its PostID is "" when nobody does.
func receiverTx(tx *gorm.DB, postID string, day models.Date) (row Receiver, err error) {
	return row, wrap("read receiver", receiverQuery(tx, day).Where("posts.id = ?", postID).Limit(1).Find(&row).Error)
}

func insertHandover(tx *gorm.DB, row *models.Handover) error {
	return wrap("enter handing over", tx.Create(row).Error)
}

func plansTx(tx *gorm.DB, personID string) (rows []PlanRow, err error) {
	err = tx.Table("handovers").
		Select("handovers.*, p.name AS receiver, p.staff_no, u.name AS unit, posts.title").
		Joins("JOIN posts ON posts.id = handovers.to_post_id").Joins("JOIN persons p ON p.id = posts.person_id").
		Joins("JOIN units u ON u.id = posts.unit_id").Where("handovers.person_id = ?", personID).
		Order("handovers.id DESC").Limit(50).Find(&rows).Error
	return rows, wrap("list handing over", err)
}

func duePlansTx(tx *gorm.DB, personID string, today models.Date) (rows []models.Handover, err error) {
	err = tx.Where("person_id = ? AND done_at IS NULL AND due_on <= ?", personID, today).Order("id").Find(&rows).Error
	return rows, wrap("list handing over that is due", err)
}

// finishPlan marks a plan as done; false when it was already.
func finishPlan(tx *gorm.DB, id string, now time.Time, items int) (bool, error) {
	done := tx.Exec(`UPDATE handovers SET done_at = ?, items = ? WHERE id = ? AND done_at IS NULL`, now, items, id)
	return done.RowsAffected > 0, wrap("finish handing over", done.Error)
}

func deletePlan(tx *gorm.DB, personID, id string) (bool, error) {
	done := tx.Where("id = ? AND person_id = ? AND done_at IS NULL", id, personID).Delete(&models.Handover{})
	return done.RowsAffected > 0, wrap("take back handing over", done.Error)
}

// dueTx lists the people of whom something is due: a term that is over and not named, a role that outlived its post, a
// promised handing over, a login whose last day is past.
func dueTx(tx *gorm.DB, today models.Date) (ids []string, err error) {
	err = tx.Model(&models.Person{}).
		Where(`id IN (SELECT person_id FROM posts
				WHERE kind <> ? AND end_reason = '' AND valid_to <> '' AND valid_to < ?)
			OR id IN (SELECT person_id FROM handovers WHERE done_at IS NULL AND due_on <= ?)
			OR (disabled_at IS NULL AND closes_on <> '' AND closes_on < ?)
			OR id IN (SELECT o.person_id FROM posts o JOIN role_grants g ON g.person_id = o.person_id
				AND g.unit_id = o.unit_id AND g.valid_from <= o.valid_to
				AND (g.valid_to = '' OR g.valid_to > o.valid_to) AND (g.valid_to = '' OR g.valid_to >= ?)
				WHERE o.valid_to < ? AND o.valid_to >= ? AND NOT EXISTS (SELECT 1 FROM posts n WHERE
				n.person_id = o.person_id AND n.unit_id = o.unit_id AND n.valid_from <= ?
				AND (n.valid_to = '' OR n.valid_to >= ?)))`,
			models.Appointed, today, today, today, today, today, today.AddDays(-endedDays), today, today).
		Order("id").Pluck("id", &ids).Error
	return ids, wrap("list people of whom something is due", err)
}

// nameTermOver gives loans and temporary posts that have ended by themselves their reason.
func nameTermOver(tx *gorm.DB, personID string, today models.Date) (int, error) {
	done := tx.Exec(`UPDATE posts SET end_reason = ?, version = version + 1
		WHERE person_id = ? AND kind <> ? AND end_reason = '' AND valid_to <> '' AND valid_to < ?`,
		models.TermOver, personID, models.Appointed, today)
	return int(done.RowsAffected), wrap("name end of term", done.Error)
}

// endedLately returns the posts of a person that have ended within the last month.
func endedLately(tx *gorm.DB, personID string, today models.Date) (rows []models.Post, err error) {
	err = tx.Where("person_id = ? AND valid_to < ? AND valid_to >= ?", personID, today, today.AddDays(-endedDays)).
		Order("id").Find(&rows).Error
	return rows, wrap("read posts that have ended", err)
}
