package ui_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"shanzhi/templates/ui"
	"shanzhi/templates/ui/uicheck"
)

// TestLargePrintKeepsTheMenuBehindOneButton: in large print a narrow screen shows the main menu behind the reader's own
// one, which needs no script; nothing of it is lost there, and the search is among it.
func TestLargePrintKeepsTheMenuBehindOneButton(t *testing.T) {
	t.Parallel()
	f := frame(t, "zh-CN")
	f.Search = "both"
	if doc := uicheck.Parse(t, markup(t, f, gallery(ui.Form{}))); len(uicheck.All(doc, "nav", "in-menu")) != 0 {
		t.Error("in normal print the menu is there twice")
	}
	f.Mode = "elder"
	doc := uicheck.Parse(t, markup(t, f, gallery(ui.Form{})))
	menu := uicheck.All(uicheck.All(doc, "details", "menu")[0], "nav", "in-menu")
	if len(menu) != 1 {
		t.Fatalf("%d menus behind the button, want 1", len(menu))
	}
	words := func(n *html.Node) (out []string) {
		for _, a := range uicheck.All(n, "a", "") {
			out = append(out, uicheck.Attr(a, "href"))
		}
		return out
	}
	want := append(words(uicheck.All(doc, "nav", "nav")[0]), "/search")
	if diff := cmp.Diff(want, words(menu[0])); diff != "" {
		t.Errorf("behind the button (-want +got):\n%s", diff)
	}
}
