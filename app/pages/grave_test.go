package pages

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/web"
	"shanzhi/app/web/webtest"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// onMachine are grave acts that no page does.
var onMachine = []string{}

// TestEveryGraveActHasItsRoutes: an act of the table that no form does is a dead row, and a form of one of these doors
// that names no act is one that was forgotten.
func TestEveryGraveActHasItsRoutes(t *testing.T) {
	t.Parallel()
	var routes []web.Route
	newHouse(t, func(h *house) {
		h.pages.accessRoutes(h.app)
		h.pages.assessRoutes(h.app)
		routes = h.app.Routes()
	})
	acts := map[string]bool{}
	for _, r := range routes {
		if r.Method != http.MethodPost {
			continue
		}
		acts[r.Act] = true
		rights := []policy.Action{policy.AdminRoles, policy.PeriodRelease, policy.DeskReset}
		if slices.Contains(rights, r.Action) && !policy.Grave(r.Act) {
			t.Errorf("%s: changes rights, results or accounts and asks for no second factor", r.Path)
		}
	}
	for _, act := range policy.GraveActs() {
		if !acts[act] && act != "list.export" && !slices.Contains(onMachine, act) {
			t.Errorf("no form does the grave act %s", act)
		}
	}
}

// TestGraveActsAskForTheFactorAgain: after a quarter of an hour the form that takes a right away, and the sheet of
// persons, lead to the code first; what was typed is still there after it.
func TestGraveActsAskForTheFactorAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withAccess)
	h.pages.Accounts.Govern(accounts.FactorOptional, 0)
	p := h.person(t, "LX1001", "周晓岚", h.township, models.RoleOfficer)
	var grant models.RoleGrant
	must(t, db.View(t.Context(), h.db, func(tx *gorm.DB) error { return tx.Take(&grant, "person_id = ?", p.ID).Error }))
	sec := h.login(t, h.sec)
	f := enrol(t, h, sec)
	at := "/admin/roles/" + grant.ID + "/revoke"
	sec.Get(at).Want(200)
	sec.Get("/admin/roles?as=xlsx").Want(200)
	h.clock.Advance(16 * time.Minute)
	for _, path := range []string{at, "/admin/roles?as=xlsx", "/admin/roles/new"} {
		if to := sec.Get(path).Want(303).Location(); !strings.HasPrefix(to, "/second-factor?") {
			t.Errorf("%s leads to %s", path, to)
		}
	}
	sec.Get("/admin/roles").Want(200) // to look is not grave
	sec.Post(at, nil).Want(303)       // what is not known to come from here is asked for again
	sec.Header = map[string]string{"Sec-Fetch-Site": "same-origin"}
	typed := url.Values{
		"staff_no": {"LX1001"}, "role": {string(models.RoleTrainer)}, "unit": {h.county.ID}, "from": {""}, "to": {""},
	}
	page := sec.Post("/admin/roles", typed).Want(401)
	sound(t, page)
	page.Has("form[action]", "/second-factor")
	if n := h.count(t, "role_grants", "person_id = ? AND valid_to = ''", p.ID); n != 1 {
		t.Fatalf("%d rights, want the one from before", n)
	}
	in := hiddenOf(page)
	in.Set("code", "000000")
	page = sec.Post("/second-factor", in).Want(422)
	in = hiddenOf(page)
	in.Set("code", f.code(h.clock.Now()))
	page = sec.Post("/second-factor", in).Want(200)
	page.Has("form[action]", "/admin/roles")
	sec.Post(at, nil).Want(303)
	if n := h.count(t, "role_grants", "person_id = ? AND valid_to = ''", p.ID); n != 0 {
		t.Error("the right is still there")
	}
}

// TestTwoAdministratorsResetAReleaser goes the whole way through the pages: request, confirmation, both halves, the new
// password; and the desk sends the person there.
func TestTwoAdministratorsResetAReleaser(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withAccess, func(h *house) { h.pages.everydayRoutes(h.app) })
	p := h.person(t, "P002", "秦正", h.township, models.RoleReleaser)
	victim, sys, sec := h.login(t, "P002"), h.login(t, h.sys), h.login(t, h.sec)
	at := "/admin/people/" + p.ID + "/reset"
	form := sys.Get(at).Want(200)
	sound(t, form)
	if !strings.Contains(form.Text(), "两名管理员共同重置") {
		t.Errorf("the form does not say that two are needed: %s", form.Text())
	}
	sound(t, sys.Post(at, url.Values{"reason": {""}}).Want(422))
	first := sys.Post(at, url.Values{"reason": {"本人忘记密码，已核对身份"}}).Want(200)
	sound(t, first)
	victim.Get("/").Want(200)
	if !strings.Contains(victim.Get("/notices").Want(200).Text(), "申请重置您的密码") {
		t.Error("the holder is not told of the request")
	}
	if told := sec.Get("/notices").Want(200); !strings.Contains(told.Text(), "申请重置秦正的密码") {
		t.Errorf("the security administrator is not told: %s", told.Text())
	}
	list := sec.Get("/admin/resets").Want(200)
	sound(t, list)
	var one string
	for _, l := range list.Links() {
		if strings.HasPrefix(l, "/admin/resets/") {
			one = l
		}
	}
	sys.Get(one).Want(403)
	sys.Post(one+"/confirm", nil).Want(403)
	sound(t, sec.Get(one).Want(200))
	second := sec.Post(one+"/confirm", nil).Want(200)
	sound(t, second)
	sec.Post(one+"/refuse", nil).Want(409)
	victim.Get("/").Want(303)
	new := h.visitor(t)
	new.Get("/activate")
	in := url.Values{
		"staff_no": {"P002"}, "code": {halfOf(first)}, "new": {"another-good-one"}, "again": {"another-good-one"},
	}
	new.Post("/activate", in).Want(422)
	in["code"] = []string{halfOf(first) + halfOf(second)}
	new.Post("/activate", in).Want(303)
	if home := new.Get("/").Want(200); !strings.Contains(home.Text(), "为您发放的重置代码") {
		t.Errorf("the holder is not told at the next login: %s", home.Text())
	}
	if told := new.Get("/notices").Want(200); !strings.Contains(told.Text(), "刘安确认了何静提出的秦正的密码重置") {
		t.Errorf("no notice of both: %s", told.Text())
	}
}

// halfOf is the half of a code that a page shows.
func halfOf(p *webtest.Page) string { return between(string(p.Body), `<p class="code">`, "<") }
