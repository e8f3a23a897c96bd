package accounts

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// PersonByLogin returns the person of a staff number or mobile number, for the command line.
// Fault: NotFound "account.no_login", Forbidden for whoever does not administer accounts.
func (s *Service) PersonByLogin(ctx context.Context, actor models.Actor, login string) (models.Person, error) {
	if !actor.System {
		return models.Person{}, policy.Check(actor, policy.AdminPeople, policy.Object{})
	}
	p, err := s.findLogin(ctx, login)
	if err != nil {
		return models.Person{}, err
	}
	if p == nil {
		return models.Person{}, fault.New(fault.NotFound, "account.no_login", "login", login)
	}
	return *p, nil
}

// UnitByName returns the unit of a unified social credit code or, where it is the only one of that name, of a name.
// Faults: NotFound "account.no_unit"; Conflict "account.unit_twice".
func (s *Service) UnitByName(ctx context.Context, actor models.Actor, name string) (models.Unit, error) {
	if !actor.System {
		return models.Unit{}, policy.Check(actor, policy.AdminUnits, policy.Object{})
	}
	var found []models.Unit
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		return tx.Where("code = ? OR id = ? OR name = ?", name, name, name).Order("id").Limit(2).Find(&found).Error
	})
	switch {
	case err != nil:
		return models.Unit{}, fmt.Errorf("look for unit: %w", err)
	case len(found) == 0:
		return models.Unit{}, fault.New(fault.NotFound, "account.no_unit", "name", name)
	case len(found) > 1:
		return models.Unit{}, fault.New(fault.Conflict, "account.unit_twice", "name", name)
	}
	return found[0], nil
}
