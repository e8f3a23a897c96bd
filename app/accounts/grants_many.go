package accounts

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// MostGrants is how many people are named, and given a role, at once.
const MostGrants = 50

// foundMost is how many people one text may stand for in a list to choose from.
const foundMost = 20

// Found is whom a text names: the person of a staff number, or all who are called so.
type Found struct {
	Text   string
	People []PersonRow
	Total  int // of whom People may be the first
}

// FindPeople looks for the people that an administrator of roles has written down, each by staff number, name, pinyin
// or initials: with units and posts, which tell those of the same name apart. Closed accounts are left out.
//
// Faults: Forbidden; Invalid with field staff_no for too many.
func (s *Service) FindPeople(ctx context.Context, actor models.Actor, texts []string) ([]Found, error) {
	if !policy.May(actor, policy.AdminRoles) {
		return nil, policy.Check(actor, policy.AdminRoles, policy.Object{})
	}
	if len(texts) > MostGrants {
		return nil, fault.Wrong(fault.On("staff_no", "account.grant_most", "most", MostGrants))
	}
	today := models.DateOf(s.now())
	var out []Found
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = make([]Found, 0, len(texts))
		for _, text := range texts { // bounded; each is a look into an index of its own
			f, err := foundTx(tx, policy.Scope(actor, policy.AdminRoles), text, today)
			if err != nil {
				return err
			}
			out = append(out, f)
		}
		return nil
	})
	return out, err
}

// foundTx finds the person whose staff number stands in the text, alone or before a name, else those who are called so.
func foundTx(tx *gorm.DB, reach policy.Reach, text string, today models.Date) (f Found, err error) {
	f.Text = text
	open := func() *gorm.DB { return peopleQuery(tx, reach, today).Where("persons.disabled_at IS NULL") }
	var numbers []string
	for word := range strings.FieldsSeq(text) {
		numbers = append(numbers, NormalStaffNo(word))
	}
	byNumber := open().Where("persons.staff_no IN ?", numbers)
	f.People, f.Total, err = listPeople(byNumber, tx, PeopleFilter{Size: foundMost}, today)
	if err != nil || f.Total > 0 {
		return f, err
	}
	f.People, f.Total, err = listPeople(open(), tx, PeopleFilter{Text: text, Size: foundMost}, today)
	return f, err
}

// GrantsInput gives several people the same role at the same unit.
type GrantsInput struct {
	StaffNos []string
	UnitID   string
	Role     models.Role
	From, To models.Date
}

// of is the grant of one of the people.
func (in GrantsInput) of(staffNo string, now time.Time) GrantInput {
	one := GrantInput{StaffNo: staffNo, UnitID: in.UnitID, Role: in.Role, From: in.From, To: in.To}
	return one.normal(now)
}

// GrantLook is who would get a role, with the post that tells him from others, or why he cannot.
type GrantLook struct {
	GrantRow
	Home, Post string // unit and title of the main post, "" without
	Why        error  // a refusal that concerns this person
}

// LookAtGrants says who would get which role where, without granting it: a stranger is seen before it is too late. What
// is wrong with the role, unit or days is refused; what concerns one person stands with him.
//
// Faults: Invalid, Forbidden, NotFound as in Grant.
func (s *Service) LookAtGrants(ctx context.Context, actor models.Actor, in GrantsInput) ([]GrantLook, error) {
	now := s.now()
	var rows []GrantLook
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		rows = nil
		ids := make([]string, 0, len(in.StaffNos))
		for _, no := range in.StaffNos {
			row, err := s.lookTx(tx, now, actor, in.of(no, now))
			if err != nil {
				return err
			}
			rows, ids = append(rows, row), append(ids, row.PersonID)
		}
		posts, err := firstPosts(tx, ids, models.DateOf(now))
		for i, r := range rows {
			rows[i].Home, rows[i].Post = posts[r.PersonID].Unit, posts[r.PersonID].Title
		}
		return err
	})
	return rows, err
}

func (s *Service) lookTx(tx *gorm.DB, now time.Time, actor models.Actor, in GrantInput) (row GrantLook, err error) {
	p, u, err := in.mayTx(tx, now, actor, s.o.Inspection)
	row.Person, row.StaffNo, row.PersonID, row.Unit = p.Name, p.StaffNo, p.ID, u.Name
	row.Role, row.ValidFrom, row.ValidTo = in.Role, in.From, in.To
	if err == nil {
		err = in.freeTx(tx, actor, p, u.ID)
	} else if f := fault.Of(err); f.Key != "account.grant_self" {
		return row, err
	}
	if err != nil && fault.Of(err).Kind == fault.Internal {
		return row, err
	}
	row.Why = err
	return row, nil
}

// GrantAll gives several people a role, all of them or nobody. Faults: those of Grant; Invalid with field staff_no for
// nobody or too many.
func (s *Service) GrantAll(ctx context.Context, actor models.Actor, in GrantsInput) error {
	now := s.now()
	switch n := len(in.StaffNos); {
	case n == 0:
		return fault.Wrong(fault.On("staff_no", "form.required"))
	case n > MostGrants:
		return fault.Wrong(fault.On("staff_no", "account.grant_most", "most", MostGrants))
	}
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		for _, no := range in.StaffNos {
			if _, err := grantTx(tx, now, actor, in.of(no, now), s.o.Inspection); err != nil {
				return err
			}
		}
		return nil
	})
}
