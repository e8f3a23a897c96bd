package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shanzhi/models/testkit"
)

// shanzhi runs a command line and returns its exit code and what it has printed.
func shanzhi(t *testing.T, args ...string) (code int, out, complaint string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, streams{strings.NewReader(""), &o, &e})
	return code, o.String(), e.String()
}

// A demonstration made where something is served keeps to its own folder, and replaces only an earlier one.
// The test changes folder, so it runs alone.
func TestDemoKeepsToItself(t *testing.T) {
	testkit.WithoutServer(t)
	k, err := keptToday()
	must(t, err)
	home := filepath.Join(t.TempDir(), "home")
	must(t, os.CopyFS(home, os.DirFS(k.home)))
	t.Chdir(home)
	served := filepath.Join("data", "shanzhi.db")
	before, err := os.ReadFile(served)
	must(t, err)
	if !bytes.Equal(before, k.served) {
		t.Error("the database of serve was changed by the first demonstration")
	}
	for _, want := range []string{"QH1102", "干部 Cadre", "QH9003", "shanzhi serve --data data/demo", demoPassword} {
		if !strings.Contains(k.says, want) {
			t.Errorf("%q is missing in\n%s", want, k.says)
		}
	}
	for _, args := range [][]string{
		{"--data", "data", "--database", "sqlite:" + served}, {"--database", "sqlite:" + served},
	} {
		code, _, e := shanzhi(t, append([]string{"demo", "--seed-only"}, args...)...)
		if code != codeFault || strings.Count(e, "\n") != 1 || !strings.Contains(e, "shanzhi.db") {
			t.Errorf("%v: code %d, %q, want 1 and one sentence that names the file", args, code, e)
		}
	}
	after, err := os.ReadFile(served)
	must(t, err)
	if !bytes.Equal(before, after) {
		t.Error("the database of serve has changed")
	}
}

func TestDemoRefusesAWeakPasswordBeforeItThrowsAnythingAway(t *testing.T) {
	testkit.WithoutServer(t)
	t.Setenv("SHANZHI_DEMO_PASSWORD", "short")
	data := filepath.Join(t.TempDir(), "d")
	if code, _, e := shanzhi(t, "demo", "--seed-only", "--data", data); code != codeFault || !strings.Contains(e, "SHANZHI_DEMO_PASSWORD") {
		t.Errorf("code %d, %q", code, e)
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("the folder was made")
	}
}
