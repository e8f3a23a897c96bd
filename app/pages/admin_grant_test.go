package pages

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"shanzhi/app/web/webtest"
	"shanzhi/models"
)

// People are found by name or pinyin within the page; whoever shares a name is told apart by unit and post, and a list is
// granted as a whole or not at all.
func TestARoleIsGrantedToPeopleFoundByName(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person(t, "LX1001", "周晓岚", h.township)
	h.person(t, "LX1002", "陈静", h.township)
	h.person(t, "LX1003", "陈静", h.county)
	h.person(t, "LX1004", "贺岩", h.township)
	sec := h.login(t, h.sec)
	sound(t, sec.Get("/admin/roles/new").Want(200))
	ask := func(in url.Values) *webtest.Page {
		in.Set("role", string(models.RoleIntake))
		in.Set("unit", h.township.ID)
		return sec.Post("/admin/roles", in)
	}
	p := sec.Post("/admin/roles", url.Values{"staff_no": {"晓岚、陈静"}, "find": {"1"}}).Want(200)
	sound(t, p)
	if p.Count("input[name=person]") != 3 || p.Count("input[checked]") != 1 || !strings.Contains(p.Text(), "陈静 · LX1003") {
		t.Errorf("the people found: %s", p.Text())
	}
	sound(t, ask(url.Values{"staff_no": {"陈静"}}).Want(422))
	p = ask(url.Values{"staff_no": {"没有人"}, "person": {"LX1001"}}).Want(422)
	if p.Count("input[checked]") != 1 || !strings.Contains(p.Text(), "没有找到“没有人”") {
		t.Errorf("what was chosen is lost: %s", p.Text())
	}
	ask(url.Values{}).Want(422)
	ask(url.Values{"staff_no": {numbered(51)}}).Want(422)
	all := url.Values{"staff_no": {"LX1001 周晓岚\n贺岩"}, "person": {"LX1002"}}
	p = ask(all).Want(200)
	sound(t, p)
	for _, want := range []string{"陈静 LX1002 " + h.township.Name, "周晓岚 LX1001", "贺岩 LX1004"} {
		if !strings.Contains(p.Text(), want) {
			t.Errorf("the question does not name %q: %s", want, p.Text())
		}
	}
	if h.count(t, "role_grants", "role = ?", models.RoleIntake) != 0 {
		t.Error("granted before it was confirmed")
	}
	sec.Post("/admin/roles", url.Values{"staff_no": {"LX1004"}, "role": {string(models.RoleIntake)}, "unit": {h.township.ID}, "sure": {"1"}}).Want(303)
	all.Set("sure", "1")
	p = ask(all).Want(409) // one of them has it already: nobody gets it
	sound(t, p)
	if h.count(t, "role_grants", "role = ?", models.RoleIntake) != 1 || p.Count("input[name=sure]") != 0 {
		t.Errorf("part of a list was granted: %s", p.Text())
	}
	back := url.Values{"find": {"1"}}
	for _, n := range p.All("input[name=person]") {
		back.Add("person", webtest.Attr(n, "value"))
	}
	if p = ask(back).Want(200); p.Count("input[checked]") != 3 {
		t.Errorf("the way back loses the list: %s", p.Text())
	}
	all.Set("staff_no", "LX1001")
	ask(all).Want(303)
	if n := h.count(t, "role_grants", "role = ?", models.RoleIntake); n != 3 {
		t.Errorf("%d grants, want 3", n)
	}
	if n := h.count(t, "audit_entries", "action = 'role.grant'"); n < 3 {
		t.Errorf("%d grants in the audit log", n)
	}
}

// numbered is a list of so many staff numbers of nobody.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "\nZZ%04d", i)
	}
	return b.String()
}
