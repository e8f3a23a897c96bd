package quiz

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

const course = "mediation" // 15 questions of 30 minutes, 60 %, three attempts

// world is a fresh database with the shipped courses and one learner who has done all lessons of course.
type world struct {
	*Service
	d     *db.DB
	clock *testkit.StillClock
	me    models.Actor
}

func newWorld(t *testing.T) *world {
	t.Helper()
	clock := testkit.Clock(t)
	d := testkit.DBAt(t, clock.Now)
	c := courses.New(d, clock.Now)
	if err := c.Install(t.Context(), models.SystemActor("test")); err != nil {
		t.Fatal(err)
	}
	w := &world{Service: New(d, clock.Now, c), d: d, clock: clock}
	w.me = w.person(t, "S1")
	w.learn(t, w.me)
	return w
}

func (w *world) person(t *testing.T, no string) models.Actor {
	t.Helper()
	p := models.Person{
		ID: models.NewID(), StaffNo: no, Name: "学员" + no, Version: 1, CreatedAt: testkit.Now, UpdatedAt: testkit.Now,
	}
	w.tx(t, func(tx *gorm.DB) error { return tx.Create(&p).Error })
	return models.Actor{ID: p.ID, Name: p.Name}
}

// learn finishes every lesson of course.
func (w *world) learn(t *testing.T, who models.Actor) {
	t.Helper()
	for no := 1; no <= 6; no++ {
		if err := w.courses.FinishLesson(t.Context(), who, course, no); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) tx(t *testing.T, fn func(tx *gorm.DB) error) {
	t.Helper()
	if err := db.Tx(t.Context(), w.d, fn); err != nil {
		t.Fatal(err)
	}
}

func (w *world) start(t *testing.T, who models.Actor) *models.Attempt {
	t.Helper()
	a, err := w.Start(t.Context(), who, course)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) attempt(t *testing.T, id string) (a models.Attempt) {
	t.Helper()
	w.tx(t, func(tx *gorm.DB) error { return tx.Where("id = ?", id).Take(&a).Error })
	return a
}

func (w *world) answers(t *testing.T, id string) (out []models.Answer) {
	t.Helper()
	w.tx(t, func(tx *gorm.DB) error { return tx.Where("attempt_id = ?", id).Order("place").Find(&out).Error })
	return out
}

// right returns a whole form with the first n questions answered right and the others wrong.
func (w *world) right(t *testing.T, id string, n int) Answers {
	t.Helper()
	in := Answers{Version: w.attempt(t, id).Version, Whole: true, Given: map[int][]string{}}
	w.tx(t, func(tx *gorm.DB) error {
		var a models.Attempt
		if err := tx.Where("id = ?", id).Take(&a).Error; err != nil {
			return err
		}
		sh, err := sheetTx(tx, a)
		if err != nil {
			return err
		}
		for _, ans := range sh.answers {
			key := sh.questions[ans.QuestionID].Right
			if ans.Place > n {
				key = wrong(ans.Shown, key)
			}
			in.Given[ans.Place] = toPaper(ans.Shown, key)
		}
		return nil
	})
	return in
}

// wrong returns one letter of the bank that is not the key.
func wrong(shown, key string) string {
	for _, l := range shown {
		if string(l) != key {
			return string(l)
		}
	}
	return ""
}

func (w *world) save(t *testing.T, who models.Actor, id string, in Answers) Saved {
	t.Helper()
	s, err := w.Save(t.Context(), who, id, in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sit starts, answers n questions right and hands in.
func (w *world) sit(t *testing.T, who models.Actor, n int) *models.Attempt {
	t.Helper()
	a := w.start(t, who)
	w.save(t, who, a.ID, w.right(t, a.ID, n))
	done, err := w.Submit(t.Context(), who, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func wantFault(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	if f := fault.Of(err); err == nil || f.Kind != kind || f.Key != key {
		t.Errorf("got %v, want kind %d %s", err, kind, key)
	}
}

func given(list []models.Answer) string {
	var out []string
	for _, a := range list {
		out = append(out, a.Given)
	}
	return strings.Join(out, " ")
}
