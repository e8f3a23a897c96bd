package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"shanzhi/app/config"
)

type cli struct {
	config.Store
	Serve struct{ config.Server } `cmd:""`
}

// parse reads args with the given variables and settings file; it changes the environment, so it runs alone.
func parse(t *testing.T, file string, env map[string]string, args ...string) (cli, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "s.toml")
	if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(config.FileVar, name)
	for k, v := range env {
		t.Setenv(k, v)
	}
	r, err := config.Resolver()
	if err != nil {
		return cli{}, err
	}
	var c cli
	k, err := kong.New(&c, kong.Resolvers(r), kong.Exit(func(int) { t.Error("exit") }))
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.Parse(append([]string{"serve"}, args...))
	return c, err
}

func TestOrderOfSettings(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(secret, []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := parse(t, "listen = \"file:1\"\njobs = \"off\"\nlog-format = \"json\"\n",
		map[string]string{"SHANZHI_LISTEN": "env:2", "SHANZHI_JOBS": "on", "SHANZHI_METRICS_TOKEN_FILE": secret},
		"--listen", "flag:3")
	if err != nil {
		t.Fatal(err)
	}
	s := c.Serve.Server
	if s.Listen != "flag:3" || s.Jobs != "on" || s.LogFormat != "json" || s.MetricsToken != "s3cret" || c.Data != "./data" {
		t.Errorf("flag > environment > file > default: got %+v, data %q", s, c.Data)
	}
}

func TestUnknownSettingIsRefused(t *testing.T) {
	_, err := parse(t, "lisen = \"x:1\"\n", nil)
	if err == nil || !strings.Contains(err.Error(), `"lisen"`) {
		t.Errorf("got %v, want an error that names the key", err)
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	s := config.Store{Database: "mysql:shanzhi:top@secret@tcp(db:3306)/x"}
	if got := s.Redacted(); strings.Contains(got, "top") || !strings.Contains(got, "db:3306") {
		t.Errorf("redacted %q", got)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		s    config.Server
		want string
	}{
		"good":      {config.Server{Listen: ":8080"}, ""},
		"half TLS":  {config.Server{Listen: ":8080", TLSCert: "c"}, "together"},
		"no port":   {config.Server{Listen: "localhost"}, "HOST:PORT"},
		"bad proxy": {config.Server{Listen: ":1", TrustedProxies: []string{"ten"}}, "ten"},
		"bad url":   {config.Server{Listen: ":1", PublicURL: "example.org"}, "example.org"},
	} {
		err := tc.s.Check()
		if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
	if got := (config.Server{Listen: ":8080"}).Base(); got != "http://localhost:8080" {
		t.Errorf("base %q", got)
	}
}
