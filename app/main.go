// Command app is 善治 Shanzhi: training and fair assessment for grassroots cadres in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"shanzhi/app/config"
	"shanzhi/models/fault"
	"shanzhi/templates/i18n"
)

// cli is the command line. Its names are a contract with scripts.
type cli struct {
	config.Store

	Demo    demoCmd    `cmd:"" help:"Make up a county in a fresh database and serve it; prints one login per role."`
	Serve   serveCmd   `cmd:"" help:"Serve the site and run the scheduler."`
	Migrate migrateCmd `cmd:"" help:"Bring the database up to date, or show what is pending."`
	Import  importCmd  `cmd:"" help:"Import a sheet: all of it or nothing, an error per row and field."`
	Report  reportCmd  `cmd:"" help:"Compile the reports of a sealed period and write the PDFs to a folder."`
	Job     jobCmd     `cmd:"" help:"List the scheduled jobs, or run one now."`
	User    userCmd    `cmd:"" help:"Create an account, reset a password, disable an account."`
	Backup  backupCmd  `cmd:"" help:"Back up database and files into an encrypted file, check it, restore it."`
	Help    helpCmd    `cmd:"" help:"Print a guide: how to deploy it, or how to read its log."`
	Doctor  doctorCmd  `cmd:"" help:"Say what is wrong with this installation, and what to do. It alters nothing."`
	Key     keyCmd     `cmd:"" help:"List, rotate and retire the keys with which personal data is sealed."`
	Audit   auditCmd   `cmd:"" help:"Check the seals of the audit log, or seal it now."`
	Verify  verifyCmd  `cmd:"" help:"Check a report: is it ours, unchanged, current?"`
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// exit codes of every command.
const (
	codeOK    = 0
	codeFault = 1 // the command was understood and could not be done
	codeUsage = 2 // the command line is wrong
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run runs one command line and returns its exit code.
func run(ctx context.Context, args []string, io streams) int {
	resolver, err := config.Resolver()
	if err != nil {
		return complain(io, codeUsage, err)
	}
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("shanzhi"), kong.Resolvers(resolver), kong.Writers(io.out, io.err),
		kong.Description("善治 Shanzhi: training and fair assessment for grassroots cadres.\n\n"+
			"Every setting can be given as a flag, as SHANZHI_NAME (or SHANZHI_NAME_FILE for a secret) and in "+
			"shanzhi.toml. Messages are Chinese where LC_ALL, LC_MESSAGES or LANG begins with zh, else English."),
		kong.Exit(func(code int) { exited = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return complain(io, codeUsage, err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		return complain(io, codeUsage, fmt.Errorf("%w; see shanzhi --help", err))
	}
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(ctx, c.Store, io); err != nil && !errors.Is(err, context.Canceled) {
		return complain(io, codeFault, err)
	}
	return codeOK
}

// errUsage is wrapped by what a command says of wrong arguments.
var errUsage = errors.New("wrong use")

// complain writes one sentence to standard error, in the language of the terminal.
func complain(io streams, code int, err error) int {
	if errors.Is(err, errUsage) {
		code = codeUsage
	}
	_, _ = fmt.Fprintln(io.err, "shanzhi: "+sentence(err))
	return code
}

// sentence is what a person is told of an error.
func sentence(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return strings.ReplaceAll(strings.TrimSuffix(err.Error(), ": "+errUsage.Error()), "\n", "; ")
	}
	p := printer()
	if p == nil {
		return f.Error()
	}
	parts := []string{p.T(f.Key, f.Args)}
	for _, w := range f.Fields {
		parts = append(parts, w.Name+": "+p.T(w.Key, w.Args))
	}
	return strings.Join(parts, " ")
}

// printer speaks the language of the terminal: LC_ALL, LC_MESSAGES or LANG beginning with zh is Chinese, else English.
func printer() *i18n.Printer {
	words, err := i18n.Load()
	if err != nil {
		return nil
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "zh") {
				return words.Printer("zh-CN")
			}
			break
		}
	}
	return words.Printer("en")
}

// logger writes to standard error in the form that the settings ask for.
func logger(w io.Writer, form string) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if form == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// quiet is the logger of commands that do one thing: only what went wrong.
func quiet(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
