package backup

import (
	"archive/tar"
	"bytes"
	"errors"
	"slices"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"shanzhi/models"
	"shanzhi/models/blob"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

// lastThen is the migration up to which the earlier program of these tests goes: later ones add columns to tables that
// it fills, and tables.
const lastThen = 6

// then is a house of an earlier version of the program, with rows; all are its tables.
func then(t *testing.T) (src Source, h Head, all []table) {
	t.Helper()
	d := testkit.Open(t, testkit.URL(t), testkit.Still(), db.Options{})
	versions, err := db.Versions()
	must(t, err)
	versions = slices.DeleteFunc(versions, func(v int64) bool { return v > lastThen })
	must(t, db.MigrateTo(t.Context(), d, versions))
	h = Head{Format: format, Program: "v0.1", Made: testkit.Now, Schema: schemaOf(t, versions)}
	must(t, db.View(t.Context(), d, func(tx *gorm.DB) error {
		all = earlierTables(t, tx)
		return nil
	}))
	must(t, db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		u := models.Unit{ID: "99", Name: "青禾县", Path: "/99/", Kind: models.County, ValidFrom: "2026-01-01", CreatedAt: testkit.Now}
		p := models.Person{ID: "p1", StaffNo: "G1", Name: "王𬭁", Version: 3, CreatedAt: testkit.Now, UpdatedAt: testkit.Now}
		s := models.Session{
			TokenHash: "t1", PersonID: "p1", Secret: "s", CreatedAt: testkit.Now, SeenAt: testkit.Now, ExpiresAt: testkit.Now,
		}
		for _, row := range []any{&u, &p, &s} {
			if err := tx.Select(columnsOf(t, tx, all, row)).Create(row).Error; err != nil {
				return err
			}
		}
		return nil
	}))
	files, err := blob.Folder(t.TempDir())
	must(t, err)
	_, err = files.Put(t.Context(), []byte("one"))
	must(t, err)
	return Source{DB: d, Files: files, Now: testkit.Still(), Program: "v0.1"}, h, all
}

// schemaOf is the digest of a schema, which Earlier must find by itself.
func schemaOf(t *testing.T, versions []int64) string {
	t.Helper()
	digest, err := db.DigestOf(versions)
	must(t, err)
	if got, known, err := db.Earlier(digest, nil); err != nil || !known || !slices.Equal(got, versions) {
		t.Fatalf("the schema of %v is taken for that of %v, %v, %v", versions, got, known, err)
	}
	return digest
}

// earlierTables are today's tables with what of them is in the database.
func earlierTables(t *testing.T, tx *gorm.DB) (out []table) {
	t.Helper()
	all, err := tables()
	must(t, err)
	for _, tb := range all {
		if names := columnsThen(t, tx, tb.Table); names != nil {
			tb.fields = slices.DeleteFunc(slices.Clone(tb.fields), func(f *schema.Field) bool {
				return !slices.Contains(names, f.DBName)
			})
			out = append(out, tb)
		}
	}
	if len(out) == len(all) {
		t.Fatal("the earlier version has today's tables: nothing is tried here")
	}
	return out
}

// columnsThen are the columns that a table has in the database, none where it is not there yet.
func columnsThen(t *testing.T, tx *gorm.DB, name string) []string {
	t.Helper()
	rows, err := tx.Table(name).Where("1 = 0").Rows()
	if err != nil {
		return nil
	}
	defer rows.Close()
	names, err := rows.Columns()
	must(t, errors.Join(err, rows.Err()))
	return names
}

func columnsOf(t *testing.T, tx *gorm.DB, all []table, row any) []string {
	t.Helper()
	s := &gorm.Statement{DB: tx}
	must(t, s.Parse(row))
	i := slices.IndexFunc(all, func(tb table) bool { return tb.Table == s.Table })
	return all[i].columns().Columns
}

// old writes a backup as the earlier program did.
func old(t *testing.T, src Source, h Head, all []table, k Keys) []byte {
	t.Helper()
	var out bytes.Buffer
	to, err := k.recipients()
	must(t, err)
	sealed, err := age.Encrypt(&out, to...)
	must(t, err)
	packed, err := zstd.NewWriter(sealed)
	must(t, err)
	a := &writer{src: src, tar: tar.NewWriter(packed)}
	must(t, a.writeAll(t.Context(), h, all))
	must(t, errors.Join(a.tar.Close(), packed.Close(), sealed.Close()))
	return out.Bytes()
}

// A backup of an earlier version is filled into the schema as it was, then migrated: nothing is lost, and the house is
// one of this version.
func TestAnEarlierBackupIsRestoredAndMigrated(t *testing.T) {
	t.Parallel()
	src, h, all := then(t)
	k := pair(t)
	file := old(t, src, h, all, Keys{Recipient: k.Recipient})
	files, err := blob.Folder(t.TempDir())
	must(t, err)
	to := Target{DB: testkit.Open(t, testkit.URL(t), testkit.Still(), db.Options{}), Files: files}
	made, err := Restore(t.Context(), bytes.NewReader(file), to, k)
	must(t, err)
	if made.Program != "v0.1" || made.Rows() != 3 || made.Files != 1 {
		t.Errorf("restored %d rows, %d files of %s", made.Rows(), made.Files, made.Program)
	}
	if pending, err := db.Pending(t.Context(), to.DB); err != nil || len(pending) != 0 {
		t.Errorf("%v is left to migrate, %v", pending, err)
	}
	var got models.Person
	must(t, db.View(t.Context(), to.DB, func(tx *gorm.DB) error { return tx.Take(&got, "id = ?", "p1").Error }))
	if got.Name != "王𬭁" || got.Version != 3 {
		t.Errorf("the person came back as %+v", got)
	}
	if diff := cmp.Diff(allFiles(t, src.Files), allFiles(t, to.Files)); diff != "" {
		t.Errorf("files:\n%s", diff)
	}
	// What was restored is a house like any other: it is backed up and restored again.
	again := house(t)
	whole := written(t, Source{DB: to.DB, Files: files, Now: testkit.Still(), Program: "test"}, k)
	if _, err := Restore(t.Context(), bytes.NewReader(whole), again, k); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(content(t, to.DB), content(t, again.DB)); diff != "" {
		t.Errorf("there and back:\n%.2000s", diff)
	}
}

// An earlier backup goes into a fresh database only: what later migrations would have done to its rows is never skipped.
func TestAnEarlierBackupWantsAFreshDatabase(t *testing.T) {
	t.Parallel()
	src, h, all := then(t)
	k := pair(t)
	to := house(t)
	file := old(t, src, h, all, Keys{Recipient: k.Recipient})
	if _, err := Restore(t.Context(), bytes.NewReader(file), to, k); fault.Of(err).Key != "backup.not_fresh" {
		t.Errorf("got %v", err)
	}
	if got := content(t, to.DB); len(got) != 0 {
		t.Errorf("rows were kept: %v", got)
	}
}

// A backup of a newer version, or of one that this program does not come from, is refused before anything is made.
func TestANewerBackupIsRefused(t *testing.T) {
	t.Parallel()
	src, h, all := then(t)
	k := pair(t)
	own, err := db.Versions()
	must(t, err)
	for name, change := range map[string]func(h *Head){
		"an unknown schema":                  func(h *Head) { h.Schema = "other" },
		"a schema that names its newer":      func(h *Head) { h.Ran = append(slices.Clone(own), 9999) },
		"the right schema, wrongly numbered": func(h *Head) { h.Ran = own[:2] },
	} {
		newer := h
		change(&newer)
		to := Target{DB: testkit.Open(t, testkit.URL(t), testkit.Still(), db.Options{}), Files: src.Files}
		file := old(t, src, newer, all, Keys{Recipient: k.Recipient})
		if _, err := Restore(t.Context(), bytes.NewReader(file), to, k); fault.Of(err).Key != "backup.schema" {
			t.Errorf("%s: %v", name, err)
		}
		status, err := db.Status(t.Context(), to.DB)
		must(t, err)
		for _, m := range status {
			if !m.Ran.IsZero() {
				t.Errorf("%s: migration %s has run", name, m.Name)
			}
		}
	}
	wide := Head{Columns: []Columns{{Table: "from_the_future", Columns: []string{"id"}}}}
	if _, ok, err := tablesOf(wide); err != nil || ok {
		t.Errorf("a table that is not known: %v, %v", ok, err)
	}
	wide.Columns = []Columns{{Table: "meta", Columns: []string{"k", "hue"}}}
	if _, ok, err := tablesOf(wide); err != nil || ok {
		t.Errorf("a column that is not known: %v, %v", ok, err)
	}
}
