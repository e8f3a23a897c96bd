package pages

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"shanzhi/app/web/webtest"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/templates/static"
)

func TestRatingByLink(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	_, link := l.closed(t, l.login(t, "S1"), l.login(t, "S2"))
	for _, lang := range []string{"zh-CN", "en"} {
		c := l.visitor(t)
		c.Lang = lang
		p := served(t, c.Get(link).Want(200))
		if p.Count("input[type=radio]") != 8 || p.Count("input[checked]") != 0 {
			t.Errorf("%s: %d radios, %d chosen beforehand", lang, p.Count("input[type=radio]"), p.Count("input[checked]"))
		}
		if strings.Contains(p.Text(), "周晓岚") || strings.Contains(p.Text(), "赵") {
			t.Errorf("%s: the page names somebody", lang)
		}
	}
	resident := l.visitor(t)
	resident.Get(link).Want(200)
	p := resident.Post(link, url.Values{"level": {"2"}, "solved": {"part"}, "csrf": {""}}).Want(303)
	thanks := served(t, resident.Follow(p).Want(200))
	no := l.pages.Ratings.ReceiptNo(strings.TrimPrefix(link, "/r/"))
	for _, address := range []string{p.Location(), link} {
		again := resident.Get(address).Want(200)
		if again.Text() != thanks.Text() || !strings.Contains(again.Text(), no) || strings.Contains(again.Text(), "不满意") {
			t.Errorf("%s: %s", address, again.Text())
		}
	}
	if l.count(t, "ratings", "level = 2 AND solved = 'part'") != 1 {
		t.Error("the rating is not kept")
	}
}

// Whoever has the link without having rated, such as a clerk who printed it, learns nothing from it.
func TestAUsedLinkLooksUnusedToOthers(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk, handler := l.login(t, "S1"), l.login(t, "S2")
	path, used := l.closed(t, clerk, handler)
	_, unused := l.closed(t, clerk, handler)
	l.visitor(t).Post(used, url.Values{"level": {"1"}}).Want(303)
	handler.Get(path) // says once that the cases are closed
	before := handler.Get(path).Text()
	a, b := handler.Get(used).Want(200), handler.Get(unused).Want(200)
	if a.Text() != b.Text() || a.Count("input[type=radio]") != b.Count("input[type=radio]") {
		t.Errorf("the pages differ:\n%s\n%s", a.Text(), b.Text())
	}
	if p := l.visitor(t).Post(used, url.Values{"level": {"5"}}).Want(303); p.Location() != used+"?done=1" {
		t.Errorf("a second rating leads to %s", p.Location())
	}
	if n := l.count(t, "ratings", "1 = 1"); n != 1 {
		t.Errorf("%d ratings, want one", n)
	}
	if after := handler.Get(path).Text(); after != before {
		t.Error("the handler's page tells that the case was rated")
	}
}

func TestRefusedRatingKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	_, link := l.closed(t, l.login(t, "S1"), l.login(t, "S2"))
	c := l.visitor(t)
	c.Get(link)
	p := served(t, c.Post(link, url.Values{"solved": {"no"}, "reason": {"trips", "speed"}, "comment": {"跑了三趟"}}).Want(422))
	p.Has("a[href]", "#level")
	if p.Count("input[checked]") != 3 || !strings.Contains(p.Text(), "跑了三趟") || p.Count("details[open]") != 1 {
		t.Errorf("%d choices are kept: %s", p.Count("input[checked]"), p.Text())
	}
	c.Post(link, url.Values{"level": {"3"}}).Want(303)
}

func TestPressureGoesByTheSameForm(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	_, link := l.closed(t, l.login(t, "S1"), l.login(t, "S2"))
	c := l.visitor(t)
	p := served(t, c.Get(link))
	if p.Count("form[action="+link+"]") != 1 || p.Count("button[name=pressure]") != 1 {
		t.Fatal("there is not one form with the button")
	}
	p = c.Follow(c.Post(link, url.Values{"pressure": {"1"}, "comment": {"周晓岚让打五分"}}).Want(303))
	served(t, p.Want(200)).Has("a[href]", link)
	c.Get(link).Want(200).Has("input[type=radio]")
	if own := served(t, l.login(t, "S3").Get("/serve/signals").Want(200)); strings.Contains(own.Text(), "让打五分") {
		t.Errorf("a supervisor with a post in the unit reads %s", own.Text())
	}
	l.person(t, "S9", "李督", l.county, models.RoleSupervisor)
	above := l.login(t, "S9")
	list := served(t, above.Get("/serve/signals").Want(200))
	var one string
	for _, href := range list.Links() {
		if strings.HasPrefix(href, "/serve/signals/") {
			one = href
		}
	}
	served(t, above.Post(one, url.Values{"note": {"已约谈"}}).Want(422)).Has("textarea")
	above.Post(one, url.Values{"finding": {"partly"}, "note": {"已约谈"}}).Want(303)
	if p := served(t, above.Get(one).Want(200)); !strings.Contains(p.Text(), "部分属实") || !strings.Contains(p.Text(), "李督") {
		t.Errorf("settled: %s", p.Text())
	}
	l.login(t, "S3").Get(one).Want(404)
	if !strings.Contains(list.Text(), "＊＊让打五分") || strings.Contains(list.Text(), "周晓岚") {
		t.Errorf("signals: %s", list.Text())
	}
	l.login(t, "S2").Get("/serve/signals").Want(403)
}

func TestLinksThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk, handler := l.login(t, "S1"), l.login(t, "S2")
	path, link := l.closed(t, clerk, handler)
	_, other := l.closed(t, clerk, handler)
	c := l.visitor(t)
	calm := func(p *webtest.Page, status int) {
		t.Helper()
		served(t, p.Want(status))
		if p.Count("form[action="+p.Path+"]") != 0 {
			t.Errorf("%s still has its form", p.Path)
		}
	}
	calm(c.Get("/r/nonsense"), 404)
	calm(c.Post("/r/"+strings.Repeat("x", 43), url.Values{"level": {"5"}}), 404)
	post(t, clerk, path, "reopen", url.Values{"reason": {"没解决"}}).Want(303)
	calm(c.Get(link), 409)
	calm(c.Post(link, url.Values{"level": {"5"}}), 409)
	l.clock.Advance((ratings.ValidDays + 1) * 24 * time.Hour)
	calm(c.Get(other), 410)
	calm(c.Post(other, url.Values{"level": {"5"}}), 410)
	if n := l.count(t, "ratings", "1 = 1"); n != 0 {
		t.Errorf("%d ratings got through", n)
	}
}

func TestTheRatingPageIsLight(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	_, link := l.closed(t, l.login(t, "S1"), l.login(t, "S2"))
	for _, lang := range []string{"zh-CN", "en"} {
		c := l.visitor(t)
		c.Lang = lang
		p := c.Get(link).Want(200)
		size := len(p.Body)
		for _, at := range []string{"link[rel=stylesheet]", "link[rel=icon]", "script[src]"} {
			for _, n := range p.All(at) {
				address := webtest.Attr(n, "href") + webtest.Attr(n, "src")
				f, ok := static.Open(strings.TrimPrefix(address, static.Prefix))
				if !ok {
					t.Fatalf("no file %s", address)
				}
				size += len(f.Body)
			}
		}
		if size > 30<<10 {
			t.Errorf("%s: %d bytes with everything it loads, want at most 30 KB", lang, size)
		}
		t.Logf("%s: %d bytes, the page itself %d", lang, size, len(p.Body))
	}
}

func TestOneAddressIsHeldBackOthersAreNot(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 15, 2, 0, 0, 0, time.UTC)
	h := newThrottle(func() time.Time { return now })
	for i := range throttleCalls {
		if !h.admits("a") {
			t.Fatalf("held back at call %d", i+1)
		}
	}
	if h.admits("a") || !h.admits("b") {
		t.Error("the address that calls too often passes, or another does not")
	}
	now = now.Add(throttleSpan)
	if !h.admits("a") {
		t.Error("it is held back for ever")
	}
}

func TestUnsureCountsForTheUnit(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	_, link := l.closed(t, l.login(t, "S1"), l.login(t, "S2"))
	l.visitor(t).Post(link, url.Values{"level": {"4"}, "unsure": {"1"}}).Want(303)
	if l.count(t, "ratings", "subject_id IS NULL AND unit_id = ?", l.township.ID) != 1 {
		t.Error("it counts for somebody")
	}
}

// The handler holds the link too, and so may his colleagues: whoever is signed in rates nothing.
func TestStaffDoNotRate(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	handler := l.login(t, "S2")
	_, link := l.closed(t, l.login(t, "S1"), handler)
	handler.Post(link, url.Values{"level": {"5"}}).Want(403)
	if n := l.count(t, "ratings", "level = 5"); n != 0 {
		t.Errorf("%d ratings by the rated", n)
	}
}

// A form that is sent twice, by a double click or the back button, is one case.
func TestACaseSentTwiceIsOne(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk := l.login(t, "S1")
	clerk.Get("/serve/new").Want(200)
	in := l.intake("顶层渗水")
	in.Set("once", "01M82V917M5DK122SFAX05R5EQ")
	first := clerk.Post("/serve/new", in).Want(303).Location()
	if again := clerk.Post("/serve/new", in).Want(303).Location(); again != first {
		t.Errorf("sent again: %s, want %s", again, first)
	}
	if n := l.count(t, "cases", "title = ?", "顶层渗水"); n != 1 {
		t.Errorf("%d cases, want 1", n)
	}
}
