package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"shanzhi/app/config"
	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/policy"
	"shanzhi/models/testkit"
)

// doors says for every route who passes its door: "*" is everybody, "+" whoever is signed in, "work" whoever is signed
// in but the three administrators, else the roles. What an actor may do behind the door is decided object by object. A
// route that is not listed fails.
var doors = map[string]string{
	"POST /mode":                                            "*",
	"GET /static/:name":                                     "*",
	"GET /healthz":                                          "*",
	"GET /readyz":                                           "*",
	"GET /":                                                 "+",
	"GET /login":                                            "*",
	"POST /login":                                           "*",
	"POST /logout":                                          "+",
	"GET /password":                                         "+",
	"POST /password":                                        "+",
	"POST /password/logout":                                 "+",
	"GET /setup":                                            "*",
	"POST /setup":                                           "*",
	"GET /about":                                            "*",
	"GET /help":                                             "*",
	"GET /help/run/deploy":                                  "*",
	"GET /help/run/log":                                     "*",
	"GET /feedback":                                         "*",
	"POST /feedback":                                        "*",
	"GET /admin":                                            "+",
	"GET /admin/units":                                      "sysadmin",
	"POST /admin/units":                                     "sysadmin",
	"GET /admin/units/:id":                                  "sysadmin",
	"POST /admin/units/:id":                                 "sysadmin",
	"GET /admin/matters":                                    "sysadmin",
	"POST /admin/matters":                                   "sysadmin",
	"GET /admin/matters/:id":                                "sysadmin",
	"POST /admin/matters/:id":                               "sysadmin",
	"GET /admin/people":                                     "sysadmin",
	"POST /admin/people":                                    "sysadmin",
	"GET /admin/people/new":                                 "sysadmin",
	"GET /admin/people/:id":                                 "sysadmin",
	"GET /admin/people/:id/post":                            "sysadmin",
	"POST /admin/people/:id/post":                           "sysadmin",
	"GET /admin/people/:id/transfer":                        "sysadmin",
	"POST /admin/people/:id/transfer":                       "sysadmin",
	"GET /admin/people/:id/lend":                            "sysadmin",
	"POST /admin/people/:id/lend":                           "sysadmin",
	"GET /admin/people/:id/leave":                           "sysadmin",
	"POST /admin/people/:id/leave":                          "sysadmin",
	"GET /admin/people/:id/name":                            "sysadmin",
	"POST /admin/people/:id/name":                           "sysadmin",
	"GET /admin/people/:id/handover":                        "sysadmin",
	"POST /admin/people/:id/handover":                       "sysadmin",
	"GET /admin/people/:id/posts/:post":                     "sysadmin",
	"POST /admin/people/:id/plans/:plan":                    "sysadmin",
	"GET /admin/units/:id/move":                             "sysadmin",
	"POST /admin/units/:id/move":                            "sysadmin",
	"GET /admin/units/:id/merge":                            "sysadmin",
	"POST /admin/units/:id/merge":                           "sysadmin",
	"GET /admin/units/:id/end":                              "sysadmin",
	"POST /admin/units/:id/end":                             "sysadmin",
	"GET /handover":                                         "supervisor sysadmin",
	"POST /handover":                                        "supervisor sysadmin",
	"POST /admin/people/:id/posts/:post":                    "sysadmin",
	"GET /admin/people/:id/reset":                           "sysadmin",
	"POST /admin/people/:id/reset":                          "sysadmin",
	"GET /admin/people/:id/disable":                         "sysadmin",
	"POST /admin/people/:id/disable":                        "sysadmin",
	"GET /admin/people/:id/enable":                          "sysadmin",
	"POST /admin/people/:id/enable":                         "sysadmin",
	"GET /admin/roles":                                      "secadmin",
	"POST /admin/roles":                                     "secadmin",
	"GET /admin/roles/new":                                  "secadmin",
	"GET /admin/roles/:id/revoke":                           "secadmin",
	"POST /admin/roles/:id/revoke":                          "secadmin",
	"GET /admin/audit":                                      "auditadmin",
	"GET /admin/audit/seals":                                "auditadmin",
	"GET /admin/audit/seals/check":                          "auditadmin",
	"GET /admin/onboarding":                                 "sysadmin",
	"GET /admin/onboarding/staff":                           "sysadmin",
	"GET /admin/onboarding/leavers":                         "sysadmin",
	"GET /admin/onboarding/plans/:id":                       "sysadmin",
	"POST /admin/onboarding/plans/:id/apply":                "sysadmin",
	"POST /admin/onboarding/plans/:id/discard":              "sysadmin",
	"GET /admin/onboarding/:kind":                           "sysadmin",
	"POST /admin/onboarding/:kind":                          "sysadmin",
	"GET /admin/onboarding/:kind/template":                  "sysadmin",
	"GET /admin/feedback":                                   "sysadmin",
	"POST /admin/feedback/:id/contact":                      "sysadmin",
	"GET /learn":                                            "work",
	"GET /learn/hours":                                      "work",
	"GET /learn/courses/:code":                              "work",
	"GET /learn/courses/:code/quiz":                         "work",
	"POST /learn/courses/:code/quiz":                        "work",
	"GET /learn/courses/:code/:no":                          "work",
	"POST /learn/courses/:code/:no/place":                   "work",
	"POST /learn/courses/:code/:no/finish":                  "work",
	"GET /learn/attempts/:id":                               "work",
	"GET /learn/attempts/:id/answers":                       "work",
	"POST /learn/attempts/:id/answers":                      "work",
	"GET /learn/attempts/:id/submit":                        "work",
	"POST /learn/attempts/:id/submit":                       "work",
	"GET /learn/attempts/:id/result":                        "work",
	"GET /learn/claims":                                     "work",
	"POST /learn/claims":                                    "work",
	"POST /learn/claims/:id/withdraw":                       "work",
	"GET /learn/manage":                                     "trainer leader inspector",
	"GET /learn/manage/people/:id":                          "trainer leader inspector",
	"POST /learn/manage/people/:id":                         "trainer",
	"GET /learn/manage/claims":                              "trainer leader inspector",
	"GET /learn/manage/claims/:id":                          "trainer leader inspector",
	"POST /learn/manage/claims/:id":                         "trainer",
	"GET /learn/manage/tasks":                               "trainer leader inspector",
	"POST /learn/manage/tasks":                              "trainer",
	"GET /learn/manage/tasks/:id":                           "trainer leader inspector",
	"POST /learn/manage/tasks/:id/end":                      "trainer",
	"GET /search":                                           "+",
	"GET /notices":                                          "+",
	"GET /notices/read":                                     "+",
	"POST /notices/read":                                    "+",
	"GET /notices/:id":                                      "+",
	"GET /serve":                                            "work",
	"GET /serve/new":                                        "intake",
	"POST /serve/new":                                       "intake",
	"GET /serve/signals":                                    "supervisor",
	"GET /serve/signals/:id":                                "supervisor",
	"POST /serve/signals/:id":                               "supervisor",
	"GET /serve/cases/:id":                                  "work",
	"POST /serve/cases/:id/dispatch":                        "intake supervisor",
	"POST /serve/cases/:id/acknowledge":                     "work",
	"POST /serve/cases/:id/return":                          "work",
	"POST /serve/cases/:id/note":                            "work",
	"POST /serve/cases/:id/answer":                          "work",
	"POST /serve/cases/:id/close":                           "work",
	"POST /serve/cases/:id/reopen":                          "intake supervisor",
	"POST /serve/cases/:id/contact":                         "interviewer",
	"GET /serve/deadlines":                                  "supervisor leader inspector",
	"GET /serve/requests":                                   "intake supervisor leader",
	"GET /serve/cases/:id/slip":                             "work",
	"POST /serve/cases/:id/object":                          "work",
	"POST /serve/cases/:id/extend":                          "work",
	"POST /serve/cases/:id/exclude":                         "intake supervisor",
	"POST /serve/cases/:id/escalate":                        "supervisor",
	"POST /serve/cases/:id/asks/:ask":                       "intake supervisor leader",
	"POST /serve/cases/:id/remind":                          "supervisor",
	"POST /serve/cases/:id/supervise":                       "supervisor",
	"POST /serve/cases/:id/suspend":                         "supervisor",
	"POST /serve/cases/:id/resume":                          "supervisor",
	"POST /serve/cases/:id/instruct":                        "leader",
	"POST /serve/cases/:id/join":                            "intake supervisor",
	"POST /serve/cases/:id/part":                            "work",
	"POST /serve/cases/:id/repeat":                          "intake supervisor",
	"POST /serve/cases/:id/recheck":                         "work",
	"GET /admin/presets":                                    "sysadmin",
	"POST /admin/presets":                                   "sysadmin",
	"GET /serve/loops":                                      "supervisor",
	"GET /serve/loops/:id":                                  "supervisor",
	"POST /serve/loops/:id/verify":                          "supervisor",
	"POST /serve/loops/:id/review":                          "supervisor",
	"POST /serve/loops/:id/settle":                          "supervisor",
	"GET /serve/calls":                                      "interviewer",
	"GET /serve/calls/:id":                                  "interviewer",
	"POST /serve/calls/:id/contact":                         "interviewer",
	"POST /serve/calls/:id/missed":                          "interviewer",
	"POST /serve/calls/:id/done":                            "interviewer",
	"GET /serve/rates":                                      "supervisor leader inspector",
	"GET /serve/cases/:id/receipt":                          "intake",
	"POST /serve/cases/:id/receipt":                         "intake",
	"GET /r/:token":                                         "*",
	"POST /r/:token":                                        "*",
	"GET /r":                                                "*",
	"POST /r":                                               "*",
	"GET /s/:stand":                                         "*",
	"POST /s/:stand":                                        "*",
	"GET /ask":                                              "*",
	"POST /ask":                                             "*",
	"GET /leak":                                             "*",
	"POST /leak":                                            "*",
	"GET /track":                                            "*",
	"POST /track":                                           "*",
	"GET /track/:ticket":                                    "*",
	"POST /track/:ticket/words":                             "*",
	"POST /track/:ticket/again":                             "*",
	"POST /track/:ticket/withdraw":                          "*",
	"POST /track/:ticket/rate":                              "*",
	"POST /admin/matters/rules":                             "sysadmin",
	"GET /serve/stands":                                     "intake",
	"POST /serve/stands":                                    "intake",
	"GET /serve/stands/:id":                                 "intake",
	"GET /serve/stands/:id/card":                            "intake",
	"POST /serve/stands/:id/slips":                          "intake",
	"POST /serve/stands/:id/end":                            "intake",
	"GET /serve/paper":                                      "intake",
	"POST /serve/paper":                                     "intake",
	"GET /serve/checks":                                     "supervisor",
	"GET /serve/checks/:id":                                 "supervisor",
	"POST /serve/checks/:id":                                "supervisor",
	"POST /serve/cases/:id/slip":                            "intake",
	"POST /serve/cases/:id/code":                            "intake",
	"POST /serve/cases/:id/sort":                            "intake supervisor",
	"GET /serve/leaks":                                      "supervisor",
	"GET /serve/leaks/:id":                                  "supervisor",
	"POST /serve/leaks/:id":                                 "supervisor",
	"GET /serve/tips":                                       "supervisor",
	"GET /serve/tips/:id":                                   "supervisor",
	"POST /serve/tips/:id":                                  "supervisor",
	"GET /assess":                                           "officer reviewer releaser leader inspector",
	"GET /assess/periods/new":                               "officer",
	"POST /assess/periods/new":                              "officer",
	"GET /assess/periods/:code":                             "officer reviewer releaser leader inspector",
	"GET /assess/periods/:code/seal":                        "officer",
	"POST /assess/periods/:code/seal":                       "officer",
	"GET /assess/periods/:code/review":                      "reviewer",
	"POST /assess/periods/:code/review":                     "reviewer",
	"GET /assess/periods/:code/release":                     "releaser",
	"POST /assess/periods/:code/release":                    "releaser",
	"GET /assess/periods/:code/people":                      "officer reviewer releaser leader inspector",
	"GET /assess/periods/:code/people/:id":                  "officer reviewer releaser leader inspector",
	"GET /assess/periods/:code/units":                       "officer reviewer releaser leader inspector",
	"GET /assess/periods/:code/units/:id":                   "officer reviewer releaser leader inspector",
	"GET /assess/schemes/:code":                             "work",
	"GET /assess/periods/:code/marks":                       "officer reviewer releaser leader inspector",
	"POST /assess/periods/:code/marks":                      "officer reviewer",
	"GET /assess/objections/:id":                            "officer reviewer releaser leader inspector",
	"GET /assess/objections/:id/review":                     "officer reviewer releaser leader inspector",
	"POST /assess/objections/:id/review":                    "reviewer",
	"POST /assess/objections/:id":                           "officer",
	"GET /assess/reports":                                   "officer reviewer releaser leader inspector",
	"GET /assess/reports/compile":                           "officer reviewer releaser leader inspector",
	"POST /assess/reports/compile":                          "officer",
	"GET /assess/reports/redo":                              "officer reviewer releaser leader inspector",
	"POST /assess/reports/redo":                             "officer",
	"GET /assess/reports/zip":                               "officer reviewer releaser leader inspector",
	"GET /assess/reports/:id/pdf":                           "+",
	"GET /v/:code":                                          "*",
	"GET /me":                                               "+",
	"GET /me/assess/:code":                                  "+",
	"GET /me/assess/:code/agree":                            "+",
	"POST /me/assess/:code/agree":                           "+",
	"GET /me/assess/:code/object":                           "+",
	"POST /me/assess/:code/object":                          "+",
	"GET /me/reports/:id/pdf":                               "+",
	"GET /admin/jobs":                                       "sysadmin",
	"GET /admin/jobs/:name/run":                             "sysadmin",
	"POST /admin/jobs/:name/run":                            "sysadmin",
	"GET /tour":                                             "*",
	"GET /learn/manage/rules":                               "trainer leader inspector",
	"POST /learn/manage/rules":                              "trainer",
	"GET /learn/manage/rules/new":                           "trainer",
	"POST /learn/manage/rules/:id":                          "trainer leader",
	"GET /learn/classes":                                    "work",
	"GET /learn/classes/:id":                                "work",
	"GET /learn/manage/classes":                             "trainer leader inspector",
	"POST /learn/manage/classes":                            "trainer",
	"GET /learn/manage/classes/new":                         "trainer",
	"GET /learn/manage/classes/:id":                         "trainer leader inspector",
	"POST /learn/manage/classes/:id":                        "trainer",
	"GET /learn/manage/classes/:id/edit":                    "trainer",
	"POST /learn/manage/classes/:id/announce":               "trainer",
	"GET /learn/manage/classes/:id/cancel":                  "trainer",
	"POST /learn/manage/classes/:id/cancel":                 "trainer",
	"GET /learn/manage/classes/:id/timetable":               "trainer leader inspector",
	"GET /learn/manage/classes/:id/sessions":                "trainer",
	"POST /learn/manage/classes/:id/sessions":               "trainer",
	"GET /learn/manage/classes/:id/members":                 "trainer leader inspector",
	"POST /learn/manage/classes/:id/members":                "trainer",
	"GET /learn/manage/classes/:id/closing":                 "trainer leader inspector",
	"POST /learn/manage/classes/:id/closing":                "trainer leader",
	"POST /learn/manage/classes/:id/sessions/:session/drop": "trainer",
	"GET /learn/manage/classes/:id/sessions/:session":       "trainer leader inspector",
	"POST /learn/manage/classes/:id/sessions/:session":      "trainer",
	"GET /learn/manage/classes/:id/sessions/:session/print": "trainer leader inspector",
	"GET /learn/manage/classes/:id/members/:person":         "trainer",
	"POST /learn/manage/classes/:id/members/:person":        "trainer",
	"GET /assess/schemes":                                   "work",
	"GET /assess/schemes/new":                               "work",
	"POST /assess/schemes/new":                              "officer",
	"GET /assess/schemes/:code/:edition":                    "work",
	"GET /assess/schemes/:code/:edition/edit":               "officer",
	"POST /assess/schemes/:code/:edition/edit":              "officer",
	"GET /assess/schemes/:code/:edition/discard":            "officer",
	"POST /assess/schemes/:code/:edition/discard":           "officer",
	"GET /assess/schemes/:code/:edition/submit":             "work",
	"POST /assess/schemes/:code/:edition/submit":            "officer",
	"GET /assess/schemes/:code/:edition/withdraw":           "work",
	"POST /assess/schemes/:code/:edition/withdraw":          "officer",
	"GET /assess/schemes/:code/:edition/decide":             "work",
	"POST /assess/schemes/:code/:edition/decide":            "reviewer",
	"GET /assess/schemes/:code/:edition/publish":            "work",
	"POST /assess/schemes/:code/:edition/publish":           "officer",
	"GET /assess/schemes/:code/:edition/correct":            "work",
	"POST /assess/schemes/:code/:edition/correct":           "officer",
	"GET /assess/schemes/:code/:edition/correction":         "work",
	"POST /assess/schemes/:code/:edition/correction":        "reviewer",

	// how people get in
	"GET /activate":                  "*",
	"POST /activate":                 "*",
	"GET /second-factor":             "+",
	"POST /second-factor":            "+",
	"GET /me/second-factor":          "+",
	"POST /me/second-factor":         "+",
	"POST /me/second-factor/codes":   "+",
	"POST /me/second-factor/remove":  "+",
	"GET /me/codes":                  "+",
	"POST /me/codes":                 "+",
	"GET /desk":                      "desk",
	"GET /desk/:id":                  "desk",
	"POST /desk/:id":                 "desk",
	"GET /admin/slips":               "sysadmin",
	"POST /admin/slips":              "sysadmin",
	"GET /admin/desks":               "sysadmin",
	"POST /admin/desks":              "sysadmin",
	"GET /admin/desks/new":           "sysadmin",
	"GET /admin/desks/:id/end":       "sysadmin",
	"POST /admin/desks/:id/end":      "sysadmin",
	"GET /admin/access":              "secadmin auditadmin",
	"GET /admin/access/:id":          "secadmin auditadmin",
	"GET /me/access":                 "+",
	"GET /admin/factors":             "secadmin",
	"GET /admin/factors/:id/reset":   "secadmin",
	"POST /admin/factors/:id/reset":  "secadmin",
	"GET /admin/resets":              "secadmin",
	"GET /admin/resets/:id":          "secadmin",
	"POST /admin/resets/:id/confirm": "secadmin",
	"POST /admin/resets/:id/refuse":  "secadmin",
	"GET /help/:part":                "*",
	"GET /help/components":           "*",
	"GET /help/components/:frame":    "*",
	"GET /assess/periods/:code/sign": "officer reviewer releaser leader inspector",
}

// passing lists who passes the door of an action.
func passing(a policy.Action) string {
	if policy.May(models.Actor{}, a) {
		return "*"
	}
	var out, workers []string
	for _, r := range append(models.Roles(), models.RoleDesk) {
		if policy.May(models.Actor{ID: "x", Grants: []models.Grant{{Role: r, UnitID: "u", UnitPath: "/u/"}}}, a) {
			out = append(out, string(r))
		}
		if !slices.Contains(administrators, r) {
			workers = append(workers, string(r))
		}
	}
	switch {
	case !policy.May(models.Actor{ID: "x"}, a):
		return strings.Join(out, " ")
	case slices.Equal(out, workers):
		return "work"
	}
	return "+"
}

// letIn reports whether an entry of the table lets a role in; "" is nobody.
func letIn(open string, role models.Role) bool {
	switch {
	case open == "*":
		return true
	case role == "":
		return false
	case open == "work":
		return !slices.Contains(administrators, role)
	}
	return open == "+" || slices.Contains(strings.Fields(open), string(role))
}

func TestEveryRouteIsInTheTable(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	h := rewired(t, config.Store{Data: t.TempDir()}, clock.Wall())
	runner, err := newRunner(h)
	must(t, err)
	app, err := newApp(h, config.Server{Listen: "127.0.0.1:0"}, runner)
	must(t, err)
	listed := map[string]bool{}
	for _, r := range app.Routes() {
		key := r.Method + " " + r.Path
		listed[key] = true
		if want, known := doors[key]; !known {
			t.Errorf("a route that is not in the table: %q: %q,", key, passing(r.Action))
		} else if got := passing(r.Action); got != want {
			t.Errorf("%s is open to %q, the table says %q", key, got, want)
		}
	}
	for key := range doors {
		if !listed[key] {
			t.Errorf("%s is in the table and not a route", key)
		}
	}
}

// visitor is somebody with a browser of his own that follows no redirects.
func (s *site) visitor(t *testing.T, staffNo string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if staffNo == "" {
		return c
	}
	_, page := s.get(t, c, "/login")
	token := testkit.HTML(t, page).All("input", testkit.Attr("name", "csrf"))[0].Attr("value")
	res, err := c.PostForm(s.base+"/login", url.Values{"login": {staffNo}, "password": {demoPassword}, "csrf": {token}})
	must(t, err)
	must(t, res.Body.Close())
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("login of %s: %d", staffNo, res.StatusCode)
	}
	return c
}

func (s *site) get(t *testing.T, c *http.Client, path string) (status int, body string) {
	t.Helper()
	res, err := c.Get(s.base + path)
	must(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(t, err)
	return res.StatusCode, string(b)
}

// One person of each role, and nobody, asks for every page that needs no parameter: the page for those whom the table
// lets in, 403 for the others, the way to the login for nobody. Every page that comes is sound.
func TestDoorsInPractice(t *testing.T) {
	t.Parallel()
	s := serveDemo(t)
	visitors := map[models.Role]*http.Client{"": s.visitor(t, "")}
	for _, l := range s.made.Logins {
		if visitors[l.Role] == nil {
			visitors[l.Role] = s.visitor(t, l.StaffNo)
		}
	}
	for _, r := range append(models.Roles(), models.RoleDesk) {
		if visitors[r] == nil {
			t.Errorf("the demonstration has no login for %s", r)
		}
	}
	for key, open := range doors {
		path, get := strings.CutPrefix(key, "GET ")
		if path == "/admin" { // the hub of three administrations: open to whoever has one of them
			open = passing(policy.AdminUnits) + " " + passing(policy.AdminRoles) + " " + passing(policy.AdminAudit)
		}
		if !get || strings.Contains(path, ":") || slices.Contains([]string{"/login", "/setup", "/assess/reports/zip"}, path) {
			continue
		}
		for role, c := range visitors {
			status, body := s.get(t, c, path)
			let := letIn(open, role)
			switch {
			case let && status != http.StatusOK && status != http.StatusSeeOther:
				t.Errorf("%q at %s: %d, want the page", role, path, status)
			case !let && role == "" && status != http.StatusSeeOther:
				t.Errorf("nobody at %s: %d, want 303 to the login", path, status)
			case !let && role != "" && status != http.StatusForbidden:
				t.Errorf("%q at %s: %d, want 403", role, path, status)
			}
			if status != http.StatusSeeOther && strings.HasPrefix(body, "<!") {
				testkit.CheckPage(t, body)
			}
		}
	}
}

// Nothing is changed by a request without the token of a form, whoever sends it.
func TestNoPostWithoutToken(t *testing.T) {
	t.Parallel()
	s := serveDemo(t)
	c := s.visitor(t, s.login(t, "sysadmin").StaffNo)
	for key := range doors {
		path, post := strings.CutPrefix(key, "POST ")
		if !post || path == "/r/:token" {
			continue
		}
		path = strings.NewReplacer(":id", "X", ":code", "X", ":no", "1", ":post", "X", ":name", "X", ":ask", "X").Replace(path)
		res, err := c.PostForm(s.base+path, url.Values{"name": {"x"}})
		must(t, err)
		must(t, res.Body.Close())
		if res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("%s without a token: %d, want a refusal", path, res.StatusCode)
		}
	}
}
