package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"shanzhi/app/accounts"
	"shanzhi/app/config"
	"shanzhi/app/demo"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
)

// demoCmd is "shanzhi demo".
type demoCmd struct {
	config.Server
	SeedOnly bool `help:"Make the data and stop before serving."`
}

// Run makes up a county where no other data is, and serves it until ctx ends.
func (c demoCmd) Run(ctx context.Context, store config.Store, io streams) error {
	if err := c.Check(); err != nil {
		return fmt.Errorf("%w: %w", err, errUsage)
	}
	store = demoStore(store)
	if c.SecondFactor == "" {
		c.SecondFactor = string(accounts.FactorOff) // so that every role can be tried without a telephone
	}
	password, err := chosenPassword()
	if err != nil {
		return err
	}
	if !c.SeedOnly {
		// Before anything is thrown away: another demonstration may be running on it.
		if err := tryListen(ctx, c.Listen); err != nil {
			return err
		}
	}
	release, err := lockStore(store)
	if err != nil {
		return err
	}
	defer release()
	wall := clock.Wall()
	if err := demo.Prepare(ctx, store.URL(), store.Data, wall, demo.Seed); err != nil {
		return err
	}
	if p := printer(); p != nil {
		_, _ = fmt.Fprintln(io.err, p.T("demo.making"))
	}
	clk, err := demo.NewClock(wall)
	if err != nil {
		return err
	}
	h, err := open(ctx, store, c.Base(), clk.Now, logger(io.err, c.LogFormat))
	if err != nil {
		return err
	}
	made, err := demo.Make(ctx, h.doors(), clk, demo.Options{
		Today: models.DateOf(wall()), Seed: demo.Seed, Password: password,
	})
	if err != nil {
		return errors.Join(err, h.db.Close())
	}
	sheet := demoSheet{words: h.words, made: made, store: store, base: c.Base(), password: password}
	if c.SeedOnly {
		_, err := fmt.Fprint(io.out, sheet.seeded())
		return errors.Join(err, h.db.Close())
	}
	return serve(ctx, h, c.Server, func(string) { _, _ = fmt.Fprint(io.out, sheet.serving()) })
}

// demoStore keeps a demonstration apart from what "serve" keeps: without a folder of its own it lies in ./data/demo.
func demoStore(s config.Store) config.Store {
	if filepath.Clean(s.Data) == "data" {
		s.Data = filepath.Join(s.Data, "demo")
	}
	return s
}

// chosenPassword is the one that SHANZHI_DEMO_PASSWORD fixes, else one made for this demonstration.
func chosenPassword() (string, error) {
	const name = "SHANZHI_DEMO_PASSWORD"
	fixed, found, err := config.Secret(name)
	switch {
	case err != nil:
		return "", err
	case !found || fixed == "":
		return demo.NewPassword(), nil
	}
	if wrong := accounts.CheckPassword(name, fixed, "", demo.LeastPassword); len(wrong) > 0 {
		return "", fault.Wrong(wrong...)
	}
	return fixed, nil
}

// tryListen reports whether an address is taken.
func tryListen(ctx context.Context, addr string) error {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with --listen", addr, err)
	}
	return ln.Close()
}

// demoSheet is what the terminal says of a demonstration: in both languages but for what to try with each login, which
// is in the language of the terminal.
type demoSheet struct {
	words          *i18n.Bundle
	made           demo.Made
	store          config.Store
	base, password string
}

func (s demoSheet) both(b *strings.Builder, key string, pairs ...any) {
	for _, lang := range i18n.Langs() {
		b.WriteString(s.words.Printer(lang).T(key, pairs...) + "\n")
	}
}

// seeded is what --seed-only prints.
func (s demoSheet) seeded() string {
	var b strings.Builder
	command := "shanzhi serve --data " + s.store.Data
	if s.store.Database != "" {
		command += " --database '" + s.store.Redacted() + "'"
	}
	s.both(&b, "demo.seeded", "command", command)
	s.logins(&b)
	return b.String()
}

// serving is what is printed once the site can be opened.
func (s demoSheet) serving() string {
	var b strings.Builder
	s.both(&b, "demo.title")
	s.both(&b, "demo.address", "url", s.base)
	s.both(&b, "demo.folder", "path", s.store.Redacted())
	s.both(&b, "demo.reports", "period", s.made.Sealed)
	s.logins(&b)
	b.WriteString("\n")
	s.both(&b, "demo.tour", "url", s.base+"/tour")
	return b.String()
}

func (s demoSheet) logins(b *strings.Builder) {
	s.both(b, "demo.password", "password", s.password)
	b.WriteString("\n")
	zh, en, own := s.words.Printer("zh-CN"), s.words.Printer("en"), printer()
	for _, l := range s.made.Logins {
		key := "demo.login." + l.Key
		fmt.Fprintf(b, "  %s  %s %s", l.StaffNo, zh.T(key+".role"), en.T(key+".role"))
		if own != nil {
			b.WriteString(": " + own.T(key+".try", "open", s.made.Open, "sealed", s.made.Sealed))
		}
		b.WriteString("\n")
	}
}
