package db_test

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// TestRefusesForeignInstants goes through every way of binding a value.
func TestRefusesForeignInstants(t *testing.T) {
	t.Parallel()
	d := things(t)
	add(t, d, thing{ID: "a"})
	shanghai := testkit.Now.In(time.FixedZone("CST", 8*3600))
	wrong := map[string]time.Time{
		"another zone":             shanghai,
		"the machine's zone":       testkit.Now.In(time.Local),
		"a zone equal to UTC":      testkit.Now.In(time.FixedZone("UTC", 0)),
		"finer than a millisecond": testkit.Now.Add(time.Microsecond),
		"the zero time":            {},
	}
	type pair struct{ From, To time.Time }
	ways := map[string]func(tx *gorm.DB, at time.Time) error{
		"where":   func(tx *gorm.DB, at time.Time) error { return tx.Where("at >= ?", at).Find(&[]thing{}).Error },
		"pointer": func(tx *gorm.DB, at time.Time) error { return tx.Where("at >= ?", &at).Find(&[]thing{}).Error },
		"slice":   func(tx *gorm.DB, at time.Time) error { return tx.Find(&[]thing{}, "at IN ?", []time.Time{at}).Error },
		"nulltime": func(tx *gorm.DB, at time.Time) error {
			return tx.Find(&[]thing{}, "at = ?", sql.NullTime{Time: at, Valid: true}).Error
		},
		"null": func(tx *gorm.DB, at time.Time) error {
			return tx.Find(&[]thing{}, "at = ?", sql.Null[time.Time]{V: at, Valid: true}).Error
		},
		"named": func(tx *gorm.DB, at time.Time) error {
			return tx.Find(&[]thing{}, "at >= @At", sql.Named("At", at)).Error
		},
		"struct": func(tx *gorm.DB, at time.Time) error {
			return tx.Find(&[]thing{}, "at BETWEEN @From AND @To", pair{testkit.Now, at}).Error
		},
		"map": func(tx *gorm.DB, at time.Time) error {
			return tx.Where(map[string]any{"at": at}).Find(&[]thing{}).Error
		},
		"subquery": func(tx *gorm.DB, at time.Time) error {
			return tx.Find(&[]thing{}, "id IN (?)", tx.Model(&thing{}).Select("id").Where("at = ?", at)).Error
		},
		"count": func(tx *gorm.DB, at time.Time) error {
			var n int64
			return tx.Model(&thing{}).Where("at < ?", at).Count(&n).Error
		},
		"raw": func(tx *gorm.DB, at time.Time) error {
			var n int
			return tx.Raw("SELECT COUNT(*) FROM things WHERE at = ?", at).Scan(&n).Error
		},
		"row": func(tx *gorm.DB, at time.Time) error {
			var n int
			return tx.Raw("SELECT COUNT(*) FROM things WHERE at = ?", at).Row().Scan(&n)
		},
		"exec":   func(tx *gorm.DB, at time.Time) error { return tx.Exec("UPDATE things SET at = ?", at).Error },
		"create": func(tx *gorm.DB, at time.Time) error { return tx.Create(&thing{ID: "b", Code: "b", At: at}).Error },
		"update": func(tx *gorm.DB, at time.Time) error { return tx.Model(&thing{ID: "a"}).Update("at", at).Error },
		"updates": func(tx *gorm.DB, at time.Time) error {
			return tx.Model(&thing{ID: "a"}).Updates(map[string]any{"n": 3, "at": at}).Error
		},
		"delete": func(tx *gorm.DB, at time.Time) error { return tx.Delete(&thing{}, "at = ?", at).Error },
	}
	for way, run := range ways {
		for what, at := range wrong {
			err := db.Tx(t.Context(), d, func(tx *gorm.DB) error { return run(tx, at) })
			if !errors.Is(err, db.ErrInstant) {
				t.Errorf("%s: %s: got %v, want ErrInstant", way, what, err)
			}
		}
		err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
			return errors.Join(run(tx, testkit.Now), gorm.ErrInvalidData) // rolled back
		})
		if errors.Is(err, db.ErrInstant) {
			t.Errorf("%s: a right instant was refused: %v", way, err)
		}
	}
	if r := get(t, d, "a"); !r.At.Equal(testkit.Now) || r.N != 0 {
		t.Errorf("a refused statement has run: %v", r)
	}
}

func TestInstantsComeBackAndSort(t *testing.T) {
	t.Parallel()
	d := things(t)
	second := testkit.Now.Truncate(time.Second)
	want := []string{"a", "b", "c", "d", "e", "f"}
	for i, ms := range []int{0, 5, 50, 120, 123, 500} {
		add(t, d, thing{ID: want[i], At: second.Add(time.Duration(ms) * time.Millisecond)})
	}
	var got []thing
	err := db.View(t.Context(), d, func(tx *gorm.DB) error {
		return tx.Order("at").Where("at < ?", second.Add(time.Second)).Find(&got).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range got {
		ids = append(ids, r.ID)
		if r.At.Location() != time.UTC {
			t.Errorf("%s came back in %s", r.ID, r.At.Location())
		}
	}
	if !slices.Equal(ids, want) {
		t.Errorf("order %v, want %v", ids, want)
	}
	var days int64 // the database's own functions read them too
	err = db.View(t.Context(), d, func(tx *gorm.DB) error {
		return tx.Model(&thing{}).Where("DATE(at) = ?", "2026-07-15").Count(&days).Error
	})
	if err != nil || days != int64(len(want)) {
		t.Errorf("%d instants on their day, want %d; error %v", days, len(want), err)
	}
	if at := get(t, d, "e").At; !at.Equal(testkit.Now) {
		t.Errorf("wrote %v, read %v", testkit.Now, at)
	}
}

func TestRareNamesAndCodesAreKeptApart(t *testing.T) {
	t.Parallel()
	d := things(t)
	names := []string{"𠮷", "𡃁", "王𬭁", "王", "王𠮷"}
	for i, n := range names {
		add(t, d, thing{ID: string(rune('a' + i)), Name: n})
	}
	add(t, d, thing{ID: "x", Code: "UP-1"}, thing{ID: "y", Code: "up-1"}) // one unique index, two codes
	count := func(where string, arg string) (n int64) {
		err := db.View(t.Context(), d, func(tx *gorm.DB) error {
			return tx.Model(&thing{}).Where(where, arg).Count(&n).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, n := range names {
		if got := count("name = ?", n); got != 1 {
			t.Errorf("name %s found %d times, want 1", n, got)
		}
	}
	for _, c := range []string{"UP-1", "up-1"} {
		if got := count("code = ?", c); got != 1 {
			t.Errorf("code %s found %d times, want 1", c, got)
		}
	}
	if got := get(t, d, "c").Name; got != "王𬭁" {
		t.Errorf("read %q, want 王𬭁", got)
	}
}

func TestUpsertAndClaim(t *testing.T) {
	t.Parallel()
	d := things(t)
	for _, name := range []string{"first", "second"} {
		err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
			return tx.Clauses(clause.OnConflict{
				Columns:   []clause.Column{{Name: "code"}},
				DoUpdates: clause.AssignmentColumns([]string{"name"}),
			}).Create(&thing{ID: name, Code: "c", Name: name, At: testkit.Now}).Error
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if r := get(t, d, "first"); r.Name != "second" {
		t.Errorf("name = %q after the upsert, want second", r.Name)
	}
	for i, want := range []bool{true, false} {
		err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
			added, err := db.Insert(tx, &thing{ID: "claim" + string(rune('0'+i)), Code: "claimed", At: testkit.Now})
			if added != want {
				t.Errorf("claim %d: added = %v, want %v", i, added, want)
			}
			if err != nil {
				return err
			}
			return tx.Model(&thing{}).Where("code = ?", "claimed").Update("n", i).Error // the transaction goes on
		})
		if err != nil {
			t.Error(err)
		}
	}
	var n int64
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		res := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&thing{ID: "z", Code: "claimed", At: testkit.Now})
		n = res.RowsAffected
		return res.Error
	})
	if err != nil || n != -1 {
		t.Errorf("DoNothing says %d rows, error %v; want -1 (unknown) and none", n, err)
	}
}

func TestRowsAffectedCountsFoundRows(t *testing.T) {
	t.Parallel()
	d := things(t)
	add(t, d, thing{ID: "a", N: 5})
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		res := tx.Model(&thing{}).Where("id = ?", "a").Update("n", 5)
		if res.RowsAffected != 1 {
			t.Errorf("an update to the same value counts %d rows, want 1", res.RowsAffected)
		}
		return res.Error
	})
	if err != nil {
		t.Error(err)
	}
}

func TestRefusesWhatIsNotPortable(t *testing.T) {
	t.Parallel()
	d := things(t)
	add(t, d, thing{ID: "a"}, thing{ID: "b"})
	row := thing{ID: "c", Code: "c", At: testkit.Now}
	for name, run := range map[string]func(tx *gorm.DB) error{
		"update limit": func(tx *gorm.DB) error { return tx.Model(&thing{}).Where("n = 0").Limit(1).Update("n", 1).Error },
		"delete order": func(tx *gorm.DB) error { return tx.Order("id").Where("n = 0").Delete(&thing{}).Error },
		"returning":    func(tx *gorm.DB) error { return tx.Clauses(clause.Returning{}).Create(&row).Error },
		"update returning": func(tx *gorm.DB) error {
			return tx.Model(&row).Clauses(clause.Returning{}).Where("id = ?", "a").Update("n", 1).Error
		},
		"conditional upsert": func(tx *gorm.DB) error {
			return tx.Clauses(clause.OnConflict{
				Columns:   []clause.Column{{Name: "code"}},
				Where:     clause.Where{Exprs: []clause.Expression{clause.Eq{Column: "n", Value: 1}}},
				DoUpdates: clause.AssignmentColumns([]string{"name"}),
			}).Create(&row).Error
		},
	} {
		if err := db.Tx(t.Context(), d, run); !errors.Is(err, db.ErrNotPortable) {
			t.Errorf("%s: got %v, want ErrNotPortable", name, err)
		}
	}
	if got := get(t, d, "a").N; got != 0 {
		t.Errorf("a refused update has run: n = %d", got)
	}
}

func TestQueriesNameTheirColumns(t *testing.T) {
	t.Parallel()
	d := things(t)
	err := db.View(t.Context(), d, func(tx *gorm.DB) error {
		text := tx.Session(&gorm.Session{DryRun: true}).Find(&[]thing{}).Statement.SQL.String()
		if strings.Contains(text, "*") || !strings.Contains(text, "`code`") {
			t.Errorf("the query is %s", text)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOffsetWithoutLimit(t *testing.T) {
	t.Parallel()
	d := things(t)
	add(t, d, thing{ID: "a"}, thing{ID: "b"}, thing{ID: "c"})
	var ids []string
	err := db.View(t.Context(), d, func(tx *gorm.DB) error {
		return tx.Model(&thing{}).Order("id").Offset(1).Pluck("id", &ids).Error
	})
	if err != nil || !slices.Equal(ids, []string{"b", "c"}) {
		t.Errorf("got %v, error %v; want b and c", ids, err)
	}
}

// Errors say what kind of rule was broken and its name, alike on both dialects, and quote nobody's data.
func TestConstraintErrors(t *testing.T) {
	t.Parallel()
	d := things(t)
	add(t, d, thing{ID: "a", Code: "13800138000"})
	nobody := "nobody"
	for name, c := range map[string]struct {
		row thing
		is  func(error) bool
	}{
		"unique":      {thing{ID: "b", Code: "13800138000"}, db.IsConflict},
		"primary key": {thing{ID: "a", Code: "13800138000x"}, db.IsConflict},
		"foreign key": {thing{ID: "b", Code: "13800138000x", ParentID: &nobody}, db.IsOrphan},
		"check":       {thing{ID: "b", Code: "13800138000x", N: 1000}, db.IsRefused},
	} {
		c.row.At = testkit.Now
		err := db.Tx(t.Context(), d, func(tx *gorm.DB) error { return tx.Create(&c.row).Error })
		if !c.is(err) {
			t.Errorf("%s: not recognised: %v", name, err)
		}
		kinds := 0
		for _, is := range []func(error) bool{db.IsConflict, db.IsOrphan, db.IsRefused, db.IsNotFound} {
			if is(err) {
				kinds++
			}
		}
		if kinds != 1 {
			t.Errorf("%s: the error is of %d kinds: %v", name, kinds, err)
		}
		if strings.Contains(err.Error(), "13800138000") {
			t.Errorf("%s: the error quotes data: %v", name, err)
		}
	}
	err := db.View(t.Context(), d, func(tx *gorm.DB) error { return tx.Take(&thing{}, "id = ?", "none").Error })
	if !db.IsNotFound(err) || db.IsConflict(err) {
		t.Errorf("absence is not recognised: %v", err)
	}
}

func TestMeta(t *testing.T) {
	t.Parallel()
	d := things(t)
	ctx := t.Context()
	if _, err := d.Meta(ctx, "demo"); !db.IsNotFound(err) {
		t.Errorf("got %v, want not found", err)
	}
	for _, want := range []string{"yes", "这是演示"} {
		if err := d.SetMeta(ctx, "demo", want); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Meta(ctx, "demo"); err != nil || got != want {
			t.Errorf("got %q, error %v; want %q", got, err, want)
		}
	}
}
