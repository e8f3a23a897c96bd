package guide

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"shanzhi/models"
	"shanzhi/templates/i18n"
)

// Every role of the house has a guide in both languages, and residents have one.
func TestEveryRoleHasItsGuide(t *testing.T) {
	t.Parallel()
	for _, r := range models.Roles() {
		if !slices.Contains(Parts(), string(r)) {
			t.Errorf("no guide for %s", r)
		}
	}
	for _, lang := range i18n.Langs() {
		for _, p := range Parts() {
			if text, ok := Text(lang, p); !ok || strings.TrimSpace(text) == "" {
				t.Errorf("%s: no guide for %s", lang, p)
			}
		}
	}
	if _, ok := Text("zh-CN", "../guide"); ok {
		t.Error("a guide outside the list")
	}
}

// A guide says what one does, how, what not to do and what one's rights are, at a length that is read.
func TestGuidesAreShortAndWhole(t *testing.T) {
	t.Parallel()
	for _, p := range Parts() {
		zh, _ := Text("zh-CN", p)
		n := 0
		for _, r := range zh {
			if unicode.Is(unicode.Han, r) {
				n++
			}
		}
		if n < 600 || n > 1200 {
			t.Errorf("%s: %d Chinese characters, want 600 to 1,200", p, n)
		}
		en, _ := Text("en", p)
		if words := len(strings.Fields(en)); words < 200 || words > 900 {
			t.Errorf("%s: %d English words, want 200 to 900", p, words)
		}
		for lang, text := range map[string]string{"zh-CN": zh, "en": en} {
			if got := strings.Count(text, "\n## "); got != 4 {
				t.Errorf("%s of %s has %d parts, want what, how, what not and the rights", p, lang, got)
			}
			if !regexp.MustCompile(`(?m)^1\. `).MatchString(text) {
				t.Errorf("%s of %s has no steps", p, lang)
			}
		}
	}
}

// The guides use the words of the glossary.
func TestGuidesAvoidWrongWords(t *testing.T) {
	t.Parallel()
	for _, p := range Parts() {
		zh, _ := Text("zh-CN", p)
		for _, w := range []string{"打卡", "积分", "勋章", "红黑榜", "末位", "一键考核", "证据", "监控", "客户", "工单池", "看板", "重开", "过期工单"} {
			if strings.Contains(zh, w) {
				t.Errorf("%s says %s", p, w)
			}
		}
	}
}
