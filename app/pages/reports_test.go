package pages

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"strings"
	"testing"

	"gorm.io/gorm"

	"shanzhi/app/web/webtest"
	"shanzhi/assessments/report"
	"shanzhi/models"
	"shanzhi/models/db"
)

func TestReportsAreCompiledAndHandedOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.seal()
	officer := o.login(t, "O1")
	entire(t, officer.Get("/assess/reports").Want(200)).Has("form[action=/assess/reports/compile]")
	entire(t, officer.Post("/assess/reports/compile", url.Values{"for": {half}}).Want(422)).Has("a[href]", "#kinds")
	officer.Get("/assess/reports/compile").Want(303)
	in := url.Values{"for": {half}, "kinds": {"competency"}}
	p := entire(t, officer.Follow(officer.Post("/assess/reports/compile", in).Want(303)))
	p.Has("section[data-refresh=3]")
	p.Has("progress[max=9]")
	// One cannot be compiled: it is set aside with its reason and the others go on.
	must(t, db.Tx(t.Context(), o.db, func(tx *gorm.DB) error {
		var first models.QueueItem
		if err := tx.Order("id").Take(&first).Error; err != nil {
			return err
		}
		return tx.Model(&first).Updates(map[string]any{
			"state": models.Aside, "reason_key": "report.undrawable", "reason_args": `{"name":"王某","rune":"U+FFFF"}`,
		}).Error
	}))
	must(t, o.runner.DrainAll(t.Context()))
	p = entire(t, officer.Get("/assess/reports?period="+half).Want(200))
	p.Has("section[data-refresh=0]")
	if !strings.Contains(p.Text(), "王某") || p.Count("details[open]") != 1 {
		t.Error("the reason is not shown")
	}
	batch := webtest.Attr(p.All("input[name=batch]")[0], "value")
	officer.Post("/assess/reports/redo", url.Values{"period": {half}, "batch": {batch}}).Want(303)
	must(t, o.runner.DrainAll(t.Context()))
	if n := o.count(t, "reports", "1 = 1"); n != 9 {
		t.Fatalf("%d reports, want 9", n)
	}
	entire(t, officer.Post("/assess/reports/compile", in).Want(409)).Has("div.note")
	entire(t, officer.Get("/assess/reports?kind=service").Want(200)).Has("section.empty")
}

// compiled is an office whose first batch of reports is compiled.
func compiled(t *testing.T) (*office, []models.Report) {
	t.Helper()
	o := newOffice(t)
	o.seal()
	_, _, err := o.pages.Reports.Compile(t.Context(), o.actorOf("O1"), report.Order{
		Period: half, Kinds: []models.ReportKind{models.CompetencyReport},
	})
	must(t, err)
	must(t, o.runner.DrainAll(t.Context()))
	var all []models.Report
	must(t, db.View(t.Context(), o.db, func(tx *gorm.DB) error { return tx.Order("no").Find(&all).Error }))
	return o, all
}

func TestReportBytesAreUnchanged(t *testing.T) {
	t.Parallel()
	o, all := compiled(t)
	var mine models.Report
	for _, r := range all {
		if r.SubjectID == o.cadres[1].ID {
			mine = r
		}
	}
	officer, cadre := o.login(t, "O1"), o.login(t, "C01")
	path := "/assess/reports/" + mine.ID + "/pdf"
	p := officer.Get(path).Want(200)
	if got := digest(p.Body); got != mine.Blob || p.Header.Get("ETag") != `"`+mine.Blob+`"` {
		t.Errorf("got the bytes %s with the tag %s, want %s", got, p.Header.Get("ETag"), mine.Blob)
	}
	if d := p.Header.Get("Content-Disposition"); !strings.Contains(d, "filename*=UTF-8''") || !strings.Contains(d, mine.No) {
		t.Errorf("disposition %q", d)
	}
	officer.Header["If-None-Match"] = `"` + mine.Blob + `"`
	officer.Get(path).Want(304)
	entire(t, cadre.Get("/me").Want(200)).Has("a[href]", "/me/reports/"+mine.ID+"/pdf")
	if got := digest(cadre.Get("/me/reports/" + mine.ID + "/pdf").Want(200).Body); got != mine.Blob {
		t.Error("his own copy differs")
	}
	o.login(t, "C02").Get("/me/reports/" + mine.ID + "/pdf").Want(404)
	o.login(t, "C02").Get("/me/reports/" + mine.ID + "/pdf?form=large").Want(404)
	large := cadre.Get("/me/reports/" + mine.ID + "/pdf?form=large").Want(200)
	if digest(large.Body) == mine.Blob || !bytes.HasPrefix(large.Body, []byte("%PDF-")) {
		t.Error("a copy in large print is the stored report, or no PDF")
	}
	cadre.Get("/me/reports/" + mine.ID + "/pdf?form=gold").Want(422)
	o.login(t, "C02").Get(path).Want(404)
	o.visitor(t).Get(path).Want(303)
	if n := o.count(t, "audit_entries", "action = ? AND object_id = ?", "report.take", mine.ID); n != 4 {
		t.Errorf("%d hand-outs audited, want 3", n)
	}
}

func TestPackageOfAUnit(t *testing.T) {
	t.Parallel()
	o, all := compiled(t)
	officer := o.login(t, "O1")
	list := "/assess/reports?period=" + half + "&unit=" + o.township.ID
	p := entire(t, officer.Get(list).Want(200))
	var link string
	for _, l := range p.Links() {
		if strings.HasPrefix(l, "/assess/reports/zip?") {
			link = l
		}
	}
	files := unzip(t, officer.Get(link).Want(200).Body)
	want := map[string]bool{}
	for _, r := range all {
		want[r.Blob] = true
	}
	for name, got := range files {
		if !want[got] {
			t.Errorf("%s has other bytes than the report", name)
		}
	}
	if len(files) != len(all) {
		t.Errorf("%d files, want %d", len(files), len(all))
	}
	officer.Get("/assess/reports/zip?unit=" + o.village.ID).Want(404)
	o.login(t, "C01").Get(link).Want(403)
}

func TestPublicCheckNamesNobody(t *testing.T) {
	t.Parallel()
	o, all := compiled(t)
	p := entire(t, o.visitor(t).Get("/v/"+all[0].Code).Want(200))
	text := p.Text()
	for _, secret := range []string{"干部00", "C00", "工作人员", "柳溪镇"} {
		if strings.Contains(text, secret) {
			t.Errorf("the public page shows %q", secret)
		}
	}
	for _, want := range []string{all[0].No, "征求意见稿", "shanzhi verify", all[0].Blob[:8]} {
		if !strings.Contains(text, want) {
			t.Errorf("the public page does not show %q", want)
		}
	}
	p.Has("html[data-audience=resident]")
	o.visitor(t).Get("/v/NOTHING").Want(404)
}

// unzip returns the files of a package by name.
func unzip(t *testing.T, body []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	must(t, err)
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		body, err := io.ReadAll(r)
		must(t, err)
		out[f.Name] = digest(body)
	}
	return out
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
