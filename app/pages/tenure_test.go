package pages

import (
	"net/url"
	"strings"
	"testing"

	"shanzhi/models"
)

// place is a new post in a form.
func place(unit models.Unit, more ...string) url.Values {
	v := url.Values{
		"unit": {unit.ID}, "title": {"副主任"}, "class": {"township_staff"}, "category": {string(models.CivilServant)},
	}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

// Every act of a tenure has a page that says what follows; what is refused comes back with what was typed.
func TestTenureIsEnteredOnPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(t, "LX1001", "王鉴", h.township, models.RoleIntake)
	c := h.login(t, h.sys)
	at := "/admin/people/" + p.ID
	for _, act := range acts {
		sound(t, c.Get(at+"/"+act).Want(200))
	}
	if page := c.Get(at + "/leave"); !strings.Contains(page.Text(), "受理员") {
		t.Error("the form does not say which role ends")
	}
	posts, err := h.pages.Accounts.Person(t.Context(), h.actor(t, h.id(t, h.sys)), p.ID)
	must(t, err)
	old := posts.Posts[0]
	bad := place(h.village, "post", old.ID, "title", "")
	page := c.Post(at+"/transfer", bad).Want(422)
	sound(t, page)
	if !strings.Contains(string(page.Body), `value="`+h.village.ID+`" selected`) {
		t.Error("the unit that was chosen is lost")
	}
	c.Post(at+"/transfer", place(h.village, "to", "2026-07-31")).Want(422).Has("a[href]", "#post")
	c.Post(at+"/transfer", place(h.village, "post", old.ID, "to", "2026-07-31")).Want(303)
	page = c.Get(at).Want(200)
	sound(t, page)
	for _, want := range []string{"任职：石桥村 · 副主任", "最后一天（调动）", "角色最后一天：受理员（柳溪镇）"} {
		if !strings.Contains(page.Text(), want) {
			t.Errorf("the page of the person does not say %q", want)
		}
	}
	c.Post(at+"/lend", place(h.township, "kind", "on_loan")).Want(422).Has("a[href]", "#to")
	c.Post(at+"/lend", place(h.township, "kind", "on_loan", "to", "2026-12-31")).Want(303)
	c.Post(at+"/name", url.Values{"name": {"王𬭁"}, "version": {"1"}, "reason": {"corrected"}}).Want(409)
	now, err := h.pages.Accounts.Person(t.Context(), h.actor(t, h.id(t, h.sys)), p.ID)
	must(t, err)
	c.Post(at+"/name", url.Values{"name": {"王𬭁"}, "version": {itoa(now.Version)}}).Want(422).Has("a[href]", "#reason")
	c.Post(at+"/name", url.Values{"name": {"王𬭁"}, "version": {itoa(now.Version)}, "reason": {"corrected"}}).Want(303)
	if page = c.Get(at); !strings.Contains(page.Text(), "姓名由“王鉴”改为“王𬭁”") {
		t.Error("the former name is not told")
	}
	sound(t, c.Get(at+"/posts/"+old.ID).Want(200))
	c.Get(at + "/posts/" + models.NewID()).Want(404)
	c.Post(at+"/posts/"+old.ID, url.Values{"version": {itoa(old.Version + 1)}, "to": {"2026-07-20"}}).Want(422)
	now, err = h.pages.Accounts.Person(t.Context(), h.actor(t, h.id(t, h.sys)), p.ID)
	must(t, err)
	leave := url.Values{"version": {itoa(now.Version)}, "to": {"2026-08-31"}}
	c.Post(at+"/leave", leave).Want(422).Has("a[href]", "#reason")
	leave.Set("reason", "retired")
	c.Post(at+"/leave", leave).Want(303)
	sound(t, c.Get(at+"/handover").Want(200))
	sound(t, c.Get(at).Want(200))
	// What cannot be as things stand is said in the form, with what was typed.
	c.Post(at+"/lend", place(h.township, "kind", "on_loan", "from", "2027-01-01", "to", "2027-12-31")).Want(409).
		Has("input[value]", "2027-01-01")
}

// Changes of units are previewed, and their history is told.
func TestUnitsAreChangedOnPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.clock.Advance(48 * 3600e9)
	h.person(t, "LX1001", "周晓岚", h.village, models.RoleTrainer)
	c := h.login(t, h.sys)
	at := "/admin/units/" + h.village.ID
	for _, act := range unitActs {
		sound(t, c.Get(at+"/"+act).Want(200))
	}
	c.Post(at, url.Values{"version": {"1"}, "name": {"石桥社区"}, "from": {"2027-01-01"}}).Want(422).Has("a[href]", "#from")
	c.Post(at, url.Values{"version": {"1"}, "name": {"石桥社区"}}).Want(303)
	page := c.Get(at).Want(200)
	sound(t, page)
	if !strings.Contains(page.Text(), "名称由“石桥村”改为“石桥社区”") {
		t.Error("the former name is not told")
	}
	c.Post(at+"/move", url.Values{"version": {"2"}, "parent": {h.village.ID}}).Want(422).Has("a[href]", "#parent")
	c.Post(at+"/move", url.Values{"version": {"2"}, "parent": {h.county.ID}}).Want(303)
	c.Get(at+"/merge?into="+h.village.ID).Want(422).Has("a[href]", "#into")
	page = c.Get(at + "/merge?into=" + h.township.ID).Want(200)
	sound(t, page)
	for _, want := range []string{"周晓岚（工作人员）", "周晓岚：培训管理员", "“石桥社区”撤销"} {
		if !strings.Contains(page.Text(), want) {
			t.Errorf("the preview does not say %q", want)
		}
	}
	c.Post(at+"/end", url.Values{"version": {"3"}}).Want(409)
	c.Post(at+"/merge", url.Values{"version": {"3"}, "into": {h.township.ID}}).Want(303)
	page = c.Get(at).Want(200)
	sound(t, page)
	if page.Count("form[method=post]") > c.Get("/about").Count("form[method=post]") {
		t.Error("a unit that was merged can still be changed")
	}
	sound(t, c.Get("/admin/units/"+h.township.ID).Want(200))
}

// The list of what has nobody any more is the supervisor's and the administrator's.
func TestWhoSeesWhatIsToBeHandedOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person(t, "LX1001", "周晓岚", h.township)
	h.person(t, "LX1002", "赵督", h.township, models.RoleSupervisor)
	for no, want := range map[string]int{h.sys: 200, "LX1002": 200, "LX1001": 403, h.aud: 403} {
		c := h.login(t, no)
		page := c.Get("/handover").Want(want)
		if want == 200 {
			sound(t, page)
			c.Post("/handover", url.Values{}).Want(422).Has("a[href]", "#receiver")
		}
	}
}
