package cases_test

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
	"shanzhi/models/workday"
)

// world is a county with two townships and a village, their people, and the door.
type world struct {
	t                                                                 *testing.T
	db                                                                *db.DB
	clock                                                             *testkit.StillClock
	cases                                                             *cases.Service
	closed                                                            *closings
	county, town, village, elsewhere                                  models.Unit
	clerk, handler, villager, stranger, supervisor, caller, inspector models.Actor
	posts                                                             map[string]string // by person
	matter                                                            models.Matter
}

// closings remembers which cases were closed.
type closings struct{ nos []string }

func (c *closings) CaseClosedTx(_ *gorm.DB, _ time.Time, row *models.Case) error {
	c.nos = append(c.nos, row.No)
	return nil
}

func newVault(t *testing.T) *vault.Vault {
	t.Helper()
	keys, err := vault.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: testkit.Clock(t), posts: map[string]string{}, closed: &closings{}}
	w.db = testkit.DBAt(t, w.clock.Now)
	days, err := workday.Load()
	if err != nil {
		t.Fatal(err)
	}
	w.cases = cases.New(w.db, w.clock.Now, newVault(t), days, w.closed)
	w.county = w.unit("青禾县", models.County, nil)
	w.town = w.unit("柳溪镇", models.Township, &w.county)
	w.village = w.unit("石桥村", models.Village, &w.town)
	w.elsewhere = w.unit("东山镇", models.Township, &w.county)
	w.clerk = w.person("S1", "张慧", w.town, models.RoleIntake)
	w.handler = w.person("S2", "周晓岚", w.town, models.RoleCadre)
	w.villager = w.person("S3", "王𬭁", w.village, models.RoleCadre)
	w.stranger = w.person("S4", "李四", w.elsewhere, models.RoleCadre, models.RoleIntake)
	w.supervisor = w.person("S5", "赵督", w.town, models.RoleSupervisor)
	w.caller = w.person("S6", "钱访", w.county, models.RoleInterviewer)
	w.inspector = w.person("S7", "孙检", w.county, models.RoleInspector)
	m, err := w.cases.AddMatter(t.Context(), models.SystemActor("test"), cases.MatterInput{
		Code: "ms-001", Name: "高龄津贴申请", Family: models.Livelihood, UnitID: w.town.ID, Days: 5, Difficulty: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.matter = *m
	return w
}

func (w *world) put(rows ...any) {
	w.t.Helper()
	err := db.Tx(w.t.Context(), w.db, func(tx *gorm.DB) error {
		for _, r := range rows {
			if err := tx.Create(r).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) unit(name string, kind models.UnitKind, parent *models.Unit) models.Unit {
	u := models.Unit{
		ID: models.NewID(), Name: name, Kind: kind, Path: "/", ValidFrom: "2020-01-01", Version: 1, CreatedAt: testkit.Now,
	}
	if parent != nil {
		u.ParentID, u.Path = &parent.ID, parent.Path
	}
	u.Path += u.ID + "/"
	w.put(&u)
	return u
}

func (w *world) person(staffNo, name string, at models.Unit, roles ...models.Role) models.Actor {
	p := models.Person{
		ID: models.NewID(), StaffNo: staffNo, Name: name, Version: 1, CreatedAt: testkit.Now, UpdatedAt: testkit.Now,
	}
	post := models.Post{
		ID: models.NewID(), PersonID: p.ID, UnitID: at.ID, ManagerID: at.ID, Title: "干部", Class: "window",
		Category: models.CivilServant, ValidFrom: "2024-01-01", Version: 1,
	}
	w.put(&p, &post)
	w.posts[p.ID] = post.ID
	a := models.Actor{ID: p.ID, Name: name}
	for _, r := range roles {
		a.Grants = append(a.Grants, models.Grant{Role: r, UnitID: at.ID, UnitPath: at.Path})
	}
	return a
}

// takeIn registers a case with a resident's name and number.
func (w *world) takeIn() *models.Case {
	w.t.Helper()
	c, err := w.cases.TakeIn(w.t.Context(), w.clerk, cases.Intake{
		MatterID: w.matter.ID, Kind: models.Help, Channel: models.Window, Title: "申请高龄津贴", Detail: "八十二岁",
		Name: "赵大爷", Phone: "138 1234 0926",
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// answered is a case that its handler has answered.
func (w *world) answered() *models.Case {
	w.t.Helper()
	ctx := w.t.Context()
	c := w.takeIn()
	c = must(w.cases.Dispatch(ctx, w.clerk, c.ID, w.posts[w.handler.ID], c.Version))(w.t)
	c = must(w.cases.Acknowledge(ctx, w.handler, c.ID, c.Version))(w.t)
	return must(w.cases.Answer(ctx, w.handler, c.ID, "已经办妥，次月发放。", c.Version))(w.t)
}

// must ends the test on an error.
func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

func (w *world) count(model any, cond string, args ...any) int64 {
	w.t.Helper()
	var n int64
	err := db.View(w.t.Context(), w.db, func(tx *gorm.DB) error {
		return tx.Model(model).Where(cond, args...).Count(&n).Error
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}
