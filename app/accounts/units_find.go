package accounts

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// FoundUnit is a unit that was found, with the one above it, which tells units of the same name apart.
type FoundUnit struct {
	ID, Name, Code, Above string
	Kind                  models.UnitKind
}

// FindUnits lists the existing units within the actor's reach by part of the name or the beginning of the code, in the
// order of the tree. Fault: Forbidden.
func (s *Service) FindUnits(
	ctx context.Context, actor models.Actor, text string, page, size int,
) (rows []FoundUnit, total int, err error) {
	if !policy.May(actor, policy.AdminUnits) {
		return nil, 0, policy.Check(actor, policy.AdminUnits, policy.Object{})
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, total, err = findUnits(tx, policy.Scope(actor, policy.AdminUnits), text, today, page, size)
		return err
	})
	return rows, total, err
}

func findUnits(
	tx *gorm.DB, reach policy.Reach, text string, today models.Date, page, size int,
) (rows []FoundUnit, total int, err error) {
	text = like(strings.TrimSpace(text))
	q := within(tx.Model(&models.Unit{}), reach, "units.path").Where(current("units"), on(today)...).
		Where("(units.name LIKE ? OR units.code LIKE ?)", "%"+text+"%", text+"%").Session(&gorm.Session{})
	var n int64
	if err := q.Count(&n).Error; err != nil {
		return nil, 0, wrap("count units", err)
	}
	size = models.PageSize(size, 20)
	err = q.Select("units.id, units.name, COALESCE(units.code, '') AS code, units.kind, COALESCE(a.name, '') AS above").
		Joins("LEFT JOIN units a ON a.id = units.parent_id").Order("units.path").
		Limit(size).Offset((max(1, page) - 1) * size).Find(&rows).Error
	return rows, int(n), wrap("find units", err)
}
