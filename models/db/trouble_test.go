package db_test

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

// A database that takes no writes says so in words; nothing else about it is told.
func TestReadOnlyIsSaidAsSuch(t *testing.T) {
	t.Parallel()
	if testkit.OnServer() {
		t.Skip("a server says this of itself as a whole")
	}
	d := things(t)
	err := db.View(t.Context(), d, func(tx *gorm.DB) error { return tx.Create(&thing{ID: "a", At: testkit.Now}).Error })
	if !fault.Is(err, fault.Busy) || fault.Of(err).Key != "error.read_only" {
		t.Errorf("got %v", err)
	}
	if f, err := db.Look(t.Context(), d); err != nil || f.ReadOnly || len(f.Damage) > 0 || f.Version == "" {
		t.Errorf("a sound database: %+v, %v", f, err)
	}
}
