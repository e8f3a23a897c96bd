package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"shanzhi/app/config"
	"shanzhi/models"
	"shanzhi/models/backup"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// keygen makes a pair of keys by the command and returns the public one and the file of the other.
func keygen(t *testing.T) (recipient, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "identity")
	code, out, complaint := command(t, "backup", "keygen", file)
	if code != 0 {
		t.Fatal(complaint)
	}
	return regexp.MustCompile(`age1[a-z0-9]+`).FindString(out), file
}

// A demonstration is backed up while it is open, restored on an empty machine, and every row and file is the same; the
// restored house serves: its sealed fields open and its audit log is sound.
func TestRestoreOnAnEmptyMachine(t *testing.T) {
	t.Parallel()
	k, err := keptSettledToday()
	store, empty := copied(t, k, err), t.TempDir()
	dir, from, to := store.Data, store.Database, testkit.URL(t)
	recipient, identity := keygen(t)
	if code, _, complaint := command(t, inStore(store, "audit", "seal")...); code != 0 {
		t.Fatal(complaint)
	}
	file, keys := filepath.Join(t.TempDir(), "house.backup"), filepath.Join(t.TempDir(), "keys.age")
	create := []string{"backup", "create", file, "--data", dir, "--database", from, "--backup-recipient", recipient}
	if code, out, complaint := command(t, append(create, "--with-keys", keys)...); code != 0 || !strings.Contains(out, "rows") {
		t.Fatal(out, complaint)
	}
	if code, _, complaint := command(t, create...); code != codeFault || !strings.Contains(complaint, file) {
		t.Errorf("writing over a backup: exit %d, %q", code, complaint)
	}
	opened := func(args ...string) (code int, out, complaint string) {
		return apart(t, func(c *exec.Cmd) { c.Env = append(c.Env, "SHANZHI_BACKUP_IDENTITY_FILE="+identity) }, args...)
	}
	if code, out, complaint := opened("backup", "verify", file); code != 0 {
		t.Errorf("verify: %q %q", out, complaint)
	}
	restore := []string{"backup", "restore", file, "--data", empty, "--database", to}
	if code, out, complaint := opened(append(restore, "--keys", keys)...); code != 0 {
		t.Fatalf("restore: %q %q", out, complaint)
	}
	// Creating and restoring stand in the audit log, each in the one it was done to.
	before, after := everyRow(t, from, "backup.create"), everyRow(t, to, "backup.restore")
	if diff := cmp.Diff(before, after); diff != "" || len(before["persons"]) == 0 {
		t.Errorf("rows (-backed up +restored):\n%.3000s", diff)
	}
	if diff := cmp.Diff(everyFile(t, dir), everyFile(t, empty)); diff != "" {
		t.Errorf("files (-backed up +restored):\n%.3000s", diff)
	}
	if code, out, complaint := command(t, "audit", "verify", "--data", empty, "--database", to); code != 0 {
		t.Errorf("audit: %q %q", out, complaint)
	}
	if code, _, complaint := opened(restore...); code != codeFault || strings.Count(complaint, "\n") != 1 {
		t.Errorf("restoring over data: exit %d, %q", code, complaint)
	}
	ring := filepath.Join(empty, "keys", "keys.json")
	must(t, os.Remove(ring))
	back := append(slices.Clone(restore), "--keys", keys)
	if code, _, _ := opened(back...); code != codeFault {
		t.Errorf("restoring over data with keys: exit %d", code)
	}
	jobs := []string{"key", "status", "--data", empty, "--database", to}
	if code, _, complaint := command(t, jobs...); code != codeFault || !strings.Contains(complaint, "--keys") {
		t.Errorf("without keys: exit %d, %q", code, complaint)
	}
	if _, err := os.Stat(ring); !os.IsNotExist(err) {
		t.Errorf("keys were made or placed for nothing: %v", err)
	}
	if code, out, complaint := opened(slices.Delete(back, 2, 3)...); code != 0 {
		t.Errorf("only the keys: %q %q", out, complaint)
	}
	if code, _, complaint := command(t, jobs...); code != 0 {
		t.Errorf("with the keys back: %q", complaint)
	}
}

// everyRow is the content of every table, but the one audit row of the action.
func everyRow(t *testing.T, url, but string) map[string][]string {
	t.Helper()
	d := testkit.Open(t, url, testkit.Still(), db.Options{})
	out := map[string][]string{}
	must(t, db.View(t.Context(), d, func(tx *gorm.DB) error {
		clear(out)
		for _, m := range models.All() {
			name := reflect.ValueOf(m).MethodByName("TableName").Call(nil)[0].String()
			var rows []map[string]any
			if err := tx.Table(name).Find(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				for k, v := range r {
					if b, ok := v.([]byte); ok {
						r[k] = string(b)
					}
				}
				if r["action"] != but {
					out[name] = append(out[name], fmt.Sprint(r))
				}
			}
			slices.Sort(out[name])
		}
		return nil
	}))
	return out
}

// everyFile is the content of a data folder, but its database and what belongs to it.
func everyFile(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		if err != nil || e.IsDir() || strings.HasPrefix(name, "shanzhi.db") || name == ".demo" {
			return err
		}
		b, err := os.ReadFile(path)
		out[name] = string(b)
		return err
	}))
	return out
}

func TestBackupNeedsAKeyAndNeverTakesASecretAsAFlag(t *testing.T) {
	testkit.WithoutServer(t)
	dir := t.TempDir()
	if code, _, complaint := command(t, "migrate", "up", "--data", dir); code != 0 {
		t.Fatal(complaint)
	}
	file := filepath.Join(t.TempDir(), "x")
	for _, args := range [][]string{
		{"backup", "create", file, "--data", dir},
		{"backup", "create", file, "--data", dir, "--backup-recipient", "age1nonsense"},
		{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--backup-dir", t.TempDir()},
	} {
		if code, _, complaint := command(t, args...); code != codeFault || strings.Count(complaint, "\n") != 1 {
			t.Errorf("%v: exit %d, %q", args, code, complaint)
		}
	}
	if code, _, _ := command(t, "backup", "create", file, "--data", dir, "--passphrase", "x"); code != codeUsage {
		t.Errorf("a passphrase on the command line: exit %d", code)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("a file was left behind: %v", err)
	}
	secret := filepath.Join(t.TempDir(), "passphrase")
	must(t, os.WriteFile(secret, []byte("长城万里-2026\n"), 0o600))
	t.Setenv("SHANZHI_BACKUP_PASSPHRASE_FILE", secret)
	code, _, complaint := command(t, "backup", "create", file, "--data", dir)
	if code != codeFault || !strings.Contains(complaint, "12") {
		t.Errorf("a short passphrase: exit %d, %q", code, complaint)
	}
	must(t, os.WriteFile(secret, []byte("长城万里-2026-山河锦绣\n"), 0o600))
	for _, args := range [][]string{{"backup", "create", file, "--data", dir}, {"backup", "verify", file}} {
		if code, _, complaint := command(t, args...); code != 0 {
			t.Errorf("%v: %s", args, complaint)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the backup: %v, %v", info, err)
	}
}

func TestNightlyBackupsKeepTheLatest(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	dir, out := t.TempDir(), t.TempDir()
	now := testkit.Clock(t)
	h := rewired(t, config.Store{Data: dir}, now.Now)
	_, recipient, err := backup.NewIdentity()
	must(t, err)
	n, err := nightlyOf(h, config.Server{
		BackupDir: out, BackupKeep: 3, Backup: config.Backup{BackupRecipient: recipient},
	})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(out, "notes.txt"), nil, 0o600))
	for range 5 {
		if _, err := n.run(t.Context(), now.Now()); err != nil {
			t.Fatal(err)
		}
		now.Advance(24 * time.Hour)
	}
	names, err := nightlyNames(out)
	must(t, err)
	want := []string{
		"shanzhi-20260717-100000.backup", "shanzhi-20260718-100000.backup", "shanzhi-20260719-100000.backup",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(out, "notes.txt")); err != nil {
		t.Errorf("a file that is no backup: %v", err)
	}
}
