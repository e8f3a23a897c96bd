package pages

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/web/webtest"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
)

func withAccess(h *house) { h.pages.accessRoutes(h.app) }

// waiting makes somebody with a post and no password.
func (h *house) waiting(t *testing.T, no, name string, at models.Unit) {
	t.Helper()
	_, err := h.pages.Accounts.Enrol(t.Context(), models.SystemActor("test"), []accounts.PersonInput{{
		StaffNo: no, Name: name,
		Post: &accounts.PostInput{UnitID: at.ID, Title: "科员", Class: "township_staff", Category: models.CivilServant},
	}})
	must(t, err)
}

// codes returns the codes printed on a sheet.
func codes(p *webtest.Page) []string {
	var out []string
	for _, part := range strings.Split(string(p.Body), `<span class="code">`)[1:] {
		code, _, _ := strings.Cut(part, "<")
		out = append(out, code)
	}
	return out
}

func TestFromTheSlipToTheFirstPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withAccess)
	h.waiting(t, "N001", "王𬭁", h.township)
	h.waiting(t, "N002", "阿依古丽·买买提", h.village)
	sys := h.login(t, h.sys)
	sound(t, sys.Get("/admin/slips").Want(200))
	p := sys.Get("/admin/slips?unit=" + h.township.ID).Want(200)
	sound(t, p)
	if !strings.Contains(p.Text(), "2 人等待开通") {
		t.Errorf("the count is missing: %s", p.Text())
	}
	p = sys.Post("/admin/slips", url.Values{"unit": {h.township.ID}, "who": {"all"}}).Want(200)
	printed := codes(p)
	if len(printed) != 2 || !strings.Contains(p.Text(), "本系统为非涉密系统") ||
		!strings.Contains(p.Text(), "https://shanzhi.test/activate") || !strings.Contains(p.Text(), "2026年7月29日") {
		t.Fatalf("%d slips: %s", len(printed), p.Text())
	}
	if strings.Contains(h.log.String(), printed[0]) {
		t.Error("a code stands in the log")
	}
	p = sys.Post("/admin/slips", url.Values{"unit": {h.county.ID}}).Want(409) // all hold one
	sound(t, p)
	if sound(t, sys.Post("/admin/slips", url.Values{"unit": {h.county.ID}, "who": {"some"}}).Want(422)); !strings.Contains(p.Text(), "已有开通单") {
		t.Errorf("the page does not say who holds a slip: %s", p.Text())
	}
	sys.Post("/admin/slips", url.Values{"unit": {h.county.ID}, "who": {"all"}}).Want(200) // issues anew
	sys.Post("/admin/slips", url.Values{"unit": {"nowhere"}}).Want(422)
	var sheet view.SlipSheet
	h.pages.Slips = func(_ *i18n.Printer, given view.SlipSheet, _ time.Time) ([]byte, error) {
		sheet = given
		return []byte("%PDF"), nil
	}
	issued := h.count(t, "audit_entries", "action = 'code.issue'")
	paper := sys.Post("/admin/slips", url.Values{"unit": {h.township.ID}, "who": {"all"}, "as": {"pdf"}}).Want(200)
	if string(paper.Body) != "%PDF" || paper.Header.Get("Content-Type") != "application/pdf" ||
		!strings.Contains(paper.Header.Get("Cache-Control"), "no-store") || len(sheet.Slips) != 2 ||
		sheet.Link != "https://shanzhi.test/activate" || len(sheet.Slips[0].Code) != 11 {
		t.Errorf("the document: %v of %+v", paper.Header, sheet)
	}
	if n := h.count(t, "audit_entries", "action = 'code.issue'"); n != issued+1 {
		t.Errorf("%d entries of codes, want one more than %d", n, issued)
	}
	sys.Get("/admin/slips")
	new := h.visitor(t)
	sound(t, new.Get("/activate").Want(200))
	in := url.Values{"staff_no": {"n001"}, "code": {printed[0]}, "new": {"another-good-one"}, "again": {"another-good-one"}}
	p = new.Post("/activate", in).Want(422)
	p.Has("a[href]", "#code")
	if strings.Contains(string(p.Body), "another-good-one") || !strings.Contains(string(p.Body), `value="n001"`) {
		t.Error("a refused form echoes the password or loses the staff number")
	}
	sys.Get("/admin/slips")
	in["code"] = codes(sys.Post("/admin/slips", url.Values{"unit": {h.township.ID}, "who": {"all"}}).Want(200))[:1]
	if p = new.Post("/activate", in).Want(303); p.Location() != "/" {
		t.Errorf("activation leads to %s", p.Location())
	}
	if p = new.Get("/").Want(200); !strings.Contains(p.Text(), "王𬭁") {
		t.Errorf("not signed in: %s", p.Text())
	}
	sys.Post("/admin/slips", url.Values{"unit": {h.township.ID}, "who": {"all"}}).Want(200)
	h.login(t, h.sec).Get("/admin/slips").Want(403)
}

func TestDeskAndItsNotice(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withAccess)
	h.person(t, "D001", "卢静", h.township)
	p1 := h.person(t, "P001", "王芳", h.village)
	releaser := h.person(t, "P002", "秦正", h.township, models.RoleReleaser)
	sys := h.login(t, h.sys)
	sound(t, sys.Get("/admin/desks").Want(200))
	sound(t, sys.Get("/admin/desks/new").Want(200))
	in := url.Values{"staff_no": {"D001"}, "unit": {h.township.ID}, "to": {"2030-01-01"}}
	sound(t, sys.Post("/admin/desks", in).Want(422))
	in["to"] = []string{"2026-12-31"}
	sys.Post("/admin/desks", in).Want(303)
	list := sys.Get("/admin/desks").Want(200)
	sound(t, list)
	desk := h.login(t, "D001")
	if p := desk.Get("/").Want(200); !strings.Contains(p.Text(), "密码重置窗口") {
		t.Errorf("home does not lead to the desk: %s", p.Text())
	}
	if p := desk.Get("/desk?q=王芳").Want(200); !strings.Contains(p.Text(), "委托单位：柳溪镇") ||
		!strings.Contains(p.Text(), "2026年12月31日") {
		t.Errorf("the desk does not say for whom and until when: %s", p.Text())
	}
	sound(t, desk.Get("/desk?q=王芳").Want(200))
	sound(t, desk.Get("/desk/"+p1.ID).Want(200))
	if p := desk.Get("/desk/" + releaser.ID).Want(200); !strings.Contains(p.Text(), "签发人的密码不在窗口重置") {
		t.Errorf("the page does not say why: %s", p.Text())
	}
	desk.Post("/desk/"+releaser.ID, url.Values{"reason": {"忘记密码"}, "checked": {"1"}}).Want(403)
	p := desk.Post("/desk/"+p1.ID, url.Values{"reason": {"忘记密码"}}).Want(422)
	if p.Has("a[href]", "#checked"); !strings.Contains(string(p.Body), `value="忘记密码"`) {
		t.Error("the reason is lost")
	}
	thief := h.login(t, "P001")
	slip := desk.Post("/desk/"+p1.ID, url.Values{"reason": {"忘记密码"}, "checked": {"1"}}).Want(200)
	if p := thief.Get("/").Want(303); !strings.HasPrefix(p.Location(), "/login") {
		t.Errorf("a session outlives the reset: %s", p.Location())
	}
	thief.Get("/login")
	thief.Post("/login", url.Values{"login": {"P001"}, "password": {password}}).Want(422)
	person := h.visitor(t)
	person.Get("/activate")
	person.Post("/activate", url.Values{
		"staff_no": {"P001"}, "code": codes(slip), "new": {"another-good-one"}, "again": {"another-good-one"},
	}).Want(303)
	if p := person.Get("/").Want(200); !strings.Contains(p.Text(), "卢静 发放") {
		t.Errorf("the person is not told: %s", p.Text())
	}
	told := person.Get("/me/codes").Want(200)
	sound(t, told)
	if !strings.Contains(told.Text(), "忘记密码") {
		t.Errorf("the reason is missing: %s", told.Text())
	}
	person.Post("/me/codes", nil).Want(303)
	if p := person.Get("/").Want(200); strings.Contains(p.Text(), "卢静 发放") {
		t.Error("told again after it was read")
	}
	var end string
	for _, l := range list.Links() {
		if strings.HasSuffix(l, "/end") {
			end = l
		}
	}
	sound(t, sys.Get(end).Want(200))
	sys.Post(end, nil).Want(303)
	desk.Get("/desk").Want(403)
}

func TestSecondFactorOnThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withAccess)
	h.pages.Accounts.Govern(accounts.FactorRequired, 0)
	c := h.visitor(t)
	c.Get("/login")
	c.Post("/login", url.Values{"login": {h.sec}, "password": {password}}).Want(303)
	if p := c.Get("/admin/roles"); p.Location() != "/me/second-factor" {
		t.Fatalf("without a second factor /admin/roles leads to %q", p.Location())
	}
	p := c.Get("/me/second-factor").Want(200)
	sound(t, p)
	ticket := hidden(p, "ticket")
	secret := strings.ReplaceAll(strings.TrimSpace(between(string(p.Body), `<span class="n" id="factor-key">`, "<")), " ", "")
	p = c.Post("/me/second-factor", url.Values{"ticket": {ticket}, "code": {"123"}}).Want(422)
	sound(t, p)
	if hidden(p, "ticket") != ticket {
		t.Error("the refused form shows another secret")
	}
	code := func() string {
		s, err := totp.GenerateCode(secret, h.clock.Now())
		must(t, err)
		return s
	}
	p = c.Post("/me/second-factor", url.Values{"ticket": {ticket}, "code": {code()}}).Want(200)
	if n := strings.Count(string(p.Body), `<li class="n">`); n != 10 {
		t.Errorf("%d recovery codes are shown, want 10", n)
	}
	sound(t, c.Get("/admin/roles").Want(200))
	sound(t, c.Get("/me/second-factor").Want(200))
	sound(t, c.Get("/admin/factors").Want(200))
	h.clock.Advance(15 * time.Minute)
	p = c.Get("/admin/roles/new")
	if p.Location() != "/second-factor?next=%2Fadmin%2Froles%2Fnew" {
		t.Fatalf("15 minutes later a grave step leads to %q", p.Location())
	}
	sound(t, c.Get(p.Location()).Want(200))
	c.Post("/second-factor", url.Values{"code": {"000000"}, "next": {"/admin/roles/new"}}).Want(422)
	if p = c.Post("/second-factor", url.Values{"code": {code()}, "next": {"/admin/roles/new"}}); p.Location() != "/admin/roles/new" {
		t.Errorf("after the code: %d %q", p.Status, p.Location())
	}
	c.Get("/admin/roles/new").Want(200)
	other := h.visitor(t)
	other.Get("/login")
	other.Post("/login", url.Values{"login": {h.sec}, "password": {password}}).Want(303)
	for _, path := range []string{"/", "/password", "/admin/roles", "/me/second-factor"} {
		if p := other.Get(path); !strings.HasPrefix(p.Location(), "/second-factor") {
			t.Errorf("before the code %s answers %d %q", path, p.Status, p.Location())
		}
	}
	other.Get("/second-factor").Want(200)
	other.Post("/logout", nil).Want(303)
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// An inspector changes nothing on any page but what is about himself, and everything he sees is in the log.
func TestInspectorOnlyReads(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withAccess)
	p := h.person(t, "I001", "贺岩", h.county)
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM posts WHERE person_id = ?", p.ID).Error; err != nil {
			return err
		}
		return tx.Create(&models.RoleGrant{
			ID: models.NewID(), PersonID: p.ID, UnitID: h.county.ID, Role: models.RoleInspector, ValidFrom: "2026-07-01",
			ValidTo: "2026-07-17", CreatedAt: h.clock.Now(),
		}).Error
	}))
	c := h.login(t, "I001")
	if page := c.Get("/").Want(200); !strings.Contains(page.Text(), "只读检查，至2026年7月17日，全程留痕") {
		t.Errorf("no banner: %s", page.Text())
	}
	own := map[string]bool{
		"/mode": true, "/login": true, "/logout": true, "/password": true, "/password/logout": true, "/feedback": true,
		"/activate": true, "/second-factor": true, "/me/second-factor": true, "/me/second-factor/codes": true,
		"/me/second-factor/remove": true, "/me/codes": true,
	}
	for _, r := range h.app.Routes() {
		if r.Method != http.MethodPost || r.Path == "/logout" || r.Path == "/password/logout" || r.Path == "/login" {
			continue
		}
		c.Get("/")
		page := c.Post(strings.NewReplacer(":id", "X", ":post", "X").Replace(r.Path), nil)
		if refused := page.Status == 403; refused == own[r.Path] {
			t.Errorf("POST %s answers an inspector %d", r.Path, page.Status)
		}
	}
	h.clock.Set(models.Date("2026-07-18").Start().Add(9 * time.Hour))
	c = h.login(t, "I001")
	if page := c.Get("/").Want(200); strings.Contains(page.Text(), "只读检查") {
		t.Error("the day after the last he still reads")
	}
}

// hidden is the value of a hidden field.
func hidden(p *webtest.Page, name string) string {
	return between(string(p.Body), `name="`+name+`" value="`, `"`)
}
