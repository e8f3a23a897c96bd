package demo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// mark is the name of the file by which a folder of a demonstration is known; a database file has one beside it, with
// the same ending.
const mark = ".demo"

const markText = "演示数据：由 shanzhi demo 生成，再次运行时整个清除。\n" +
	"Demonstration data: made by shanzhi demo, and thrown away when it is run again.\n"

// Prepare makes room for a demonstration: at url ("sqlite:PATH" or "mysql:DSN") a migrated database without rows but
// for the mark, and in the folder data no keys and no files. An earlier demonstration is thrown away.
//
// What is no demonstration is left as it is, byte by byte: a database file or a folder with keys or files that no
// demonstration has made, and a database of a server in which anything stands and that is not marked.
// Faults: Conflict "demo.other_database" (path), "demo.other_folder" (path), "demo.other_server".
func Prepare(ctx context.Context, url, data string, now clock.Clock, seed uint64) error {
	if err := checkFolder(data); err != nil {
		return err
	}
	path, file := strings.CutPrefix(url, "sqlite:")
	if file {
		if err := checkFile(ctx, url, path, now); err != nil {
			return err
		}
	} else if err := checkServer(ctx, url, now); err != nil {
		return err
	}
	if err := clearFolder(data); err != nil {
		return err
	}
	if file {
		if err := clearFile(path); err != nil {
			return err
		}
	}
	return claim(ctx, url, now, seed)
}

// checkFolder refuses a folder whose keys or files are not of a demonstration.
func checkFolder(data string) error {
	if there(filepath.Join(data, mark)) {
		return nil
	}
	for _, name := range []string{"keys", "blobs"} {
		if there(filepath.Join(data, name)) {
			return fault.New(fault.Conflict, "demo.other_folder", "path", data)
		}
	}
	return nil
}

// checkFile refuses a database file that is no demonstration. One without the mark beside it is not even opened.
func checkFile(ctx context.Context, url, path string, now clock.Clock) error {
	if !there(path) {
		return nil
	}
	refused := fault.New(fault.Conflict, "demo.other_database", "path", path)
	if !there(path + mark) {
		return refused
	}
	ours, err := isOurs(ctx, url, now)
	switch {
	case err != nil:
		return err
	case !ours:
		return refused
	}
	return nil
}

func checkServer(ctx context.Context, url string, now clock.Clock) error {
	ours, err := isOurs(ctx, url, now)
	switch {
	case err != nil:
		return err
	case !ours:
		return fault.New(fault.Conflict, "demo.other_server")
	}
	return nil
}

// isOurs reports whether a database is marked as a demonstration, or holds nothing at all.
func isOurs(ctx context.Context, url string, now clock.Clock) (ours bool, err error) {
	d, err := db.Open(ctx, url, now, db.Options{})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if v, err := d.Meta(ctx, Key); err == nil {
		return v != "", nil
	}
	tables, err := tableNames(ctx, d, strings.HasPrefix(url, "sqlite:"))
	if err != nil || len(tables) == 0 {
		return err == nil, err
	}
	return isBlank(ctx, d, tables)
}

// tableNames lists all tables of a database.
func tableNames(ctx context.Context, d *db.DB, file bool) (names []string, err error) {
	ask := "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()"
	if file {
		ask = "SELECT name FROM sqlite_master WHERE type = 'table'"
	}
	err = db.View(ctx, d, func(tx *gorm.DB) error { return tx.Raw(ask).Scan(&names).Error })
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	return names, nil
}

// isBlank reports whether the tables are those of the program, as migrations leave them: without rows.
func isBlank(ctx context.Context, d *db.DB, tables []string) (blank bool, err error) {
	waiting, err := db.Pending(ctx, d)
	if err != nil || len(waiting) > 0 {
		return false, err
	}
	for _, name := range ownTables() {
		if !slices.Contains(tables, name) {
			return false, nil
		}
	}
	err = db.View(ctx, d, func(tx *gorm.DB) error {
		blank = true
		for _, name := range ownTables() {
			var n int64
			if err := tx.Table(name).Count(&n).Error; err != nil {
				return fmt.Errorf("count rows of %s: %w", name, err)
			}
			blank = blank && n == 0
		}
		return nil
	})
	return blank, err
}

// ownTables lists the tables of the program, parents before children.
func ownTables() []string {
	var out []string
	for _, m := range models.All() {
		if t, ok := m.(interface{ TableName() string }); ok {
			out = append(out, t.TableName())
		}
	}
	return out
}

// clearFolder throws the keys and files of an earlier demonstration away and marks the folder.
func clearFolder(data string) error {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	if err := os.WriteFile(filepath.Join(data, mark), []byte(markText), 0o600); err != nil {
		return fmt.Errorf("mark data folder: %w", err)
	}
	for _, name := range []string{"keys", "blobs"} {
		if err := os.RemoveAll(filepath.Join(data, name)); err != nil {
			return fmt.Errorf("clear data folder: %w", err)
		}
	}
	return nil
}

// clearFile throws the database file of an earlier demonstration away and leaves the mark.
func clearFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make database folder: %w", err)
	}
	if err := os.WriteFile(path+mark, []byte(markText), 0o600); err != nil {
		return fmt.Errorf("mark database: %w", err)
	}
	for _, end := range []string{"-wal", "-shm", ""} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove earlier demonstration: %w", err)
		}
	}
	return nil
}

// claim migrates the database, empties it and marks it.
func claim(ctx context.Context, url string, now clock.Clock, seed uint64) (err error) {
	d, err := db.Open(ctx, url, now, db.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := db.Migrate(ctx, d); err != nil {
		return err
	}
	return db.Tx(ctx, d, func(tx *gorm.DB) error {
		if err := tx.Model(&models.Unit{}).Where("parent_id IS NOT NULL").Update("parent_id", nil).Error; err != nil {
			return fmt.Errorf("empty units: %w", err)
		}
		all := models.All()
		slices.Reverse(all)
		for _, m := range all {
			if err := tx.Where("1 = 1").Delete(m).Error; err != nil {
				return fmt.Errorf("empty %T: %w", m, err)
			}
		}
		return db.SetMetaTx(tx, Key, strconv.FormatUint(seed, 10))
	})
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
