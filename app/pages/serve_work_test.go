package pages

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"shanzhi/app/accounts"
	"shanzhi/models"
)

// inHand walks a case through the pages until the handler has it.
func (l *hall) inHand(t *testing.T) string {
	t.Helper()
	clerk, handler := l.login(t, "S1"), l.login(t, "S2")
	path := l.takeIn(t, clerk, "申请高龄津贴")
	post(t, clerk, path, "dispatch", url.Values{"post": {l.postOf(t, l.handler.ID)}}).Want(303)
	post(t, handler, path, "acknowledge", nil).Want(303)
	return path
}

func TestAnExtensionThroughItsPages(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	path := l.inHand(t)
	handler, supervisor := l.login(t, "S2"), l.login(t, "S3")
	p := served(t, post(t, handler, path, "extend", url.Values{"days": {"x"}, "ask": {"等待鉴定"}}).Want(422))
	if !strings.Contains(p.Text(), "等待鉴定") || p.Count("a[href=#days]") != 1 {
		t.Errorf("the refused form lost what was typed or does not name its field:\n%s", p.Text())
	}
	post(t, handler, path, "extend", url.Values{"days": {"3"}, "ask": {"等待鉴定"}}).Want(303)
	p = served(t, supervisor.Get("/serve/requests").Want(200))
	p.Has("a[href]", path)
	p = served(t, supervisor.Get(path).Want(200))
	form := p.All("form[action]")
	var to string
	for _, f := range form {
		for _, a := range f.Attr {
			if a.Key == "action" && strings.HasPrefix(a.Val, path+"/asks/") {
				to = strings.TrimPrefix(a.Val, path+"/")
			}
		}
	}
	if to == "" {
		t.Fatalf("no form to decide on\n%s", p.Text())
	}
	served(t, post(t, supervisor, path, to, url.Values{"grant": {"1"}, "request": {strings.TrimPrefix(to, "asks/")}}).Want(422))
	post(t, supervisor, path, to, url.Values{"grant": {"1"}, "decision": {"理由充分"}}).Want(303)
	if text := served(t, handler.Get(path).Want(200)).Text(); !strings.Contains(text, "赵督同意：理由充分") ||
		!strings.Contains(text, "2026年7月27日") {
		t.Errorf("the handler reads %s", text)
	}
}

func TestASupervisorsDayThroughItsPages(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	path := l.inHand(t)
	l.clock.Advance(14 * 24 * time.Hour)
	supervisor, handler := l.login(t, "S3"), l.login(t, "S2")
	served(t, supervisor.Get("/serve/deadlines").Want(200)).Has("a[href]", path)
	post(t, supervisor, path, "remind", url.Values{"say": {"请于周五前答复"}}).Want(303)
	if text := served(t, handler.Get(path).Want(200)).Text(); !strings.Contains(text, "请于周五前答复") {
		t.Errorf("the handler reads %s", text)
	}
	supervisor.Get(path + "/slip").Want(404)
	post(t, supervisor, path, "supervise", url.Values{"say": {"每周报告进展"}}).Want(303)
	if text := served(t, supervisor.Get(path+"/slip").Want(200)).Text(); !strings.Contains(text, "督办单") ||
		!strings.Contains(text, "每周报告进展") || strings.Contains(text, "赵＊＊") {
		t.Errorf("the slip says %s", text)
	}
	post(t, supervisor, path, "suspend", url.Values{"say": {"等待鉴定"}}).Want(303)
	if p := served(t, supervisor.Get("/serve/deadlines").Want(200)); p.Count("a[href="+path+"]") != 0 {
		t.Error("a suspended case is listed as overdue")
	}
	served(t, supervisor.Get("/serve/deadlines?due=suspended").Want(200)).Has("a[href]", path)
	post(t, supervisor, path, "resume", url.Values{"say": {"鉴定完成"}}).Want(303)
	if handler.Get("/serve/deadlines").Status != 403 || handler.Get("/serve/requests").Status != 403 {
		t.Error("a cadre reaches the supervisor's pages")
	}
}

func TestAProviderThroughItsPages(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	org := l.unitUnder(t, "夕阳红助老中心", models.SocialOrg, l.township)
	l.person(t, "S8", "安然", org, models.RoleSocial)
	path := l.inHand(t)
	post(t, l.login(t, "S1"), path, "join", url.Values{"helper": {"u:" + org.ID}, "task": {"上门探访"}}).Want(303)
	provider := l.login(t, "S8")
	served(t, provider.Get("/serve").Want(200)).Has("a[href]", path)
	p := served(t, provider.Get(path).Want(200))
	if text := p.Text(); strings.Contains(text, "赵＊＊") || strings.Contains(text, "138") || !strings.Contains(text, "上门探访") {
		t.Errorf("the provider reads %s", text)
	}
	post(t, provider, path, "part", url.Values{"part": {"已上门探访"}}).Want(303)
	if text := served(t, l.login(t, "S2").Get(path).Want(200)).Text(); !strings.Contains(text, "已上门探访") {
		t.Errorf("the handler reads %s", text)
	}
}

// unitUnder makes a unit below another.
func (l *hall) unitUnder(t *testing.T, name string, kind models.UnitKind, parent models.Unit) models.Unit {
	t.Helper()
	u, err := l.pages.Accounts.CreateUnit(t.Context(), models.SystemActor("test"), accounts.UnitInput{
		ParentID: parent.ID, Name: name, Kind: kind,
	})
	must(t, err)
	return u
}
