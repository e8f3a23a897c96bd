package sheet

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

func locale(t *testing.T, lang string) map[string]string {
	t.Helper()
	var words map[string]string
	if _, err := toml.DecodeFile(filepath.Join("..", "..", "templates", "i18n", "locales", lang, "sheet.toml"), &words); err != nil {
		t.Fatal(err)
	}
	return words
}

// Every key of the code has its words in both languages with the same arguments, and there are no others.
func TestEveryMessageHasItsWords(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`"(sheet\.[a-z_]+)"`)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllSubmatch(text, -1) {
			used[string(m[1])] = true
		}
	}
	if len(used) < 40 {
		t.Fatalf("only %d keys found", len(used))
	}
	zh, en := locale(t, "zh-CN"), locale(t, "en")
	for k := range used {
		if zh[k] == "" || en[k] == "" {
			t.Errorf("%s: zh-CN %q, en %q", k, zh[k], en[k])
		}
	}
	// 2026年7月1日 stands in the Chinese text only; what counts are the arguments.
	args := regexp.MustCompile(`{{\.[a-z]+}}`)
	for k, text := range zh {
		a, b := args.FindAllString(text, -1), args.FindAllString(en[k], -1)
		slices.Sort(a)
		slices.Sort(b)
		if !used[k] || !slices.Equal(a, b) {
			t.Errorf("%s: used %v, arguments %v and %v", k, used[k], a, b)
		}
	}
	if len(zh) != len(en) {
		t.Errorf("%d Chinese and %d English messages", len(zh), len(en))
	}
}
