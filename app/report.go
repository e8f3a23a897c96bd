package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"shanzhi/app/config"
	"shanzhi/assessments/report"
	"shanzhi/models"
	"shanzhi/models/fault"
)

// reportCmd is "shanzhi report competency|service".
type reportCmd struct {
	Competency reportCompetency `cmd:"" help:"Competency reports, one per cadre."`
	Service    reportService    `cmd:"" help:"Service-quality reports, one per unit with an annex per cadre."`
}

type reportCompetency struct{ reportChoice }

// Run compiles competency reports.
func (c reportCompetency) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		return c.compile(ctx, h, models.CompetencyReport, false, io)
	})
}

type reportService struct {
	reportChoice
	Personal bool `help:"Every cadre's own service report too; --cadre implies it."`
}

// Run compiles service-quality reports.
func (c reportService) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		return c.compile(ctx, h, models.ServiceReport, c.Personal, io)
	})
}

// reportChoice says what to compile and where to write it.
type reportChoice struct {
	Period string `help:"Code of the period, or latest." default:"latest"`
	Unit   string `help:"This unit and those below it: name or unified social credit code."`
	Cadre  string `help:"This cadre alone: staff number or mobile number." placeholder:"LOGIN"`
	Large  bool   `help:"In large print."`
	Lang   string `help:"Language of the copies: zh-CN, as stored, or en." enum:"zh-CN,en" default:"zh-CN"`
	Out    string `help:"Folder to write the PDFs to." required:"" type:"path" placeholder:"DIR"`
}

// compile compiles what is missing of a period and writes the current PDFs.
func (c reportChoice) compile(ctx context.Context, h *house, kind models.ReportKind, personal bool, io streams) error {
	who := system("command line")
	order := report.Order{Period: c.Period, Kinds: []models.ReportKind{kind}, Personal: personal}
	filter := report.Filter{Kind: kind}
	if c.Unit != "" {
		u, err := h.accounts.UnitByName(ctx, who, c.Unit)
		if err != nil {
			return err
		}
		order.UnitID, filter.UnitID = u.ID, u.ID
	}
	if c.Cadre != "" {
		p, err := h.accounts.PersonByLogin(ctx, who, c.Cadre)
		if err != nil {
			return err
		}
		order.PersonID = p.ID
	}
	runner, err := newRunner(h)
	if err != nil {
		return err
	}
	if _, _, err := h.reports.Compile(ctx, who, order); err != nil && fault.Of(err).Key != "report.all_there" {
		return err
	}
	if err := runner.DrainAll(ctx); err != nil {
		return err
	}
	if filter.Period, err = h.reports.PeriodCode(ctx, c.Period); err != nil {
		return err
	}
	return c.write(ctx, h, who, filter, order.PersonID, io)
}

// form is how the copies are drawn.
func (c reportChoice) form() report.Form {
	f := report.Form{Large: c.Large}
	if c.Lang == "en" {
		f.Lang = c.Lang
	}
	return f
}

// write puts the current reports into the folder, a page of the list at a time.
func (c reportChoice) write(ctx context.Context, h *house, who models.Actor, f report.Filter, person string,
	io streams,
) error {
	if err := os.MkdirAll(c.Out, 0o750); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	const size = 100
	n := 0
	for at := 0; ; at += size {
		lines, total, err := h.reports.List(ctx, who, f, at, size)
		if err != nil {
			return err
		}
		for _, l := range lines {
			if person != "" && l.SubjectID != person {
				continue
			}
			t, err := h.reports.Copy(ctx, who, l.ID, c.form())
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(c.Out, t.Name()), t.Body, 0o600); err != nil {
				return fmt.Errorf("write report: %w", err)
			}
			n++
		}
		if at+size >= int(total) {
			break
		}
	}
	_, err := fmt.Fprintf(io.out, "%d reports in %s\n", n, c.Out)
	return err
}
