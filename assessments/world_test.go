package assessments_test

import (
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
	"shanzhi/models/vault"
	"shanzhi/models/workday"
)

// world is a county with an organization department, a town, a village and 24 cadres of the town, one of them managed
// by the department.
type world struct {
	t                           *testing.T
	db                          *db.DB
	clock                       *testkit.StillClock
	svc                         *assessments.Service
	county, dept, town, village models.Unit
	cadres                      []models.Person
	officer, reviewer, releaser models.Actor
	townOfficer                 models.Actor
	cases                       map[string][]models.Case // by handler
}

// noTraining is a county without courses.
type noTraining struct{}

func (noTraining) QuizzesTx(*gorm.DB, []string, models.Date, models.Date) (map[string][]assessments.QuizResult, error) {
	return nil, nil
}

func (noTraining) CoursesTx(*gorm.DB) (map[models.Competency][]assessments.Suggestion, error) {
	return nil, nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: testkit.Clock(t), cases: map[string][]models.Case{}}
	w.db = testkit.DBAt(t, w.clock.Now)
	keys, err := vault.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	days, err := workday.Load()
	if err != nil {
		t.Fatal(err)
	}
	rs := ratings.New(w.db, w.clock.Now, v, days)
	cs := cases.New(w.db, w.clock.Now, v, days, rs)
	w.svc = assessments.New(w.db, w.clock.Now, days, cs, rs, noTraining{})
	if err := w.svc.Install(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.tx(w.build)
	return w
}

func (w *world) tx(fn func(tx *gorm.DB) error) {
	w.t.Helper()
	if err := db.Tx(w.t.Context(), w.db, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) build(tx *gorm.DB) error {
	w.cadres, w.cases = nil, map[string][]models.Case{}
	unit := func(parent *models.Unit, kind models.UnitKind, name string) models.Unit {
		u := models.Unit{ID: models.NewID(), Name: name, Kind: kind, ValidFrom: "2020-01-01", Version: 1, CreatedAt: testkit.Now}
		u.Path = "/" + u.ID + "/"
		if parent != nil {
			u.ParentID, u.Path = &parent.ID, parent.Path+u.ID+"/"
		}
		if err := tx.Create(&u).Error; err != nil {
			w.t.Fatal(err)
		}
		return u
	}
	w.county = unit(nil, models.County, "青禾县")
	w.dept = unit(&w.county, models.Department, "中共青禾县委组织部")
	w.town = unit(&w.county, models.Township, "柳溪镇")
	w.village = unit(&w.town, models.Village, "石桥村")
	m := models.Matter{
		ID: models.NewID(), Code: "M1", Name: "高龄津贴", Family: models.Livelihood, UnitID: w.county.ID, Days: 10, Difficulty: 2,
		ValidFrom: "2020-01-01",
	}
	if err := tx.Create(&m).Error; err != nil {
		return err
	}
	for i := range 24 {
		w.cadre(tx, i, m)
	}
	w.officer, w.reviewer = w.actor(tx, "O1", models.RoleOfficer, w.county), w.actor(tx, "R1", models.RoleReviewer, w.county)
	w.releaser = w.actor(tx, "L1", models.RoleReleaser, w.county)
	w.townOfficer = w.actor(tx, "T1", models.RoleOfficer, w.town)
	return nil
}

func (w *world) person(tx *gorm.DB, no, name string) models.Person {
	p := models.Person{ID: models.NewID(), StaffNo: no, Name: name, Version: 1, CreatedAt: testkit.Now, UpdatedAt: testkit.Now}
	if err := tx.Create(&p).Error; err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) actor(tx *gorm.DB, no string, r models.Role, u models.Unit) models.Actor {
	p := w.person(tx, no, "员"+no)
	return models.Actor{ID: p.ID, Name: p.Name, Grants: []models.Grant{{Role: r, UnitID: u.ID, UnitPath: u.Path}}}
}

// cadre makes a cadre with 20 closed cases and 15 ratings in three batches, all of the first half of 2026.
func (w *world) cadre(tx *gorm.DB, i int, m models.Matter) {
	p := w.person(tx, fmt.Sprintf("C%02d", i), fmt.Sprintf("干部%02d", i))
	w.cadres = append(w.cadres, p)
	manager := w.town
	if i == 0 {
		manager = w.dept
	}
	post := models.Post{
		ID: models.NewID(), PersonID: p.ID, UnitID: w.town.ID, ManagerID: manager.ID, Title: "窗口工作人员", Class: "window",
		Category: models.Institution, ValidFrom: "2023-04-01", Version: 1,
	}
	w.create(tx, &post)
	for k := range 20 {
		c := models.Case{
			ID: models.NewID(), No: fmt.Sprintf("26%02d-%04d", 1+k%6, i*100+k), Channel: models.Window, Kind: models.Help,
			MatterID: m.ID, Family: m.Family, Difficulty: 2, Title: "办理", UnitID: w.town.ID, HandlerID: &p.ID,
			HandlerPostID: &post.ID, State: models.CaseClosed, ReceivedAt: testkit.Now, DueOn: "2026-05-20", Outcome: models.Solved,
			ReceivedOn: models.NewDate(2026, time.Month(1+k%5), 5), ClosedOn: models.NewDate(2026, time.Month(1+k%5), 12),
			Version: 1, CreatedAt: testkit.Now, UpdatedAt: testkit.Now,
		}
		if k%5 == 0 && i%3 == 0 {
			c.Outcome = models.Explained
		}
		w.create(tx, &c)
		w.cases[p.ID] = append(w.cases[p.ID], c)
	}
	for b := range 3 {
		batch := models.RatingBatch{
			ID: models.NewRandomID(), SubjectID: &p.ID, UnitID: w.town.ID, Size: 5, EffectiveOn: models.NewDate(2026, time.Month(2+b), 1),
			MadeOn: models.NewDate(2026, time.Month(2+b), 1),
		}
		w.create(tx, &batch)
		for k := range 5 {
			no := fmt.Sprint("V", i, b, k)
			w.create(tx, &models.Rating{
				ID: models.NewRandomID(), SubjectID: &p.ID, PostID: &post.ID, UnitID: w.town.ID, InteractionNo: &no, Family: m.Family,
				Channel: models.QR, Mode: models.ModeInvited, Level: 5 - (i+k)%3, RatedOn: batch.EffectiveOn, BatchID: &batch.ID,
			})
		}
	}
}

func (w *world) create(tx *gorm.DB, row any) {
	w.t.Helper()
	if err := tx.Create(row).Error; err != nil {
		w.t.Fatal(err)
	}
}

// self is the actor of a cadre.
func (w *world) self(i int) models.Actor {
	p := w.cadres[i]
	return models.Actor{ID: p.ID, Name: p.Name, Grants: []models.Grant{{Role: models.RoleCadre, UnitID: w.town.ID, UnitPath: w.town.Path}}}
}

const code = "2026H1"

// record is the record of a publication on a day.
func record(on models.Date) assessments.Publication {
	return assessments.Publication{On: on, DocNo: "青组发〔2025〕18号", Place: "县委组织部公示栏和各单位"}
}

// approve leads a version that is a draft to its approval by the reviewer.
func (w *world) approve(code string, edition int) {
	w.t.Helper()
	v, err := w.svc.SchemeEdition(w.t.Context(), w.officer, code, edition)
	want(w.t, "the draft", err, "")
	want(w.t, "submitting", w.svc.SubmitScheme(w.t.Context(), w.officer, code, edition, v.Version), "")
	want(w.t, "approving", w.svc.DecideScheme(w.t.Context(), w.reviewer, code, edition,
		assessments.Verdict{Version: v.Version + 1, Agree: true}), "")
}

// publish approves and publishes the first version of the general scheme on a day, and comes back to today.
func (w *world) publish(on models.Date) {
	w.t.Helper()
	today := w.clock.Now()
	w.clock.Set(on.Day().Add(2 * time.Hour))
	w.approve(assessments.DefaultScheme, 1)
	want(w.t, "publishing", w.svc.PublishScheme(w.t.Context(), w.officer, assessments.DefaultScheme, 1, record(on)), "")
	w.clock.Set(today)
}

// open publishes the scheme and opens the period of the first half of 2026.
func (w *world) open() {
	w.t.Helper()
	w.publish("2025-12-20")
	w.period(code)
}

// period opens the period of the first half of 2026.
func (w *world) period(code string) {
	w.t.Helper()
	_, err := w.svc.CreatePeriod(w.t.Context(), w.officer, assessments.NewPeriod{
		Code: code, Title: "2026年上半年平时考核", Kind: models.Routine, UnitID: w.county.ID, SpanFrom: "2026-01-01",
		SpanTo: "2026-06-30", Cutoff: "2026-07-10",
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) seal() models.Period {
	w.t.Helper()
	w.open()
	p, err := w.svc.Seal(w.t.Context(), w.officer, code)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}
