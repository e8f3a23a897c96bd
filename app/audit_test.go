package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/config"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// Whoever runs the server moves last year's entries to an encrypted file and checks that file later; the log in the
// database is sound all the while.
func TestOldEntriesAreArchivedByCommand(t *testing.T) {
	store, dir := config.Store{Data: t.TempDir(), Database: testkit.Migrated(t)}, t.TempDir()
	lived(t, store, clock.Wall()().AddDate(0, -10, 0).Truncate(time.Millisecond))
	lived(t, store, clock.Wall()().AddDate(0, -1, 0).Truncate(time.Millisecond))
	recipient, identity := keygen(t)
	file := filepath.Join(dir, "audit.age")
	before := models.DateOf(clock.Wall()().AddDate(0, -6, 0)).String()
	archive := func(day string) (code int, out, complaint string) {
		return command(t, inStore(store, "audit", "archive", "--before", day, "--out", file, "--backup-recipient", recipient)...)
	}
	for _, day := range []string{"yesterday", models.DateOf(clock.Wall()()).String()} {
		if code, _, complaint := archive(day); code != codeFault || !strings.Contains(complaint, before) {
			t.Errorf("before %s: exit %d, %q; want the latest day that is allowed", day, code, complaint)
		}
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Fatalf("a file was left by a refusal: %v", err)
	}
	all := entriesOf(t, store.Database)
	if code, _, complaint := archive(before); code != codeOK {
		t.Fatal(complaint)
	}
	left := entriesOf(t, store.Database)
	if all < 6 || left != 3 {
		t.Errorf("%d entries before, %d after, want the three of the later month", all, left)
	}
	if content, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(content), "age-encryption.org/") {
		t.Errorf("the file is not encrypted: %v", err)
	}
	if code, _, complaint := archive(before); code != codeFault || !strings.Contains(complaint, file) {
		t.Errorf("over an archive: exit %d, %q", code, complaint)
	}
	verify := inStore(store, "audit", "verify")
	if code, out, complaint := command(t, verify...); code != codeOK || !strings.Contains(out, fmt.Sprintf("(%d of", all-left)) {
		t.Errorf("verify: exit %d, %q, %q", code, out, complaint)
	}
	if code, _, complaint := command(t, append(verify, "--archive", file)...); code != codeFault || complaint == "" {
		t.Errorf("without what opens it: exit %d, %q", code, complaint)
	}
	t.Setenv("SHANZHI_BACKUP_IDENTITY_FILE", identity)
	if code, out, complaint := command(t, append(verify, "--archive", file)...); code != codeOK || !strings.Contains(out, file) {
		t.Errorf("verify the file: exit %d, %q, %q", code, out, complaint)
	}
}

// lived makes a house note three things at an instant and seal them.
func lived(t *testing.T, store config.Store, at time.Time) {
	t.Helper()
	h := rewired(t, store, at.UTC)
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error {
		for range 3 {
			if err := audit.Add(tx, at.UTC(), system("test"), audit.Event{Action: "person.see", Kind: "person"}); err != nil {
				return err
			}
		}
		return nil
	}))
	_, err := h.sealer.Seal(t.Context())
	must(t, err)
	must(t, h.db.Close())
}

// entriesOf counts the entries of the audit log that are sealed.
func entriesOf(t *testing.T, url string) (n int64) {
	t.Helper()
	d, err := db.Open(t.Context(), url, clock.Wall(), db.Options{})
	must(t, err)
	must(t, db.View(t.Context(), d, func(tx *gorm.DB) error {
		return tx.Model(&models.AuditEntry{}).Where("seal_no IS NOT NULL").Count(&n).Error
	}))
	must(t, d.Close())
	return n
}
