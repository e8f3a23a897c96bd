package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/config"
	"shanzhi/app/demo"
	"shanzhi/assessments/cases"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
	"shanzhi/templates/i18n"
)

// noLink lists the pages that no link leads to, and what does instead; every other page must be met by following links.
var noLink = map[string]string{
	"/setup":                           "the first start, before anybody is there",
	"/help/run/deploy":                 "the guide of whoever runs the program; its address is printed",
	"/help/run/log":                    "the same",
	"/admin/people/:id/enable":         "an account that is closed",
	"/learn/attempts/:id":              "the button that starts a quiz",
	"/learn/attempts/:id/answers":      "a reload after the answers were sent",
	"/learn/attempts/:id/submit":       "the button at the end of a quiz",
	"/notices/read":                    "a reload after the notices were ticked off",
	"/serve/cases/:id/slip":            "a case that is supervised",
	"/serve/cases/:id/receipt":         "a case that another handled, closed and not rated",
	"/serve/checks/:id":                "a slip that two people keyed differently",
	"/r/:token":                        "the QR code of a receipt",
	"/s/:stand":                        "the QR code of a window",
	"/track/:ticket":                   "the number and code that somebody was given",
	"/assess/periods/:code/release":    "a period that is reviewed",
	"/assess/reports/compile":          "a reload after reports were ordered",
	"/assess/reports/redo":             "a reload after failed reports were ordered again",
	"/assess/reports/zip":              "the reports of one unit",
	"/v/:code":                         "the QR code of a report",
	"/me/assess/:code/agree":           "a reload after figures were found right",
	"/me/assess/:code/object":          "a reload after an objection was filed",
	"/second-factor":                   "a login with a second factor",
	"/me/codes":                        "a reset slip that was handed out",
	"/admin/factors/:id/reset":         "an account with a second factor",
	"/admin/resets/:id":                "a request that waits",
	"/admin/onboarding/plans/:id":      "a trial import",
	"/learn/manage/claims/:id":         "a claim of hours",
	"/learn/manage/tasks/:id":          "a course that was asked for",
	"/admin/people/:id/posts/:post":    "an open post",
	"/admin/onboarding/:kind/template": "a file",

	"/assess/objections/:id/review":             "a reload after an exclusion was decided",
	"/assess/schemes/new":                       "a reload after a scheme was copied",
	"/assess/schemes/:code":                     "an address that somebody keeps: the edition in force",
	"/assess/schemes/:code/:edition/submit":     "a reload after a step",
	"/assess/schemes/:code/:edition/withdraw":   "a reload after a step",
	"/assess/schemes/:code/:edition/discard":    "a draft",
	"/assess/schemes/:code/:edition/edit":       "a draft",
	"/assess/schemes/:code/:edition/decide":     "a reload after a step",
	"/assess/schemes/:code/:edition/publish":    "a reload after a step",
	"/assess/schemes/:code/:edition/correct":    "a reload after a step",
	"/assess/schemes/:code/:edition/correction": "a reload after a step",
}

// mostBytes is what a page may weigh on its first visit, packed, with its styles and its script.
const mostBytes = 100 << 10

// TestEveryPageInABrowser has one person of each role, and nobody, follow the links of the demonstration: no link is
// dead, every route of a page is met, and its page keeps the rules of all pages in every width, print, contrast and
// language (testdata/browser/look.js).
func TestEveryPageInABrowser(t *testing.T) {
	t.Parallel()
	if testkit.OnServer() {
		t.Skip("tried on files: what a browser shows does not depend on the database, whose answers the rooms are tested for")
	}
	chromium := browser(t)
	s := serveDemo(t)
	people := []map[string]any{
		{"role": "", "login": "", "also": s.unlinked(t)},
		{"role": "the first", "login": "", "also": []string{"/setup"}, "base": emptyHouse(t).base},
	}
	known := map[models.Role]bool{}
	for _, l := range s.made.Logins {
		if !known[l.Role] {
			known[l.Role] = true
			people = append(people, map[string]any{"role": l.Role, "login": l.StaffNo})
		}
	}
	rooms := map[string]bool{}
	words, err := i18n.Load()
	must(t, err)
	for _, key := range words.Keys(i18n.Default) {
		if room, _, ok := strings.Cut(key, "."); ok {
			rooms[room] = true
		}
	}
	found := drive(t, "routes.mjs", "ROUTES", map[string]any{
		"base": s.base, "chromium": chromium, "password": demoPassword, "people": people, "routes": pageRoutes(),
		"rooms": slices.Sorted(maps.Keys(rooms)),
		"most":  mostBytes,
		"open":  []string{"/login", "/ask", "/leak", "/track", "/r", "/about", "/feedback"},
	})
	for _, fault := range found["faults"].([]any) {
		t.Error(fault)
	}
	for _, route := range found["unseen"].([]any) {
		if noLink[fmt.Sprint(route)] == "" {
			t.Errorf("no link that anybody sees leads to %s", route)
		}
	}
	t.Logf("the heaviest page: %v", found["heaviest"])
	if looks, _ := found["looks"].(float64); looks < 70 {
		t.Errorf("only %v pages were looked at", looks)
	}
}

// unlinked are the addresses that residents are handed on paper: of a rating, of a window and of a matter.
func (s *site) unlinked(t *testing.T) []string {
	t.Helper()
	ctx, who := t.Context(), system("test")
	var stand models.Stand
	var closed models.Invitation
	must(t, db.View(ctx, s.db, func(tx *gorm.DB) error {
		if err := tx.Where("valid_to = ''").Take(&stand).Error; err != nil {
			return err
		}
		return tx.Where("state = ? AND expires_on >= ? AND channel = ?", models.InvitationOpen, models.DateOf(s.wall.Now()),
			models.QR).Take(&closed).Error
	}))
	slip, err := s.ratings.Reprint(ctx, who, closed.CaseID)
	must(t, err)
	raised, err := s.cases.Raise(ctx, cases.Raising{
		Kind: models.Complaint, UnitID: stand.UnitID, Text: "楼道的灯坏了半个月，报修两次没有人来。", Ticket: s.cases.RaiseTicket(),
	})
	must(t, err)
	key, err := s.cases.Unlock(ctx, raised.No, raised.Secret)
	must(t, err)
	return []string{slip.Link, "/s/" + stand.Code, "/track/" + key.Ticket}
}

// emptyHouse serves an installation of which nobody has an account yet.
func emptyHouse(t *testing.T) *site {
	t.Helper()
	store := config.Store{Data: t.TempDir(), Database: testkit.Migrated(t)}
	s := serveStore(t, store, demo.Made{})
	s.accounts.OpenSetup()
	return s
}

// pageRoutes are the routes of the table that answer with a page or lead to one.
func pageRoutes() []string {
	var out []string
	for key := range doors {
		path, get := strings.CutPrefix(key, "GET ")
		if get && path != "/healthz" && path != "/readyz" && !strings.HasPrefix(path, "/static/") {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}
