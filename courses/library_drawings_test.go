package courses

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 100" class="tall" role="img" font-size="14">` +
	`<title>图</title><desc>先甲，后乙。</desc><g fill="none" stroke="currentColor"><rect x="1" y="1" width="9" height="9"/></g>` +
	`<text x="9" y="20" fill="currentColor">甲</text></svg>`

// drawnShelf is the folder of one right course whose lesson shows a drawing.
func drawnShelf(drawing string) fstest.MapFS {
	files := shelfOf()
	files["a/lesson-1.md"] = &fstest.MapFile{Data: []byte("## 一\n\n文字。\n\n![两步](two-steps.svg)\n\n尾。\n")}
	files["a/two-steps.svg"] = &fstest.MapFile{Data: []byte(drawing)}
	return files
}

func TestLoadLibraryReadsDrawings(t *testing.T) {
	t.Parallel()
	all, err := LoadLibrary(drawnShelf(svg))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Drawing{"two-steps.svg": {Title: "图", Desc: "先甲，后乙。", SVG: svg}}
	if d := cmp.Diff(want, all[0].Drawings); d != "" {
		t.Error(d)
	}
	parts := []Part{{Text: "文字。"}, {Drawing: "two-steps.svg", Caption: "两步"}, {Text: "尾。"}}
	if d := cmp.Diff(parts, Parts(Sections(all[0].Lessons[0].Body)[0].Body)); d != "" {
		t.Error(d)
	}
}

func TestADrawingIsShapesAndWordsInThePagesColours(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"script":        {`<g fill`, `<script>x</script><g fill`},
		"style":         {`<text x="9"`, `<text style="fill:red" x="9"`},
		"event":         {`<text x="9"`, `<text onclick="x()" x="9"`},
		"link":          {`<text x="9"`, `<text href="/x" x="9"`},
		"outer picture": {`<g fill`, `<image width="1"/><g fill`},
		"reference":     {`fill="none"`, `fill="url(#a)"`},
		"own colour":    {`fill="none"`, `fill="#ff0000"`},
		"small letters": {`font-size="14"`, `font-size="9"`},
		"wide":          {`0 0 320 100`, `0 0 900 100`},
		"no title":      {`<title>图</title>`, ``},
		"no words":      {`<desc>先甲，后乙。</desc>`, `<desc></desc>`},
		"no role":       {` role="img"`, ``},
		"entity":        {`<svg`, `<!DOCTYPE svg [<!ENTITY x "y">]><svg`},
		"broken":        {`</svg>`, ``},
		"too large":     {`</svg>`, strings.Repeat(" ", maxDrawing) + `</svg>`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(svg, change[0]) {
				t.Fatalf("the drawing does not hold %s", change[0])
			}
			files := drawnShelf(strings.Replace(svg, change[0], change[1], 1))
			field := ""
			if name == "no words" {
				field = "desc"
			}
			wantFault(t, files, "a/two-steps.svg", field)
		})
	}
}

func TestADrawingIsShownWhereItLies(t *testing.T) {
	t.Parallel()
	gone := drawnShelf(svg)
	delete(gone, "a/two-steps.svg")
	wantFault(t, gone, "a/two-steps.svg", "")
	stray := drawnShelf(svg)
	stray["a/other.svg"] = &fstest.MapFile{Data: []byte(svg)}
	wantFault(t, stray, "a/other.svg", "")
	for line, field := range map[string]string{
		"看![图](two-steps.svg)":            "line 5",
		"![图](two-steps.svg \"x\")":       "line 5",
		"![图](https://example.org/a.svg)": "https://example.org/a.svg",
		"![图](../b/two-steps.svg)":        "../b/two-steps.svg",
	} {
		files := drawnShelf(svg)
		body := strings.Replace(string(files["a/lesson-1.md"].Data), "![两步](two-steps.svg)", line, 1)
		files["a/lesson-1.md"] = &fstest.MapFile{Data: []byte(body)}
		wantFault(t, files, "a/lesson-1.md", field)
	}
}

func TestDrawingOfTheLibrary(t *testing.T) {
	t.Parallel()
	all, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		for file, want := range m.Drawings {
			if got, ok := DrawingOf(m.Course.Code, file); !ok || got != want {
				t.Errorf("%s %s: got %v", m.Course.Code, file, ok)
			}
		}
	}
	if _, ok := DrawingOf("mediation", "none.svg"); ok {
		t.Error("a drawing that does not lie in the library")
	}
}
