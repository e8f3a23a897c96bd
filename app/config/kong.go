package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

// FileVar names the settings file; without it ./shanzhi.toml is read where it exists.
const FileVar = "SHANZHI_CONFIG"

// Resolver gives kong what stands in SHANZHI_…, SHANZHI_…_FILE and the settings file, in this order.
func Resolver() (kong.Resolver, error) {
	file, err := settings()
	if err != nil {
		return nil, err
	}
	return &resolver{file: file}, nil
}

type resolver struct{ file map[string]any }

func settings() (map[string]any, error) {
	name, named := os.LookupEnv(FileVar)
	if !named {
		name = "shanzhi.toml"
	}
	out := map[string]any{}
	_, err := toml.DecodeFile(name, &out)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return out, nil
	case err != nil:
		return nil, fmt.Errorf("settings file %s: %w", name, err)
	}
	return out, nil
}

// Validate refuses a key of the file that no command knows.
func (r *resolver) Validate(app *kong.Application) error {
	known := map[string]bool{}
	err := kong.Visit(app, func(n kong.Visitable, next kong.Next) error {
		if f, ok := n.(*kong.Flag); ok {
			known[f.Name] = true
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	for k := range r.file {
		if !known[k] {
			return fmt.Errorf("settings file: there is no setting %q; --help lists them", k)
		}
	}
	return checkVariables(known)
}

// secrets are the variables that are no flags, each also with _FILE.
var secrets = []string{"SHANZHI_DEMO_PASSWORD", "SHANZHI_BACKUP_PASSPHRASE", "SHANZHI_BACKUP_IDENTITY"}

// checkVariables refuses a variable SHANZHI_… that nothing reads: a mistyped one would else silently do nothing. Those
// of tests are let by.
func checkVariables(flags map[string]bool) error {
	known := map[string]bool{FileVar: true}
	for _, name := range secrets {
		known[name], known[name+"_FILE"] = true, true
	}
	for f := range flags {
		known[variable(f)], known[variable(f)+"_FILE"] = true, true
	}
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "SHANZHI_") || strings.HasPrefix(name, "SHANZHI_TEST") || name == "SHANZHI_SHOTS" {
			continue
		}
		if !known[name] {
			return fmt.Errorf("there is no setting %s; --help lists the flags, whose variables are named alike", name)
		}
	}
	return nil
}

// variable is the name of the variable of a flag.
func variable(flag string) string {
	return "SHANZHI_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Resolve returns the value of a flag that was not given on the command line, or nil.
func (r *resolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if flag.Name == "help" {
		return nil, nil //nolint:nilnil // kong's way to say "not set"
	}
	if v, found, err := Secret(variable(flag.Name)); err != nil || found {
		return v, err
	}
	switch v := r.file[flag.Name].(type) {
	case nil:
		return nil, nil //nolint:nilnil // kong's way to say "not set"
	case []any:
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = fmt.Sprint(p)
		}
		return strings.Join(parts, ","), nil
	default:
		return fmt.Sprint(v), nil
	}
}
