package accounts_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

// fill makes rows of other rooms, which the log names.
func (h *house) fill(t *testing.T, rows ...any) {
	t.Helper()
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error {
		for _, r := range rows {
			if err := tx.Create(r).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// Whoever reads the log sees whose data was looked at: two people of one name are told apart, and so are two villages.
func TestTheLogNamesItsObjects(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	town := h.unit(t, h.root, "石桥镇", models.Township)
	village := h.unit(t, town, "石桥村", models.Village)
	one, two := h.cadre(t, "SQ1001", "陈静", town), h.cadre(t, "SQ1002", "陈静", village)
	id := models.NewID
	matter := models.Matter{ID: id(), Code: "M1", Name: "低保", UnitID: h.root.ID}
	c := models.Case{
		ID: id(), No: "2607-0001", Title: "不可外传", MatterID: matter.ID, UnitID: town.ID, ReceivedAt: testkit.Now,
	}
	scheme := models.Scheme{ID: id(), Code: "s", Edition: 1, Title: "考核方案", CreatedAt: testkit.Now}
	period := models.Period{
		ID: id(), Code: "2026T1", SchemeID: scheme.ID, UnitID: h.root.ID, CreatedAt: testkit.Now,
	}
	objection := models.Objection{
		ID: id(), No: "YY-1", PeriodID: period.ID, PersonID: two.ID, Text: "不可外传", FiledAt: testkit.Now,
	}
	claim := models.HoursClaim{ID: id(), PersonID: one.ID, UnitID: town.ID, Title: "不可外传", CreatedAt: testkit.Now}
	rating := models.Rating{ID: models.NewRandomID(), CaseID: &c.ID, UnitID: town.ID, Comment: "不可外传"}
	loop := models.RatingLoop{ID: models.NewRandomID(), RatingID: &rating.ID, CaseID: c.ID, UnitID: town.ID}
	h.fill(t, &matter, &c, &scheme, &period, &objection, &claim, &rating, &loop)
	wanted := map[[2]string]string{
		{"person", one.ID}:          "陈静 SQ1001 · 石桥镇",
		{"person", two.ID}:          "陈静 SQ1002 · 石桥村",
		{"unit", village.ID}:        "石桥镇 · 石桥村",
		{"case", c.ID}:              "2607-0001",
		{"matter", matter.ID}:       "低保 · 青禾县",
		{"scheme", scheme.ID}:       "考核方案",
		{"period", period.ID}:       "2026T1 · 青禾县",
		{"objection", objection.ID}: "YY-1 · 陈静 SQ1002 · 石桥村",
		{"claim", claim.ID}:         "陈静 SQ1001 · 石桥镇",
		{"loop", loop.ID}:           "石桥镇",
		{"rating", rating.ID}:       "",
		{"case", id()}:              "",
		{"job", "backup"}:           "",
	}
	var rows []models.AuditEntry
	for object := range wanted {
		rows = append(rows, models.AuditEntry{ObjectKind: object[0], ObjectID: object[1]})
	}
	rows = append(rows, models.AuditEntry{ObjectKind: "page", ObjectID: c.ID},
		models.AuditEntry{ObjectKind: "person", ObjectID: h.sys.ID, Detail: "cadre at unit " + town.ID})
	names, err := h.AuditNames(t.Context(), h.aud, rows)
	must(t, err)
	for object, want := range wanted {
		if names[object[1]] != want {
			t.Errorf("%s is called %q, want %q", object[0], names[object[1]], want)
		}
	}
	if names[h.sys.ID] != "管理员 SYS001" || names[town.ID] != "石桥镇" {
		t.Errorf("without a post %q, unit in what was noted %q", names[h.sys.ID], names[town.ID])
	}
	for _, a := range []models.Actor{h.sys, h.sec} {
		_, err := h.AuditNames(t.Context(), a, rows)
		wants(t, err, fault.Forbidden, "")
	}
}

// The names of fifty entries take as many statements as those of one.
func TestNamesOfTheLogAreReadTogether(t *testing.T) {
	t.Parallel()
	h := newHouse(t, accounts.Options{})
	var rows []models.AuditEntry
	for i := range 50 {
		p := h.cadre(t, fmt.Sprintf("SQ%04d", i), "陈静", h.root)
		rows = append(rows, models.AuditEntry{ObjectKind: "person", ObjectID: p.ID})
	}
	var asked atomic.Int64
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error {
		return tx.Callback().Query().After("*").Register("test:asked", func(*gorm.DB) { asked.Add(1) })
	}))
	count := func(rows []models.AuditEntry) int64 {
		asked.Store(0)
		names, err := h.AuditNames(t.Context(), h.aud, rows)
		if err != nil || len(names) != len(rows) {
			t.Fatalf("%d names of %d, %v", len(names), len(rows), err)
		}
		return asked.Load()
	}
	if one, all := count(rows[:1]), count(rows); one == 0 || one != all {
		t.Errorf("one entry took %d statements, fifty took %d", one, all)
	}
}
