package main

import (
	"context"
	"fmt"
	"time"

	"shanzhi/assessments/report"
	"shanzhi/jobs"
	"shanzhi/models"
)

// table is the table of scheduled jobs. Each is a call of a door; schedules are in Asia/Shanghai.
func table(h *house) []jobs.Job {
	list := []jobs.Job{
		{
			Name: "close-attempts", Schedule: "*/5 * * * *", Timeout: 5 * time.Minute,
			Run: counted("attempts", func(ctx context.Context) (int, error) {
				return h.quiz.CloseOverdue(ctx, system("close-attempts"))
			}),
		},
		{
			Name: "close-invitations", Schedule: "10 0 * * *", Timeout: 10 * time.Minute,
			Run: counted("invitations", func(ctx context.Context) (int, error) {
				return h.ratings.CloseExpired(ctx, system("close-invitations"))
			}),
		},
		{
			Name: "end-terms", Schedule: "5 0 * * *", Timeout: 10 * time.Minute,
			Run: func(ctx context.Context, _ time.Time) (string, error) {
				return h.accounts.EndDue(ctx, system("end-terms"))
			},
		},
		{
			Name: "batch-ratings", Schedule: "30 0 * * *", Timeout: 10 * time.Minute,
			Run: counted("batches", func(ctx context.Context) (int, error) {
				return h.ratings.MakeBatches(ctx, system("batch-ratings"))
			}),
		},
		{
			Name: "turn-loops", Schedule: "20 6,12 * * *", Timeout: 10 * time.Minute,
			Run: counted("loops", func(ctx context.Context) (int, error) {
				return h.ratings.TurnLoops(ctx, system("turn-loops"))
			}),
		},
		{
			Name: "compile-reports", Schedule: "0 2 * * *", Timeout: 10 * time.Minute,
			Run: func(ctx context.Context, _ time.Time) (string, error) {
				return h.reports.CompileDue(ctx, system("compile-reports"))
			},
		},
		{
			Name: "seal-audit", Schedule: "*/10 * * * *", Timeout: 10 * time.Minute,
			Run: counted("entries", h.sealer.Seal),
		},
		{
			Name: "expire-plans", Schedule: "20 1 * * *", Timeout: 5 * time.Minute,
			Run: counted("plans", expirePlans(h)),
		},
		{
			Name: "search-keys", Schedule: "*/10 * * * *", Timeout: 10 * time.Minute,
			Run: counted("keys", func(ctx context.Context) (int, error) {
				return h.find.CatchUp(ctx, system("search-keys"))
			}),
		},
		{
			Name: "tidy-notices", Schedule: "20 1 * * *", Timeout: 10 * time.Minute,
			Run: func(ctx context.Context, _ time.Time) (string, error) {
				told, purged, err := h.accounts.TidyNotices(ctx, system("tidy-notices"))
				return fmt.Sprintf("told=%d purged=%d", told, purged), err
			},
		},
		{
			Name: "sweep-files", Schedule: "50 1 * * *", Timeout: 10 * time.Minute,
			Run: counted("files", func(ctx context.Context) (int, error) {
				return h.files.Sweep(ctx, h.clock().AddDate(0, 0, -1)) // not what is being written now
			}),
		},
		{
			Name: "purge-sessions", Schedule: "40 * * * *", Timeout: 5 * time.Minute,
			Run: counted("sessions", func(ctx context.Context) (int, error) {
				n, err := h.accounts.PurgeSessions(ctx)
				return int(n), err
			}),
		},
	}
	list = append(list, resealJob(h.reseal))
	if h.nightly != nil {
		list = append(list, h.nightly.job())
	}
	return list
}

// handlers do the items of the queue, by topic.
func handlers(h *house) map[string]jobs.Handler {
	return map[string]jobs.Handler{report.Topic: h.reports.CompileOne}
}

func system(name string) models.Actor { return models.SystemActor(name) }

// counted makes a job of a door that says how many things it has done.
func counted(what string, do func(context.Context) (int, error)) func(context.Context, time.Time) (string, error) {
	return func(ctx context.Context, _ time.Time) (string, error) {
		n, err := do(ctx)
		return fmt.Sprintf("%s=%d", what, n), err
	}
}
