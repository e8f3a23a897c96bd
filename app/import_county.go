package main

import (
	"context"
	"fmt"
	stdio "io"
	"os"
	"path/filepath"
	"strings"

	"shanzhi/app/config"
	"shanzhi/app/onboard"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/sheet"
	"shanzhi/templates/i18n"
)

// importList is what the lists of a county take: those that only add are carried out at once, those that change what is
// there wait for "import approve".
type importList struct {
	importFile
	Yes bool `help:"Carry out changes to what is there at once, without a plan to approve."`

	rename bool
}

type (
	importUnits    struct{ importList }
	importMatters  struct{ importList }
	importPosts    struct{ importList }
	importHolidays struct{ importList }
	importRoster   struct {
		importList
		Scope string `help:"Unit whose people the sheet lists, with those below it: code or name." placeholder:"UNIT"`
		Leave bool   `help:"People of --scope who are not in the sheet have left."`

		Rename bool `help:"Take another name under a staff number for the same person's, having checked each."`
	}
)

// Run imports units.
func (c importUnits) Run(ctx context.Context, store config.Store, io streams) error {
	return c.take(ctx, store, io, onboard.Units, "", false)
}

// Run imports the duty list.
func (c importMatters) Run(ctx context.Context, store config.Store, io streams) error {
	return c.take(ctx, store, io, onboard.Matters, "", false)
}

// Run imports further posts.
func (c importPosts) Run(ctx context.Context, store config.Store, io streams) error {
	return c.take(ctx, store, io, onboard.Posts, "", false)
}

// Run imports holidays.
func (c importHolidays) Run(ctx context.Context, store config.Store, io streams) error {
	return c.take(ctx, store, io, onboard.Holidays, "", false)
}

// Run imports the roster.
func (c importRoster) Run(ctx context.Context, store config.Store, io streams) error {
	c.rename = c.Rename
	return c.take(ctx, store, io, onboard.Roster, c.Scope, c.Leave)
}

func (c importList) take(
	ctx context.Context, store config.Store, io streams, kind onboard.Kind, scope string, leave bool,
) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, err)
	}
	in := onboard.Input{Kind: kind, Name: filepath.Base(c.File), Data: data, LeaveRest: leave, How: onboard.Keep}
	in.Rename = c.rename
	switch {
	case c.DryRun:
		in.How = onboard.Try
	case c.Yes:
		in.How = onboard.KeepAll
	}
	return inHouse(ctx, store, io, func(h *house) error {
		who := system("command line")
		if scope != "" {
			u, err := h.accounts.UnitByName(ctx, who, scope)
			if err != nil {
				return err
			}
			in.ScopeID = u.ID
		}
		out, err := h.onboard.Take(ctx, who, in)
		if err != nil {
			return err
		}
		return c.tell(io, kind, out)
	})
}

// listed is what the import of a list says as JSON.
type listed struct {
	outcome
	New     int       `json:"new"`
	Moved   int       `json:"moved"`
	Changed int       `json:"changed"`
	Renamed int       `json:"renamed"`
	Left    int       `json:"left"`
	Applied bool      `json:"applied"`
	Plan    string    `json:"plan,omitempty"` // to be approved
	Notes   []mistake `json:"differences"`
	Hints   []mistake `json:"warnings"`
}

// told is how many differences a dry run prints.
const told = 200

func (c importList) tell(io streams, kind onboard.Kind, r onboard.Result) error {
	p, n := printer(), r.Counts
	words := "onboard.category."
	if kind == onboard.Roster {
		words = "onboard.roster."
	}
	out := listed{
		outcome: outcome{Read: r.Read, Skipped: n[onboard.Same], Errors: []mistake{}}, New: n[onboard.Joined],
		Moved: n[onboard.Moved], Changed: n[onboard.Changed], Renamed: n[onboard.Renamed],
		Left: n[onboard.Left], Applied: r.Applied, Notes: []mistake{}, Hints: []mistake{},
	}
	out.Accepted = out.New + out.Moved + out.Changed + out.Renamed + out.Left
	if !r.Applied && !r.Idle() {
		out.Plan = r.PlanID
	}
	for _, f := range r.Errors {
		out.Errors = append(out.Errors, mistake{f.Row, f.Name, p.T(f.Key, f.Args)})
	}
	for _, f := range r.Warnings {
		out.Hints = append(out.Hints, mistake{f.Row, f.Name, p.T(f.Key, f.Args)})
	}
	for _, l := range r.Lines { // beside errors they would read as if they had been done
		if r.ErrorCount == 0 && l.Category != onboard.Same && len(out.Notes) < told {
			out.Notes = append(out.Notes, mistake{l.Row, p.T(words + string(l.Category)), lineText(p, l)})
		}
	}
	if c.JSON {
		if err := printJSON(io, out); err != nil {
			return err
		}
	} else {
		c.print(io, p, out)
	}
	if r.ErrorCount > 0 {
		return fault.New(fault.Invalid, "import.nothing_kept", "n", r.ErrorCount)
	}
	return nil
}

// lineText says who or what a line is about and what is different.
func lineText(p *i18n.Printer, l onboard.Line) string {
	parts := []string{l.Code + " " + l.Name + " " + l.Place}
	for _, n := range l.Notes {
		parts = append(parts, p.T(n.Key, n.Args))
	}
	return strings.Join(parts, " · ")
}

func (c importList) print(io streams, p *i18n.Printer, out listed) {
	for _, m := range out.Errors {
		_, _ = fmt.Fprintln(io.err, p.T("import.row", "row", m.Row, "field", m.Field, "message", m.Message))
	}
	for _, m := range out.Hints {
		text := m.Message
		if m.Field != "" {
			text = p.T("import.row", "row", m.Row, "field", m.Field, "message", text)
		}
		_, _ = fmt.Fprintln(io.err, p.T("onboard.cli.warning", "message", text))
	}
	for _, m := range out.Notes {
		_, _ = fmt.Fprintln(io.out, m.Field, m.Message)
	}
	if len(out.Errors) > 0 {
		return
	}
	_, _ = fmt.Fprintln(io.out, p.T("onboard.cli.counts", "read", out.Read, "new", out.New, "moved", out.Moved,
		"changed", out.Changed, "left", out.Left, "same", out.Skipped))
	if out.Renamed > 0 && !out.Applied && !c.DryRun {
		_, _ = fmt.Fprintln(io.out, p.T("onboard.cli.renames", "n", out.Renamed))
	}
	switch {
	case c.DryRun:
		_, _ = fmt.Fprintln(io.out, p.T("onboard.cli.dry"))
	case out.Accepted == 0:
		_, _ = fmt.Fprintln(io.out, p.T("onboard.cli.same"))
	case out.Applied:
		_, _ = fmt.Fprintln(io.out, p.T("onboard.cli.applied"))
	default:
		_, _ = fmt.Fprintln(io.out, p.T("onboard.cli.staged", "plan", out.Plan))
	}
}

type importApprove struct {
	Plan   string `arg:"" help:"The plan, as the import has named it."`
	Rename bool   `help:"Take another name under a staff number for the same person's, having checked each."`
	Undo   bool   `help:"Set back what others have changed since the sheet was brought, having checked each."`
}

// Run carries out a plan.
func (c importApprove) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		out, err := h.onboard.Apply(ctx, system("command line"), onboard.Approval{
			PlanID: c.Plan, AllNames: c.Rename, Undo: c.Undo,
		})
		if f := fault.Of(err); err != nil && len(f.Fields) > 0 {
			for tick, said := range map[string]string{
				"onboard.rename_ticks": "onboard.cli.renames", "onboard.undo_tick": "onboard.cli.undoes",
			} {
				if f.Fields[0].Key == tick {
					return fault.New(fault.Invalid, said, "n", f.Fields[0].Args["n"])
				}
			}
		}
		if err != nil {
			return noPlan(err, c.Plan)
		}
		n := out.Counts
		p := printer()
		_, err = fmt.Fprintln(io.out, p.T("onboard.cli.approved", "new", n[onboard.Joined], "moved", n[onboard.Moved],
			"changed", n[onboard.Changed], "left", n[onboard.Left]))
		return err
	})
}

type importDiscard struct {
	Plan string `arg:"" help:"The plan, as the import has named it."`
}

// Run puts a plan aside.
func (c importDiscard) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		return noPlan(h.onboard.Discard(ctx, system("command line"), c.Plan), c.Plan)
	})
}

// noPlan says of a plan that is not there what it is: there are no pages on the command line.
func noPlan(err error, plan string) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "onboard.no_plan", "plan", plan)
	}
	return err
}

// listTemplate writes an empty sheet of a list.
func listTemplate(k onboard.Kind) func(w stdio.Writer, language string, say sheet.Say) error {
	return func(w stdio.Writer, language string, say sheet.Say) error {
		return sheet.Template(w, onboard.Columns(k), language, say)
	}
}

// keepCalendar is where a server tells that it could not look for a changed calendar.
func keepCalendar(ctx context.Context, h *house) {
	h.onboard.Follow(ctx, func(err error) { h.log.Error("calendar", "err", err) })
}

// calendar brings the calendar up to date when the house is opened.
func (h *house) calendar(ctx context.Context) error {
	if _, err := h.onboard.Refresh(ctx); err != nil {
		return fmt.Errorf("read calendar: %w", err)
	}
	return nil
}

// expirePlans is the job that ends old plans.
func expirePlans(h *house) func(ctx context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		return h.onboard.Expire(ctx, models.SystemActor("expire-plans"))
	}
}
