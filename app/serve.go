package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"

	"shanzhi/app/accounts"
	"shanzhi/app/config"
	"shanzhi/app/demo"
	"shanzhi/app/pages"
	"shanzhi/app/web"
	"shanzhi/jobs"
	"shanzhi/models/clock"
)

// serveCmd is "shanzhi serve".
type serveCmd struct {
	config.Server
}

// Run serves until ctx ends.
func (c serveCmd) Run(ctx context.Context, store config.Store, io streams) error {
	if err := c.Check(); err != nil {
		return fmt.Errorf("%w: %w", err, errUsage)
	}
	if c.SecondFactor == "" {
		c.SecondFactor = string(accounts.FactorRequired)
	}
	release, err := lockStore(store)
	if err != nil {
		return err
	}
	defer release()
	log := logger(io.err, c.LogFormat)
	h, err := open(ctx, store, c.Base(), clock.Wall(), log)
	if err != nil {
		return err
	}
	needed, err := h.accounts.NeedsSetup(ctx)
	if err != nil {
		return errors.Join(err, h.db.Close())
	}
	if needed {
		_, _ = fmt.Fprintf(io.out, "首次设置 First set-up: %s/setup\n设置码 Code: %s\n", c.Base(), h.accounts.OpenSetup())
	}
	return serve(ctx, h, c.Server, func(addr string) {
		_, _ = fmt.Fprintf(io.out, "善治 Shanzhi: %s (%s)\n", c.Base(), addr)
	})
}

// serve listens, runs the jobs and, when ctx ends, shuts down in order: stop listening, drain HTTP, stop the scheduler,
// drain the queue, close the database. ready is told the address once the listener is open.
func serve(ctx context.Context, h *house, c config.Server, ready func(addr string)) (err error) {
	defer func() { err = errors.Join(err, h.db.Close()) }()
	if h.nightly, err = nightlyOf(h, c); err != nil {
		return err
	}
	runner, err := newRunner(h)
	if err != nil {
		return err
	}
	app, err := newApp(h, c, runner)
	if err != nil {
		return err
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with --listen", c.Listen, err)
	}
	var wg sync.WaitGroup
	jobsCtx, stopJobs := context.WithCancel(context.WithoutCancel(ctx))
	if c.Jobs == "on" {
		wg.Go(func() { runner.Serve(jobsCtx) })
	}
	wg.Go(func() { keepCalendar(jobsCtx, h) })
	stopMetrics, err := serveMetrics(ctx, app, c.MetricsListen, h.log)
	if err != nil {
		stopJobs()
		return errors.Join(err, ln.Close())
	}
	served := make(chan error, 1)
	go func() { served <- app.Serve(ln) }()
	ready(ln.Addr().String())
	h.log.Info("serving", "addr", ln.Addr().String(), "jobs", c.Jobs)
	select {
	case err = <-served:
	case <-ctx.Done():
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		err = app.Shutdown(drain)
		cancel()
	}
	stopMetrics()
	stopJobs()
	wg.Wait()
	h.log.Info("stopped")
	return err
}

// newApp makes the web server with every page.
func newApp(h *house, c config.Server, runner *jobs.Runner) (*web.App, error) {
	app, err := web.New(web.Config{
		TrustedProxies: c.TrustedProxies, TLSCert: c.TLSCert, TLSKey: c.TLSKey, MetricsToken: c.MetricsToken,
		Secure: len(c.PublicURL) > 5 && c.PublicURL[:5] == "https",
	}, web.Deps{
		Sessions: h.accounts, Words: h.words, Vault: h.vault, Clock: h.clock, Log: h.log, Ready: h.db.Ready,
		Site: pages.SiteOf(h.accounts), Unread: h.accounts.UnreadNotices,
	})
	if err != nil {
		return nil, err
	}
	h.accounts.Govern(accounts.FactorMode(c.SecondFactor), c.InspectionDays)
	p := pages.New(pages.Deps{
		Accounts: h.accounts, Courses: h.courses, Quiz: h.quiz, Trainer: h.trainer, Classes: h.classes,
		Cases: h.cases, Ratings: h.ratings,
		Assessments: h.assessments, Reports: h.reports, Figures: h.press, Onboard: h.onboard,
		Jobs: runner, Queue: h.queue, Seals: h.sealer, Base: c.Base(),
		Tour:  func(ctx context.Context) (map[string]string, error) { return demo.Tour(ctx, h.db) },
		Clock: h.clock, Slips: slipPress(h.printer),
	})
	p.Register(app)
	return app, nil
}

// newRunner makes the table of jobs; its workers are as many as processors.
func newRunner(h *house) (*jobs.Runner, error) {
	return jobs.New(h.queue, h.clock, h.log, max(1, runtime.GOMAXPROCS(0)), table(h), handlers(h))
}

// serveMetrics opens the second address for /metrics where one is set.
func serveMetrics(ctx context.Context, app *web.App, addr string, log *slog.Logger) (stop func(), err error) {
	if addr == "" {
		return func() {}, nil
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s for metrics: %w", addr, err)
	}
	srv := &http.Server{Handler: app.MetricsHandler(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := srv.Serve(ln); err != nil && !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics", "err", err)
		}
	}()
	return func() { _ = srv.Close() }, nil
}
