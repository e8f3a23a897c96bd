package main

import (
	"context"
	"fmt"
	"strings"

	"shanzhi/app/config"
	"shanzhi/models/audit"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
)

// auditCmd is "shanzhi audit verify|seal|archive".
type auditCmd struct {
	Verify  auditVerify  `cmd:"" help:"Check the seals of the audit log; fails when anything was altered."`
	Seal    auditSeal    `cmd:"" help:"Seal what is not sealed yet, beside the schedule."`
	Archive auditArchive `cmd:"" help:"Move sealed entries of more than six months ago to an encrypted file."`
}

type auditVerify struct {
	Last    int    `help:"Check the latest N seals only. Default: all." placeholder:"N"`
	Archive string `help:"Check this archive against the seals instead." placeholder:"FILE" type:"existingfile"`
	JSON    bool   `name:"json" help:"Print JSON."`
}

// Run checks the chain of seals and says what stands under none.
func (c auditVerify) Run(ctx context.Context, store config.Store, io streams) error {
	if c.Archive != "" {
		return c.archive(ctx, store, io)
	}
	return inHouse(ctx, store, io, func(h *house) error {
		got, err := h.sealer.Verify(ctx, system("command line"), max(0, c.Last))
		if err != nil {
			return err
		}
		if c.JSON {
			err = printJSON(io, got)
		} else {
			_, err = fmt.Fprint(io.out, checkWords(printer(), got))
		}
		if err == nil && len(got.Broken) > 0 {
			err = fault.New(fault.Conflict, "audit.broken", "n", len(got.Broken))
		}
		return err
	})
}

// checkWords says in sentences how the log stands.
func checkWords(p *i18n.Printer, c audit.Check) string {
	var b strings.Builder
	line := func(key string, pairs ...any) { b.WriteString(p.T(key, pairs...) + "\n") }
	line("audit.state", "seals", c.Seals, "entries", c.Sealed, "archived", c.Archived)
	if c.Unsealed > 0 {
		line("audit.tail", "n", c.Unsealed, "oldest", p.DateTime(c.Oldest))
	}
	for _, x := range c.Broken {
		line("audit.broken."+x.Key, "no", x.No, "got", x.Got, "want", x.Want, "from", x.FirstAt, "to", x.LastAt,
			"ids", strings.Join(x.EntryIDs, ", "))
	}
	if len(c.Broken) == 0 {
		line("audit.sound", "checked", c.Checked)
	}
	if c.Head != "" {
		line("audit.anchor", "no", c.Last.No, "head", c.Head)
	}
	return b.String()
}

type auditSeal struct{}

// Run seals the tail.
func (auditSeal) Run(ctx context.Context, store config.Store, io streams) error {
	return inHouse(ctx, store, io, func(h *house) error {
		n, err := h.sealer.Seal(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(io.out, printer().T("audit.sealed", "n", n))
		return err
	})
}
