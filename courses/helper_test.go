package courses

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// world is a fresh database with two small courses and one learner.
type world struct {
	*Service
	d     *db.DB
	clock *testkit.StillClock
	root  models.Unit
	me    models.Actor
}

func newWorld(t *testing.T, courses ...Material) *world {
	t.Helper()
	clock := testkit.Clock(t)
	d := testkit.DBAt(t, clock.Now)
	w := &world{Service: New(d, clock.Now), d: d, clock: clock}
	id := models.NewID()
	w.root = models.Unit{
		ID: id, Name: "青禾县", Kind: models.County, Path: "/" + id + "/", ValidFrom: "2020-01-01", Version: 1,
		CreatedAt: testkit.Now,
	}
	w.create(t, &w.root)
	w.me = w.person(t, "S1", "周晓岚", models.CivilServant)
	for _, m := range courses {
		w.install(t, m)
	}
	return w
}

func (w *world) create(t *testing.T, rows ...any) {
	t.Helper()
	err := db.Tx(t.Context(), w.d, func(tx *gorm.DB) error {
		for _, r := range rows {
			if err := tx.Create(r).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) person(t *testing.T, no, name string, categories ...models.Category) models.Actor {
	t.Helper()
	p := models.Person{
		ID: models.NewID(), StaffNo: no, Name: name, Version: 1, CreatedAt: testkit.Now, UpdatedAt: testkit.Now,
	}
	w.create(t, &p)
	for _, c := range categories {
		w.create(t, &models.Post{
			ID: models.NewID(), PersonID: p.ID, UnitID: w.root.ID, ManagerID: w.root.ID, Title: "干部", Class: "office",
			Category: c, ValidFrom: "2020-01-01", Version: 1,
		})
	}
	return models.Actor{ID: p.ID, Name: name}
}

func (w *world) install(t *testing.T, m Material) {
	t.Helper()
	err := db.Tx(t.Context(), w.d, func(tx *gorm.DB) error { return installTx(tx, testkit.Now, models.SystemActor("test"), m) })
	if err != nil {
		t.Fatal(err)
	}
}

// row reads one row into r by a condition.
func (w *world) row(t *testing.T, r any, where string, args ...any) {
	t.Helper()
	err := db.View(t.Context(), w.d, func(tx *gorm.DB) error { return tx.Where(where, args...).Take(r).Error })
	if err != nil {
		t.Fatalf("%T where %s: %v", r, where, err)
	}
}

func (w *world) count(t *testing.T, r any, where string, args ...any) int {
	t.Helper()
	var n int64
	err := db.View(t.Context(), w.d, func(tx *gorm.DB) error { return tx.Model(r).Where(where, args...).Count(&n).Error })
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

func (w *world) quiz(t *testing.T, code string) models.Quiz {
	t.Helper()
	var c models.Course
	w.row(t, &c, "code = ?", code)
	var q models.Quiz
	w.row(t, &q, "course_id = ?", c.ID)
	return q
}

// pass adds a passed attempt of the person at the quiz of the course, as courses/quiz would leave it.
func (w *world) pass(t *testing.T, who models.Actor, code string) models.Attempt {
	t.Helper()
	now := w.clock.Now()
	a := models.Attempt{
		ID: models.NewID(), QuizID: w.quiz(t, code).ID, PersonID: who.ID, No: 1, State: models.AttemptMarked, StartedAt: now,
		DueAt: now.Add(time.Hour), SubmittedAt: &now, Score: 8000, Passed: true, Version: 1,
	}
	w.create(t, &a)
	return a
}

// small is a course of lessons of the given minutes with two questions.
func small(code string, minutes ...int) Material {
	m := Material{
		Course: models.Course{
			Code: code, Title: "课程" + code, TitleEN: "Course " + code, Summary: "简介", SummaryEN: "Summary",
			Competency: models.MassWork, Edition: 1, DatedOn: "2026-01-01",
		},
		Quiz: models.Quiz{Title: "测验", TitleEN: "Quiz", PassPercent: 60, LimitSec: 600, Draw: 2, MaxAttempts: 2},
		Questions: []models.Question{
			{
				Code: "q1", Kind: models.Single, LessonNo: 1, Stem: "甲", Options: `[{"text":"一"},{"text":"二"}]`, Right: "A",
				Explanation: "因为",
			},
			{
				Code: "q2", Kind: models.TrueFalse, LessonNo: 1, Stem: "乙", Options: `[{"text":"正确"},{"text":"错误"}]`, Right: "B",
				Explanation: "因为",
			},
		},
	}
	for i, n := range minutes {
		m.Lessons = append(m.Lessons, models.Lesson{
			No: i + 1, Title: "课节" + Letter(i), TitleEN: "Lesson " + Letter(i), SummaryEN: "Summary", Minutes: n,
			Body: "## 一\n\n甲\n\n## 二\n\n乙\n\n## 三\n\n丙\n",
		})
	}
	return m
}
