package guide

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"shanzhi/templates/i18n"
)

// spoken are words in quotation marks that are no name on a page: what people say, write, or call something.
var spoken = map[string]bool{
	"等次": true, "档次": true, "先用着": true, "谁、什么时候、做了什么、看了什么": true,
	"忘记密码，本人持身份证办理": true, "领导着急": true, "for now": true, "forgotten, came with identity card": true,
}

// quotedIn finds what stands in quotation marks.
var quotedIn = regexp.MustCompile(`“([^”]+)”`)

// TestGuidesOfAdministratorsNameWhatIsThere: every page, menu entry and button that a guide of the administrators and
// the desk names in quotation marks is a text of the product, word for word.
func TestGuidesOfAdministratorsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs() {
		words := bundle.Printer(lang)
		var texts []string
		for _, key := range bundle.Keys(lang) {
			texts = append(texts, words.T(key))
		}
		for _, part := range []string{"sysadmin", "secadmin", "auditadmin", "desk"} {
			text, _ := Text(lang, part)
			for _, m := range quotedIn.FindAllStringSubmatch(text, -1) {
				name := strings.Trim(m[1], "，。,.")
				if !spoken[name] && !slices.Contains(texts, name) {
					t.Errorf("%s of %s names “%s”, which stands on no page", part, lang, name)
				}
			}
		}
	}
}
