package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// listPages are the pages of lists over what grows without end, for somebody who sees the whole county and for somebody who
// sees a township.
var listPages = map[models.Role][]string{
	models.RoleSupervisor: {
		"/", "/serve", "/serve?state=closed", "/serve?state=all", "/serve?state=closed&page=7", "/serve?mine=1&state=all",
		"/serve/deadlines", "/serve/requests", "/serve/requests?all=1", "/serve/loops", "/handover",
	},
	models.RoleIntake:      {"/", "/serve", "/serve?state=closed", "/serve?state=all", "/search?q=dibao"},
	models.RoleCadre:       {"/", "/serve", "/serve?state=all", "/learn", "/me", "/search?q=低保"},
	models.RoleInterviewer: {"/", "/serve/calls"},
	models.RoleTrainer:     {"/", "/learn/manage", "/learn/manage/claims"},
	models.RoleAudit: {
		"/", "/admin/audit", "/admin/audit?action=case.see", "/admin/audit?page=9", "/admin/audit/seals",
		"/admin/audit/seals/check",
	},
}

// No list goes through a whole table that grows without end, in either database: what its statements are planned to do is
// asked of the database itself.
func TestListsGoThroughNoEndlessTable(t *testing.T) {
	t.Parallel()
	s := insideDemo(t)
	s.analyse(t)
	heard := listen(t, s.db)
	for _, v := range s.visitors(t) {
		for _, path := range listPages[v.role] {
			for _, h := range heard.during(t, func() { v.Get(path).Want(200) }) {
				for _, what := range s.scans(t, h) {
					t.Errorf("%s %s goes through %s: %s", v.role, path, what, h.text)
				}
			}
		}
	}
	through := statement{text: "SELECT c.id FROM cases AS c WHERE c.title LIKE ?", args: []any{"%x%"}}
	if got := s.scans(t, through); !slices.Equal(got, []string{"cases"}) {
		t.Errorf("a statement that goes through the cases goes through %v", got)
	}
}

// analyse lets a server count its rows now, and not some seconds later: its plans depend on them.
func (s *inside) analyse(t *testing.T) {
	t.Helper()
	if testkit.OnServer() {
		must(t, db.Tx(t.Context(), s.db, func(tx *gorm.DB) error {
			return tx.Exec("ANALYZE TABLE units, persons, posts, rating_loops, " + strings.Join(endless, ", ")).Error
		}))
	}
}

// scans returns the endless tables that a statement is planned to go through from end to end.
func (s *inside) scans(t *testing.T, h statement) (out []string) {
	t.Helper()
	must(t, db.View(t.Context(), s.db, func(tx *gorm.DB) (err error) {
		out, err = h.scans(tx)
		return err
	}))
	return out
}

func (s statement) scans(tx *gorm.DB) (out []string, err error) {
	names := s.endless()
	if len(names) == 0 || !strings.HasPrefix(s.text, "SELECT ") {
		return nil, nil
	}
	if testkit.OnServer() {
		return s.scansOnServer(tx, names)
	}
	var plan []struct{ Detail string }
	if err := tx.Raw("EXPLAIN QUERY PLAN "+s.text, s.args...).Scan(&plan).Error; err != nil {
		return nil, fmt.Errorf("explain %s: %w", s.text, err)
	}
	sorts := slices.ContainsFunc(plan, func(p struct{ Detail string }) bool {
		return strings.HasSuffix(p.Detail, "FOR ORDER BY")
	})
	for _, p := range plan {
		found := scanned.FindStringSubmatch(p.Detail)
		// In the order of an index and up to a limit it stops as soon as the page is full.
		inOrder := strings.Contains(p.Detail, "USING") && strings.Contains(s.text, "ORDER BY") && s.limited() && !sorts
		if found != nil && names[found[1]] != "" && !inOrder && !countedShort(s.text) {
			out = append(out, names[found[1]])
		}
	}
	return out, nil
}

var scanned = regexp.MustCompile(`^SCAN (\w+)`)

// countedShort reports whether a statement counts no further than a limit.
func countedShort(text string) bool {
	return strings.HasPrefix(text, "SELECT count(*) FROM (SELECT `id` FROM")
}

func (s statement) scansOnServer(tx *gorm.DB, names map[string]string) (out []string, err error) {
	var plan []struct{ Table, Type, Extra string }
	if err := tx.Raw("EXPLAIN "+s.text, s.args...).Scan(&plan).Error; err != nil {
		return nil, fmt.Errorf("explain %s: %w", s.text, err)
	}
	for _, p := range plan {
		inOrder := p.Type == "index" && s.limited() && !strings.Contains(p.Extra, "filesort")
		if names[p.Table] != "" && (p.Type == "ALL" || p.Type == "index") && !inOrder && !countedShort(s.text) {
			out = append(out, names[p.Table])
		}
	}
	return out, nil
}
