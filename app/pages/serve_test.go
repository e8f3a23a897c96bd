package pages

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"shanzhi/app/web/webtest"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/models/workday"
	"shanzhi/templates/i18n"
)

// hall is a house with the pages of matters and ratings, a duty list, and people at the township.
type hall struct {
	*house
	clerk, handler models.Person
	matter         *models.Matter
}

func newHall(t *testing.T) *hall {
	t.Helper()
	l := &hall{}
	l.house = newHouse(t, func(h *house) {
		days, err := workday.Load()
		must(t, err)
		h.pages.Ratings = ratings.New(h.db, h.clock.Now, h.vault, days)
		h.pages.Cases = cases.New(h.db, h.clock.Now, h.vault, days, h.pages.Ratings)
		h.pages.serveRoutes(h.app)
		h.pages.rateRoutes(h.app)
		h.pages.everydayRoutes(h.app)
		h.pages.voicesRoutes(h.app)
		h.pages.AddHome(h.pages.serveHome, h.pages.serveWorkHome, h.pages.voicesHome)
	})
	l.clerk = l.person(t, "S1", "张慧", l.township, models.RoleIntake)
	l.handler = l.person(t, "S2", "周晓岚", l.township, models.RoleCadre)
	l.person(t, "S3", "赵督", l.township, models.RoleSupervisor)
	l.person(t, "S4", "钱访", l.county, models.RoleInterviewer)
	l.person(t, "S5", "王𬭁", l.village, models.RoleCadre)
	var err error
	l.matter, err = l.pages.Cases.AddMatter(t.Context(), models.SystemActor("test"), cases.MatterInput{
		Code: "MS-001", Name: "高龄津贴申请", Family: models.Livelihood, UnitID: l.township.ID, Days: 5, Difficulty: 2,
	})
	must(t, err)
	return l
}

// served checks the structure of a page and that no key of these areas is left in it.
func served(t *testing.T, p *webtest.Page) *webtest.Page {
	t.Helper()
	sound(t, p)
	for word := range strings.FieldsSeq(p.Text()) {
		for _, area := range []string{"serve.", "rate.", "report."} {
			if strings.HasPrefix(word, area) {
				t.Errorf("%s: the page shows the key %s", p.Path, word)
			}
		}
	}
	return p
}

func (l *hall) intake(title string) url.Values {
	return url.Values{
		"matter": {l.matter.ID}, "kind": {"help"}, "channel": {"window"}, "title": {title}, "detail": {"八十二岁老人"},
		"name": {"赵大爷"}, "phone": {"13812340926"},
	}
}

// post sends one of the forms of the case page as a browser would: with its hidden fields.
func post(t *testing.T, c *webtest.Client, path, action string, typed url.Values) *webtest.Page {
	t.Helper()
	p := served(t, c.Get(path).Want(200))
	if p.Count("form[action="+path+"/"+action+"]") != 1 {
		t.Fatalf("no form to %s on\n%s", action, p.Text())
	}
	values := url.Values{"version": {webtest.Attr(p.All("input[name=version]")[0], "value")}}
	maps.Copy(values, typed)
	return c.Post(path+"/"+action, values)
}

// takeIn registers a case by the form and returns its address.
func (l *hall) takeIn(t *testing.T, clerk *webtest.Client, title string) string {
	t.Helper()
	clerk.Get("/serve/new").Want(200)
	return clerk.Post("/serve/new", l.intake(title)).Want(303).Location()
}

// closed walks a case through the pages and returns its address and the path of the rating link.
func (l *hall) closed(t *testing.T, clerk, handler *webtest.Client) (path, link string) {
	t.Helper()
	path = l.takeIn(t, clerk, "申请高龄津贴")
	p := clerk.Get(path)
	var postID string
	for _, o := range p.All("option[value]") {
		if strings.Contains(o.FirstChild.Data, "周晓岚") {
			postID = webtest.Attr(o, "value")
		}
	}
	post(t, clerk, path, "dispatch", url.Values{"post": {postID}}).Want(303)
	post(t, handler, path, "acknowledge", nil).Want(303)
	post(t, handler, path, "answer", url.Values{"answer": {"已办妥，次月发放。"}}).Want(303)
	post(t, handler, path, "close", url.Values{"outcome": {"solved"}}).Want(303)
	return path, linkOn(t, served(t, clerk.Post(path+"/receipt", nil).Want(200)))
}

// linkOn is the path of the rating link on a receipt.
func linkOn(t *testing.T, p *webtest.Page) string {
	t.Helper()
	for _, n := range p.All("span[id=link]") {
		if link, ok := strings.CutPrefix(n.FirstChild.Data, "https://shanzhi.test"); ok {
			return link
		}
	}
	t.Fatalf("no link on the receipt:\n%s", p.Text())
	return ""
}

func TestACaseThroughItsPages(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk, handler := l.login(t, "S1"), l.login(t, "S2")
	served(t, clerk.Get("/serve").Want(200)).Has("a[href]", "/serve/new")
	p := served(t, clerk.Get("/serve/new").Want(200))
	if p.Count("optgroup") != 1 || !strings.Contains(p.Text(), "严禁处理国家秘密") {
		t.Error("the form lacks its groups of matters or the notice on secrets")
	}
	if handler.Get("/serve/new").Status != 403 {
		t.Error("a cadre reaches the form of intake")
	}
	path, link := l.closed(t, clerk, handler)
	if !strings.HasPrefix(link, "/r/") || len(link) != len("/r/")+43 {
		t.Errorf("link %q", link)
	}
	served(t, clerk.Get(path).Want(200)).Has("a[href]", path+"/receipt")
	p = served(t, handler.Get(path).Want(200))
	if p.Count("a[href="+path+"/receipt]") != 0 || !strings.Contains(p.Text(), "由受理员打印评价回执") {
		t.Error("the handler is offered his own rating link")
	}
	handler.Get(path + "/receipt").Want(403)
	if text := p.Text(); strings.Contains(text, "赵大爷") || strings.Contains(text, "13812340926") ||
		!strings.Contains(text, "赵＊＊") || !strings.Contains(text, "138****0926") {
		t.Error("the resident is not masked")
	}
	p = served(t, clerk.Get(path).Want(200))
	if n := p.Count("button.btn-main") + p.Count("a.btn-main"); n != 1 {
		t.Errorf("%d main buttons, want one", n)
	}
	post(t, clerk, path, "reopen", url.Values{"reason": {"群众反映未到账"}}).Want(303)
	if text := served(t, handler.Get(path)).Text(); !strings.Contains(text, "待签收") || !strings.Contains(text, "1 次") {
		t.Errorf("reopened: %s", text)
	}
}

func TestRefusedFormsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk, handler := l.login(t, "S1"), l.login(t, "S2")
	clerk.Get("/serve/new")
	values := l.intake("")
	values.Set("phone", "12")
	p := served(t, clerk.Post("/serve/new", values).Want(422))
	p.Has("a[href]", "#title", "#phone")
	p.Has("option[selected]")
	p.Has("input[value]", "赵大爷", "12")
	path := l.takeIn(t, clerk, "甲")
	served(t, post(t, clerk, path, "dispatch", url.Values{"post": {""}}).Want(422)).Has("a[href]", "#post")
	served(t, post(t, clerk, path, "close", url.Values{"outcome": {"not_accepted"}, "close_note": {" "}}).Want(422)).
		Has("a[href]", "#close_note")
	if p := post(t, clerk, path, "note", url.Values{"note": {"核实中"}, "version": {"99"}}); p.Status != 409 {
		t.Errorf("an old version: %d", p.Status)
	}
	if p := handler.Get(path); p.Status != 404 {
		t.Errorf("a cadre sees a case that is not his: %d", p.Status)
	}
	closed := post(t, clerk, path, "close", url.Values{"outcome": {"not_accepted"}, "close_note": {"已进入诉讼"}})
	if closed.Want(303).Location() != path {
		t.Errorf("closed without a rating leads to %s", closed.Location())
	}
	clerk.Get(path + "/receipt").Want(409)
}

func TestReceiptHoldsNoResidentAndItsReprintEndsTheOldLink(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk, handler := l.login(t, "S1"), l.login(t, "S2")
	path, old := l.closed(t, clerk, handler)
	served(t, clerk.Get(path+"/receipt").Want(200))
	p := served(t, clerk.Post(path+"/receipt", nil).Want(200))
	for _, s := range []string{"赵", "1381234", "0926", "老人"} {
		if strings.Contains(p.Text(), s) {
			t.Errorf("the receipt says %q", s)
		}
	}
	for _, s := range []string{"评价自愿，不评也不影响办事", "2026年8月14日", "高龄津贴申请", "柳溪镇"} {
		if !strings.Contains(p.Text(), s) {
			t.Errorf("the receipt does not say %q", s)
		}
	}
	box := webtest.Attr(p.All("svg[viewBox]")[0], "viewBox")
	if !strings.HasPrefix(box, "-4 -4 ") {
		t.Errorf("the code has no quiet zone of four modules: %q", box)
	}
	visitor := l.visitor(t)
	served(t, visitor.Get(old).Want(404))
	served(t, visitor.Get(linkOn(t, p)).Want(200))
}

func TestContactIsForTheInterviewer(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk, handler, caller := l.login(t, "S1"), l.login(t, "S2"), l.login(t, "S4")
	path, _ := l.closed(t, clerk, handler)
	if handler.Get(path).Count("form[action="+path+"/contact]") != 0 {
		t.Error("the handler is offered the contact")
	}
	handler.Post(path+"/contact", url.Values{"why": {"x"}}).Want(403)
	served(t, post(t, caller, path, "contact", url.Values{"why": {""}}).Want(422)).Has("a[href]", "#why")
	p := served(t, post(t, caller, path, "contact", url.Values{"why": {"回访"}}).Want(200))
	if !strings.Contains(p.Text(), "13812340926") || p.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("contact: %s", p.Text())
	}
	if l.count(t, "audit_entries", "action = 'case.contact' AND outcome = 'ok'") != 1 {
		t.Error("the look is not logged")
	}
}

func TestListKeepsItsFilterInTheAddress(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk := l.login(t, "S1")
	for i := range 23 {
		l.takeIn(t, clerk, "第"+strings.Repeat("一", i+1)+"件")
	}
	p := served(t, clerk.Get("/serve").Want(200))
	if n := p.Count("tbody tr") + len(p.All("th[scope=row]")); n < 20 {
		t.Errorf("%d rows on the first page", n)
	}
	p.Has("a[rel=next]")
	p = served(t, clerk.Get("/serve?state=received&page=2&family=livelihood").Want(200))
	if n := p.Count("th[scope=row]"); n != 3 {
		t.Errorf("%d rows on the second page, want 3", n)
	}
	if p = clerk.Get("/serve?state=all&q=" + url.QueryEscape("一一一一一一一一一一一一一一一一一一一一一一一")); p.Count("th[scope=row]") != 1 {
		t.Error("the search does not find one title")
	}
	if p = served(t, clerk.Get("/serve?due=overdue").Want(200)); p.Count("th[scope=row]") != 0 || p.Count("section.empty") != 1 {
		t.Error("an empty list does not say so")
	}
	served(t, l.login(t, "S5").Get("/serve").Want(200))
}

func TestHomeSaysWhatIsDueNext(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk := l.login(t, "S1")
	path := l.takeIn(t, clerk, "申请高龄津贴")
	p := served(t, clerk.Get("/").Want(200))
	if h := p.All("h1"); len(h) != 1 || h[0].FirstChild.Data != "有 1 件诉求等您派单。" {
		t.Errorf("the clerk's home says %s", p.Text())
	}
	if n := p.Count("a[href=/serve?state=received]"); n != 1 {
		t.Errorf("the clerk's home leads to what waits %d times, want once", n)
	}
	post(t, clerk, path, "dispatch", url.Values{"post": {l.postOf(t, l.handler.ID)}}).Want(303)
	handler := l.login(t, "S2")
	p = served(t, handler.Get("/").Want(200))
	if h := p.All("h1"); len(h) != 1 || !strings.Contains(h[0].FirstChild.Data, "还有 5 个工作日") {
		t.Errorf("home says %s", p.Text())
	}
	p.Has("a[href]", path)
	l.clock.Advance(14 * 24 * time.Hour)
	if text := l.login(t, "S2").Get("/").Text(); !strings.Contains(text, "已超期 5 个工作日") {
		t.Errorf("after a fortnight home says %s", text)
	}
	p = served(t, l.login(t, "S3").Get("/").Want(200))
	if h := p.All("h1"); len(h) != 1 || h[0].FirstChild.Data != "您督办的范围内，有 1 件诉求已经超期。" {
		t.Errorf("the supervisor's home says %s", p.Text())
	}
	p.Has("a[href]", "/serve?state=open&due=overdue")
	if p = served(t, l.login(t, "S4").Get("/").Want(200)); !strings.Contains(p.Text(), "回访") {
		t.Errorf("the interviewer's home says %s", p.Text())
	}
}

func TestADeadlineAsksTheHandlerAndInformsTheOthers(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk := l.login(t, "S1")
	path := l.takeIn(t, clerk, "申请高龄津贴")
	post(t, clerk, path, "dispatch", url.Values{"post": {l.postOf(t, l.handler.ID)}}).Want(303)
	l.clock.Advance(14 * 24 * time.Hour)
	if text := l.login(t, "S2").Get(path).Text(); !strings.Contains(text, "请先向诉求人说明情况") {
		t.Errorf("the handler reads %s", text)
	}
	text := l.login(t, "S3").Get(path).Text()
	if strings.Contains(text, "请先") || !strings.Contains(text, "应在") || !strings.Contains(text, "已超期 5 个工作日。") {
		t.Errorf("the supervisor reads %s", text)
	}
}

func (l *hall) postOf(t *testing.T, person string) string {
	t.Helper()
	offered, err := l.pages.Cases.Handlers(t.Context(), l.actor(t, l.clerk.ID), l.oneCase(t), "")
	must(t, err)
	all := offered.List
	i := slices.IndexFunc(all, func(h cases.Handler) bool { return h.PersonID == person })
	if i < 0 {
		t.Fatal("nobody to dispatch to")
	}
	return all[i].PostID
}

func (l *hall) oneCase(t *testing.T) string {
	t.Helper()
	found, err := l.pages.Cases.List(t.Context(), l.actor(t, l.clerk.ID), cases.Filter{})
	must(t, err)
	return found.Entries[0].ID
}

func TestEveryWordOfCasesAndImportsExists(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.Load()
	must(t, err)
	var keys []string
	for _, s := range cases.States() {
		keys = append(keys, "serve.state."+string(s))
	}
	for _, k := range cases.Kinds() {
		keys = append(keys, "serve.kind."+string(k))
	}
	for _, c := range cases.Channels() {
		keys = append(keys, "serve.channel."+string(c))
	}
	for _, o := range cases.Outcomes() {
		keys = append(keys, "report.outcome."+string(o))
	}
	for _, f := range models.Families() {
		keys = append(keys, "report.family."+string(f))
	}
	for _, e := range append(cases.RequestEvents(),
		cases.EventReminded, cases.EventSupervised, cases.EventSuspended, cases.EventResumed, cases.EventInstructed,
		cases.EventJoined, cases.EventPart, cases.EventRepeat, cases.EventRecheck, cases.EventRechecked,
		cases.EventReceived, cases.EventDispatched, cases.EventAcknowledged, cases.EventReturned, cases.EventNote,
		cases.EventAnswered, cases.EventClosed, cases.EventReopened, cases.EventExcluded, cases.EventHandedOver,
		cases.EventUnitMerged,
	) {
		keys = append(keys, "serve.event."+e)
	}
	for _, r := range ratings.Reasons() {
		keys = append(keys, "rate.reason."+r)
	}
	for _, s := range ratings.Solutions() {
		keys = append(keys, "rate.solved."+string(s))
	}
	for _, c := range slices.Concat(cases.Columns(), ratings.Columns()) {
		keys = append(keys, c.Help)
	}
	for _, k := range cases.RequestKinds() {
		keys = append(keys, "serve.requests.kind."+string(k))
	}
	for _, m := range cases.Marks() {
		keys = append(keys, "serve.mark."+string(m))
	}
	for _, a := range []string{
		"object", "extend", "exclude", "escalate", "remind", "supervise", "suspend", "resume", "join", "part", "repeat",
		"instruct", "recheck",
	} {
		keys = append(keys, "serve.do."+a)
	}
	for _, a := range []string{"dispatch", "acknowledge", "answer", "close", "note", "return", "reopen", "contact"} {
		keys = append(keys, "serve.do."+a)
	}
	for _, lang := range i18n.Langs() {
		for _, k := range keys {
			if !bundle.Printer(lang).Has(k) {
				t.Errorf("%s: no text %s", lang, k)
			}
		}
	}
}
