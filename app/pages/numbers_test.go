package pages

import (
	"net/url"
	"strings"
	"testing"
)

const someID = "11010519491231002X" // the example of GB 11643-1999

// A text with an identity or bank card number comes back once, as it was typed, with a box; nothing is kept before it is
// ticked. It works without scripts: the box is part of the page.
func TestATextWithACardNumberIsSentAfterATickAlone(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	c := l.visitor(t)
	text := "低保没发，身份证 110105 19491231 002X，请查"
	in := url.Values{"kind": {"help"}, "text": {text}}
	p := heard(t, l.ask(t, c, in).Want(422))
	if !strings.Contains(p.Text(), "像是写了身份证号码") || !strings.Contains(p.Text(), text) ||
		p.Count("input[name=number_sure]") != 1 {
		t.Fatalf("asked back: %s", p.Text())
	}
	if n := l.count(t, "cases", "1 = 1"); n != 0 {
		t.Error("kept before the tick")
	}
	in.Set("text", "退款打到 4111 1111 1111 1111")
	if p := heard(t, l.ask(t, c, in).Want(422)); !strings.Contains(p.Text(), "像是写了银行卡号") {
		t.Errorf("bank card: %s", p.Text())
	}
	in.Set("number_sure", "1")
	heard(t, l.ask(t, c, in).Want(200))
	if n := l.count(t, "cases", "1 = 1"); n != 1 {
		t.Errorf("%d cases after the tick, want 1", n)
	}
	in = url.Values{"kind": {"help"}, "text": {"电话 13812340926，工单 SQ20260715000001"}}
	heard(t, l.ask(t, c, in).Want(200)) // telephone and case numbers are no card numbers
}

// The clerk's and the handler's texts are asked about alike, and so is what a resident writes to a rating.
func TestStaffAndRatersAreAskedAboutCardNumbers(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk, handler := l.login(t, "S1"), l.login(t, "S2")
	clerk.Get("/serve/new")
	in := l.intake("高龄津贴")
	in.Set("detail", "身份证"+someID)
	p := served(t, clerk.Post("/serve/new", in).Want(422))
	p.Has("a[href]", "#detail")
	p.Has("input[name]", "number_sure")
	path, _ := l.closed(t, clerk, handler)
	post(t, clerk, path, "reopen", url.Values{"reason": {"卡号 4111111111111111 未到账"}}).Want(422)
	if n := l.count(t, "cases", "reopened > 0"); n != 0 {
		t.Error("reopened before the tick")
	}
	post(t, clerk, path, "reopen", url.Values{
		"reason": {"卡号 4111111111111111 未到账"}, "number_sure": {"1"},
	}).Want(303)
	post(t, handler, path, "acknowledge", nil).Want(303)
	post(t, handler, path, "answer", url.Values{"answer": {"身份证" + someID + "已核对"}}).Want(422)
	post(t, handler, path, "answer", url.Values{"answer": {"已核对"}}).Want(303)
	post(t, handler, path, "close", url.Values{"outcome": {"solved"}}).Want(303)
	link := linkOn(t, served(t, clerk.Post(path+"/receipt", nil).Want(200)))
	rater := l.visitor(t)
	rater.Get(link)
	rate := url.Values{"level": {"2"}, "comment": {"我是" + someID}}
	if p := served(t, rater.Post(link, rate).Want(422)); p.Count("details[open]") != 1 {
		t.Error("the box is folded away")
	}
	rate.Set("number_sure", "1")
	rater.Post(link, rate).Want(303)
}
