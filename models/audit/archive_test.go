package audit

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

// aged is a sealer over n entries that were made ten months ago.
func aged(t *testing.T, n int) (*Sealer, *db.DB) {
	t.Helper()
	s, d := sealed(t, n)
	s.now = func() time.Time { return testkit.Now.AddDate(0, 10, 0) }
	return s, d
}

// nextDay is the first day after all entries of aged.
var nextDay = models.DateOf(testkit.Now).AddDays(1)

func export(t *testing.T, s *Sealer) (a Archived, file []byte) {
	t.Helper()
	var b bytes.Buffer
	a, err := s.Export(t.Context(), auditor, nextDay, &b)
	if err != nil {
		t.Fatal(err)
	}
	return a, b.Bytes()
}

func compared(t *testing.T, s *Sealer, file []byte) Check {
	t.Helper()
	c, err := s.Compare(t.Context(), auditor, bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func entries(t *testing.T, d *db.DB, where string) (n int64) {
	t.Helper()
	err := db.View(t.Context(), d, func(tx *gorm.DB) error {
		return tx.Model(&models.AuditEntry{}).Where(where).Count(&n).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What is archived leaves the database, and nothing else does; the chain is whole over it, the file has what was sealed,
// and the log goes on.
func TestArchivingKeepsTheChain(t *testing.T) {
	t.Parallel()
	s, d := aged(t, 102) // 25 seals, so two transactions, and a tail of two
	head := check(t, s, 0).Head
	a, file := export(t, s)
	if a.From != 1 || a.To != 25 || a.Entries != 100 || len(a.SHA256) != 64 || entries(t, d, "seal_no IS NOT NULL") != 100 {
		t.Fatalf("exported %+v", a)
	}
	if c := compared(t, s, file); c.Checked != 25 || len(c.Broken) != 0 {
		t.Errorf("the file before anything was taken out: %+v", c)
	}
	if err := s.TakeOut(t.Context(), auditor, a); err != nil {
		t.Fatal(err)
	}
	if n := entries(t, d, "seal_no IS NOT NULL"); n != 0 {
		t.Errorf("%d sealed entries are left", n)
	}
	if n := entries(t, d, "action = 'test.done'"); n != 2 {
		t.Errorf("%d entries of the tail are left, want 2", n)
	}
	if n := entries(t, d, "action = 'audit.archive'"); n != 3 {
		t.Errorf("%d entries say so, want one of the writing and two of the taking out", n)
	}
	c := check(t, s, 0)
	if len(c.Broken) != 0 || c.Archived != 100 || c.Sealed != 100 || c.Checked != 25 || c.Head != head {
		t.Errorf("afterwards %+v", c)
	}
	if c := compared(t, s, file); c.Checked != 25 || len(c.Broken) != 0 {
		t.Errorf("the file: %+v", c)
	}
	if n, err := s.Seal(t.Context()); err != nil || n == 0 {
		t.Errorf("sealed %d, %v", n, err)
	}
	if c := check(t, s, 0); len(c.Broken) != 0 {
		t.Errorf("the chain after the next seal: %+v", c.Broken)
	}
	if _, err := s.Export(t.Context(), auditor, nextDay, &bytes.Buffer{}); fault.Of(err).Key != "audit.archive.none" {
		t.Errorf("again: %v", err)
	}
	if err := s.TakeOut(t.Context(), auditor, a); fault.Of(err).Key != "audit.archive.broken" {
		t.Errorf("taking out twice: %v", err)
	}
}

// Only whole seals before the day go, and none of the last six months.
func TestOnlyWhatIsOldIsArchived(t *testing.T) {
	t.Parallel()
	s, d := aged(t, 8)
	tx(t, d, func(tx *gorm.DB) error {
		return Add(tx, nextDay.Start(), auditor, Event{Action: "test.later", Kind: "test"}) // under a seal with the tail
	})
	s.batch = 3
	if _, err := s.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, file := export(t, s)
	if a.From != 1 || a.To != 2 || a.Entries != 8 || bytes.Contains(file, []byte("test.later")) {
		t.Errorf("exported %+v", a)
	}
	latest := models.DateOf(s.now().AddDate(0, -LeastMonths, 0))
	for _, day := range []models.Date{"", latest.AddDays(1), "9999-01-01"} {
		_, err := s.Export(t.Context(), auditor, day, &bytes.Buffer{})
		if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Key != "audit.archive.young" {
			t.Errorf("before %q: %v", day, err)
		}
	}
	if _, err := s.Export(t.Context(), auditor, latest, &bytes.Buffer{}); err != nil {
		t.Errorf("before the latest day that is allowed: %v", err)
	}
	aud := models.Actor{ID: "a", Grants: []models.Grant{{Role: models.RoleAudit, UnitID: "u", UnitPath: "/u/"}}}
	if _, err := s.Export(t.Context(), aud, nextDay, &bytes.Buffer{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("by a person: %v", err)
	}
	if err := s.TakeOut(t.Context(), aud, a); !fault.Is(err, fault.Forbidden) || entries(t, d, "seal_no <= 2") != 8 {
		t.Errorf("taken out by a person: %v", err)
	}
}

// What was altered is not archived, and nothing goes of what does not fit what was written.
func TestWhatWasAlteredIsNotArchived(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"an entry":         "UPDATE audit_entries SET detail = 'x' WHERE seal_no = 2 AND object_id = '5'",
		"an entry removed": "DELETE FROM audit_entries WHERE seal_no = 2 AND object_id = '5'",
		"a seal":           "UPDATE audit_seals SET entries = 5 WHERE no = 2",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, d := aged(t, 12)
			tx(t, d, func(tx *gorm.DB) error { return tx.Exec(change).Error })
			if _, err := s.Export(t.Context(), auditor, nextDay, &bytes.Buffer{}); fault.Of(err).Key != "audit.archive.broken" {
				t.Errorf("export: %v", err)
			}
		})
	}
	s, d := aged(t, 12)
	a, _ := export(t, s)
	tx(t, d, func(tx *gorm.DB) error { return tx.Exec("DELETE FROM audit_entries WHERE object_id = '9'").Error })
	if err := s.TakeOut(t.Context(), auditor, a); fault.Of(err).Key != "audit.archive.broken" {
		t.Errorf("taken out: %v", err)
	}
	if n := entries(t, d, "seal_no IS NOT NULL"); n != 11 {
		t.Errorf("%d entries are left, want all", n)
	}
}

// Nobody takes entries out past the house and calls them archived, nor puts some under an archived seal, nor makes a
// file that was not sealed.
func TestArchivesCannotBeMadeUp(t *testing.T) {
	t.Parallel()
	s, d := aged(t, 12)
	a, file := export(t, s)
	if err := s.TakeOut(t.Context(), auditor, Archived{From: 1, To: 1, SHA256: a.SHA256}); err != nil {
		t.Fatal(err)
	}
	if c := check(t, s, 0); len(c.Broken) != 0 {
		t.Fatalf("sound: %+v", c.Broken)
	}
	broken := func(change, want string) {
		t.Helper()
		tx(t, d, func(tx *gorm.DB) error { return tx.Exec(change).Error })
		for _, b := range check(t, s, 0).Broken {
			if b.Key == want {
				return
			}
		}
		t.Errorf("%s: not found", change)
	}
	broken("UPDATE audit_entries SET seal_no = 1 WHERE seal_no = 3 AND object_id = '9'", "count")
	tx(t, d, func(tx *gorm.DB) error { return tx.Exec("DELETE FROM audit_entries WHERE seal_no = 2").Error })
	broken("UPDATE audit_seals SET archive = 'x' WHERE no = 2", "mark")
	// The mark of another seal does not help.
	var mark string
	tx(t, d, func(tx *gorm.DB) error {
		return tx.Model(&models.AuditSeal{}).Where("no = 1").Pluck("archive", &mark).Error
	})
	broken("UPDATE audit_seals SET archive = '"+mark+"' WHERE no = 2", "mark")

	text := string(file)
	lines := strings.SplitAfter(text, "\n")
	for name, forged := range map[string]string{
		"an entry altered":  strings.Replace(text, `"Action":"test.done"`, `"Action":"test.none"`, 1),
		"an entry left out": strings.Join(append(lines[:1:1], lines[2:]...), ""),
		"cut":               strings.Join(lines[:4], ""),
		"a seal altered":    strings.Replace(text, `"Entries":4`, `"Entries":3`, 1),
	} {
		if forged == text {
			t.Fatalf("%s: nothing was altered", name)
		}
		if c := compared(t, s, []byte(forged)); len(c.Broken) == 0 || c.Broken[0].Key != "archive" {
			t.Errorf("%s: %+v", name, c)
		}
	}
	for _, none := range []string{"x", text[:len(text)-20], lines[1], "{}"} {
		if _, err := s.Compare(t.Context(), auditor, strings.NewReader(none)); fault.Of(err).Key != "audit.archive.damaged" {
			t.Errorf("%.20q: %v", none, err)
		}
	}
}
