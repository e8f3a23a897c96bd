package static

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// folder returns the files of a folder by name.
func folder(t *testing.T, fsys fs.FS) map[string]string {
	t.Helper()
	files := make(map[string]string)
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		t.Fatalf("read folder: %v", err)
	}
	for _, e := range entries {
		text, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			t.Fatalf("read %s: %v", e.Name(), err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

func TestDistIsWhatTheSourcesGive(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "dist")
	build := exec.CommandContext(t.Context(), "sh", "build.sh", out)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, text)
	}
	committed, err := fs.Sub(dist, "dist")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(folder(t, committed), folder(t, os.DirFS(out))); diff != "" {
		t.Errorf("run go generate in templates/static (-committed +built):\n%.2000s", diff)
	}
}

func TestEveryFileIsFoundByItsPlainNameAndIsSmall(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, media string
		most        int // bytes
	}{
		{"base.css", "text/css; charset=utf-8", 13_000},
		{"desk.css", "text/css; charset=utf-8", 20_000},
		{"shanzhi.js", "text/javascript; charset=utf-8", 7_000},
		{"seal.svg", "image/svg+xml", 1_000},
	} {
		href := Href(c.name)
		stem, ext, _ := strings.Cut(c.name, ".")
		if !regexp.MustCompile(`^/static/` + stem + `\.[A-Z0-9]{8}\.` + ext + `$`).MatchString(href) {
			t.Errorf("%s: got address %q, want one with a fingerprint", c.name, href)
			continue
		}
		f, ok := Open(strings.TrimPrefix(href, Prefix))
		if !ok {
			t.Errorf("%s: %s is not served", c.name, href)
			continue
		}
		if f.Type != c.media || len(f.Body) == 0 || len(f.Body) > c.most {
			t.Errorf("%s: got %q, %d bytes; want %q, at most %d", c.name, f.Type, len(f.Body), c.media, c.most)
		}
		if !strings.Contains(href, strings.Trim(f.ETag, `"`)) {
			t.Errorf("%s: got tag %s, want the fingerprint of %s", c.name, f.ETag, href)
		}
	}
	if len(names()) != 4 {
		t.Errorf("got %d files in dist, want the 4 that pages load", len(names()))
	}
}

func TestOnlyFingerprintedNamesAreServed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "base.css", "../static.go", "..", "a/b.c.d", `..\static.x.go`, "base.00000000.css"} {
		if _, ok := Open(name); ok {
			t.Errorf("%q is served", name)
		}
	}
	if got := Href("none.css"); got != "/static/none.css" {
		t.Errorf("got %q", got)
	}
}

func TestSheetsLoadNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	outside := regexp.MustCompile(`https?://|//[a-z]+\.|@import|url\(`)
	for _, name := range []string{"base.css", "desk.css", "shanzhi.js"} {
		f, _ := Open(strings.TrimPrefix(Href(name), Prefix))
		if found := outside.Find(f.Body); found != nil {
			t.Errorf("%s holds %q", name, found)
		}
		if strings.Contains(string(f.Body), "eval(") || strings.Contains(string(f.Body), "innerHTML") {
			t.Errorf("%s writes markup or code", name)
		}
	}
}
