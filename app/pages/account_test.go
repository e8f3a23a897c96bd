package pages

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"shanzhi/app/accounts"
	"shanzhi/app/web/webtest"
	"shanzhi/models"
	"shanzhi/models/policy"
)

func TestSetupIsDoneOnceWithTheCode(t *testing.T) {
	t.Parallel()
	h := emptyHouse(t)
	c := h.visitor(t)
	if p := c.Get("/login"); p.Location() != "/setup" {
		t.Fatalf("before the set-up /login leads to %q", p.Location())
	}
	sound(t, c.Get("/setup").Want(200))
	values := url.Values{
		"code": {h.pages.Accounts.OpenSetup()}, "unit_name": {"青禾县"}, "unit_kind": {"county"},
		"unit_code": {"11330000002482090D"}, "site_name": {"青禾善治"}, "organizer": {"中共青禾县委组织部"}, "phone": {"12345"},
		"sys_staff_no": {"xt001"}, "sys_name": {"何静"}, "sys_password": {password},
		"sec_staff_no": {"XT001"}, "sec_name": {"王𬭁"}, "sec_password": {"short"},
		"aud_staff_no": {"sj001"}, "aud_name": {"阿依古丽·买买提"}, "aud_password": {password},
	}
	p := c.Post("/setup", values).Want(422)
	sound(t, p)
	p.Has("a[href]", "#sec_staff_no", "#sec_password", "#unit_code")
	if strings.Contains(string(p.Body), password) {
		t.Error("a password is echoed")
	}
	values.Set("sec_staff_no", "aq001")
	values.Set("sec_password", password)
	values.Set("unit_code", "")
	// Three people who know one password are one person.
	c.Post("/setup", values).Want(422).Has("a[href]", "#sec_password", "#aud_password")
	values.Set("sec_password", password+"-b")
	values.Set("aud_password", password+"-c")
	wrong := url.Values{}
	maps.Copy(wrong, values)
	wrong["code"] = []string{"AAAA-AAAA-AAAA"}
	c.Post("/setup", wrong).Want(422).Has("a[href]", "#code")
	if p := c.Post("/setup", values); p.Location() != "/login" {
		t.Fatalf("set-up: %d %s", p.Status, p.Text())
	}
	if p := c.Get("/setup"); p.Location() != "/login" {
		t.Errorf("after the set-up /setup leads to %q", p.Location())
	}
	c.Post("/setup", values).Want(409)
	p = c.Get("/login").Want(200)
	if !strings.Contains(p.Text(), "青禾善治") || !strings.Contains(p.Text(), "中共青禾县委组织部") {
		t.Error("the identity of the site is not shown")
	}
	c.Post("/login", url.Values{"login": {"XT001"}, "password": {password}}).Want(303)
	if p := c.Get("/"); p.Location() != "/password" {
		t.Errorf("a first password is not to be changed: %d %s", p.Status, p.Location())
	}
	sound(t, c.Get("/password").Want(200))
	c.Post("/password", url.Values{"old": {password}, "new": {password}, "again": {"x"}}).Want(422).
		Has("a[href]", "#new", "#again")
	before := c.Cookie("sz_session")
	c.Post("/password", url.Values{"old": {password}, "new": {"another-good-one"}, "again": {"another-good-one"}}).Want(303)
	if c.Cookie("sz_session") == before {
		t.Error("the session is not renewed")
	}
	sound(t, c.Get("/").Want(200))
}

func TestSetupCodeWearsOut(t *testing.T) {
	t.Parallel()
	h := emptyHouse(t)
	c := h.visitor(t)
	code := h.pages.Accounts.OpenSetup()
	c.Get("/setup")
	for range 10 {
		c.Post("/setup", url.Values{"code": {"AAAABBBBCCCC"}}).Want(422)
	}
	c.Post("/setup", url.Values{"code": {code}}).Want(403)
}

func TestLoginAndSessions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person(t, "LX1001", "周晓岚", h.township, models.RoleIntake)
	c := h.visitor(t)
	sound(t, c.Get("/login?next=/password").Want(200))
	for _, try := range []url.Values{
		{"login": {"LX1001"}, "password": {"wrong"}}, {"login": {"nobody"}, "password": {password}}, {},
	} {
		p := c.Post("/login", try).Want(422)
		sound(t, p)
		if c.Cookie("sz_session") != "" {
			t.Fatal("a session without a password")
		}
	}
	p := c.Post("/login", url.Values{"login": {" lx1001 "}, "password": {password}, "next": {"/password"}}).Want(303)
	if p.Location() != "/password" {
		t.Errorf("login leads to %q", p.Location())
	}
	p = c.Get("/password").Want(200)
	sound(t, p)
	if !strings.Contains(p.Text(), "周晓岚 菜单 · 受理员") { // the name in normal, the word in large print
		t.Errorf("the frame does not name the user: %s", p.Text())
	}
	h.clock.Advance(29 * time.Minute)
	c.Get("/").Want(200)
	h.clock.Advance(29 * time.Minute)
	c.Get("/").Want(200)
	h.clock.Advance(30 * time.Minute)
	if p := c.Get("/"); p.Status != 303 || p.Location() != "/login?next=%2F" {
		t.Errorf("after 30 idle minutes: %d %s", p.Status, p.Location())
	}
	c = h.login(t, "LX1001")
	for range 25 { // 12 hours and a half, never idle
		h.clock.Advance(29 * time.Minute)
		p = c.Get("/")
	}
	if p.Status != 303 {
		t.Error("a session lasts for ever")
	}
	one, two := h.login(t, "LX1001"), h.login(t, "LX1001")
	if n := two.Get("/password").Count("ul.lines"); n != 1 {
		t.Errorf("%d lists of devices", n)
	}
	two.Post("/password/logout", nil).Want(303)
	one.Get("/").Want(303)
	one = h.login(t, "LX1001")
	one.Post("/logout", nil).Want(303)
	if one.Cookie("sz_session") != "" {
		t.Error("the cookie stays after the logout")
	}
	for _, next := range []string{"https://evil.test/", "//evil.test"} {
		c := h.visitor(t)
		c.Get("/login")
		if p := c.Post("/login", url.Values{"login": {"LX1001"}, "password": {password}, "next": {next}}); p.Location() != "/" {
			t.Errorf("next=%s leads to %q", next, p.Location())
		}
	}
}

// TestAnExpiredSessionLosesNothingThatWasTyped: the form of somebody whose session has ended goes through the login and
// is sent again with a button; passwords, and what another site sends, are not carried.
func TestAnExpiredSessionLosesNothingThatWasTyped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sec := h.login(t, h.sec)
	sec.Get("/admin/roles/new").Want(200)
	h.person(t, "LX1001", "周晓岚", h.township)
	h.clock.Advance(31 * time.Minute)
	typed := url.Values{
		"staff_no": {"LX1001"}, "role": {string(models.RoleOfficer)}, "unit": {h.county.ID}, "from": {""}, "to": {""},
	}
	if p := sec.Post("/admin/roles", typed).Want(401); p.Count("input[name=typed]") != 0 {
		t.Error("what no page of ours is known to have sent is carried")
	}
	sec.Header = map[string]string{"Sec-Fetch-Site": "cross-site"}
	if p := sec.Post("/admin/roles", typed).Want(401); p.Count("input[name=typed]") != 0 {
		t.Error("what another site sends is carried")
	}
	sec.Header = map[string]string{"Sec-Fetch-Site": "same-origin"}
	if p := sec.Post("/password", url.Values{"old": {"x"}, "new": {"y"}}).Want(401); p.Count("input[name=typed]") != 0 {
		t.Error("a password is carried")
	}
	p := sec.Post("/admin/roles", typed).Want(401)
	sound(t, p)
	held := webtest.Attr(p.All("input[name=typed]")[0], "value")
	if held == "" {
		t.Fatal("nothing is carried")
	}
	in := url.Values{"login": {h.sec}, "password": {"wrong"}, "typed": {held}}
	if p = sec.Post("/login", in).Want(422); p.Count("input[name=typed]") != 1 {
		t.Error("a wrong password loses what was typed")
	}
	in.Set("password", password)
	p = sec.Post("/login", in).Want(200)
	sound(t, p)
	p.Has("form[action]", "/admin/roles")
	again := url.Values{}
	for _, n := range p.All("input[type=hidden]") {
		if name := webtest.Attr(n, "name"); name != "csrf" {
			again.Set(name, webtest.Attr(n, "value"))
		}
	}
	if again.Get("staff_no") != "LX1001" {
		t.Errorf("the fields are lost: %v", again)
	}
	if p = sec.Post("/admin/roles", again).Want(200); !strings.Contains(p.Text(), "周晓岚") {
		t.Errorf("the form does not arrive: %s", p.Text())
	}
	in.Set("typed", held+"x")
	sec.Post("/login", in).Want(303) // not signed by us
}

func TestAccountIsLockedAfterFiveFailures(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person(t, "LX1001", "周晓岚", h.township)
	c := h.visitor(t)
	c.Get("/login")
	for _, login := range []string{"LX1001", "LX9999"} { // a lock must not tell which of them exists
		for i := range 5 {
			p := c.Post("/login", url.Values{"login": {login}, "password": {"wrong"}})
			if want := map[bool]int{true: 429, false: 422}[i == 4]; p.Status != want {
				t.Errorf("%s: try %d gives %d, want %d", login, i+1, p.Status, want)
			}
		}
		p := c.Post("/login", url.Values{"login": {login}, "password": {password}}).Want(429)
		if p.Header.Get("Retry-After") != "900" {
			t.Errorf("%s: wait for %q seconds", login, p.Header.Get("Retry-After"))
		}
		if !strings.Contains(p.Text(), "15") {
			t.Errorf("%s: the page does not tell how long: %s", login, p.Text())
		}
	}
	h.clock.Advance(15*time.Minute - time.Second)
	c.Post("/login", url.Values{"login": {"LX1001"}, "password": {password}}).Want(429)
	h.clock.Advance(time.Second)
	c.Post("/login", url.Values{"login": {"LX1001"}, "password": {"wrong"}}).Want(422) // a new count
	c.Post("/login", url.Values{"login": {"LX1001"}, "password": {password}}).Want(303)
	if n := h.count(t, "audit_entries", "action = 'account.login' AND outcome = 'refused'"); n != 14 {
		t.Errorf("%d refusals are audited, want 14", n)
	}
}

// Every page of the administration is sound for its administrator in both languages, and closed to everybody else.
func TestPagesOfTheAdministration(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(t, "LX1001", "周晓岚", h.township, models.RoleIntake)
	h.person(t, "LX1002", "李强", h.village, models.RoleOfficer)
	paths := map[string][]string{
		h.sys: {
			"/admin/units", "/admin/units/" + h.township.ID, "/admin/people", "/admin/people?q=LX&unit=" + h.township.ID,
			"/admin/people/new", "/admin/people/" + p.ID, "/admin/people/" + p.ID + "/post", "/admin/people/" + p.ID + "/reset",
			"/admin/people/" + p.ID + "/disable", "/admin/feedback",
		},
		h.sec: {"/admin/roles", "/admin/roles?q=周&role=intake&past=1", "/admin/roles/new"},
		h.aud: {"/admin/audit", "/admin/audit?who=何静&outcome=ok&from=2026-07-01&to=2026-07-31", "/admin/audit?page=2"},
	}
	clients := map[string]*webtest.Client{"LX1001": h.login(t, "LX1001")}
	for who := range paths {
		clients[who] = h.login(t, who)
	}
	for owner, list := range paths {
		for _, path := range append([]string{"/", "/admin", "/help", "/about", "/feedback", "/password"}, list...) {
			for _, lang := range []string{"zh-CN", "en"} {
				clients[owner].Lang = lang
				sound(t, clients[owner].Get(path).Want(200))
			}
		}
		for who, c := range clients {
			for _, path := range list {
				if who != owner && c.Get(path).Status != 403 {
					t.Errorf("%s sees %s", who, path)
				}
			}
		}
	}
	clients["LX1001"].Get("/admin").Want(403)
	clients[h.sys].Get("/admin/people/" + models.NewID()).Want(404)
	clients[h.aud].Get("/admin/audit?from=yesterday").Want(422)
	for _, lang := range []string{"zh-CN", "en"} {
		c := h.visitor(t)
		c.Lang = lang
		for _, path := range []string{"/login", "/about", "/help", "/feedback", "/feedback?sent=1"} {
			sound(t, c.Get(path).Want(200))
		}
	}
}

func TestAccountIsOpenedUsedAndClosed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sys := h.login(t, h.sys)
	sys.Get("/admin/people/new")
	post := url.Values{
		"staff_no": {"lx2001"}, "name": {"李𬒔"}, "mobile": {"138 1234 0926"}, "unit": {h.township.ID}, "title": {"科员"},
		"class": {"township_staff"}, "category": {"civil"}, "manager": {h.county.ID},
	}
	p := sys.Post("/admin/people", post).Want(200)
	sound(t, p)
	first := ""
	for _, n := range p.All("p") {
		if n.FirstChild != nil && strings.Count(n.FirstChild.Data, "-") == 2 && len(n.FirstChild.Data) == 14 {
			first = n.FirstChild.Data
		}
	}
	if first == "" {
		for word := range strings.FieldsSeq(p.Text()) {
			if len(word) == 14 && strings.Count(word, "-") == 2 {
				first = word
			}
		}
	}
	if first == "" {
		t.Fatalf("no first password on %s", p.Text())
	}
	sys.Post("/admin/people", post).Want(422).Has("a[href]", "#staff_no")
	c := h.visitor(t)
	c.Get("/login")
	c.Post("/login", url.Values{"login": {"+86 13812340926"}, "password": {first}}).Want(303)
	if p := c.Get("/"); p.Location() != "/password" {
		t.Errorf("first login leads to %q", p.Location())
	}
	links := sys.Get("/admin/people?q=LX2001").Links()
	at := links[slices.IndexFunc(links, func(s string) bool {
		return strings.HasPrefix(s, "/admin/people/") && s != "/admin/people/new"
	})]
	page := sys.Get(at).Want(200)
	if strings.Contains(page.Text(), "13812340926") || !strings.Contains(page.Text(), "0926") {
		t.Error("the mobile number is not masked")
	}
	version := webtest.Attr(sys.Get(at + "/disable").Want(200).All("input[name=version]")[0], "value")
	sys.Post(at+"/disable", url.Values{"version": {"99"}}).Want(409)
	sys.Post(at+"/disable", url.Values{"version": {version}}).Want(303)
	c.Get("/password").Want(303)
	c.Get("/login")
	c.Post("/login", url.Values{"login": {"LX2001"}, "password": {first}}).Want(422)
}

func TestRolesAreGrantedApart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person(t, "LX1001", "周晓岚", h.township)
	sec := h.login(t, h.sec)
	sec.Get("/admin/roles/new")
	grant := func(staffNo string, role models.Role, to string) *webtest.Page {
		return sec.Post("/admin/roles", url.Values{
			"staff_no": {staffNo}, "role": {string(role)}, "unit": {h.county.ID}, "to": {to}, "sure": {"1"},
		})
	}
	p := sec.Post("/admin/roles", url.Values{
		"staff_no": {"LX1001"}, "role": {string(models.RoleOfficer)}, "unit": {h.county.ID},
	}).Want(200)
	sound(t, p)
	if !strings.Contains(p.Text(), "周晓岚") || h.count(t, "role_grants", "role = ?", models.RoleOfficer) != 0 {
		t.Errorf("a role is granted before the person was named: %s", p.Text())
	}
	done := grant("LX1001", models.RoleOfficer, "").Want(303)
	if p = sec.Follow(done); !strings.Contains(p.Text(), "周晓岚") || !strings.Contains(p.Text(), "已授予") {
		t.Errorf("the note does not say who got the role: %s", p.Text())
	}
	p = grant("LX1001", models.RoleReviewer, "").Want(409)
	sound(t, p)
	if !strings.Contains(p.Text(), "审核人") {
		t.Errorf("the refusal does not name the roles: %s", p.Text())
	}
	grant("LX1001", models.RoleAudit, "").Want(409) // has a post
	grant(h.aud, models.RoleIntake, "").Want(409)   // is an administrator
	if p = grant(h.sec, models.RoleTrainer, "").Want(403); !strings.Contains(p.Text(), "不能给自己授权") {
		t.Errorf("the refusal does not say why: %s", p.Text())
	}
	if n := h.count(t, "audit_entries", "action = 'admin.roles' AND outcome = 'refused'"); n != 1 {
		t.Errorf("the refusals of one minute are noted %d times, want once", n)
	}
	grant("LX1001", models.RoleCadre, "").Want(422) // comes with a post
	h.person(t, "LX1002", "贺岩", h.township)
	grant("LX1002", models.RoleInspector, "").Want(422)           // needs a last day
	grant("LX1002", models.RoleInspector, "2026-12-31").Want(422) // within 90 days
	grant("LX1002", models.RoleInspector, "2026-07-31").Want(303)
	grant("LX1002", models.RoleOfficer, "").Want(409) // changes nothing
	grant("LX1001", models.RoleOfficer, "").Want(422) // twice
	grant("LX9999", models.RoleOfficer, "").Want(422)
	p = sec.Get("/admin/roles?role=officer").Want(200)
	revoke := p.Links()[slices.IndexFunc(p.Links(), func(s string) bool { return strings.HasSuffix(s, "/revoke") })]
	sound(t, sec.Get(revoke).Want(200))
	sec.Post(revoke, nil).Want(303)
	grant("LX1001", models.RoleReviewer, "").Want(303) // at once
	p = sec.Get("/admin/roles?role=auditadmin").Want(200)
	revoke = p.Links()[slices.IndexFunc(p.Links(), func(s string) bool { return strings.HasSuffix(s, "/revoke") })]
	sec.Post(revoke, nil).Want(409) // the last one
	_, err := h.pages.Accounts.AddPost(t.Context(), models.SystemActor("test"), h.id(t, h.aud), accounts.PostInput{
		UnitID: h.township.ID, Title: "科员", Class: "x", Category: models.CivilServant,
	})
	if err == nil {
		t.Error("an administrator gets a post")
	}
}

func (h *house) id(t *testing.T, staffNo string) string {
	t.Helper()
	rows, _, err := h.pages.Accounts.People(t.Context(), models.SystemActor("test"), accounts.PeopleFilter{Text: staffNo})
	must(t, err)
	return rows[0].ID
}

func TestFeedbackKeepsTheContactSealed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.visitor(t)
	c.Header["Referer"] = "http://shanzhi.test/r/unguessable"
	c.Get("/feedback")
	c.Post("/feedback", url.Values{"text": {""}}).Want(422).Has("a[href]", "#text")
	p := c.Post("/feedback", url.Values{"text": {"字太小"}, "contact": {"13900001111"}, "page": {"/r/unguessable"}}).Want(303)
	sound(t, c.Follow(p).Want(200))
	if n := h.count(t, "feedback", "contact LIKE 'v1:%' AND page = '/r/'"); n != 1 {
		t.Errorf("%d sealed rows", n)
	}
	sys := h.login(t, h.sys)
	p = sys.Get("/admin/feedback").Want(200)
	sound(t, p)
	if strings.Contains(p.Text(), "13900001111") || !strings.Contains(p.Text(), "字太小") {
		t.Error("the list shows the contact, or not the text")
	}
	var form string
	for _, n := range p.All("form") {
		if a := webtest.Attr(n, "action"); strings.HasSuffix(a, "/contact") {
			form = a
		}
	}
	sys.Post(form, nil).Want(422)
	p = sys.Post(form, url.Values{"reason": {"电话答复"}}).Want(200)
	sound(t, p)
	if !strings.Contains(p.Text(), "13900001111") || h.count(t, "audit_entries", "action = 'feedback.contact'") != 1 {
		t.Error("the contact is not shown, or the look is not audited")
	}
}

func TestEveryRouteHasAKnownAction(t *testing.T) {
	t.Parallel()
	h := emptyHouse(t)
	for _, r := range h.app.Routes() {
		if !slices.Contains(policy.Actions(), r.Action) {
			t.Errorf("%s %s has the action %q", r.Method, r.Path, r.Action)
		}
	}
}
