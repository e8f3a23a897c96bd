package pages

import (
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
)

// authenticator is the telephone of somebody who has set up a second factor.
type authenticator struct{ secret string }

func (a authenticator) code(now time.Time) string {
	s, err := totp.GenerateCode(a.secret, now)
	if err != nil {
		return err.Error()
	}
	return s
}

// enrol sets a second factor up for whoever is signed in.
func enrol(t *testing.T, h *house, c *webtest.Client) authenticator {
	t.Helper()
	p := c.Get("/me/second-factor").Want(200)
	a := authenticator{factorSecret(p)}
	c.Post("/me/second-factor", url.Values{"ticket": {hidden(p, "ticket")}, "code": {a.code(h.clock.Now())}}).Want(200)
	c.Get("/about").Want(200) // a token of the new session
	return a
}

func factorSecret(p *webtest.Page) string {
	return strings.ReplaceAll(strings.TrimSpace(between(string(p.Body), `<span class="n" id="factor-key">`, "<")), " ", "")
}

// exec changes rows past every door.
func (h *house) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error { return tx.Exec(sql, args...).Error }))
}

// hiddenOf are the hidden fields of a page, without its token.
func hiddenOf(p *webtest.Page) url.Values {
	out := url.Values{}
	for _, n := range p.All("input[type=hidden]") {
		if name := webtest.Attr(n, "name"); name != "csrf" && name != "back" {
			out.Set(name, webtest.Attr(n, "value"))
		}
	}
	return out
}

// TestWhatWasTypedGoesThroughEveryStep: a long Chinese text goes through the login, the code and the password that must
// be changed, wrong tries included, and arrives whole; nobody else's steps carry it on, and after an hour it is gone.
func TestWhatWasTypedGoesThroughEveryStep(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withAccess)
	h.pages.Accounts.Govern(accounts.FactorOptional, 0)
	h.person(t, "LX1001", "周晓岚", h.township, models.RoleIntake)
	c := h.login(t, "LX1001")
	phone := enrol(t, h, c)
	h.exec(t, "UPDATE persons SET must_change = ? WHERE staff_no = ?", true, "LX1001")
	h.clock.Advance(31 * time.Minute)
	c.Header = map[string]string{"Sec-Fetch-Site": "same-origin"}
	long := strings.Repeat("村口路灯坏了三个月，", 300) // 3000 characters, 27 kB in an address
	p := c.Post("/me/codes", url.Values{"text": {long}}).Want(401)
	in := hiddenOf(p)
	if strings.Contains(string(p.Body), "村口") || in.Get("typed") == "" {
		t.Fatal("the text is lost, or can be read by whoever sits down here")
	}
	in.Set("login", "LX1001")
	in.Set("password", password)
	p = c.Post("/login", in).Want(200)
	sound(t, p)
	p.Has("form[action]", "/second-factor")
	mine := hiddenOf(p)
	mine.Set("code", "000000")
	p = c.Post("/second-factor", mine).Want(422)
	mine = hiddenOf(p)
	h.clock.Advance(time.Minute)
	mine.Set("code", phone.code(h.clock.Now()))
	p = c.Post("/second-factor", mine).Want(200)
	sound(t, p)
	p.Has("form[action]", "/password")
	mine = hiddenOf(p)
	stolen := mine.Get("typed")
	mine["old"], mine["new"], mine["again"] = []string{password}, []string{"short"}, []string{"short"}
	p = c.Post("/password", mine).Want(422)
	mine = hiddenOf(p)
	mine["old"], mine["new"], mine["again"] = []string{password}, []string{"another-good-one"}, []string{"another-good-one"}
	p = c.Post("/password", mine).Want(200)
	sound(t, p)
	if got := hiddenOf(p); got.Get("text") != long {
		t.Errorf("%d bytes arrive, want %d", len(got.Get("text")), len(long))
	}
	thief := h.visitor(t)
	thief.Get("/login")
	thief.Post("/login", url.Values{"login": {h.sys}, "password": {password}, "typed": {stolen}}).Want(303)
	h.clock.Advance(time.Hour)
	late := h.visitor(t)
	late.Get("/login")
	late.Post("/login", url.Values{"login": {h.sys}, "password": {password}, "typed": {in.Get("typed")}}).Want(303)
}

// TestWhatWasTypedGoesThroughTheSetUpOfAFactor: whoever must set one up first finds his text behind the recovery codes.
func TestWhatWasTypedGoesThroughTheSetUpOfAFactor(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withAccess)
	h.person(t, "LX1001", "周晓岚", h.township)
	sec := h.login(t, h.sec)
	h.pages.Accounts.Govern(accounts.FactorRequired, 0)
	sec.Header = map[string]string{"Sec-Fetch-Site": "same-origin"}
	typed := url.Values{"staff_no": {"LX1001"}, "role": {string(models.RoleTrainer)}, "unit": {h.county.ID}}
	p := sec.Post("/admin/roles", typed).Want(401)
	sound(t, p)
	p.Has("form[action]", "/me/second-factor")
	phone := authenticator{factorSecret(p)}
	in := hiddenOf(p)
	in.Set("code", phone.code(h.clock.Now()))
	p = sec.Post("/me/second-factor", in).Want(200)
	p.Has("form[action]", "/admin/roles")
	if n := strings.Count(string(p.Body), `<li class="n">`); n != 10 || hiddenOf(p).Get("staff_no") != "LX1001" {
		t.Errorf("%d recovery codes, fields %v", n, hiddenOf(p))
	}
}

// TestTheFormOfACodeSaysHowLongItIsLocked: like the login, it answers 429 with the time to wait, in words too.
func TestTheFormOfACodeSaysHowLongItIsLocked(t *testing.T) {
	t.Parallel()
	h := newHouse(t, withAccess)
	h.pages.Accounts.Govern(accounts.FactorOptional, 0)
	c := h.login(t, h.sec)
	enrol(t, h, c)
	for _, path := range []string{"/second-factor", "/me/second-factor/codes"} {
		for i := range 5 {
			want := 422
			if i == 4 {
				want = 429
			}
			p := c.Post(path, url.Values{"code": {"000000"}}).Want(want)
			sound(t, p)
		}
		p := c.Post(path, url.Values{"code": {"000000"}}).Want(429)
		if p.Header.Get("Retry-After") != "900" || !strings.Contains(p.Text(), "请过 15 分钟再试") ||
			!strings.Contains(p.Text(), "没有用过的恢复码") {
			t.Errorf("%s: wait %q: %s", path, p.Header.Get("Retry-After"), p.Text())
		}
		h.clock.Advance(16 * time.Minute)
	}
}
