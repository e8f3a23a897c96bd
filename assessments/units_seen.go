package assessments

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// UnitLine is a unit with sealed figures in a list: never in the order of one of them.
type UnitLine struct {
	ID, Name, ParentName string
	Kind                 models.UnitKind
}

// UnitView is the sealed dossier of a unit.
type UnitView struct {
	Period  models.Period
	Dossier UnitDossier
	Digest  string
}

// UnitsOf returns a page of the units with sealed figures in the actor's reach, by their place in the tree, and how
// many there are. Faults: Forbidden; NotFound "assess.no_period".
func (s *Service) UnitsOf(ctx context.Context, who models.Actor, code string, f PeopleFilter,
) (out []UnitLine, n int64, err error) {
	if !policy.May(who, policy.PeriodSee) {
		return nil, 0, policy.Check(who, policy.PeriodSee, policy.Object{})
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		p, err := visiblePeriodTx(tx, who, code)
		if err != nil {
			return err
		}
		sealed := tx.Session(&gorm.Session{NewDB: true}).Model(&models.Dossier{}).Select("subject_id").
			Where("period_id = ? AND kind = ?", p.ID, UnitKind)
		q := tx.Table("units AS u").Joins("LEFT JOIN units pu ON pu.id = u.parent_id").Where("u.id IN (?)", sealed)
		if reach := policy.Scope(who, policy.PeriodSee); !reach.All {
			q = q.Where(Within(tx, "u.path", reach.Paths))
		}
		if f.Text != "" {
			q = q.Where("u.name LIKE ? ESCAPE '!'", "%"+escapeLike(f.Text)+"%")
		}
		if err := q.Session(&gorm.Session{}).Count(&n).Error; err != nil {
			return fmt.Errorf("count units: %w", err)
		}
		return q.Select("u.id, u.name, u.kind, pu.name AS parent_name").Order("u.path").Offset(f.Offset).
			Limit(models.PageSize(f.Limit, 20)).Scan(&out).Error
	})
	return out, n, err
}

// UnitOf returns what is sealed about a unit to whoever assesses there. Faults: NotFound "assess.no_dossier" where
// there is nothing or it is not in reach.
func (s *Service) UnitOf(ctx context.Context, who models.Actor, code, unitID string) (v UnitView, err error) {
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		if v.Period, err = PeriodTx(tx, code); err != nil {
			return err
		}
		u, err := unitTx(tx, unitID)
		if err != nil {
			return err
		}
		if !policy.Can(who, policy.PeriodSee, policy.Object{UnitPath: u.Path}) {
			return fault.New(fault.NotFound, "assess.no_dossier")
		}
		row, err := DossierTx(tx, v.Period.ID, UnitKind, u.ID, &v.Dossier)
		if err != nil {
			return err
		}
		v.Digest = row.Digest
		return nil
	})
	return v, err
}
