package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
	"gorm.io/gorm"

	"shanzhi/models/blob"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// wholeFile is the largest file that is read from a backup, in bytes.
const wholeFile = 1 << 30

// sink is where the content of a backup goes.
type sink struct {
	rows func(table string, lines []byte) error
	file func(hash string, content []byte) error
	tell Progress
}

// Verify reads a whole backup and checks that it is complete and undamaged. It writes nothing.
//
// Faults: Invalid "backup.…" when it cannot be opened, was cut, is damaged or of a format that is not known.
func Verify(ctx context.Context, r io.Reader, k Keys, tell Progress) (Summary, error) {
	digests := counter{}
	made, err := read(ctx, r, k, func(Head) error { return nil }, sink{
		rows: digests.lines, file: func(string, []byte) error { return nil }, tell: tell,
	})
	if err == nil && !maps.Equal(digests.counts(made.Head), made.Tables) {
		err = fault.New(fault.Invalid, "backup.damaged")
	}
	return made, err
}

// Target is what a backup is restored into.
type Target struct {
	DB    *db.DB
	Files blob.Store
	Keys  string // fingerprint of the keys that lie in the data folder; "" = there are none yet
	Tell  Progress
}

// Restore makes the schema in an empty house and fills it: every row or none, and the files. What was filled is read
// again and held against the backup's digests before it is kept. A backup of an earlier version of the program is
// filled into the schema as it was then, and migrated afterwards. Files that were put before a failure stay; they are
// in nobody's way.
//
// Faults: Conflict "backup.not_empty"; Invalid "backup.schema" for a newer version of the program or one that this one
// does not come from; Conflict "backup.not_fresh" for an earlier one where the schema is made already; Conflict
// "vault.keys_other" where keys lie that do not open it; those of Verify.
func Restore(ctx context.Context, r io.ReadSeeker, to Target, k Keys) (made Summary, err error) {
	h, err := Look(ctx, r, k)
	if err != nil {
		return made, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return made, fmt.Errorf("read backup: %w", err)
	}
	all, err := prepare(ctx, to.DB, h)
	if err != nil {
		return made, err
	}
	if made, err = fill(ctx, r, to, k, all); err != nil {
		return made, err
	}
	return made, db.Migrate(ctx, to.DB) // nothing to do for a backup of this version
}

func fill(ctx context.Context, r io.Reader, to Target, k Keys, all []table) (made Summary, err error) {
	err = db.Load(ctx, to.DB, func(tx *gorm.DB) error {
		if err := empty(tx, all); err != nil {
			return err
		}
		fill := &fillers{tx: tx, all: all}
		made, err = read(ctx, r, k, func(Head) error { return nil }, sink{
			rows: fill.lines, tell: to.Tell,
			file: func(_ string, content []byte) error {
				_, err := to.Files.Put(ctx, content)
				return err
			},
		})
		if err != nil {
			return err
		}
		if err := fill.flush(); err != nil {
			return err
		}
		if to.Keys != "" && made.Keys != "" && to.Keys != made.Keys {
			return fault.New(fault.Conflict, "vault.keys_other")
		}
		return compare(ctx, tx, all, made.Manifest)
	})
	return made, err
}

// empty refuses a database in which anything is kept.
func empty(tx *gorm.DB, all []table) error {
	for _, t := range all {
		var n int64
		if err := tx.Model(t.fresh().Interface()).Limit(1).Count(&n).Error; err != nil {
			return fmt.Errorf("look at table %s: %w", t.Table, err)
		}
		if n > 0 {
			return fault.New(fault.Conflict, "backup.not_empty", "table", t.Table)
		}
	}
	return nil
}

// compare reads what was filled again.
func compare(ctx context.Context, tx *gorm.DB, all []table, m Manifest) error {
	for _, t := range all {
		got, err := t.each(ctx, tx, nil)
		if err != nil {
			return err
		}
		if got != m.Tables[t.Table] {
			return fault.New(fault.Internal, "backup.differs", "table", t.Table)
		}
	}
	return nil
}

// read goes through a backup in order. What comes out of it is checked: age by piece, files by their name, rows by
// whoever counts them.
func read(ctx context.Context, r io.Reader, k Keys, head func(Head) error, to sink) (made Summary, err error) {
	plain, err := k.open(r)
	if err != nil {
		return made, err
	}
	unpacked, err := zstd.NewReader(plain, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	if err != nil {
		return made, fmt.Errorf("unpack backup: %w", err)
	}
	defer unpacked.Close()
	a := &reader{tar: tar.NewReader(unpacked), sink: to}
	if err := a.head(head); err != nil {
		return a.made, err
	}
	for !a.whole && err == nil {
		if err = ctx.Err(); err == nil {
			err = a.next()
		}
	}
	if err == nil {
		// Read to the end: only there age tells that nothing was cut off.
		if _, failed := io.Copy(io.Discard, io.MultiReader(unpacked, plain)); failed != nil {
			err = damaged(failed)
		}
	}
	return a.made, err
}

type reader struct {
	sink
	tar   *tar.Reader
	made  Summary
	whole bool // the manifest was read
	rows  int
	files int
	bytes int64
}

func (a *reader) take(limit int64) (name string, body []byte, err error) {
	h, err := a.tar.Next()
	if err != nil {
		return "", nil, damaged(err)
	}
	if h.Size > limit {
		return "", nil, fault.New(fault.Invalid, "backup.damaged")
	}
	if body, err = io.ReadAll(a.tar); err != nil {
		return "", nil, damaged(err)
	}
	return h.Name, body, nil
}

// damaged is the fault for whatever the layers below say: a file that was cut or altered.
func damaged(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fault.New(fault.Invalid, "backup.damaged")
}

func (a *reader) head(check func(Head) error) error {
	name, body, err := a.take(wholeFile)
	if err != nil {
		return err
	}
	if name != headName || json.Unmarshal(body, &a.made.Head) != nil {
		return fault.New(fault.Invalid, "backup.no_backup")
	}
	if a.made.Format != format {
		return fault.New(fault.Invalid, "backup.format", "program", a.made.Program)
	}
	return check(a.made.Head)
}

func (a *reader) next() error {
	name, body, err := a.take(wholeFile)
	if err != nil {
		return err
	}
	switch {
	case name == manifestName:
		a.whole = true
		if json.Unmarshal(body, &a.made.Manifest) != nil || a.files != a.made.Files || a.bytes != a.made.FileBytes {
			return fault.New(fault.Invalid, "backup.damaged")
		}
		if _, err := a.tar.Next(); !errors.Is(err, io.EOF) {
			return fault.New(fault.Invalid, "backup.damaged")
		}
		return nil
	case strings.HasPrefix(name, tablePrefix):
		a.rows += bytes.Count(body, []byte("\n"))
		table := name[len(tablePrefix):]
		a.tell.tell(table, a.rows, 0)
		return a.sink.rows(table, body)
	case strings.HasPrefix(name, filePrefix):
		if blob.HashOf(body) != name[len(filePrefix):] {
			return fault.New(fault.Invalid, "backup.damaged")
		}
		a.files++
		a.bytes += int64(len(body))
		a.tell.tell("", a.rows, a.files)
		return a.file(name[len(filePrefix):], body)
	}
	return fault.New(fault.Invalid, "backup.damaged")
}

// fillers fill one table after the other.
type fillers struct {
	tx  *gorm.DB
	all []table
	now *filler
}

func (f *fillers) lines(name string, lines []byte) error {
	if f.now == nil || f.now.Table != name {
		if err := f.flush(); err != nil {
			return err
		}
		i := slices.IndexFunc(f.all, func(t table) bool { return t.Table == name })
		if i < 0 {
			return fault.New(fault.Invalid, "backup.damaged")
		}
		f.now = f.all[i].filler(f.tx)
	}
	for line := range bytes.Lines(lines) {
		if err := f.now.add(line); err != nil {
			return err
		}
	}
	return nil
}

func (f *fillers) flush() error {
	if f.now == nil {
		return nil
	}
	return f.now.flush()
}
