package backup

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/blob"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
)

// filled returns a house with a row in every table that stands alone, units below units, and files.
func filled(t *testing.T) Source {
	t.Helper()
	d := testkit.DB(t)
	files, err := blob.Folder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ring, err := vault.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.New(ring)
	if err != nil {
		t.Fatal(err)
	}
	mobile, err := v.Seal("13812340926", "persons.mobile.p1")
	if err != nil {
		t.Fatal(err)
	}
	locked := testkit.Now.Add(time.Hour)
	child := "0"
	must(t, db.Load(t.Context(), d, func(tx *gorm.DB) error {
		rows := []any{
			&models.Meta{K: MetaKeys, V: v.Fingerprint()}, &models.Meta{K: "site", V: "善治 <&> \u2028 𬭁\n\"quoted\""},
			// The child's id comes first: restoring must not depend on the order.
			&models.Unit{ID: "00", ParentID: new("99"), Name: "村", Path: "/99/00/", ValidFrom: "2026-01-01", CreatedAt: testkit.Now},
			&models.Unit{ID: "99", Name: "县", Code: &child, Path: "/99/", ValidFrom: "2026-01-01", CreatedAt: testkit.Now},
			&models.Person{
				ID: "p1", StaffNo: "G1", Name: "王𬭁", Mobile: mobile, LockedUntil: &locked, MustChange: true, Version: 3,
				CreatedAt: testkit.Now, UpdatedAt: testkit.Now.Add(time.Millisecond),
			},
		}
		for _, r := range rows {
			if err := tx.Create(r).Error; err != nil {
				return err
			}
		}
		var many []models.AuditEntry
		for i := range 1200 {
			many = append(many, models.AuditEntry{
				ID: fmt.Sprintf("%026d", i), At: testkit.Now, Action: "x", Detail: strings.Repeat("详", 900), RequestID: "r",
			})
		}
		return tx.CreateInBatches(many, 100).Error
	}))
	for _, s := range []string{"one", "two", ""} {
		if _, err := files.Put(t.Context(), []byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := files.Put(t.Context(), bytes.Repeat([]byte("large"), 2<<20)); err != nil {
		t.Fatal(err)
	}
	return Source{DB: d, Files: files, Now: testkit.Still(), Program: "test"}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func pair(t *testing.T) Keys {
	t.Helper()
	id, to, err := NewIdentity()
	must(t, err)
	return Keys{Recipient: to, Identity: id}
}

func written(t *testing.T, src Source, k Keys) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := Write(t.Context(), &b, src, Keys{Recipient: k.Recipient, Passphrase: k.Passphrase}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// house is an empty one to restore into.
func house(t *testing.T) Target {
	t.Helper()
	files, err := blob.Folder(t.TempDir())
	must(t, err)
	return Target{DB: testkit.DB(t), Files: files}
}

// content is every row of every table as the database itself gives it out.
func content(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	all, err := tables()
	must(t, err)
	must(t, db.View(t.Context(), d, func(tx *gorm.DB) error {
		clear(out)
		for _, tb := range all {
			var rows []map[string]any
			if err := tx.Table(tb.Table).Find(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				for k, v := range r {
					if b, ok := v.([]byte); ok {
						r[k] = string(b)
					}
				}
				out[tb.Table] = append(out[tb.Table], fmt.Sprint(r)) // maps are printed in order
			}
			slices.Sort(out[tb.Table])
		}
		return nil
	}))
	return out
}

func allFiles(t *testing.T, f blob.Store) map[string]string {
	t.Helper()
	out := map[string]string{}
	must(t, f.(Files).Walk(t.Context(), func(hash string, _ int64) error {
		r, _, err := f.Open(t.Context(), hash)
		if err != nil {
			return err
		}
		defer r.Close()
		b, err := io.ReadAll(r)
		out[hash] = blob.HashOf(b)
		return err
	}))
	return out
}

func TestABackupFillsAnEmptyHouse(t *testing.T) {
	t.Parallel()
	src, k := filled(t), pair(t)
	file := written(t, src, k)
	seen, err := Verify(t.Context(), bytes.NewReader(file), k, nil)
	if err != nil || seen.Rows() != 1205 || seen.Files != 4 || seen.Keys == "" || seen.Program != "test" {
		t.Fatalf("verify: %d rows, %d files, %v", seen.Rows(), seen.Files, err)
	}
	to := house(t)
	told := 0
	to.Tell = func(string, int, int) { told++ }
	if _, err := Restore(t.Context(), bytes.NewReader(file), to, k); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(content(t, src.DB), content(t, to.DB)); diff != "" {
		t.Errorf("rows (-backed up +restored):\n%.2000s", diff)
	}
	if diff := cmp.Diff(allFiles(t, src.Files), allFiles(t, to.Files)); diff != "" {
		t.Errorf("files (-backed up +restored):\n%s", diff)
	}
	if told == 0 {
		t.Error("no progress was told")
	}
	// Foreign keys hold again afterwards.
	err = db.Tx(t.Context(), to.DB, func(tx *gorm.DB) error {
		return tx.Create(&models.Unit{ID: "x", ParentID: new("nobody"), Path: "/x/", CreatedAt: testkit.Now}).Error
	})
	if !db.IsOrphan(err) {
		t.Errorf("a child of nobody: %v", err)
	}
	if _, err := Restore(t.Context(), bytes.NewReader(file), to, k); fault.Of(err).Key != "backup.not_empty" {
		t.Errorf("into a house in use: %v", err)
	}
}

// What was written on one database is restored on the other one.
func TestABackupMovesBetweenDatabases(t *testing.T) {
	t.Parallel()
	if !testkit.OnServer() {
		t.Skip("needs a server beside SQLite")
	}
	src, k := filled(t), pair(t)
	file := written(t, src, k)
	lite, err := db.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), testkit.Still(), db.Options{})
	must(t, err)
	t.Cleanup(func() { _ = lite.Close() })
	must(t, db.Migrate(t.Context(), lite))
	to := house(t)
	to.DB = lite
	if _, err := Restore(t.Context(), bytes.NewReader(file), to, k); err != nil {
		t.Fatal(err)
	}
	back := house(t)
	again := Source{DB: lite, Files: to.Files.(Files), Now: testkit.Still(), Program: "test"}
	if _, err := Restore(t.Context(), bytes.NewReader(written(t, again, k)), back, k); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(content(t, src.DB), content(t, back.DB)); diff != "" {
		t.Errorf("there and back (-before +after):\n%.2000s", diff)
	}
}

// However a backup is cut, altered or mistaken, nothing of it is kept and the reason is said.
func TestWhatIsNoWholeBackupIsRefused(t *testing.T) {
	t.Parallel()
	src, k := filled(t), pair(t)
	file := written(t, src, k)
	altered := bytes.Clone(file)
	altered[len(altered)/2] ^= 1
	other := Keys{Identity: pair(t).Identity}
	for name, c := range map[string]struct {
		file []byte
		keys Keys
		want string
	}{
		"cut in the middle":  {file[:len(file)/2], k, "backup.damaged"},
		"the last byte gone": {file[:len(file)-1], k, "backup.damaged"},
		"one bit turned":     {altered, k, "backup.damaged"},
		"not a backup":       {[]byte("PK\x03\x04 something else"), k, "backup.no_backup"},
		"empty":              {nil, k, "backup.no_backup"},
		"another's key":      {file, other, "backup.wrong_key"},
		"no key":             {file, Keys{}, "backup.no_opener"},
		"a broken key":       {file, Keys{Identity: "AGE-SECRET-KEY-1nonsense"}, "backup.bad_identity"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Verify(t.Context(), bytes.NewReader(c.file), c.keys, nil); fault.Of(err).Key != c.want {
				t.Errorf("verify: %v, want %s", err, c.want)
			}
			to := house(t)
			if _, err := Restore(t.Context(), bytes.NewReader(c.file), to, c.keys); fault.Of(err).Key != c.want {
				t.Errorf("restore: %v, want %s", err, c.want)
			}
			for table, rows := range content(t, to.DB) {
				t.Errorf("%d rows of %s were kept", len(rows), table)
			}
		})
	}
}

func TestKeysOfAnotherHouseAreNoticed(t *testing.T) {
	t.Parallel()
	src, k := filled(t), pair(t)
	to := house(t)
	to.Keys = "0123456789abcdef"
	_, err := Restore(t.Context(), bytes.NewReader(written(t, src, k)), to, k)
	if fault.Of(err).Key != "vault.keys_other" || len(content(t, to.DB)) != 0 {
		t.Errorf("got %v", err)
	}
}

// A backup never fails by halves: what cannot be written is an error, and a damaged file of the house is one too.
func TestWritingFailsAloud(t *testing.T) {
	t.Parallel()
	src, k := filled(t), pair(t)
	if _, err := Write(t.Context(), full{}, src, k); !errors.Is(err, errFull) {
		t.Errorf("a full disk: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Write(ctx, io.Discard, src, k); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := Write(t.Context(), io.Discard, src, Keys{}); fault.Of(err).Key != "backup.no_key" {
		t.Errorf("without a key: %v", err)
	}
	if _, err := Write(t.Context(), io.Discard, src, Keys{Recipient: "age1x"}); fault.Of(err).Key != "backup.bad_recipient" {
		t.Errorf("with a wrong key: %v", err)
	}
	hash := blob.HashOf([]byte("one"))
	dir := reflect.ValueOf(src.Files).Elem().FieldByName("dir").String()
	must(t, os.WriteFile(filepath.Join(dir, hash[:2], hash[2:4], hash), []byte("0ne"), 0o600))
	if _, err := Write(t.Context(), io.Discard, src, k); fault.Of(err).Key != "blob.damaged" {
		t.Errorf("a damaged file: %v", err)
	}
}

var errFull = errors.New("no space left on device")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAPassphraseWillDo(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	must(t, SealText(&b, []byte("keys"), Keys{Passphrase: "红旗渠-2026"}))
	got, err := OpenText(bytes.NewReader(b.Bytes()), Keys{Passphrase: "红旗渠-2026"})
	if err != nil || string(got) != "keys" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := OpenText(&b, Keys{Passphrase: "wrong"}); fault.Of(err).Key != "backup.wrong_key" {
		t.Errorf("wrong passphrase: %v", err)
	}
}

// Every column of every model goes through a line and back: a new type of column that does not is noticed here.
func TestEveryColumnSurvivesALine(t *testing.T) {
	t.Parallel()
	all, err := tables()
	must(t, err)
	for _, tb := range all {
		row := tb.fresh()
		for i, f := range tb.fields {
			v := f.ReflectValueOf(t.Context(), row.Elem())
			if v.Kind() == reflect.Pointer {
				v.Set(reflect.New(v.Type().Elem()))
				v = v.Elem()
			}
			set(t, v, i)
		}
		var b bytes.Buffer
		must(t, tb.encode(&b, row))
		back := tb.fresh()
		if err := tb.decode(b.Bytes(), back); err != nil {
			t.Errorf("%s: %v", tb.Table, err)
			continue
		}
		if !reflect.DeepEqual(row.Interface(), back.Interface()) {
			t.Errorf("%s: %s came back as %+v", tb.Table, b.String(), back.Interface())
		}
	}
}

// set puts something that is not zero into v.
func set(t *testing.T, v reflect.Value, i int) {
	t.Helper()
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = testkit.Now
		return
	case sql.Scanner:
		must(t, x.Scan("v1:k1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAA"))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("值%d", i))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Int16, reflect.Int8:
		v.SetInt(int64(i + 1))
	case reflect.Uint, reflect.Uint64, reflect.Uint32, reflect.Uint16, reflect.Uint8:
		v.SetUint(uint64(i + 1))
	case reflect.Float64:
		v.SetFloat(1.0 / float64(i+3))
	case reflect.Slice:
		v.SetBytes([]byte{1, 2, 3})
	default:
		t.Errorf("a column of kind %s", v.Kind())
	}
}
