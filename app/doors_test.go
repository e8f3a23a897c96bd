package main

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// caller is somebody signed in, with the token of his forms.
type caller struct {
	*http.Client
	site  *site
	token string
}

func (s *site) caller(t *testing.T, staffNo string) caller {
	t.Helper()
	c := s.visitor(t, staffNo)
	_, page := s.get(t, c, "/password")
	return caller{c, s, testkit.HTML(t, page).All("input", testkit.Attr("name", "csrf"))[0].Attr("value")}
}

func (c caller) post(t *testing.T, path string, form url.Values) (status int, body string) {
	t.Helper()
	form.Set("csrf", c.token)
	res, err := c.PostForm(c.site.base+path, form)
	must(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(t, err)
	return res.StatusCode, string(b)
}

// filled puts something into the parameters of a route.
func filled(path string) string { return regexp.MustCompile(`:[a-z]+`).ReplaceAllString(path, "X") }

// ownOf are the addresses by which somebody who only reads still changes what is his own alone.
var ownOf = []string{
	"/mode", "/login", "/logout", "/password", "/password/logout", "/feedback", "/activate", "/notices/read",
	"/second-factor", "/me/second-factor", "/me/second-factor/codes", "/me/second-factor/remove", "/me/codes",
}

// An inspector changes nothing: every form of the house is refused to him, but for what is about himself.
func TestInspectorChangesNothing(t *testing.T) {
	t.Parallel()
	s := serveDemo(t)
	c := s.caller(t, s.login(t, "inspector").StaffNo)
	seen := 0
	for key := range doors {
		path, post := strings.CutPrefix(key, "POST ")
		if !post {
			continue
		}
		if slices.Contains(ownOf, path) {
			seen++
			continue
		}
		if status, _ := c.post(t, filled(path), url.Values{"name": {"x"}, "version": {"1"}}); status != http.StatusForbidden {
			t.Errorf("the inspector sends %s: %d, want 403", path, status)
		}
	}
	if seen != len(ownOf) {
		t.Errorf("%d of the %d addresses of one's own are routes", seen, len(ownOf))
	}
	// They are open, so that the refusals above are not those of a broken form.
	if status, _ := c.post(t, "/notices/read", url.Values{}); status != http.StatusSeeOther {
		t.Errorf("marking notices as read: %d", status)
	}
	if status, _ := c.post(t, "/password", url.Values{"current": {"x"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong own password: %d, want the form again", status)
	}
}

// sql runs a query that returns one text.
func (s *site) sql(t *testing.T, query string, args ...any) (out string) {
	t.Helper()
	must(t, db.View(t.Context(), s.db, func(tx *gorm.DB) error {
		return tx.Raw(query, args...).Scan(&out).Error
	}))
	if out == "" {
		t.Fatalf("nothing is found by %s", query)
	}
	return out
}

// looks returns what the log says that somebody did, from the n-th entry on.
func (s *site) looks(t *testing.T, personID string, from int) (out []models.AuditEntry) {
	t.Helper()
	must(t, db.View(t.Context(), s.db, func(tx *gorm.DB) error {
		return tx.Where("actor_id = ?", personID).Order("id").Find(&out).Error
	}))
	return out[from:]
}

// Every look of an inspector is one entry of the log that says what was looked at, whether a door or the kernel wrote
// it; looks at what is open to everybody are none.
func TestInspectorsLooksAreNotedOnce(t *testing.T) {
	t.Parallel()
	s := serveDemo(t)
	who := s.login(t, "inspector")
	c := s.visitor(t, who.StaffNo)
	id := s.sql(t, "SELECT id FROM persons WHERE staff_no = ?", who.StaffNo)
	caseID := s.sql(t, "SELECT id FROM cases WHERE supervised_on <> '' LIMIT 1")
	cadre := s.sql(t, "SELECT id FROM persons WHERE staff_no = ?", s.login(t, "cadre").StaffNo)
	for path, want := range map[string]struct{ action, object string }{
		"/serve/cases/" + caseID:                                  {"case.see", caseID},
		"/serve/cases/" + caseID + "/slip":                        {"case.see", caseID},
		"/assess/periods/" + s.made.Released + "/people/" + cadre: {"person.see", cadre},
		"/learn/manage/people/" + cadre:                           {"hours.see", cadre},
		"/serve":                                                  {"inspect.look", ""},
		"/assess/periods/" + s.made.Released + "/people":          {"inspect.look", s.made.Released},
		"/search?q=" + url.QueryEscape("王"):                       {"inspect.look", ""},
	} {
		before := len(s.looks(t, id, 0))
		if status, _ := s.get(t, c, path); status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
		got := s.looks(t, id, before)
		if len(got) != 1 || got[0].Action != want.action || got[0].ObjectID != want.object {
			t.Errorf("%s: %d entries %+v, want one of %s at %q", path, len(got), got, want.action, want.object)
		}
	}
	before := len(s.looks(t, id, 0))
	_, home := s.get(t, c, "/")
	s.get(t, c, "/help")
	if got := s.looks(t, id, before); len(got) != 0 {
		t.Errorf("home and help were noted: %+v", got)
	}
	if strings.Contains(home, `href="/learn`) {
		t.Error("the home of an inspector offers a course")
	}
}

// The three administrators open nothing of the business, not even by the address of one case or course, and no page
// leads them there.
func TestAdministratorsOpenNoBusiness(t *testing.T) {
	t.Parallel()
	s := serveDemo(t)
	caseID := s.sql(t, "SELECT id FROM cases LIMIT 1")
	course := s.sql(t, "SELECT code FROM courses ORDER BY code LIMIT 1")
	for _, key := range []string{"sysadmin", "secadmin", "auditadmin"} {
		c := s.visitor(t, s.login(t, key).StaffNo)
		for _, path := range []string{
			"/learn", "/learn/courses/" + course, "/serve", "/serve/cases/" + caseID, "/serve/cases/" + caseID + "/slip",
			"/assess", "/assess/schemes/X", "/assess/periods/" + s.made.Released,
		} {
			if status, _ := s.get(t, c, path); status != http.StatusForbidden {
				t.Errorf("%s at %s: %d, want 403", key, path, status)
			}
		}
		_, home := s.get(t, c, "/")
		for _, href := range []string{`href="/learn`, `href="/serve`, `href="/assess`} {
			if strings.Contains(home, href) {
				t.Errorf("the home of %s leads to %s", key, href)
			}
		}
	}
}

// What lies out of reach does not exist: for a clerk of another township, for a cadre who is not concerned, for a
// provider to whom the case was not handed, for an organiser without the managing authority.
func TestNothingByIdOutOfReach(t *testing.T) {
	t.Parallel()
	s := serveDemo(t)
	const of = " JOIN units u ON u.id = t.unit_id AND u.path LIKE ? "
	const town = "柳溪镇"
	below := func(unit string) string { return s.sql(t, "SELECT path AS id FROM units WHERE name = ?", unit) + "%" }
	me := s.sql(t, "SELECT id FROM persons WHERE staff_no = ?", s.login(t, "cadre").StaffNo)
	open := s.sql(t, "SELECT t.id FROM cases t"+of+"WHERE t.handler_id <> ? AND t.state <> 'closed' AND NOT EXISTS "+
		"(SELECT 1 FROM case_parties p WHERE p.case_id = t.id) LIMIT 1", below(town), me)
	stand := s.sql(t, "SELECT t.id FROM stands t"+of+"LIMIT 1", below(town))
	claim := s.sql(t, "SELECT id FROM hours_claims WHERE person_id <> ? LIMIT 1", me)
	attempt := s.sql(t, "SELECT id FROM attempts WHERE person_id <> ? LIMIT 1", me)
	note := s.sql(t, "SELECT id FROM notices WHERE person_id <> ? LIMIT 1", me)
	managed := s.sql(t, "SELECT a.person_id FROM participants a JOIN units u ON u.id = a.manager_id JOIN periods p ON "+
		"p.id = a.period_id WHERE p.code = ? AND u.name <> ? LIMIT 1", s.made.Released, town)
	elsewhere := s.sql(t, "SELECT t.person_id AS id FROM posts t"+of+"LIMIT 1", below("石桥镇"))

	caller2, cadre, provider := s.caller(t, "QH0202"), s.caller(t, s.login(t, "cadre").StaffNo), s.caller(t, s.login(t, "social").StaffNo)
	organiser, desk := s.caller(t, s.login(t, "organiser").StaffNo), s.caller(t, s.login(t, "desk").StaffNo)
	for _, x := range []struct {
		who   caller
		paths []string
	}{
		{caller2, []string{
			"/serve/cases/" + open, "/serve/cases/" + open + "/slip", "/serve/cases/" + open + "/receipt",
			"/serve/stands/" + stand, "/serve/stands/" + stand + "/card",
		}},
		{provider, []string{"/serve/cases/" + open, "/serve/cases/" + open + "/slip"}},
		{cadre, []string{
			"/serve/cases/" + open, "/learn/attempts/" + attempt, "/learn/attempts/" + attempt + "/result",
			"/notices/" + note,
		}},
		{organiser, []string{
			"/assess/periods/" + s.made.Released + "/people/" + managed,
		}},
		{desk, []string{"/desk/" + elsewhere}},
	} {
		for _, path := range x.paths {
			if status, _ := s.get(t, x.who.Client, path); status != http.StatusNotFound {
				t.Errorf("%s: %d, want 404", path, status)
			}
		}
	}
	for path, who := range map[string]caller{
		"/serve/cases/" + open + "/dispatch":     caller2,
		"/serve/cases/" + open + "/slip":         caller2,
		"/serve/cases/" + open + "/sort":         caller2,
		"/serve/cases/" + open + "/note":         cadre,
		"/serve/cases/" + open + "/close":        cadre,
		"/serve/cases/" + open + "/part":         provider,
		"/serve/stands/" + stand + "/slips":      caller2,
		"/serve/stands/" + stand + "/end":        caller2,
		"/learn/claims/" + claim + "/withdraw":   cadre,
		"/learn/attempts/" + attempt + "/submit": cadre,
		"/desk/" + elsewhere:                     desk,
	} {
		status, _ := who.post(t, path, url.Values{
			"version": {"1"}, "note": {"x"}, "part": {"x"}, "n": {"1"}, "reason": {"x"}, "checked": {"1"}, "text": {"x"},
			"handler": {"x"}, "kind": {"matter"}, "outcome": {"resolved"},
		})
		if status != http.StatusNotFound {
			t.Errorf("POST %s: %d, want 404", path, status)
		}
	}
}
