package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/config"
	"shanzhi/app/demo"
	"shanzhi/assessments/report"
	"shanzhi/models"
	"shanzhi/models/blob"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/testkit"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pdf"
)

// What the command line, a variable or the settings file mistypes is named and refused before anything is done.
func TestMistypedSettingsAreNamed(t *testing.T) {
	testkit.WithoutServer(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "shanzhi.toml")
	must(t, os.WriteFile(file, []byte("publik-url = \"https://x.example\"\n"), 0o600))
	for _, c := range []struct {
		variable, value string
		args            []string
		want            string
	}{
		{"SHANZHI_LISTN", "127.0.0.1:1", []string{"serve"}, "SHANZHI_LISTN"},
		{"SHANZHI_DATABSE_FILE", "/x", []string{"migrate", "status"}, "SHANZHI_DATABSE_FILE"},
		{"SHANZHI_CONFIG", file, []string{"serve"}, "publik-url"},
		{"SHANZHI_CONFIG", filepath.Join(dir, "none.toml"), []string{"serve"}, "none.toml"},
		{"SHANZHI_JOBS", "perhaps", []string{"serve"}, "perhaps"},
		{"SHANZHI_BACKUP_KEEP", "many", []string{"serve"}, "many"},
		{"", "", []string{"serve", "--lisen", "x"}, "--lisen"},
		{"", "", []string{"serve", "--backup-dir", dir, "--backup-keep", "0"}, "--backup-keep"},
	} {
		t.Run(c.want, func(t *testing.T) {
			if c.variable != "" {
				t.Setenv(c.variable, c.value)
			}
			code, _, complaint := command(t, append(c.args, "--data", filepath.Join(dir, "data"))...)
			if code != codeUsage || !strings.Contains(complaint, c.want) || strings.Count(complaint, "\n") != 1 {
				t.Errorf("exit %d, %q; want 2 and a sentence that names %s", code, complaint, c.want)
			}
			if _, err := os.Stat(filepath.Join(dir, "data")); !os.IsNotExist(err) {
				t.Errorf("something was made: %v", err)
			}
		})
	}
	t.Setenv("SHANZHI_DEMO_PASSWORD", "x")
	t.Setenv("SHANZHI_BACKUP_PASSPHRASE_FILE", file)
	if code, _, complaint := command(t, "serve", "--help"); code != codeOK {
		t.Errorf("variables that are known: %q", complaint)
	}
}

// book is a workbook whose first sheet holds n bytes of zeros, which packs to almost nothing.
func book(t *testing.T, n int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"[Content_Types].xml": `<Types/>`, "xl/workbook.xml": `<workbook><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`,
	} {
		w, err := z.Create(name)
		must(t, err)
		_, err = w.Write([]byte(text))
		must(t, err)
	}
	w, err := z.Create("xl/worksheets/sheet1.xml")
	must(t, err)
	_, err = io.CopyN(w, zeros{}, n)
	must(t, err)
	must(t, z.Close())
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A file that is not what it should be is refused in one sentence, and nothing of it is kept.
func TestNothingOfABrokenSheetIsKept(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if code, _, complaint := command(t, "migrate", "up", "--data", data); code != 0 {
		t.Fatal(complaint)
	}
	good := filepath.Join(dir, "good.xlsx")
	if code, _, complaint := command(t, "import", "template", "cases", "--out", good); code != 0 {
		t.Fatal(complaint)
	}
	whole, err := os.ReadFile(good)
	must(t, err)
	for name, content := range map[string][]byte{
		"cut.xlsx":     whole[:len(whole)/2],
		"empty.xlsx":   {},
		"empty.csv":    {},
		"report.xlsx":  []byte("%PDF-1.7\n%âãÏÓ\n"),
		"bomb.xlsx":    book(t, 1<<28),
		"utf16.csv":    []byte("\xff\xfe\x5f\x4e\x2c\x00"),
		"binary.csv":   bytes.Repeat([]byte{0x00, 0xff, 0x81, 0xfe}, 500),
		"strange.csv":  []byte("天气,心情\n晴,好\n"),
		"formula.csv":  []byte("=HYPERLINK(\"http://x\"),+1,-1,@x\n1,2,3,4\n"),
		"old.xlsx":     []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook"),
		"heading.xlsx": whole,
	} {
		for _, kind := range []string{"cases", "ratings"} {
			if name == "heading.xlsx" && kind == "cases" {
				continue // an empty sheet of the right kind
			}
			file := filepath.Join(dir, kind+"-"+name)
			must(t, os.WriteFile(file, content, 0o600))
			code, out, complaint := command(t, "import", kind, file, "--data", data)
			if code != codeFault || strings.Contains(complaint, "goroutine") || complaint == "" {
				t.Errorf("%s of %s: exit %d, %.200q %.200q", kind, name, code, out, complaint)
			}
		}
	}
	d := testkit.Open(t, "sqlite:"+filepath.Join(data, "shanzhi.db"), testkit.Still(), db.Options{})
	must(t, db.View(t.Context(), d, func(tx *gorm.DB) error {
		for _, m := range []any{&models.Case{}, &models.Rating{}, &models.Invitation{}} {
			var n int64
			if err := tx.Model(m).Count(&n).Error; err != nil || n != 0 {
				t.Errorf("%T: %d rows, %v", m, n, err)
			}
		}
		return nil
	}))
}

// seeded is a demonstration with its periods, under the test's clock.
func seeded(t *testing.T, wall *testkit.StillClock) (*house, demo.Made) {
	t.Helper()
	k, err := keptStill()
	return rewired(t, copied(t, k, err), wall.Now), k.made
}

// crammed is a store on a disk that is full.
type crammed struct {
	blob.Store
	full atomic.Bool
}

// Put implements blob.Store.
func (c *crammed) Put(ctx context.Context, data []byte) (string, error) {
	if c.full.Load() {
		return "", errors.Join(fault.New(fault.Busy, "error.disk_full"), syscall.ENOSPC)
	}
	return c.Store.Put(ctx, data)
}

// The disk is full while reports are written: none is half-made, the reason is said plainly, and once there is room all
// are made. And of a period that is not sealed nothing is compiled at all.
func TestBadDaysOfReports(t *testing.T) {
	t.Parallel()
	wall := testkit.Clock(t)
	h, made := seeded(t, wall)
	ctx, who := t.Context(), system("test")
	_, _, err := h.reports.Compile(ctx, who, report.Order{Period: made.Open, Kinds: []models.ReportKind{models.ServiceReport}})
	if !fault.Is(err, fault.Conflict) || fault.Of(err).Key != "report.not_sealed" {
		t.Errorf("an open period: %v", err)
	}
	files, err := blob.Folder(h.store.Blobs())
	must(t, err)
	disk := &crammed{Store: files}
	disk.full.Store(true)
	fonts, err := pdf.LoadFonts()
	must(t, err)
	h.reports = report.NewLedger(h.db, h.clock, report.New(pdf.NewPrinter(fonts), h.words), disk, h.vault, "http://localhost")
	_, promised, err := h.reports.Compile(ctx, who, report.Order{
		Period: made.Sealed, Kinds: []models.ReportKind{models.ServiceReport},
	})
	must(t, err)
	runner, err := newRunner(h)
	must(t, err)
	for range 4 { // as often as an item is tried
		must(t, runner.DrainAll(ctx))
		wall.Advance(time.Hour)
	}
	p, err := h.reports.Progress(ctx, who, made.Sealed)
	must(t, err)
	if _, n, err := h.reports.List(ctx, who, report.Filter{}, 0, 10); err != nil || n != 0 {
		t.Errorf("%d reports on a full disk, %v", n, err)
	}
	if len(p.Batches) == 0 || p.Batches[0].Aside != promised || len(p.Asides) == 0 || p.Asides[0].Key != "error.disk_full" {
		t.Fatalf("promised %d; %+v, reasons %+v", promised, p.Batches, p.Asides)
	}
	bundle, err := i18n.Load()
	must(t, err)
	for _, lang := range i18n.Langs() {
		if !bundle.Printer(lang).Has(p.Asides[0].Key) {
			t.Errorf("%s: no words for %s", lang, p.Asides[0].Key)
		}
	}
	disk.full.Store(false)
	must(t, h.reports.Redo(ctx, who, made.Sealed, p.Batches[0].Batch.ID))
	must(t, runner.DrainAll(ctx))
	lines, n, err := h.reports.List(ctx, who, report.Filter{}, 0, 1000)
	if err != nil || int(n) != promised {
		t.Errorf("%d reports with room again, want %d, %v", n, promised, err)
	}
	for _, l := range lines {
		if _, err := h.reports.Take(ctx, who, l.ID); err != nil {
			t.Errorf("%s: %v", l.No, err)
		}
	}
}

// The clock is set back by an hour: no tick runs twice, sessions stay, nothing panics; and the hour that comes again is
// not counted a second time.
func TestTheClockIsSetBackAnHour(t *testing.T) {
	testkit.WithoutServer(t)
	t.Parallel()
	wall := testkit.Clock(t)
	h := rewired(t, config.Store{Data: t.TempDir()}, wall.Now)
	ctx, who := t.Context(), system("test")
	admin := func(no string) accounts.Administrator {
		return accounts.Administrator{StaffNo: no, Name: "管理员", Password: "three-people-of-the-house"}
	}
	must(t, h.accounts.Setup(ctx, models.Actor{}, accounts.SetupInput{
		OnePassword: true,
		Code:        h.accounts.OpenSetup(), UnitName: "某县", UnitKind: models.County, SiteName: "善治", Organizer: "某县",
		Phone: "0000-0000000", System: admin("SYS1"), Security: admin("SEC1"), Audit: admin("AUD1"),
	}))
	runner, err := newRunner(h)
	must(t, err)
	count := func() (n int64) {
		must(t, db.View(ctx, h.db, func(tx *gorm.DB) error { return tx.Model(&models.JobRun{}).Count(&n).Error }))
		return n
	}
	must(t, runner.Tick(ctx))
	before := count()
	if before == 0 {
		t.Fatal("no job ran")
	}
	token, err := h.accounts.Login(ctx, models.Actor{}, "SYS1", "three-people-of-the-house")
	must(t, err)
	wall.Advance(-time.Hour)
	for range 3 {
		must(t, runner.Tick(ctx))
		wall.Advance(20 * time.Minute)
		if _, err := h.accounts.Actor(ctx, token); err != nil {
			t.Errorf("the session is gone: %v", err)
		}
	}
	if again := count(); again != before {
		t.Errorf("%d runs before, %d after the hour that came again", before, again)
	}
	wall.Advance(time.Hour)
	must(t, runner.Tick(ctx))
	if after := count(); after <= before {
		t.Errorf("%d runs, and the work goes on with %d", before, after)
	}
	_, err = h.sealer.Seal(ctx)
	must(t, err)
	if c, err := h.sealer.Verify(ctx, who, 0); err != nil || len(c.Broken) > 0 {
		t.Errorf("the audit log: %+v, %v", c, err)
	}
}
