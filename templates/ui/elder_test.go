package ui_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"shanzhi/templates/ui"
	"shanzhi/templates/ui/uicheck"
)

// TestLargePrintKeepsTheMenuBehindOneButton: in large print a narrow screen shows the main menu behind the reader's own
// one, which needs no script; nothing of it is lost there, and the search is among it. It is on every page, since the
// switch to large print does not load the page anew; styles hide it in normal print.
func TestLargePrintKeepsTheMenuBehindOneButton(t *testing.T) {
	t.Parallel()
	f := frame(t, "zh-CN")
	f.Search = "both"
	doc := uicheck.Parse(t, markup(t, f, desk(ui.Form{})))
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
