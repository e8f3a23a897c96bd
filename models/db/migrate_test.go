package db_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gorm.io/gorm"

	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

func pending(t *testing.T, d *db.DB) []string {
	t.Helper()
	names, err := db.Pending(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestMigrateOnceAndAgain(t *testing.T) {
	t.Parallel()
	d := testkit.Open(t, testkit.URL(t), testkit.Still(), db.Options{Migrations: thingFiles()})
	ctx := t.Context()
	want := []string{"0001_things.sql", "0002_meta.sql"}
	if got := pending(t, d); !slices.Equal(got, want) {
		t.Errorf("pending %v, want %v", got, want)
	}
	if empty, err := d.Empty(ctx); err != nil || !empty {
		t.Errorf("asking has written: empty = %v, error %v", empty, err)
	}
	var p *db.PendingError
	if err := d.Ready(ctx); !errors.As(err, &p) || !slices.Equal(p.Names, want) {
		t.Errorf("Ready before migrating: %v", err)
	}
	for range 2 {
		if err := db.Migrate(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	if got := pending(t, d); len(got) != 0 {
		t.Errorf("still pending: %v", got)
	}
	if err := d.Ready(ctx); err != nil {
		t.Errorf("Ready after migrating: %v", err)
	}
	if empty, err := d.Empty(ctx); err != nil || empty {
		t.Errorf("empty = %v after migrating, error %v", empty, err)
	}
	all, err := db.Status(ctx, d)
	if err != nil || len(all) != 2 || all[1].Version != 2 || all[1].Name != want[1] || all[1].Ran.IsZero() {
		t.Errorf("status %v, error %v", all, err)
	}
	var runs int64
	err = db.View(ctx, d, func(tx *gorm.DB) error {
		return tx.Table("schema_migrations").Where("version_id > 0").Count(&runs).Error
	})
	if err != nil || runs != 2 {
		t.Errorf("%d runs recorded, want 2; error %v", runs, err)
	}
}

// Each of four servers has its own connections; the migrations would fail if they ran twice.
func TestFourMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url := testkit.URL(t)
	files := thingFiles()
	files["sqlite/0003_once.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE once (id INTEGER);\n")}
	files["mysql/0003_once.sql"] = files["sqlite/0003_once.sql"]
	servers := make([]*db.DB, 4)
	for i := range servers {
		servers[i] = testkit.Open(t, url, testkit.Still(), db.Options{Migrations: files})
	}
	done := make(chan error)
	for _, d := range servers {
		go func() { done <- db.Migrate(t.Context(), d) }()
	}
	for range servers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for _, d := range servers {
		if got := pending(t, d); len(got) != 0 {
			t.Errorf("still pending: %v", got)
		}
	}
}

// A failed migration is reported by name, stays pending, and the next run goes on where it stopped.
func TestMigrateGoesOnAfterFailure(t *testing.T) {
	t.Parallel()
	url := testkit.URL(t)
	broken := thingFiles()
	half := "-- +goose Up\nCREATE TABLE IF NOT EXISTS half (id INTEGER);\nCREATE TABEL other (id INTEGER);\n"
	broken["sqlite/0003_half.sql"] = &fstest.MapFile{Data: []byte(half)}
	broken["mysql/0003_half.sql"] = broken["sqlite/0003_half.sql"]
	d := testkit.Open(t, url, testkit.Still(), db.Options{Migrations: broken})
	if err := db.Migrate(t.Context(), d); err == nil || !strings.Contains(err.Error(), "0003_half.sql") {
		t.Errorf("got %v, want an error that names 0003_half.sql", err)
	}
	if got := pending(t, d); !slices.Equal(got, []string{"0003_half.sql"}) {
		t.Errorf("pending %v", got)
	}
	whole := thingFiles()
	mended := strings.Replace(half, "TABEL", "TABLE", 1)
	whole["sqlite/0003_half.sql"] = &fstest.MapFile{Data: []byte(mended)}
	whole["mysql/0003_half.sql"] = whole["sqlite/0003_half.sql"]
	d = testkit.Open(t, url, testkit.Still(), db.Options{Migrations: whole})
	if err := db.Migrate(t.Context(), d); err != nil {
		t.Error(err)
	}
}

// The older of two versions that run side by side finds migrations that it does not know.
func TestOlderProgramRunsOnNewerSchema(t *testing.T) {
	t.Parallel()
	url := testkit.URL(t)
	newer := thingFiles()
	newer["sqlite/0003_more.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nALTER TABLE things ADD more INTEGER;\n")}
	newer["mysql/0003_more.sql"] = newer["sqlite/0003_more.sql"]
	d := testkit.Open(t, url, testkit.Still(), db.Options{Migrations: newer})
	if err := db.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	old := thingsAt(t, url, db.Options{})
	if err := old.Ready(t.Context()); err != nil {
		t.Errorf("the older program is not ready: %v", err)
	}
	add(t, old, thing{ID: "a"})
	get(t, old, "a") // QueryFields: the new column does not disturb
}

// A table is rebuilt by dropping it; the rows that refer to it must survive that.
func TestMigrationRebuildsTable(t *testing.T) {
	t.Parallel()
	url := testkit.URL(t)
	files := thingFiles()
	base := `-- +goose Up
CREATE TABLE parents (id INTEGER NOT NULL PRIMARY KEY);
CREATE TABLE children (id INTEGER NOT NULL PRIMARY KEY, parent INTEGER NOT NULL,
  CONSTRAINT fk_children FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE);
INSERT INTO parents (id) VALUES (1);
INSERT INTO children (id, parent) VALUES (1, 1);
`
	rebuild := map[string]string{
		"sqlite": `-- +goose Up
CREATE TABLE parents_new (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL DEFAULT '');
INSERT INTO parents_new (id) SELECT id FROM parents;
DROP TABLE parents;
ALTER TABLE parents_new RENAME TO parents;
`,
		"mysql": "-- +goose Up\nALTER TABLE parents ADD name VARCHAR(50) NOT NULL DEFAULT '';\n",
	}
	for folder, text := range rebuild {
		files[folder+"/0003_base.sql"] = &fstest.MapFile{Data: []byte(base)}
		files[folder+"/0004_rebuild.sql"] = &fstest.MapFile{Data: []byte(text)}
	}
	d := testkit.Open(t, url, testkit.Still(), db.Options{Migrations: files})
	if err := db.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	var n int64
	err := db.View(t.Context(), d, func(tx *gorm.DB) error { return tx.Table("children").Count(&n).Error })
	if err != nil || n != 1 {
		t.Errorf("%d children left, want 1; error %v", n, err)
	}
	err = db.Tx(t.Context(), d, func(tx *gorm.DB) error { return tx.Exec("INSERT INTO children VALUES (2, 99)").Error })
	if !db.IsOrphan(err) {
		t.Errorf("foreign keys are not followed after migrating: %v", err)
	}
}

// SQLite migrates when the server starts; on a database server a person runs the command that the error names.
func TestStart(t *testing.T) {
	t.Parallel()
	d := testkit.Open(t, testkit.URL(t), testkit.Still(), db.Options{Migrations: thingFiles()})
	err := db.Start(t.Context(), d)
	if testkit.OnServer() {
		if err == nil || !strings.Contains(err.Error(), "shanzhi migrate up") {
			t.Errorf("got %v, want a refusal that names the command", err)
		}
		err = errors.Join(db.Migrate(t.Context(), d), db.Start(t.Context(), d))
	}
	if err != nil {
		t.Error(err)
	}
	if err := d.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestDigestNamesTheSchema(t *testing.T) {
	t.Parallel()
	a, err := db.Digest()
	if err != nil || len(a) != 64 {
		t.Errorf("digest %q, error %v", a, err)
	}
}
