package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"shanzhi/models/fault"
)

// Versions returns the numbers of the program's migrations in order.
func Versions() ([]int64, error) {
	var out []int64
	err := eachFile(func(_ string, version int64, _ []byte) {
		if !slices.Contains(out, version) {
			out = append(out, version)
		}
	})
	slices.Sort(out)
	return out, err
}

// Digest returns the SHA-256, in hexadecimal, of all migrations of the program: it names the schema.
func Digest() (string, error) { return digestOf(func(int64) bool { return true }) }

// DigestOf is the digest of the schema that some of the migrations make.
func DigestOf(versions []int64) (string, error) {
	return digestOf(func(v int64) bool { return slices.Contains(versions, v) })
}

func digestOf(counts func(version int64) bool) (string, error) {
	h := sha256.New()
	err := eachFile(func(name string, version int64, text []byte) {
		if counts(version) {
			_, _ = fmt.Fprintf(h, "%s %d\n%s", name, len(text), text) // a hash takes everything
		}
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// eachFile goes through the migrations of both dialects by name.
func eachFile(do func(name string, version int64, text []byte)) error {
	err := fs.WalkDir(embedded(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(embedded(), name)
		if err != nil {
			return err
		}
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return err
		}
		do(name, version, text)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	return nil
}

// Earlier returns the migrations that make an earlier schema of this program, which is known by its digest. said are
// the numbers that whoever made the digest gives; without them it is looked for among the beginnings of the list. known
// is false for a schema that this program has never had, such as one of a newer program.
func Earlier(digest string, said []int64) (versions []int64, known bool, err error) {
	all, err := Versions()
	if err != nil {
		return nil, false, err
	}
	try := func(set []int64) (bool, error) {
		got, err := DigestOf(set)
		return err == nil && got == digest && len(set) > 0, err
	}
	if len(said) > 0 {
		known, err = try(said)
		return slices.Sorted(slices.Values(said)), known, err
	}
	for n := len(all); n > 0 && !known && err == nil; n-- {
		versions = all[:n]
		known, err = try(versions)
	}
	return versions, known, err
}

// MigrateTo makes an earlier schema in an empty database, to be filled as it was then; Migrate makes the rest of it
// afterwards.
//
// Fault: Conflict "backup.not_fresh" where a later migration has run already.
func MigrateTo(ctx context.Context, d *DB, versions []int64) error {
	all, err := Status(ctx, d)
	if err != nil {
		return err
	}
	var missing []int64
	for _, m := range all {
		wanted := slices.Contains(versions, m.Version)
		switch {
		case !wanted && !m.Ran.IsZero():
			return fault.New(fault.Conflict, "backup.not_fresh", "name", m.Name)
		case wanted && m.Ran.IsZero():
			missing = append(missing, m.Version)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return d.engine.alone(ctx, func(_ *sql.DB, p *goose.Provider) error {
		for _, v := range missing {
			if _, err := p.ApplyVersion(ctx, v, true); err != nil {
				return failed(err)
			}
		}
		return nil
	})
}
