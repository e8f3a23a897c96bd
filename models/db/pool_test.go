package db_test

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// Every test finds an empty database of its own, whatever the one before has left: rows that refer to themselves too.
func TestDatabasesOfTestsAreEmptyAndApart(t *testing.T) { //nolint:tparallel // one subtest follows the other
	t.Parallel()
	for range 3 {
		t.Run("", func(t *testing.T) {
			a, b := testkit.DB(t), testkit.DB(t)
			if n := units(t, a); n != 0 {
				t.Errorf("%d units at the beginning", n)
			}
			unit := models.Unit{
				ID: models.NewID(), Name: "示范县", Kind: models.County, Path: "/x/", ValidFrom: "2026-01-01",
				CreatedAt: testkit.Now,
			}
			child := unit
			child.ID, child.Path, child.ParentID = models.NewID(), "/x/y/", &unit.ID
			err := db.Tx(t.Context(), a, func(tx *gorm.DB) error { return tx.Create([]*models.Unit{&unit, &child}).Error })
			if err != nil {
				t.Fatal(err)
			}
			if n, m := units(t, a), units(t, b); n != 2 || m != 0 {
				t.Errorf("%d units here and %d in the other database, want 2 and 0", n, m)
			}
		})
	}
}

func units(t *testing.T, d *db.DB) (n int64) {
	t.Helper()
	err := db.View(t.Context(), d, func(tx *gorm.DB) error { return tx.Model(&models.Unit{}).Count(&n).Error })
	if err != nil {
		t.Fatal(err)
	}
	return n
}
