package pages

import (
	"net/url"
	"strings"
	"testing"
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
