package pages

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"shanzhi/models"
)

// TestTheRuleBookIsSetByTwoPeople marks the example on the cadre's ledger, keeps what was typed when it is refused, and
// names the county's rule book once it is confirmed.
func TestTheRuleBookIsSetByTwoPeople(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	s.pages.ruleRoutes(s.app)
	s.pages.AddHome(s.pages.ruleHome)
	county := s.pupils["S1"].Grants[0]
	for no, r := range map[string]models.Role{"S3": models.RoleTrainer, "S4": models.RoleLeader} {
		s.enter(no, "干部"+no, county.UnitID, models.CivilServant)
		p := s.pupils[no]
		p.Grants = append(p.Grants, models.Grant{Role: r, UnitID: county.UnitID, UnitPath: county.UnitPath})
		s.pupils[no] = p
	}
	me, office, leader := s.client("S2"), s.client("S3"), s.client("S4")
	says := func(body []byte, text string) bool { return strings.Contains(string(body), text) }
	if !says(me.Get("/learn/hours").Body, "示例，尚未设定") || !says(office.Get(rulesPath).Body, "示例，尚未设定") {
		t.Error("the example is not marked")
	}
	if !says(office.Get("/").Body, "学时认定办法还没有设定") {
		t.Error("the home page of the training administrator does not miss the rule book")
	}
	if got := office.Get(rulesPath + "/new"); got.Status != 200 || says(got.Body, "云南") {
		t.Errorf("the form: status %d, or it offers the example's name", got.Status)
	}
	if got := leader.Get(rulesPath + "/new"); got.Status != 403 {
		t.Errorf("the leader proposes: status %d", got.Status)
	}
	form := url.Values{
		"name": {"青禾县学时认定办法"}, "year": {strconv.Itoa(models.DateOf(s.clock.Now()).Year())}, "long_minutes": {"４０"},
		"long_hours": {"一节"}, "short_hours": {"0.5"}, "online_village": {"40"},
	}
	got := office.Post(rulesPath, form)
	if got.Status != 422 || !says(got.Body, "一节") || !says(got.Body, "请填 0 到 20 之间的数字") {
		t.Errorf("hours in words: status %d", got.Status)
	}
	form.Set("long_hours", "1")
	if got := office.Post(rulesPath, form); got.Status != 303 {
		t.Fatalf("proposing: status %d\n%s", got.Status, got.Body)
	}
	x, err := s.pages.Courses.Rules(t.Context(), s.pupils["S3"], 1, 20)
	if err != nil || x.Waiting == nil {
		t.Fatalf("nothing waits: %v", err)
	}
	at := rulesPath + "/" + x.Waiting.ID
	if got := office.Post(at, url.Values{"version": {"1"}, "do": {"confirm"}}); got.Status != 403 {
		t.Errorf("one person does both: status %d", got.Status)
	}
	if got := office.Get(rulesPath + "/new"); got.Status != 303 {
		t.Errorf("a second version while one waits: status %d", got.Status)
	}
	if !says(leader.Get("/").Body, "学时认定办法待确认") {
		t.Error("the leader's home page does not say that a rule book waits")
	}
	if got := leader.Post(at, url.Values{"version": {"1"}, "do": {"return"}}); got.Status != 422 {
		t.Errorf("returning without a reason: status %d", got.Status)
	}
	if got := leader.Post(at, url.Values{"version": {"1"}, "do": {"confirm"}}); got.Status != 303 {
		t.Fatalf("confirming: status %d", got.Status)
	}
	if got := me.Get("/learn/hours").Body; says(got, "示例") || !says(got, "青禾县学时认定办法") || !says(got, "40 学时") {
		t.Error("the ledger does not go by the county's rule book")
	}
	if says(office.Get("/").Body, "学时认定办法还没有设定") {
		t.Error("the rule book is still missed")
	}
	if got := me.Get(rulesPath); got.Status != 403 {
		t.Errorf("a cadre opens the page: status %d", got.Status)
	}
}
