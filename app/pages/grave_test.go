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
	sec.Post("/admin/roles", hiddenOf(page)).Want(200) // the question whom it concerns
	sec.Post(at, nil).Want(303)
	if n := h.count(t, "role_grants", "person_id = ? AND valid_to = ''", p.ID); n != 0 {
		t.Error("the right is still there")
	}
}
