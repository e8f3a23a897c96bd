package pages

import (
	"strings"
	"testing"

	"shanzhi/assessments/report"
	"shanzhi/models/testkit"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pdf"
)

// The page of components is open to everybody and linked with the guides; its figures are drawn by the real pens, and its
// list is sorted, filtered and taken away like any other, without a row in the audit log.
func TestTheGallery(t *testing.T) {
	t.Parallel()
	fonts, err := pdf.LoadFonts()
	must(t, err)
	words, err := i18n.Load()
	must(t, err)
	h := newHouse(t, func(h *house) { h.pages.Figures = report.New(pdf.NewPrinter(fonts), words) })
	c := h.visitor(t)
	logged := h.count(t, "audit_entries", "1 = 1")
	for _, lang := range i18n.Langs() {
		c.SetCookie("sz_lang", lang)
		c.Get("/help").Want(200).Has("a[href]", "/help/components")
		p := c.Get("/help/components").Want(200)
		sound(t, p)
		if n := strings.Count(string(p.Body), `class="figure"`); n < 5 {
			t.Errorf("%d drawings in %s, want 4 figures and a code", n, lang)
		}
		sound(t, c.Get("/help/components/404").Want(200))
	}
	c.SetCookie("sz_lang", "zh-CN")
	table := func(path string) string {
		return testkit.HTML(t, string(c.Get(path).Want(200).Body)).All("table")[0].One("tbody").Text()
	}
	if got := table("/help/components?sort=-days"); !strings.Contains(strings.SplitN(got, "12", 2)[0], "2607-0388") {
		t.Errorf("by days, the longest first:\n%s", got)
	}
	if got := table("/help/components?q=路灯"); !strings.Contains(got, "2607-0371") || strings.Contains(got, "2607-0412") {
		t.Errorf("street lamps alone:\n%s", got)
	}
	if p := c.Get("/help/components?as=xlsx").Want(200); !strings.HasPrefix(string(p.Body), "PK") {
		t.Error("the list is not taken away as a sheet")
	}
	if n := h.count(t, "audit_entries", "1 = 1"); n != logged {
		t.Errorf("%d rows of the audit log, want %d", n, logged)
	}
	c.Get("/help/components/nothing").Want(404)
}
