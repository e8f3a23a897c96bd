package demo_test

import (
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/demo"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

// open opens a prepared database for the length of the test.
func open(t *testing.T, url string) func(clock.Clock) *db.DB {
	t.Helper()
	return func(now clock.Clock) *db.DB { return testkit.Open(t, url, now, db.Options{}) }
}

// sums returns the digest of every file below a folder.
func sums(t *testing.T, folder string) map[string][32]byte {
	t.Helper()
	out := map[string][32]byte{}
	err := filepath.WalkDir(folder, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := os.ReadFile(name)
		out[name] = sha256.Sum256(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fill enters a unit, as somebody has who works with the database.
func fill(t *testing.T, url string) {
	t.Helper()
	d, err := db.Open(t.Context(), url, wall, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	u := models.Unit{ID: "U1", Name: "真的县", Kind: models.County, Path: "/U1/", ValidFrom: "2026-01-01", CreatedAt: wall()}
	if err := db.Tx(t.Context(), d, func(tx *gorm.DB) error { return tx.Create(&u).Error }); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestASecondDemonstrationReplacesTheFirst(t *testing.T) {
	t.Parallel()
	url, data := testkit.URL(t), filepath.Join(t.TempDir(), "demo")
	for run := range 2 {
		if err := demo.Prepare(t.Context(), url, data, wall, demo.Seed); err != nil {
			t.Fatalf("run %d: %v", run, err)
		}
		for _, name := range []string{"keys", "blobs"} {
			if _, err := os.Stat(filepath.Join(data, name)); err == nil {
				t.Errorf("run %d: %s of the earlier demonstration are there", run, name)
			}
		}
		if run == 1 {
			d := open(t, url)(wall)
			if v, err := d.Meta(t.Context(), demo.Key); err != nil || v == "" {
				t.Errorf("mark %q, error %v", v, err)
			}
			continue
		}
		fill(t, url)
		write(t, filepath.Join(data, "keys", "ring.json"), "old")
		write(t, filepath.Join(data, "blobs", "ab", "abcd"), "old")
	}
	d := open(t, url)(wall)
	for _, m := range models.All() {
		var n int64
		err := db.View(t.Context(), d, func(tx *gorm.DB) error { return tx.Model(m).Where("1 = 1").Count(&n).Error })
		if _, isMark := m.(*models.Meta); err != nil || n > 0 && !isMark {
			t.Errorf("%d rows of %T of the earlier demonstration are still there, %v", n, m, err)
		}
	}
}

// replaced is a database in which an earlier demonstration was thrown away; a county is made in it by
// TestTheSameSeedMakesTheSameCounty.
func replaced(t *testing.T) string {
	t.Helper()
	url, data := testkit.URL(t), filepath.Join(t.TempDir(), "demo")
	for run := range 2 {
		if err := demo.Prepare(t.Context(), url, data, wall, demo.Seed); err != nil {
			t.Fatal(err)
		}
		if run == 0 {
			fill(t, url)
		}
	}
	return url
}

func TestAnotherDatabaseIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	url, data := testkit.URL(t), t.TempDir()
	fill(t, url)
	file, ok := strings.CutPrefix(url, "sqlite:")
	before := map[string][32]byte{}
	if ok {
		before = sums(t, filepath.Dir(file))
	}
	err := demo.Prepare(t.Context(), url, data, wall, demo.Seed)
	if !fault.Is(err, fault.Conflict) {
		t.Fatalf("got %v, want Conflict", err)
	}
	if ok {
		after := sums(t, filepath.Dir(file))
		if len(after) != len(before) {
			t.Errorf("%d files before, %d after", len(before), len(after))
		}
		for name, sum := range before {
			if after[name] != sum {
				t.Errorf("%s has changed", name)
			}
		}
	}
	d := open(t, url)(wall)
	var n int64
	if err := db.View(t.Context(), d, func(tx *gorm.DB) error { return tx.Model(&models.Unit{}).Count(&n).Error }); err != nil || n != 1 {
		t.Errorf("%d units, error %v, want the one that was there", n, err)
	}
	if _, err := os.Stat(filepath.Join(data, ".demo")); err == nil {
		t.Error("the data folder was marked")
	}
}

func TestADatabaseThatLostItsMarkIsNoDemonstration(t *testing.T) {
	t.Parallel()
	url, data := testkit.URL(t), t.TempDir()
	if err := demo.Prepare(t.Context(), url, data, wall, demo.Seed); err != nil {
		t.Fatal(err)
	}
	fill(t, url)
	d := open(t, url)(wall)
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error { return tx.Delete(&models.Meta{}, "k = ?", demo.Key).Error })
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Prepare(t.Context(), url, data, wall, demo.Seed); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want Conflict", err)
	}
}

func TestAnotherFolderIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	url, data := testkit.URL(t), t.TempDir()
	write(t, filepath.Join(data, "keys", "ring.json"), "precious")
	before := sums(t, data)
	if err := demo.Prepare(t.Context(), url, data, wall, demo.Seed); !fault.Is(err, fault.Conflict) {
		t.Fatalf("got %v, want Conflict", err)
	}
	after := sums(t, data)
	for name, sum := range before {
		if after[name] != sum || len(after) != len(before) {
			t.Errorf("%s has changed", name)
		}
	}
}

func TestPasswordsAreGoodAndDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		p := demo.NewPassword()
		if len(p) != 14 || seen[p] {
			t.Fatalf("password %q", p)
		}
		seen[p] = true
	}
}
