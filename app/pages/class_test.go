package pages

import (
	"net/url"
	"strings"
	"testing"

	"shanzhi/courses/class"
	"shanzhi/models"
)

// TestAClassIsRunThroughThePages plans a class, refuses what is wrong with what was typed, tells its people, signs them
// in and books the hours by two people; the cadre sees list, marks and hours.
func TestAClassIsRunThroughThePages(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	s.pages.classRoutes(s.app)
	s.pages.AddHome(s.pages.classHome)
	county := s.pupils["S1"].Grants[0]
	grant := func(no, name string, r models.Role) {
		s.enter(no, name, county.UnitID, models.CivilServant)
		p := s.pupils[no]
		p.Grants = append(p.Grants, models.Grant{Role: r, UnitID: county.UnitID, UnitPath: county.UnitPath})
		s.pupils[no] = p
	}
	grant("S3", "苏文", models.RoleTrainer)
	grant("S4", "何静", models.RoleLeader)
	// A school has no register of units, of which the form of a plan offers a choice.
	today := string(models.DateOf(s.clock.Now()))
	office, me, leader := s.client("S3"), s.client("S1"), s.client("S4")
	made, err := s.pages.Classes.Create(t.Context(), s.pupils["S3"], class.Input{
		Name: "窗口服务规范培训班", Ledger: models.InPersonLedger, UnitID: county.UnitID, HeadNo: "S3",
		From: models.Date(today), To: models.Date(today),
	})
	if err != nil {
		t.Fatal(err)
	}
	at := classPath(made.ID)

	office.Get(at + "/sessions").Want(200)
	session := url.Values{
		"day": {today}, "start": {"八点"}, "end": {"11:30"}, "title": {"一次性告知"}, "place": {"三楼会议室"}, "hours": {"3"},
	}
	if got := office.Post(at+"/sessions", session); got.Status != 422 || !strings.Contains(string(got.Body), "三楼会议室") {
		t.Errorf("a time in words: status %d", got.Status)
	}
	session.Set("start", "８：３０")
	session.Set("hours", "半天")
	if got := office.Post(at+"/sessions", session); got.Status != 422 || !strings.Contains(string(got.Body), "半天") {
		t.Errorf("hours in words: status %d", got.Status)
	}
	session.Set("hours", "3")
	if got := office.Post(at+"/sessions", session); got.Status != 303 {
		t.Fatalf("a session: status %d", got.Status)
	}
	if got := office.Post(at+"/announce", url.Values{"version": {"1"}}); got.Status != 409 ||
		!strings.Contains(string(got.Body), "请先加入学员") {
		t.Errorf("a class without people is announced: status %d", got.Status)
	}
	if got := office.Post(at+"/members", url.Values{"by": {"number"}, "numbers": {"S1，s2"}}); got.Status != 303 {
		t.Fatalf("adding by number: status %d", got.Status)
	}
	if got := me.Get("/learn/classes/" + made.ID); got.Status != 404 {
		t.Errorf("a planned class is shown to its people: status %d", got.Status)
	}
	if got := office.Post(at+"/announce", url.Values{"version": {"1"}}); got.Status != 303 {
		t.Fatalf("announcing: status %d", got.Status)
	}
	if got := me.Get("/"); !strings.Contains(string(got.Body), "培训班：窗口服务规范培训班") {
		t.Error("the home page does not name the class")
	}
	if got := me.Get("/learn/manage/classes"); got.Status != 403 {
		t.Errorf("a cadre opens the classes of others: status %d", got.Status)
	}

	whole, err := s.pages.Classes.ByID(t.Context(), s.pupils["S3"], made.ID)
	if err != nil {
		t.Fatal(err)
	}
	sheet := at + "/sessions/" + whole.Sessions[0].ID
	body := string(office.Get(sheet).Body)
	id := s.pupils["S2"].ID
	if !strings.Contains(body, "mark-"+id) {
		t.Fatal("the sheet does not ask for somebody on the list")
	}
	lines := url.Values{"person": {id}, "no-" + id: {"0"}, "mark-" + id: {"leave"}, "do": {"rest"}}
	if got := office.Post(sheet, lines); got.Status != 422 || !strings.Contains(string(got.Body), "请假和缺课要写明事由") {
		t.Errorf("leave without a reason: status %d", got.Status)
	}
	lines.Set("reason-"+id, "防汛值班")
	if got := office.Post(sheet, lines); got.Status != 303 {
		t.Fatalf("signing in: status %d", got.Status)
	}
	if got := office.Get(sheet + "/print"); got.Status != 200 || !strings.Contains(string(got.Body), "签名") {
		t.Errorf("the sheet on paper: status %d", got.Status)
	}

	closing := at + "/closing"
	if got := office.Post(closing, url.Values{"version": {"2"}, "do": {"submit"}}); got.Status != 303 {
		t.Fatalf("asking for the hours: status %d", got.Status)
	}
	if got := office.Post(closing, url.Values{"version": {"3"}, "do": {"confirm"}}); got.Status != 403 {
		t.Errorf("one person does both: status %d", got.Status)
	}
	if got := leader.Get("/"); !strings.Contains(string(got.Body), "培训班结业确认") {
		t.Error("the leader's home page does not say that hours wait")
	}
	if got := leader.Post(closing, url.Values{"version": {"3"}, "do": {"confirm"}}); got.Status != 303 {
		t.Fatalf("confirming: status %d", got.Status)
	}
	if got := string(me.Get("/learn/hours").Body); !strings.Contains(got, "窗口服务规范培训班") ||
		!strings.Contains(got, "苏文、何静申请和确认") {
		t.Error("the ledger does not name the class and the two people")
	}
	if got := string(s.client("S2").Get("/learn/classes/" + made.ID).Body); !strings.Contains(got, "防汛值班") ||
		!strings.Contains(got, "没有给您记入学时") {
		t.Error("who was on leave does not see why no hours were booked")
	}
}
