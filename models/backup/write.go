package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// MetaKeys names the setting that holds the fingerprint of the keys with which the database is used.
const MetaKeys = "vault.fingerprint"

// piece is how many bytes of lines one entry of the archive holds, about.
const piece = 1 << 20

// Source is what a backup is made of.
type Source struct {
	DB      *db.DB
	Files   Files
	Now     clock.Clock
	Program string // version of the program
	Tell    Progress
}

// Write writes a backup to w, encrypted for k. The house may go on serving: the rows are those of one instant, and the
// files are at least the ones that these rows name, since files are only ever added.
//
// Memory is bounded by a piece and the largest file. On an error what was written is useless.
// Faults: Conflict "backup.pending" where the schema is not this program's.
func Write(ctx context.Context, w io.Writer, src Source, k Keys) (Summary, error) {
	to, err := k.recipients()
	if err != nil {
		return Summary{}, err
	}
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return Summary{}, fmt.Errorf("encrypt backup: %w", err)
	}
	packed, err := zstd.NewWriter(sealed, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return Summary{}, fmt.Errorf("compress backup: %w", err)
	}
	a := &writer{src: src, tar: tar.NewWriter(packed)}
	if err = a.write(ctx); err != nil {
		return Summary{}, err
	}
	if err := errors.Join(a.tar.Close(), packed.Close(), sealed.Close()); err != nil {
		return Summary{}, fmt.Errorf("write backup: %w", err)
	}
	return a.made, nil
}

type writer struct {
	src  Source
	tar  *tar.Writer
	made Summary
	rows int
}

func (a *writer) write(ctx context.Context) error {
	pending, err := db.Pending(ctx, a.src.DB)
	if err != nil {
		return err
	}
	if len(pending) > 0 {
		return fault.New(fault.Conflict, "backup.pending")
	}
	all, err := tables()
	if err != nil {
		return err
	}
	h := Head{Format: format, Program: a.src.Program, Made: a.src.Now()}
	if h.Schema, err = db.Digest(); err != nil {
		return err
	}
	if h.Ran, err = db.Versions(); err != nil {
		return err
	}
	return a.writeAll(ctx, h, all)
}

// writeAll writes the head, the rows of the tables, the files and the manifest.
func (a *writer) writeAll(ctx context.Context, h Head, all []table) error {
	for _, t := range all {
		h.Columns = append(h.Columns, t.columns())
	}
	a.made.Head = h
	if err := a.entry(headName, h); err != nil {
		return err
	}
	a.made.Tables = map[string]Count{}
	began := false
	err := db.View(ctx, a.src.DB, func(tx *gorm.DB) error {
		if began {
			return errors.New("the database was in the way; try again") // what is written cannot be unwritten
		}
		began = true
		return a.writeRows(ctx, tx, all)
	})
	if err != nil {
		return err
	}
	if err := a.src.Files.Walk(ctx, func(hash string, _ int64) error { return a.writeFile(ctx, hash) }); err != nil {
		return err
	}
	return a.entry(manifestName, a.made.Manifest)
}

func (a *writer) writeRows(ctx context.Context, tx *gorm.DB, all []table) error {
	var keys []models.Meta
	if err := tx.Where("k = ?", MetaKeys).Find(&keys).Error; err != nil {
		return fmt.Errorf("read fingerprint of the keys: %w", err)
	}
	for _, m := range keys {
		a.made.Keys = m.V
	}
	for _, t := range all {
		if err := a.writeTable(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}

func (a *writer) writeTable(ctx context.Context, tx *gorm.DB, t table) error {
	var lines bytes.Buffer
	flush := func() error {
		if lines.Len() == 0 {
			return nil
		}
		defer lines.Reset()
		a.src.Tell.tell(t.Table, a.rows, 0)
		return a.body(tablePrefix+t.Table, lines.Bytes())
	}
	count, err := t.each(ctx, tx, func(line []byte) error {
		lines.Write(line)
		a.rows++
		if lines.Len() < piece {
			return nil
		}
		return flush()
	})
	if err = errors.Join(err, flush()); err != nil {
		return err
	}
	a.made.Tables[t.Table] = count
	return nil
}

func (a *writer) writeFile(ctx context.Context, hash string) (err error) {
	content, size, err := a.src.Files.Open(ctx, hash)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	if err := a.tar.WriteHeader(&tar.Header{Name: filePrefix + hash, Mode: 0o600, Size: size}); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if _, err := io.Copy(a.tar, content); err != nil {
		return fmt.Errorf("write backup of file %s: %w", hash, err)
	}
	a.made.Files++
	a.made.FileBytes += size
	a.src.Tell.tell("", a.rows, a.made.Files)
	return nil
}

func (a *writer) entry(name string, v any) error {
	var text bytes.Buffer
	if err := line(&text, v); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return a.body(name, text.Bytes())
}

func (a *writer) body(name string, text []byte) error {
	err := a.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text))})
	if err == nil {
		_, err = a.tar.Write(text)
	}
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	return nil
}
