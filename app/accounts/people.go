package accounts

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/find"
	"shanzhi/models/policy"
	"shanzhi/models/vault"
)

// PersonInput describes a new account. Mobile may be empty. Post is nil for somebody who will only hold a role.
type PersonInput struct {
	StaffNo, Name, Mobile string
	Post                  *PostInput
}

// PeopleFilter narrows the list of people.
type PeopleFilter struct {
	Text   string // part of the name, or the beginning of the staff number
	UnitID string // with all units below it
	State  string // one of AccountStates, "" = all
	Page   int    // from 1
	Size   int    // 1 to models.ListMost; 0 = 20
	Order  models.Order
}

// PeopleOrders are the keys by which the list of people can be sorted; by staff number unless told.
func PeopleOrders() []string { return []string{"staff_no", "name"} }

// peopleColumns say what the keys mean; names are sorted as they sound.
var peopleColumns = map[string]string{
	"staff_no": "persons.staff_no", "name": find.Order(find.Person, "persons.id") + ", persons.name",
}

// PersonRow is one line of the list of people.
type PersonRow struct {
	models.Person
	Post, Unit string // of the main current post, "" without
}

// PersonView is all that the system administrator sees of one account.
type PersonView struct {
	models.Person
	MaskedMobile string
	Posts        []PostRow
	Grants       []GrantRow
	Names        []models.PersonName // former ones, the latest first
}

// mobilePlace binds a sealed mobile number to its row.
func mobilePlace(personID string) string { return "persons.mobile." + personID }

// MobileHash is the keyed hash by which a mobile number (as NormalMobile writes it) is found.
func MobileHash(v *vault.Vault, number string) string { return v.Hash("persons.mobile", number) }

// findLogin returns the person of a staff number or mobile number, nil when there is none.
func (s *Service) findLogin(ctx context.Context, login string) (*models.Person, error) {
	var p models.Person
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		if number, ok := NormalMobile(login); ok {
			p, err = personByMobile(tx, MobileHash(s.vault, number))
			return err
		}
		p, err = personByStaffNo(tx, NormalStaffNo(login))
		return err
	})
	switch {
	case db.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &p, nil
}

func (s *Service) person(ctx context.Context, id string) (models.Person, error) {
	var p models.Person
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		p, err = personTx(tx, id)
		return err
	})
	if db.IsNotFound(err) {
		return p, notFound()
	}
	return p, err
}

// People lists accounts in the actor's reach by staff number, with the number of all that match.
func (s *Service) People(
	ctx context.Context, actor models.Actor, f PeopleFilter,
) (rows []PersonRow, total int, err error) {
	if !policy.May(actor, policy.AdminPeople) {
		return nil, 0, policy.Check(actor, policy.AdminPeople, policy.Object{})
	}
	now := s.now()
	today := models.DateOf(now)
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		q := peopleQuery(tx, policy.Scope(actor, policy.AdminPeople), today)
		if f.UnitID != "" {
			u, err := seenUnit(tx, actor, policy.AdminPeople, f.UnitID)
			if err != nil {
				return err
			}
			q = postedBelow(q, u.Path, today)
		}
		q = inState(q, f.State, now)
		rows, total, err = listPeople(q, tx, f, today)
		return err
	})
	return rows, total, err
}

// Person returns one account; the look is audited.
func (s *Service) Person(ctx context.Context, actor models.Actor, id string) (PersonView, error) {
	now := s.now()
	var out PersonView
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		p, err := s.seenPerson(tx, now, actor, id)
		if err != nil {
			return err
		}
		if out, err = s.viewTx(tx, now, p); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "person.see", Kind: "person", ID: id})
	})
	return out, err
}

// Own returns the actor's own account, which everybody may see without a trace in the audit log.
func (s *Service) Own(ctx context.Context, actor models.Actor) (PersonView, error) {
	if err := policy.Check(actor, policy.Signed, policy.Object{PersonID: actor.ID}); err != nil {
		return PersonView{}, err
	}
	now := s.now()
	var out PersonView
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		p, err := personTx(tx, actor.ID)
		if err != nil {
			return err
		}
		out, err = s.viewTx(tx, now, p)
		return err
	})
	return out, err
}

// viewTx adds posts, roles and the masked number to an account.
func (s *Service) viewTx(tx *gorm.DB, now time.Time, p models.Person) (PersonView, error) {
	out := PersonView{Person: p}
	var err error
	if out.Posts, err = postsOf(tx, p.ID, models.DateOf(now)); err != nil {
		return out, err
	}
	if out.Grants, err = grantsOf(tx, p.ID, models.DateOf(now)); err != nil {
		return out, err
	}
	if out.Names, err = namesTx(tx, p.ID); err != nil {
		return out, err
	}
	number, err := s.vault.Open(p.Mobile, mobilePlace(p.ID))
	out.MaskedMobile = vault.MaskPhone(number)
	return out, err
}

// seenPerson returns a person in the reach of a system administrator; outside it there is none.
func (s *Service) seenPerson(tx *gorm.DB, now time.Time, actor models.Actor, id string) (models.Person, error) {
	if !policy.May(actor, policy.AdminPeople) {
		return models.Person{}, policy.Check(actor, policy.AdminPeople, policy.Object{})
	}
	var rows []models.Person
	q := peopleQuery(tx, policy.Scope(actor, policy.AdminPeople), models.DateOf(now))
	if err := q.Where("persons.id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return models.Person{}, wrap("read person", err)
	}
	if len(rows) == 0 {
		return models.Person{}, notFound()
	}
	return rows[0], nil
}

// CreatePerson makes an account, with a post where one is given, and returns its first password, which is shown once
// and must be changed at the first login.
//
// Faults: Invalid with fields staff_no, name, mobile, unit, manager, title, class, category, from; NotFound, Forbidden.
func (s *Service) CreatePerson(
	ctx context.Context, actor models.Actor, in PersonInput,
) (p models.Person, password string, err error) {
	if !policy.May(actor, policy.AdminPeople) {
		return p, "", policy.Check(actor, policy.AdminPeople, policy.Object{})
	}
	now := s.now()
	in.StaffNo, in.Name = NormalStaffNo(in.StaffNo), strings.TrimSpace(in.Name)
	number, fields := checkMobile(in.Mobile)
	if err := fault.Refuse(checkStaffNo("staff_no", in.StaffNo), checkName("name", in.Name), fields); err != nil {
		return p, "", err
	}
	password = firstPassword()
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return p, "", err
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		p = models.Person{
			ID: models.NewID(), StaffNo: in.StaffNo, Name: in.Name, PasswordHash: hash, MustChange: true, Version: 1,
			CreatedAt: now, UpdatedAt: now,
		}
		if err := s.setMobile(&p, number); err != nil {
			return err
		}
		return s.createTx(tx, now, actor, &p, in.Post)
	})
	return p, password, err
}

func checkMobile(s string) (string, []fault.Field) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	number, ok := NormalMobile(s)
	if !ok {
		return "", []fault.Field{fault.On("mobile", "form.phone")}
	}
	return number, nil
}

func (s *Service) setMobile(p *models.Person, number string) error {
	return SealMobile(s.vault, p, number)
}

func (s *Service) createTx(tx *gorm.DB, now time.Time, actor models.Actor, p *models.Person, post *PostInput) error {
	if err := takenTx(tx, p); err != nil {
		return err
	}
	if err := insertPerson(tx, p); err != nil {
		if db.IsConflict(err) {
			return orTaken(nil, "staff_no", p.StaffNo)
		}
		return err
	}
	if post != nil {
		if _, err := addPostTx(tx, now, actor, p.ID, *post); err != nil {
			return err
		}
	} else if err := needsRoot(tx, actor); err != nil {
		return err
	}
	return audit.Add(tx, now, actor, audit.Event{Action: "person.create", Kind: "person", ID: p.ID})
}

// takenTx refuses a staff number or mobile number that somebody has.
func takenTx(tx *gorm.DB, p *models.Person) error {
	var fields []fault.Field
	switch _, err := personByStaffNo(tx, p.StaffNo); {
	case err == nil:
		fields = append(fields, fault.On("staff_no", "form.taken", "value", p.StaffNo))
	case !db.IsNotFound(err):
		return err
	}
	if p.MobileHash != nil {
		switch _, err := personByMobile(tx, *p.MobileHash); {
		case err == nil:
			fields = append(fields, fault.On("mobile", "account.mobile_taken"))
		case !db.IsNotFound(err):
			return err
		}
	}
	return fault.Refuse(fields)
}

// needsRoot lets only an administrator of a whole house make an account that belongs to no unit.
func needsRoot(tx *gorm.DB, actor models.Actor) error {
	if actor.System {
		return nil
	}
	roots, err := rootsTx(tx)
	if err != nil {
		return err
	}
	for _, u := range roots {
		if policy.Can(actor, policy.AdminPeople, policy.Object{UnitPath: u.Path}) {
			return nil
		}
	}
	return fault.Wrong(fault.On("unit", "form.required_choice"))
}

// ResetPassword gives a person a new first password, shown once, unlocks the account and ends its sessions. The
// password of a security or audit administrator is reset on the machine itself only: otherwise the system administrator
// could become them.
//
// Faults: NotFound; Forbidden "account.reset_admin", "account.reset.two" for whom two administrators reset (AskReset).
func (s *Service) ResetPassword(ctx context.Context, actor models.Actor, personID string) (string, error) {
	now := s.now()
	password := firstPassword()
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if _, err := s.seenPerson(tx, now, actor, personID); err != nil {
			return err
		}
		if err := guardAdmin(tx, now, actor, personID, "account.reset_admin"); err != nil {
			return err
		}
		if _, two, err := isGuardedTx(tx, now, personID); err != nil || two && !actor.System {
			return orTwo(err)
		}
		if err := setPassword(tx, now, personID, hash, true); err != nil {
			return err
		}
		if err := deleteSessions(tx, personID); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "person.reset_password", Kind: "person", ID: personID})
	})
	if err != nil {
		return "", err
	}
	return password, nil
}

func orTwo(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Forbidden, "account.reset.two")
}

// guardAdmin refuses, outside the machine itself, to touch another administrator's account, and that of somebody who
// holds a role beyond the actor's reach: with his password the actor would reach as far. Fault: Forbidden with the key,
// or "account.wider".
func guardAdmin(tx *gorm.DB, now time.Time, actor models.Actor, personID, key string) error {
	if actor.System || actor.ID == personID {
		return nil
	}
	held, err := heldTx(tx, personID, models.DateOf(now), "")
	if err != nil {
		return err
	}
	for _, g := range held {
		if g.Role == models.RoleSecurity || g.Role == models.RoleAudit {
			return fault.New(fault.Forbidden, key)
		}
	}
	wider, err := isWider(tx, policy.Scope(actor, policy.AdminPeople), personID, models.DateOf(now))
	if err == nil && wider {
		err = fault.New(fault.Forbidden, "account.wider")
	}
	return err
}

// Disable closes an account and ends its sessions; Enable opens it again.
//
// Faults: NotFound; Forbidden "account.disable_self", "account.disable_admin", "account.wider"; Conflict "error.stale".
func (s *Service) Disable(ctx context.Context, actor models.Actor, personID string, version int) error {
	if personID == actor.ID {
		return fault.New(fault.Forbidden, "account.disable_self")
	}
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if _, err := s.seenPerson(tx, now, actor, personID); err != nil {
			return err
		}
		if err := guardAdmin(tx, now, actor, personID, "account.disable_admin"); err != nil {
			return err
		}
		if err := setDisabled(tx, now, personID, version, &now); err != nil {
			return err
		}
		if err := deleteSessions(tx, personID); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "person.disable", Kind: "person", ID: personID})
	})
}

// Enable opens a closed account again. Faults: NotFound; Conflict "error.stale".
func (s *Service) Enable(ctx context.Context, actor models.Actor, personID string, version int) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if _, err := s.seenPerson(tx, now, actor, personID); err != nil {
			return err
		}
		if err := setDisabled(tx, now, personID, version, nil); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "person.enable", Kind: "person", ID: personID})
	})
}
