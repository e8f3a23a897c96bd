package notice_test

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/notice"
	"shanzhi/models/testkit"
)

func people(t *testing.T, d *db.DB, n int) []string {
	t.Helper()
	var ids []string
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		ids = nil
		for range n {
			p := models.Person{
				ID: models.NewID(), StaffNo: models.NewID(), Name: "韩梅", Version: 1, CreatedAt: testkit.Now,
				UpdatedAt: testkit.Now,
			}
			if err := tx.Create(&p).Error; err != nil {
				return err
			}
			ids = append(ids, p.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func told(t *testing.T, d *db.DB) []models.Notice {
	t.Helper()
	var rows []models.Notice
	err := db.View(t.Context(), d, func(tx *gorm.DB) error { return tx.Order("id").Find(&rows).Error })
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A notice commits with what it tells of, and not without it.
func TestNoticeGoesWithItsChange(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	who := people(t, d, 1)[0]
	add := func(tx *gorm.DB) error {
		return notice.AddTx(tx, testkit.Now, who, "case_dispatched", notice.Args{"due": models.Date("2026-07-01"), "n": 2}, "/x")
	}
	if err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		if err := add(tx); err != nil {
			return err
		}
		return gorm.ErrInvalidData
	}); err == nil || len(told(t, d)) != 0 {
		t.Fatalf("%v with %d notices, want the error and none", err, len(told(t, d)))
	}
	if err := db.Tx(t.Context(), d, add); err != nil {
		t.Fatal(err)
	}
	got := told(t, d)
	if len(got) != 1 || got[0].PersonID != who || got[0].Args != `{"due":"2026-07-01","n":2}` || got[0].ReadAt != nil {
		t.Errorf("got %+v, want one to %s, not read", got, who)
	}
}

// Nobody is told nothing, many are told alike, and what is told once is told once.
func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	ids := people(t, d, 3)
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		if err := notice.AddTx(tx, testkit.Now, "", "x", nil, ""); err != nil {
			return err
		}
		if err := notice.ManyTx(tx, testkit.Now, ids, "x", nil, ""); err != nil {
			return err
		}
		for i, want := range []bool{true, false} {
			made, err := notice.OnceTx(tx, testkit.Now, "role_ending 1", ids[0], "y", nil, "")
			if err != nil || made != want {
				t.Errorf("time %d: %v, %v, want %v", i+1, made, err, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(told(t, d)); n != 4 {
		t.Errorf("%d notices, want 4", n)
	}
}
