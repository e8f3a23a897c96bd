package accounts

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/find"
	"shanzhi/models/notice"
	"shanzhi/models/policy"
)

// GrantInput describes a role to be granted to the person of a staff number. From "" is today; To is the last day, ""
// without end.
type GrantInput struct {
	StaffNo, UnitID string
	Role            models.Role
	From, To        models.Date
}

// GrantRow is a grant with the names that belong to it.
type GrantRow struct {
	models.RoleGrant
	Person, StaffNo, Unit string
	Current               bool
}

// GrantFilter narrows the list of grants.
type GrantFilter struct {
	Role models.Role
	Text string // part of the name, or the beginning of the staff number
	Past bool   // those that have ended, too
	Page int
	Size int // 1 to models.ListMost; 0 = 20

	Order models.Order
}

// GrantOrders are the keys by which the list of roles can be sorted; the latest first unless told.
func GrantOrders() []string { return []string{"staff_no", "name", "role", "unit", "from"} }

var grantOrders = map[string]string{
	"staff_no": "p.staff_no", "name": find.Order(find.Person, "p.id") + ", p.name", "role": "role_grants.role",
	"unit": "u.path",
	"from": "role_grants.valid_from",
}

// GrantableRoles lists the roles that can be granted; that of a cadre comes with a post.
func GrantableRoles() []models.Role {
	return slices.DeleteFunc(models.Roles(), func(r models.Role) bool { return r == models.RoleCadre })
}

// isAdmin reports whether a role is one of the three administrators'.
func isAdmin(r models.Role) bool {
	return r == models.RoleSystem || r == models.RoleSecurity || r == models.RoleAudit
}

func apart(x, y models.Role) error {
	return fault.New(fault.Conflict, "account.apart", "one", string(x), "other", string(y))
}

// ActorTx returns the person as an actor with the roles held on the day of now: those granted, and that of a cadre at
// the unit of each current post. It serves jobs and other doors that must act for somebody.
func ActorTx(tx *gorm.DB, now time.Time, personID string) (models.Actor, error) {
	p, err := personTx(tx, personID)
	if err != nil {
		return models.Actor{}, err
	}
	return actorTx(tx, now, p)
}

func actorTx(tx *gorm.DB, now time.Time, p models.Person) (models.Actor, error) {
	grants, err := reachTx(tx, p.ID, models.DateOf(now))
	return models.Actor{ID: p.ID, Name: p.Name, Grants: grants}, err
}

// Grants lists the roles held below the actor's own, newest first, with the number of all that match.
func (s *Service) Grants(
	ctx context.Context, actor models.Actor, f GrantFilter,
) (rows []GrantRow, total int, err error) {
	if !policy.May(actor, policy.AdminRoles) {
		return nil, 0, policy.Check(actor, policy.AdminRoles, policy.Object{})
	}
	today := models.DateOf(s.now())
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, total, err = listGrants(tx, policy.Scope(actor, policy.AdminRoles), f, today)
		return err
	})
	return rows, total, err
}

// GrantByID returns one grant below the actor's own role. Faults: NotFound, Forbidden.
func (s *Service) GrantByID(ctx context.Context, actor models.Actor, id string) (GrantRow, error) {
	if !policy.May(actor, policy.AdminRoles) {
		return GrantRow{}, policy.Check(actor, policy.AdminRoles, policy.Object{})
	}
	today := models.DateOf(s.now())
	var rows []GrantRow
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, err = grantByID(tx, policy.Scope(actor, policy.AdminRoles), id, today)
		return err
	})
	switch {
	case err != nil:
		return GrantRow{}, err
	case len(rows) == 0:
		return GrantRow{}, notFound()
	}
	return rows[0], nil
}

// Grant gives a person a role at a unit. Nobody grants to himself; roles that must lie with different people are
// refused.
//
// Faults: Invalid with fields staff_no, unit, role, from, to; Conflict "account.apart" with one and other;
// Forbidden "account.grant_self"; Forbidden, NotFound.
func (s *Service) Grant(ctx context.Context, actor models.Actor, in GrantInput) (models.RoleGrant, error) {
	now := s.now()
	in = in.normal(now)
	var made models.RoleGrant
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		made, err = grantTx(tx, now, actor, in, s.o.Inspection)
		return err
	})
	return made, err
}

func (in GrantInput) normal(now time.Time) GrantInput {
	in.StaffNo = NormalStaffNo(in.StaffNo)
	if in.From == "" {
		in.From = models.DateOf(now)
	}
	return in
}

func grantTx(
	tx *gorm.DB, now time.Time, actor models.Actor, in GrantInput, inspection int,
) (models.RoleGrant, error) {
	p, u, err := in.mayTx(tx, now, actor, inspection)
	if err != nil {
		return models.RoleGrant{}, err
	}
	if err := holdPerson(tx, p.ID, now); err != nil {
		return models.RoleGrant{}, err
	}
	if err := in.freeTx(tx, actor, p, u.ID); err != nil {
		return models.RoleGrant{}, err
	}
	made := models.RoleGrant{
		ID: models.NewID(), PersonID: p.ID, UnitID: u.ID, Role: in.Role, ValidFrom: in.From, ValidTo: in.To,
		CreatedAt: now,
	}
	if actor.ID != "" {
		made.GrantedBy = &actor.ID
	}
	if err := insertGrant(tx, &made); err != nil {
		return made, err
	}
	told := notice.Args{"role": "@account.role." + string(in.Role), "unit": u.Name, "from": in.From}
	if err := notice.AddTx(tx, now, p.ID, "role_granted", told, "/me"); err != nil {
		return made, err
	}
	return made, audit.Add(tx, now, actor, audit.Event{
		Action: "role.grant", Kind: "person", ID: p.ID, Detail: string(in.Role) + " at unit " + u.ID,
	})
}

// mayTx finds the person and the unit, and refuses whoever may not grant that there.
func (in GrantInput) mayTx(
	tx *gorm.DB, now time.Time, actor models.Actor, inspection int,
) (p models.Person, u models.Unit, err error) {
	if !policy.May(actor, policy.AdminRoles) {
		return p, u, policy.Check(actor, policy.AdminRoles, policy.Object{})
	}
	if p, u, err = in.checkTx(tx, now, actor, inspection); err != nil {
		return p, u, err
	}
	if p.ID == actor.ID {
		return p, u, fault.New(fault.Forbidden, "account.grant_self")
	}
	return p, u, policy.Check(actor, policy.AdminRoles, policy.Object{UnitPath: u.Path, PersonID: p.ID})
}

// freeTx refuses a role that the person holds already, or that must lie with somebody else, and one of the guarded
// roles for an account that its holder has not begun: whoever has printed or told its first password could become him.
func (in GrantInput) freeTx(tx *gorm.DB, actor models.Actor, p models.Person, unitID string) error {
	held, err := heldTx(tx, p.ID, in.From, in.To)
	if err != nil {
		return err
	}
	for _, g := range held {
		switch {
		case policy.Apart(in.Role, g.Role):
			return apart(in.Role, g.Role)
		case in.Role == g.Role && g.UnitID == unitID:
			return fault.Wrong(fault.On("role", "account.grant_twice"))
		}
	}
	if unused := p.MustChange || p.PasswordHash == ""; unused && slices.Contains(guarded, in.Role) && !actor.System {
		return fault.Wrong(fault.On("staff_no", "account.grant_unused"))
	}
	return nil
}

// checkTx finds the person and the unit, and refuses what cannot be.
func (in GrantInput) checkTx(
	tx *gorm.DB, now time.Time, actor models.Actor, inspection int,
) (p models.Person, u models.Unit, err error) {
	var fields []fault.Field
	if !slices.Contains(GrantableRoles(), in.Role) {
		fields = append(fields, fault.On("role", "form.required_choice"))
	}
	if _, ok := models.ParseDate(string(in.From)); !ok {
		fields = append(fields, fault.On("from", "form.date"))
	}
	if _, ok := models.ParseDate(string(in.To)); in.To != "" && !ok {
		fields = append(fields, fault.On("to", "form.date"))
	} else if in.To != "" && (in.To < in.From || in.To < models.DateOf(now)) {
		fields = append(fields, fault.On("to", "form.date_order"))
	}
	if in.Role == models.RoleInspector && in.To == "" {
		fields = append(fields, fault.On("to", "account.inspector_until", "days", inspection))
	} else if in.Role == models.RoleInspector && in.To > in.From.AddDays(inspection) {
		fields = append(fields, fault.On("to", "account.inspector_long", "days", inspection))
	}
	switch p, err = personByStaffNo(tx, in.StaffNo); {
	case db.IsNotFound(err):
		fields = append(fields, fault.On("staff_no", "form.unknown", "value", in.StaffNo))
	case err != nil:
		return p, u, err
	}
	switch u, err = seenUnit(tx, actor, policy.AdminRoles, in.UnitID); {
	case fault.Is(err, fault.NotFound):
		fields = append(fields, fault.On("unit", "form.required_choice"))
	case err != nil:
		return p, u, err
	}
	return p, u, fault.Refuse(fields)
}

// Revoke ends a grant at once. The last grant of an administrator's role stays, so that the house is never without one.
//
// Faults: NotFound; Forbidden (one's own); Conflict "account.last_admin".
func (s *Service) Revoke(ctx context.Context, actor models.Actor, grantID string) error {
	now := s.now()
	today := models.DateOf(now)
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		g, path, err := grantTxByID(tx, grantID)
		switch {
		case db.IsNotFound(err):
			return notFound()
		case err != nil:
			return err
		case policy.May(actor, policy.AdminRoles) &&
			!policy.Can(actor, policy.AdminRoles, policy.Object{UnitPath: path}):
			return notFound()
		}
		about := policy.Object{UnitPath: path, PersonID: g.PersonID}
		if err := policy.Check(actor, policy.AdminRoles, about); err != nil {
			return err
		}
		if err := lastAdmin(tx, g, today); err != nil {
			return err
		}
		if err := endGrant(tx, g.ID, today.AddDays(-1)); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{
			Action: "role.revoke", Kind: "person", ID: g.PersonID, Detail: string(g.Role) + " at unit " + g.UnitID,
		})
	})
}

// lastAdmin refuses to end the only grant of an administrator's role that still holds.
func lastAdmin(tx *gorm.DB, g models.RoleGrant, today models.Date) error {
	if !isAdmin(g.Role) {
		return nil
	}
	// Of two who end the last two grants at the same time, one waits here and then sees that the other is gone.
	if err := db.SetMetaTx(tx, metaAdmins, string(today)); err != nil {
		return err
	}
	n, err := othersHold(tx, g, today)
	switch {
	case err != nil:
		return err
	case n == 0:
		return fault.New(fault.Conflict, "account.last_admin")
	}
	return nil
}
