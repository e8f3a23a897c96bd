package courses

import (
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

func wantKind(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	if f := fault.Of(err); err == nil || f.Kind != kind || f.Key != key {
		t.Errorf("got %v, want kind %d %s", err, kind, key)
	}
}

func TestInstallIsIdempotent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 {
		if err := w.Install(t.Context(), models.SystemActor("serve")); err != nil {
			t.Fatal(err)
		}
	}
	all, err := w.Catalogue(t.Context(), w.me)
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(shipped) {
		t.Errorf("got %d courses, want %d", len(all), len(shipped))
	}
	if n := w.count(t, &models.AuditEntry{}, "action = 'course.install'"); n != len(shipped) {
		t.Errorf("got %d audit rows, want %d", n, len(shipped))
	}
	wantKind(t, w.Install(t.Context(), w.me), fault.Forbidden, "error.forbidden")
}

func TestNewEditionKeepsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, small("a", 30))
	a := w.pass(t, w.me, "a")
	var asked models.Question
	w.row(t, &asked, "code = 'q1'")
	w.create(t, &models.Answer{
		ID: models.NewID(), AttemptID: a.ID, QuestionID: asked.ID, Place: 1, Shown: "BA", Given: "A", Mark: 5000, Right: true,
	})
	m := small("a", 30, 20)
	m.Course.Edition, m.Course.Title = 2, "新版"
	m.Questions[0].Stem, m.Questions[0].Right = "甲改", "B" // answered: must be retired
	m.Questions[1].Stem = "乙改"                            // never answered: changed in place
	w.install(t, m)
	w.install(t, small("a", 30)) // an older edition changes nothing

	var old models.Question
	w.row(t, &old, "id = ?", asked.ID)
	if old.Stem != "甲" || old.Right != "A" || old.Code != "q1~1" || !Retired(old) {
		t.Errorf("the answered question was changed: %+v", old)
	}
	var answer models.Answer
	w.row(t, &answer, "attempt_id = ?", a.ID)
	if answer.QuestionID != asked.ID || answer.Given != "A" || answer.Mark != 5000 {
		t.Errorf("the answer was changed: %+v", answer)
	}
	err := db.View(t.Context(), w.d, func(tx *gorm.DB) error {
		bank, err := bankTx(tx, old.QuizID)
		if len(bank) != 2 || bank[0].Stem != "甲改" || bank[1].Stem != "乙改" {
			t.Errorf("bank: %+v", bank)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	st, err := w.Course(t.Context(), w.me, "a")
	if err != nil {
		t.Fatal(err)
	}
	if st.Title != "新版" || st.Edition != 2 || len(st.Lessons) != 2 {
		t.Errorf("course: %+v", st)
	}
	short := small("a", 30)
	short.Course.Edition = 3
	err = db.Tx(t.Context(), w.d, func(tx *gorm.DB) error { return installTx(tx, testkit.Now, w.me, short) })
	wantKind(t, err, fault.Conflict, "course.lesson_taken_away")
}

func TestPlaceAndFinish(t *testing.T) {
	t.Parallel()
	w := newWorld(t, small("a", 30, 20))
	ctx := t.Context()
	for _, place := range []int{2, 1} { // going back while learning is allowed
		if err := w.SavePlace(ctx, w.me, "a", 1, place); err != nil {
			t.Fatal(err)
		}
	}
	v, err := w.Lesson(ctx, w.me, "a", 1)
	if err != nil {
		t.Fatal(err)
	}
	if v.Place != 1 || v.Done || len(v.Sections) != 3 || v.Prev != nil || v.Next == nil || v.Next.No != 2 {
		t.Errorf("lesson: %+v", v)
	}
	w.clock.Advance(time.Hour)
	for range 2 {
		if err := w.FinishLesson(ctx, w.me, "a", 1); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(time.Hour)
	}
	if err := w.SavePlace(ctx, w.me, "a", 1, 1); err != nil {
		t.Fatal(err)
	}
	var p models.LessonProgress
	w.row(t, &p, "person_id = ?", w.me.ID)
	if p.DoneAt == nil || !p.DoneAt.Equal(testkit.Now.Add(time.Hour)) || p.Paragraph != 3 {
		t.Errorf("a finished lesson went back: %+v", p)
	}
	if n := w.count(t, &models.AuditEntry{}, "action = 'lesson.finish'"); n != 1 {
		t.Errorf("got %d audit rows, want 1", n)
	}
	wantKind(t, w.SavePlace(ctx, w.me, "a", 1, 4), fault.Invalid, "form.invalid")
	wantKind(t, w.SavePlace(ctx, w.me, "a", 9, 0), fault.NotFound, "course.lesson_not_found")
	wantKind(t, w.FinishLesson(ctx, w.me, "b", 1), fault.NotFound, "course.not_found")
	wantKind(t, w.FinishLesson(ctx, models.Actor{}, "a", 1), fault.Unsigned, "error.unsigned")
	other := w.person(t, "S2", "王𬭁", models.VillageCadre)
	v, err = w.Lesson(ctx, other, "a", 1)
	if err != nil {
		t.Fatal(err)
	}
	if v.Place != 0 || v.Done {
		t.Errorf("somebody else's place: %+v", v.LessonLine)
	}
}

func TestContinue(t *testing.T) {
	t.Parallel()
	w := newWorld(t, small("a", 30), small("b", 30, 20))
	ctx := t.Context()
	want := func(code string, no int) {
		t.Helper()
		n, err := w.Continue(ctx, w.me)
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		if n != nil && n.Lesson != nil {
			got = n.Lesson.No
		}
		if n == nil && code != "" || n != nil && (n.Code != code || got != no) {
			t.Errorf("got %+v, want %s lesson %d", n, code, no)
		}
	}
	finish := func(code string, no int) {
		t.Helper()
		w.clock.Advance(time.Minute)
		if err := w.FinishLesson(ctx, w.me, code, no); err != nil {
			t.Fatal(err)
		}
	}
	want("a", 1)
	w.clock.Advance(time.Minute)
	if err := w.SavePlace(ctx, w.me, "b", 2, 1); err != nil {
		t.Fatal(err)
	}
	want("b", 2) // the lesson seen last
	finish("b", 2)
	want("b", 1)
	finish("b", 1)
	want("b", 0) // its quiz
	q := w.quiz(t, "b")
	for no := 1; no <= 2; no++ { // both attempts used up without passing
		now := w.clock.Now()
		w.create(t, &models.Attempt{
			ID: models.NewID(), QuizID: q.ID, PersonID: w.me.ID, No: no, State: models.AttemptMarked, StartedAt: now, DueAt: now,
			SubmittedAt: &now, Version: 1,
		})
	}
	want("a", 1)
	finish("a", 1)
	now := w.clock.Now()
	w.create(t, &models.Attempt{
		ID: models.NewID(), QuizID: w.quiz(t, "a").ID, PersonID: w.me.ID, No: 1, State: models.AttemptOpen, StartedAt: now,
		DueAt: now.Add(10 * time.Minute), Version: 1,
	})
	n, err := w.Continue(ctx, w.me)
	if err != nil || n == nil || n.Attempt == nil {
		t.Errorf("an attempt under way comes first: %+v, %v", n, err)
	}
	w.clock.Advance(11 * time.Minute)
	want("a", 0)
}

func TestStages(t *testing.T) {
	t.Parallel()
	at := testkit.Now
	done := []LessonLine{{Done: true}}
	spent := QuizState{Quiz: models.Quiz{MaxAttempts: 1}, Attempts: []models.Attempt{{State: models.AttemptMarked}}}
	for want, st := range map[Stage]Standing{
		StageNew:      {Lessons: []LessonLine{{}}},
		StageLearning: {Lessons: []LessonLine{{}}, StartedAt: &at},
		StageQuiz:     {Lessons: done, StartedAt: &at},
		StageSpent:    {Lessons: done, Quiz: spent},
		StageDone:     {Lessons: done, CompletedAt: &at, Quiz: spent},
	} {
		if got := st.Stage(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestHoursRule(t *testing.T) {
	t.Parallel()
	b := ExampleBook()
	for minutes, want := range map[int]int{1: 25, 14: 25, 15: 50, 29: 50, 30: 100, 90: 100} {
		if got := b.LessonHours(minutes); got != want {
			t.Errorf("%d minutes: got %d, want %d", minutes, got, want)
		}
	}
	type asked struct{ online, inPerson int }
	for _, tc := range []struct {
		who  []models.Category
		year int
		want asked
	}{
		{[]models.Category{models.CivilServant}, 2026, asked{5000, 9000}},
		{[]models.Category{models.VillageCadre, models.LeadingCadre}, 2026, asked{5000, 9000}},
		{[]models.Category{models.VillageCadre}, 2026, asked{}},
		{[]models.Category{models.Contract}, 2026, asked{}},
		{nil, 2026, asked{}},
		{[]models.Category{models.CivilServant}, 2022, asked{}},
	} {
		if online, inPerson := b.Asked(tc.who, tc.year); (asked{online, inPerson}) != tc.want {
			t.Errorf("%v %d: got %d, %d, want %+v", tc.who, tc.year, online, inPerson, tc.want)
		}
	}
}

func TestCompleteBooksOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, small("a", 30, 20, 5))
	ctx := t.Context()
	var c models.Course
	w.row(t, &c, "code = 'a'")
	a := w.pass(t, w.me, "a")
	complete := func() (booked bool, err error) {
		err = db.Tx(ctx, w.d, func(tx *gorm.DB) error {
			booked, err = w.CompleteTx(tx, w.clock.Now(), w.me, c.ID, Pass{
				PersonID: w.me.ID, AttemptID: a.ID, Score: a.Score, At: *a.SubmittedAt,
			})
			return err
		})
		return booked, err
	}
	if booked, err := complete(); booked || err != nil {
		t.Errorf("lessons are unfinished: got %v, %v", booked, err)
	}
	for no := 1; no <= 2; no++ {
		if err := w.FinishLesson(ctx, w.me, "a", no); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for range 4 { // the last lesson and the quiz at the same time, from several windows
		wg.Go(func() {
			if err := w.FinishLesson(ctx, w.me, "a", 3); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if _, err := complete(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	l, err := w.Ledger(ctx, w.me, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Online.Entries) != 1 || l.Online.Hours != 100+50+25+50 || l.InPerson.Hours != 0 {
		t.Fatalf("ledger: %+v", l)
	}
	e := l.Online.Entries[0]
	if e.Basis.Attempt != a.ID || e.Basis.Score != 8000 || len(e.Basis.Lessons) != 3 || e.Course.Code != "a" ||
		e.Rule != "yunnan-2024-example" {
		t.Errorf("entry: %+v", e)
	}
	if n := w.count(t, &models.AuditEntry{}, "action = 'hours.book'"); n != 1 {
		t.Errorf("got %d audit rows, want 1", n)
	}
	st, err := w.Course(ctx, w.me, "a")
	if err != nil || st.Stage() != StageDone {
		t.Errorf("stage %s, %v", st.Stage(), err)
	}
}

func TestLedgersStayApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	entry := func(who models.Actor, l models.Ledger, year, hours int) *models.HoursEntry {
		return &models.HoursEntry{
			ID: models.NewID(), PersonID: who.ID, Ledger: l, SourceKind: "class", SourceID: models.NewID(), Year: year,
			Hours: hours, Rule: "x", Basis: "{}", BookedAt: testkit.Now,
		}
	}
	village := w.person(t, "S2", "村干部", models.VillageCadre)
	w.create(t, entry(w.me, models.OnlineLedger, 2026, 1000), entry(w.me, models.OnlineLedger, 2026, 50),
		entry(w.me, models.InPersonLedger, 2026, 600), entry(w.me, models.OnlineLedger, 2025, 700),
		entry(village, models.OnlineLedger, 2026, 9900))
	l, err := w.Ledger(t.Context(), w.me, 2026)
	if err != nil {
		t.Fatal(err)
	}
	if l.Online.Hours != 1050 || l.Online.Asked != 5000 || l.Online.Short() != 3950 ||
		l.InPerson.Hours != 600 || l.InPerson.Asked != 9000 || l.InPerson.Short() != 8400 {
		t.Errorf("got %+v", l)
	}
	if len(l.Years) != 2 || l.Years[0] != 2026 || l.Years[1] != 2025 {
		t.Errorf("years: %v", l.Years)
	}
	l, err = w.Ledger(t.Context(), village, 0)
	if err != nil {
		t.Fatal(err)
	}
	if l.Online.Asked != 0 || l.Online.Short() != 0 || l.Online.Hours != 9900 {
		t.Errorf("no target is set for village cadres: %+v", l.Online)
	}
	_, err = w.Ledger(t.Context(), w.me, 3)
	wantKind(t, err, fault.NotFound, "learn.year_unknown")
}
