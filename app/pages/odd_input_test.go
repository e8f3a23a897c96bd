package pages

import (
	"net/url"
	"strings"
	"testing"

	"shanzhi/app/web/webtest"
	"shanzhi/models"
)

// TestOddTextIsRefusedInASentence: what nobody types by hand, but a paste or a program sends, is refused with a
// sentence in the form and is never an error of the server; a search for it finds nothing.
func TestOddTextIsRefusedInASentence(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withAccess)
	sys, sec := h.login(t, h.sys), h.login(t, h.sec)
	for name, text := range map[string]string{
		"10,000 characters": strings.Repeat("长", 10_000),
		"emoji":             strings.Repeat("🙂", 200),
		"right to left":     "\u202e\u2066abc\u2069\u202c",
		"zero width":        "\u200b\u200d\ufeff",
		"control":           "a\x00b\x1b",
		"broken":            "\xff\xfe",
	} {
		grant := url.Values{
			"staff_no": {text}, "role": {string(models.RoleTrainer)}, "unit": {h.county.ID}, "from": {""}, "to": {""},
		}
		told(t, name, sec.Post("/admin/roles", grant))
		unit := url.Values{"parent": {h.county.ID}, "name": {text}, "kind": {string(models.Village)}}
		told(t, name, sys.Post("/admin/units", unit))
		desk := url.Values{"staff_no": {text}, "unit": {h.county.ID}, "to": {""}}
		told(t, name, sys.Post("/admin/desks", desk))
		for _, path := range []string{"/admin/people?q=", "/admin/roles?q="} {
			by := sys
			if strings.HasPrefix(path, "/admin/roles") {
				by = sec
			}
			if got := by.Get(path + url.QueryEscape(text[:min(len(text), 1500)])).Status; got != 200 && got != 422 {
				t.Errorf("%s: %s answers %d", name, path, got)
			}
		}
	}
}

// told wants a form that came back with a sentence of what is wrong.
func told(t *testing.T, name string, page *webtest.Page) {
	t.Helper()
	if page.Status != 422 || page.Count("div[role=alert]") == 0 {
		t.Errorf("%s: %s answers %d with %d sentences", name, page.Path, page.Status, page.Count("div[role=alert]"))
	}
}
