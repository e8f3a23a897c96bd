package ui_test

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"shanzhi/models/fault"
	"shanzhi/templates"
	"shanzhi/templates/ui"
	"shanzhi/templates/ui/uicheck"
)

// byID returns the element with the id.
func byID(t *testing.T, doc *html.Node, id string) *html.Node {
	t.Helper()
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && uicheck.Attr(n, "id") == id {
			return n
		}
	}
	t.Fatalf("no element with id %q", id)
	return nil
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func TestARefusedFormKeepsWhatWasTypedAndSaysWhy(t *testing.T) {
	t.Parallel()
	doc := uicheck.Parse(t, markup(t, frame(t, "zh-CN"), fields(refused())))
	for id, want := range map[string]string{"title": "石桥村二组路灯不亮", "phone": "1380013800", "secret": ""} {
		if got := uicheck.Attr(byID(t, doc, id), "value"); got != want {
			t.Errorf("%s: got value %q, want %q", id, got, want)
		}
	}
	why := byID(t, doc, "why")
	if got := strings.TrimPrefix(why.FirstChild.Data, "\n"); got != "一\n二" {
		t.Errorf("got text %q, want what was typed", got)
	}
	phone := byID(t, doc, "phone")
	if uicheck.Attr(phone, "aria-invalid") != "true" || uicheck.Attr(phone, "aria-describedby") != "phone-e phone-h" {
		t.Errorf("phone: got %v, want it marked and described by error and hint", phone.Attr)
	}
	if has(byID(t, doc, "title"), "aria-invalid") || !has(byID(t, doc, "title"), "required") {
		t.Error("title: want required and not marked")
	}
	var chosen []string
	for _, n := range uicheck.All(doc, "input", "") {
		if has(n, "checked") {
			chosen = append(chosen, uicheck.Attr(n, "name")+"="+uicheck.Attr(n, "value"))
		}
	}
	if diff := cmp.Diff([]string{"outcome=part", "aspects=r1", "aspects=r3", "agree=1", "level=4"}, chosen); diff != "" {
		t.Errorf("chosen (-want +got):\n%s", diff)
	}
	if !has(byID(t, doc, "outcome"), "required") || uicheck.Attr(byID(t, doc, "outcome"), "value") != "yes" {
		t.Error("the first choice must carry the field's id")
	}
}

func TestNothingIsChosenBeforehand(t *testing.T) {
	t.Parallel()
	doc := uicheck.Parse(t, markup(t, frame(t, "zh-CN"), resident(ui.Form{})))
	for _, n := range uicheck.All(doc, "input", "") {
		if has(n, "checked") {
			t.Errorf("%s=%s is chosen", uicheck.Attr(n, "name"), uicheck.Attr(n, "value"))
		}
	}
	if got := len(uicheck.All(doc, "label", "face")); got != 5 {
		t.Errorf("got %d faces, want 5", got)
	}
}

func TestErrorSummaryLeadsToTheFields(t *testing.T) {
	t.Parallel()
	f := frame(t, "zh-CN")
	doc := uicheck.Parse(t, markup(t, f, ui.ErrorSummary(refused(), "phone", "联系电话", "outcome", "解决了吗？")))
	var got []string
	for _, a := range uicheck.All(doc, "a", "") {
		got = append(got, uicheck.Attr(a, "href")+" "+uicheck.Words(a))
	}
	want := []string{
		"#phone 联系电话：手机号是 11 位数字，固定电话要带区号。", "#outcome 解决了吗：这一项没有选。请选一项后再提交。",
		"#file 文件太大：每个文件不超过 20 MB。",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	if h := uicheck.All(doc, "h2", ""); len(h) != 1 || uicheck.Words(h[0]) != "有 3 处需要改正" {
		t.Errorf("got %d headings", len(h))
	}
	if got := markup(t, f, ui.ErrorSummary(ui.NewForm("a", "b"))); len(got) != 0 {
		t.Errorf("got %q, want nothing for a form that was not refused", got)
	}
}

func TestErrorSummaryFollowsTheForm(t *testing.T) {
	t.Parallel()
	f := frame(t, "zh-CN")
	doc := uicheck.Parse(t, markup(t, f, ui.ErrorSummary(refused(), "outcome", "办理结果", "phone", "联系电话")))
	var got []string
	for _, a := range uicheck.All(doc, "a", "") {
		got = append(got, uicheck.Attr(a, "href"))
	}
	if diff := cmp.Diff([]string{"#outcome", "#phone", "#file"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestAnErrorPageLeadsOnward(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		view     ui.ErrorView
		audience string
		want     []string
	}{
		{ui.ErrorView{Status: 404, Key: "error.not_found"}, ui.Cadre, []string{"/"}},
		{ui.ErrorView{Status: 404, Key: "error.not_found"}, ui.Resident, nil}, // has no home page
		{ui.ErrorView{Status: 409, Key: "error.conflict", Href: "/serve/cases/1"}, ui.Cadre, []string{"/serve/cases/1"}},
		{ui.ErrorView{Status: 503, Key: "error.busy", Href: "/r/x", Retry: true}, ui.Resident, []string{"/r/x"}},
		{ui.ErrorView{Status: 401, Key: "error.unsigned", Href: "/", Login: true}, ui.Cadre, []string{"/login"}},
	} {
		f := frame(t, "zh-CN")
		f.Audience = x.audience
		var got []string
		for _, a := range uicheck.All(uicheck.Parse(t, markup(t, f, ui.ErrorPage(x.view))), "a", "btn-main") {
			got = append(got, uicheck.Attr(a, "href"))
		}
		if diff := cmp.Diff(x.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.view.Key, diff)
		}
	}
}

func TestAPageAtTheTopHasNoCrumbs(t *testing.T) {
	t.Parallel()
	f := frame(t, "zh-CN")
	if got := markup(t, f, ui.Crumbs(ui.Crumb{Text: "学习培训"})); len(got) != 0 {
		t.Errorf("got %s", got)
	}
	if got := string(markup(t, f, ui.Crumbs(ui.Crumb{Text: "学习培训", Href: "/learn"}, ui.Crumb{Text: "甲"}))); got == "" {
		t.Error("a page below has no way back")
	}
}

func TestAnAccidentIsNeverShown(t *testing.T) {
	t.Parallel()
	form := ui.FormOf(nil, errors.New("dial tcp 10.0.0.1: refused"))
	got := string(markup(t, frame(t, "zh-CN"), ui.ErrorSummary(form)))
	if strings.Contains(got, "10.0.0.1") || !strings.Contains(got, "页面出错了") {
		t.Errorf("got %s", got)
	}
}

func TestRowErrorsNameRowAndColumn(t *testing.T) {
	t.Parallel()
	form := ui.FormOf(nil, fault.Wrong(fault.At(17, "单位", "form.unknown", "value", "柳溪"),
		fault.On("file", "form.file_type", "types", "xlsx")))
	doc := uicheck.Parse(t, markup(t, frame(t, "zh-CN"), ui.ErrorSummary(form)))
	rows := uicheck.All(uicheck.All(doc, "tbody", "")[0], "tr", "")
	if len(rows) != 1 || uicheck.Words(rows[0]) != "17 单位 系统中没有“柳溪”。请先登记，或者更正名称。" {
		t.Errorf("got %d rows", len(rows))
	}
	if links := uicheck.All(doc, "a", ""); len(links) != 1 || uicheck.Attr(links[0], "href") != "#file" {
		t.Errorf("got %d links, want the one of the field", len(links))
	}
}

func TestTheFrameCarriesItsModesAndTheSitesIdentity(t *testing.T) {
	t.Parallel()
	f := frame(t, "zh-CN")
	f.Mode, f.Contrast = "elder", "high"
	doc := uicheck.Parse(t, markup(t, f, desk(ui.Form{})))
	root := uicheck.All(doc, "html", "")[0]
	modes := uicheck.Attr(root, "data-mode") + " " + uicheck.Attr(root, "data-contrast")
	if modes != "elder high" || has(root, "data-audience") {
		t.Errorf("got %v", root.Attr)
	}
	posted := make(map[string]string)
	for _, n := range uicheck.All(uicheck.All(doc, "form", "tools")[0], "input", "") {
		posted[uicheck.Attr(n, "name")] = uicheck.Attr(n, "value")
	}
	if diff := cmp.Diff(map[string]string{"back": f.Path, "csrf": "secret"}, posted); diff != "" {
		t.Errorf("switches (-want +got):\n%s", diff)
	}
	for _, b := range uicheck.All(doc, "button", "tool") {
		if name := uicheck.Attr(b, "name"); name == "mode" && uicheck.Attr(b, "value") != "normal" {
			t.Error("in large print the switch must lead back to normal")
		}
	}
	foot := uicheck.All(doc, "footer", "")[0]
	for _, want := range []string{f.Site.Organizer, f.Site.Phone, f.Site.Filing[0], "本系统为非涉密系统，严禁处理国家秘密", "意见建议"} {
		if !strings.Contains(uicheck.Words(foot), want) {
			t.Errorf("the foot does not say %q", want)
		}
	}
	var current []string
	for _, a := range uicheck.All(uicheck.All(doc, "nav", "nav")[0], "a", "") {
		if has(a, "aria-current") {
			current = append(current, uicheck.Words(a))
		}
	}
	if diff := cmp.Diff([]string{"学习培训"}, current); diff != "" {
		t.Errorf("current entry (-want +got):\n%s", diff)
	}
}

func TestAResidentsPageIsLightAndBlue(t *testing.T) {
	t.Parallel()
	page := markup(t, frame(t, "zh-CN"), resident(ui.Form{}))
	doc := uicheck.Parse(t, page)
	if uicheck.Attr(uicheck.All(doc, "html", "")[0], "data-audience") != "resident" {
		t.Error("want the residents' colour")
	}
	for _, l := range uicheck.All(doc, "link", "") {
		if strings.Contains(uicheck.Attr(l, "href"), "desk") {
			t.Error("want the base sheet alone")
		}
	}
	if len(uicheck.All(doc, "nav", "")) > 0 || len(uicheck.All(doc, "details", "menu")) > 0 {
		t.Error("want no menus")
	}
	if len(page) > 8000 {
		t.Errorf("got %d bytes, want a page that leaves room in 30 KB with its sheet and script", len(page))
	}
}

func TestTextIsEscaped(t *testing.T) {
	t.Parallel()
	evil := `"><script>alert(1)</script>`
	form := ui.NewForm("title", evil, "why", evil)
	got := string(markup(t, frame(t, "zh-CN"), all(fields(form), ui.Note(ui.Bad, evil), ui.Link("javascript:alert(1)", evil),
		ui.Tag(ui.OK, evil), ui.QRCard(ui.QR{Title: evil, Path: evil}))))
	if strings.Contains(got, "<script>") || strings.Contains(got, "javascript:") {
		t.Errorf("got %s", got)
	}
}

func TestMarkdownIsSanitised(t *testing.T) {
	t.Parallel()
	page := markup(t, frame(t, "zh-CN"), ui.Prose(ui.Markdown(lesson)))
	uicheck.Part(t, page)
	doc := uicheck.Parse(t, page)
	for _, gone := range []string{"<script", "javascript:", "example.org", "<h1"} {
		if strings.Contains(string(page), gone) {
			t.Errorf("%q is still there", gone)
		}
	}
	if got := uicheck.Words(byID(t, doc, "s-2")); got != "一、先说结论" {
		t.Errorf("got heading %q", got)
	}
	cells := uicheck.All(doc, "td", "")
	if len(cells) != 3 || uicheck.Attr(cells[0], "data-l") != "文件里写的" || !uicheck.HasClass(cells[2], "n") {
		t.Errorf("got %d cells, want 3 with the names of their columns", len(cells))
	}
	if len(uicheck.All(doc, "table", "fold")) != 1 || len(uicheck.All(doc, "div", "tw")) != 1 {
		t.Error("want a table that folds")
	}
	if len(uicheck.All(doc, "blockquote", "calm")) != 1 {
		t.Error("want the quotation as a calm note")
	}
	if !ui.Markdown(" \n").Empty() || ui.Markdown("x").Empty() {
		t.Error("Empty does not tell nothing from something")
	}
}

func TestADrawingHoldsOnlyShapesAndWords(t *testing.T) {
	t.Parallel()
	ctx := ui.WithFrame(t.Context(), frame(t, "zh-CN"))
	good := new(strings.Builder)
	err := templates.Render(ctx, good, ui.Chart("图", drawing))
	if err != nil || !strings.Contains(good.String(), "渠道 &lt;a&gt;") {
		t.Errorf("got %v, %s", err, good)
	}
	for _, bad := range []string{
		`<svg><script>x</script></svg>`, `<svg onload="x()"></svg>`, `<svg><a href="/x"/></svg>`, `<svg style="x"/>`,
		`<svg><foreignObject/></svg>`, `<p/>`, `<svg><rect fill="url(#a)"/></svg>`, `<svg`, `<!DOCTYPE x><svg/>`,
		`<svg xmlns:xlink="http://www.w3.org/1999/xlink"><g xlink:href="x"/></svg>`, `<svg/><p/>`,
	} {
		if err := templates.Render(ctx, new(strings.Builder), ui.Chart("图", bad)); err == nil {
			t.Errorf("%s was drawn", bad)
		}
	}
}

func TestPagingLinksTheEndsAndTheNeighbours(t *testing.T) {
	t.Parallel()
	q := url.Values{"q": {"水"}, "page": {"5"}}
	p := ui.Paging{Page: ui.PageOf(q), Size: 20, Total: 460, Query: q}
	if p.Pages() != 23 || p.Offset() != 80 {
		t.Errorf("got %d pages, offset %d", p.Pages(), p.Offset())
	}
	doc := uicheck.Parse(t, markup(t, frame(t, "zh-CN"), ui.Pager(p)))
	var got []string
	for _, li := range uicheck.All(doc, "li", "") {
		got = append(got, uicheck.Words(li))
	}
	if diff := cmp.Diff([]string{"上一页", "1", "…", "4", "5", "6", "…", "23", "下一页"}, got); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	if href := uicheck.Attr(uicheck.All(doc, "a", "")[0], "href"); href != "?page=4&q=%E6%B0%B4" {
		t.Errorf("got %q, want the filter kept", href)
	}
	for in, want := range map[string]int{"": 1, "0": 1, "-3": 1, "x": 1, "7": 7, "99999999": 1} {
		if got := ui.PageOf(url.Values{"page": {in}}); got != want {
			t.Errorf("page %q: got %d, want %d", in, got, want)
		}
	}
	if got := (ui.Paging{Page: 9, Size: 20, Total: 21}).Offset(); got != 20 {
		t.Errorf("beyond the end: got offset %d, want that of the last page", got)
	}
	if got := ui.Query(url.Values{"a": {"1"}}, "a", "", "b", "2"); got != "?b=2" {
		t.Errorf("got %q", got)
	}
}

// Of a list that is not counted to its end the next page is always linked, and no last one.
func TestPagingOfMoreThanWasCounted(t *testing.T) {
	t.Parallel()
	for page, want := range map[int][]string{
		1:  {"1", "2", "Next page"},
		50: {"Previous page", "1", "…", "49", "50", "51", "Next page"},
		70: {"Previous page", "1", "…", "69", "70", "71", "Next page"},
	} {
		p := ui.Paging{Page: page, Size: 20, Total: 1000, More: true}
		doc := uicheck.Parse(t, markup(t, frame(t, "en"), ui.Pager(p)))
		var got []string
		for _, li := range uicheck.All(doc, "li", "") {
			got = append(got, uicheck.Words(li))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("page %d (-want +got):\n%s", page, diff)
		}
		from := fmt.Sprintf("%d–%d of more than 1000", (page-1)*20+1, page*20)
		if text := uicheck.Words(uicheck.All(doc, "p", "")[0]); text != from {
			t.Errorf("page %d says %q, want %q", page, text, from)
		}
	}
}

func TestHooksOfTheScript(t *testing.T) {
	t.Parallel()
	doc := uicheck.Parse(t, markup(t, frame(t, "zh-CN"), desk(ui.Form{})))
	form := byID(t, doc, "f")
	hidden := make(map[string]string)
	for _, n := range uicheck.All(form, "input", "") {
		if uicheck.Attr(n, "type") == "hidden" {
			hidden[uicheck.Attr(n, "name")] = uicheck.Attr(n, "value")
		}
	}
	if uicheck.Attr(form, "data-autosave") != "/x/answers" || hidden["version"] != "3" || hidden["csrf"] != "secret" {
		t.Errorf("got %v and %v", form.Attr, hidden)
	}
	if got := uicheck.Attr(byID(t, doc, "job"), "data-refresh"); got != "3" {
		t.Errorf("got refresh %q", got)
	}
	for _, b := range uicheck.All(doc, "button", "") {
		if (has(b, "data-print") || has(b, "data-read") || has(b, "data-read-stop")) && !has(b, "hidden") {
			t.Error("a button that needs the script must be hidden without it")
		}
	}
	for _, s := range uicheck.All(doc, "span", "") {
		if has(s, "data-save-state") && !has(s, "hidden") {
			t.Error("the state of saving promises what nobody does without the script")
		}
	}
	long := string(markup(t, frame(t, "en"), ui.ClockLeft(65*time.Minute, "f")))
	if !strings.Contains(long, "1:05:00 left") {
		t.Errorf("got %s", long)
	}
}

// TestRawMarkupIsWrittenInOnePlace keeps templ.Raw out of every component but Prose.
func TestRawMarkupIsWrittenInOnePlace(t *testing.T) {
	t.Parallel()
	raw := regexp.MustCompile(`templ\.Raw\(`)
	found := 0
	for _, pattern := range []string{"*.templ", "[a-z]*.go", "../pages/*.templ", "../pages/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			n := len(raw.FindAll(text, -1))
			found += n
			if n > 0 && name != "parts.templ" {
				t.Errorf("%s writes raw markup", name)
			}
		}
	}
	if found != 1 {
		t.Errorf("got %d uses of templ.Raw, want the one of Prose", found)
	}
}
