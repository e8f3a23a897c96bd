// Package reseal moves sealed fields from old keys to the current one, in small batches while the house serves, and
// says which keys are still in use.
//
// It knows no field by name: every column of type vault.Sealed of every model is one, so that none is forgotten.
package reseal

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
	"shanzhi/models/vault"
)

// batch is the number of rows moved in one transaction.
const batch = 100

// Column is one sealed column and the key of its table.
type Column struct{ Table, Name, Key string }

// place binds a value of the column to its row, as the rooms that seal it do.
func (c Column) place(id string) string { return c.Table + "." + c.Name + "." + id }

// Columns lists every sealed column of the house. Each stands in a table whose key is one column.
func Columns() ([]Column, error) {
	var out []Column
	for _, m := range models.All() {
		s, err := schema.Parse(m, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			return nil, fmt.Errorf("read model %T: %w", m, err)
		}
		for _, f := range s.Fields {
			if f.IndirectFieldType != reflect.TypeFor[vault.Sealed]() {
				continue
			}
			if len(s.PrimaryFieldDBNames) != 1 {
				return nil, fmt.Errorf("sealed column %s.%s: the key of its table is not one column", s.Table, f.DBName)
			}
			out = append(out, Column{Table: s.Table, Name: f.DBName, Key: s.PrimaryFieldDBNames[0]})
		}
	}
	return out, nil
}

// Service moves sealed fields.
type Service struct {
	db    *db.DB
	vault *vault.Vault
	now   clock.Clock
}

// New returns a Service on d over the keys of v.
func New(d *db.DB, v *vault.Vault, now clock.Clock) *Service {
	return &Service{db: d, vault: v, now: now}
}

// Result is what a run has done. Stuck values open with no key of the ring; they stay as they are.
type Result struct{ Moved, Stuck int }

// Run seals with the current key whatever is sealed with another one. It can be stopped at any moment and begun again;
// what another changes meanwhile is left to that change. tell is told from time to time how many were moved.
func (s *Service) Run(ctx context.Context, who models.Actor, tell func(moved int)) (r Result, err error) {
	if err := s.may(who); err != nil {
		return r, err
	}
	columns, err := Columns()
	if err != nil {
		return r, err
	}
	for _, c := range columns {
		if err := s.column(ctx, c, &r, tell); err != nil {
			return r, fmt.Errorf("seal %s.%s anew: %w", c.Table, c.Name, err)
		}
	}
	if r.Moved == 0 && r.Stuck == 0 {
		return r, nil
	}
	now := s.now()
	return r, db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		return audit.Add(tx, now, who, audit.Event{
			Action: "key.reseal", Kind: "key", ID: s.vault.CurrentID(),
			Detail: fmt.Sprintf("moved=%d stuck=%d", r.Moved, r.Stuck),
		})
	})
}

// may lets the system alone: keys are changed at the machine, not through pages.
func (s *Service) may(who models.Actor) error {
	if !who.System {
		return policy.Check(models.Actor{ID: who.ID}, policy.AdminJobs, policy.Object{})
	}
	return nil
}

// column goes through one column in the order of ids.
func (s *Service) column(ctx context.Context, c Column, r *Result, tell func(int)) error {
	for after, more := "", true; more; {
		var step Result
		var last string
		err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
			step, last, err = s.step(tx, c, after)
			return err
		})
		if err != nil {
			return err
		}
		r.Moved, r.Stuck = r.Moved+step.Moved, r.Stuck+step.Stuck
		if tell != nil && step.Moved > 0 {
			tell(r.Moved)
		}
		more, after = last != "", last
	}
	return nil
}

// step moves one batch and returns the last id it has looked at, "" when there was none.
func (s *Service) step(tx *gorm.DB, c Column, after string) (r Result, last string, err error) {
	var rows []struct {
		ID  string
		Box vault.Sealed
	}
	err = stale(tx, c, s.vault.CurrentID()).Select(c.Key+" AS id, "+c.Name+" AS box").Where(c.Key+" > ?", after).
		Order(c.Key).Limit(batch).Scan(&rows).Error
	if err != nil {
		return r, "", err
	}
	for _, row := range rows {
		last = row.ID
		plain, err := s.vault.Open(row.Box, c.place(row.ID))
		if errors.Is(err, vault.ErrDamaged) || errors.Is(err, vault.ErrNoKey) {
			r.Stuck++
			continue
		}
		if err != nil {
			return r, "", err
		}
		fresh, err := s.vault.Seal(plain, c.place(row.ID))
		if err != nil {
			return r, "", err
		}
		res := tx.Table(c.Table).Where(c.Key+" = ? AND "+c.Name+" = ?", row.ID, row.Box).UpdateColumn(c.Name, fresh)
		if res.Error != nil {
			return r, "", res.Error
		}
		r.Moved += int(res.RowsAffected)
	}
	return r, last, nil
}

// stale selects the rows whose value is sealed with another key than id.
func stale(tx *gorm.DB, c Column, id string) *gorm.DB {
	mark := vault.Mark(id)
	return tx.Table(c.Table).Where(c.Name+" <> '' AND SUBSTR("+c.Name+", 1, ?) <> ?", len(mark), mark)
}

// Uses returns how many values are sealed with each of the keys.
func (s *Service) Uses(ctx context.Context, who models.Actor, ids []string) (map[string]int64, error) {
	if err := s.may(who); err != nil {
		return nil, err
	}
	columns, err := Columns()
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	err = db.View(ctx, s.db, func(tx *gorm.DB) error {
		clear(out)
		for _, c := range columns {
			for _, id := range ids {
				var n int64
				mark := vault.Mark(id)
				err := tx.Table(c.Table).Where("SUBSTR("+c.Name+", 1, ?) = ?", len(mark), mark).Count(&n).Error
				if err != nil {
					return fmt.Errorf("count %s.%s: %w", c.Table, c.Name, err)
				}
				out[id] += n
			}
		}
		return nil
	})
	return out, err
}

// Retire takes the key out of the ring in dir, if nothing is sealed with it any more.
//
// Faults: Conflict "vault.key_in_use" with the number of values; those of vault.Retire.
func (s *Service) Retire(ctx context.Context, who models.Actor, dir, id string) error {
	uses, err := s.Uses(ctx, who, []string{id})
	if err != nil {
		return err
	}
	if uses[id] > 0 {
		return fault.New(fault.Conflict, "vault.key_in_use", "id", id, "n", uses[id])
	}
	if _, err := vault.Retire(dir, id); err != nil {
		return err
	}
	return s.note(ctx, who, "key.retire", id)
}

// Rotate makes a new key of the ring in dir the one that seals and returns its id; see vault.Rotate.
func (s *Service) Rotate(ctx context.Context, who models.Actor, dir string) (string, error) {
	if err := s.may(who); err != nil {
		return "", err
	}
	v, err := vault.Rotate(dir)
	if err != nil {
		return "", err
	}
	return v.CurrentID(), s.note(ctx, who, "key.rotate", v.CurrentID())
}

func (s *Service) note(ctx context.Context, who models.Actor, action, id string) error {
	now := s.now()
	return db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		return audit.Add(tx, now, who, audit.Event{Action: action, Kind: "key", ID: id})
	})
}
