package queue_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/queue"
	"shanzhi/models/testkit"
)

const topic = "t"

func promise(t *testing.T, d *db.DB, now time.Time, items ...queue.Item) int {
	t.Helper()
	var n int
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) (err error) {
		n, err = queue.AddTx(tx, now, items...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func claim(t *testing.T, q *queue.Queue, n int) []models.QueueItem {
	t.Helper()
	items, err := q.Claim(t.Context(), []string{topic}, n, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func done(ctx context.Context, d *db.DB, now time.Time, it models.QueueItem) error {
	return db.Tx(ctx, d, func(tx *gorm.DB) error { return queue.DoneTx(tx, now, it) })
}

// Eight workers draw two hundred items: every one is done once.
func TestEveryItemIsDoneOnce(t *testing.T) {
	t.Parallel()
	d, c := testkit.DB(t), testkit.Clock(t)
	q := queue.New(d, c.Now)
	items := make([]queue.Item, 200)
	for i := range items {
		items[i] = queue.Item{Topic: topic, Key: fmt.Sprint("k", i), Payload: i}
	}
	if n := promise(t, d, c.Now(), items...); n != 200 {
		t.Fatalf("promised %d, want 200", n)
	}
	if n := promise(t, d, c.Now(), items...); n != 0 {
		t.Fatalf("promised twice: %d new, want 0", n)
	}
	var mu sync.Mutex
	seen := map[string]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				got, err := q.Claim(t.Context(), []string{topic}, 3, time.Minute)
				if err != nil {
					t.Error(err)
					return
				}
				if len(got) == 0 {
					return
				}
				for _, it := range got {
					if err := done(t.Context(), d, c.Now(), it); err != nil {
						t.Error(err)
					}
					mu.Lock()
					seen[it.ID]++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was done %d times", id, n)
		}
	}
	if len(seen) != 200 {
		t.Errorf("%d items were done, want 200", len(seen))
	}
}

// A worker that was thought dead comes back: its result rolls back, the item is done by the one that took it over.
func TestALostLeaseRollsBack(t *testing.T) {
	t.Parallel()
	d, c := testkit.DB(t), testkit.Clock(t)
	q := queue.New(d, c.Now)
	promise(t, d, c.Now(), queue.Item{Topic: topic, Payload: "x"})
	first := claim(t, q, 1)
	if len(claim(t, q, 1)) != 0 {
		t.Fatal("a claimed item was claimed again within its lease")
	}
	c.Advance(2 * time.Minute)
	second := claim(t, q, 1)
	if len(second) != 1 || second[0].ID != first[0].ID || second[0].Attempts != 2 {
		t.Fatalf("after the lease: %+v", second)
	}
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		if err := tx.Create(&models.Meta{K: "result", V: "of the first"}).Error; err != nil {
			return err
		}
		return queue.DoneTx(tx, c.Now(), first[0])
	})
	if !queue.Lost(err) {
		t.Fatalf("the first worker: %v, want queue.lost", err)
	}
	if kept, err := q.Renew(t.Context(), first[0], time.Minute); kept || err != nil {
		t.Errorf("renewing a lost lease: %v %v", kept, err)
	}
	if v, _ := d.Meta(t.Context(), "result"); v != "" {
		t.Errorf("its result was kept: %q", v)
	}
	if err := done(t.Context(), d, c.Now(), second[0]); err != nil {
		t.Errorf("the second worker: %v", err)
	}
}

func TestFail(t *testing.T) {
	t.Parallel()
	d, c := testkit.DB(t), testkit.Clock(t)
	q := queue.New(d, c.Now)
	promise(t, d, c.Now(), queue.Item{Topic: topic, Key: "bad", Payload: 1}, queue.Item{Topic: topic, Key: "flaky", Payload: 2})
	for _, it := range claim(t, q, 2) {
		cause := errors.New("disk away")
		if *it.Key == "bad" {
			cause = fault.New(fault.Invalid, "report.undrawable", "name", "𠮷田")
		}
		aside, err := q.Fail(t.Context(), it, cause)
		if err != nil || aside != (*it.Key == "bad") {
			t.Errorf("%s: aside %v, %v", *it.Key, aside, err)
		}
	}
	tries := 1
	for range 20 {
		c.Advance(time.Hour)
		got := claim(t, q, 2)
		if len(got) == 0 {
			break
		}
		tries++
		if _, err := q.Fail(t.Context(), got[0], errors.New("disk away")); err != nil {
			t.Fatal(err)
		}
	}
	if tries != queue.MaxAttempts {
		t.Errorf("an accident was tried %d times, want %d", tries, queue.MaxAttempts)
	}
}

// Progress counts a batch; what is set aside keeps its reason and can be promised again.
func TestBatch(t *testing.T) {
	t.Parallel()
	d, c := testkit.DB(t), testkit.Clock(t)
	q := queue.New(d, c.Now)
	batch := func() models.Batch {
		var b models.Batch
		err := db.Tx(t.Context(), d, func(tx *gorm.DB) (err error) {
			if b, err = queue.BatchTx(tx, c.Now(), models.Actor{}, topic, "scope", "label"); err != nil {
				return err
			}
			_, err = queue.AddTx(tx, c.Now(), queue.Item{Topic: topic, BatchID: b.ID, Key: "a", Payload: 1},
				queue.Item{Topic: topic, BatchID: b.ID, Key: "b", Payload: 2})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	b := batch()
	items := claim(t, q, 2)
	if _, err := q.Fail(t.Context(), items[0], fault.New(fault.Invalid, "report.undrawable", "name", "王")); err != nil {
		t.Fatal(err)
	}
	if err := done(t.Context(), d, c.Now(), items[1]); err != nil {
		t.Fatal(err)
	}
	p, err := q.Progress(t.Context(), b.ID)
	if err != nil || p.Total != 2 || p.Done != 1 || p.Aside != 1 || !p.Finished() {
		t.Errorf("progress %+v, %v", p, err)
	}
	err = db.View(t.Context(), d, func(tx *gorm.DB) error {
		rs, err := queue.AsidesTx(tx, b.ID, 10)
		if err == nil && (len(rs) != 1 || rs[0].Key != "report.undrawable" || rs[0].Args["name"] != "王") {
			t.Errorf("reasons %+v", rs)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	again := batch() // promises the one that was set aside once more, and not the one that is done
	if p, err = q.Progress(t.Context(), again.ID); err != nil || p.Total != 1 || p.Waiting != 1 {
		t.Errorf("progress of the second batch %+v, %v", p, err)
	}
}

// A tick is claimed by one of several servers; when that one dies another takes it over.
func TestTicks(t *testing.T) {
	t.Parallel()
	d, c := testkit.DB(t), testkit.Clock(t)
	q := queue.New(d, c.Now)
	due := c.Now().Truncate(time.Minute)
	var mu sync.Mutex
	var winners []models.JobRun
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			run, ok, err := q.ClaimTick(t.Context(), "job", due, fmt.Sprint("node", i), time.Minute)
			if err != nil {
				t.Error(err)
			}
			if ok {
				mu.Lock()
				winners = append(winners, run)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(winners) != 1 {
		t.Fatalf("%d servers won the tick, want 1", len(winners))
	}
	if _, ok, err := q.ClaimTick(t.Context(), "job", due, "late", time.Minute); ok || err != nil {
		t.Errorf("claimed within the lease: %v %v", ok, err)
	}
	c.Advance(2 * time.Minute)
	if stale, err := q.Stale(t.Context()); err != nil || len(stale) != 1 {
		t.Errorf("stale ticks %v, %v", stale, err)
	}
	run, ok, err := q.ClaimTick(t.Context(), "job", due, "heir", time.Minute)
	if !ok || err != nil {
		t.Fatalf("taking over: %v %v", ok, err)
	}
	if err := q.FinishTick(t.Context(), run, "did it", nil); err != nil {
		t.Fatal(err)
	}
	c.Advance(time.Hour)
	if _, ok, _ := q.ClaimTick(t.Context(), "job", due, "ghost", time.Minute); ok {
		t.Error("a finished tick was claimed again")
	}
	if last, ok, err := q.LastTick(t.Context(), "job"); !ok || err != nil || !last.Equal(due) {
		t.Errorf("last tick %v %v %v", last, ok, err)
	}
}

// The same key twice in one list is one promise.
func TestADoublePromiseIsOne(t *testing.T) {
	t.Parallel()
	d, c := testkit.DB(t), testkit.Clock(t)
	one := queue.Item{Topic: topic, Key: "k", Payload: 1}
	if n := promise(t, d, c.Now(), one, one); n != 1 {
		t.Errorf("%d promised, want 1", n)
	}
	if got := claim(t, queue.New(d, c.Now), 5); len(got) != 1 {
		t.Errorf("%d items, want 1", len(got))
	}
}

// A reason whose words do not fit is kept short: the item is set aside all the same.
func TestALongReasonIsCut(t *testing.T) {
	t.Parallel()
	d, c := testkit.DB(t), testkit.Clock(t)
	q := queue.New(d, c.Now)
	var b models.Batch
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) (err error) {
		if b, err = queue.BatchTx(tx, c.Now(), models.Actor{}, topic, "s", ""); err != nil {
			return err
		}
		_, err = queue.AddTx(tx, c.Now(), queue.Item{Topic: topic, BatchID: b.ID, Payload: 1})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	cause := fault.New(fault.Invalid, "report.undrawable", "name", strings.Repeat("𠮷", 2000), "n", 7)
	if aside, err := q.Fail(t.Context(), claim(t, q, 1)[0], cause); !aside || err != nil {
		t.Fatalf("set aside %v, %v", aside, err)
	}
	err = db.View(t.Context(), d, func(tx *gorm.DB) error {
		rs, err := queue.AsidesTx(tx, b.ID, 1)
		if err == nil && (len(rs) != 1 || rs[0].Args["name"] != strings.Repeat("𠮷", 100) || len([]rune(rs[0].Item.ReasonArgs)) > 1000) {
			t.Errorf("reasons %+v", rs)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// However many batches came later, an old one has its own progress.
func TestProgressOfAnOldBatch(t *testing.T) {
	t.Parallel()
	d, c := testkit.DB(t), testkit.Clock(t)
	q := queue.New(d, c.Now)
	var first string
	err := db.Tx(t.Context(), d, func(tx *gorm.DB) error {
		for i := range 52 {
			b, err := queue.BatchTx(tx, c.Now(), models.Actor{}, topic, "scope", "")
			if err != nil {
				return err
			}
			if i == 0 {
				first = b.ID
				if _, err := queue.AddTx(tx, c.Now(), queue.Item{Topic: topic, BatchID: first, Payload: i}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if p, err := q.Progress(t.Context(), first); err != nil || p.Batch.ID != first || p.Total != 1 || p.Finished() {
		t.Errorf("progress %+v, %v", p, err)
	}
}

// A run by hand never takes the place of a tick, before or after it.
func TestByHandKeepsClearOfTicks(t *testing.T) {
	t.Parallel()
	d, c := testkit.DB(t), testkit.Clock(t)
	q := queue.New(d, c.Now)
	admin := models.SystemActor("command line")
	ran, coming := c.Now().Truncate(time.Minute), c.Now().Truncate(time.Minute).Add(time.Hour)
	if _, ok, err := q.ClaimTick(t.Context(), "job", ran, "n", time.Minute); !ok || err != nil {
		t.Fatal(ok, err)
	}
	for _, at := range []time.Time{ran, ran, coming} {
		if _, err := q.ByHand(t.Context(), admin, "job", "n", at, time.Minute); err != nil {
			t.Fatalf("by hand for %v: %v", at, err)
		}
	}
	if _, ok, err := q.ClaimTick(t.Context(), "job", coming, "n", time.Minute); !ok || err != nil {
		t.Errorf("the tick of the schedule: claimed %v, %v", ok, err)
	}
}

// A server that comes back after its tick was taken over does not overwrite the other's record.
func TestALateFinishIsNotRecorded(t *testing.T) {
	t.Parallel()
	d, c := testkit.DB(t), testkit.Clock(t)
	q := queue.New(d, c.Now)
	due := c.Now().Truncate(time.Minute)
	late, _, err := q.ClaimTick(t.Context(), "job", due, "late", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	c.Advance(2 * time.Minute)
	heir, ok, err := q.ClaimTick(t.Context(), "job", due, "heir", time.Minute)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if err := q.FinishTick(t.Context(), heir, "did it", nil); err != nil {
		t.Fatal(err)
	}
	if err := q.FinishTick(t.Context(), late, "", errors.New("too late")); err != nil {
		t.Fatal(err)
	}
	runs, err := q.Runs(t.Context(), models.SystemActor("test"), 5)
	if err != nil || len(runs) != 1 || runs[0].State != models.Done || runs[0].Summary != "did it" {
		t.Errorf("runs %+v, %v", runs, err)
	}
}
