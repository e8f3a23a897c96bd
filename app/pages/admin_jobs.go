package pages

import (
	"context"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"shanzhi/app/web"
	"shanzhi/jobs"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

// Jobs is the table of the system's own work; *jobs.Runner is one.
type Jobs interface {
	Table() []jobs.Job
	Next(name string) time.Time
	RunByHand(ctx context.Context, who models.Actor, name string, at time.Time) (summary string, err error)
}

// latestRuns is how many runs are listed.
const latestRuns = 50

// showJobs shows when the system does its own work and how it went.
func (p *Pages) showJobs(c *fiber.Ctx) error {
	w := web.Words(c)
	runs, err := p.Queue.Runs(web.Context(c), web.Actor(c), latestRuns)
	if err != nil {
		return err
	}
	last := map[string]models.JobRun{}
	var v view.JobsView
	for _, r := range runs {
		if _, newer := last[r.Name]; !newer {
			last[r.Name] = r
		}
		began := w.ShortDateTime(r.StartedAt)
		if r.ByHand {
			began = w.T("job.by_hand", "at", began)
		}
		v.Runs = append(v.Runs, []string{
			jobName(w, r.Name), w.ShortDateTime(r.Due), began, runTag(w, r).Text, outcomeOf(w, r),
		})
	}
	for _, j := range p.Jobs.Table() {
		line := view.JobLine{
			Name: jobName(w, j.Name), Key: j.Name, Schedule: view.Schedule(j.Schedule, w),
			Next: w.ShortDateTime(p.Jobs.Next(j.Name)), Ask: jobQuestion(w, j.Name),
		}
		if r, ran := last[j.Name]; ran {
			line.Last, line.State, line.Summary = w.ShortDateTime(r.StartedAt), runTag(w, r), outcomeOf(w, r)
		}
		v.Jobs = append(v.Jobs, line)
	}
	l := listAt(c, "job_runs", 0)
	if v.List = l.List; l.wanted {
		return p.sheet(c, l, v.Grid(web.Context(c)), len(v.Runs))
	}
	return web.Page(c, fiber.StatusOK, view.AdminJobs(v))
}

func jobName(w *i18n.Printer, name string) string { return view.JobName(name, w) }

// outcomeOf is what a run left behind: its summary in words, or the error that stopped it.
func outcomeOf(w *i18n.Printer, r models.JobRun) string {
	if r.State == models.Failed {
		return r.Error
	}
	return view.Counts(r.Summary, w)
}

func runTag(w *i18n.Printer, r models.JobRun) view.PhaseTag {
	kind := ui.Info
	switch r.State {
	case models.Done:
		kind = ui.OK
	case models.Failed:
		kind = ui.Warn
	case models.Ready, models.Running, models.Aside:
	}
	return view.PhaseTag{Kind: kind, Text: w.T("job.state." + string(r.State))}
}

func jobQuestion(w *i18n.Printer, name string) ui.Confirm {
	return ui.Confirm{
		Action: "/admin/jobs/" + url.PathEscape(name) + "/run", Title: w.T("job.ask", "name", jobName(w, name)),
		Text: w.T("job.ask.text"), Button: w.T("job.run"), Back: "/admin/jobs",
	}
}

// hasJob refuses a name that is not in the table.
func (p *Pages) hasJob(name string) error {
	for _, j := range p.Jobs.Table() {
		if j.Name == name {
			return nil
		}
	}
	return fault.New(fault.NotFound, "job.unknown", "name", name)
}

// askJob asks before a job is run, for a browser without scripts.
func (p *Pages) askJob(c *fiber.Ctx) error {
	name := web.Param(c, "name")
	if err := p.hasJob(name); err != nil {
		return err
	}
	return web.Page(c, fiber.StatusOK, view.JobConfirm(jobQuestion(web.Words(c), name)))
}

// runJob runs a job now. That the job itself failed is shown in the list of runs with its reason.
func (p *Pages) runJob(c *fiber.Ctx) error {
	name, w := web.Param(c, "name"), web.Words(c)
	if err := p.hasJob(name); err != nil {
		return err
	}
	_, err := p.Jobs.RunByHand(web.Context(c), web.Actor(c), name, p.Clock())
	switch {
	case fault.Is(err, fault.Forbidden), fault.Is(err, fault.Unsigned):
		return err
	case err != nil:
		web.Flash(c, ui.Bad, "job.failed", "name", jobName(w, name))
	default:
		web.Flash(c, ui.OK, "job.ran", "name", jobName(w, name))
	}
	return web.See(c, "/admin/jobs")
}
