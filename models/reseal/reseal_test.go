package reseal

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
)

var operator = models.SystemActor("test")

const perTable = 230 // more than two batches

// sealed returns a house with perTable rows in every table, and its folder of keys.
func sealed(t *testing.T) (*Service, *db.DB, string) {
	t.Helper()
	dir := t.TempDir()
	v, err := vault.Open(dir)
	must(t, err)
	d := testkit.DB(t)
	s := New(d, v, testkit.Still())
	must(t, db.Load(t.Context(), d, func(tx *gorm.DB) error {
		for _, m := range models.All() {
			if err := fill(t, tx, v, m); err != nil {
				return err
			}
		}
		return nil
	}))
	return s, d, dir
}

// fill adds rows to the table of m. Row i of every table has the same id, which stands in all its texts, so that it
// refers to row i of every other table; a sealed text tells its table, column and row; the last row is not filled in.
func fill(t *testing.T, tx *gorm.DB, v *vault.Vault, m any) error {
	t.Helper()
	p, err := schema.Parse(m, &sync.Map{}, schema.NamingStrategy{})
	must(t, err)
	rows := reflect.MakeSlice(reflect.SliceOf(p.ModelType), perTable, perTable)
	for i := range perTable {
		id := fmt.Sprintf("%04d", i)
		for _, f := range p.Fields {
			x := f.ReflectValueOf(t.Context(), rows.Index(i))
			switch {
			case x.Kind() == reflect.Pointer:
			case f.IndirectFieldType == reflect.TypeFor[vault.Sealed]():
				if i < perTable-1 {
					box, err := v.Seal(p.Table+f.DBName+id, p.Table+"."+f.DBName+"."+id)
					must(t, err)
					x.Set(reflect.ValueOf(box))
				}
			case f.DataType == schema.Time:
				x.Set(reflect.ValueOf(testkit.Now))
			case x.Kind() == reflect.String:
				x.SetString(id)
			case x.CanInt():
				x.SetInt(int64(i))
			}
		}
	}
	all := reflect.New(rows.Type())
	all.Elem().Set(rows)
	return tx.CreateInBatches(all.Interface(), 100).Error
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// each calls do with every sealed value.
func each(t *testing.T, d *db.DB, do func(c Column, id string, box vault.Sealed)) {
	t.Helper()
	columns, err := Columns()
	must(t, err)
	must(t, db.View(t.Context(), d, func(tx *gorm.DB) error {
		for _, c := range columns {
			var rows []struct {
				ID  string
				Box vault.Sealed
			}
			if err := tx.Table(c.Table).Select(c.Key + " AS id, " + c.Name + " AS box").Scan(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				do(c, r.ID, r.Box)
			}
		}
		return nil
	}))
}

func TestEverySealedColumnIsMovedToTheNewKey(t *testing.T) {
	t.Parallel()
	s, d, dir := sealed(t)
	old := s.vault.CurrentID()
	next, err := s.Rotate(t.Context(), operator, dir)
	must(t, err)
	if next == old || s.vault.CurrentID() != next {
		t.Fatalf("the running house seals with %s, want the new key %s", s.vault.CurrentID(), next)
	}
	told := 0
	r, err := s.Run(t.Context(), operator, func(n int) { told = n })
	must(t, err)
	columns, err := Columns()
	must(t, err)
	want := len(columns) * (perTable - 1)
	if r.Moved != want || r.Stuck != 0 || told != want || len(columns) < 4 {
		t.Errorf("moved %d, stuck %d, told %d; want %d of %d columns", r.Moved, r.Stuck, told, want, len(columns))
	}
	after, err := vault.Open(dir)
	must(t, err)
	seen := 0
	each(t, d, func(c Column, id string, box vault.Sealed) {
		if box.IsZero() {
			return
		}
		seen++
		text, err := after.Open(box, c.Table+"."+c.Name+"."+id)
		if err != nil || text != c.Table+c.Name+id || box.KeyID() != next {
			t.Errorf("%s.%s of %s: %q under %s, %v", c.Table, c.Name, id, text, box.KeyID(), err)
		}
	})
	if seen != want {
		t.Errorf("%d values, want %d", seen, want)
	}
	if r, err := s.Run(t.Context(), operator, nil); err != nil || r != (Result{}) {
		t.Errorf("once more: %+v, %v", r, err)
	}
}

// A run that is stopped half-way is finished by the next one; nothing is lost between.
func TestResealingCanBeStoppedAndBegunAgain(t *testing.T) {
	t.Parallel()
	s, d, dir := sealed(t)
	_, err := s.Rotate(t.Context(), operator, dir)
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	first, err := s.Run(ctx, operator, func(int) { stop() })
	if !errors.Is(err, context.Canceled) || first.Moved != batch {
		t.Fatalf("stopped: %+v, %v; want one batch", first, err)
	}
	second, err := s.Run(t.Context(), operator, nil)
	must(t, err)
	columns, err := Columns()
	must(t, err)
	if first.Moved+second.Moved != len(columns)*(perTable-1) {
		t.Errorf("moved %d and %d", first.Moved, second.Moved)
	}
	each(t, d, func(c Column, id string, box vault.Sealed) {
		if _, err := s.vault.Open(box, c.place(id)); err != nil {
			t.Errorf("%s.%s of %s: %v", c.Table, c.Name, id, err)
		}
	})
}

func TestAKeyIsRetiredOnlyWhenNothingUsesIt(t *testing.T) {
	t.Parallel()
	s, _, dir := sealed(t)
	old := s.vault.CurrentID()
	if err := s.Retire(t.Context(), operator, dir, old); fault.Of(err).Key != "vault.key_in_use" {
		t.Errorf("the current one: %v", err)
	}
	next, err := s.Rotate(t.Context(), operator, dir)
	must(t, err)
	if err := s.Retire(t.Context(), operator, dir, old); fault.Of(err).Key != "vault.key_in_use" {
		t.Errorf("while rows use it: %v", err)
	}
	_, err = s.Run(t.Context(), operator, nil)
	must(t, err)
	uses, err := s.Uses(t.Context(), operator, []string{old, next})
	must(t, err)
	if uses[old] != 0 || uses[next] == 0 {
		t.Errorf("uses %v", uses)
	}
	must(t, s.Retire(t.Context(), operator, dir, old))
	ids, current, err := vault.IDs(dir)
	if err != nil || !slices.Equal(ids, []string{next}) || current != next {
		t.Errorf("ring %v, current %s, %v", ids, current, err)
	}
	if err := s.Retire(t.Context(), operator, dir, old); fault.Of(err).Key != "vault.key_unknown" {
		t.Errorf("again: %v", err)
	}
}

// A value that nothing opens is told, left as it is, and in nobody's way.
func TestADamagedValueStopsNothing(t *testing.T) {
	t.Parallel()
	s, d, dir := sealed(t)
	other, err := s.vault.Seal("x", "elsewhere")
	must(t, err)
	must(t, db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		return tx.Table("persons").Where("id = ?", "0003").UpdateColumn("mobile", other).Error
	}))
	_, err = s.Rotate(t.Context(), operator, dir)
	must(t, err)
	r, err := s.Run(t.Context(), operator, nil)
	columns, _ := Columns()
	if err != nil || r.Stuck != 1 || r.Moved != len(columns)*(perTable-1)-1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestKeysAreNoMatterOfPages(t *testing.T) {
	t.Parallel()
	s, _, dir := sealed(t)
	sys := models.Actor{ID: "x", Grants: []models.Grant{{Role: models.RoleSystem, UnitID: "u", UnitPath: "/u/"}}}
	if _, err := s.Rotate(t.Context(), sys, dir); !fault.Is(err, fault.Forbidden) {
		t.Errorf("rotate: %v", err)
	}
	if _, err := s.Run(t.Context(), sys, nil); !fault.Is(err, fault.Forbidden) {
		t.Errorf("reseal: %v", err)
	}
}
