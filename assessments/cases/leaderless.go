package cases

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/notice"
)

// holdersTx returns who holds a role at the unit of a case or above it on a day, but not those who must not decide what
// is asked in it: the handler and who asks.
func holdersTx(tx *gorm.DB, c placed, role models.Role, askedBy string, today models.Date) ([]string, error) {
	var people []string
	err := tx.Table("role_grants AS g").Joins("JOIN persons p ON p.id = g.person_id AND p.disabled_at IS NULL").
		Where("g.role = ? AND g.unit_id IN ?", role, unitsOf(c.UnitPath)).
		Where("g.valid_from <= ? AND (g.valid_to = '' OR g.valid_to >= ?)", today, today).
		Where("g.person_id NOT IN ?", []string{askedBy, models.Deref(c.HandlerID)}).
		Distinct("g.person_id").Order("g.person_id").Pluck("person_id", &people).Error
	if err != nil {
		return nil, fmt.Errorf("read who decides: %w", err)
	}
	return people, nil
}

// tellLeaderlessTx says at once, to who asked and to the supervisors, that nobody is there to decide a request that
// waits for the leader in charge. Of a case that is hidden from somebody only who asked hears.
func tellLeaderlessTx(tx *gorm.DB, now time.Time, who models.Actor, c placed) error {
	today := models.DateOf(now)
	leaders, err := holdersTx(tx, c, models.RoleLeader, who.ID, today)
	if err != nil || len(leaders) > 0 {
		return err
	}
	told := []string{who.ID}
	hidden, err := hiddenTx(tx, c.ID)
	if err != nil {
		return err
	}
	if len(hidden) == 0 {
		supervisors, err := holdersTx(tx, c, models.RoleSupervisor, who.ID, today)
		if err != nil {
			return err
		}
		told = append(told, supervisors...)
	}
	for _, id := range told {
		if err := notice.AddTx(tx, now, id, "case_no_leader", about(c.Case), "/serve/cases/"+c.ID); err != nil {
			return err
		}
	}
	return nil
}
