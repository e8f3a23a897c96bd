package ratings_test

import (
	"fmt"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
	"shanzhi/models/workday"
)

// world is a township with a village, their people, and the doors of cases and ratings.
type world struct {
	t                                     *testing.T
	db                                    *db.DB
	clock                                 *testkit.StillClock
	vault                                 *vault.Vault
	cases                                 *cases.Service
	ratings                               *ratings.Service
	town, village                         models.Unit
	clerk, handler, colleague, supervisor models.Actor
	posts                                 map[string]string
	matter                                models.Matter
	serial                                int
}

var system = models.SystemActor("test")

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: testkit.Clock(t), posts: map[string]string{}}
	w.db = testkit.DBAt(t, w.clock.Now)
	keys, err := vault.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	if w.vault, err = vault.New(keys); err != nil {
		t.Fatal(err)
	}
	days, err := workday.Load()
	if err != nil {
		t.Fatal(err)
	}
	w.ratings = ratings.New(w.db, w.clock.Now, w.vault, days)
	w.ratings.Draw(false)
	w.cases = cases.New(w.db, w.clock.Now, w.vault, days, w.ratings)
	w.town = w.unit("柳溪镇", models.Township, nil)
	w.village = w.unit("石桥村", models.Village, &w.town)
	w.clerk = w.person("S1", "张慧", w.town, models.RoleIntake)
	w.handler = w.person("S2", "周晓岚", w.town, models.RoleCadre)
	w.colleague = w.person("S3", "王𬭁", w.village, models.RoleCadre)
	w.supervisor = w.person("S5", "赵督", w.town, models.RoleSupervisor)
	m, err := w.cases.AddMatter(t.Context(), system, cases.MatterInput{
		Code: "MS-001", Name: "高龄津贴申请", Family: models.Livelihood, UnitID: w.town.ID, Days: 5, Difficulty: 2,
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

// closed walks a case of a handler to its closing and returns it with the token of its link.
func (w *world) closed(handler models.Actor) (c *models.Case, token string) {
	w.t.Helper()
	ctx := w.t.Context()
	step := func(next *models.Case, err error) {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
		c = next
	}
	w.serial++
	step(w.cases.TakeIn(ctx, w.clerk, cases.Intake{
		MatterID: w.matter.ID, Kind: models.Help, Channel: models.Window, Title: fmt.Sprintf("第 %d 件", w.serial),
		Name: "赵大爷", Phone: "13812340926",
	}))
	step(w.cases.Dispatch(ctx, w.clerk, c.ID, w.posts[handler.ID], c.Version))
	step(w.cases.Acknowledge(ctx, handler, c.ID, c.Version))
	step(w.cases.Answer(ctx, handler, c.ID, "已办妥", c.Version))
	return w.close(handler, c)
}

func (w *world) close(handler models.Actor, c *models.Case) (*models.Case, string) {
	w.t.Helper()
	c, err := w.cases.Close(w.t.Context(), handler, c.ID, models.Solved, "", c.Version)
	if err != nil {
		w.t.Fatal(err)
	}
	slip, err := w.ratings.Reprint(w.t.Context(), w.clerk, c.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	token, ok := strings.CutPrefix(slip.Link, "/r/")
	if !ok {
		w.t.Fatalf("link %q", slip.Link)
	}
	return c, token
}

// rate rates a fresh case of the handler.
func (w *world) rate(handler models.Actor, in ratings.Input) {
	w.t.Helper()
	_, token := w.closed(handler)
	if err := w.ratings.Rate(w.t.Context(), token, in); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) batch() int {
	w.t.Helper()
	n, err := w.ratings.MakeBatches(w.t.Context(), system)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) mine(who models.Actor) ratings.Seen {
	w.t.Helper()
	s, err := w.ratings.Mine(w.t.Context(), who)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// all reads every row of a table.
func all[T any](w *world) []T {
	w.t.Helper()
	var rows []T
	if err := db.View(w.t.Context(), w.db, func(tx *gorm.DB) error { return tx.Find(&rows).Error }); err != nil {
		w.t.Fatal(err)
	}
	return rows
}
