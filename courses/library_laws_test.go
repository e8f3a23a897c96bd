package courses

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shanzhi/models/testkit"
)

var (
	// citation is a law in its marks, perhaps a part of it and the day of its version, and the articles right behind.
	citation = regexp.MustCompile(`《([^《》]{2,30})》(物权编|侵权责任编|合同编)?(?:（([^（）]{2,40})）)?` +
		`((?:第[零〇一二三四五六七八九十百千]+条[、和]?)*)`)
	articleNo = regexp.MustCompile(`第([零〇一二三四五六七八九十百千]+)条`)
	headline  = regexp.MustCompile(`(?m)^[#*\s　-]*第([零〇一二三四五六七八九十百千]+)条`)
	dayOfText = regexp.MustCompile(`(\d{4})年(\d{1,2})月(\d{1,2})日(?:发布|公布|通过|修[正订])`)
	nameDay   = regexp.MustCompile(`^(.+?)(?:\((\d{4})-(\d{2})-(\d{2})\))?\.md$`)
)

// law is one official text.
type law struct {
	day      string // of the version, as courses write it; "" where the name of the file has none
	articles []string
}

// TestCitedArticlesAreInTheLaws holds every article and every version that a course names against the official texts,
// where these are there.
func TestCitedArticlesAreInTheLaws(t *testing.T) {
	t.Parallel()
	laws := readLaws(t)
	checked, unknown := 0, map[string]bool{}
	err := fs.WalkDir(os.DirFS("library"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".md") && !strings.HasSuffix(path, ".json") {
			return err
		}
		raw, err := os.ReadFile(filepath.Join("library", path))
		if err != nil {
			return err
		}
		for _, m := range citation.FindAllStringSubmatch(string(raw), -1) {
			name := strings.TrimPrefix(m[1], "中华人民共和国")
			if name == "民法典" {
				name = m[2] // its books lie in files of their own
			}
			l, known := laws[name]
			if !known {
				if m[4] != "" {
					unknown[m[1]+m[2]] = true
				}
				continue
			}
			checked += l.check(t, path, m)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 100 {
		t.Errorf("%d articles checked, want those of every course", checked)
	}
	for name := range unknown {
		t.Logf("no text of 《%s》: its articles are not checked", name)
	}
}

// check holds one citation against the text and returns how many articles it named.
func (l law) check(t *testing.T, path string, m []string) (n int) {
	t.Helper()
	for _, a := range articleNo.FindAllStringSubmatch(m[4], -1) {
		if n++; !slices.Contains(l.articles, a[1]) {
			t.Errorf("%s: 《%s》 has no article %s", path, m[1], a[1])
		}
	}
	if day := dayOfText.FindString(m[3]); day != "" && l.day != "" && !strings.HasPrefix(day, l.day) {
		t.Errorf("%s: 《%s》 is cited by its version %s, the text is that of %s", path, m[1], day, l.day)
	}
	return n
}

func readLaws(t *testing.T) map[string]law {
	t.Helper()
	folder, why := testkit.Outside("laws") // a file is called by the law and, in brackets, the day of its version
	if folder == "" {
		t.Skip(why)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	laws := map[string]law{}
	for _, f := range files {
		m := nameDay.FindStringSubmatch(f.Name())
		if m == nil {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var l law
		if m[2] != "" {
			l.day = m[2] + "年" + strings.TrimPrefix(m[3], "0") + "月" + strings.TrimPrefix(m[4], "0") + "日"
		}
		for _, a := range headline.FindAllStringSubmatch(string(raw), -1) {
			l.articles = append(l.articles, a[1])
		}
		if len(l.articles) == 0 {
			t.Errorf("%s: no articles found", f.Name())
		}
		laws[m[1]] = l
	}
	return laws
}
