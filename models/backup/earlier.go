package backup

import (
	"context"
	"errors"
	"io"
	"slices"

	"gorm.io/gorm/schema"

	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// errSeen ends the reading of a backup of which the head was wanted.
var errSeen = errors.New("the head was read")

// Look reads what a backup is of, and nothing else. Faults: those of Verify.
func Look(ctx context.Context, r io.Reader, k Keys) (h Head, err error) {
	_, err = read(ctx, r, k, func(seen Head) error {
		h = seen
		return errSeen
	}, sink{})
	if errors.Is(err, errSeen) {
		err = nil
	}
	return h, err
}

// prepare makes the schema that a backup was made of and returns its tables, with the columns in the order of lines.
func prepare(ctx context.Context, d *db.DB, h Head) ([]table, error) {
	own, err := db.Digest()
	if err != nil {
		return nil, err
	}
	other := fault.New(fault.Invalid, "backup.schema", "program", h.Program)
	all, ok, err := tablesOf(h)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, other
	case h.Schema == own:
		return all, db.Migrate(ctx, d)
	}
	versions, known, err := db.Earlier(h.Schema, h.Ran)
	switch {
	case err != nil:
		return nil, err
	case !known:
		return nil, other
	}
	return all, db.MigrateTo(ctx, d, versions)
}

// tablesOf are the tables of a backup, parents before children; ok is false where it has one, or a column, that this
// program does not know.
func tablesOf(h Head) (out []table, ok bool, err error) {
	all, err := tables()
	if err != nil {
		return nil, false, err
	}
	found := 0
	for _, t := range all {
		i := slices.IndexFunc(h.Columns, func(c Columns) bool { return c.Table == t.Table })
		if i < 0 {
			continue // made by a later migration
		}
		found++
		fields := make([]*schema.Field, 0, len(h.Columns[i].Columns))
		for _, name := range h.Columns[i].Columns {
			f := t.FieldsByDBName[name]
			if f == nil {
				return nil, false, nil
			}
			fields = append(fields, f)
		}
		t.fields = fields
		out = append(out, t)
	}
	return out, found == len(h.Columns), nil
}
