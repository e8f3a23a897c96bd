package pages

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/templates/guide"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pages"
)

// The most urgent sentence is said; what the others would have said waits below it, nothing is said twice, and what is
// idle is a way to one's work.
func TestHomeSaysTheMostUrgentFirst(t *testing.T) {
	t.Parallel()
	v := homeView([]pages.Hero{
		{Sentence: "idle", Button: "go on", Href: "/learn", Urgency: pages.Idle},
		{Sentence: "waits", Button: "answer", Href: "/a"},
		{Sentence: "late", Button: "do it", Href: "/late", Urgency: pages.Late},
		{Sentence: "also late", Button: "and it", Href: "/late2", Urgency: pages.Late},
	}, []pages.HomeLine{
		{Title: "desk", Href: "/desk", Urgency: pages.Idle},
		{Title: "twice", Href: "/late", Urgency: pages.Waits},
		{Title: "today", Href: "/today", Urgency: pages.Today},
	})
	if v.Hero.Sentence != "late" {
		t.Errorf("says %q, want what is late", v.Hero.Sentence)
	}
	titles := func(lines []pages.HomeLine) string {
		var out []string
		for _, l := range lines {
			out = append(out, l.Title)
		}
		return strings.Join(out, ", ")
	}
	if got := titles(v.Lines); got != "and it, today, answer" {
		t.Errorf("then %q, want the rest by urgency and nothing twice", got)
	}
	if got := titles(v.Desks); got != "desk, go on" {
		t.Errorf("ways to work %q", got)
	}
}

// Work is said before the year's hours of study when it is due earlier, and what has no day waits now; hours of study
// never push aside the sentence about going on with them.
func TestWorkComesBeforeStudyThatIsDueLater(t *testing.T) {
	t.Parallel()
	b, err := i18n.Load()
	must(t, err)
	w, study := b.Printer("zh-CN"), models.Date("2026-12-31")
	idle := pages.Hero{Sentence: "网络自学还差 50 学时", Button: "继续学习", Href: "/learn", Urgency: pages.Idle}
	hours := pages.HomeLine{Title: "集中培训学时", Href: "/learn/hours", Urgency: pages.Waits, Due: study}
	check := pages.HomeLine{Title: "本人核对", Href: "/me", Right: "12月4日前", Urgency: pages.Waits, Due: "2026-12-04"}
	task := pages.HomeLine{Title: "必修课程", Href: "/task", Urgency: pages.Waits, Due: "2026-12-20"}
	now := pages.HomeLine{Title: "核实差评", Href: "/loops", Urgency: pages.Waits}
	v := firstOfLines(w, homeView([]pages.Hero{idle}, []pages.HomeLine{hours, task, check}), study)
	if v.Hero.Sentence != "眼下先办：本人核对（12月4日前）。" || v.Hero.Href != "/me" {
		t.Errorf("says %q", v.Hero.Sentence)
	}
	if len(v.Lines) != 2 || v.Lines[0].Title != "必修课程" || v.Lines[1].Title != "集中培训学时" {
		t.Errorf("then %+v, want the earlier day first", v.Lines)
	}
	if v.Desks[0].Href != "/learn" {
		t.Errorf("the way on with the course is lost: %+v", v.Desks)
	}
	v = firstOfLines(w, homeView([]pages.Hero{idle}, []pages.HomeLine{hours, check, now}), study)
	if v.Hero.Href != "/loops" {
		t.Errorf("says %q, want what waits now", v.Hero.Sentence)
	}
	if v = firstOfLines(w, homeView([]pages.Hero{idle}, []pages.HomeLine{hours}), study); v.Hero.Href != "/learn" {
		t.Errorf("hours of study push aside the course: %q", v.Hero.Sentence)
	}
}

// Whoever has nothing waiting is shown the way to what his guide tells him to do first.
func TestNothingWaitingLeadsToTheFirstDuty(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.pages.AddHome(o.pages.firstHome)
	o.person(t, "I1", "受理甲", o.county, models.RoleIntake)
	o.person(t, "S1", "督办甲", o.county, models.RoleSupervisor)
	for staffNo, want := range map[string]string{"I1": "/serve/new", "S1": "/serve/deadlines", "O1": "/assess/schemes"} {
		entire(t, o.login(t, staffNo).Get("/").Want(200)).Has("a.btn-big[href=" + want + "]")
	}
	o.publish()
	entire(t, o.login(t, "O1").Get("/").Want(200)).Has("a.btn-big[href=/assess/periods/new]")
	if n := o.login(t, "C01").Get("/").Want(200).Count("a.btn-main"); n != 0 {
		t.Errorf("a cadre is sent somewhere: %d", n)
	}
}

// Each administrator's home says what waits for him, and never what waits for another.
func TestHomeOfTheThreeAdministrators(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.pages.AddHome(h.pages.adminHome)
	p := h.person(t, "T01", "韩梅", h.township, models.RoleIntake)
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error {
		if err := tx.Exec("UPDATE persons SET must_change = ? WHERE id = ?", true, p.ID).Error; err != nil {
			return err
		}
		return tx.Exec("UPDATE role_grants SET valid_to = ? WHERE person_id = ?",
			models.DateOf(h.clock.Now()).AddDays(3), p.ID).Error
	}))
	for staffNo, want := range map[string]string{
		h.sys: "尚未开通的账号：1 个", h.sec: "14 日内到期的角色：1 项", h.aud: "您负责的管理事项如下",
	} {
		page := h.login(t, staffNo).Get("/").Want(200)
		sound(t, page)
		if !strings.Contains(page.Text(), want) {
			t.Errorf("%s: no %q on\n%s", staffNo, want, page.Text())
		}
		if page.Count("h1") != 1 {
			t.Errorf("%s: %d sentences", staffNo, page.Count("h1"))
		}
	}
	if p := h.login(t, h.sys).Get("/admin/people?state=first").Want(200); !strings.Contains(p.Text(), "韩梅") ||
		strings.Contains(p.Text(), "刘安") {
		t.Errorf("the list behind it:\n%s", p.Text())
	}
}

// Every guide is a sound page in both languages, open to everybody; another name is none.
func TestGuidesArePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.visitor(t)
	for _, lang := range []string{"zh-CN", "en"} {
		c.SetCookie("sz_lang", lang)
		list := c.Get("/help").Want(200)
		sound(t, list)
		for _, part := range guide.Parts() {
			list.Has("a[href]", "/help/"+part)
			p := c.Get("/help/" + part).Want(200)
			sound(t, p)
			if p.Count("h2") < 4 {
				t.Errorf("%s in %s: %d parts", part, lang, p.Count("h2"))
			}
		}
	}
	c.Get("/help/nobody").Want(404)
}
