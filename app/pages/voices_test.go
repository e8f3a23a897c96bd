package pages

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"shanzhi/app/web/webtest"
	"shanzhi/models"
	"shanzhi/templates/static"
)

// heard checks a page of this area and that no key of it is left.
func heard(t *testing.T, p *webtest.Page) *webtest.Page {
	t.Helper()
	served(t, p)
	for word := range strings.FieldsSeq(p.Text()) {
		for _, area := range []string{"ask.", "track.", "stand.", "paper.", "leak.", "tip."} {
			if strings.HasPrefix(word, area) {
				t.Errorf("%s: the page shows the key %s", p.Path, word)
			}
		}
	}
	return p
}

// hiddenIn returns a hidden value of a page's form.
func hiddenIn(t *testing.T, p *webtest.Page, name string) string {
	t.Helper()
	all := p.All("input[name=" + name + "]")
	if len(all) == 0 {
		t.Fatalf("%s has no %s:\n%s", p.Path, name, p.Text())
	}
	return webtest.Attr(all[0], "value")
}

// standAt puts up a window of the township and returns the address of its page and of its rating page.
func (l *hall) standAt(t *testing.T, clerk *webtest.Client) (page, rate string) {
	t.Helper()
	heard(t, clerk.Get("/serve/stands").Want(200))
	p := clerk.Post("/serve/stands", url.Values{"unit": {l.township.ID}, "name": {"大厅 2 号窗口"}}).Want(303)
	one := heard(t, clerk.Follow(p).Want(200))
	for word := range strings.FieldsSeq(one.Text()) {
		if at := strings.Index(word, "/s/"); at >= 0 {
			rate = word[at:]
		}
	}
	return p.Location(), rate
}

func TestAWindowIsRatedWithOneTapAndWithoutAnything(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk := l.login(t, "S1")
	page, rate := l.standAt(t, clerk)
	card := heard(t, clerk.Get(page+"/card").Want(200))
	if !strings.Contains(card.Text(), "https://shanzhi.test"+rate) || !strings.Contains(card.Text(), "不用登录") {
		t.Errorf("card: %s", card.Text())
	}
	for _, lang := range []string{"zh-CN", "en"} {
		c := l.visitor(t)
		c.Lang = lang
		p := heard(t, c.Get(rate).Want(200))
		if p.Count("input[type=radio]") != 8 || p.Count("input[checked]") != 0 || p.Count("form[action="+rate+"]") != 1 {
			t.Errorf("%s: not the form, or something is chosen beforehand", lang)
		}
		size := len(p.Body)
		for _, at := range []string{"link[rel=stylesheet]", "link[rel=icon]", "script[src]"} {
			for _, n := range p.All(at) {
				address := webtest.Attr(n, "href") + webtest.Attr(n, "src")
				f, _ := static.Open(strings.TrimPrefix(address, static.Prefix))
				size += len(f.Body)
			}
		}
		if size > 30<<10 {
			t.Errorf("%s: %d bytes with everything it loads, want at most 30 KB", lang, size)
		}
	}
	c := l.visitor(t)
	p := c.Get(rate).Want(200)
	ticket := hiddenIn(t, p, "ticket")
	refusedPage := heard(t, c.Post(rate, url.Values{"ticket": {ticket}, "comment": {"排队很久"}}).Want(422))
	if !strings.Contains(refusedPage.Text(), "排队很久") {
		t.Error("what was typed is lost")
	}
	for range 2 { // sent twice it is one
		sent := c.Post(rate, url.Values{"level": {"2"}, "ticket": {ticket}, "csrf": {""}}).Want(303)
		thanks := heard(t, c.Follow(sent).Want(200))
		if strings.Contains(thanks.Text(), "不满意") {
			t.Errorf("the thanks tell the level: %s", thanks.Text())
		}
	}
	if n := l.count(t, "ratings", "level = 2 AND subject_id IS NULL AND channel = 'qr' AND mode = 'active'"); n != 1 {
		t.Errorf("%d ratings, want 1", n)
	}
	told := c.Post(rate, url.Values{"pressure": {"1"}, "ticket": {hiddenIn(t, c.Get(rate), "ticket")}}).Want(303)
	heard(t, c.Follow(told).Want(200)).Has("a[href]", rate)
	clerk.Post(rate, url.Values{"level": {"5"}, "ticket": {ticket}}).Want(403)
	heard(t, l.visitor(t).Get("/s/nonsense").Want(404))
	one := clerk.Get(page)
	clerk.Post(page+"/end", url.Values{"version": {hiddenIn(t, one, "version")}}).Want(303)
	heard(t, l.visitor(t).Get(rate).Want(410))
}

func TestPaperIsKeyedFromTheKeyboard(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk := l.login(t, "S1")
	l.person(t, "S9", "吴录", l.township, models.RoleIntake)
	keyer := l.login(t, "S9")
	page, _ := l.standAt(t, clerk)
	clerk.Get(page)
	slips := heard(t, clerk.Post(page+"/slips", url.Values{"n": {"2"}}).Want(200))
	if slips.Count("section[class]") < 2 {
		t.Fatalf("no slips: %s", slips.Text())
	}
	number := ""
	for _, n := range slips.All("section[aria-label]") {
		number = webtest.Attr(n, "aria-label")
	}
	heard(t, keyer.Get("/serve/paper").Want(200))
	looked := heard(t, keyer.Post("/serve/paper", url.Values{"number": {number}}).Want(200)) // as a scanner sends it
	if !strings.Contains(looked.Text(), "柳溪镇") || looked.Count("select[autofocus]") != 1 {
		t.Errorf("looked up: %s", looked.Text())
	}
	typed := url.Values{"number": {number}, "looked": {"1"}}
	heard(t, keyer.Post("/serve/paper", typed).Want(422)) // no level
	typed.Set("level", "4")
	typed.Set("reasons", "19")
	heard(t, keyer.Post("/serve/paper", typed).Want(422)) // no such reason
	typed.Set("reasons", "1 3")
	keyer.Post("/serve/paper", typed).Want(303)
	if n := l.count(t, "ratings", "mode = 'paper' AND reasons = 'attitude,clarity' AND level = 4"); n != 1 {
		t.Errorf("%d ratings, want 1", n)
	}
	again := heard(t, keyer.Post("/serve/paper", typed).Want(422))
	drawn := strings.Contains(again.Text(), "这一张由您录入") // chance may have drawn it for a second person
	if !drawn && !strings.Contains(again.Text(), "已经录入过") || hiddenIn(t, again, "number") != number {
		t.Errorf("keyed twice: %s", again.Text())
	}
	l.login(t, "S2").Get("/serve/paper").Want(403)
	// The paper of a case: refused to its handler, printed by a clerk, not keyed by who took it in.
	path, _ := l.closed(t, clerk, l.login(t, "S2"))
	handler := l.login(t, "S2")
	handler.Get(path)
	handler.Post(path+"/slip", nil).Want(403)
	heard(t, clerk.Get(path+"/receipt").Want(200))
	slip := heard(t, clerk.Post(path+"/slip", nil).Want(200))
	for _, n := range slip.All("section[aria-label]") {
		number = webtest.Attr(n, "aria-label")
	}
	clerk.Get("/serve/paper")
	own := heard(t, clerk.Post("/serve/paper", url.Values{"number": {number}, "level": {"5"}}).Want(422))
	if !strings.Contains(own.Text(), "交给其他受理员") {
		t.Errorf("keyed by who took it in: %s", own.Text())
	}
}

// ask sends the form of a raised matter and returns the page of the receipt.
func (l *hall) ask(t *testing.T, c *webtest.Client, typed url.Values) *webtest.Page {
	t.Helper()
	p := heard(t, c.Get("/ask").Want(200))
	values := url.Values{"ticket": {hiddenIn(t, p, "ticket")}, "unit": {l.village.ID}}
	maps.Copy(values, typed)
	return c.Post("/ask", values)
}

// numbersOn reads number and code off a receipt.
func numbersOn(t *testing.T, p *webtest.Page) (no, code string) {
	t.Helper()
	for _, n := range p.All("p[class=code]") {
		if text := n.FirstChild.Data; no == "" {
			no = text
		} else {
			code = text
		}
	}
	if no == "" || code == "" {
		t.Fatalf("no receipt:\n%s", p.Text())
	}
	return no, code
}

func TestAMatterIsRaisedFollowedAndOpenedAgain(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	c := l.visitor(t)
	marked := heard(t, l.ask(t, c, url.Values{"kind": {"help"}, "text": {"机密★10年 路灯"}}).Want(422))
	if marked.Count("input[name=sure]") != 1 || !strings.Contains(marked.Text(), "路灯") {
		t.Errorf("marked as secret: %s", marked.Text())
	}
	done := heard(t, l.ask(t, c, url.Values{"kind": {"help"}, "text": {"高龄津贴没有发"}, "name": {"赵大爷"}}).Want(200))
	no, code := numbersOn(t, done)
	if strings.Contains(done.Text(), "赵大爷") || strings.Contains(done.Text(), "津贴") {
		t.Errorf("the receipt tells who or what: %s", done.Text())
	}
	heard(t, c.Get("/track?no="+no).Want(200))
	wrong := heard(t, c.Post("/track", url.Values{"no": {no}, "secret": {"0000000000"}}).Want(422))
	other := heard(t, c.Post("/track", url.Values{"no": {"2601-0001"}, "secret": {code}}).Want(422))
	if !strings.Contains(wrong.Text(), "编号或查询码不对") || !strings.Contains(other.Text(), "编号或查询码不对") {
		t.Error("a wrong number and a wrong code are not told alike")
	}
	in := c.Post("/track", url.Values{"no": {no}, "secret": {code}}).Want(303)
	at := in.Location()
	if strings.Contains(at, strings.ReplaceAll(code, " ", "")) {
		t.Error("the code stands in the address")
	}
	heard(t, c.Follow(in).Want(200))
	c.Post(at+"/words", url.Values{"words": {"社保卡换过"}}).Want(303)
	heard(t, c.Post(at+"/words", url.Values{"words": {""}}).Want(422))
	heard(t, c.Post(at+"/again", url.Values{"reason": {"没好"}}).Want(409))
	l.handle(t, no)
	closed := heard(t, c.Get(at).Want(200))
	for _, name := range []string{"周晓岚", "张慧"} {
		if strings.Contains(closed.Text(), name) {
			t.Errorf("the page names %s", name)
		}
	}
	if !strings.Contains(closed.Text(), "您还没有评价") || !strings.Contains(closed.Text(), "已办妥") {
		t.Errorf("closed: %s", closed.Text())
	}
	link := c.Post(at+"/rate", nil).Want(303).Location()
	c.Get(link).Want(200)
	c.Post(link, url.Values{"level": {"3"}}).Want(303)
	if p := heard(t, c.Get(at)); !strings.Contains(p.Text(), "您已经评价过") {
		t.Errorf("rated: %s", p.Text())
	}
	c.Post(at+"/again", url.Values{"reason": {"还没到账"}}).Want(303)
	if p := heard(t, c.Get(at)); !strings.Contains(p.Text(), "您申请重新办理") {
		t.Errorf("opened again: %s", p.Text())
	}
	c.Post(at+"/withdraw", nil).Want(303)
	heard(t, c.Get(at).Want(200))
	heard(t, c.Get("/track/nonsense").Want(404))
}

// handle sorts a raised matter, gives it to its handler, and closes it.
func (l *hall) handle(t *testing.T, no string) {
	t.Helper()
	clerk, handler := l.login(t, "S1"), l.login(t, "S2")
	list := served(t, clerk.Get("/serve?q="+no).Want(200))
	var path string
	for _, n := range list.All("a[href]") {
		if href := webtest.Attr(n, "href"); strings.HasPrefix(href, "/serve/cases/") {
			path = href
		}
	}
	post(t, clerk, path, "sort", url.Values{"matter": {l.matter.ID}}).Want(303)
	var postID string
	for _, o := range clerk.Get(path).All("option[value]") {
		if text := o.FirstChild.Data; strings.Contains(text, "周晓岚") && strings.Contains(text, "在办") {
			postID = webtest.Attr(o, "value")
		}
	}
	post(t, clerk, path, "dispatch", url.Values{"post": {postID}}).Want(303)
	post(t, handler, path, "acknowledge", nil).Want(303)
	post(t, handler, path, "answer", url.Values{"answer": {"已办妥"}}).Want(303)
	post(t, handler, path, "close", url.Values{"outcome": {"solved"}}).Want(303)
}

// A complaint about a cadre is on no page of him or his unit; a report of wrongdoing on none but the county's.
func TestWhatIsAboutACadreIsOnNoPageOfHisUnit(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	l.person(t, "V1", "村受理", l.village, models.RoleIntake, models.RoleSupervisor, models.RoleLeader)
	l.person(t, "C1", "县督", l.county, models.RoleSupervisor)
	c := l.visitor(t)
	above := heard(t, l.ask(t, c, url.Values{"kind": {"complaint"}, "text": {"王𬭁在窗口骂人"}}).Want(200))
	no, _ := numbersOn(t, above)
	if !strings.Contains(above.Text(), "上一级单位（柳溪镇）") {
		t.Errorf("complaint: %s", above.Text())
	}
	tip := heard(t, l.ask(t, c, url.Values{"kind": {"wrongdoing"}, "text": {"村里截留低保金"}}).Want(200))
	tipNo, _ := numbersOn(t, tip)
	leak := heard(t, c.Get("/leak?unit="+l.village.ID).Want(200))
	sent := c.Post("/leak", url.Values{
		"unit": {l.village.ID}, "text": {"他们知道是我评的"}, "ticket": {hiddenIn(t, leak, "ticket")},
	}).Want(303)
	heard(t, c.Follow(sent).Want(200))
	for _, staffNo := range []string{"V1", "S5"} {
		who := l.login(t, staffNo)
		for _, path := range []string{
			"/", "/serve", "/serve?state=all", "/serve?q=" + no, "/serve?state=received", "/serve/signals", "/serve/leaks",
			"/serve/tips",
		} {
			p := who.Get(path)
			for _, secret := range []string{no, tipNo, "骂人", "截留", "知道是我"} {
				if p.Status == 200 && path != "/serve?q="+no && strings.Contains(p.Text(), secret) {
					t.Errorf("%s finds %q at %s", staffNo, secret, path)
				}
			}
			if path == "/serve?q="+no && strings.Contains(p.Text(), "骂人") {
				t.Errorf("%s finds the complaint by its number", staffNo)
			}
		}
	}
	town := l.login(t, "S3")
	if p := heard(t, town.Get("/serve?state=received").Want(200)); !strings.Contains(p.Text(), no) {
		t.Errorf("the unit above does not have it: %s", p.Text())
	}
	if p := heard(t, town.Get("/serve/leaks").Want(200)); !strings.Contains(p.Text(), "石桥村") {
		t.Errorf("the unit above does not have the leak: %s", p.Text())
	}
	if p := heard(t, town.Get("/serve/tips").Want(200)); strings.Contains(p.Text(), tipNo) {
		t.Error("the township sees the report of wrongdoing")
	}
	county := l.login(t, "C1")
	if p := county.Get("/").Want(200); !strings.Contains(p.Text(), "举报待移交") {
		t.Errorf("the county's home says nothing of it: %s", p.Text())
	}
	list := heard(t, county.Get("/serve/tips").Want(200))
	for _, n := range list.All("a[href]") {
		href := webtest.Attr(n, "href")
		if !strings.HasPrefix(href, "/serve/tips/") {
			continue
		}
		town.Get(href).Want(404)
		p := heard(t, county.Get(href).Want(200))
		if !strings.Contains(p.Text(), "截留低保金") {
			t.Errorf("opened: %s", p.Text())
		}
		passed := county.Post(href, url.Values{
			"office": {"县纪委监委信访室"}, "taker": {"陈纪"}, "version": {hiddenIn(t, p, "version")},
		}).Want(303)
		if p := heard(t, county.Follow(passed).Want(200)); strings.Contains(p.Text(), "截留") {
			t.Error("the content is still there")
		}
	}
}

func TestOneNumberIsHeldBackFromWherever(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	c := l.visitor(t)
	c.Get("/track").Want(200)
	for range codeCalls {
		c.Post("/track", url.Values{"no": {"2607-0001"}, "secret": {"1"}}).Want(422)
	}
	c.Post("/track", url.Values{"no": {"2607-0001"}, "secret": {"1"}}).Want(503)
	c.Post("/track", url.Values{"no": {"2607-0002"}, "secret": {"1"}}).Want(422)
}
