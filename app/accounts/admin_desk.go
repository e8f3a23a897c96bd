package accounts

import (
	"context"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// lookedBack is how far back an administrator's home page counts.
const lookedBack = 7 * 24 * time.Hour

// AdminDesk is what waits for an administrator; what is not his is 0.
type AdminDesk struct {
	Locked   int // accounts locked after wrong passwords, now
	Unused   int // accounts whose first password was never changed
	Feedback int // suggestions and complaints of the last seven days
	Ending   int // roles that end within fourteen days
	Resets   int // requests for a reset that wait for a second administrator
	Refused  int // refused actions of the last seven days
}

// AdminDesk counts what waits for the actor within his reach.
func (s *Service) AdminDesk(ctx context.Context, actor models.Actor) (AdminDesk, error) {
	now := s.now()
	today := models.DateOf(now)
	var out AdminDesk
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = AdminDesk{}
		count := func(n *int, q *gorm.DB) error {
			var found int64
			err := q.Count(&found).Error
			*n = int(found)
			return wrap("count what waits", err)
		}
		if policy.May(actor, policy.AdminPeople) {
			mine := peopleQuery(tx, policy.Scope(actor, policy.AdminPeople), today).Session(&gorm.Session{})
			if err := count(&out.Locked, inState(mine, "locked", now)); err != nil {
				return err
			}
			if err := count(&out.Unused, inState(mine, "first", now)); err != nil {
				return err
			}
		}
		if policy.May(actor, policy.AdminFeedback) {
			q := tx.Model(&models.Feedback{}).Where("created_at >= ?", now.Add(-lookedBack))
			if err := count(&out.Feedback, q); err != nil {
				return err
			}
		}
		if policy.May(actor, policy.AdminRoles) {
			q := within(grantQuery(tx), policy.Scope(actor, policy.AdminRoles), "u.path").
				Where(current("role_grants"), on(today)...).
				Where("role_grants.valid_to <> '' AND role_grants.valid_to <= ?", today.AddDays(roleEndsSoon))
			if err := count(&out.Ending, q); err != nil {
				return err
			}
			if err := count(&out.Resets, countOpen(tx, policy.Scope(actor, policy.AdminRoles), now)); err != nil {
				return err
			}
		}
		if policy.May(actor, policy.AdminAudit) {
			q := tx.Model(&models.AuditEntry{}).Where("outcome = ? AND at >= ?", audit.Refused, now.Add(-lookedBack))
			return count(&out.Refused, q)
		}
		return nil
	})
	return out, err
}

// AccountStates are the states by which accounts can be filtered.
func AccountStates() []string { return []string{"open", "first", "locked", "disabled"} }

// inState narrows accounts to those of a state; any other word narrows nothing.
func inState(q *gorm.DB, state string, now time.Time) *gorm.DB {
	const awake = "persons.disabled_at IS NULL AND (persons.locked_until IS NULL OR persons.locked_until <= ?)"
	switch state {
	case "disabled":
		return q.Where("persons.disabled_at IS NOT NULL")
	case "locked":
		return q.Where("persons.disabled_at IS NULL AND persons.locked_until > ?", now)
	case "first":
		return q.Where(awake+" AND persons.must_change = ?", now, true)
	case "open":
		return q.Where(awake+" AND persons.must_change = ?", now, false)
	}
	return q
}

// RoleUntil returns the last day on which the actor holds a role, "" while it has no end.
func (s *Service) RoleUntil(ctx context.Context, actor models.Actor, role models.Role) (models.Date, error) {
	today := models.DateOf(s.now())
	var days []models.Date
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		return tx.Model(&models.RoleGrant{}).Where("person_id = ? AND role = ?", actor.ID, role).
			Where(current("role_grants"), on(today)...).Pluck("valid_to", &days).Error
	})
	var last models.Date
	for _, d := range days {
		if d == "" {
			return "", nil
		}
		last = max(last, d)
	}
	return last, wrap("read end of role", err)
}
