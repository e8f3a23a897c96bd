package onboard

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// Gap is one thing that is still missing before a county can work.
type Gap struct {
	Key   string // what is missing
	N     int    // of how many; 0 where that has no meaning
	Names []string
	Info  bool // good to have; work goes on without
}

// gapNames is how many names a gap gives as examples.
const gapNames = 5

// Overview is how far a county has been brought in.
type Overview struct {
	Units, Matters, People, Further int
	Waiting                         int   // people who have never changed their first password: they have not begun
	Made                            int   // people with a staff number made up here
	Years                           []int // whose holidays the calendar holds, of this year and the next
	Gaps                            []Gap
}

// Overview says what is there and what is missing, within the reach of whoever brings the county in. Fault: Forbidden.
func (s *Service) Overview(ctx context.Context, who models.Actor) (Overview, error) {
	if err := allowed(who, Units); err != nil {
		return Overview{}, err
	}
	now := s.now()
	var out Overview
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		f, err := factsTx(tx, policy.Scope(who, policy.AdminUnits), models.DateOf(now))
		if err != nil {
			return err
		}
		year := now.In(models.Zone).Year()
		out = Overview{
			Units: len(f.tree.byID), Matters: f.matters, People: len(f.people), Further: f.further,
			Waiting: f.waiting, Made: f.made, Years: s.KnownYears(year, year+1),
		}
		out.Gaps = slices.Concat(
			f.unitGaps(), f.matterGaps(), f.roleGaps(), f.deskGaps(), s.yearGaps(now), f.ruleGaps(), f.siteGaps(),
		)
		return nil
	})
	return out, err
}

// yearGaps misses the holidays of this year, and from November on those of the next.
func (s *Service) yearGaps(now time.Time) []Gap {
	var out []Gap
	at := now.In(models.Zone)
	if !s.days.Known(at.Year()) {
		out = append(out, Gap{Key: "year", N: at.Year()})
	}
	if at.Month() >= time.November && !s.days.Known(at.Year()+1) {
		out = append(out, Gap{Key: "next_year", N: at.Year() + 1, Info: true})
	}
	return out
}

// gap is what units are missing, nil for none.
func gap(key string, units []*models.Unit, info bool) []Gap {
	if len(units) == 0 {
		return nil
	}
	g := Gap{Key: key, N: len(units), Info: info}
	for _, u := range units[:min(len(units), gapNames)] {
		g.Names = append(g.Names, u.Name)
	}
	return []Gap{g}
}

// units returns the units for which a question is answered with yes, in the order of the tree.
func (f *facts) units(ask func(u *models.Unit) bool) []*models.Unit {
	var out []*models.Unit
	for _, u := range f.tree.byID {
		if ask(u) {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b *models.Unit) int { return strings.Compare(a.Path, b.Path) })
	return out
}

func (f *facts) unitGaps() []Gap {
	if len(f.tree.byID) <= 1 {
		return []Gap{{Key: "units"}}
	}
	empty := f.units(func(u *models.Unit) bool {
		return f.staff[u.ID] == 0 && u.Kind != models.County && u.Kind != models.Province && u.Kind != models.SocialOrg
	})
	if len(f.people) == 0 {
		return []Gap{{Key: "people"}}
	}
	out := gap("unit_people", empty, false)
	out = append(out, gap("social_people", f.units(func(u *models.Unit) bool {
		return u.Kind == models.SocialOrg && !slices.Contains(f.holders[models.RoleSocial], u.Path)
	}), true)...)
	if f.waiting > 0 {
		out = append(out, Gap{Key: "waiting", N: f.waiting, Info: true})
	}
	return out
}

func (f *facts) matterGaps() []Gap {
	switch {
	case f.matters == 0:
		return []Gap{{Key: "matters"}}
	case len(f.stray) > 0:
		return []Gap{{Key: "matter_unit", N: len(f.stray), Names: f.stray[:min(len(f.stray), gapNames)]}}
	}
	return nil
}

// roleGaps misses the roles without which a case or a period cannot go its way.
func (f *facts) roleGaps() []Gap {
	town := func(role models.Role) []*models.Unit {
		return f.units(func(u *models.Unit) bool { return u.Kind == models.Township && !f.reached(role, u) })
	}
	out := gap("intake", town(models.RoleIntake), false)
	out = append(out, gap("supervisor", town(models.RoleSupervisor), false)...)
	for _, r := range []models.Role{models.RoleOfficer, models.RoleReviewer, models.RoleReleaser} {
		if len(f.holders[r]) == 0 {
			out = append(out, Gap{Key: string(r)})
		}
	}
	if len(f.holders[models.RoleInterviewer]) == 0 {
		out = append(out, Gap{Key: "interviewer", Info: true})
	}
	if len(f.plain) > 0 {
		out = append(out, Gap{Key: "factor", N: len(f.plain), Info: true})
	}
	return out
}

// reached reports whether somebody with the role is there for a unit: at it, above it or, for a township, below it.
func (f *facts) reached(role models.Role, u *models.Unit) bool {
	return slices.ContainsFunc(f.holders[role], func(path string) bool {
		return policy.Within(u.Path, path) || policy.Within(path, u.Path)
	})
}

// ruleGaps misses the rule book of hours: until it is set, an example holds.
func (f *facts) ruleGaps() []Gap {
	if f.ruled {
		return nil
	}
	return []Gap{{Key: "hour_rules", Info: true}}
}

func (f *facts) siteGaps() []Gap {
	var out []Gap
	for _, k := range []string{"name", "organizer", "phone"} {
		if f.site["site."+k] == "" {
			out = append(out, Gap{Key: "site_" + k})
		}
	}
	if f.site["site.filing"] == "" {
		out = append(out, Gap{Key: "site_filing", Info: true})
	}
	return out
}
