package assessments

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/models"
	"shanzhi/models/fault"
)

// Latest stands for the period that was sealed last.
const Latest = "latest"

// PeriodTx returns the period of a code, or the one sealed last; NotFound "assess.no_period".
func PeriodTx(tx *gorm.DB, code string) (p models.Period, err error) {
	var res *gorm.DB
	if code == Latest {
		res = tx.Where("state <> ?", models.PeriodOpen).Order("sealed_at DESC").Limit(1).Find(&p)
	} else {
		res = tx.Where("code = ?", code).Limit(1).Find(&p)
	}
	if res.Error != nil {
		return p, fmt.Errorf("read period: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return p, fault.New(fault.NotFound, "assess.no_period")
	}
	return p, nil
}

// lockPeriodTx reads a period for a change.
func lockPeriodTx(tx *gorm.DB, code string) (p models.Period, err error) {
	return PeriodTx(tx.Clauses(clause.Locking{Strength: "UPDATE"}), code)
}

// movePeriodTx writes the columns of a step and refuses when another was faster.
func movePeriodTx(tx *gorm.DB, p models.Period, set map[string]any) error {
	set["version"] = p.Version + 1
	res := tx.Model(&models.Period{}).Where("id = ? AND version = ?", p.ID, p.Version).Updates(set)
	switch {
	case res.Error != nil:
		return fmt.Errorf("move period %s: %w", p.Code, res.Error)
	case res.RowsAffected == 0:
		return fault.New(fault.Conflict, "error.stale")
	}
	return nil
}

func unitTx(tx *gorm.DB, id string) (u models.Unit, err error) {
	res := tx.Where("id = ?", id).Limit(1).Find(&u)
	if res.Error != nil {
		return u, fmt.Errorf("read unit: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return u, fault.New(fault.NotFound, "error.not_found")
	}
	return u, nil
}

// rootPathTx returns the path of the root of the tree of units, "" where there is no unit yet.
func rootPathTx(tx *gorm.DB) (string, error) {
	var u models.Unit
	if err := tx.Select("id", "path").Where("parent_id IS NULL").Order("path").Limit(1).Find(&u).Error; err != nil {
		return "", fmt.Errorf("read root unit: %w", err)
	}
	return u.Path, nil
}

// visiblePeriodTx returns a period that the actor sees; NotFound "assess.no_period" for everybody else.
func visiblePeriodTx(tx *gorm.DB, who models.Actor, code string) (p models.Period, err error) {
	if p, err = PeriodTx(tx, code); err != nil {
		return p, err
	}
	u, err := unitTx(tx, p.UnitID)
	if err != nil {
		return p, err
	}
	if !SeesPeriod(who, u.Path) {
		return p, fault.New(fault.NotFound, "assess.no_period")
	}
	return p, nil
}

func unitPathsTx(tx *gorm.DB) (map[string]string, error) {
	var rows []models.Unit
	if err := tx.Select("id", "path").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read unit paths: %w", err)
	}
	out := make(map[string]string, len(rows))
	for _, u := range rows {
		out[u.ID] = u.Path
	}
	return out, nil
}

// namesTx returns the names of people in their order, "" for nobody.
func namesTx(tx *gorm.DB, ids ...*string) ([]string, error) {
	var want []string
	for _, id := range ids {
		if id != nil {
			want = append(want, *id)
		}
	}
	out := make([]string, len(ids))
	if len(want) == 0 {
		return out, nil
	}
	var rows []models.Person
	if err := tx.Select("id", "name").Where("id IN ?", want).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	for i, id := range ids {
		for _, r := range rows {
			if same(r.ID, id) {
				out[i] = r.Name
			}
		}
	}
	return out, nil
}
