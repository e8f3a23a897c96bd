package pages

import (
	"net/url"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/web/webtest"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
)

// A slip goes through two keyers and, as they differ, to a supervisor above; the pages say at each step what to do with
// the paper.
func TestASlipKeyedTwiceThroughItsPages(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	must(t, db.Tx(t.Context(), l.db, func(tx *gorm.DB) error {
		return db.SetMetaTx(tx, "serve."+cases.PaperPercent, "100")
	}))
	l.person(t, "S8", "吴录", l.township, models.RoleIntake)
	l.person(t, "S9", "钱录", l.township, models.RoleIntake)
	l.person(t, "SU", "孟督", l.county, models.RoleSupervisor)
	clerk, first, second := l.login(t, "S1"), l.login(t, "S8"), l.login(t, "S9")
	page, _ := l.standAt(t, clerk)
	clerk.Get(page)
	slips := heard(t, clerk.Post(page+"/slips", url.Values{"n": {"1"}}).Want(200))
	number := webtest.Attr(slips.All("section[aria-label]")[0], "aria-label")

	clerk.Get("/serve/paper")
	own := heard(t, clerk.Post("/serve/paper", url.Values{"number": {number}, "level": {"5"}}).Want(422))
	if !strings.Contains(own.Text(), "由您打印") {
		t.Errorf("the printer keys his own blank slip: %s", own.Text())
	}
	key := func(c *webtest.Client, level string) *webtest.Page {
		t.Helper()
		c.Get("/serve/paper")
		done := c.Post("/serve/paper", url.Values{"number": {number}, "looked": {"1"}, "level": {level}, "comment": {"好"}})
		return heard(t, c.Follow(done.Want(303)).Want(200))
	}
	if p := key(first, "4"); !strings.Contains(p.Text(), "交给另一名受理员") || strings.Contains(p.Text(), "待复录的评价单") {
		t.Errorf("after the first keying: %s", p.Text())
	}
	waits := heard(t, second.Get("/serve/paper").Want(200))
	if !strings.Contains(waits.Text(), number) {
		t.Errorf("the slip is not offered to the second keyer: %s", waits.Text())
	}
	looked := heard(t, second.Post("/serve/paper", url.Values{"number": {number}}).Want(200))
	if !strings.Contains(looked.Text(), "现在是复录") || looked.Count("option[selected][value=4]") != 0 {
		t.Errorf("the second keyer sees what was keyed: %s", looked.Text())
	}
	if p := key(second, "2"); !strings.Contains(p.Text(), "与第一次不一致") {
		t.Errorf("after the second keying: %s", p.Text())
	}

	l.login(t, "S1").Get("/serve/checks").Want(403)
	if p := heard(t, l.login(t, "S3").Get("/serve/checks").Want(200)); strings.Contains(p.Text(), "待核对") {
		t.Error("a supervisor of the rated unit reads one rating")
	}
	above := l.login(t, "SU")
	list := heard(t, above.Get("/serve/checks").Want(200))
	path := ""
	for _, a := range list.All("a[href]") {
		if href := webtest.Attr(a, "href"); strings.HasPrefix(href, "/serve/checks/") {
			path = href
		}
	}
	if path == "" {
		t.Fatalf("nothing to settle: %s", list.Text())
	}
	one := heard(t, above.Get(path).Want(200))
	if !strings.Contains(one.Text(), number) || !strings.Contains(one.Text(), "吴录") || !strings.Contains(one.Text(), "钱录") {
		t.Errorf("opened: %s", one.Text())
	}
	typed := url.Values{"version": {hiddenIn(t, one, "version")}, "note": {"原单勾的是不满意"}}
	if p := heard(t, above.Post(path, typed).Want(422)); !strings.Contains(p.Text(), "原单勾的是不满意") {
		t.Error("what was typed is lost")
	}
	typed.Set("right", "second")
	above.Post(path, typed).Want(303)
	if n := l.count(t, "ratings", "level = 2"); n != 1 {
		t.Errorf("%d ratings put right, want 1", n)
	}
	if p := heard(t, above.Get(path).Want(200)); strings.Contains(p.Text(), number) {
		t.Error("the number is still shown after it was settled")
	}
}
