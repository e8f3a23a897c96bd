package cases

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// placed is a case with the path of its unit.
type placed struct {
	models.Case
	UnitPath string
}

// caseTx loads the case if the actor may see it. Fault: NotFound "serve.unknown_case".
func caseTx(tx *gorm.DB, who models.Actor, id string) (placed, error) {
	var found []placed
	err := seenTx(tx, who).Select("c.*, u.path AS unit_path").Where("c.id = ?", id).Limit(1).Find(&found).Error
	if err != nil {
		return placed{}, fmt.Errorf("read case: %w", err)
	}
	if len(found) == 0 {
		return placed{}, fault.New(fault.NotFound, "serve.unknown_case")
	}
	return found[0], nil
}

// SeeTx loads a case that the actor may see, with the path of its unit.
//
// Fault: NotFound "serve.unknown_case".
func SeeTx(tx *gorm.DB, who models.Actor, id string) (c models.Case, unitPath string, err error) {
	p, err := caseTx(tx, who, id)
	return p.Case, p.UnitPath, err
}

// matterTx loads a matter that is on the duty list today. Fault: Invalid on "matter".
func matterTx(tx *gorm.DB, id string, on models.Date) (models.Matter, error) {
	var m []models.Matter
	err := tx.Where("id = ? AND valid_from <= ? AND (valid_to = '' OR valid_to >= ?)", id, on, on).
		Limit(1).Find(&m).Error
	if err != nil {
		return models.Matter{}, fmt.Errorf("read matter: %w", err)
	}
	if len(m) == 0 {
		return models.Matter{}, fault.Wrong(fault.On("matter", "form.not_listed", "value", ""))
	}
	return m[0], nil
}

// unitTx loads a unit. Fault: Invalid on "unit".
func unitTx(tx *gorm.DB, id string) (models.Unit, error) {
	var u []models.Unit
	if err := tx.Where("id = ?", id).Limit(1).Find(&u).Error; err != nil {
		return models.Unit{}, fmt.Errorf("read unit: %w", err)
	}
	if len(u) == 0 {
		return models.Unit{}, fault.Wrong(fault.On("unit", "form.not_listed", "value", ""))
	}
	return u[0], nil
}

// unitForTx returns the unit a new case goes to: the wanted one, which lies at or below the matter's; else the matter's
// where the clerk reaches it; else the clerk's own below it.
func unitForTx(tx *gorm.DB, who models.Actor, m models.Matter, wanted string) (models.Unit, error) {
	home, err := unitTx(tx, m.UnitID)
	if err != nil {
		return home, err
	}
	if wanted != "" {
		u, err := unitTx(tx, wanted)
		if err == nil && !policy.Within(u.Path, home.Path) {
			err = fault.Wrong(fault.On("unit", "serve.unit_not_responsible", "unit", u.Name))
		}
		return u, err
	}
	if policy.Can(who, policy.CaseTakeIn, policy.Object{UnitPath: home.Path}) {
		return home, nil
	}
	for _, g := range who.Grants {
		if g.Role == models.RoleIntake && policy.Within(g.UnitPath, home.Path) {
			return unitTx(tx, g.UnitID)
		}
	}
	return home, fault.Wrong(fault.On("matter", "serve.matter_not_yours"))
}

// like returns the pattern that finds a text anywhere; used with ESCAPE '!'.
func like(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}

// updateTx changes the case if nobody was faster. Fault: Conflict "serve.stale".
func updateTx(tx *gorm.DB, c *models.Case, version int, set map[string]any) error {
	if c.Version != version {
		return errStale
	}
	set["version"] = version + 1
	res := tx.Model(&models.Case{}).Where("id = ? AND version = ?", c.ID, version).Updates(set)
	if res.Error != nil {
		return fmt.Errorf("write case: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return errStale
	}
	return tx.Where("id = ?", c.ID).Take(c).Error
}
