package main

import (
	"net/http"
	"strings"
	"testing"

	"shanzhi/models"
	"shanzhi/models/testkit"
)

// hollow are the pages that are rightly empty in a demonstration, with the reason.
var hollow = map[string]string{
	"/help/components": "empty states are among what it shows",
	"/admin/factors":   "the demonstration asks nobody for a second factor, so that every role can be tried without a telephone",
}

// lists are the pages that are nothing without rows: how many at least somebody finds there.
var lists = map[string]int{
	"/notices": 2, "/learn/manage": 20, "/learn/manage/claims": 4, "/learn/manage/tasks": 2,
	"/learn/manage/classes": 3, "/learn/classes": 2,
	"/serve": 20, "/serve/deadlines": 10, "/serve/requests": 3, "/serve/loops": 10, "/serve/calls": 2, "/serve/rates": 5,
	"/serve/signals": 5, "/serve/stands": 2, "/serve/leaks": 3, "/serve/tips": 3, "/assess": 3,
	"/admin/people": 20, "/admin/units": 50, "/admin/roles": 15, "/admin/matters": 25, "/admin/audit": 20,
	"/admin/audit/seals": 1, "/admin/feedback": 2, "/admin/desks": 1, "/admin/slips": 1, "/admin/resets": 1, "/desk": 10,
}

// unsheeted are the pages whose table cannot be taken away as a sheet, with the reason.
var unsheeted = map[string]string{
	"/serve/loops":  "a row tells the level of a bad rating of one case; that does not leave the house in a list",
	"/search":       "what is found leads to the lists, and those can be taken away",
	"/me":           "what concerns oneself is a set of short tables, to be printed",
	"/help/run/log": "a chapter of the handbook", "/help/run/deploy": "a chapter of the handbook",
}

// Whoever opens the program for the first time finds something on every page: each page that needs no parameter has
// more than its empty state for at least one role, and each list has rows.
func TestTheDemonstrationFillsEveryPage(t *testing.T) {
	t.Parallel()
	s := serveDemo(t)
	visitors := map[models.Role]*http.Client{}
	for _, l := range s.made.Logins {
		if visitors[l.Role] == nil {
			visitors[l.Role] = s.visitor(t, l.StaffNo)
		}
	}
	for key := range doors {
		path, get := strings.CutPrefix(key, "GET ")
		if !get || strings.Contains(path, ":") || path == "/assess/reports/zip" {
			continue
		}
		most, filled, shown := 0, false, false
		for _, c := range visitors {
			status, body := s.get(t, c, path)
			if status != http.StatusOK || !strings.HasPrefix(body, "<!") {
				continue
			}
			shown = true
			page := testkit.HTML(t, body).One("main")
			if _, kept := unsheeted[path]; len(page.All("table")) > 0 && strings.Contains(body, "as=xlsx") == kept {
				t.Errorf("%s has a table: want its sheet, or a reason why there is none, and not both", path)
			}
			filled = filled || len(page.All("section", testkit.Class("empty"))) == 0
			most = max(most, rowsOf(page))
		}
		switch why, empty := hollow[path]; {
		case !shown:
		case empty && filled:
			t.Errorf("%s is filled, and is said to be empty: %s", path, why)
		case !empty && !filled:
			t.Errorf("%s is empty for everybody", path)
		case most < lists[path]:
			t.Errorf("%s has %d rows at most, want %d", path, most, lists[path])
		}
	}
}

// rowsOf counts the rows of the lists of a page, whatever they are made of.
func rowsOf(page testkit.Node) int {
	n := 0
	for _, tag := range []string{"tr", "li", "fieldset", "article"} {
		n = max(n, len(page.All(tag)))
	}
	return n
}
