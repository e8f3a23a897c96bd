package pages

import (
	"net/url"
	"strings"
	"testing"

	"shanzhi/app/web/webtest"
	"shanzhi/models"
)

// codeOn is the follow-up code on a receipt, as it is printed.
func codeOn(t *testing.T, p *webtest.Page) string {
	t.Helper()
	all := p.All("p[id=code]")
	if len(all) != 1 {
		t.Fatalf("no code on %s:\n%s", p.Path, p.Text())
	}
	return all[0].FirstChild.Data
}

func TestTheReceiptOfIntakeLeadsToTheMatter(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk := l.login(t, "S1")
	path := l.takeIn(t, clerk, "申请高龄津贴")
	if p := served(t, clerk.Get(path).Want(200)); p.Count("details[open]") != 1 {
		t.Error("the receipt is not offered at once")
	}
	old := heard(t, post(t, clerk, path, "code", nil).Want(200))
	for _, s := range []string{"赵", "0926", "老人", "高龄"} {
		if strings.Contains(old.Text(), s) {
			t.Errorf("the receipt says %q", s)
		}
	}
	if p := served(t, clerk.Get(path).Want(200)); p.Count("details[open]") != 0 {
		t.Error("the receipt is still offered after it was printed")
	}
	again := heard(t, post(t, clerk, path, "code", nil).Want(200))
	no := strings.TrimPrefix(again.All("span[id=link]")[0].FirstChild.Data, "https://shanzhi.test/track?no=")
	visitor := l.visitor(t)
	heard(t, visitor.Get("/track").Want(200))
	for code, status := range map[string]int{codeOn(t, old): 422, codeOn(t, again): 303} {
		if p := visitor.Post("/track", url.Values{"no": {no}, "secret": {code}}); p.Status != status {
			t.Errorf("code %s: %d, want %d", code, p.Status, status)
		} else if strings.Contains(p.Location(), strings.ReplaceAll(code, " ", "")) {
			t.Errorf("the code stands in the address %s", p.Location())
		}
	}
	l.login(t, "S2").Post(path+"/code", nil).Want(403)
}

func TestAClerkKeepsOnlyTheReceiptOfWhatHeMustNotSee(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk := l.login(t, "S1")
	p := served(t, clerk.Get("/serve/new").Want(200))
	values := url.Values{
		"once": {hiddenIn(t, p, "once")}, "kind": {"complaint"}, "channel": {"hotline"}, "title": {"当众发火"},
		"of_person": {"1"}, "about": {"周晓岚"},
	}
	wrong := url.Values{"of_person": {"1"}, "kind": {"help"}, "channel": {"hotline"}, "title": {"甲"}, "about": {"周晓岚"}}
	p = served(t, clerk.Post("/serve/new", wrong).Want(422))
	p.Has("a[href]", "#of_person")
	p.Has("input[value]", "周晓岚")
	first := heard(t, clerk.Post("/serve/new", values).Want(200))
	second := heard(t, clerk.Post("/serve/new", values).Want(200))
	if codeOn(t, first) != codeOn(t, second) || !strings.Contains(first.Text(), "上一级单位（"+l.county.Name+"）") ||
		strings.Contains(first.Text(), "当众发火") {
		t.Errorf("receipt: %s", first.Text())
	}
	values.Set("kind", string(models.Wrongdoing))
	values.Set("once", models.NewID())
	if p := heard(t, clerk.Post("/serve/new", values).Want(200)); !strings.Contains(p.Text(), "举报已密封") ||
		!strings.Contains(p.Text(), "JB") {
		t.Errorf("receipt: %s", p.Text())
	}
	if p := served(t, clerk.Get("/serve?state=all").Want(200)); p.Count("th[scope=row]") != 0 {
		t.Errorf("the clerk's list has it: %s", p.Text())
	}
}
