package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shanzhi/models/testkit"
)

// A demonstration made where something is served keeps to its own folder, and replaces only an earlier one.
func TestDemoKeepsToItself(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	k, err := keptToday()
	must(t, err)
	home := filepath.Join(t.TempDir(), "home")
	must(t, os.CopyFS(home, os.DirFS(k.home)))
	served := filepath.Join("data", "shanzhi.db")
	before, err := os.ReadFile(filepath.Join(home, served))
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
		code, _, e := apart(t, func(c *exec.Cmd) { c.Dir = home }, append([]string{"demo", "--seed-only"}, args...)...)
		if code != codeFault || strings.Count(e, "\n") != 1 || !strings.Contains(e, "shanzhi.db") {
			t.Errorf("%v: code %d, %q, want 1 and one sentence that names the file", args, code, e)
		}
	}
	after, err := os.ReadFile(filepath.Join(home, served))
	must(t, err)
	if !bytes.Equal(before, after) {
		t.Error("the database of serve has changed")
	}
}

func TestDemoRefusesAWeakPasswordBeforeItThrowsAnythingAway(t *testing.T) {
	testkit.WithoutServer(t)
	t.Setenv("SHANZHI_DEMO_PASSWORD", "short")
	data := filepath.Join(t.TempDir(), "d")
	if code, _, e := command(t, "demo", "--seed-only", "--data", data); code != codeFault || !strings.Contains(e, "SHANZHI_DEMO_PASSWORD") {
		t.Errorf("code %d, %q", code, e)
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("the folder was made")
	}
}
