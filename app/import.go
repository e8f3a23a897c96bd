package main

import (
	"context"
	"errors"
	"fmt"
	stdio "io"
	"os"
	"path/filepath"

	"shanzhi/app/config"
	"shanzhi/app/onboard"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/sheet"
)

// importCmd is "shanzhi import KIND FILE".
type importCmd struct {
	Units    importUnits    `cmd:"" help:"Import the units of a county, in any order."`
	Matters  importMatters  `cmd:"" help:"Import the duty list."`
	Roster   importRoster   `cmd:"" help:"Import the people, one a row; again next month for the difference."`
	Posts    importPosts    `cmd:"" help:"Import further posts of people on the roster, such as loans."`
	Holidays importHolidays `cmd:"" help:"Import the holidays and swapped weekends of a year."`
	Approve  importApprove  `cmd:"" help:"Carry out what an import has put aside to be approved."`
	Discard  importDiscard  `cmd:"" help:"Put such a plan aside."`
	Cases    importCases    `cmd:"" help:"Import cases from another system."`
	Ratings  importRatings  `cmd:"" help:"Import ratings from another system."`
	Template importTemplate `cmd:"" help:"Write an empty sheet with its headings explained."`
}

// importFile is what every kind takes.
type importFile struct {
	File   string `arg:"" help:"Sheet: xlsx, or csv in UTF-8 or GB18030." type:"existingfile"`
	DryRun bool   `help:"Check everything and keep nothing."`
	JSON   bool   `name:"json" help:"Print the result as JSON."`
}

// outcome is what an import says as JSON.
type outcome struct {
	Read     int       `json:"read"`
	Accepted int       `json:"accepted"`
	Skipped  int       `json:"skipped"`
	Errors   []mistake `json:"errors"`
	Hints    []mistake `json:"warnings"`
}

type mistake struct {
	Row     int    `json:"row"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// report prints an outcome; rows that could not be taken are an error, since nothing was kept.
func (c importFile) report(io streams, r cases.ImportResult) error {
	p := printer()
	out := outcome{
		Read: r.Read, Accepted: r.Accepted, Skipped: r.Skipped, Errors: []mistake{}, Hints: []mistake{},
	}
	for _, f := range r.Errors {
		out.Errors = append(out.Errors, mistake{f.Row, f.Name, p.T(f.Key, f.Args)})
	}
	for _, f := range r.Warnings { // headings that nobody knows, above all
		out.Hints = append(out.Hints, mistake{f.Row, f.Name, p.T(f.Key, f.Args)})
	}
	if c.JSON {
		if err := printJSON(io, out); err != nil {
			return err
		}
	} else {
		for _, m := range out.Hints {
			text := p.T("import.row", "row", m.Row, "field", m.Field, "message", m.Message)
			_, _ = fmt.Fprintln(io.err, p.T("onboard.cli.warning", "message", text))
		}
		for _, m := range out.Errors {
			_, _ = fmt.Fprintln(io.err, p.T("import.row", "row", m.Row, "field", m.Field, "message", m.Message))
		}
		key := "import.done"
		if c.DryRun {
			key = "import.dry"
		}
		_, _ = fmt.Fprintln(io.out, p.T(key, "read", r.Read, "accepted", r.Accepted, "skipped", r.Skipped))
	}
	if len(r.Errors) > 0 {
		return fault.New(fault.Invalid, "import.nothing_kept", "n", len(r.Errors))
	}
	return nil
}

type importCases struct{ importFile }

// Run imports cases.
func (c importCases) Run(ctx context.Context, store config.Store, io streams) error {
	return c.into(ctx, store, io, func(h *house) importer { return h.cases.Import })
}

type importRatings struct{ importFile }

// Run imports ratings and makes the batches that the rated may see.
func (c importRatings) Run(ctx context.Context, store config.Store, io streams) error {
	return c.into(ctx, store, io, func(h *house) importer { return h.ratings.Import })
}

// importer is the door of an import.
type importer func(ctx context.Context, who models.Actor, name string, data []byte, dryRun bool,
) (cases.ImportResult, error)

func (c importFile) into(ctx context.Context, store config.Store, io streams, door func(h *house) importer) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, err)
	}
	return inHouse(ctx, store, io, func(h *house) error {
		who := system("command line")
		out, err := door(h)(ctx, who, filepath.Base(c.File), data, c.DryRun)
		if err != nil && len(out.Errors) == 0 {
			return err
		}
		if err == nil && !c.DryRun {
			if _, err := h.ratings.MakeBatches(ctx, who); err != nil {
				return err
			}
		}
		return c.report(io, out)
	})
}

type importTemplate struct {
	Kind string `arg:"" help:"Kind of sheet: ${enum}." enum:"units,matters,roster,posts,holidays,cases,ratings"`
	Out  string `help:"File to write. Default: standard output." type:"path" placeholder:"FILE.xlsx"`
}

// Run writes an empty sheet.
func (c importTemplate) Run(io streams) (err error) {
	p := printer()
	write := map[string]func(w stdio.Writer, language string, say sheet.Say) error{
		"cases": cases.Template, "ratings": ratings.Template,
	}
	for _, k := range onboard.Kinds() {
		write[string(k)] = listTemplate(k)
	}
	say := func(key string, args map[string]any) string { return p.T(key, args) }
	if c.Out == "" {
		return write[c.Kind](io.out, p.Lang(), say)
	}
	f, err := os.Create(c.Out)
	if err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return write[c.Kind](f, p.Lang(), say)
}
