package accounts

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// Accessor is somebody who reaches a kind of data about a person, with the grant that gives the right.
type Accessor struct {
	PersonID, Name, StaffNo, Unit, Grantor string
	Role                                   models.Role
	ValidFrom, ValidTo                     models.Date
}

// AccessLine is one kind of data about a person, named by the action that reaches it, with those who do now: a part of
// Total.
type AccessLine struct {
	Rule  policy.Rule
	Who   []Accessor
	Total int
}

// AccessPart says what of the holders is wanted: one page of those of one action, or with Do "" the first of each.
type AccessPart struct {
	Do         policy.Action
	Page, Size int
	All        bool // everybody, for a sheet
}

// of cuts the part out of the lines. The policy has to be asked for each holder, so that the database cannot; those of
// the few units above one person are read at once.
func (f AccessPart) of(lines []AccessLine) []AccessLine {
	size, from := models.PageSize(f.Size, 20), 0
	if f.Do != "" {
		lines = slices.DeleteFunc(lines, func(l AccessLine) bool { return l.Rule.Do != f.Do })
		from = (max(1, f.Page) - 1) * size
	}
	for i := range lines {
		n := len(lines[i].Who)
		if lines[i].Total = n; !f.All {
			lines[i].Who = lines[i].Who[min(from, n):min(from+size, n)]
		}
	}
	return lines
}

// AccessView says who reaches what about a person, and what the person reaches.
type AccessView struct {
	Person  PersonRow
	Lines   []AccessLine
	Reaches []ReachLine
}

// ReachLine is what somebody reaches by one action: how many units and people, by which of his roles.
type ReachLine struct {
	Rule          policy.Rule
	Roles         []models.Role
	Units, People int
}

// AccessPeople lists the people whom the actor may ask about, by staff number.
func (s *Service) AccessPeople(
	ctx context.Context, actor models.Actor, f PeopleFilter,
) (rows []PersonRow, total int, err error) {
	if !policy.May(actor, policy.AccessSee) {
		return nil, 0, policy.Check(actor, policy.AccessSee, policy.Object{})
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, total, err = listPeople(peopleQuery(tx, policy.Scope(actor, policy.AccessSee), today), tx, f, today)
		return err
	})
	return rows, total, err
}

// Access says who reaches which data about a person now, and why, and what that person reaches: as the policy answers
// for the roles that are held today. Everybody may ask about himself; the look at somebody else is audited.
//
// Faults: NotFound, Forbidden.
func (s *Service) Access(
	ctx context.Context, actor models.Actor, personID string, part AccessPart,
) (AccessView, error) {
	now := s.now()
	if personID != actor.ID && !policy.May(actor, policy.AccessSee) {
		return AccessView{}, policy.Check(actor, policy.AccessSee, policy.Object{})
	}
	var out AccessView
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		reach := policy.Scope(actor, policy.AccessSee)
		if personID == actor.ID {
			reach = policy.Reach{All: true}
		}
		today := models.DateOf(now)
		one := peopleQuery(tx, reach, today).Where("persons.id = ?", personID)
		rows, _, err := listPeople(one, tx, PeopleFilter{}, today)
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return notFound()
		}
		out.Person = rows[0]
		if out.Lines, err = accessTx(tx, personID, today); err != nil {
			return err
		}
		if out.Lines = part.of(out.Lines); len(out.Lines) == 0 {
			return notFound() // an action by which nobody reaches data
		}
		if out.Reaches, err = reachesTx(tx, now, personID); err != nil || personID == actor.ID {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "access.see", Kind: "person", ID: personID})
	})
	return out, err
}

// accessTx asks the policy for every holder of a role above the person.
func accessTx(tx *gorm.DB, personID string, today models.Date) ([]AccessLine, error) {
	objects, err := objectsOf(tx, personID, today)
	if err != nil {
		return nil, err
	}
	holders, err := holdersAbove(tx, objects, today)
	if err != nil {
		return nil, err
	}
	var out []AccessLine
	for _, do := range policy.Data() {
		line := AccessLine{Rule: policy.RuleOf(do)}
		for _, h := range holders {
			who := models.Actor{ID: h.PersonID, Grants: []models.Grant{{Role: h.Role, UnitPath: h.Path}}}
			reaches := slices.ContainsFunc(objects, func(o policy.Object) bool {
				why, ok := policy.Why(who, do, o)
				return ok && why.Basis == policy.BasisRole
			})
			if reaches {
				line.Who = append(line.Who, h.Accessor)
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// reachesTx counts what a person reaches by each action.
func reachesTx(tx *gorm.DB, now time.Time, personID string) ([]ReachLine, error) {
	who, err := ActorTx(tx, now, personID)
	if err != nil {
		return nil, err
	}
	var out []ReachLine
	for _, do := range policy.Data() { // a fixed number of actions
		reach := policy.Scope(who, do)
		if len(reach.Paths) == 0 {
			continue
		}
		line := ReachLine{Rule: policy.RuleOf(do)}
		for _, g := range who.Grants {
			if slices.Contains(line.Rule.Roles, g.Role) && !slices.Contains(line.Roles, g.Role) {
				line.Roles = append(line.Roles, g.Role)
			}
		}
		if line.Units, line.People, err = countReach(tx, reach, line.Rule.ByManager, models.DateOf(now)); err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

// Look is that somebody has seen, or done, something about the reader: in which roles he was then, and when.
type Look struct {
	At     time.Time
	Action string
	Roles  []models.Role
}

// Looks lists who has looked at the actor's own data, the latest first, by role and time, with the number of all.
func (s *Service) Looks(ctx context.Context, actor models.Actor, page, size int) (looks []Look, total int, err error) {
	if actor.ID == "" {
		return nil, 0, unsigned()
	}
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		looks, total, err = looksAt(tx, actor.ID, page, size)
		return err
	})
	return looks, total, err
}
