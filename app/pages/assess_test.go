package pages

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"shanzhi/app/web/webtest"
	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/report"
	"shanzhi/models"
	"shanzhi/templates/i18n"
	"shanzhi/templates/ui/uicheck"
)

func TestEveryValueOfTheAssessmentHasItsWord(t *testing.T) {
	t.Parallel()
	b, err := i18n.Load()
	must(t, err)
	var keys []string
	add := func(prefix string, values ...string) {
		for _, v := range values {
			keys = append(keys, prefix+v)
		}
	}
	for _, k := range periodKinds() {
		add("assess.kind.", string(k))
	}
	for _, ph := range phases() {
		add("assess.phase.", string(ph))
	}
	for _, c := range models.Competencies() {
		add("report.competency.", string(c))
	}
	for _, s := range []models.Source{
		models.SourceQuiz, models.SourceRatings, models.SourceSolved, models.SourceOnTime, models.SourceBallots,
		models.SourceGain, models.SourcePutRight,
	} {
		add("report.source.", string(s))
		if assessments.Collected(s) {
			add("assess.count.", string(s))
		}
	}
	for _, o := range cases.Outcomes() {
		add("report.outcome.", string(o))
	}
	for _, f := range models.Families() {
		add("report.family.", string(f))
	}
	for _, c := range []models.Channel{
		models.Window, models.Hotline, models.Web, models.QR, models.SMS, models.Paper, models.Visit,
	} {
		add("report.channel.", string(c))
	}
	for _, m := range []models.RatingMode{
		models.ModeActive, models.ModeInvited, models.ModeAssisted, models.ModePaper, models.ModeCallback,
	} {
		add("report.mode.", string(m))
	}
	for _, c := range []models.Category{
		models.LeadingCadre, models.CivilServant, models.Institution, models.VillageCadre, models.Contract,
	} {
		add("account.category.", string(c))
	}
	for _, k := range report.Kinds() {
		add("reports.kind.", string(k))
	}
	for _, s := range []models.RunState{models.Ready, models.Running, models.Done, models.Aside, models.Failed} {
		add("job.state.", string(s))
	}
	for _, s := range periodSteps() {
		for _, prefix := range []string{"do.", "ask.", "mean.", "say.", "done.", "wait."} {
			add("assess."+prefix, s.name)
		}
	}
	for _, st := range models.SchemeStates() {
		add("scheme.state.", string(st))
		if st != models.SchemePublished {
			add("scheme.note.", string(st))
		}
	}
	for _, key := range []string{"decide", "correction", "publish", "revise"} {
		add("scheme.home.", key, key+".note")
	}
	add("exclusion.decided.", "yes", "no")
	add("scheme.decided.", "yes", "no")
	add("scheme.corrected.", "yes", "no")
	add("assess.check.", "sealed", "window", "objections", "people")
	add("assess.step.", "published", "sealed", "preview", "objection", "release", "reports")
	add("assess.lead.", "preview", "objection")
	add("assess.next.", "review", "reviewed")
	add("report.levels.legend.", "1", "2", "3", "4", "5")
	add("reports.stage.", string(models.DraftStage), string(models.FinalStage))
	for _, lang := range i18n.Langs() {
		for _, k := range keys {
			if !b.Printer(lang).Has(k) {
				t.Errorf("%s: no text %q", lang, k)
			}
		}
	}
}

func TestPhases(t *testing.T) {
	t.Parallel()
	p := models.Period{State: models.PeriodSealed, PreviewTo: "2026-07-20", ObjectionTo: "2026-07-27"}
	for day, want := range map[models.Date]phase{
		"2026-07-20": phasePreview, "2026-07-21": phaseObjection, "2026-07-27": phaseObjection, "2026-07-28": phaseReview,
	} {
		if got := phaseOf(p, day); got != want {
			t.Errorf("%s: got %s, want %s", day, got, want)
		}
	}
	for state, want := range map[models.PeriodState]phase{
		models.PeriodOpen: phaseOpen, models.PeriodReviewed: phaseReviewed, models.PeriodReleased: phaseReleased,
	} {
		if got := phaseOf(models.Period{State: state}, "2026-07-20"); got != want {
			t.Errorf("%s: got %s, want %s", state, got, want)
		}
	}
}

func TestPeriodFromSchemeToRelease(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	officer := o.login(t, "O1")
	p := entire(t, officer.Get("/assess").Want(200))
	p.Has("a[href]", "/assess/periods/new", "/assess/schemes")
	o.publish()
	entire(t, officer.Get("/assess/periods/new").Want(200)).Has("option[value]", o.county.ID, o.township.ID)
	form := url.Values{
		"code": {"26"}, "title": {"上半年"}, "kind": {"routine"}, "unit": {o.county.ID}, "span_from": {"2026-01-01"},
		"span_to": {"2026-06-30"}, "cutoff": {"2026-07-16"}, "preview_days": {"5"}, "objection_days": {"0"}, "answer_days": {"x"},
	}
	p = entire(t, officer.Post("/assess/periods/new", form).Want(422))
	p.Has("input[value=上半年]")
	p.Has("input[aria-invalid=true]")
	form.Set("objection_days", "10")
	form.Set("answer_days", "10")
	entire(t, officer.Post("/assess/periods/new", form).Want(422)).Has("a[href]", "#code")
	form.Set("code", half)
	p = entire(t, officer.Follow(officer.Post("/assess/periods/new", form).Want(303)).Want(200))
	if p.Count("button[disabled]") != 1 || p.Count("dialog") != 0 {
		t.Error("a period can be sealed before its cut-off")
	}
	path := "/assess/periods/" + half
	entire(t, officer.Post(path+"/seal", nil).Want(409)).Has("div.note")
	o.clock.Advance(24 * time.Hour)
	officer = o.login(t, "O1")
	p = entire(t, officer.Get("/assess").Want(200))
	p.Has("a.btn-main")
	p = entire(t, officer.Get(path).Want(200))
	p.Has("a[data-dialog=step]")
	p.Has("form[action=" + path + "/seal]")
	entire(t, officer.Get(path+"/seal").Want(200)).Has("form[action=" + path + "/seal]")
	p = entire(t, officer.Follow(officer.Post(path+"/seal", nil).Want(303)))
	if got := p.Count("dl.stat"); got != 4 {
		t.Errorf("%d figures, want 4", got)
	}
	p.Has("li[aria-current=step]")

	reviewer := o.login(t, "R1")
	p = entire(t, reviewer.Get(path).Want(200))
	if p.Count("button[disabled]") != 1 {
		t.Error("a period can be reviewed while objections run")
	}
	if to := reviewer.Get(path + "/review").Want(303).Location(); to != path {
		t.Errorf("the question before the review leads to %s", to)
	}
	entire(t, reviewer.Post(path+"/review", nil).Want(409))
	reviewer.Post(path+"/release", nil).Want(403)
	o.clock.Advance(20 * 24 * time.Hour)
	reviewer, releaser := o.login(t, "R1"), o.login(t, "L1")
	entire(t, reviewer.Get("/").Want(200)).Has("a[href]", path)
	reviewer.Post(path+"/review", nil).Want(303)
	entire(t, releaser.Get(path).Want(200)).Has("form[action=" + path + "/release]")
	p = entire(t, releaser.Follow(releaser.Post(path+"/release", nil).Want(303)))
	if p.Count("dialog")+p.Count("button[disabled]") != 0 {
		t.Error("a released period offers another step")
	}
	c := o.login(t, "C01")
	c.Get("/assess").Want(403)
	c.Get(path).Want(403)
	o.visitor(t).Get("/assess").Want(303)
}

func TestParticipants(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.seal()
	officer, path := o.login(t, "O1"), "/assess/periods/"+half+"/people"
	p := entire(t, officer.Get(path).Want(200))
	var shown []string
	for _, n := range p.All("td.id") {
		shown = append(shown, uicheck.Words(n))
	}
	if len(shown) != 9 || shown[0] != "C00" || shown[8] != "C08" {
		t.Errorf("not in the order of staff numbers: %v", shown)
	}
	p = entire(t, officer.Get(path+"?q=C03").Want(200))
	p.Has("a[href]", path+"/"+o.cadres[3].ID)
	if p.Count("td.id") != 1 {
		t.Error("the search finds others")
	}
	entire(t, officer.Get(path+"?q=nobody").Want(200)).Has("section.empty")

	one := path + "/" + o.cadres[3].ID
	p = entire(t, officer.Get(one).Want(200))
	if p.Count("form[method=post]") != 1 { // the frame's own
		for _, f := range p.All("form[method=post]") {
			if a := webtest.Attr(f, "action"); strings.HasPrefix(a, "/me") || strings.HasPrefix(a, "/assess") {
				t.Errorf("the read-only page posts to %s", a)
			}
		}
	}
	if n := o.count(t, "audit_entries", "action = ? AND object_id = ?", "person.see", o.cadres[3].ID); n != 1 {
		t.Errorf("%d looks audited, want 1", n)
	}
	o.person(t, "T1", "钱镇", o.township, models.RoleOfficer)
	o.login(t, "T1").Get(one).Want(404) // managed by the county
	if text := entire(t, o.login(t, "T1").Get(path).Want(200)).Text(); strings.Contains(text, "干部03") {
		t.Error("the town sees whom the county manages")
	}
}

func TestMyFigures(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.seal()
	me, path := o.login(t, "C01"), "/me/assess/"+half
	entire(t, me.Get("/").Want(200)).Has("a[href]", path)
	p := entire(t, me.Get(path+"?item=problem").Want(200))
	drawn(t, p)
	p.Has("li[id=c-problem]")
	for _, h3 := range p.All("figcaption") {
		if text := uicheck.Words(h3); strings.Contains(text, "图1") {
			t.Errorf("%q has the number of the paper", text)
		}
	}
	p.Has("option[value=problem]")
	for _, n := range p.All("option[selected]") {
		if webtest.Attr(n, "value") != "problem" {
			t.Errorf("the form names %s", webtest.Attr(n, "value"))
		}
	}
	if n := o.count(t, "participants", "person_id = ? AND viewed_at IS NOT NULL", o.cadres[1].ID); n != 1 {
		t.Error("the look is not noted")
	}
	p = entire(t, me.Post(path+"/object", url.Values{"item": {"problem"}, "text": {"不对"}}).Want(422))
	if !strings.Contains(p.Text(), "不对") {
		t.Error("what was written is lost")
	}
	in := url.Values{"item": {"problem"}, "text": {"2601-0100 是移交前的积案，不应计入本人"}}
	p = entire(t, me.Follow(me.Post(path+"/object", in).Want(303)))
	if !strings.Contains(p.Text(), "积案") || p.Count("article.card") != 1 {
		t.Error("the objection is not shown")
	}
	entire(t, me.Post(path+"/object", in).Want(409)).Has("div.note")
	me.Get(path + "/object").Want(303)
	p = entire(t, me.Follow(me.Post(path+"/agree", nil).Want(303)))
	if p.Count("form[action="+path+"/agree]") != 0 {
		t.Error("he is asked again")
	}
	o.login(t, "O1").Get(path).Want(404)
	o.login(t, "O1").Get(path + "/agree").Want(404) // and leads nowhere

	few := entire(t, o.login(t, "C00").Get(path).Want(200))
	drawn(t, few)
	if text := few.Text(); !strings.Contains(text, "不足10件") || strings.Contains(text, "满意率") {
		t.Error("five ratings have a rate")
	}
	o.clock.Advance(20 * 24 * time.Hour)
	late := o.login(t, "C02")
	if p = entire(t, late.Get(path).Want(200)); p.Count("textarea") != 0 {
		t.Error("the form is open after the window")
	}
	entire(t, late.Post(path+"/object", in).Want(409))
}

// drawn checks that every figure of a page is one drawing with its words and its table, without a style of its own.
func drawn(t *testing.T, p *webtest.Page) {
	t.Helper()
	n, twins := p.Count("svg.figure"), 0
	for _, f := range p.All("figure") {
		twins += len(uicheck.All(f, "details", "twin"))
	}
	if n == 0 || p.Count("figure") != n || twins != n {
		t.Errorf("%d drawings, %d figures, %d tables", n, p.Count("figure"), twins)
	}
	for _, svg := range p.All("svg.figure") {
		if webtest.Attr(svg, "role") != "img" || len(uicheck.All(svg, "title", "")) != 1 || len(uicheck.All(svg, "desc", "")) != 1 {
			t.Error("a drawing has no role, no title or no description")
		}
		if len(uicheck.All(svg, "style", ""))+len(uicheck.All(svg, "script", "")) > 0 {
			t.Error("a drawing brings a style or a script")
		}
	}
	if bytes := len(p.Body); bytes > 100_000 {
		t.Errorf("the page has %d bytes", bytes)
	}
}

func TestFiguresOfAUnit(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.seal()
	path := "/assess/periods/" + half + "/units"
	me := o.login(t, "O1")
	entire(t, me.Get("/assess/periods/"+half).Want(200)).Has("a[href]", path)
	one := path + "/" + o.township.ID
	entire(t, me.Get(path).Want(200)).Has("a[href]", one)
	p := entire(t, me.Get(one).Want(200))
	drawn(t, p)
	for _, c := range o.cadres {
		if strings.Contains(p.Text(), c.Name) {
			t.Errorf("%s stands on the page of his unit", c.Name)
		}
	}
	o.person(t, "V1", "孙村", o.village, models.RoleOfficer)
	o.login(t, "V1").Get(one).Want(404) // above his own unit
	me.Get(path + "/nobody").Want(404)
	o.login(t, "C01").Get(one).Want(403)
	elder := o.login(t, "R1")
	elder.Post("/mode", url.Values{"mode": {"elder"}})
	drawn(t, entire(t, elder.Get(one).Want(200)))
}

func TestEnglishPages(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.seal()
	for _, x := range [][2]string{
		{"O1", "/assess"},
		{"O1", "/assess/periods/" + half},
		{"O1", "/assess/periods/new"},
		{"O1", "/assess/reports"},
		{"O1", "/assess/schemes/default"},
		{"C01", "/me"},
		{"C01", "/me/assess/" + half},
	} {
		c := o.login(t, x[0])
		c.Lang = "en"
		p := entire(t, c.Get(x[1]).Want(200))
		p.Has("html[lang=en]")
	}
}

func TestObjectionIsAnswered(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.seal()
	ctx := t.Context()
	filed, err := o.pages.Assessments.Object(ctx, o.actorOf("C01"), half, models.Problem, "2601-0100 不应计入本人")
	must(t, err)
	officer, path := o.login(t, "O1"), "/assess/objections/"+filed.ID
	entire(t, officer.Get("/assess").Want(200)).Has("a[href]", "/assess/periods/"+half+"#objections")
	entire(t, officer.Get("/assess/periods/"+half).Want(200)).Has("a[href]", path)
	p := entire(t, officer.Get(path).Want(200))
	p.Has("input[name=version]")
	p.Has("textarea[name=exclude]")
	in := url.Values{"version": {"1"}, "result": {"upheld"}, "text": {"经核查如下"}, "exclude": {"2601-0100\n"}}
	if p = entire(t, officer.Post(path, in).Want(422)); !strings.Contains(p.Text(), "经核查如下") {
		t.Error("the answer is lost")
	}
	in.Set("version", "7")
	entire(t, officer.Post(path, in).Want(409))
	in.Set("version", "1")
	in.Set("result", "corrected")
	p = entire(t, officer.Follow(officer.Post(path, in).Want(303)))
	if p.Count("textarea") != 0 || !strings.Contains(p.Text(), "正在等待另一人") {
		t.Error("an exclusion that waits for a second person can be answered again")
	}
	officer.Post(path+"/review", url.Values{"version": {"2"}, "verdict": {"yes"}}).Want(403)
	reviewer := o.login(t, "R1")
	entire(t, reviewer.Get("/").Want(200)).Has("a[href]", "/assess/periods/"+half+"#objections")
	entire(t, reviewer.Get(path).Want(200)).Has("form[action=" + path + "/review]")
	entire(t, reviewer.Post(path+"/review", url.Values{"version": {"2"}}).Want(422)).Has("a[href]", "#verdict")
	entire(t, reviewer.Post(path+"/review", url.Values{"version": {"2"}, "verdict": {"no"}}).Want(422)).
		Has("a[href]", "#reason")
	reviewer.Post(path+"/review", url.Values{"version": {"2"}, "verdict": {"no"}, "reason": {"请写明移交日期"}}).Want(303)
	p = entire(t, officer.Get(path).Want(200))
	if !strings.Contains(p.Text(), "请写明移交日期") || !strings.Contains(p.Text(), "2601-0100") {
		t.Error("what was sent back is not there to be corrected")
	}
	in.Set("version", "3")
	officer.Post(path, in).Want(303)
	reviewer.Post(path+"/review", url.Values{"version": {"4"}, "verdict": {"yes"}}).Want(303)
	if p = entire(t, officer.Get(path).Want(200)); p.Count("textarea") != 0 {
		t.Error("an answered objection can be answered again")
	}
	p = entire(t, reviewer.Get("/assess/periods/"+half).Want(200))
	if text := p.Text(); !strings.Contains(text, "剔除情况") || !strings.Contains(text, "蒋审") {
		t.Errorf("the page of the period does not say what is excluded and who agreed:\n%s", text)
	}
	if p = entire(t, officer.Post(path, in).Want(409)); p.Count("div.note") == 0 {
		t.Error("the refusal is not shown")
	}
	p = entire(t, o.login(t, "C01").Get("/me/assess/"+half).Want(200))
	if !strings.Contains(p.Text(), "更正前") || !strings.Contains(p.Text(), "经核查如下") {
		t.Error("the cadre does not see the answer with both values")
	}
	o.login(t, "C01").Get(path).Want(403)
}

func TestJobs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sys := o.login(t, o.sys)
	p := entire(t, sys.Get("/admin/jobs").Want(200))
	p.Has("a[href]", "/admin/jobs/close-attempts/run")
	p.Has("dialog[id=run-1]")
	entire(t, sys.Get("/admin/jobs/close-attempts/run").Want(200)).Has("form[action=/admin/jobs/close-attempts/run]")
	p = entire(t, sys.Follow(sys.Post("/admin/jobs/close-attempts/run", nil).Want(303)))
	if !strings.Contains(p.Text(), "测验 3 份") || p.Count("span.ok") == 0 {
		t.Error("the run is not shown")
	}
	o.fails = true
	o.clock.Advance(time.Second)
	p = entire(t, sys.Follow(sys.Post("/admin/jobs/close-attempts/run", nil).Want(303)))
	if !strings.Contains(p.Text(), "the disk is full") {
		t.Error("the reason of the failure is not shown")
	}
	sys.Get("/admin/jobs/nothing/run").Want(404)
	sys.Post("/admin/jobs/nothing/run", nil).Want(404)
	o.login(t, o.aud).Get("/admin/jobs").Want(403)
	o.login(t, "O1").Post("/admin/jobs/close-attempts/run", nil).Want(403)
}

func TestMyRecord(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.seal()
	c := o.login(t, "C01")
	p := entire(t, c.Get("/me").Want(200))
	p.Has("a[href]", "/me/assess/"+half, "/learn/hours", "/password")
	p.Has("form[action=/password/logout]")
	if !strings.Contains(p.Text(), "柳溪镇") {
		t.Error("the post is not shown")
	}
	if p = entire(t, o.login(t, o.sys).Get("/me").Want(200)); p.Count("section[id=ratings]") != 0 {
		t.Error("an administrator has business data")
	}
	o.visitor(t).Get("/me").Want(303)
}
