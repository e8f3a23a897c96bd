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

// RenameUnit gives a unit another name from a day on ("" = today). The former name is kept with the span in which it
// held: lists and reports on that span say it.
//
// Faults: Invalid with fields name, from; NotFound, Forbidden; Conflict "error.stale", "account.unit_over".
func (s *Service) RenameUnit(
	ctx context.Context, actor models.Actor, id string, version int, name string, from models.Date,
) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		return RenameUnitTx(tx, now, actor, id, version, name, from)
	})
}

// RenameUnitTx is RenameUnit within a transaction, with its audit row.
func RenameUnitTx(
	tx *gorm.DB, now time.Time, actor models.Actor, id string, version int, name string, from models.Date,
) error {
	name = strings.TrimSpace(name)
	u, err := changeable(tx, now, actor, id, version)
	if err != nil {
		return err
	}
	bad := checkUnitName("name", name)
	from = since(&bad, "from", from, u, now)
	if err := fault.Refuse(bad); err != nil {
		return err
	}
	if u.ParentID != nil && name != u.Name {
		if same, err := siblingTx(tx, *u.ParentID, name); err != nil || same {
			return orTaken(err, "name", name)
		}
	}
	if err := keepPast(tx, now, u, models.PastName, u.Name, from); err != nil {
		return err
	}
	if err := updateUnit(tx, u, map[string]any{"name": name}); err != nil {
		return err
	}
	return audit.Add(tx, now, actor, audit.Event{
		Action: "unit.rename", Kind: "unit", ID: id, Detail: "name from " + string(from),
	})
}

// changeable returns a unit that exists and is the actor's to change. Changes of the tree wait for one another: each of
// them looks at more than its own rows.
func changeable(tx *gorm.DB, now time.Time, actor models.Actor, id string, version int) (models.Unit, error) {
	if err := HoldTreeTx(tx, now); err != nil {
		return models.Unit{}, err
	}
	u, err := seenUnit(tx, actor, policy.AdminUnits, id)
	switch {
	case err != nil:
		return u, err
	case u.Version != version:
		return u, stale()
	case u.ValidTo != "":
		return u, fault.New(fault.Conflict, "account.unit_over")
	}
	return u, nil
}

// metaTree is written by everybody who changes the tree of units.
const metaTree = "units.changed"

// HoldTreeTx makes everybody else who changes the tree of units wait until this transaction ends.
func HoldTreeTx(tx *gorm.DB, now time.Time) error {
	return db.SetMetaTx(tx, metaTree, now.Format(time.RFC3339Nano))
}

// since is the day from which a change holds: not after today, and not before the unit was.
func since(bad *[]fault.Field, field string, from models.Date, u models.Unit, now time.Time) models.Date {
	today := models.DateOf(now)
	if from == "" {
		return today
	}
	switch _, ok := models.ParseDate(string(from)); {
	case !ok:
		*bad = append(*bad, fault.On(field, "form.date"))
	case from > today:
		*bad = append(*bad, fault.On(field, "account.unit_future"))
	case from < u.ValidFrom:
		*bad = append(*bad, fault.On(field, "account.unit_before", "from", u.ValidFrom))
	}
	return from
}

// MoveInput puts a unit under another superior unit from a day on ("" = today).
type MoveInput struct {
	Version  int
	ParentID string
	From     models.Date
}

// MoveUnit puts a unit with all below it under another superior unit. Who administers both may.
//
// Faults: Invalid with fields parent, from; NotFound, Forbidden; Conflict "error.stale", "account.unit_over".
func (s *Service) MoveUnit(ctx context.Context, actor models.Actor, id string, in MoveInput) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		u, err := changeable(tx, now, actor, id, in.Version)
		if err != nil {
			return err
		}
		var bad []fault.Field
		in.From = since(&bad, "from", in.From, u, now)
		parent, err := seenUnit(tx, actor, policy.AdminUnits, in.ParentID)
		switch {
		case fault.Is(err, fault.NotFound), err == nil && parent.ValidTo != "":
			bad = append(bad, fault.On("parent", "form.required_choice"))
		case err != nil:
			return err
		case u.ParentID == nil || policy.Within(parent.Path, u.Path):
			bad = append(bad, fault.On("parent", "account.move.inside"))
		case *u.ParentID == parent.ID:
			bad = append(bad, fault.On("parent", "account.move.same"))
		}
		if err := fault.Refuse(bad); err != nil {
			return err
		}
		if err := moveTx(tx, now, u, parent, in.From, "parent"); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{
			Action: "unit.move", Kind: "unit", ID: id, Detail: "from " + *u.ParentID + " to " + parent.ID,
		})
	})
}

// moveTx puts a unit with its subtree under another one. field is where the form says what is wrong.
func moveTx(tx *gorm.DB, now time.Time, u, parent models.Unit, from models.Date, field string) error {
	if same, err := siblingTx(tx, parent.ID, u.Name); err != nil || same {
		return orTaken(err, field, u.Name)
	}
	deepest, err := longestPath(tx, u.Path)
	if err != nil {
		return err
	}
	path := parent.Path + u.ID + "/"
	if deepest-len(u.Path)+len(path) > maxPath {
		return fault.Wrong(fault.On(field, "account.unit_deep"))
	}
	if err := keepPast(tx, now, u, models.PastParent, *u.ParentID, from); err != nil {
		return err
	}
	if err := updateUnit(tx, u, map[string]any{"parent_id": parent.ID}); err != nil {
		return err
	}
	return rewritePaths(tx, u.Path, path)
}

// keepPast keeps what held of a unit until the day before a change. What never held for a day is not kept.
func keepPast(tx *gorm.DB, now time.Time, u models.Unit, kind models.PastKind, value string, from models.Date) error {
	began, err := pastEnd(tx, u.ID, kind)
	if err != nil {
		return err
	}
	row := models.UnitPast{
		ID: models.NewID(), UnitID: u.ID, Kind: kind, Value: value, ValidFrom: u.ValidFrom, ValidTo: from.AddDays(-1),
		CreatedAt: now,
	}
	if began != "" {
		row.ValidFrom = began.AddDays(1)
	}
	if row.ValidTo < row.ValidFrom {
		return nil
	}
	return insertPast(tx, &row)
}

// EndUnit ends a unit on which nothing hangs any more (撤销).
//
// Faults: Invalid with field to; NotFound, Forbidden; Conflict "error.stale", "account.unit_over", "account.unit_root",
// "account.unit_held" with what hangs on it.
func (s *Service) EndUnit(
	ctx context.Context, actor models.Actor, id string, version int, last models.Date,
) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		u, err := changeable(tx, now, actor, id, version)
		if err != nil {
			return err
		}
		if u.ParentID == nil {
			return fault.New(fault.Conflict, "account.unit_root")
		}
		var bad []fault.Field
		last = since(&bad, "to", last, u, now)
		if err := fault.Refuse(bad); err != nil {
			return err
		}
		held, err := s.heldAtTx(tx, u.ID, last)
		if err != nil {
			return err
		}
		if len(held) > 0 {
			return fault.New(fault.Conflict, "account.unit_held")
		}
		if err := updateUnit(tx, u, map[string]any{"valid_to": last}); err != nil {
			return err
		}
		return audit.Add(tx, now, actor, audit.Event{
			Action: "unit.end", Kind: "unit", ID: id, Detail: "last=" + string(last),
		})
	})
}
