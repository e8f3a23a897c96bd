package pages

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"shanzhi/models"
)

// The duty list is the system administrator's: he adds a matter, the clerk can choose it; what is wrong comes back as typed.
func TestDutyList(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	sys := l.login(t, l.sys)
	if text := served(t, sys.Get("/admin/matters").Want(200)).Text(); !strings.Contains(text, "高龄津贴申请") {
		t.Errorf("the list: %s", text)
	}
	in := url.Values{
		"code": {"zf-007"}, "name": {"共用部位维修"}, "family": {"housing"}, "unit": {l.township.ID}, "days": {"0"}, "difficulty": {"3"},
	}
	p := served(t, sys.Post("/admin/matters", in).Want(422))
	if p.Count(`input[value=共用部位维修]`) != 1 {
		t.Errorf("what was typed is lost: %s", p.Text())
	}
	in.Set("days", "15")
	sys.Post("/admin/matters", in).Want(303)
	sys.Get("/admin/matters").Want(200)
	sys.Post("/admin/matters", in).Want(422) // the code is taken
	if text := l.login(t, "S1").Get("/serve/new").Want(200).Text(); !strings.Contains(text, "共用部位维修") {
		t.Errorf("the clerk cannot choose the new matter: %s", text)
	}
	l.login(t, "S2").Get("/admin/matters").Want(403)
}

// A matter is changed or ended on its own page; what it was is kept.
func TestAMatterIsChangedAndEnded(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	sys, clerk := l.login(t, l.sys), l.login(t, "S1")
	at := ""
	for _, link := range sys.Get("/admin/matters").Want(200).Links() {
		if strings.HasPrefix(link, "/admin/matters/") {
			at = link
		}
	}
	p := served(t, sys.Get(at).Want(200))
	if p.Count("input[value=高龄津贴申请]") != 1 {
		t.Fatalf("the form of %s: %s", at, p.Text())
	}
	in := url.Values{
		"name": {"老年津贴申请"}, "family": {"livelihood"}, "unit": {l.township.ID}, "days": {"0"}, "difficulty": {"3"}, "version": {"0"},
	}
	if p = served(t, sys.Post(at, in).Want(422)); p.Count("input[value=老年津贴申请]") != 1 {
		t.Errorf("what was typed is lost: %s", p.Text())
	}
	in.Set("days", "7")
	sys.Post(at, in).Want(303)
	sys.Post(at, in).Want(409) // an older page
	if p = served(t, sys.Get(at).Want(200)); !strings.Contains(p.Text(), "以前的内容") || !strings.Contains(p.Text(), "高龄津贴申请") {
		t.Errorf("what it was is not kept: %s", p.Text())
	}
	if text := clerk.Get("/serve/new").Want(200).Text(); !strings.Contains(text, "老年津贴申请") {
		t.Errorf("the clerk does not see the new name: %s", text)
	}
	in.Set("version", "1")
	in.Set("to", "2020-01-01")
	served(t, sys.Post(at, in).Want(422))
	in.Set("to", string(models.DateOf(l.clock.Now())))
	sys.Post(at, in).Want(303)
	l.clock.Advance(24 * time.Hour)
	if text := l.login(t, "S1").Get("/serve/new").Want(200).Text(); strings.Contains(text, "老年津贴申请") {
		t.Errorf("an ended matter can be chosen: %s", text)
	}
	sys = l.login(t, l.sys)
	if text := sys.Get("/admin/matters").Want(200).Text(); strings.Contains(text, "老年津贴申请") {
		t.Error("an ended matter is among those in force")
	}
	if text := served(t, sys.Get("/admin/matters?past=1").Want(200)).Text(); !strings.Contains(text, "老年津贴申请") {
		t.Errorf("it is not among the past ones: %s", text)
	}
	l.login(t, "S2").Get(at).Want(403)
}
