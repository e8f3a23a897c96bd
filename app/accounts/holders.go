package accounts

import (
	"gorm.io/gorm"

	"shanzhi/models"
)

// Holder is somebody with a role today, and the unit at which he has it.
type Holder struct {
	PersonID, UnitID, Unit, Path string
	Role                         models.Role
}

// HoldersTx lists who holds one of the roles today and can log in, in the order of granting.
func HoldersTx(tx *gorm.DB, today models.Date, roles ...models.Role) (rows []Holder, err error) {
	err = tx.Table("role_grants").
		Select("role_grants.person_id, role_grants.unit_id, role_grants.role, u.name AS unit, u.path").
		Joins("JOIN units u ON u.id = role_grants.unit_id").
		Joins("JOIN persons p ON p.id = role_grants.person_id AND p.disabled_at IS NULL").
		Where("role_grants.role IN ?", roles).Where(current("role_grants"), on(today)...).
		Order("role_grants.id").Find(&rows).Error
	return rows, wrap("list who holds a role", err)
}
