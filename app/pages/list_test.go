package pages

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/web/webtest"
	"shanzhi/assessments"
	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/sheet"
)

// sheetOf reads an exported list: its rows as "number: cell|cell".
func sheetOf(t *testing.T, p *webtest.Page, heads ...string) []string {
	t.Helper()
	p.Want(200)
	if got := p.Header.Get("Content-Type"); got != xlsxType {
		t.Fatalf("%s: type %q, want a spreadsheet", p.Path, got)
	}
	var columns []sheet.Column
	for _, h := range heads {
		columns = append(columns, sheet.Column{Key: h, Heads: []string{h}})
	}
	table, err := sheet.Read("list.xlsx", p.Body, columns, sheet.Limits{})
	if err != nil && fault.Of(err).Key == "sheet.no_rows" {
		return nil
	}
	must(t, err)
	var out []string
	for _, r := range table.Rows {
		cells := make([]string, 0, len(heads))
		for _, h := range heads {
			cells = append(cells, r.Text(h))
		}
		out = append(out, strings.Join(cells, "|"))
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// A sheet holds the rows of the filter on every page and nothing else, keeps what looks like a formula as text, and
// leaves a trace that says who took how many rows, without what was looked for.
func TestSheetHoldsWhatItsPageShows(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i := range 25 {
		h.person(t, fmt.Sprintf("T%02d", i), fmt.Sprintf("韩梅%02d", i), h.township, models.RoleCadre)
	}
	h.person(t, "T99", "=SUM(A1)", h.village, models.RoleCadre)
	c := h.login(t, h.sys)
	page := c.Get("/admin/people?q=T&sort=-staff_no").Want(200)
	var href string
	for _, l := range page.Links() {
		if strings.Contains(l, "as=xlsx") {
			href = l
		}
	}
	if href != "?as=xlsx&q=T&sort=-staff_no" {
		t.Fatalf("the page leads to %q, want a sheet under its own filter and order", href)
	}
	sheet := c.Get("/admin/people" + href)
	rows := sheetOf(t, sheet, "工号", "姓名", "单位")
	if len(rows) != 26 || rows[0] != "T99|=SUM(A1)|石桥村" || rows[25] != "T00|韩梅00|柳溪镇" {
		t.Errorf("got %d rows %q, want all 26 from the last to the first", len(rows), rows)
	}
	if name := sheet.Header.Get("Content-Disposition"); !strings.Contains(name, "2026-") || !strings.Contains(name, ".xlsx") {
		t.Errorf("file name %q, want one with its day", name)
	}
	if n := h.count(t, "audit_entries", "action = ? AND object_id = ? AND detail = ?", "list.export", "people",
		"rows=26 filters=q"); n != 1 {
		t.Errorf("%d traces of the export, want 1 with its rows and without what was looked for", n)
	}
	same(t, "one unit", sheetOf(t, c.Get("/admin/people?as=xlsx&unit="+h.village.ID), "工号"), []string{"T99"})
	h.login(t, "T01").Get("/admin/people?as=xlsx").Want(403)
}

// A clerk's sheet of cases ends where his reach ends, and the default page and its sheet are the same list.
func TestSheetOfCasesKeepsScopeAndState(t *testing.T) {
	t.Parallel()
	l := newHall(t)
	clerk, handler := l.login(t, "S1"), l.login(t, "S2")
	l.closed(t, clerk, handler)
	l.takeIn(t, clerk, "+86 路灯不亮")
	same(t, "open cases", sheetOf(t, clerk.Get("/serve?as=xlsx"), "标题"), []string{"+86 路灯不亮"})
	same(t, "all cases", sheetOf(t, clerk.Get("/serve?as=xlsx&state=all&sort=no"), "标题"),
		[]string{"申请高龄津贴", "+86 路灯不亮"})
	if got := sheetOf(t, l.login(t, "S5").Get("/serve?as=xlsx&state=all"), "标题"); len(got) != 0 {
		t.Errorf("somebody of a village takes away %q, want nothing of the township", got)
	}
}

// The order is in the address, goes with filters and pages, and knows its own keys alone.
func TestOrderStaysInTheAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i := range 30 {
		h.person(t, fmt.Sprintf("T%02d", i), fmt.Sprintf("韩%02d", 29-i), h.township, models.RoleCadre)
	}
	c := h.login(t, h.sys)
	first := func(address string) string {
		p := c.Get(address).Want(200)
		sound(t, p)
		for _, l := range p.Links() {
			if strings.HasPrefix(l, "/admin/people/") && l != "/admin/people/new" {
				return l
			}
		}
		t.Fatalf("%s lists nobody", address)
		return ""
	}
	up, down := first("/admin/people?q=T&sort=staff_no"), first("/admin/people?q=T&sort=-staff_no")
	if up == down || first("/admin/people?q=T&sort=name") != first("/admin/people?q=T&sort=-staff_no") {
		t.Error("the order of the address is not that of the page")
	}
	if first("/admin/people?q=T&sort=password_hash") != first("/admin/people?q=T") {
		t.Error("a key that is none changes the order")
	}
	p := c.Get("/admin/people?q=T&sort=-name").Want(200)
	if p.Count("input[value=-name]") != 1 || p.Count("th[aria-sort=descending]") != 1 {
		t.Error("want the order in the form of the filters and at the head of its column")
	}
	if !slices.ContainsFunc(p.Links(), func(l string) bool { return l == "?page=2&q=T&sort=-name" }) {
		t.Errorf("no page keeps the order: %q", p.Links())
	}
}

// Lists of persons are never in the order of an assessment figure.
func TestNoListOfPersonsIsSortedByAFigure(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]string{
		"people": accounts.PeopleOrders(), "roles": accounts.GrantOrders(), "participants": assessments.PeopleOrders(),
	} {
		for _, k := range keys {
			if !slices.Contains([]string{"name", "staff_no", "unit", "role", "from"}, k) {
				t.Errorf("%s can be sorted by %q; only by who somebody is and where", name, k)
			}
		}
	}
}

// queries counts the statements of the house while do runs.
func (h *house) queries(t *testing.T, do func()) int {
	t.Helper()
	var n atomic.Int64
	count := func(*gorm.DB) { n.Add(1) }
	name := "test:count:" + models.NewID()
	hook := func(tx *gorm.DB) error {
		if err := tx.Callback().Query().After("gorm:query").Register(name, count); err != nil {
			return err
		}
		return tx.Callback().Row().After("gorm:row").Register(name, count)
	}
	must(t, db.View(t.Context(), h.db, hook))
	must(t, db.Tx(t.Context(), h.db, hook))
	do()
	return int(n.Load())
}

// No list asks the database more often because there is more to list.
func TestNoListAsksMoreForMoreRows(t *testing.T) {
	t.Parallel()
	lists := []string{"/admin/people", "/admin/people?as=xlsx", "/admin/people?q=T&sort=name"}
	asked := func(people int) []int {
		h := newHouse(t)
		h.many(t, people)
		c := h.login(t, h.sys)
		var out []int
		for _, path := range lists {
			out = append(out, h.queries(t, func() { c.Get(path).Want(200) }))
		}
		return out
	}
	few, many := asked(20), asked(2000)
	for i, path := range lists {
		if few[i] == 0 || few[i] != many[i] {
			t.Errorf("%s: %d queries for 20 people, %d for 2,000, want as many", path, few[i], many[i])
		}
	}
}

// many makes n people of the township in one go.
func (h *house) many(t *testing.T, n int) {
	t.Helper()
	now := h.clock.Now()
	people, posts := make([]models.Person, n), make([]models.Post, n)
	for i := range n {
		people[i] = models.Person{
			ID: models.NewID(), StaffNo: fmt.Sprintf("T%05d", i), Name: fmt.Sprintf("韩%05d", i), PasswordHash: h.hash,
			Version: 1, CreatedAt: now, UpdatedAt: now,
		}
		posts[i] = models.Post{
			ID: models.NewID(), PersonID: people[i].ID, UnitID: h.township.ID, ManagerID: h.county.ID, Title: "工作人员",
			Class: "township_staff", Category: models.CivilServant, ValidFrom: "2024-01-01", Version: 1,
		}
	}
	must(t, db.Tx(t.Context(), h.db, func(tx *gorm.DB) error {
		if err := tx.CreateInBatches(people, 200).Error; err != nil {
			return err
		}
		return tx.CreateInBatches(posts, 200).Error
	}))
}
