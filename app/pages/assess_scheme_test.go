package pages

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// A scheme goes through the pages from the draft to its publication and the correction of its record, in the hands of
// two people; a refused form keeps what was typed.
func TestASchemeThroughItsPages(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	officer, reviewer, one := o.login(t, "O1"), o.login(t, "R1"), "/assess/schemes/default/1"
	entire(t, officer.Get("/assess/schemes").Want(200)).Has("a[href]", one)
	p := entire(t, officer.Get(one).Want(200))
	if !strings.Contains(p.Text(), "尚未采集") {
		t.Error("the scheme does not say what is not collected yet")
	}
	p.Has("a[href]", one+"/edit")
	entire(t, officer.Get(one+"/edit").Want(200)).Has("option[value=solved]")
	form := url.Values{"version": {"1"}, "title": {"乡镇方案"}, "note": {"首次制定"}}
	set := func(key, source, weight, least string) {
		form.Set("source_"+key, source)
		form.Set("weight_"+key, weight)
		form.Set("min_"+key, least)
	}
	set("problem_1", "solved", "70", "10")
	set("problem_2", "ratings", "20", "abc")
	p = entire(t, officer.Post(one+"/edit", form).Want(422))
	p.Has("input[value=abc]")
	p.Has("a[href]", "#min_problem_2")
	set("problem_2", "ratings", "20", "20")
	set("coordination_1", "ballots", "100%", "5")
	p = entire(t, officer.Post(one+"/edit", form).Want(422))
	if !strings.Contains(p.Text(), "相加是 90%") {
		t.Errorf("weights of 90 %% are not told:\n%s", p.Text())
	}
	set("problem_2", "", "20", "20")
	entire(t, officer.Post(one+"/edit", form).Want(422)).Has("a[href]", "#source_problem_2")
	set("problem_2", "ratings", "30", "20")
	p = entire(t, officer.Follow(officer.Post(one+"/edit", form).Want(303)).Want(200))
	if !strings.Contains(p.Text(), "只占权重的 0%") {
		t.Error("a competency from ballots alone is not said to have no estimate")
	}
	entire(t, officer.Post(one+"/edit", form).Want(409)) // made from a version that is gone
	reviewer.Get(one + "/edit").Want(403)
	o.login(t, "C01").Get(one).Want(404)
	entire(t, officer.Post(one+"/submit", url.Values{"version": {"1"}}).Want(409))
	officer.Post(one+"/submit", url.Values{"version": {"2"}}).Want(303)
	entire(t, reviewer.Get("/").Want(200)).Has("a[href]", one)
	p = entire(t, reviewer.Get(one).Want(200))
	p.Has("form[action=" + one + "/decide]")
	entire(t, reviewer.Post(one+"/decide", url.Values{"version": {"3"}}).Want(422))
	p = entire(t, reviewer.Post(one+"/decide", url.Values{"version": {"3"}, "verdict": {"no"}}).Want(422))
	p.Has("a[href]", "#reason")
	reviewer.Post(one+"/decide", url.Values{"version": {"3"}, "verdict": {"no"}, "reason": {"请补充依据"}}).Want(303)
	if p = entire(t, officer.Get(one).Want(200)); !strings.Contains(p.Text(), "请补充依据") {
		t.Error("the reason for sending it back is not shown")
	}
	entire(t, officer.Get("/").Want(200)).Has("a[href]", one)
	officer.Post(one+"/submit", url.Values{"version": {"4"}}).Want(303)
	reviewer.Post(one+"/decide", url.Values{"version": {"5"}, "verdict": {"yes"}}).Want(303)
	record := url.Values{"on": {"2026-07-14"}, "doc_no": {"青组发〔2026〕3号"}, "place": {""}}
	p = entire(t, officer.Post(one+"/publish", record).Want(422))
	p.Has("a[href]", "#on", "#place")
	p.Has("input[value=青组发〔2026〕3号]")
	record.Set("on", "2026-07-15")
	record.Set("place", "公示栏")
	officer.Post(one+"/publish", record).Want(303)
	p = entire(t, o.login(t, "C01").Get("/assess/schemes/default").Want(200))
	if text := p.Text(); !strings.Contains(text, "青组发〔2026〕3号") || p.Count("form[method=post]") != 1 {
		t.Errorf("a cadre does not read the published scheme, or is offered a form:\n%s", text)
	}
	o.correctRecord(t, one, record)
}

// correctRecord corrects the record of a publication and lets a period make it final.
func (o *office) correctRecord(t *testing.T, one string, record url.Values) {
	t.Helper()
	o.clock.Advance(24 * time.Hour)
	officer, reviewer := o.login(t, "O1"), o.login(t, "R1")
	record.Set("on", "2026-07-16")
	entire(t, officer.Post(one+"/correct", record).Want(422)).Has("a[href]", "#reason")
	record.Set("reason", "文件落款是 16 日")
	officer.Post(one+"/correct", record).Want(303)
	entire(t, reviewer.Get(one).Want(200)).Has("form[action=" + one + "/correction]")
	reviewer.Post(one+"/correction", url.Values{"version": {"7"}, "verdict": {"yes"}}).Want(303)
	if p := entire(t, officer.Get(one).Want(200)); !strings.Contains(p.Text(), "2026年7月16日") {
		t.Error("the record was not corrected")
	}
	entire(t, officer.Post("/assess/schemes/new", url.Values{"class": {""}}).Want(422)).Has("a[href]", "#class")
	made := officer.Post("/assess/schemes/new", url.Values{"class": {"township_staff"}}).Want(303)
	entire(t, officer.Follow(made).Want(200))
	own := strings.TrimSuffix(made.Location(), "/edit")
	entire(t, officer.Get(own+"/discard").Want(200)).Has("form[action=" + own + "/discard]")
	officer.Post(own+"/discard", url.Values{"version": {"1"}}).Want(303)
	officer.Get(own).Want(404)
}
