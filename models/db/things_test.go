package db_test

import (
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"

	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// thing is a row of a schema of the tests' own, so that they do not depend on the program's.
type thing struct {
	ID       string `gorm:"primaryKey"`
	Code     string
	Name     string
	N        int
	At       time.Time
	ParentID *string
}

const sqliteThings = `-- +goose Up
CREATE TABLE things (
  id TEXT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  n INTEGER NOT NULL,
  at DATETIME NOT NULL,
  parent_id TEXT,
  CONSTRAINT ck_things_n CHECK (n < 1000),
  CONSTRAINT fk_things_parent FOREIGN KEY (parent_id) REFERENCES things (id)
);
CREATE UNIQUE INDEX ux_things_code ON things (code);
CREATE INDEX ix_things_name ON things (name);
`

const mysqlThings = `-- +goose Up
-- +goose StatementBegin
CREATE TABLE IF NOT EXISTS things (
  id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  code VARCHAR(32) COLLATE utf8mb4_bin NOT NULL,
  name VARCHAR(50) NOT NULL,
  n INT NOT NULL,
  at DATETIME(3) NOT NULL,
  parent_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin,
  CONSTRAINT ck_things_n CHECK (n < 1000),
  CONSTRAINT fk_things_parent FOREIGN KEY (parent_id) REFERENCES things (id),
  UNIQUE KEY ux_things_code (code),
  KEY ix_things_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
-- +goose StatementEnd
`

const metaTable = `-- +goose Up
CREATE TABLE meta (k VARCHAR(64) NOT NULL PRIMARY KEY, v TEXT NOT NULL);
`

// thingFiles is a folder of migrations for both dialects.
func thingFiles() fstest.MapFS {
	return fstest.MapFS{
		"sqlite/0001_things.sql": {Data: []byte(sqliteThings)},
		"sqlite/0002_meta.sql":   {Data: []byte(metaTable)},
		"mysql/0001_things.sql":  {Data: []byte(mysqlThings)},
		"mysql/0002_meta.sql":    {Data: []byte(metaTable)},
	}
}

func things(t *testing.T) *db.DB {
	t.Helper()
	return thingsAt(t, testkit.URL(t), db.Options{})
}

func thingsAt(t *testing.T, url string, o db.Options) *db.DB {
	t.Helper()
	o.Migrations = thingFiles()
	d := testkit.Open(t, url, testkit.Still(), o)
	if err := db.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return d
}

func add(t *testing.T, d *db.DB, rows ...thing) {
	t.Helper()
	for i := range rows {
		if rows[i].At.IsZero() {
			rows[i].At = testkit.Now
		}
		if rows[i].Code == "" {
			rows[i].Code = rows[i].ID
		}
	}
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error { return tx.Create(&rows).Error })
	if err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, d *db.DB, id string) thing {
	t.Helper()
	var r thing
	err := db.View(t.Context(), d, func(tx *gorm.DB) error { return tx.Take(&r, "id = ?", id).Error })
	if err != nil {
		t.Fatalf("read thing %s: %v", id, err)
	}
	return r
}
