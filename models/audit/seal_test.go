package audit

import (
	"context"
	"encoding/hex"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
)

var auditor = models.SystemActor("test")

// sealed returns a sealer of batches of four over n entries, of which the last n%4 are the unsealed tail.
func sealed(t *testing.T, n int) (*Sealer, *db.DB) {
	t.Helper()
	d := testkit.DB(t)
	keys, err := vault.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	s := NewSealer(d, v, testkit.Still())
	s.batch = 4
	note(t, d, n-n%4)
	got, err := s.Seal(t.Context())
	if err != nil || got != n-n%4 {
		t.Fatalf("sealed %d, %v; want %d", got, err, n-n%4)
	}
	note(t, d, n%4)
	return s, d
}

func note(t *testing.T, d *db.DB, n int) {
	t.Helper()
	tx(t, d, func(tx *gorm.DB) error {
		for i := range n {
			e := Event{Action: "test.done", Kind: "test", ID: strconv.Itoa(i), Detail: "细节𬭁"}
			if err := Add(tx, testkit.Now.Add(time.Duration(i)*time.Second), auditor, e); err != nil {
				return err
			}
		}
		return nil
	})
}

func tx(t *testing.T, d *db.DB, do func(tx *gorm.DB) error) {
	t.Helper()
	if err := db.Tx(t.Context(), d, do); err != nil {
		t.Fatal(err)
	}
}

func check(t *testing.T, s *Sealer, n int) Check {
	t.Helper()
	c, err := s.Verify(t.Context(), auditor, n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSealsFormAChainAndTheTailIsTold(t *testing.T) {
	t.Parallel()
	s, d := sealed(t, 14)
	c := check(t, s, 0)
	if len(c.Broken) != 0 || c.Seals != 3 || c.Sealed != 12 || c.Unsealed != 2 || c.Checked != 3 || len(c.Head) != 64 {
		t.Fatalf("got %+v", c)
	}
	if c := check(t, s, 1); c.Checked != 1 || len(c.Broken) != 0 {
		t.Errorf("the latest one: %+v", c)
	}
	// The checks themselves stand in the tail and are sealed with it.
	if n, err := s.Seal(t.Context()); err != nil || n != 4 {
		t.Errorf("sealed %d, %v; want 2 entries and 2 checks", n, err)
	}
	if n, err := s.Seal(t.Context()); err != nil || n != 0 {
		t.Errorf("sealed nothing: %d, %v", n, err)
	}
	if c := check(t, s, 0); len(c.Broken) != 0 || c.Seals != 4 {
		t.Errorf("got %+v", c)
	}
	var under int64
	err := db.View(t.Context(), d, func(tx *gorm.DB) error {
		return tx.Model(&models.AuditEntry{}).Where("seal_no BETWEEN 1 AND 4").Count(&under).Error
	})
	if err != nil || under != 16 {
		t.Errorf("%d entries under seals, %v", under, err)
	}
}

// Whoever changes the log past the program is found out, whatever he changes.
func TestVerifyFindsEveryChange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(tx *gorm.DB) error
		want   []string // keys that must be among what is broken
	}{
		"an entry altered": {func(tx *gorm.DB) error {
			return tx.Model(&models.AuditEntry{}).Where("seal_no = 2 AND object_id = '5'").Update("detail", "x").Error
		}, []string{"root"}},
		"the actor altered": {func(tx *gorm.DB) error {
			return tx.Model(&models.AuditEntry{}).Where("seal_no = 1 AND object_id = '1'").Update("actor_name", "x").Error
		}, []string{"root"}},
		"an entry removed": {func(tx *gorm.DB) error {
			return tx.Delete(&models.AuditEntry{}, "seal_no = 2 AND object_id = '5'").Error
		}, []string{"count"}},
		"an entry inserted": {func(tx *gorm.DB) error {
			no := int64(2)
			return tx.Create(&models.AuditEntry{ID: models.NewID(), At: testkit.Now, Action: "x", SealNo: &no}).Error
		}, []string{"count"}},
		"an entry taken from under its seal": {func(tx *gorm.DB) error {
			return tx.Model(&models.AuditEntry{}).Where("seal_no = 2 AND object_id = '5'").Update("seal_no", nil).Error
		}, []string{"count"}},
		"two entries changing places": {func(tx *gorm.DB) error {
			for _, m := range [][2]string{{"4", "x"}, {"5", "4"}, {"x", "5"}} {
				err := tx.Model(&models.AuditEntry{}).Where("object_id = ?", m[0]).Update("object_id", m[1]).Error
				if err != nil {
					return err
				}
			}
			return nil
		}, []string{"root"}},
		"an entry under a seal that is none": {func(tx *gorm.DB) error {
			return tx.Model(&models.AuditEntry{}).Where("seal_no IS NULL").Update("seal_no", 99).Error
		}, []string{"stray"}},
		"an old entry written afterwards": {func(tx *gorm.DB) error {
			return tx.Create(&models.AuditEntry{ID: models.NewID(), At: testkit.Now.AddDate(0, -1, 0), Action: "x"}).Error
		}, []string{"late"}},
		"a seal altered": {func(tx *gorm.DB) error {
			return tx.Model(&models.AuditSeal{}).Where("no = 2").Update("entries", 3).Error
		}, []string{"mac", "count", "chain"}},
		"a seal removed with its entries": {func(tx *gorm.DB) error {
			if err := tx.Delete(&models.AuditEntry{}, "seal_no = 2").Error; err != nil {
				return err
			}
			return tx.Delete(&models.AuditSeal{}, "no = 2").Error
		}, []string{"missing"}},
		"the newest seal removed with its entries": {func(tx *gorm.DB) error {
			if err := tx.Delete(&models.AuditEntry{}, "seal_no = 3").Error; err != nil {
				return err
			}
			return tx.Delete(&models.AuditSeal{}, "no = 3").Error
		}, []string{"head"}},
		"everything removed": {func(tx *gorm.DB) error {
			if err := tx.Delete(&models.AuditEntry{}, "1 = 1").Error; err != nil {
				return err
			}
			return tx.Delete(&models.AuditSeal{}, "1 = 1").Error
		}, []string{"head"}},
		"an entry altered and its seal made to fit": {func(tx *gorm.DB) error {
			if err := tx.Model(&models.AuditEntry{}).Where("seal_no = 3").Update("detail", "x").Error; err != nil {
				return err
			}
			t := tree{}
			if err := under(tx, 3, func(e models.AuditEntry) error { t.add(e); return nil }); err != nil {
				return err
			}
			return tx.Model(&models.AuditSeal{}).Where("no = 3").Update("root", t.root()).Error
		}, []string{"mac", "head"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, d := sealed(t, 14)
			tx(t, d, c.change)
			got := check(t, s, 0)
			var keys []string
			for _, b := range got.Broken {
				keys = append(keys, b.Key)
			}
			for _, want := range c.want {
				if !slices.Contains(keys, want) {
					t.Errorf("found %v, want %s among them", keys, want)
				}
			}
		})
	}
}

// With other keys nobody can make seals that fit.
func TestSealsBelongToTheKeys(t *testing.T) {
	t.Parallel()
	s, d := sealed(t, 8)
	keys, err := vault.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	other, err := vault.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	c := check(t, NewSealer(d, other, testkit.Still()), 0)
	if len(c.Broken) != 3 { // both seals and the head
		t.Errorf("found %+v", c.Broken)
	}
	if c := check(t, s, 0); len(c.Broken) != 0 {
		t.Errorf("with its own keys: %+v", c.Broken)
	}
}

// Several servers seal at once: every entry is under one seal, and the chain is whole.
func TestServersSealTogether(t *testing.T) {
	t.Parallel()
	s, d := sealed(t, 0)
	note(t, d, 60)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := s.Seal(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if _, err := s.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := check(t, s, 0); len(c.Broken) != 0 || c.Sealed != 60 || c.Unsealed != 0 {
		t.Errorf("got %+v", c)
	}
}

func TestOnlyTheAuditAdministratorSeesSeals(t *testing.T) {
	t.Parallel()
	s, _ := sealed(t, 4)
	sys := models.Actor{ID: "x", Grants: []models.Grant{{Role: models.RoleSystem, UnitID: "u", UnitPath: "/u/"}}}
	if _, _, err := s.State(t.Context(), sys, 1, 10); !fault.Is(err, fault.Forbidden) {
		t.Errorf("state: %v", err)
	}
	if _, err := s.Verify(t.Context(), sys, 0); !fault.Is(err, fault.Forbidden) {
		t.Errorf("verify: %v", err)
	}
	aud := models.Actor{ID: "a", Grants: []models.Grant{{Role: models.RoleAudit, UnitID: "u", UnitPath: "/u/"}}}
	if st, seals, err := s.State(t.Context(), aud, 1, 10); err != nil || st.Seals != 1 || len(seals) != 1 {
		t.Errorf("%+v, %d seals, %v", st, len(seals), err)
	}
}

// The tree is that of RFC 6962 for every number of leaves.
func TestTreeIsThatOfTheRFC(t *testing.T) {
	t.Parallel()
	var whole func(hs [][]byte) []byte
	whole = func(hs [][]byte) []byte {
		if len(hs) == 1 {
			return hs[0]
		}
		k := 1
		for k*2 < len(hs) {
			k *= 2
		}
		return node(whole(hs[:k]), whole(hs[k:]))
	}
	tr, leaves := tree{}, [][]byte{}
	for i := range 40 {
		e := models.AuditEntry{ID: strconv.Itoa(i), At: testkit.Now}
		tr.add(e)
		leaves = append(leaves, leaf(e))
		if got, want := tr.root(), hex.EncodeToString(whole(leaves)); got != want {
			t.Fatalf("%d leaves: root %s, want %s", i+1, got, want)
		}
	}
}
