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
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

// deskDays is for how many days the right is delegated at most.
const deskDays = 366

// DelegateInput names the officer, the unit and the days, both included; From "" is today.
type DelegateInput struct {
	StaffNo, UnitID string
	From, To        models.Date
}

// DeskRow is a delegation with the names that belong to it.
type DeskRow struct {
	models.DeskGrant
	Person, StaffNo, Unit, Grantor string
	Ended                          bool
}

// Delegations lists the delegations within the actor's reach, newest first, with the number of all.
func (s *Service) Delegations(
	ctx context.Context, actor models.Actor, page, size int,
) (rows []DeskRow, total int, err error) {
	if !policy.May(actor, policy.AdminPeople) {
		return nil, 0, policy.Check(actor, policy.AdminPeople, policy.Object{})
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, total, err = listDesks(tx, policy.Scope(actor, policy.AdminPeople), today, page, size)
		return err
	})
	return rows, total, err
}

// Delegate lets a named person issue reset codes for the people of a unit's subtree, for a time.
//
// Faults: Invalid with fields staff_no, unit, to; Conflict "account.apart"; Forbidden, NotFound.
func (s *Service) Delegate(ctx context.Context, actor models.Actor, in DelegateInput) (models.DeskGrant, error) {
	if !policy.May(actor, policy.AdminPeople) {
		return models.DeskGrant{}, policy.Check(actor, policy.AdminPeople, policy.Object{})
	}
	now := s.now()
	in.StaffNo = NormalStaffNo(in.StaffNo)
	if in.From == "" {
		in.From = models.DateOf(now)
	}
	var made models.DeskGrant
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		p, u, err := s.checkDelegation(tx, now, actor, in)
		if err != nil {
			return err
		}
		if err := holdPerson(tx, p.ID, now); err != nil {
			return err
		}
		held, err := heldTx(tx, p.ID, in.From, in.To)
		if err != nil {
			return err
		}
		for _, g := range held {
			switch {
			case policy.Apart(models.RoleDesk, g.Role):
				return apart(models.RoleDesk, g.Role)
			case g.Role == models.RoleDesk && g.UnitID == u.ID:
				return fault.Wrong(fault.On("staff_no", "account.desk.twice"))
			}
		}
		made = models.DeskGrant{
			ID: models.NewID(), PersonID: p.ID, UnitID: u.ID, ValidFrom: in.From, ValidTo: in.To,
			GrantedBy: orNil(actor.ID), CreatedAt: now,
		}
		if err := insertDesk(tx, &made); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{
			Action: "desk.delegate", Kind: "person", ID: p.ID, Detail: string(models.RoleDesk) + " at unit " + u.ID,
		})
	})
	return made, err
}

func (s *Service) checkDelegation(
	tx *gorm.DB, now time.Time, actor models.Actor, in DelegateInput,
) (p models.Person, u models.Unit, err error) {
	today := models.DateOf(now)
	var fields []fault.Field
	switch _, ok := models.ParseDate(string(in.To)); {
	case in.To == "":
		fields = append(fields, fault.On("to", "form.required"))
	case !ok:
		fields = append(fields, fault.On("to", "form.date"))
	case in.To < today, in.To < in.From:
		fields = append(fields, fault.On("to", "form.date_order"))
	case in.To > in.From.AddDays(deskDays):
		fields = append(fields, fault.On("to", "account.desk.long", "days", deskDays))
	}
	if p, err = personByStaffNo(tx, in.StaffNo); err == nil {
		p, err = s.seenPerson(tx, now, actor, p.ID)
	}
	switch {
	case db.IsNotFound(err), fault.Is(err, fault.NotFound):
		fields = append(fields, fault.On("staff_no", "form.unknown", "value", in.StaffNo))
	case err != nil:
		return p, u, err
	}
	switch u, err = seenUnit(tx, actor, policy.AdminPeople, in.UnitID); {
	case fault.Is(err, fault.NotFound):
		fields = append(fields, fault.On("unit", "form.required_choice"))
	case err != nil:
		return p, u, err
	}
	return p, u, fault.Refuse(fields)
}

// Delegation returns one delegation within the actor's reach. Faults: NotFound, Forbidden.
func (s *Service) Delegation(ctx context.Context, actor models.Actor, id string) (row DeskRow, err error) {
	if !policy.May(actor, policy.AdminPeople) {
		return row, policy.Check(actor, policy.AdminPeople, policy.Object{})
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		row, err = deskByID(tx, policy.Scope(actor, policy.AdminPeople), id, today)
		return err
	})
	return row, err
}

// EndDelegation takes the right back at once. Faults: NotFound, Forbidden.
func (s *Service) EndDelegation(ctx context.Context, actor models.Actor, id string) error {
	if !policy.May(actor, policy.AdminPeople) {
		return policy.Check(actor, policy.AdminPeople, policy.Object{})
	}
	now := s.now()
	today := models.DateOf(now)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		row, err := deskByID(tx, policy.Scope(actor, policy.AdminPeople), id, today)
		if err != nil || row.Ended {
			return err
		}
		if err := endDesk(tx, id, today.AddDays(-1)); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{
			Action: "desk.end", Kind: "person", ID: row.PersonID,
			Detail: string(models.RoleDesk) + " at unit " + row.UnitID,
		})
	})
}

// DeskPeople lists the people for whom a desk officer may be asked, by staff number.
func (s *Service) DeskPeople(
	ctx context.Context, actor models.Actor, f PeopleFilter,
) (rows []PersonRow, total int, err error) {
	if !policy.May(actor, policy.DeskReset) {
		return nil, 0, policy.Check(actor, policy.DeskReset, policy.Object{})
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, total, err = listPeople(peopleQuery(tx, policy.Scope(actor, policy.DeskReset), today), tx, f, today)
		return err
	})
	return rows, total, err
}

// DeskPerson returns somebody within the officer's reach; barred says why no code can be issued for him, nil when one
// can. Faults: NotFound, Forbidden.
func (s *Service) DeskPerson(
	ctx context.Context, actor models.Actor, id string,
) (p PersonRow, barred error, err error) {
	now := s.now()
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		if p, _, err = s.deskPersonTx(tx, now, actor, id); err != nil {
			return err
		}
		if barred = s.deskMay(tx, now, actor, p.Person); barred != nil && !fault.Is(barred, fault.Forbidden) {
			return barred
		}
		return nil
	})
	return p, barred, err
}

// deskPersonTx finds somebody within the officer's reach, with the unit of the delegation that reaches him.
func (s *Service) deskPersonTx(
	tx *gorm.DB, now time.Time, actor models.Actor, id string,
) (p PersonRow, unitID string, err error) {
	if !policy.May(actor, policy.DeskReset) {
		return p, "", policy.Check(actor, policy.DeskReset, policy.Object{})
	}
	today := models.DateOf(now)
	for _, g := range actor.Grants {
		if g.Role != models.RoleDesk {
			continue
		}
		q := peopleQuery(tx, policy.Reach{Paths: []string{g.UnitPath}}, today).Where("persons.id = ?", id)
		rows, _, err := listPeople(q, tx, PeopleFilter{}, today)
		if err != nil {
			return p, "", err
		}
		if len(rows) == 1 {
			return rows[0], g.UnitID, nil
		}
	}
	return p, "", notFound()
}

// deskMay refuses those for whom no desk officer may issue a code: himself; administrators and those who review or
// release; and whoever holds a role beyond the officer's reach, for the code would reach as far.
func (s *Service) deskMay(tx *gorm.DB, now time.Time, actor models.Actor, p models.Person) error {
	if p.ID == actor.ID {
		return fault.New(fault.Forbidden, "account.desk.self")
	}
	if p.DisabledAt != nil {
		return fault.New(fault.Forbidden, "account.desk.disabled")
	}
	if err := guardedTx(tx, now, p.ID); err != nil {
		return err
	}
	reach, err := reachTx(tx, p.ID, models.DateOf(now))
	if err != nil {
		return err
	}
	for _, g := range reach {
		if g.Role != models.RoleCadre && !policy.Can(actor, policy.DeskReset, policy.Object{UnitPath: g.UnitPath}) {
			return fault.New(fault.Forbidden, "account.desk.wider")
		}
	}
	return nil
}

// guarded are the roles whose accounts no desk officer opens, and no administrator alone.
var guarded = []models.Role{
	models.RoleSystem, models.RoleSecurity, models.RoleAudit, models.RoleReviewer, models.RoleReleaser,
}

// guardedTx refuses a person who holds one of the guarded roles, today or later. Fault: Forbidden
// "account.desk.guarded".
func guardedTx(tx *gorm.DB, now time.Time, personID string) error {
	_, yes, err := isGuardedTx(tx, now, personID)
	if err == nil && yes {
		err = fault.New(fault.Forbidden, "account.desk.guarded")
	}
	return err
}

// DeskInput is why a code is issued. Checked says that the officer has the person before him and has checked who it is.
type DeskInput struct {
	Reason  string
	Checked bool
}

// noPassword is a hash that no password has, of an account that was used before: one that nobody has used yet has "".
const noPassword = "!"

// lockOut ends the sessions of somebody who has forgotten his password and makes the old one worthless at once: whoever
// else may know it shall not use it until the slip is.
func lockOut(tx *gorm.DB, now time.Time, p models.Person) error {
	if p.PasswordHash != "" {
		if err := setPassword(tx, now, p.ID, noPassword, false); err != nil {
			return err
		}
	}
	return deleteSessions(tx, p.ID)
}

// OwnDelegations lists for which units the actor may issue reset codes today, and until when.
func (s *Service) OwnDelegations(ctx context.Context, actor models.Actor) (rows []DeskRow, err error) {
	if err := policy.Check(actor, policy.Signed, policy.Object{PersonID: actor.ID}); err != nil {
		return nil, err
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, err = desksOf(tx, actor.ID, today)
		return err
	})
	return rows, err
}

// IssueReset makes a reset code for somebody who stands at the desk, and tells the person, who may not have been there.
// The old password is worthless from now on and every session ends.
//
// Faults: Invalid with fields reason, checked; Forbidden "account.desk.…" (see deskMay); NotFound.
func (s *Service) IssueReset(ctx context.Context, actor models.Actor, personID string, in DeskInput) (Slip, error) {
	now := s.now()
	in.Reason = strings.TrimSpace(in.Reason)
	var slip Slip
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		p, unitID, err := s.deskPersonTx(tx, now, actor, personID)
		if err != nil {
			return err
		}
		if err := s.deskMay(tx, now, actor, p.Person); err != nil {
			return err
		}
		fields := fault.Text("reason", in.Reason, 200)
		if !in.Checked {
			fields = append(fields, fault.On("checked", "account.desk.unchecked"))
		}
		if err := fault.Refuse(fields); err != nil {
			return err
		}
		if err := lockOut(tx, now, p.Person); err != nil {
			return err
		}
		slips, err := s.issueTx(tx, now, actor, unitID, models.CodeReset, in.Reason, []PersonRow{p})
		if err != nil {
			return err
		}
		slip = slips[0]
		told := notice.Args{"by": actor.Name, "unit": p.Unit, "at": models.DateOf(now)}
		if err := notice.AddTx(tx, now, p.ID, "reset_code", told, "/me/codes"); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{Action: "desk.reset", Kind: "person", ID: p.ID})
	})
	return slip, err
}
