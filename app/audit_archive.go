package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"shanzhi/app/config"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/backup"
	"shanzhi/models/fault"
)

type auditArchive struct {
	config.Backup
	Before string `required:"" help:"Day, YYYY-MM-DD: whatever is older and sealed goes." placeholder:"DAY"`
	Out    string `required:"" help:"File to write; it must not exist." placeholder:"FILE" type:"path"`
}

// Run moves old entries to a file: they leave the database once the file is whole and on the disk.
func (c auditArchive) Run(ctx context.Context, store config.Store, s streams) error {
	before, ok := models.ParseDate(c.Before)
	if !ok {
		before = "" // refused with the latest day that is allowed
	}
	keys, err := backupKeys(c.Backup)
	if err != nil {
		return err
	}
	return inHouse(ctx, store, s, func(h *house) error {
		who := system("command line")
		var made audit.Archived
		err := newFile(c.Out, func(w io.Writer) error {
			return backup.Seal(w, keys, func(w io.Writer) (err error) {
				made, err = h.sealer.Export(ctx, who, before, w)
				return err
			})
		})
		if err != nil {
			return err
		}
		if err := h.sealer.TakeOut(ctx, who, made); err != nil {
			return err
		}
		_, err = fmt.Fprintln(s.out, printer().T("audit.archive.made", "from", made.From, "to", made.To,
			"entries", made.Entries, "file", c.Out))
		return err
	})
}

// archive checks an archive against the seals in the database.
func (c auditVerify) archive(ctx context.Context, store config.Store, s streams) error {
	keys, err := openerKeys()
	if err != nil {
		return err
	}
	f, err := os.Open(c.Archive)
	if err != nil {
		return fmt.Errorf("read archive: %w", err)
	}
	defer func() { _ = f.Close() }()
	return inHouse(ctx, store, s, func(h *house) error {
		plain, err := backup.Unseal(f, keys)
		if err != nil {
			return err
		}
		got, err := h.sealer.Compare(ctx, system("command line"), plain)
		if err != nil {
			return err
		}
		var b strings.Builder
		p := printer()
		for _, x := range got.Broken {
			b.WriteString(p.T("audit.broken."+x.Key, "no", x.No, "from", x.FirstAt, "to", x.LastAt) + "\n")
		}
		switch {
		case c.JSON:
			err = printJSON(s, got)
		case len(got.Broken) == 0:
			_, err = fmt.Fprintln(s.out, p.T("audit.archive.sound", "checked", got.Checked, "file", c.Archive))
		default:
			_, err = fmt.Fprint(s.out, b.String())
		}
		if err == nil && len(got.Broken) > 0 {
			err = fault.New(fault.Conflict, "audit.broken", "n", len(got.Broken))
		}
		return err
	})
}
