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
	"shanzhi/models/policy"
)

// maxPath is the longest path of a unit that the column holds, in characters.
const maxPath = 255

// UnitInput describes a new unit. Code may be empty.
type UnitInput struct {
	ParentID, Name, Code string
	Kind                 models.UnitKind
}

// UnitKinds lists the kinds of units in the order of the menus.
func UnitKinds() []models.UnitKind {
	return []models.UnitKind{
		models.Province, models.County, models.Department, models.Township, models.Village, models.Community,
		models.SocialOrg,
	}
}

// Units returns the tree of existing units below the actor's administrative roles: parents before children, siblings in
// the order in which they were made.
func (s *Service) Units(ctx context.Context, actor models.Actor) ([]models.Unit, error) {
	reach, err := unitReach(actor)
	if err != nil {
		return nil, err
	}
	today := models.DateOf(s.now())
	var rows []models.Unit
	err = db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, err = unitsTx(tx, reach, today)
		return err
	})
	return rows, err
}

// UnitsFor returns the existing units within the actor's reach for an action: the choices of a form.
func (s *Service) UnitsFor(ctx context.Context, actor models.Actor, do policy.Action) ([]models.Unit, error) {
	reach := policy.Scope(actor, do)
	if !reach.All && len(reach.Paths) == 0 {
		return nil, nil
	}
	today := models.DateOf(s.now())
	var rows []models.Unit
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		rows, err = unitsTx(tx, reach, today)
		return err
	})
	return rows, err
}

// unitReach is what of the tree an administrator of units, people or roles sees.
func unitReach(actor models.Actor) (policy.Reach, error) {
	for _, do := range []policy.Action{policy.AdminUnits, policy.AdminPeople, policy.AdminRoles} {
		if policy.May(actor, do) {
			return policy.Scope(actor, do), nil
		}
	}
	return policy.Reach{}, policy.Check(actor, policy.AdminUnits, policy.Object{})
}

// Unit returns one unit in the reach of a system administrator. Faults: NotFound, Forbidden.
func (s *Service) Unit(ctx context.Context, actor models.Actor, id string) (models.Unit, error) {
	var u models.Unit
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		u, err = seenUnit(tx, actor, policy.AdminUnits, id)
		return err
	})
	return u, err
}

// CreateUnit puts a unit below another.
//
// Faults: Invalid with fields parent, name, kind, code; NotFound, Forbidden.
func (s *Service) CreateUnit(ctx context.Context, actor models.Actor, in UnitInput) (models.Unit, error) {
	now := s.now()
	in.Name, in.Code = strings.TrimSpace(in.Name), NormalStaffNo(in.Code)
	var made models.Unit
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		made, err = createUnitTx(tx, now, actor, in)
		return err
	})
	return made, err
}

func createUnitTx(tx *gorm.DB, now time.Time, actor models.Actor, in UnitInput) (models.Unit, error) {
	parent, err := unitTx(tx, in.ParentID)
	if db.IsNotFound(err) {
		return models.Unit{}, fault.Wrong(fault.On("parent", "form.required_choice"))
	}
	if err != nil {
		return models.Unit{}, err
	}
	if err := policy.Check(actor, policy.AdminUnits, policy.Object{UnitPath: parent.Path}); err != nil {
		return models.Unit{}, err
	}
	if err := in.check(); err != nil {
		return models.Unit{}, err
	}
	made := models.Unit{
		ID: models.NewID(), ParentID: &parent.ID, Code: orNil(in.Code), Name: in.Name, Kind: in.Kind,
		ValidFrom: models.DateOf(now), Version: 1, CreatedAt: now,
	}
	made.Path = parent.Path + made.ID + "/"
	if len(made.Path) > maxPath {
		return models.Unit{}, fault.Wrong(fault.On("parent", "account.unit_deep"))
	}
	if same, err := siblingTx(tx, parent.ID, in.Name); err != nil || same {
		return models.Unit{}, orTaken(err, "name", in.Name)
	}
	if err := insertUnit(tx, &made); err != nil {
		if db.IsConflict(err) {
			return models.Unit{}, orTaken(nil, "code", in.Code)
		}
		return models.Unit{}, err
	}
	return made, audit.Add(tx, now, actor, audit.Event{Action: "unit.create", Kind: "unit", ID: made.ID})
}

// orTaken returns err, or that the value of a field exists already.
func orTaken(err error, field, value string) error {
	if err != nil {
		return err
	}
	return fault.Wrong(fault.On(field, "form.taken", "value", value))
}

func (in UnitInput) check() error {
	kind := []fault.Field{fault.On("kind", "form.required_choice")}
	for _, k := range UnitKinds() {
		if k == in.Kind {
			kind = nil
		}
	}
	return fault.Refuse(checkUnitName("name", in.Name), kind, checkCredit("code", in.Code))
}

// checkCredit refuses a unified social credit code that does not check; an empty one is no code.
func checkCredit(field, code string) []fault.Field {
	if code == "" || CreditCode(code) {
		return nil
	}
	return []fault.Field{fault.On(field, "form.credit_code")}
}

// seenUnit returns a unit in the actor's reach; outside it there is none.
func seenUnit(tx *gorm.DB, actor models.Actor, do policy.Action, id string) (models.Unit, error) {
	u, err := unitTx(tx, id)
	switch {
	case db.IsNotFound(err):
		return u, notFound()
	case err != nil:
		return u, err
	case !policy.Can(actor, do, policy.Object{UnitPath: u.Path}):
		if policy.May(actor, do) {
			return u, notFound()
		}
		return u, policy.Check(actor, do, policy.Object{UnitPath: u.Path})
	}
	return u, nil
}

func notFound() error { return fault.New(fault.NotFound, "error.not_found") }

func stale() error { return fault.New(fault.Conflict, "error.stale") }

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
