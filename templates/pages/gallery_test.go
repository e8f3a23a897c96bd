package pages_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"shanzhi/templates"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pages"
	"shanzhi/templates/ui"
	"shanzhi/templates/ui/uicheck"
)

// within are the components that the gallery shows inside of others.
var within = map[string]string{
	"CSRF":       "Post writes it into every form",
	"Crumbs":     "Page writes them at its head",
	"NarrowPage": "ConfirmPage and ErrorPage are narrow pages",
}

// components are the exported components of package ui.
func components(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	names, err := filepath.Glob("../ui/*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^templ ([A-Z]\w*)\(`).FindAllSubmatch(text, -1) {
			found[string(m[1])] = true
		}
	}
	if len(found) < 60 {
		t.Fatalf("%d components: their files are not where they were", len(found))
	}
	return found
}

// called are the functions of package ui that the generated code of the gallery calls.
func called(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	names, err := filepath.Glob("gallery*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if f, ok := call.Fun.(*ast.SelectorExpr); ok {
					if pkg, ok := f.X.(*ast.Ident); ok && pkg.Name == "ui" {
						found[f.Sel.Name] = true
					}
				}
			}
			return true
		})
	}
	return found
}

// sample is a figure with one row.
func sample() ui.Drawn {
	return ui.Drawn{
		Title: "各渠道五级评价", Said: "窗口 53 件。", Heads: []string{"渠道", "件数"}, Rows: [][]string{{"窗口", "53"}, {"网上", ""}},
		SVG: `<svg xmlns="http://www.w3.org/2000/svg" role="img" class="figure" viewBox="0 0 9 9"><title>t</title></svg>`,
	}
}

func printer(t *testing.T) func(lang string) *i18n.Printer {
	t.Helper()
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return words.Printer
}

func view(query string) pages.GalleryView {
	q, _ := url.ParseQuery(query)
	l := ui.ListOf(q, pages.GallerySize, pages.GalleryKeys()...)
	l.Sheet = true
	d := sample()
	return pages.GalleryView{List: l, Dots: d, Levels: d, Trend: d, Wide: d, QR: "M0 0h7v1h-7z", Size: 29, Code: d.SVG}
}

// show renders a page for somebody who reads these words, and, when rich, in large print and high contrast, signed in.
func show(t *testing.T, page templ.Component, words *i18n.Printer, rich bool) []byte {
	t.Helper()
	f := ui.Frame{Words: words, Path: pages.GalleryPath, CSRF: "secret", Today: "2026-07-15"}
	if rich {
		f.Mode, f.Contrast, f.Demo, f.Search, f.Unread = "elder", "high", true, "both", 2
		f.User = ui.User{Name: "周晓岚", RoleLabel: "干部"}
		f.Nav = []ui.NavItem{{Key: "home", Href: "/"}, {Key: "learn", Href: "/learn", Current: true}}
		f.Flash = &ui.Flash{Kind: ui.OK, Text: "已保存"}
		f.Site = ui.Site{Name: "青禾县", Organizer: "中共青禾县委组织部", Phone: "0871-1234567", Filing: []string{"滇ICP备00000000号"}}
	}
	var b strings.Builder
	if err := templates.Render(ui.WithFrame(t.Context(), f), &b, page); err != nil {
		t.Fatal(err)
	}
	return []byte(b.String())
}

// Every exported component is on the page of components, and every name that the page gives is one.
func TestTheGalleryShowsEveryComponent(t *testing.T) {
	t.Parallel()
	all, shown := components(t), called(t)
	doc := uicheck.Parse(t, show(t, pages.Gallery(view("")), printer(t)("en"), false))
	named := map[string]bool{}
	for _, p := range uicheck.All(doc, "p", "dim") {
		if uicheck.Attr(p, "lang") != "en" {
			continue
		}
		for name := range strings.SplitSeq(uicheck.Words(p), " · ") {
			named[name] = true
			if !all[name] {
				t.Errorf("the page names %s, which is no component", name)
			}
		}
	}
	for name := range all {
		switch why, inside := within[name]; {
		case inside && shown[name]:
			t.Errorf("%s is shown by itself, and is said to be inside of others: %s", name, why)
		case !inside && !shown[name]:
			t.Errorf("%s is not on the page of components", name)
		case name != "CSRF" && !named[name]:
			t.Errorf("the page does not name %s", name)
		}
	}
	for name := range within {
		if !all[name] {
			t.Errorf("%s is no component", name)
		}
	}
}

// The page, each state of its list and every whole page are sound in both languages, with and without all that a frame
// can hold.
func TestTheGalleryIsSoundInEveryMode(t *testing.T) {
	t.Parallel()
	all, words := map[string]templ.Component{}, printer(t)
	for _, query := range []string{"", "sort=-days&page=2", "q=xyz"} {
		all["?"+query] = pages.Gallery(view(query))
	}
	for _, frame := range pages.GalleryFrames() {
		all[frame] = pages.GalleryFrame(frame)
	}
	for name, page := range all {
		for _, lang := range i18n.Langs() {
			for _, rich := range []bool{false, true} {
				body := show(t, page, words(lang), rich)
				for _, d := range uicheck.Defects(body, true) {
					t.Errorf("%s in %s: %s", name, lang, d)
				}
				if key := regexp.MustCompile(`\bgallery\.[a-z_.0-9]+`).Find(body); key != nil {
					t.Errorf("%s in %s shows the key %s", name, lang, key)
				}
			}
		}
	}
}

// Nothing on the page can do harm: what is posted goes to the switches, with a way back and without their names.
func TestTheGallerysFormsDoNothing(t *testing.T) {
	t.Parallel()
	words := printer(t)("zh-CN")
	for _, page := range []templ.Component{
		pages.Gallery(view("")), pages.GalleryFrame("resident"), pages.GalleryFrame("exam"), pages.GalleryFrame("confirm"),
	} {
		for _, form := range uicheck.All(uicheck.Parse(t, show(t, page, words, false)), "form", "") {
			if uicheck.HasClass(form, "tools") { // the frame's own
				continue
			}
			back := uicheck.Attr(form, "method") == "get"
			if !back && uicheck.Attr(form, "action") != "/mode" {
				t.Errorf("a form posts to %s", uicheck.Attr(form, "action"))
			}
			for _, tag := range []string{"input", "select", "textarea", "button"} {
				for _, n := range uicheck.All(form, tag, "") {
					switch uicheck.Attr(n, "name") {
					case "back":
						back = strings.HasPrefix(uicheck.Attr(n, "value"), pages.GalleryPath)
					case "mode", "contrast", "lang":
						t.Errorf("a sample changes %s", uicheck.Attr(n, "name"))
					}
				}
			}
			if !back {
				t.Error("a form leads away from the page")
			}
			if uicheck.Attr(form, "data-autosave") != "" {
				t.Error("a sample is sent as it is typed")
			}
		}
	}
}
