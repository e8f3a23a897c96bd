package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"shanzhi/app/config"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// migrateCmd is "shanzhi migrate up|status".
type migrateCmd struct {
	Up     migrateUp     `cmd:"" help:"Run the pending migrations."`
	Status migrateStatus `cmd:"" help:"List the migrations and when they ran."`
}

type migrateUp struct{}

// Run runs the pending migrations.
func (migrateUp) Run(ctx context.Context, store config.Store, io streams) error {
	return onDatabase(ctx, store, io, func(d *db.DB) error {
		names, err := db.Pending(ctx, d)
		if err != nil {
			return err
		}
		if err := db.Migrate(ctx, d); err != nil {
			return err
		}
		for _, n := range names {
			_, _ = fmt.Fprintln(io.out, n)
		}
		_, err = fmt.Fprintln(io.out, printer().TN("house.migrated", len(names)))
		return err
	})
}

type migrateStatus struct{}

// Run lists the migrations.
func (migrateStatus) Run(ctx context.Context, store config.Store, io streams) error {
	if path, missing := store.Missing(); missing {
		return fault.New(fault.NotFound, "house.no_database", "path", path)
	}
	return onDatabase(ctx, store, io, func(d *db.DB) error {
		all, err := db.Status(ctx, d)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(io.out, 0, 4, 2, ' ', 0)
		for _, m := range all {
			ran := "pending"
			if !m.Ran.IsZero() {
				ran = m.Ran.UTC().Format(time.RFC3339)
			}
			_, _ = fmt.Fprintf(w, "%s\t%s\n", m.Name, ran)
		}
		return w.Flush()
	})
}

func onDatabase(ctx context.Context, store config.Store, io streams, do func(d *db.DB) error) (err error) {
	if err := os.MkdirAll(store.Data, 0o700); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	d, err := db.Open(ctx, store.URL(), clock.Wall(), db.Options{Logger: quiet(io.err)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return do(d)
}

// inHouse opens the house for one command and closes it.
//
// It makes no new installation: a data folder that was mistyped must not answer as an empty house.
func inHouse(ctx context.Context, store config.Store, io streams, do func(h *house) error) (err error) {
	if path, missing := store.Missing(); missing {
		return fault.New(fault.NotFound, "house.no_database", "path", path)
	}
	h, err := open(ctx, store, config.Server{Listen: "127.0.0.1:8080"}.Base(), clock.Wall(), quiet(io.err))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.db.Close()) }()
	return do(h)
}

// jobCmd is "shanzhi job list|run".
type jobCmd struct {
	List jobList `cmd:"" help:"List the jobs with their schedule and next tick."`
	Run  jobRun  `cmd:"" help:"Run a job now, beside its schedule."`
}

type jobList struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run lists the jobs.
func (c jobList) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		r, err := newRunner(h)
		if err != nil {
			return err
		}
		type line struct {
			Name     string    `json:"name"`
			Schedule string    `json:"schedule"`
			Next     time.Time `json:"next"`
		}
		var lines []line
		for _, j := range r.Table() {
			lines = append(lines, line{j.Name, j.Schedule, r.Next(j.Name)})
		}
		if c.JSON {
			return printJSON(io, lines)
		}
		w := tabwriter.NewWriter(io.out, 0, 4, 2, ' ', 0)
		for _, l := range lines {
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", l.Name, l.Schedule, l.Next.In(models.Zone).Format("2006-01-02 15:04"))
		}
		return w.Flush()
	})
}

type jobRun struct {
	Name string `arg:"" help:"Name of the job."`
	At   string `help:"Instant that the job is told it is due, RFC 3339. Default: now." placeholder:"TIME"`
}

// Run runs a job and then what it has put into the queue.
func (c jobRun) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		at := h.clock()
		if c.At != "" {
			t, err := time.Parse(time.RFC3339, c.At)
			if err != nil {
				return fmt.Errorf("--at %q is not a time such as 2026-07-01T02:00:00+08:00: %w", c.At, errUsage)
			}
			at = t.UTC().Truncate(time.Millisecond)
		}
		r, err := newRunner(h)
		if err != nil {
			return err
		}
		summary, err := r.RunByHand(ctx, system("command line"), c.Name, at)
		if err != nil {
			return err
		}
		if err := r.DrainAll(ctx); err != nil {
			return err
		}
		_, err = fmt.Fprintln(io.out, summary)
		return err
	})
}

// userCmd is "shanzhi user create|reset-password|disable".
type userCmd struct {
	Create        userCreate `cmd:"" help:"Create an account; prints its one-time first password."`
	ResetPassword userReset  `cmd:"" help:"Reset a password; prints a one-time password."`
	ResetFactor   userFactor `cmd:"" name:"reset-second-factor" help:"Take away a lost second factor."`
	Disable       userOff    `cmd:"" help:"Disable an account and end its sessions."`
}

// verifyCmd is "shanzhi verify FILE.pdf".
type verifyCmd struct {
	File string `arg:"" help:"The report to check." type:"existingfile"`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run says whether a report is ours, unchanged and current. It fails when it is not ours.
func (c verifyCmd) Run(ctx context.Context, store config.Store, io streams) error {
	body, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, err)
	}
	return inHouse(ctx, store, io, func(h *house) error {
		v, err := h.reports.VerifyFile(ctx, body)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(io, v)
		}
		p := printer()
		key := "report.verify_current"
		switch {
		case v.Replaced:
			key = "report.verify_replaced"
		case v.Stage == models.DraftStage:
			key = "report.verify_draft"
		}
		args := fault.Args("no", v.No, "period", v.PeriodCode, "on", string(v.CompiledOn))
		words := p.T(key, args)
		if v.Form != "" {
			words += p.T("report.verify_copy", fault.Args("form", v.Form))
		}
		_, err = fmt.Fprintln(io.out, words)
		return err
	})
}

func printJSON(io streams, v any) error {
	enc := json.NewEncoder(io.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
