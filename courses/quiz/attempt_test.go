package quiz

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
)

func TestStartNeedsTheLessons(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.person(t, "S2")
	_, err := w.Start(t.Context(), other, course)
	wantFault(t, err, fault.Conflict, "quiz.lessons_first")
	if got := fault.Of(err).Args["left"]; got != 6 {
		t.Errorf("left: got %v, want 6", got)
	}
	_, err = w.Start(t.Context(), models.Actor{}, course)
	wantFault(t, err, fault.Unsigned, "error.unsigned")
	_, err = w.Start(t.Context(), models.SystemActor("job"), course)
	wantFault(t, err, fault.Unsigned, "error.unsigned")
	_, err = w.Start(t.Context(), w.me, "nothing")
	wantFault(t, err, fault.NotFound, "course.not_found")
}

func TestStartResumesAndIsReplayed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := make([]string, 4)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			a, err := w.Start(t.Context(), w.me, course)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = a.ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("several windows got several papers: %v", ids)
		}
	}
	a := w.attempt(t, ids[0])
	if a.No != 1 || a.Seed < 0 || !a.DueAt.Equal(a.StartedAt.Add(30*time.Minute)) {
		t.Errorf("attempt: %+v", a)
	}
	answers := w.answers(t, a.ID)
	w.tx(t, func(tx *gorm.DB) error {
		bank, err := bankTx(tx, a.QuizID)
		if err != nil {
			return err
		}
		counts := map[string]int{}
		for _, q := range bank {
			o, err := optionsOf(q)
			if err != nil {
				return err
			}
			counts[q.ID] = len(o)
		}
		again := Draw(bank, 15, a.Seed, func(q models.Question) int { return counts[q.ID] })
		if len(again) != len(answers) {
			t.Fatalf("got %d questions, want %d", len(again), len(answers))
		}
		for i, d := range again {
			if d.ID != answers[i].QuestionID || d.Shown != answers[i].Shown {
				t.Errorf("place %d was drawn otherwise: %+v", i+1, answers[i])
			}
		}
		return nil
	})
}

func TestPaperHoldsNoKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(t, w.me)
	p, err := w.Paper(t.Context(), w.me, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Items) != 15 || p.Left != 30*time.Minute || len(p.Unanswered()) != 15 || p.Closed {
		t.Errorf("paper: %+v", p)
	}
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	w.tx(t, func(tx *gorm.DB) error {
		sh, err := sheetTx(tx, *a)
		if err != nil {
			return err
		}
		for _, q := range sh.questions {
			if strings.Contains(string(raw), q.Explanation) {
				t.Errorf("the paper explains %s", q.Code)
			}
		}
		return nil
	})
	for _, word := range []string{"Right", "Seed", "Score", "Explanation", "Shown"} {
		if strings.Contains(string(raw), word) {
			t.Errorf("the paper holds %s", word)
		}
	}
	other := w.person(t, "S2")
	_, err = w.Paper(t.Context(), other, a.ID)
	wantFault(t, err, fault.NotFound, "quiz.not_found")
	_, err = w.Result(t.Context(), other, a.ID)
	wantFault(t, err, fault.NotFound, "quiz.not_found")
	_, err = w.Save(t.Context(), other, a.ID, Answers{Version: 1})
	wantFault(t, err, fault.NotFound, "quiz.not_found")
	_, err = w.Submit(t.Context(), other, a.ID)
	wantFault(t, err, fault.NotFound, "quiz.not_found")
	_, err = w.Result(t.Context(), w.me, a.ID)
	wantFault(t, err, fault.Conflict, "quiz.still_open")
}

func TestSave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(t, w.me)
	in := w.right(t, a.ID, 15)
	if s := w.save(t, w.me, a.ID, in); s.Version != 2 || !s.At.Equal(testkit.Now) {
		t.Errorf("receipt: %+v", s)
	}
	before := given(w.answers(t, a.ID))
	// The receipt was lost and the same form comes again with the old version: nothing is overwritten, nothing refused.
	if s := w.save(t, w.me, a.ID, in); s.Version != 2 {
		t.Errorf("receipt of the same form: %+v", s)
	}
	stale := Answers{Version: 1, Given: map[int][]string{1: {}}}
	_, err := w.Save(t.Context(), w.me, a.ID, stale)
	wantFault(t, err, fault.Conflict, "quiz.stale")
	if got := given(w.answers(t, a.ID)); got != before {
		t.Errorf("a stale window overwrote: %s, want %s", got, before)
	}
	// One answer alone: the others stay.
	w.save(t, w.me, a.ID, Answers{Version: 2, Given: map[int][]string{3: {}}})
	p, err := w.Paper(t.Context(), w.me, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if u := p.Unanswered(); len(u) != 1 || u[0] != 3 || p.Version != 3 {
		t.Errorf("unanswered %v, version %d", u, p.Version)
	}
	// The whole form: what is missing in it is not answered.
	w.save(t, w.me, a.ID, Answers{Version: 3, Whole: true, Given: map[int][]string{1: in.Given[1]}})
	if p, err = w.Paper(t.Context(), w.me, a.ID); err != nil || len(p.Unanswered()) != 14 {
		t.Errorf("unanswered %v, %v", p.Unanswered(), err)
	}
}

func TestSaveRefusesGarbageByField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(t, w.me)
	one := 0
	w.tx(t, func(tx *gorm.DB) error {
		sh, err := sheetTx(tx, *a)
		for _, ans := range sh.answers {
			if sh.questions[ans.QuestionID].Kind == models.Single {
				one = ans.Place
			}
		}
		return err
	})
	for _, tc := range []struct {
		given map[int][]string
		field string
		key   string
	}{
		{map[int][]string{one: {"Z"}}, FieldName(one), "quiz.no_such_option"},
		{map[int][]string{one: {"A", "B"}}, FieldName(one), "quiz.only_one"},
		{map[int][]string{99: {"A"}}, "q99", "quiz.no_such_question"},
		{map[int][]string{0: {"A"}}, "q0", "quiz.no_such_question"},
	} {
		in := Answers{Version: 1, Given: tc.given}
		_, err := w.Save(t.Context(), w.me, a.ID, in)
		wantFault(t, err, fault.Invalid, "form.invalid")
		if f := fault.Of(err).Fields; len(f) != 1 || f[0].Name != tc.field || f[0].Key != tc.key {
			t.Errorf("%v: got %+v, want %s %s", tc.given, f, tc.field, tc.key)
		}
	}
	if got := strings.TrimSpace(given(w.answers(t, a.ID))); got != "" {
		t.Errorf("garbage was kept: %s", got)
	}
}

// When the clock is set back the paper does not become longer than it is.
func TestTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(t, w.me)
	w.clock.Set(a.StartedAt.Add(-time.Hour))
	p, err := w.Paper(t.Context(), w.me, a.ID)
	if whole := a.DueAt.Sub(a.StartedAt); err != nil || p.Left != whole {
		t.Errorf("%v left, want %v, %v", p.Left, whole, err)
	}
	w.save(t, w.me, a.ID, w.right(t, a.ID, 15))
}

func TestTimeIsTheServers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(t, w.me)
	in := w.right(t, a.ID, 15)
	w.clock.Set(a.DueAt.Add(Grace)) // still on its way
	w.save(t, w.me, a.ID, in)
	w.clock.Set(a.DueAt.Add(Grace + time.Millisecond))
	_, err := w.Save(t.Context(), w.me, a.ID, Answers{Version: 2, Whole: true})
	wantFault(t, err, fault.Conflict, "quiz.time_over")
	got := w.attempt(t, a.ID)
	if got.State != models.AttemptMarked || !got.TimedOut || !got.SubmittedAt.Equal(a.DueAt) || got.Score != full {
		t.Errorf("the refusal must keep what was saved and mark it: %+v", got)
	}
	_, err = w.Save(t.Context(), w.me, a.ID, Answers{Version: 2})
	wantFault(t, err, fault.Conflict, "quiz.time_over")
	if p, err := w.Paper(t.Context(), w.me, a.ID); err != nil || !p.Closed || p.Items != nil {
		t.Errorf("a marked paper is closed: %+v, %v", p, err)
	}
}

func TestSubmitIsIdempotentAndBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.sit(t, w.me, 9)
	if a.Score != 6000 || !a.Passed || a.TimedOut || !a.SubmittedAt.Equal(testkit.Now) {
		t.Errorf("9 of 15 is 60 points and passes at 60: %+v", a)
	}
	w.clock.Advance(time.Hour)
	again, err := w.Submit(t.Context(), w.me, a.ID)
	if err != nil || again.Score != a.Score || !again.SubmittedAt.Equal(*a.SubmittedAt) {
		t.Errorf("handing in again: %+v, %v", again, err)
	}
	_, err = w.Save(t.Context(), w.me, a.ID, Answers{Version: 2, Whole: true})
	wantFault(t, err, fault.Conflict, "quiz.handed_in")
	r, err := w.Result(t.Context(), w.me, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if r.Rights() != 9 || len(r.Items) != 15 || r.Left != 2 || r.Booked != 6*50+50 {
		t.Errorf("result: %d right of %d, %d left, %d booked", r.Rights(), len(r.Items), r.Left, r.Booked)
	}
	sum := 0
	for _, i := range r.Items {
		sum += i.Mark
		if i.Explanation == "" || len(i.Marks) != len(i.Options) || i.Right != (i.Mark > 0) {
			t.Errorf("question %d: %+v", i.Place, i)
		}
	}
	if sum != a.Score {
		t.Errorf("marks add up to %d, score %d", sum, a.Score)
	}
	l, err := w.courses.Ledger(t.Context(), w.me, 0)
	if err != nil || len(l.Online.Entries) != 1 || l.Online.Entries[0].Basis.Attempt != a.ID {
		t.Errorf("ledger: %+v, %v", l, err)
	}
	w.sit(t, w.me, 15) // a second pass books nothing
	if l, err = w.courses.Ledger(t.Context(), w.me, 0); err != nil || l.Online.Hours != 350 {
		t.Errorf("ledger after a second pass: %+v, %v", l.Online, err)
	}
}

func TestAttemptsAreLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 {
		w.sit(t, w.me, 0)
	}
	a := w.start(t, w.me)
	w.clock.Set(a.DueAt.Add(time.Hour))
	_, err := w.Start(t.Context(), w.me, course)
	wantFault(t, err, fault.Conflict, "quiz.attempts_used")
	if got := w.attempt(t, a.ID); got.State != models.AttemptMarked || !got.TimedOut {
		t.Errorf("the overdue attempt was marked on the way: %+v", got)
	}
}

func TestCloseOverdue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.person(t, "S2")
	w.learn(t, other)
	mine := w.start(t, w.me)
	w.save(t, w.me, mine.ID, w.right(t, mine.ID, 15))
	w.clock.Advance(10 * time.Minute)
	later := w.start(t, other)
	w.clock.Set(mine.DueAt.Add(Grace))
	system := models.SystemActor("close-attempts")
	for _, step := range []struct {
		at   time.Time
		want int
	}{
		{mine.DueAt.Add(Grace), 0},
		{mine.DueAt.Add(time.Minute), 1},
		{mine.DueAt.Add(2 * time.Minute), 0},
		{later.DueAt.Add(time.Minute), 1},
	} {
		w.clock.Set(step.at)
		if n, err := w.CloseOverdue(t.Context(), system); err != nil || n != step.want {
			t.Errorf("at %s: closed %d, %v, want %d", step.at, n, err, step.want)
		}
	}
	got := w.attempt(t, mine.ID)
	if !got.TimedOut || !got.SubmittedAt.Equal(mine.DueAt) || !got.Passed || got.Score != full {
		t.Errorf("what was saved counts: %+v", got)
	}
	l, err := w.courses.Ledger(t.Context(), w.me, 0)
	if err != nil || l.Online.Hours != 350 {
		t.Errorf("a pass by the clock books too: %+v, %v", l.Online, err)
	}
	_, err = w.CloseOverdue(t.Context(), w.me)
	wantFault(t, err, fault.Forbidden, "error.forbidden")
}

func TestLookMarksWhatIsOverdue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(t, w.me)
	w.clock.Set(a.DueAt.Add(time.Minute))
	c, err := w.Cover(t.Context(), w.me, course)
	if err != nil {
		t.Fatal(err)
	}
	if c.Open != nil || c.Quiz.Left() != 2 || c.Missing() != 0 || len(c.Quiz.Attempts) != 1 {
		t.Errorf("cover: %+v", c.Quiz)
	}
	r, err := w.Result(t.Context(), w.me, a.ID)
	if err != nil || !r.Attempt.TimedOut || r.Attempt.Score != 0 {
		t.Errorf("result: %+v, %v", r, err)
	}
}

// TestRace lets eight windows save and hand in the same attempt at the same time; run it with -race.
func TestRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(t, w.me)
	all := w.right(t, a.ID, 15)
	var mu sync.Mutex
	versions := map[int]int{}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 3 { // each window its own question: answer, clear, answer
				labels := all.Given[g+1]
				if i%2 == 1 {
					labels = nil
				}
				in := Answers{Given: map[int][]string{g + 1: labels}}
				s, err := saveUntilKept(t, w, a.ID, in)
				if fault.Of(err).Key == "quiz.handed_in" {
					break
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				versions[s.Version]++
				mu.Unlock()
			}
			if _, err := w.Submit(t.Context(), w.me, a.ID); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for v, n := range versions {
		if n != 1 {
			t.Errorf("version %d was given to %d windows", v, n)
		}
	}
	got := w.attempt(t, a.ID)
	if got.Version != 1+len(versions) || got.State != models.AttemptMarked {
		t.Errorf("version %d after %d saves, %s", got.Version, len(versions), got.State)
	}
	sum := 0
	for _, ans := range w.answers(t, a.ID) {
		sum += ans.Mark
	}
	if sum != got.Score {
		t.Errorf("marks add up to %d, score %d: an answer slipped in after marking", sum, got.Score)
	}
	var n int64
	w.tx(t, func(tx *gorm.DB) error {
		return tx.Model(&models.AuditEntry{}).Where("action = 'quiz.submit'").Count(&n).Error
	})
	if n != 1 {
		t.Errorf("handed in %d times", n)
	}
}

// saveUntilKept saves with the version just read, again and again while other windows are faster.
func saveUntilKept(t *testing.T, w *world, id string, in Answers) (Saved, error) {
	t.Helper()
	for {
		p, err := w.Paper(t.Context(), w.me, id)
		if err != nil {
			return Saved{}, err
		}
		in.Version = p.Version
		s, err := w.Save(t.Context(), w.me, id, in)
		if fault.Of(err).Key != "quiz.stale" {
			return s, err
		}
	}
}
