package i18n

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// uses finds keys written literally where a text is asked for; a literal that is continued by + is not a whole key.
var uses = regexp.MustCompile(`(?:\bTN?\(\s*(?:ctx\s*,\s*)?|\bfault\.New\([^,"]+,\s*|\bfault\.On\([^,()]+,\s*|` +
	`\bfault\.At\([^,]+,[^,()]+,\s*)"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)"\s*[,)]`)

// use is a key in a source file.
type use struct{ file, key string }

// keysIn returns the keys that a source text asks for.
func keysIn(file, text string) []use {
	var found []use
	for _, m := range uses.FindAllStringSubmatch(text, -1) {
		found = append(found, use{file, m[1]})
	}
	return found
}

// sources returns every key asked for in the module's Go and templ files, tests and generated code aside.
func sources(t *testing.T, root string) []use {
	t.Helper()
	var found []use
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if name != root && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		written := strings.HasSuffix(base, ".templ") || strings.HasSuffix(base, ".go")
		if !written || strings.HasSuffix(base, "_test.go") || strings.HasSuffix(base, "_templ.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		found = append(found, keysIn(strings.TrimPrefix(name, root), string(text))...)
		return nil
	})
	if err != nil {
		t.Fatalf("walk the sources: %v", err)
	}
	return found
}

func TestEveryKeyUsedInTheSourcesHasAText(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatalf("the module's root is not at %s: %v", root, err)
	}
	found := sources(t, root)
	if len(found) < 30 {
		t.Fatalf("got %d uses of texts in the sources, want at least those of templates/ui", len(found))
	}
	b := bundle(t)
	told := make(map[use]bool)
	for _, u := range found {
		for _, lang := range Langs() {
			if !b.Printer(lang).Has(u.key) && !told[u] {
				told[u] = true
				t.Errorf("%s: text %q is missing in %s", u.file, u.key, lang)
			}
		}
	}
}

func TestUsesAreFoundInEveryWayTheyAreWritten(t *testing.T) {
	t.Parallel()
	text := `{ ui.T(ctx, "a.one") } p.T("a.two", "n", 1)
	ui.TN(ctx, "a.three", n)
	fault.New(fault.NotFound,
		"a.four")
	fault.On("name", "a.five", "max", 3) fault.At(row, field.Name, "a.six")
	fault.New(k, "a.seven", "n", 1) ui.T(ctx, "a.half."+kind) fault.On(name, "a.eight")
	t.Run("not.a key", nil) x.Split("b.c")`
	var got []string
	for _, u := range keysIn("x.go", text) {
		got = append(got, u.key)
	}
	want := "a.one a.two a.three a.four a.five a.six a.seven a.eight"
	if strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
