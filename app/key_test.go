package main

import (
	"regexp"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/config"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/reseal"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
)

// Keys are rotated beside an open house: it goes on reading and sealing, with the new key at once; everything that the
// rooms have sealed is moved, and the old key can go.
func TestKeysAreRotatedBesideAnOpenHouse(t *testing.T) {
	t.Parallel()
	store := demoToday(t)
	h := rewired(t, store, clock.Wall())
	old := h.vault.CurrentID()
	tell := func(contact string) {
		must(t, h.accounts.SendFeedback(t.Context(), models.Actor{}, accounts.FeedbackInput{Text: "页面打不开", Contact: contact}))
	}
	tell("13800000001")
	code, out, complaint := command(t, inStore(store, "key", "rotate")...)
	if code != 0 {
		t.Fatal(out, complaint)
	}
	if h.vault.CurrentID() == old {
		t.Error("the open house still seals with the old key")
	}
	tell("13800000002")
	sealedUnder(t, h, old, 0)
	code, out, complaint = command(t, inStore(store, "key", "status")...)
	if code != 0 || !regexp.MustCompile(old+`\s.+\s0 `).MatchString(out) {
		t.Errorf("status: %q %q", out, complaint)
	}
	if code, _, complaint := command(t, inStore(store, "key", "retire", h.vault.CurrentID())...); code != codeFault {
		t.Errorf("retiring the key in use: %q", complaint)
	}
	if code, _, complaint := command(t, inStore(store, "key", "retire", old)...); code != 0 {
		t.Errorf("retire: %q", complaint)
	}
	again := rewired(t, store, clock.Wall())
	everythingOpens(t, again)
	if code, out, _ := command(t, inStore(store, "key", "status")...); code != 0 || strings.Contains(out, old) {
		t.Errorf("retired and still there: %q", out)
	}
}

func sealedUnder(t *testing.T, h *house, id string, want int64) {
	t.Helper()
	uses, err := h.reseal.Uses(t.Context(), system("test"), []string{id})
	must(t, err)
	if uses[id] != want {
		t.Errorf("%d values under %s, want %d", uses[id], id, want)
	}
}

// everythingOpens opens every sealed value of a house at the place that its column and row tell: the rooms bind what
// they seal to "table.column.key", or a rotation could not move it.
func everythingOpens(t *testing.T, h *house) {
	t.Helper()
	columns, err := reseal.Columns()
	must(t, err)
	total := 0
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error {
		for _, c := range columns {
			var rows []struct {
				ID  string
				Box vault.Sealed
			}
			if err := tx.Table(c.Table).Select(c.Key + " AS id, " + c.Name + " AS box").Scan(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				if _, err := h.vault.Open(r.Box, c.Table+"."+c.Name+"."+r.ID); err != nil {
					t.Errorf("%s.%s of %s: %v", c.Table, c.Name, r.ID, err)
				}
				if !r.Box.IsZero() {
					total++
				}
			}
		}
		return nil
	}))
	if total < 10 {
		t.Errorf("only %d sealed values", total)
	}
}

func TestTwoCommandsDoNotChangeTheKeysAtOnce(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	dir := t.TempDir()
	h := rewired(t, config.Store{Data: dir}, clock.Wall())
	err := withKeys(t.Context(), h.store, streams{}, func(*house) error {
		code, _, complaint := command(t, "key", "rotate", "--data", dir)
		if code != codeFault || strings.Count(complaint, "\n") != 1 {
			t.Errorf("exit %d, %q", code, complaint)
		}
		return fault.New(fault.Conflict, "key.busy")
	})
	if !fault.Is(err, fault.Conflict) {
		t.Error(err)
	}
}
