package pages

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/find"
	"shanzhi/models/notice"
)

// What is looked for is found by characters, pinyin, initials and number, and only within the reader's reach.
func TestSearchEndsWhereTheReachEnds(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk := l.login(t, "S1")
	l.takeIn(t, clerk, "申请高龄津贴")
	l.takeIn(t, clerk, "石桥村路灯不亮")
	for _, text := range []string{"高龄津贴", "gaoling", "sqgl", "Gao Ling", "申请"} {
		p := served(t, clerk.Get("/search?q="+url.QueryEscape(text)).Want(200))
		if !strings.Contains(p.Text(), "申请高龄津贴") || strings.Contains(p.Text(), "路灯不亮") {
			t.Errorf("%q finds\n%s", text, p.Text())
		}
		if other := l.login(t, "S5").Get("/search?q=" + url.QueryEscape(text)).Want(200); strings.Contains(other.Text(), "申请高龄津贴") {
			t.Errorf("%q finds a case of another unit", text)
		}
	}
	if p := clerk.Get("/search?q=韩").Want(200); !strings.Contains(p.Text(), "没有查到") {
		t.Errorf("what is not there: %s", p.Text())
	}
	_, err := find.New(l.db).CatchUp(t.Context(), models.SystemActor("test"))
	must(t, err)
	// The administrator of accounts finds people by how their names sound, and no case.
	sys := l.login(t, l.sys)
	p := sys.Get("/search?q=wangm").Want(200)
	sound(t, p)
	if !strings.Contains(p.Text(), "王𬭁") {
		t.Errorf("wangm finds\n%s", p.Text())
	}
	if p := sys.Get("/search?q=gaoling").Want(200); strings.Contains(p.Text(), "申请高龄津贴") {
		t.Error("an administrator finds a case")
	}
	for text, want := range map[string]string{"石桥": "石桥村", "王敏": "王敏"} {
		if p := sys.Get("/search?q=" + url.QueryEscape(text)).Want(200); !strings.Contains(p.Text(), want) {
			t.Errorf("%s is not found: %s", text, p.Text())
		}
	}
	if p := sys.Get("/admin").Want(200); strings.Contains(string(p.Body), "查找办件") {
		t.Error("an administrator is offered cases, of which he can find none")
	}
	if l.login(t, l.sec).Get("/search?q=wangm").Want(200); l.login(t, l.sec).Get("/").Want(200).Count("search") != 0 {
		t.Error("who has nothing to look for has a box for it")
	}
}

// A telephone number finds cases for the call-back interviewer alone, never of his own unit, and leaves a trace without
// the number.
func TestAPhoneFindsCasesForTheInterviewerAlone(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	l.closed(t, l.login(t, "S1"), l.login(t, "S2"))
	const phone = "138 1234 0926"
	for staffNo, want := range map[string]bool{"S4": true, "S1": false, "S2": false, "S3": false} {
		p := served(t, l.login(t, staffNo).Get("/search?q="+url.QueryEscape(phone)).Want(200))
		if got := strings.Contains(p.Text(), "申请高龄津贴"); got != want {
			t.Errorf("%s finds a case by its phone: %v, want %v", staffNo, got, want)
		}
	}
	if n := l.count(t, "audit_entries", "action = ? AND detail = ?", "case.by_phone", "n=1"); n != 1 {
		t.Errorf("%d traces, want 1", n)
	}
	if n := l.count(t, "audit_entries", "detail LIKE ?", "%0926%"); n != 0 {
		t.Error("the number stands in the audit log")
	}
}

// Whoever gets a case is told, once and in his language; what he has read is read, and nobody reads another's.
func TestNoticesTellWhatHappened(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk, handler := l.login(t, "S1"), l.login(t, "S2")
	l.closed(t, clerk, handler)
	p := served(t, handler.Get("/notices").Want(200))
	if !strings.Contains(p.Text(), "已派给您") || !strings.Contains(p.Text(), "申请高龄津贴") {
		t.Fatalf("the handler was not told:\n%s", p.Text())
	}
	var open string
	for _, href := range p.Links() {
		if strings.HasPrefix(href, "/notices/0") {
			open = href
		}
	}
	if !strings.Contains(handler.Get("/").Want(200).Text(), "通知 1") {
		t.Error("no word of it in the header")
	}
	clerk.Get(open).Want(404)
	if to := handler.Get(open).Want(303).Location(); !strings.HasPrefix(to, "/serve/cases/") {
		t.Errorf("it leads to %q, want the case", to)
	}
	if strings.Contains(handler.Get("/").Want(200).Text(), "通知 1") {
		t.Error("it still waits to be read")
	}
	handler.Get("/notices?show=unread").Want(200).Has("h1")
	handler.SetCookie("sz_lang", "en")
	if p := handler.Get("/notices").Want(200); !strings.Contains(p.Text(), "was dispatched to you") {
		t.Errorf("in English:\n%s", p.Text())
	}
}

func TestReadingAllAndTidyingNotices(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	must(t, db.Tx(t.Context(), l.db, func(tx *gorm.DB) error {
		for range 3 {
			if err := notice.AddTx(tx, l.clock.Now(), l.handler.ID, "case_returned", nil, ""); err != nil {
				return err
			}
		}
		return tx.Exec("UPDATE role_grants SET valid_to = ? WHERE role = ?", models.DateOf(l.clock.Now()).AddDays(7),
			models.RoleSupervisor).Error
	}))
	handler := l.login(t, "S2")
	handler.Get("/notices").Want(200)
	handler.Post("/notices/read", nil).Want(303)
	if n := l.count(t, "notices", "read_at IS NULL AND person_id = ?", l.handler.ID); n != 0 {
		t.Errorf("%d still wait", n)
	}
	for i, want := range []int{1, 0} {
		if told, _, err := l.pages.Accounts.TidyNotices(t.Context(), models.SystemActor("test")); err != nil || told != want {
			t.Errorf("run %d: told %d, %v, want %d", i+1, told, err, want)
		}
	}
	if p := l.login(t, "S3").Get("/notices").Want(200); !strings.Contains(p.Text(), "督办员角色将于") {
		t.Errorf("the supervisor was not told that the role ends:\n%s", p.Text())
	}
	l.clock.Advance(181 * 24 * time.Hour)
	if _, purged, err := l.pages.Accounts.TidyNotices(t.Context(), models.SystemActor("test")); err != nil || purged != 3 {
		t.Errorf("purged %d, %v, want the 3 that were read", purged, err)
	}
}
