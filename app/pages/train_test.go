package pages

import (
	"net/url"
	"strings"
	"testing"

	"shanzhi/models"
)

// TestHoursAreClaimedAndCreditedThroughThePages files a claim with a slip, keeps what was typed, and decides it.
func TestHoursAreClaimedAndCreditedThroughThePages(t *testing.T) {
	t.Parallel()
	s := newSchool(t)
	s.pages.trainRoutes(s.app)
	trainer := s.pupils["S2"]
	trainer.Grants = append(trainer.Grants, models.Grant{
		Role: models.RoleTrainer, UnitID: trainer.Grants[0].UnitID, UnitPath: trainer.Grants[0].UnitPath,
	})
	s.pupils["S2"] = trainer
	today := models.DateOf(s.clock.Now())

	me := s.client("S1")
	me.Get("/learn/claims").Want(200)
	form := url.Values{
		"ledger": {"in_person"}, "title": {"基层治理专题培训"}, "organizer": {"县委党校"}, "from": {string(today.AddDays(-2))},
		"to": {string(today)}, "hours": {"一天"}, "evidence": {"结业证书 2026-118"},
	}
	if got := me.Post("/learn/claims", form); got.Status != 422 || !strings.Contains(string(got.Body), "基层治理专题培训") {
		t.Errorf("hours in words: status %d, typed title kept %v", got.Status, strings.Contains(string(got.Body), "基层治理专题培训"))
	}
	form.Set("hours", "13.5")
	if got := me.Post("/learn/claims", form); got.Status != 303 {
		t.Fatalf("filing: status %d", got.Status)
	}
	if got := me.Get("/learn/manage/claims"); got.Status != 403 {
		t.Errorf("a learner opens the claims of others: status %d", got.Status)
	}

	office := s.client("S2")
	list := office.Get("/learn/manage/claims")
	at := strings.Index(string(list.Body), `href="/learn/manage/claims/`)
	if list.Status != 200 || at < 0 {
		t.Fatalf("list of claims: status %d", list.Status)
	}
	path := string(list.Body[at+6:])
	path = path[:strings.IndexByte(path, '"')]
	less := url.Values{"version": {"1"}, "hours": {"9"}, "do": {"credit"}}
	if got := office.Post(path, less); got.Status != 422 || !strings.Contains(string(got.Body), `value="9"`) {
		t.Errorf("fewer hours without a reason: status %d", got.Status)
	}
	less.Set("reason", "半天未到")
	if got := office.Post(path, less); got.Status != 303 {
		t.Fatalf("deciding: status %d", got.Status)
	}
	if got := me.Get("/learn/hours"); !strings.Contains(string(got.Body), "县委党校") {
		t.Error("the ledger does not name what the hours rest on")
	}
	if got := me.Get("/learn/claims"); !strings.Contains(string(got.Body), "认定 9 学时") || !strings.Contains(string(got.Body), "半天未到") {
		t.Error("the claimant does not see the decision and its reason")
	}
}
