package onboard

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// StaffFilter narrows the list of staff numbers.
type StaffFilter struct {
	UnitID     string // with all units below it; "" = the whole reach
	Waiting    bool   // only who has not begun yet
	Made       bool   // only numbers made up here
	Page, Size int    // from 1; 0 = 50
}

// StaffRow is one person of the list with the post that puts him there.
type StaffRow struct {
	StaffNo, Name, Title, Unit, Above string
	MustChange                        bool
}

// Staff lists people with the staff numbers by which they sign in, unit by unit, with the number of all that match: to
// be handed to each unit.
//
// Faults: Forbidden; NotFound for a unit out of reach.
func (s *Service) Staff(ctx context.Context, who models.Actor, f StaffFilter) (rows []StaffRow, total int, err error) {
	if err := allowed(who, Roster); err != nil {
		return nil, 0, err
	}
	today := models.DateOf(s.now())
	reach := policy.Scope(who, policy.AdminPeople)
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		if f.UnitID != "" {
			t, err := treeTx(tx, reach)
			if err != nil {
				return err
			}
			u := t.byID[f.UnitID]
			if u == nil {
				return notFound()
			}
			reach = policy.Reach{Paths: []string{u.Path}}
		}
		rows, total, err = staffTx(tx, reach, today, f)
		return err
	})
	return rows, total, err
}

func staffTx(tx *gorm.DB, reach policy.Reach, today models.Date, f StaffFilter) ([]StaffRow, int, error) {
	q := tx.Table("posts AS p").Joins("JOIN persons s ON s.id = p.person_id").Joins("JOIN units u ON u.id = p.unit_id").
		Joins("LEFT JOIN units a ON a.id = u.parent_id").
		Where("p.kind = ? AND s.disabled_at IS NULL", models.Appointed).
		Where("p.valid_from <= ? AND (p.valid_to = '' OR p.valid_to >= ?)", today, today)
	within, args := reach.Below("u.path")
	q = q.Where(within, args...)
	if f.Waiting {
		q = q.Where("s.must_change = ?", true)
	}
	if f.Made {
		q = q.Where("s.staff_no LIKE ?", madePrefix+"_______")
	}
	q = q.Session(&gorm.Session{})
	var total int64
	if err := q.Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count staff numbers: %w", err)
	}
	size := f.Size
	if size < 1 {
		size = 50
	}
	var out []StaffRow
	err := q.Select("s.staff_no, s.name, p.title, u.name AS unit, COALESCE(a.name, '') AS above, s.must_change").
		Order("u.path, s.staff_no, p.id").Limit(size).Offset((max(1, f.Page) - 1) * size).Find(&out).Error
	if err != nil {
		return nil, 0, fmt.Errorf("list staff numbers: %w", err)
	}
	return out, int(total), nil
}
