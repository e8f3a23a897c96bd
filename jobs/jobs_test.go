package jobs_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/jobs"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/queue"
	"shanzhi/models/testkit"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

type house struct {
	db    *db.DB
	clock *testkit.StillClock
	queue *queue.Queue
}

func newHouse(t *testing.T) house {
	t.Helper()
	c := testkit.Clock(t)
	d := testkit.DBAt(t, c.Now)
	return house{db: d, clock: c, queue: queue.New(d, c.Now)}
}

func (h house) runner(t *testing.T, table []jobs.Job, handlers map[string]jobs.Handler) *jobs.Runner {
	t.Helper()
	r, err := jobs.New(h.queue, h.clock.Now, quiet, 2, table, handlers)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func hourly(run func(context.Context, time.Time) (string, error)) []jobs.Job {
	return []jobs.Job{{Name: "hourly", Schedule: "0 * * * *", Timeout: time.Minute, Run: run}}
}

func TestBadSchedulesAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, spec := range []string{"", "0 0 31 2 *", "61 * * * *", "* * * *", "TZ=Asia/Shanghai"} {
		_, err := jobs.New(h.queue, h.clock.Now, quiet, 1, []jobs.Job{{Name: "x", Schedule: spec}}, nil)
		if err == nil || !strings.Contains(err.Error(), "x") {
			t.Errorf("%q: got %v, want an error that names the job", spec, err)
		}
	}
}

// Servers that look at the same table at the same minute run a tick once; ticks missed while nobody served are caught
// up by one run, for the latest of them.
func TestTicksAreRunOnceAndCaughtUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var runs atomic.Int32
	var last atomic.Int64
	table := hourly(func(_ context.Context, due time.Time) (string, error) {
		runs.Add(1)
		last.Store(due.UnixMilli())
		return "ok", nil
	})
	servers := []*jobs.Runner{h.runner(t, table, nil), h.runner(t, table, nil), h.runner(t, table, nil)}
	tick := func() {
		t.Helper()
		done := make(chan error, len(servers))
		for _, s := range servers {
			go func() { done <- s.Tick(t.Context()) }()
		}
		for range servers {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
	for i, step := range []time.Duration{0, time.Minute, 59 * time.Minute, 5 * time.Hour} {
		h.clock.Advance(step)
		tick()
		want := []int32{1, 1, 2, 3}[i]
		if runs.Load() != want {
			t.Errorf("after step %d: %d runs, want %d", i, runs.Load(), want)
		}
	}
	if got, want := time.UnixMilli(last.Load()).UTC(), h.clock.Now().Truncate(time.Hour); !got.Equal(want) {
		t.Errorf("caught up for %v, want the latest tick %v", got, want)
	}
}

// A job that fails or panics is recorded with its reason and does not stop the others.
func TestFailuresAreRecorded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var ran atomic.Bool
	table := []jobs.Job{
		{Name: "broken", Schedule: "0 * * * *", Timeout: time.Minute, Run: func(context.Context, time.Time) (string, error) {
			return "", errors.New("no paper")
		}},
		{Name: "panics", Schedule: "0 * * * *", Timeout: time.Minute, Run: func(context.Context, time.Time) (string, error) {
			panic("nil map")
		}},
		{Name: "sound", Schedule: "0 * * * *", Timeout: time.Minute, Run: func(context.Context, time.Time) (string, error) {
			ran.Store(true)
			return "did it", nil
		}},
	}
	r := h.runner(t, table, nil)
	if err := r.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !ran.Load() {
		t.Error("the sound job did not run")
	}
	runs, err := h.queue.Runs(t.Context(), models.SystemActor("test"), 10)
	if err != nil || len(runs) != 3 {
		t.Fatalf("runs %v, %v", runs, err)
	}
	want := map[string][2]string{"broken": {"failed", "no paper"}, "panics": {"failed", "nil map"}, "sound": {"done", ""}}
	for _, run := range runs {
		w := want[run.Name]
		if string(run.State) != w[0] || !strings.Contains(run.Error, w[1]) {
			t.Errorf("%s: %s %q, want %v", run.Name, run.State, run.Error, w)
		}
	}
}

// A server that is killed within a tick leaves it running; another takes it over when the lease has run out.
func TestATickIsTakenOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var runs atomic.Int32
	r := h.runner(t, hourly(func(context.Context, time.Time) (string, error) {
		runs.Add(1)
		return "", nil
	}), nil)
	due := h.clock.Now().Truncate(time.Hour)
	if _, ok, err := h.queue.ClaimTick(t.Context(), "hourly", due, "dead", 2*time.Minute); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if err := r.Tick(t.Context()); err != nil || runs.Load() != 0 {
		t.Fatalf("within the lease: %d runs, %v", runs.Load(), err)
	}
	h.clock.Advance(3 * time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() { r.Serve(ctx); close(stopped) }()
	for deadline := time.Now().Add(10 * time.Second); runs.Load() == 0 && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	<-stopped
	if runs.Load() != 1 {
		t.Errorf("%d runs, want 1", runs.Load())
	}
}

func TestRunByHand(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.runner(t, hourly(func(context.Context, time.Time) (string, error) { return "by hand", nil }), nil)
	admin := models.Actor{ID: models.NewID(), Grants: []models.Grant{{Role: models.RoleSystem, UnitPath: "/c/"}}}
	if s, err := r.RunByHand(t.Context(), admin, "hourly", h.clock.Now()); err != nil || s != "by hand" {
		t.Errorf("got %q, %v", s, err)
	}
	if _, err := r.RunByHand(t.Context(), admin, "weekly", h.clock.Now()); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown job: %v", err)
	}
	if _, err := r.RunByHand(t.Context(), models.Actor{ID: "x"}, "hourly", h.clock.Now()); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a cadre: %v", err)
	}
}

// The workers do a batch; an item that panics or is refused is set aside and does not stop the rest.
func TestWorkersSetBadItemsAside(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var batch models.Batch
	err := db.Tx(t.Context(), h.db, func(tx *gorm.DB) (err error) {
		if batch, err = queue.BatchTx(tx, h.clock.Now(), models.Actor{}, "work", "scope", ""); err != nil {
			return err
		}
		for i := range 10 {
			if _, err := queue.AddTx(tx, h.clock.Now(), queue.Item{Topic: "work", BatchID: batch.ID, Payload: i}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r := h.runner(t, nil, map[string]jobs.Handler{"work": func(ctx context.Context, it models.QueueItem) error {
		var i int
		if err := queue.Decode(it, &i); err != nil {
			return err
		}
		switch i {
		case 3:
			return fault.New(fault.Invalid, "report.undrawable", "name", "某")
		case 7:
			panic("broken record")
		}
		return db.Tx(ctx, h.db, func(tx *gorm.DB) error { return queue.DoneTx(tx, h.clock.Now(), it) })
	}})
	for range queue.MaxAttempts + 1 {
		if err := r.DrainAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(time.Hour)
	}
	p, err := h.queue.Progress(t.Context(), batch.ID)
	if err != nil || p.Done != 8 || p.Aside != 2 || !p.Finished() {
		t.Errorf("progress %+v, %v", p, err)
	}
}
