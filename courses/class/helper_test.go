package class

import (
	"testing"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

// world is a county with two townships, cadres in each, two trainers and a leader of the county and a trainer of the
// first township. A class of two sessions (6 and 1 hours) on the day before the clock's is open for near.
type world struct {
	*Service
	t                                    *testing.T
	d                                    *db.DB
	clock                                *testkit.StillClock
	ledger                               *courses.Service
	county, near, far                    models.Unit
	anna, boris, other                   models.Actor // two cadres of near, one of far
	trainer, second, leader, town, clerk models.Actor
	today                                models.Date
}

func newWorld(t *testing.T) *world {
	t.Helper()
	clock := testkit.Clock(t)
	w := &world{t: t, clock: clock, d: testkit.DBAt(t, clock.Now), today: models.DateOf(clock.Now())}
	w.ledger = courses.New(w.d, clock.Now)
	w.Service = New(w.d, clock.Now, w.ledger)
	if err := w.ledger.Install(t.Context(), models.SystemActor("test")); err != nil {
		t.Fatal(err)
	}
	w.county = w.unit("青禾县", models.County, nil)
	w.near, w.far = w.unit("柳溪镇", models.Township, &w.county), w.unit("石桥镇", models.Township, &w.county)
	w.anna = w.person("S1", "周晓岚", models.CivilServant, w.near)
	w.boris = w.person("S2", "王𬭁", models.VillageCadre, w.near)
	w.other = w.person("S3", "陈静", models.CivilServant, w.far)
	w.trainer = w.with(w.person("S4", "苏文", models.CivilServant, w.county), models.RoleTrainer, w.county)
	w.second = w.with(w.person("S5", "韩梅", models.CivilServant, w.county), models.RoleTrainer, w.county)
	w.leader = w.with(w.person("S6", "何静", models.LeadingCadre, w.county), models.RoleLeader, w.county)
	w.town = w.with(w.person("S7", "刘安", models.CivilServant, w.near), models.RoleTrainer, w.near)
	w.clerk = w.with(w.person("S8", "沈计", models.CivilServant, w.county), models.RoleIntake, w.county)
	return w
}

func (w *world) with(a models.Actor, r models.Role, u models.Unit) models.Actor {
	a.Grants = []models.Grant{{Role: r, UnitID: u.ID, UnitPath: u.Path}}
	return a
}

func (w *world) create(rows ...any) {
	w.t.Helper()
	err := db.Tx(w.t.Context(), w.d, func(tx *gorm.DB) error {
		for _, r := range rows {
			if err := tx.Create(r).Error; err != nil {
				return err
			}
		}
		return nil
	})
	w.ok(err)
}

func (w *world) unit(name string, kind models.UnitKind, parent *models.Unit) models.Unit {
	u := models.Unit{
		ID: models.NewID(), Name: name, Kind: kind, ValidFrom: "2020-01-01", Version: 1, CreatedAt: testkit.Now,
	}
	u.Path = "/" + u.ID + "/"
	if parent != nil {
		u.ParentID, u.Path = &parent.ID, parent.Path+u.ID+"/"
	}
	w.create(&u)
	return u
}

func (w *world) person(no, name string, c models.Category, u models.Unit) models.Actor {
	p := models.Person{
		ID: models.NewID(), StaffNo: no, Name: name, Version: 1, CreatedAt: testkit.Now, UpdatedAt: testkit.Now,
	}
	w.create(&p, &models.Post{
		ID: models.NewID(), PersonID: p.ID, UnitID: u.ID, ManagerID: u.ID, Title: "干部", Class: "township_staff",
		Category: c, ValidFrom: "2020-01-01", Version: 1,
	})
	return models.Actor{ID: p.ID, Name: name}
}

// ok ends the test on an error.
func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) want(err error, kind fault.Kind, key string) {
	w.t.Helper()
	if !fault.Is(err, kind) || key != "" && fault.Of(err).Key != key {
		w.t.Errorf("got %v, want %v %s", err, kind, key)
	}
}

// wantField wants a refusal of one field.
func (w *world) wantField(err error, field, key string) {
	w.t.Helper()
	f := fault.Of(err)
	if f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field || f.Fields[0].Key != key {
		w.t.Errorf("got %v, want %s on %s", err, key, field)
	}
}

func (w *world) input() Input {
	return Input{
		Name: "基层治理能力提升培训班", Ledger: models.InPersonLedger, UnitID: w.county.ID, HeadNo: "s4",
		From: w.today.AddDays(-1), To: w.today, Purpose: "年度轮训",
	}
}

// planned is a class with its timetable.
func (w *world) planned() (models.TrainingClass, []models.ClassSession) {
	w.t.Helper()
	c, err := w.Create(w.t.Context(), w.trainer, w.input())
	w.ok(err)
	var sessions []models.ClassSession
	for _, in := range []SessionInput{
		{Day: w.today.AddDays(-1), FromMin: 510, ToMin: 1050, Title: "权责清单与首接负责", Place: "县委党校", Hours: 600},
		{Day: w.today.AddDays(-1), FromMin: 1110, ToMin: 1170, Title: "案例讨论", Hours: 100},
	} {
		x, err := w.AddSession(w.t.Context(), w.trainer, c.ID, in)
		w.ok(err)
		sessions = append(sessions, x)
	}
	return c, sessions
}

// open is a class that the people of near were told of.
func (w *world) open() (models.TrainingClass, []models.ClassSession) {
	w.t.Helper()
	c, sessions := w.planned()
	_, err := w.InviteByNo(w.t.Context(), w.trainer, c.ID, "S1、s2")
	w.ok(err)
	w.ok(w.Announce(w.t.Context(), w.trainer, c.ID, 1))
	return c, sessions
}

// sign enters one line.
func (w *world) sign(c models.TrainingClass, x models.ClassSession, who models.Actor, no int, m models.Attendance, why string) error {
	_, err := w.Sign(w.t.Context(), w.trainer, c.ID, x.ID, []MarkInput{{who.ID, no, m, why}}, false)
	return err
}

// told are the kinds of notices of a person, in their order.
func (w *world) told(who models.Actor) (out []string) {
	w.t.Helper()
	w.ok(db.View(w.t.Context(), w.d, func(tx *gorm.DB) error {
		return tx.Model(&models.Notice{}).Where("person_id = ?", who.ID).Order("id").Pluck("kind", &out).Error
	}))
	return out
}
