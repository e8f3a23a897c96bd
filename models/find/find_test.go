package find_test

import (
	"fmt"
	"slices"
	"testing"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/find"
	"shanzhi/models/testkit"
)

// named makes people of these names and returns their ids.
func named(t *testing.T, d *db.DB, names ...string) {
	t.Helper()
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		rows := make([]models.Person, 0, len(names))
		for i, n := range names {
			rows = append(rows, models.Person{
				ID: models.NewID(), StaffNo: fmt.Sprintf("T%05d", i), Name: n, Version: 1, CreatedAt: testkit.Now,
				UpdatedAt: testkit.Now,
			})
		}
		return tx.CreateInBatches(rows, 200).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// found returns the names that are found by what was typed, as they sound.
func found(t *testing.T, d *db.DB, typed string) []string {
	t.Helper()
	names := []string{}
	cond, args := find.Cond(find.Person, "p.id", typed)
	if cond == "" {
		return nil
	}
	err := db.View(t.Context(), d, func(tx *gorm.DB) error {
		return tx.Table("persons AS p").Where(cond, args...).Order(find.Order(find.Person, "p.id")+", p.staff_no").
			Pluck("p.name", &names).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func catchUp(t *testing.T, d *db.DB, want int) {
	t.Helper()
	n, err := find.New(d).CatchUp(t.Context(), models.SystemActor("test"))
	if err != nil || n != want {
		t.Fatalf("caught up %d, %v, want %d", n, err, want)
	}
}

func TestPeopleAreFoundBySoundAndInitials(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	named(t, d, "王𬭁", "单晓梅", "汪建国", "曾国强", "Ana")
	catchUp(t, d, 5)
	for typed, want := range map[string][]string{
		"wang":    {"汪建国", "王𬭁"},
		"Wang J":  {"汪建国"},
		"wj":      {"汪建国"},
		"wjg":     {"汪建国"},
		"sxm":     {"单晓梅"},
		"shan":    {"单晓梅"},
		"danxiao": {"单晓梅"},
		"zgq":     {"曾国强"},
		"ceng":    {"曾国强"},
		"guo":     {}, // a person is found from the beginning of the name
		"w":       nil,
		"单":       nil,
		"%":       nil,
	} {
		if got := found(t, d, typed); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
}

// A name that was written by somebody who forgot the keys, or was corrected, is caught up; nothing else is touched.
func TestCatchUpFindsWhatIsMissingOrOld(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	var names []string
	for i := range 1203 {
		names = append(names, fmt.Sprintf("韩%d", i))
	}
	named(t, d, names...)
	catchUp(t, d, 1203)
	catchUp(t, d, 0)
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		return tx.Exec("UPDATE persons SET name = ? WHERE staff_no = ?", "王𬭁", "T00007").Error
	})
	if err != nil {
		t.Fatal(err)
	}
	catchUp(t, d, 1)
	if got := found(t, d, "wangmu"); !slices.Equal(got, []string{"王𬭁"}) {
		t.Errorf("the corrected name finds %q", got)
	}
	if _, err := find.New(d).CatchUp(t.Context(), models.Actor{ID: "x"}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("somebody who is not the system: %v, want Forbidden", err)
	}
}
