package i18n

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func bundle(tb testing.TB) *Bundle {
	tb.Helper()
	b, err := Load()
	if err != nil {
		tb.Fatalf("load texts: %v", err)
	}
	return b
}

func TestBothLanguagesHoldTheSameKeys(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	zh, en := b.Keys("zh-CN"), b.Keys("en")
	if len(zh) < 100 {
		t.Fatalf("got %d keys, want the whole interface", len(zh))
	}
	for _, k := range zh {
		if !slices.Contains(en, k) {
			t.Errorf("%q is missing in en", k)
		}
	}
	for _, k := range en {
		if !slices.Contains(zh, k) {
			t.Errorf("%q is missing in zh-CN", k)
		}
	}
}

var (
	placeholder = regexp.MustCompile(`\{\{\.([a-z_]+)\}\}`)
	keyShape    = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
)

// names returns the sorted placeholders of a text in all its forms.
func names(texts []string) []string {
	var found []string
	for _, s := range texts {
		for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
			found = append(found, m[1])
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// all returns the texts of a key.
func (p *Printer) all(key string) []string {
	if s, ok := p.plain[key]; ok {
		return []string{s}
	}
	return forms(p.forms[key])
}

func TestTextsHaveTheSamePlaceholdersAndAreNotEmpty(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	for _, k := range b.Keys(Default) {
		if !keyShape.MatchString(k) {
			t.Errorf("key %q: want area.name in small letters", k)
		}
		if !b.Printer("en").Has(k) {
			continue // named by the test above
		}
		if diff := cmp.Diff(names(b.Printer(Default).all(k)), names(b.Printer("en").all(k))); diff != "" {
			t.Errorf("%q: placeholders differ (-zh-CN +en):\n%s", k, diff)
		}
	}
	for _, lang := range Langs() {
		p := b.Printer(lang)
		for _, k := range b.Keys(lang) {
			all, m := p.all(k), p.forms[k]
			if m != nil && m.Other == "" || slices.ContainsFunc(all, func(s string) bool { return strings.TrimSpace(s) == "" }) {
				t.Errorf("%s %q is empty", lang, k)
			}
			for _, s := range all {
				if rest := placeholder.ReplaceAllString(s, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
					t.Errorf("%s %q: only {{.name}} is allowed, got %q", lang, k, s)
				}
			}
			if lang == Default && m != nil && m.One != "" {
				t.Errorf("%s %q: Chinese has the form other alone", lang, k)
			}
		}
	}
}

func TestPrinterFillsArguments(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	zh, en := b.Printer("zh-CN"), b.Printer("en")
	for _, c := range []struct{ got, want string }{
		{zh.T("do.save"), "保存"},
		{zh.T("no.such.key", "n", 1), "no.such.key"},
		{zh.TN("no.such.key", 1), "no.such.key"},
		{zh.T("form.invalid", "n", 2), "有 2 处需要改正"},
		{zh.T("form.invalid", map[string]any{"n": 3}), "有 3 处需要改正"},
		{en.T("form.invalid", "n", 1), "1 thing to correct"},
		{en.T("form.invalid", "n", 2), "2 things to correct"},
		{en.TN("time.days_left", 1), "1 working day left"},
		{en.TN("time.days_left", 4), "4 working days left"},
		{zh.TN("time.days_left", 1), "还有 1 个工作日"},
		{zh.T("form.unknown", "value", "<b>"), "系统中没有“<b>”。请先登记，或者更正名称。"},
		{(*Printer)(nil).T("do.save"), "do.save"},
		{b.Printer("fr").Lang(), "zh-CN"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestTNLeavesTheCallersArgumentsAlone(t *testing.T) {
	t.Parallel()
	args := map[string]any{"x": 1}
	bundle(t).Printer("en").TN("time.days_left", 2, args)
	if len(args) != 1 {
		t.Errorf("got %v, want the map as it was", args)
	}
}

func TestAKeyStandsOnce(t *testing.T) {
	t.Parallel()
	_, err := load(fstest.MapFS{
		"locales/zh-CN/a.toml": {Data: []byte(`"a.x" = "1"`)},
		"locales/zh-CN/b.toml": {Data: []byte(`"a.x" = "2"`)},
	})
	if err == nil || !strings.Contains(err.Error(), "b.toml") {
		t.Errorf("got %v, want an error naming both files", err)
	}
	if _, err := load(fstest.MapFS{"locales/en/a.toml": {Data: []byte(`"a.x = `)}}); err == nil {
		t.Error("got nil, want an error for a broken file")
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ header, cookie, want string }{
		{"", "", "zh-CN"},
		{"en-GB,en;q=0.9,zh;q=0.2", "", "en"},
		{"zh", "", "zh-CN"},
		{"zh-Hans-CN,en;q=0.5", "", "zh-CN"},
		{"zh-TW", "", "zh-CN"},
		{"fr,de;q=0.9", "", "zh-CN"},
		{"fr,en;q=0.4,zh;q=0.3", "", "en"},
		{"en", "zh-CN", "zh-CN"},
		{"zh", "en", "en"},
		{"en", "klingon", "en"},
		{";;;=", "", "zh-CN"},
		{strings.Repeat("en,", 1000), "", "zh-CN"},
	} {
		if got := Match(c.header, c.cookie); got != c.want {
			t.Errorf("Match(%.30q, %q): got %q, want %q", c.header, c.cookie, got, c.want)
		}
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	zh, en := b.Printer("zh-CN"), b.Printer("en")
	evening := time.Date(2026, 7, 16, 18, 42, 7, 0, time.UTC) // 17 July, 02:42:07 in Asia/Shanghai
	for _, c := range []struct{ got, want string }{
		{zh.Date(evening), "2026年7月17日"},
		{en.Date(evening), "17 July 2026"},
		{zh.ShortDate(evening), "7月17日"},
		{en.ShortDate(evening), "17 July"},
		{en.Month(evening), "July 2026"},
		{zh.IsoDate(evening), "2026-07-17"},
		{zh.DateTime(evening), "2026年7月17日 02:42"},
		{en.DateTime(evening), "17 July 2026, 02:42"},
		{zh.ShortDateTime(evening), "7月17日 02:42"},
		{zh.Clock(evening), "02:42:07"},
		{zh.Date(time.Time{}), ""},
		{zh.Hours(3150), "31.5"},
		{zh.Hours(7800), "78"},
		{zh.Hours(25), "0.25"},
		{zh.Score(7810), "78.1"},
		{zh.Score(-5), "-0.05"},
		{zh.Percent(450.0 / 474), "94.9%"},
		{zh.Percent(math.NaN()), "—"},
		{zh.Interval(0.926, 0.966), "92.6%–96.6%"},
		{zh.Count(1286), "1,286"},
		{zh.Count(-1234567), "-1,234,567"},
		{zh.Count(7), "7"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func BenchmarkPlainText(b *testing.B) {
	p := bundle(b).Printer("zh-CN")
	b.ReportAllocs()
	for b.Loop() {
		p.T("do.save")
	}
}

func BenchmarkTextWithArguments(b *testing.B) {
	p := bundle(b).Printer("zh-CN")
	b.ReportAllocs()
	for b.Loop() {
		p.T("page.range", "from", 1, "to", 20, "total", 46)
	}
}
