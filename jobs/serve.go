package jobs

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"shanzhi/models"
	"shanzhi/models/queue"
)

const (
	lease = 2 * time.Minute // of a queue item; renewed at every quarter of it
	pause = time.Second     // between looks into an empty queue
)

// Serve runs the scheduler and the workers until ctx ends, then waits for what is running.
func (r *Runner) Serve(ctx context.Context) {
	var wg sync.WaitGroup
	for range r.workers {
		wg.Go(func() { r.work(ctx) })
	}
	look := func() {
		if err := r.takeOver(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("ticks of a dead server", "err", err)
		}
		if err := r.Tick(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("tick", "err", err)
		}
	}
	c := cron.New(cron.WithChain(cron.Recover(cronLog{r}), cron.SkipIfStillRunning(cronLog{r})))
	// One entry looks at the whole table every minute: truth is the claimed rows, cron only wakes us.
	if _, err := c.AddFunc("* * * * *", look); err != nil {
		r.log.Error("scheduler", "err", err)
		return
	}
	wg.Go(look) // what was missed while nobody served
	c.Start()
	<-ctx.Done()
	<-c.Stop().Done()
	wg.Wait()
}

// work draws the queue until ctx ends.
func (r *Runner) work(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := r.Drain(ctx, 1)
		if err != nil && ctx.Err() == nil {
			r.log.Error("queue", "err", err)
		}
		if n > 0 && err == nil {
			r.Wake() // others may help
			continue
		}
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-time.After(pause):
		}
	}
}

// Drain claims and does up to n items and returns how many it claimed. An item that fails does not stop the others.
func (r *Runner) Drain(ctx context.Context, n int) (int, error) {
	topics := make([]string, 0, len(r.handlers))
	for t := range r.handlers {
		topics = append(topics, t)
	}
	slices.Sort(topics)
	items, err := r.queue.Claim(ctx, topics, n, lease)
	if err != nil {
		return 0, err
	}
	for _, it := range items {
		if err := r.do(ctx, it); err != nil {
			return len(items), err
		}
	}
	return len(items), nil
}

// DrainAll works until nothing is ready, with all workers at once: the command line's way to wait for a batch.
func (r *Runner) DrainAll(ctx context.Context) error {
	var wg sync.WaitGroup
	errs := make(chan error, r.workers)
	for range r.workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				n, err := r.Drain(ctx, 1)
				if err != nil || n == 0 {
					if err != nil {
						errs <- err
					}
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		return err
	}
	return ctx.Err()
}

// do runs the handler of one item, keeps its lease, and records a failure.
func (r *Runner) do(ctx context.Context, it models.QueueItem) error {
	if it.Attempts > queue.MaxAttempts { // its worker died with it again and again
		_, err := r.queue.Fail(ctx, it, fmt.Errorf("gave up after %d attempts", it.Attempts-1))
		return err
	}
	stop := r.keep(ctx, it)
	err := r.handle(ctx, it)
	stop()
	switch {
	case err == nil || queue.Lost(err):
		return nil
	case ctx.Err() != nil:
		return nil //nolint:nilerr // shutting down: the lease runs out and the item is done again
	}
	aside, ferr := r.queue.Fail(ctx, it, err)
	if queue.Lost(ferr) {
		return nil
	}
	r.log.Warn("queue item failed", "topic", it.Topic, "item", it.ID, "attempt", it.Attempts, "aside", aside,
		"err", err)
	return ferr
}

// handle calls the handler; a panic becomes an error.
func (r *Runner) handle(ctx context.Context, it models.QueueItem) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("queue item %s panicked: %v", it.ID, p)
		}
	}()
	return r.handlers[it.Topic](ctx, it)
}

// keep renews the lease of an item until stop is called.
func (r *Runner) keep(ctx context.Context, it models.QueueItem) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(lease / 4)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				// An accident (a busy database) is tried again at the next quarter; only a lost lease is final.
				if kept, err := r.queue.Renew(ctx, it, lease); err == nil && !kept {
					return
				}
			}
		}
	}()
	return func() { cancel(); <-done }
}

// cronLog gives cron's own messages to the log.
type cronLog struct{ r *Runner }

// Info tells what cron does.
func (l cronLog) Info(msg string, kv ...any) { l.r.log.Debug("cron: "+msg, kv...) }

// Error tells of what cron has caught.
func (l cronLog) Error(err error, msg string, kv ...any) {
	l.r.log.Error("cron: "+msg, append(kv, "err", err)...)
}
