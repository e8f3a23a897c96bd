package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"shanzhi/app/config"
	"shanzhi/models/audit"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/vault"
	"shanzhi/templates/i18n"
)

// doctorCmd is "shanzhi doctor".
type doctorCmd struct {
	config.Server
	JSON bool `name:"json" help:"Print JSON."`
	All  bool `help:"Read every file and check every seal, however long it takes."`
}

// Run looks at an installation with the settings that serve would have, and says what is wrong. It alters nothing.
func (c doctorCmd) Run(ctx context.Context, store config.Store, io streams) error {
	d := &doctor{store: store, settings: c.Server, all: c.All, clock: clock.Wall(), room: room}
	d.look(ctx)
	if c.JSON {
		if err := printJSON(io, d.found); err != nil {
			return err
		}
	} else if _, err := fmt.Fprint(io.out, d.words(printer())); err != nil {
		return err
	}
	if n := d.count(bad); n > 0 {
		return fault.New(fault.Conflict, "doctor.ill", "n", n)
	}
	return nil
}

// level is how much a finding matters.
type level string

const (
	good level = "ok"
	warn level = "warning" // it works, and should be seen to
	bad  level = "error"   // something does not work, or will be lost
)

// finding is what one look has found. Its sentence is doctor.<Key>, what to do doctor.<Key>.do.
type finding struct {
	Level level          `json:"level"`
	Key   string         `json:"key"`
	Args  map[string]any `json:"args,omitempty"`
}

// doctor looks at one installation.
type doctor struct {
	store    config.Store
	settings config.Server
	all      bool
	clock    clock.Clock
	room     func(folder string) (int64, error)

	db    *db.DB       // nil where it cannot be opened
	vault *vault.Vault // nil where there are no keys
	found []finding
}

func (d *doctor) say(l level, key string, pairs ...any) {
	d.found = append(d.found, finding{Level: l, Key: key, Args: fault.Args(pairs...)})
}

func (d *doctor) count(l level) (n int) {
	for _, f := range d.found {
		if f.Level == l {
			n++
		}
	}
	return n
}

// words are the findings in sentences, what is wrong with what to do.
func (d *doctor) words(p *i18n.Printer) string {
	var b strings.Builder
	marks := map[level]string{good: "✓", warn: "!", bad: "✗"}
	for _, f := range d.found {
		fmt.Fprintf(&b, "%s %s\n", marks[f.Level], p.T("doctor."+f.Key, f.Args))
		if do := "doctor." + f.Key + ".do"; f.Level != good && p.Has(do) {
			fmt.Fprintf(&b, "  → %s\n", p.T(do, f.Args))
		}
	}
	b.WriteString(p.T("doctor.sum", "errors", d.count(bad), "warnings", d.count(warn)) + "\n")
	return b.String()
}

// look goes through everything. What cannot be looked at because of something else is left out.
func (d *doctor) look(ctx context.Context) {
	d.lookSettings()
	d.lookCertificate()
	d.lookFolders()
	d.lookKeyFile()
	d.lookBackups()
	if !d.lookDatabase(ctx) {
		return
	}
	defer func() { _ = d.db.Close() }()
	for _, look := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"keys", d.lookKeys},
		{"clock", d.lookClock},
		{"people", d.lookPeople},
		{"files", d.lookFiles},
		{"jobs", d.lookJobs},
		{"queue", d.lookQueue},
		{"seals", d.lookSeals},
	} {
		if err := look.do(ctx); err != nil {
			d.say(bad, "unreadable", "what", look.what, "why", sentence(err))
		}
	}
}

// lookDatabase opens the database without making or migrating one. It reports whether the rest can be looked at.
func (d *doctor) lookDatabase(ctx context.Context) bool {
	if path, missing := d.store.Missing(); missing {
		d.say(bad, "database.none", "path", path)
		return false
	}
	var err error
	if d.db, err = db.Open(ctx, d.store.URL(), d.clock, db.Options{}); fault.Of(err).Key == db.FileClosed {
		d.say(bad, "database.read_only")
		return false
	}
	if err != nil {
		d.say(bad, "database.away", "url", d.store.Redacted(), "why", sentence(err))
		return false
	}
	current, err := d.lookSchema(ctx)
	if err != nil {
		d.say(bad, "database.away", "url", d.store.Redacted(), "why", sentence(err))
	}
	if !current {
		_ = d.db.Close()
	}
	return current
}

// lookSeals checks the newest seals of the audit log, or all.
func (d *doctor) lookSeals(ctx context.Context) error {
	if d.vault == nil {
		return nil
	}
	n := 20
	if d.all {
		n = 0
	}
	c, err := audit.NewSealer(d.db, d.vault, d.clock).Inspect(ctx, system("doctor"), n)
	if err != nil {
		return err
	}
	switch {
	case len(c.Broken) > 0:
		d.say(bad, "seals.broken", "n", len(c.Broken))
	case c.Unsealed > 0 && d.clock().Sub(c.Oldest) > 2*time.Hour:
		d.say(warn, "seals.late", "n", c.Unsealed)
	default:
		d.say(good, "seals", "n", c.Checked)
	}
	return nil
}
