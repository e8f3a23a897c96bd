package templates_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// templFolders returns the folders beneath templates that hold components.
func templFolders(t *testing.T) []string {
	t.Helper()
	var folders []string
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".templ") {
			return err
		}
		if dir := filepath.Dir(name); len(folders) == 0 || folders[len(folders)-1] != dir {
			folders = append(folders, dir)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("walk templates: %v", err)
	}
	return folders
}

func TestGeneratedCodeIsCurrent(t *testing.T) {
	t.Parallel()
	folders := templFolders(t)
	if len(folders) == 0 {
		t.Fatal("got no folder with components")
	}
	for _, folder := range folders {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			compare(t, folder)
		})
	}
}

// compare generates a copy of the folder and compares the code in both.
func compare(t *testing.T, folder string) {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(folder, "*.templ"))
	if err != nil {
		t.Fatal(err)
	}
	copied := t.TempDir()
	want := make(map[string]bool)
	for _, name := range sources {
		if err := os.WriteFile(filepath.Join(copied, filepath.Base(name)), read(t, name), 0o600); err != nil {
			t.Fatal(err)
		}
		want[strings.TrimSuffix(filepath.Base(name), ".templ")+"_templ.go"] = true
	}
	generate := exec.CommandContext(t.Context(), "go", "tool", "templ", "generate", "-path", copied)
	generate.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("templ generate: %v\n%s", err, text)
	}
	for name := range want {
		if string(read(t, filepath.Join(folder, name))) != string(read(t, filepath.Join(copied, name))) {
			t.Errorf("%s is not current: run go tool templ generate in templates/%s", name, folder)
		}
	}
	code, err := filepath.Glob(filepath.Join(folder, "*_templ.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range code {
		if !want[filepath.Base(name)] {
			t.Errorf("%s has no templ source", name)
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Errorf("read: %v", err)
	}
	return text
}
