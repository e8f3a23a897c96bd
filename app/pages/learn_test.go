package pages

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"shanzhi/app/web/webtest"
	"shanzhi/courses"
	"shanzhi/models"
	"shanzhi/models/policy"
	"shanzhi/models/testkit"
	"shanzhi/templates/i18n"
	view "shanzhi/templates/pages"
	"shanzhi/templates/ui"
)

func TestLearnPagesInBothLanguages(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	c := s.client("S1")
	for _, lang := range i18n.Langs() {
		c.Lang = lang
		p := s.page(c, "/learn", 200)
		p.Has("a[href]", mediation, "/learn/courses/serving-residents", "/learn/hours")
		if n := p.Count("progress"); n != len(library(t)) {
			t.Errorf("%s: got %d bars, want one per course", lang, n)
		}
		p = s.page(c, mediation, 200)
		p.Has("a[href]", mediation+"/1", mediation+"/6", mediation+"/quiz")
		p = s.page(c, mediation+"/1", 200)
		p.Has("section[id]", "p-1")
		p.Has("button[data-read]", "text")
		p.Has("a[href]", mediation+"/2")
		p.Has("div[lang]", "zh-CN")
		s.page(c, "/learn/hours", 200)
		p = s.page(c, mediation+"/quiz", 200)
		if len(p.All("form[action="+mediation+"/quiz]")) != 0 {
			t.Errorf("%s: the quiz can be begun before the lessons are done", lang)
		}
		// Words that are keys were not found in the texts.
		for _, path := range []string{"/learn", mediation, mediation + "/1", "/learn/hours", mediation + "/quiz", "/"} {
			for _, area := range []string{"learn.", "quiz.", "hours.", "home."} {
				if text := c.Get(path).Want(200).Text(); strings.Contains(text, " "+area) {
					t.Errorf("%s %s: a text is missing: %s", lang, path, text)
				}
			}
		}
	}
	c.Lang = "en"
	if p := c.Get(mediation); !strings.Contains(p.Text(), "Mediation of disputes") {
		t.Error("the title is not in English")
	}
}

func TestRuntimeKeysHaveTexts(t *testing.T) {
	t.Parallel()
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, s := range courses.Stages() {
		keys = append(keys, "learn.stage."+string(s))
	}
	for _, c := range models.Competencies() {
		keys = append(keys, "learn.competency."+string(c))
	}
	for _, k := range []models.QuestionKind{models.Single, models.Multiple, models.TrueFalse} {
		keys = append(keys, "quiz.kind."+string(k))
	}
	for _, l := range []models.Ledger{models.OnlineLedger, models.InPersonLedger} {
		keys = append(keys, "hours."+string(l), "hours."+string(l)+".empty")
	}
	for _, k := range []string{"course", "class", "declared"} {
		keys = append(keys, "hours.source."+k)
	}
	for _, k := range []string{
		"course.not_found", "course.lesson_not_found", "quiz.not_found", "quiz.still_open", "quiz.lessons_first",
		"quiz.attempts_used", "quiz.stale", "quiz.time_over", "quiz.handed_in", "learn.year_unknown",
	} {
		keys = append(keys, k, k+".hint")
	}
	for _, lang := range i18n.Langs() {
		for _, k := range keys {
			if !words.Printer(lang).Has(k) {
				t.Errorf("%s: no text %s", lang, k)
			}
		}
	}
}

func TestLessonKeepsThePlace(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	c := s.client("S1")
	c.Get(mediation + "/1").Want(200)
	p := c.Post(mediation+"/1/place", url.Values{"paragraph": {"3"}}).Want(303)
	if p.Location() != mediation+"/1#p-3" {
		t.Errorf("leads to %s", p.Location())
	}
	s.page(c, mediation+"/1", 200).Has("a[href]", "#p-3")
	if n := s.page(s.client("S2"), mediation+"/1", 200).Count("a[href=#p-3]"); n != 0 {
		t.Error("somebody else's place is shown")
	}
	c.Get(mediation + "/1")
	c.Post(mediation+"/1/place", url.Values{"paragraph": {"99"}}).Want(422)
	c.Post(mediation+"/1/place", url.Values{"paragraph": {"x"}}).Want(422)
	var got struct{ Paragraph int }
	if c.JSON(mediation+"/1/place", url.Values{"paragraph": {"2"}}).Want(200).Decode(&got); got.Paragraph != 2 {
		t.Errorf("a script hears %+v", got)
	}
	if p := c.Post(mediation+"/1/finish", nil).Want(303); p.Location() != mediation+"/2" {
		t.Errorf("after lesson 1 comes %s", p.Location())
	}
	p = s.page(c, mediation+"/1", 200)
	if p.Count("form[action="+mediation+"/1/finish]")+p.Count("form[action="+mediation+"/1/place]") != 0 {
		t.Error("a finished lesson can be finished again")
	}
	for path, status := range map[string]int{
		mediation + "/9": 404, mediation + "/x": 404, "/learn/courses/none": 404, "/learn/courses/none/quiz": 404,
		"/learn/hours?year=x": 404, "/learn/hours?year=1": 404, "/learn/attempts/none": 404,
	} {
		s.page(c, path, status)
	}
	if p := webtest.New(t, s.app).Get(mediation + "/1"); p.Status != 401 && p.Status != 303 {
		t.Errorf("nobody is signed in: status %d", p.Status)
	}
}

func TestPaperShowsNoKeyAndSavesWithoutScript(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	c := s.client("S1")
	s.learn(c)
	p, path := s.start(c)
	if n := p.Count("fieldset.q"); n != 15 {
		t.Fatalf("got %d questions, want 15", n)
	}
	p.Has("form[data-autosave]", path+"/answers")
	p.Has("button[value]", "hand_in", "save")
	p.Has("span[data-form]", "paper")
	if p.Count("input[checked]") != 0 {
		t.Error("something is ticked beforehand")
	}
	s.wantNoKey(p, path)
	right := s.keys(path)

	answered := url.Values{"q1": right["q1"], "q2": right["q2"]}
	if p = c.Post(path+"/answers", form(1, answered, "save")).Want(303); p.Location() != path {
		t.Errorf("saving leads to %s", p.Location())
	}
	p = s.page(c, path, 200)
	if n := p.Count("input[checked]"); n != len(right["q1"])+len(right["q2"]) {
		t.Errorf("%d are ticked after saving", n)
	}
	s.wantNoKey(p, path)

	// Handing in asks first and names what is missing.
	p = c.Post(path+"/answers", form(2, answered, "hand_in")).Want(303)
	if p.Location() != path+"/submit" {
		t.Fatalf("handing in leads to %s", p.Location())
	}
	p = s.page(c, path+"/submit", 200)
	p.Has("a[href]", path+"#q3", path+"#q15")
	if p.Count("a[href="+path+"#q2]") != 0 {
		t.Error("an answered question is named as missing")
	}
	s.wantNoKey(p, path)
	if p = c.Post(path+"/submit", nil).Want(303); p.Location() != path+"/result" {
		t.Errorf("leads to %s", p.Location())
	}
	c.Post(path+"/submit", nil).Want(303) // pressed twice
	p = s.page(c, path+"/result", 200)
	if n := p.Count("li.right"); n == 0 {
		t.Error("the result shows no right answer")
	}
	if n := p.Count("article.q"); n != 15 {
		t.Errorf("%d questions are explained, want 15", n)
	}
	if p = c.Get(path).Want(303); p.Location() != path+"/result" {
		t.Errorf("a marked paper leads to %s", p.Location())
	}
	s.page(s.client("S2"), path+"/result", 404)
	s.page(s.client("S2"), path, 404)
}

func TestAutosaveAnswersAsTheScriptExpects(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	c := s.client("S1")
	s.learn(c)
	_, path := s.start(c)
	right := s.keys(path)
	var got struct {
		Version int
		SavedAt time.Time `json:"saved_at"`
		Error   string
	}
	c.JSON(path+"/answers", form(1, right, "")).Want(200).Decode(&got)
	if got.Version != 2 || !got.SavedAt.Equal(testkit.Now.Truncate(time.Second)) {
		t.Errorf("receipt: %+v", got)
	}
	c.JSON(path+"/answers", form(1, url.Values{}, "")).Want(409).Decode(&got)
	if got.Error != "quiz.stale" {
		t.Errorf("stale: %+v", got)
	}
	c.JSON(path+"/answers", form(2, url.Values{"q1": {"Z"}}, "")).Want(422)
	c.JSON(path+"/answers", url.Values{"version": {"2"}, "csrf": {"wrong"}}).Want(403)
	s.clock.Advance(31 * time.Minute)
	c.JSON(path+"/answers", form(2, url.Values{}, "")).Want(409).Decode(&got)
	if got.Error != "quiz.time_over" {
		t.Errorf("late: %+v", got)
	}
	p := s.page(c, path+"/result", 200) // what was saved counts
	if len(p.All("article.q")) != 15 || p.Count("li.mine") != 0 {
		t.Errorf("the result: %s", p.Text())
	}
}

func TestStaleTabKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	c := s.client("S1")
	s.learn(c)
	_, path := s.start(c)
	one := ""
	for name, letters := range s.keys(path) {
		if len(letters) == 1 && one == "" {
			one = name
		}
	}
	c.Post(path+"/answers", form(1, url.Values{one: {"A"}}, "save")).Want(303)
	p := c.Post(path+"/answers", form(1, url.Values{one: {"B"}}, "save")).Want(409)
	testkit.CheckPage(t, p.Body)
	s.wantNoKey(p, path)
	ticked := p.All("input[checked]")
	if len(ticked) != 1 || webtest.Attr(ticked[0], "name") != one || webtest.Attr(ticked[0], "value") != "B" {
		t.Errorf("what was typed is not on the page: %d ticked", len(ticked))
	}
	if n := p.Count("p.late"); n != 1 {
		t.Errorf("the saved answer is named %d times, want once", n)
	}
	if p.Count("form[data-autosave]") != 0 {
		t.Error("a stale page saves by itself")
	}
	p.Has("span[data-form]", "") // the page's clock hands nothing in
	p.Has("input[name=version]")
	if v := webtest.Attr(p.All("input[name=version]")[0], "value"); v != "2" {
		t.Errorf("version %s, want 2", v)
	}
	saved := s.page(c, path, 200).All("input[checked]")
	if len(saved) != 1 || webtest.Attr(saved[0], "value") != "A" {
		t.Error("a stale tab overwrote the newer answer")
	}
	c.Post(path+"/answers", form(2, url.Values{one: {"B"}}, "save")).Want(303)
	if p = c.Get(path + "/answers").Want(303); p.Location() != path { // the answer page is reloaded
		t.Errorf("leads to %s", p.Location())
	}
	p = c.Post(path+"/answers", form(3, url.Values{one: {"Z"}}, "save")).Want(422)
	testkit.CheckPage(t, p.Body)
	p.Has("a[href]", "#"+one)
}

func TestTimeOverSaysWhatCameTooLate(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	c := s.client("S1")
	s.learn(c)
	_, path := s.start(c)
	right := s.keys(path)
	c.Post(path+"/answers", form(1, url.Values{"q1": right["q1"]}, "save")).Want(303)
	s.clock.Advance(30*time.Minute + 6*time.Second)
	p := c.Post(path+"/answers", form(2, url.Values{"q1": right["q1"], "q2": right["q2"]}, "save")).Want(409)
	testkit.CheckPage(t, p.Body)
	p.Has("a[href]", path+"/result")
	if n := p.Count("div.warn"); n != 1 {
		t.Errorf("the late answer is named %d times", n)
	}
	// The clock of the page hands in within the grace.
	_, path = s.start(c)
	s.clock.Advance(30*time.Minute + 2*time.Second)
	p = c.Post(path+"/answers", form(1, s.keys(path), "")).Want(303)
	if p.Location() != path+"/result" {
		t.Errorf("leads to %s", p.Location())
	}
	if s.page(c, path+"/result", 200).Count("li.mine") != 0 {
		t.Error("answers sent at the last second do not count")
	}
	// The third and last attempt; then the pages say that none is left.
	_, path = s.start(c)
	c.Post(path+"/submit", nil).Want(303)
	p = c.Post(mediation+"/quiz", nil).Want(409)
	testkit.CheckPage(t, p.Body)
	if p = s.page(c, mediation+"/quiz", 200); p.Count("form[action="+mediation+"/quiz]") != 0 {
		t.Error("a fourth attempt is offered")
	}
	p.Has("a[href]", path+"/result")
}

func TestHoursAndHome(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	c := s.client("S1")
	hero := func(no string) *view.Hero {
		t.Helper()
		ctx := ui.WithFrame(t.Context(), ui.Frame{Words: s.words.Printer("zh-CN")})
		h, _, err := s.pages.learnHome(ctx, s.pupils[no])
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	first := "/learn/courses/" + library(t)[0].Course.Code + "/1"
	if h := hero("S1"); h.Href != first || !strings.Contains(h.Sentence, "50") {
		t.Errorf("hero: %+v", h)
	}
	if h := hero("S2"); strings.Contains(h.Sentence, "50") {
		t.Errorf("a village cadre has no target: %+v", h)
	}
	s.learn(c)
	if h := hero("S1"); h.Href != mediation+"/quiz" {
		t.Errorf("hero: %+v", h)
	}
	_, path := s.start(c)
	if h := hero("S1"); h.Href != path {
		t.Errorf("hero: %+v", h)
	}
	c.Post(path+"/answers", form(1, s.keys(path), "save")).Want(303)
	c.Post(path+"/submit", nil).Want(303)
	if h := hero("S1"); h.Href != first || !strings.Contains(h.Sentence, "3.5") {
		t.Errorf("hero: %+v", h)
	}
	p := s.page(c, "/learn/hours", 200)
	p.Has("a[href]", path+"/result", mediation)
	if n := p.Count("dl.stat"); n != 2 {
		t.Errorf("got %d ledgers, want two", n)
	}
	if n := p.Count("progress"); n != 2 {
		t.Errorf("got %d bars, want two for an official", n)
	}
	if n := s.page(s.client("S2"), "/learn/hours", 200).Count("progress"); n != 0 {
		t.Errorf("a village cadre without a target sees %d bars", n)
	}
	sys := s.pupils["S1"]
	sys.Grants = []models.Grant{{Role: models.RoleSystem}}
	if h, lines, err := s.pages.learnHome(t.Context(), sys); h != nil || lines != nil || err != nil {
		t.Errorf("an administrator is shown hours: %+v", h)
	}
	c.Get("/").Want(200).Has("a[href]", first)
}

// library returns the starter courses in the order of the catalogue.
func library(t *testing.T) []courses.Material {
	t.Helper()
	all, err := courses.Library()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryLessonIsShownWithItsDrawings(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	c := s.client("S1")
	drawn := 0
	for _, m := range library(t) {
		for _, l := range m.Lessons {
			want := strings.Count(l.Body, "\n![")
			drawn += want
			p := s.page(c, fmt.Sprintf("/learn/courses/%s/%d", m.Course.Code, l.No), 200)
			for _, raw := range []string{"**", "![", "|--", "## "} {
				if strings.Contains(p.Text(), raw) {
					t.Errorf("%s lesson %d: %q is shown instead of what it means", m.Course.Code, l.No, raw)
				}
			}
			if n := p.Count("svg.tall"); n != want {
				t.Errorf("%s lesson %d: got %d drawings, want %d", m.Course.Code, l.No, n, want)
			}
			if n := p.Count("details.twin"); n != want {
				t.Errorf("%s lesson %d: got %d text twins, want %d", m.Course.Code, l.No, n, want)
			}
		}
	}
	if drawn == 0 {
		t.Error("no lesson shows a drawing")
	}
}

func TestEveryLearnRouteIsALearners(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	n := 0
	for _, r := range s.app.Routes() {
		if strings.HasPrefix(r.Path, "/learn") {
			n++
			if r.Action != policy.LearnTake {
				t.Errorf("%s %s is open to %s", r.Method, r.Path, r.Action)
			}
		}
	}
	if n != 14 {
		t.Errorf("got %d routes of learning, want 14", n)
	}
	if !slices.Contains(policy.Actions(), policy.LearnTake) {
		t.Error("the action is unknown")
	}
}
