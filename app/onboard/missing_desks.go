package onboard

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// holder is somebody who holds a role at the unit with a path.
type holder struct{ person, path string }

// deskGaps misses the people without whom single matters stand still, although every role is held by somebody.
func (f *facts) deskGaps() []Gap {
	if len(f.tree.byID) <= 1 {
		return nil // said already
	}
	out := gap("tip_reader", f.unread(), false)
	below := []models.UnitKind{models.Village, models.Community, models.SocialOrg} // led by the unit above
	out = append(out, gap("leader", f.units(func(u *models.Unit) bool {
		return f.staff[u.ID] > 0 && !slices.Contains(below, u.Kind) && f.reaching(models.RoleLeader, u) == 0
	}), false)...)
	return append(out, gap("intake_two", f.units(func(u *models.Unit) bool {
		return slices.Contains(f.holders[models.RoleIntake], u.Path) && f.reaching(models.RoleIntake, u) == 1
	}), false)...)
}

// reaching counts the people who hold a role at a unit or above it.
func (f *facts) reaching(role models.Role, u *models.Unit) int {
	people := map[string]bool{}
	for _, h := range f.held[role] {
		if policy.Within(u.Path, h.path) {
			people[h.person] = true
		}
	}
	return len(people)
}

// unread are the units about which nobody can take a report of wrongdoing: of the supervisors who receive it, at the
// county above or higher, all have a post in that unit, or there is none.
func (f *facts) unread() []*models.Unit {
	return f.units(func(u *models.Unit) bool {
		receiver := f.receiver(u)
		return receiver != nil && !slices.ContainsFunc(f.held[models.RoleSupervisor], func(h holder) bool {
			return policy.Within(receiver.Path, h.path) &&
				!slices.ContainsFunc(f.posts[h.person], func(post string) bool { return policy.Within(post, u.Path) })
		})
	})
}

// receiver is the unit whose supervisors receive reports about a unit: the lowest county or province above it, else the
// unit at the top; nil for that one itself.
func (f *facts) receiver(u *models.Unit) *models.Unit {
	if u.ParentID == nil {
		return nil
	}
	for above := f.tree.byID[*u.ParentID]; above != nil; above = f.tree.byID[*above.ParentID] {
		if above.Kind == models.County || above.Kind == models.Province || above.ParentID == nil {
			return above
		}
	}
	return nil // above the reach of whoever looks
}

// Unread counts the units about which nobody can take a report of wrongdoing, for the administrator who grants the
// role. Fault: Forbidden.
func (s *Service) Unread(ctx context.Context, who models.Actor) (n int, err error) {
	if !policy.May(who, policy.AdminRoles) {
		return 0, policy.Check(who, policy.AdminRoles, policy.Object{})
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		f, err := factsTx(tx, policy.Scope(who, policy.AdminRoles), today)
		if err != nil {
			return err
		}
		n = len(f.unread())
		return nil
	})
	return n, err
}
