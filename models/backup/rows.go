package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"shanzhi/models"
)

// table is one table and how its rows become lines.
type table struct {
	*schema.Schema
	fields []*schema.Field // with a column, in the order of the struct
}

// tables lists every table of the house, parents before children.
func tables() ([]table, error) {
	var out []table
	for _, m := range models.All() {
		s, err := schema.Parse(m, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			return nil, fmt.Errorf("read model %T: %w", m, err)
		}
		t := table{Schema: s}
		for _, f := range s.Fields {
			if f.DBName != "" {
				t.fields = append(t.fields, f)
			}
		}
		out = append(out, t)
	}
	return out, nil
}

func (t table) columns() Columns {
	c := Columns{Table: t.Table}
	for _, f := range t.fields {
		c.Columns = append(c.Columns, f.DBName)
	}
	return c
}

func (t table) fresh() reflect.Value { return reflect.New(t.ModelType) }

// encode writes a row as one line: the values that its columns hold, sealed fields as they are sealed.
func (t table) encode(w *bytes.Buffer, row reflect.Value) error {
	values := make([]any, len(t.fields))
	for i, f := range t.fields {
		values[i] = f.ReflectValueOf(context.Background(), row.Elem()).Interface()
		if own, ok := values[i].(driver.Valuer); ok {
			v, err := own.Value()
			if err != nil {
				return fmt.Errorf("column %s.%s: %w", t.Table, f.DBName, err)
			}
			values[i] = v
		}
	}
	return line(w, values)
}

// decode reads a line into a row.
func (t table) decode(text []byte, row reflect.Value) error {
	var values []json.RawMessage
	if err := json.Unmarshal(text, &values); err != nil {
		return err
	}
	if len(values) != len(t.fields) {
		return fmt.Errorf("%d values for %d columns", len(values), len(t.fields))
	}
	for i, f := range t.fields {
		into := f.ReflectValueOf(context.Background(), row.Elem()).Addr().Interface()
		if err := decodeValue(values[i], into); err != nil {
			return fmt.Errorf("column %s: %w", f.DBName, err)
		}
	}
	return nil
}

func decodeValue(text json.RawMessage, into any) error {
	own, ok := into.(sql.Scanner)
	if !ok {
		return json.Unmarshal(text, into)
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	return own.Scan(v)
}

// each calls do with the line of every row, in the order of the primary key, and returns their number and digest. The
// line is good until the next one.
func (t table) each(ctx context.Context, tx *gorm.DB, do func(line []byte) error) (c Count, err error) {
	rows, err := tx.WithContext(ctx).Model(t.fresh().Interface()).Select(t.columns().Columns).
		Order(strings.Join(t.PrimaryFieldDBNames, ", ")).Rows()
	if err != nil {
		return c, fmt.Errorf("read table %s: %w", t.Table, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	digest := sha256.New()
	var text bytes.Buffer
	for rows.Next() {
		row := t.fresh()
		if err := tx.ScanRows(rows, row.Interface()); err != nil {
			return c, fmt.Errorf("read table %s: %w", t.Table, err)
		}
		text.Reset()
		if err := t.encode(&text, row); err != nil {
			return c, err
		}
		digest.Write(text.Bytes())
		c.Rows++
		if do != nil {
			if err := do(text.Bytes()); err != nil {
				return c, err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return c, fmt.Errorf("read table %s: %w", t.Table, err)
	}
	c.Digest = sum(digest)
	return c, nil
}

// filler inserts the lines of one table in batches that fit a server's packet.
type filler struct {
	table
	tx    *gorm.DB
	rows  reflect.Value // slice of the model
	bytes int
	n     int
}

const (
	insertRows  = 200
	insertBytes = 1 << 20
)

func (t table) filler(tx *gorm.DB) *filler {
	rows := reflect.MakeSlice(reflect.SliceOf(t.ModelType), 0, insertRows)
	return &filler{table: t, tx: tx, rows: rows}
}

func (f *filler) add(text []byte) error {
	row := f.fresh()
	if err := f.decode(text, row); err != nil {
		return fmt.Errorf("row %d of table %s: %w", f.n+1, f.Table, err)
	}
	f.n++
	f.rows = reflect.Append(f.rows, row.Elem())
	f.bytes += len(text)
	if f.rows.Len() < insertRows && f.bytes < insertBytes {
		return nil
	}
	return f.flush()
}

func (f *filler) flush() error {
	if f.rows.Len() == 0 {
		return nil
	}
	batch := reflect.New(f.rows.Type())
	batch.Elem().Set(f.rows)
	if err := f.tx.Select(f.columns().Columns).Create(batch.Interface()).Error; err != nil {
		return fmt.Errorf("fill table %s: %w", f.Table, err)
	}
	f.rows, f.bytes = f.rows.Slice(0, 0), 0
	return nil
}
