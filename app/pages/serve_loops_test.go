package pages

import (
	"net/url"
	"strings"
	"testing"

	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/models"
	"shanzhi/templates/i18n"
)

// A bad rating from the resident's word to the second one, through the pages of everybody in between.
func TestABadRatingThroughItsPages(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	l.person(t, "S8", "县督", l.county, models.RoleSupervisor)
	clerk, handler := l.login(t, "S1"), l.login(t, "S2")
	path, link := l.closed(t, clerk, handler)
	resident := l.visitor(t)
	resident.Get(link).Want(200)
	resident.Post(link, url.Values{"level": {"1"}, "solved": {"no"}, "callback": {"1"}, "may_know": {"1"}}).Want(303)
	_, err := l.pages.Ratings.TurnLoops(t.Context(), models.SystemActor("test"))
	must(t, err)

	above := l.login(t, "S8")
	if text := served(t, above.Get("/").Want(200)).Text(); !strings.Contains(text, "有 1 件差评等您核实") {
		t.Errorf("the supervisor's home says %s", text)
	}
	p := served(t, above.Get("/serve/loops").Want(200))
	loop := ""
	for _, a := range p.All("a[href]") {
		for _, x := range a.Attr {
			if x.Key == "href" && strings.HasPrefix(x.Val, "/serve/loops/") {
				loop = x.Val
			}
		}
	}
	if loop == "" || p.Count("a[href=/serve/loops?as=xlsx]") != 0 {
		t.Fatalf("no loop, or a sheet of levels, on\n%s", p.Text())
	}
	if text := served(t, above.Get(loop).Want(200)).Text(); !strings.Contains(text, "非常不满意") {
		t.Errorf("the supervisor reads %s", text)
	}
	// The unit's own supervisor finds nothing there, and nobody else gets in.
	if text := served(t, l.login(t, "S3").Get("/serve/loops").Want(200)).Text(); strings.Contains(text, "申请高龄津贴") {
		t.Error("the unit's own supervisor sees the loop")
	}
	l.login(t, "S3").Get(loop).Want(404)
	if handler.Get("/serve/loops").Status != 403 || clerk.Get(loop).Status != 403 {
		t.Error("handler or clerk reach the loops")
	}
	served(t, post(t, above, loop, "verify", url.Values{"note": {"看了材料"}}).Want(422))
	post(t, above, loop, "verify", url.Values{"finding": {"true"}, "note": {"确有遗漏"}}).Want(303)

	p = served(t, handler.Get(path).Want(200))
	if text := p.Text(); !strings.Contains(text, "办件质量回访") || strings.Contains(text, "不满意") || strings.Contains(text, "差评") {
		t.Errorf("the handler reads %s", text)
	}
	served(t, post(t, handler, path, "recheck", url.Values{"way": {"planned"}, "plan": {"2027-01-01"}, "found": {"补办"}}).Want(422))
	post(t, handler, path, "recheck", url.Values{"way": {"fixed"}, "found": {"已补办"}}).Want(303)
	_, err = l.pages.Ratings.TurnLoops(t.Context(), models.SystemActor("test"))
	must(t, err)

	caller := l.login(t, "S4")
	p = served(t, caller.Get("/serve/calls").Want(200))
	call := ""
	for _, a := range p.All("a[href]") {
		for _, x := range a.Attr {
			if x.Key == "href" && strings.HasPrefix(x.Val, "/serve/calls/") {
				call = x.Val
			}
		}
	}
	p = served(t, caller.Get(call).Want(200))
	if text := p.Text(); strings.Contains(text, "赵大爷") || strings.Contains(text, "13812340926") || strings.Contains(text, "差评") {
		t.Errorf("before it is opened the interviewer reads %s", text)
	}
	if text := served(t, caller.Post(call+"/contact", url.Values{"why": {"回访"}}).Want(200)).Text(); !strings.Contains(text, "13812340926") {
		t.Errorf("opened, the contact says %s", text)
	}
	served(t, post(t, caller, call, "done", url.Values{"contacted": {"yes"}}).Want(422))
	p = served(t, post(t, caller, call, "done", url.Values{"contacted": {"yes"}, "solved": {"yes"}, "level": {"4"}}).Want(200))
	again := linkOn(t, p)
	resident.Get(again).Want(200)
	resident.Post(again, url.Values{"level": {"5"}}).Want(303)
	_, err = l.pages.Ratings.TurnLoops(t.Context(), models.SystemActor("test"))
	must(t, err)
	if text := served(t, above.Get(loop).Want(200)).Text(); !strings.Contains(text, "已再次评价") || !strings.Contains(text, "非常满意") {
		t.Errorf("at the end the supervisor reads %s", text)
	}
	served(t, above.Get("/serve/rates").Want(200))
	served(t, above.Get("/serve/loops?state=done").Want(200)).Has("a[href]", loop)
}

func TestEveryWordOfLoopsExists(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.Load()
	must(t, err)
	var keys []string
	for _, s := range ratings.LoopStates() {
		keys = append(keys, "loop.state."+string(s))
	}
	for _, o := range ratings.LoopOrigins() {
		keys = append(keys, "loop.origin."+string(o))
	}
	for _, f := range ratings.Findings() {
		keys = append(keys, "loop.finding."+f)
	}
	for _, s := range ratings.LoopSteps() {
		keys = append(keys, "loop.step."+s)
	}
	for _, n := range []string{"may_know", "waits", "sent_before", "left_out", "wants_call"} {
		keys = append(keys, "loop."+n, "loop."+n+".text")
	}
	for _, a := range []string{"verify", "review", "settle"} {
		keys = append(keys, "loop.do."+a, "loop.do."+a+".hint", "loop.note."+a)
	}
	for _, p := range cases.Presets() {
		keys = append(keys, "admin.preset."+p.Key)
	}
	for _, w := range cases.Ways() {
		keys = append(keys, "serve.way."+w)
	}
	for _, lang := range i18n.Langs() {
		for _, k := range keys {
			if !bundle.Printer(lang).Has(k) {
				t.Errorf("%s: no text %s", lang, k)
			}
		}
	}
}

func TestPresetsAreSetByTheSystemAdministrator(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	sys := l.login(t, l.sys)
	served(t, sys.Get("/admin/presets").Want(200))
	values := url.Values{
		"extend_days": {"3"}, "verify_days": {"5"}, "recheck_days": {"5"}, "plan_days": {"15"}, "call_days": {"7"},
		"sample_percent": {"50"}, "check_percent": {"25"}, "paper_percent": {"30"},
	}
	if p := served(t, sys.Post("/admin/presets", values).Want(422)); p.Count("a[href=#sample_percent]") != 1 {
		t.Errorf("a share out of bounds: %s", p.Text())
	}
	values.Set("sample_percent", "10")
	sys.Post("/admin/presets", values).Want(303)
	set, err := l.pages.Cases.ReadPresets(t.Context(), models.SystemActor("test"))
	must(t, err)
	if set[cases.SamplePercent] != 10 || set[cases.ExtendDays] != 3 {
		t.Errorf("kept %v", set)
	}
	if l.login(t, "S3").Get("/admin/presets").Status != 403 {
		t.Error("a supervisor sets presets")
	}
}
