package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/web/webtest"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/testkit"
)

// asked is a page with what the database was asked for it.
type asked struct {
	met
	heard []statement
}

// endless are the tables that grow for as long as the house is used.
var endless = []string{"cases", "ratings", "audit_entries", "attempts"}

// endlessNames finds the endless tables that a statement names, with what it calls them.
var endlessNames = regexp.MustCompile(
	`(?i)\b(?:FROM|JOIN)\s+[` + "`" + `"]?(` + strings.Join(endless, "|") + `)[` + "`" + `"]?(?:\s+(?:AS\s+)?([a-z]{1,2})\b)?`)

// endless returns what a statement calls the endless tables that it names: by what → table.
func (s statement) endless() map[string]string {
	out := map[string]string{}
	for _, found := range endlessNames.FindAllStringSubmatch(s.text, -1) {
		out[found[1]] = found[1]
		if found[2] != "" {
			out[found[2]] = found[1]
		}
	}
	return out
}

// limited reports whether a statement returns no more rows than it was told, by a number or by naming them.
func (s statement) limited() bool {
	return strings.Contains(s.text, "LIMIT ") || strings.Contains(s.text, "id IN (") && s.rows <= int64(len(s.args))
}

// shape is the text without the length of its lists.
func (s statement) shape() string { return longLists.ReplaceAllString(s.text, "(?)") }

var longLists = regexp.MustCompile(`\(\?(,\?)+\)`)

// mostAlike is how often one page may ask the same: once for each of its few parts, never once for each of its lines.
const mostAlike = 4

// alike are the pages that ask the same more often, and why.
var alike = map[string]string{
	"/me/access":        "once for each thing that somebody of a role may see",
	"/admin/access/:id": "the same",
}

// grown are the pages that read more when there is more, and why.
var grown = map[string]string{
	"/admin/people/:id/handover": "all of somebody's open work changes hands at once",
	"/me":                        "whoever was rated reads every word that was released about him",
}

// kinds are the pages that ask once for each kind of thing they show, and which: when there is more, they may show more
// kinds.
var kinds = map[string]string{"/admin/audit": "the names of what the entries speak of"}

// Whatever links lead to asks the database as often when there are twice as many cases, ratings, people and entries of the
// log, and reads no more rows of what grows without end, unless it says how many; no page asks the same for each of its
// lines.
func TestPagesAskNoMoreWhenThereIsMore(t *testing.T) {
	t.Parallel()
	if testkit.OnServer() {
		t.Skip("what is asked does not depend on the database")
	}
	s := insideDemo(t)
	heard := listen(t, s.db)
	var before []asked
	for _, v := range s.visitors(t) {
		before = append(before, v.asked(t, heard)...)
	}
	s.grow(t)
	s.wall.Advance(time.Minute) // one address may open residents' pages so often a minute
	for _, a := range before {
		var p *webtest.Page
		again := heard.during(t, func() { p = a.Get(a.path) })
		if p.Status != 200 {
			t.Errorf("%s: %d when there is more", a, p.Status)
			continue
		}
		a.sameStatements(t, again)
		a.fewAlike(t, again)
	}
	t.Logf("%d pages", len(before))
}

// asked follows the links of a visitor and listens to each page.
func (v looker) asked(t *testing.T, heard *listener) (out []asked) {
	t.Helper()
	by := map[string][]statement{}
	pages := v.pages(patterns(), []string{"sort", "page"}, 1, func(path string) (p *webtest.Page) {
		by[path] = heard.during(t, func() { p = v.Get(path) })
		return p
	})
	for _, m := range pages {
		out = append(out, asked{m, by[m.path]})
	}
	return out
}

func (a asked) sameStatements(t *testing.T, again []statement) {
	t.Helper()
	if text := more(a.heard, again, kinds[a.route] != ""); text != "" {
		t.Errorf("%s asks more often when there is more: %s", a, text)
		return
	}
	known := map[string]int64{}
	for _, h := range a.heard {
		known[h.shape()] = max(known[h.shape()], h.rows)
	}
	for _, h := range again {
		n, same := known[h.shape()]
		if same && h.rows > n+n/2 && !h.limited() && len(h.endless()) > 0 && grown[a.route] == "" {
			t.Errorf("%s reads %d rows, and %d when there are more: %s", a, n, h.rows, h.text)
		}
	}
}

// more says what is asked more often than before, "" when nothing is. That somebody was here is written once a minute.
//
// Where a page asks once for each kind of thing, one question that was not asked before is another kind.
func more(before, again []statement, kinds bool) string {
	n := map[string]int{}
	for _, h := range again {
		if !strings.HasPrefix(h.text, "UPDATE sessions ") {
			n[h.shape()]++
		}
	}
	asked := map[string]bool{}
	for _, h := range before {
		n[h.shape()]--
		asked[h.shape()] = true
	}
	for _, shape := range slices.Sorted(maps.Keys(n)) {
		if n[shape] > 0 && (!kinds || asked[shape] || n[shape] > 1) {
			return shape
		}
	}
	return ""
}

func (a asked) fewAlike(t *testing.T, again []statement) {
	t.Helper()
	n := map[string]int{}
	for _, h := range again {
		if n[h.shape()]++; n[h.shape()] == mostAlike+1 && alike[a.route] == "" {
			t.Errorf("%s asks more than %d times: %s", a, mostAlike, h.text)
		}
	}
}

// doubled says how the rows of a table are doubled: the columns that a copy does not share, by expression.
var doubled = []struct {
	model any
	fresh map[string]string
}{
	{&models.Person{}, map[string]string{"id": again("id"), "staff_no": "'Z' || staff_no", "mobile": "''", "mobile_hash": "NULL"}},
	{&models.Post{}, map[string]string{"id": again("id"), "person_id": again("person_id")}},
	{&models.Attempt{}, map[string]string{"id": again("id"), "person_id": again("person_id")}},
	{&models.Enrolment{}, map[string]string{"id": again("id"), "person_id": again("person_id")}},
	{&models.HoursEntry{}, map[string]string{"id": again("id"), "person_id": again("person_id")}},
	{&models.HoursClaim{}, map[string]string{"id": again("id")}},
	{&models.Notice{}, map[string]string{"id": again("id"), "once": "'Z' || once"}},
	{&models.AuditEntry{}, map[string]string{"id": again("id"), "seal_no": "NULL"}},
	{&models.Case{}, map[string]string{
		"id": again("id"), "no": "no || 'Z'", "outside_no": "NULL", "resident_name": "''", "resident_phone": "''",
	}},
	{&models.CaseEvent{}, map[string]string{"id": again("id"), "case_id": again("case_id")}},
	{&models.CaseRequest{}, map[string]string{"id": again("id"), "case_id": again("case_id")}},
	{&models.CaseParty{}, map[string]string{"id": again("id"), "case_id": again("case_id")}},
	{&models.CaseRecheck{}, map[string]string{"id": again("id"), "case_id": again("case_id")}},
	{&models.Rating{}, map[string]string{"id": again("id"), "case_id": again("case_id"), "outside_no": "NULL"}},
	{&models.RatingLoop{}, map[string]string{
		"id": again("id"), "case_id": again("case_id"), "rating_id": again("rating_id"), "recheck_id": again("recheck_id"),
	}},
}

// again is the id of a copy.
func again(column string) string { return "SUBSTR(" + column + ", 2) || 'Z'" }

// grow doubles what there is of people and their work.
func (s *inside) grow(t *testing.T) {
	t.Helper()
	must(t, db.Tx(t.Context(), s.db, func(tx *gorm.DB) error {
		for _, c := range doubled {
			q := &gorm.Statement{DB: tx}
			if err := q.Parse(c.model); err != nil {
				return err
			}
			var into, from []string
			for _, name := range q.Schema.DBNames {
				into, from = append(into, `"`+name+`"`), append(from, `"`+name+`"`)
				if fresh, ok := c.fresh[name]; ok {
					from[len(from)-1] = fresh
				}
			}
			err := tx.Exec(fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[3]s FROM %[1]s", q.Schema.Table,
				strings.Join(into, ", "), strings.Join(from, ", "))).Error
			if err != nil {
				return fmt.Errorf("double %s: %w", q.Schema.Table, err)
			}
		}
		return nil
	}))
}
