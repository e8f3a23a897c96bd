package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"shanzhi/app/accounts"
	"shanzhi/app/config"
	"shanzhi/assessments"
	"shanzhi/assessments/report"
	"shanzhi/models"
	"shanzhi/models/testkit"
)

// realRating is a row of InstEval (R package lme4): a student's rating of a lecturer at ETH Zürich.
type realRating struct {
	row, lecturer, age, service, dept int
	level                             string
}

func realRatings(tb testing.TB) []realRating {
	tb.Helper()
	path, why := testkit.Outside("insteval.csv.gz")
	if why != "" {
		tb.Skip(why)
	}
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll() // rownames,s,d,studage,lectage,service,dept,y
	if err != nil {
		tb.Fatal(err)
	}
	out := make([]realRating, 0, len(rows)-1)
	for _, r := range rows[1:] {
		n := func(i int) int {
			v, err := strconv.Atoi(r[i])
			if err != nil {
				tb.Fatal(err)
			}
			return v
		}
		out = append(out, realRating{row: n(0), lecturer: n(2), age: n(4), service: n(5), dept: n(6), level: r[7]})
	}
	if len(out) != 73421 {
		tb.Fatalf("%d ratings", len(out))
	}
	return out
}

// sheetOf writes the ratings as the public import wants them. The mapping: lecturer d → cadre "D<d>", department → unit
// "院系<dept>", y → level, row → rating and visit number, lectage (semesters since the lecture, 1–6) → month, the row →
// day of the month, service (a lecture for another department) → channel.
func sheetOf(tb testing.TB, rs []realRating) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"评价编号", "办件编号", "被评价人工号", "单位", "满意度", "渠道", "评价方式", "评价日期"}}
	for _, r := range rs {
		channel := "window"
		if r.service == 1 {
			channel = "web"
		}
		day := models.NewDate(2026, time.Month(7-r.age), 1+r.row%28)
		rows = append(rows, []string{
			fmt.Sprint("IE", r.row), fmt.Sprint("V", r.row), fmt.Sprint("D", r.lecturer), fmt.Sprint("院系", r.dept), r.level, channel,
			"邀请评价", day.String(),
		})
	}
	if err := w.WriteAll(rows); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// TestRealRatings takes 73,421 real ratings of 1,128 people through the public import, seals them and compiles the
// service report of every one of them and of their 14 units. On a server it does so with the ratings of every tenth
// lecturer: the sums are the same arithmetic, and how long all of them take there is measured by BenchmarkReal.
func TestRealRatings(t *testing.T) {
	t.Parallel()
	rs := realRatings(t)
	if testkit.OnServer() {
		rs = slices.DeleteFunc(rs, func(r realRating) bool { return r.lecturer%10 != 0 })
	}
	ctx, who := t.Context(), system("test")
	h, root := realHouse(t, rs)

	start := time.Now()
	out, err := h.ratings.Import(ctx, who, "insteval.csv", sheetOf(t, rs), false)
	must(t, err)
	if out.Read != len(rs) || out.Accepted != len(rs) || len(out.Errors) != 0 {
		t.Fatalf("read %d, accepted %d, errors %v", out.Read, out.Accepted, out.Errors)
	}
	imported := time.Since(start)
	again, err := h.ratings.Import(ctx, who, "insteval.csv", sheetOf(t, rs), false)
	must(t, err)
	if again.Accepted != 0 || again.Skipped != len(rs) {
		t.Fatalf("imported again: accepted %d, skipped %d", again.Accepted, again.Skipped)
	}
	start = time.Now()
	batches, err := h.ratings.MakeBatches(ctx, who)
	must(t, err)
	batched := time.Since(start)
	start = time.Now()
	sealRealPeriod(t, h, root, rs, batches)
	sealed := time.Since(start)
	start = time.Now()
	compileReal(t, h, !testkit.OnServer()) // there the same people are read from what was sealed and drawn alike
	t.Logf("import %.1fs, batches %.1fs, seal %.1fs, compile %.1fs", imported.Seconds(), batched.Seconds(), sealed.Seconds(),
		time.Since(start).Seconds())
}

// realHouse is an installation with the units and people of the ratings, in July of 2026. It returns the root unit, too.
func realHouse(tb testing.TB, rs []realRating) (h *house, root string) {
	tb.Helper()
	ctx := tb.Context()
	now := testkit.Clock(tb)
	now.Set(time.Date(2025, 12, 1, 2, 0, 0, 0, time.UTC))
	h, err := open(ctx, config.Store{Data: tb.TempDir(), Database: testkit.Migrated(tb)}, "http://localhost", now.Now,
		slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = h.db.Close() })
	who := system("test")
	root = realPeople(tb, h, rs)
	approver := models.Actor{
		ID: models.NewID(), Grants: []models.Grant{{Role: models.RoleReviewer, UnitID: root, UnitPath: "/" + root + "/"}},
	}
	must(tb, h.assessments.SubmitScheme(ctx, who, assessments.DefaultScheme, 1, 1))
	must(tb, h.assessments.DecideScheme(ctx, approver, assessments.DefaultScheme, 1,
		assessments.Verdict{Version: 2, Agree: true}))
	must(tb, h.assessments.PublishScheme(ctx, who, assessments.DefaultScheme, 1,
		assessments.Publication{On: "2025-12-01", DocNo: "1", Place: "院内"}))
	now.Set(time.Date(2026, 7, 10, 2, 0, 0, 0, time.UTC))
	return h, root
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// realPeople makes the units and the cadres and returns the root unit.
func realPeople(tb testing.TB, h *house, rs []realRating) string {
	tb.Helper()
	ctx, who := tb.Context(), system("test")
	admin := func(no string) accounts.Administrator {
		return accounts.Administrator{StaffNo: no, Name: "管理员", Password: "three-people-of-the-house"}
	}
	must(tb, h.accounts.Setup(ctx, models.Actor{}, accounts.SetupInput{
		OnePassword: true,
		Code:        h.accounts.OpenSetup(), UnitName: "学院", UnitKind: models.County, SiteName: "真实评价", Organizer: "学院",
		Phone: "0000-0000000", System: admin("SYS1"), Security: admin("SEC1"), Audit: admin("AUD1"),
	}))
	root, err := h.accounts.UnitByName(ctx, who, "学院")
	must(tb, err)
	units, people := map[int]string{}, map[int]bool{}
	var in []accounts.PersonInput
	for _, r := range rs {
		if people[r.lecturer] {
			continue
		}
		people[r.lecturer] = true
		if units[r.dept] == "" {
			u, err := h.accounts.CreateUnit(ctx, who, accounts.UnitInput{
				ParentID: root.ID, Name: fmt.Sprint("院系", r.dept), Kind: models.Department,
			})
			must(tb, err)
			units[r.dept] = u.ID
		}
		in = append(in, accounts.PersonInput{
			StaffNo: fmt.Sprint("D", r.lecturer), Name: "教师" + inWords(r.lecturer), Post: &accounts.PostInput{
				UnitID: units[r.dept], ManagerID: root.ID, Title: "教师", Class: "lecturer", Category: models.Institution, From: "2025-01-01",
			},
		})
	}
	if len(rs) == 73421 && len(in) != 1128 || len(units) != 14 {
		tb.Fatalf("%d people in %d units", len(in), len(units))
	}
	_, err = h.accounts.Enrol(ctx, who, in)
	must(tb, err)
	return root.ID
}

// inWords writes a number in Chinese digits: names hold no others.
func inWords(n int) string {
	var out []rune
	for _, d := range strconv.Itoa(n) {
		out = append(out, []rune("〇一二三四五六七八九")[d-'0'])
	}
	return string(out)
}

// sealRealPeriod seals the half year and checks the sums against the file.
func sealRealPeriod(tb testing.TB, h *house, root string, rs []realRating, batches int) {
	tb.Helper()
	ctx, who := tb.Context(), system("test")
	perPerson := map[int]int{}
	for _, r := range rs {
		perPerson[r.lecturer]++
	}
	want := 0
	for _, n := range perPerson {
		want += n / 5
	}
	if batches != want {
		tb.Fatalf("%d batches of five, want %d", batches, want)
	}
	_, err := h.assessments.CreatePeriod(ctx, who, assessments.NewPeriod{
		Code: "2026H1", Title: "2026年上半年", Kind: models.Routine, UnitID: root, SpanFrom: "2026-01-01", SpanTo: "2026-06-30",
		Cutoff: "2026-07-10",
	})
	must(tb, err)
	_, err = h.assessments.Seal(ctx, who, "2026H1")
	must(tb, err)
	total := 0
	for at := 0; at < len(perPerson); at += 500 {
		lines, n, err := h.assessments.People(ctx, who, "2026H1", assessments.PeopleFilter{Offset: at, Limit: 500})
		must(tb, err)
		if int(n) != len(perPerson) {
			tb.Fatalf("%d participants", n)
		}
		for _, l := range lines[:min(len(lines), 5)] {
			v, err := h.assessments.Person(ctx, who, "2026H1", l.PersonID)
			must(tb, err)
			no, err := strconv.Atoi(l.StaffNo[1:])
			must(tb, err)
			if v.Dossier.Ratings.N != perPerson[no]/5*5 {
				tb.Errorf("%s: %d ratings sealed, want %d in batches of five", l.StaffNo, v.Dossier.Ratings.N, perPerson[no]/5*5)
			}
			total++
		}
	}
	if total == 0 {
		tb.Error("nobody was looked at")
	}
}

// compileReal compiles the service reports of the units, and of every person where wanted, with the workers that a
// server would have.
func compileReal(tb testing.TB, h *house, personal bool) {
	tb.Helper()
	ctx, who := tb.Context(), system("test")
	want := 15
	if personal {
		want += 1128
	}
	_, n, err := h.reports.Compile(ctx, who, report.Order{
		Period: "2026H1", Kinds: []models.ReportKind{models.ServiceReport}, Personal: personal,
	})
	must(tb, err)
	if n != want {
		tb.Fatalf("%d reports promised, want %d: of 15 units and, where wanted, of 1,128 people", n, want)
	}
	runner, err := newRunner(h)
	must(tb, err)
	must(tb, runner.DrainAll(ctx))
	p, err := h.reports.Progress(ctx, who, "2026H1")
	must(tb, err)
	if b := p.Batches[0]; b.Done != n || b.Aside != 0 {
		tb.Fatalf("%d done, %d set aside of %d: %v", b.Done, b.Aside, b.Total, p.Asides)
	}
	lines, total, err := h.reports.List(ctx, who, report.Filter{Period: "2026H1"}, 0, 2000)
	must(tb, err)
	if total != int64(n) || personal && !slices.ContainsFunc(lines, func(l report.Line) bool { return l.StaffNo == "D1002" }) {
		tb.Errorf("%d reports listed", total)
	}
}
