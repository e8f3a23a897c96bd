package quiz

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/testkit"
)

func TestEvidence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.person(t, "S2")
	w.learn(t, other)
	day := models.DateOf(testkit.Now)

	first := w.sit(t, w.me, 6)
	w.clock.Advance(24 * time.Hour)
	w.sit(t, w.me, 12)
	w.clock.Advance(24 * time.Hour)
	w.sit(t, w.me, 10)
	blank := w.start(t, other) // nothing answered, ended by the clock
	w.clock.Set(blank.DueAt.Add(time.Minute))
	if _, err := w.CloseOverdue(t.Context(), models.SystemActor("job")); err != nil {
		t.Fatal(err)
	}
	read := func(from, to models.Date) (out map[string][]Evidence) {
		t.Helper()
		w.tx(t, func(tx *gorm.DB) (err error) {
			out, err = w.EvidenceTx(tx, []string{w.me.ID, other.ID, models.NewID()}, from, to)
			return err
		})
		return out
	}
	var c models.Course
	w.tx(t, func(tx *gorm.DB) error { return tx.Where("code = ?", course).Take(&c).Error })
	base := Evidence{
		QuizID: first.QuizID, CourseID: c.ID, CourseCode: course, CourseTitle: c.Title, CourseEN: c.TitleEN,
		Competency: models.PolicyLaw, N: 15,
	}
	mine, theirs := base, base
	mine.PersonID, mine.X, mine.Answered, mine.Attempts, mine.First, mine.Best = w.me.ID, 6, 15, 3, 4000, 8000
	mine.Passed, mine.PassedOn = true, day.AddDays(1)
	theirs.PersonID, theirs.Attempts, theirs.TimedOut = other.ID, 1, true
	want := map[string][]Evidence{w.me.ID: {mine}, other.ID: {theirs}}
	if d := cmp.Diff(want, read(day, day.AddDays(2))); d != "" {
		t.Error(d)
	}

	later := base // the first attempt lies before the span: this one had seen the bank
	later.PersonID, later.X, later.Answered, later.Attempts, later.First, later.Best = w.me.ID, 12, 15, 1, 8000, 8000
	later.Passed, later.PassedOn, later.Earlier = true, day.AddDays(1), true
	if d := cmp.Diff(map[string][]Evidence{w.me.ID: {later}}, read(day.AddDays(1), day.AddDays(1))); d != "" {
		t.Error(d)
	}
	if got := read(day.AddDays(3), day.AddDays(30)); len(got) != 0 {
		t.Errorf("a span without attempts: %+v", got)
	}
}
