package cases

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

const (
	// ReopenKey names the setting of how many days after closing a resident can have a matter opened again.
	ReopenKey = "cases.reopen_days"
	// ReopenDays is its preset.
	ReopenDays = 15
	mostReopen = 365
)

// ReopenWithin returns for how many days after closing a resident can have a matter opened again.
func (s *Service) ReopenWithin(ctx context.Context) (days int, err error) {
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		days, err = reopenDaysTx(tx)
		return err
	})
	return days, err
}

// SetReopenWithin changes that number; 0 lets nobody do so online.
//
// Faults: Forbidden for anybody but the system administrator; Invalid on "reopen_days".
func (s *Service) SetReopenWithin(ctx context.Context, who models.Actor, days int) error {
	if !policy.May(who, policy.AdminUnits) {
		return policy.Check(who, policy.AdminUnits, policy.Object{})
	}
	if err := fault.Refuse(between("reopen_days", days, 0, mostReopen)); err != nil {
		return err
	}
	now, text := s.now(), strconv.Itoa(days)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := db.SetMetaTx(tx, ReopenKey, text); err != nil {
			return err
		}
		return audit.Add(tx, now, who, audit.Event{Action: "case.rules", Kind: "matter", Detail: "reopen_days=" + text})
	})
}
