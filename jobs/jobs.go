// Package jobs runs the system's own work by the clock: a table of jobs whose ticks are claimed rows, so that several
// servers run a tick once and a server that was down catches up, and workers that draw the queue.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/robfig/cron/v3"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/fault"
	"shanzhi/models/queue"
)

// Job is one row of the table. Run is a call of a door: idempotent, in batches, and quick, since long work goes
// through the queue. Its summary is kept with the run and shown to the system administrator.
type Job struct {
	Name     string
	Schedule string // five fields of cron in Asia/Shanghai
	Timeout  time.Duration
	Run      func(ctx context.Context, due time.Time) (summary string, err error)
}

// Handler does one item of the queue and marks it done in the transaction of its result (queue.DoneTx).
type Handler func(ctx context.Context, it models.QueueItem) error

// Runner holds the table of jobs and the handlers of the queue.
type Runner struct {
	jobs     []Job
	specs    map[string]cron.Schedule
	handlers map[string]Handler
	queue    *queue.Queue
	now      clock.Clock
	log      *slog.Logger
	node     string
	workers  int
	wake     chan struct{}
}

// New checks the table and returns a Runner with the given number of queue workers. A schedule that cron cannot read
// or that never comes is an error.
func New(q *queue.Queue, now clock.Clock, log *slog.Logger, workers int, table []Job, handlers map[string]Handler,
) (*Runner, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	r := &Runner{
		jobs: table, specs: map[string]cron.Schedule{}, handlers: handlers, queue: q, now: now, log: log,
		node: nodeName(host, os.Getpid()), workers: workers, wake: make(chan struct{}, 1),
	}
	for _, j := range table {
		s, err := parse(j.Schedule, now())
		if err != nil {
			return nil, fmt.Errorf("job %s: %w", j.Name, err)
		}
		if _, twice := r.specs[j.Name]; twice {
			return nil, fmt.Errorf("job %s stands twice in the table", j.Name)
		}
		r.specs[j.Name] = s
	}
	return r, nil
}

// nodeName is host:pid, cut to the 64 characters of its column.
func nodeName(host string, pid int) string {
	end := fmt.Sprintf(":%d", pid)
	if r := []rune(host); len(r)+len(end) > 64 {
		host = string(r[:64-len(end)])
	}
	return host + end
}

// parse reads five fields in Asia/Shanghai and makes sure that they ever come true.
func parse(spec string, now time.Time) (s cron.Schedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("schedule %q: %v", spec, p)
		}
	}()
	s, err = cron.ParseStandard("CRON_TZ=Asia/Shanghai " + spec)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w", spec, err)
	}
	if s.Next(now).IsZero() {
		return nil, fmt.Errorf("schedule %q never comes", spec)
	}
	return s, nil
}

// Table lists the jobs.
func (r *Runner) Table() []Job { return r.jobs }

// Next returns when the job is due next; the zero time for an unknown job.
func (r *Runner) Next(name string) time.Time {
	if s, ok := r.specs[name]; ok {
		return s.Next(r.now()).UTC()
	}
	return time.Time{}
}

// Late reports whether a job whose latest run was due at last has missed two ticks since, the second by ten minutes.
func (r *Runner) Late(name string, last time.Time) bool {
	s, ok := r.specs[name]
	return ok && s.Next(s.Next(last)).Add(10*time.Minute).Before(r.now())
}

// Due returns the latest tick after last and not after now; ok is false when none was missed.
func Due(s cron.Schedule, last, now time.Time) (due time.Time, missed int, ok bool) {
	for t := s.Next(last); !t.IsZero() && !t.After(now); t = s.Next(t) {
		due, ok = t.UTC(), true
		missed++
		if missed > 100_000 { // a clock that jumped by centuries must not hang the start
			break
		}
	}
	return due, missed, ok
}

// Tick runs every job whose latest tick was not run yet, by this server or another. Ticks that were missed while
// nobody served are caught up by one run: the jobs look at what is there to do, not at how often they were called.
func (r *Runner) Tick(ctx context.Context) error {
	var errs []error
	for _, j := range r.jobs {
		if ctx.Err() != nil {
			break
		}
		if err := r.tickOne(ctx, j); err != nil {
			errs = append(errs, fmt.Errorf("job %s: %w", j.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (r *Runner) tickOne(ctx context.Context, j Job) error {
	last, ran, err := r.queue.LastTick(ctx, j.Name)
	if err != nil {
		return err
	}
	now := r.now()
	if !ran {
		last = now.Add(-25 * time.Hour) // a new installation begins with the ticks of the last day
	}
	due, missed, ok := Due(r.specs[j.Name], last, now)
	if !ok {
		return nil
	}
	run, claimed, err := r.queue.ClaimTick(ctx, j.Name, due, r.node, j.Timeout+time.Minute)
	if err != nil || !claimed {
		return err
	}
	if missed > 1 && ran {
		r.log.Info("ticks caught up", "job", j.Name, "missed", missed-1)
	}
	return r.finish(ctx, j, run)
}

// takeOver runs again the ticks that a server left unfinished when it died.
func (r *Runner) takeOver(ctx context.Context) error {
	stale, err := r.queue.Stale(ctx)
	if err != nil {
		return err
	}
	for _, s := range stale {
		for _, j := range r.jobs {
			if j.Name != s.Name {
				continue
			}
			run, claimed, err := r.queue.ClaimTick(ctx, s.Name, s.Due, r.node, j.Timeout+time.Minute)
			if err != nil {
				return err
			}
			if claimed {
				if err := r.finish(ctx, j, run); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// RunByHand runs a job now, beside its schedule, and returns its summary. NotFound "job.unknown" for a name that is
// not in the table.
func (r *Runner) RunByHand(ctx context.Context, who models.Actor, name string, at time.Time) (string, error) {
	for _, j := range r.jobs {
		if j.Name != name {
			continue
		}
		run, err := r.queue.ByHand(ctx, who, name, r.node, at, j.Timeout+time.Minute)
		if err != nil {
			return "", err
		}
		summary, err := call(ctx, j, at)
		if ferr := r.queue.FinishTick(context.WithoutCancel(ctx), run, summary, err); ferr != nil {
			return "", errors.Join(err, ferr)
		}
		r.Wake()
		return summary, err
	}
	return "", fault.New(fault.NotFound, "job.unknown", "name", name)
}

// finish runs the claimed tick and records how it ended. A job's own error is logged and recorded, not returned.
func (r *Runner) finish(ctx context.Context, j Job, run models.JobRun) error {
	start := r.now()
	summary, err := call(ctx, j, run.Due)
	switch {
	case err == nil:
		r.log.Info("job done", "job", j.Name, "due", run.Due, "summary", summary,
			"ms", r.now().Sub(start).Milliseconds())
	case ctx.Err() != nil:
		return nil //nolint:nilerr // stopped by shutting down: the lease runs out and the tick is taken over
	default:
		r.log.Error("job failed", "job", j.Name, "due", run.Due, "err", err)
	}
	r.Wake()
	return r.queue.FinishTick(context.WithoutCancel(ctx), run, summary, err)
}

// call runs a job within its time-out; a panic becomes an error.
func call(ctx context.Context, j Job, due time.Time) (summary string, err error) {
	ctx, cancel := context.WithTimeout(ctx, j.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("job %s panicked: %v", j.Name, p)
		}
	}()
	return j.Run(ctx, due)
}

// Wake tells the workers that there is something in the queue.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}
