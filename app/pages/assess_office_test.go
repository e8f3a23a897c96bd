package pages

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/app/web/webtest"
	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/assessments/report"
	"shanzhi/jobs"
	"shanzhi/models"
	"shanzhi/models/blob"
	"shanzhi/models/db"
	"shanzhi/models/queue"
	"shanzhi/models/testkit"
	"shanzhi/models/workday"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pdf"
	"shanzhi/templates/ui/uicheck"
)

// training is a county with one finished quiz for everybody.
type training struct{}

func (training) QuizzesTx(_ *gorm.DB, people []string, _, _ models.Date) (map[string][]assessments.QuizResult, error) {
	out := map[string][]assessments.QuizResult{}
	for _, id := range people {
		out[id] = []assessments.QuizResult{{
			Course: "依法行政", CourseEN: "Lawful administration", Attempts: 2, First: 75, Best: 85, Passed: true,
			PassedOn: "2026-05-06", FirstN: 20, FirstX: 15,
		}}
	}
	return out, nil
}

func (training) CoursesTx(*gorm.DB) (map[models.Competency][]assessments.Suggestion, error) {
	return nil, nil
}

const half = "2026H1"

// office is a house with the assessment: an officer, a reviewer, a releasing officer and nine cadres with half a year of
// work behind them.
type office struct {
	*house
	t      *testing.T
	runner *jobs.Runner
	fails  bool // the job "break" fails
	cadres []models.Person
	matter models.Matter
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t}
	o.house = newHouse(t, func(h *house) { o.house = h; o.doors() })
	o.person(t, "O1", "冯立", o.county, models.RoleOfficer)
	o.person(t, "R1", "蒋审", o.county, models.RoleReviewer)
	o.person(t, "L1", "韩签", o.county, models.RoleReleaser)
	must(t, db.Tx(t.Context(), o.db, func(tx *gorm.DB) error {
		// The three have no post that is assessed.
		if err := tx.Exec("DELETE FROM posts").Error; err != nil {
			return err
		}
		o.matter = models.Matter{
			ID: models.NewID(), Code: "M1", Name: "高龄津贴", Family: models.Livelihood, UnitID: o.county.ID, Days: 10,
			Difficulty: 2, ValidFrom: "2020-01-01",
		}
		return tx.Create(&o.matter).Error
	}))
	for i := range 9 {
		p := o.person(t, fmt.Sprintf("C%02d", i), fmt.Sprintf("干部%02d", i), o.township)
		o.cadres = append(o.cadres, p)
		o.work(i, p)
	}
	return o
}

// doors adds the services of the assessment to the house.
func (o *office) doors() {
	t, h := o.t, o.house
	days, err := workday.Load()
	must(t, err)
	words, err := i18n.Load()
	must(t, err)
	fonts, err := pdf.LoadFonts()
	must(t, err)
	files, err := blob.Folder(t.TempDir())
	must(t, err)
	rs := ratings.New(h.db, h.clock.Now, h.vault, days)
	cs := cases.New(h.db, h.clock.Now, h.vault, days, rs)
	h.pages.Ratings = rs
	h.pages.Assessments = assessments.New(h.db, h.clock.Now, days, cs, rs, training{})
	must(t, h.pages.Assessments.Install(t.Context()))
	press := report.New(pdf.NewPrinter(fonts), words)
	h.pages.Figures = press
	h.pages.Reports = report.NewLedger(h.db, h.clock.Now, press, files, h.vault, "https://shanzhi.test")
	h.pages.Queue = queue.New(h.db, h.clock.Now)
	table := []jobs.Job{{
		Name: "close-attempts", Schedule: "*/5 * * * *", Timeout: time.Minute,
		Run: func(context.Context, time.Time) (string, error) {
			if o.fails {
				return "", errors.New("the disk is full")
			}
			return "attempts=3", nil
		},
	}}
	o.runner, err = jobs.New(h.pages.Queue, h.clock.Now, slog.New(slog.NewTextHandler(h.log, nil)), 2, table,
		map[string]jobs.Handler{report.Topic: h.pages.Reports.CompileOne})
	must(t, err)
	h.pages.Jobs = o.runner
	h.pages.assessRoutes(h.app)
	h.pages.AddHome(h.pages.assessHome)
}

// work gives a cadre 20 closed cases and, but for the first cadre, three batches of five ratings; the first has one.
func (o *office) work(i int, p models.Person) {
	must(o.t, db.Tx(o.t.Context(), o.db, func(tx *gorm.DB) error {
		for k := range 20 {
			month := time.Month(1 + k%5)
			c := models.Case{
				ID: models.NewID(), No: fmt.Sprintf("26%02d-%04d", 1+k%5, i*100+k), Channel: models.Window, Kind: models.Help,
				MatterID: o.matter.ID, Family: o.matter.Family, Difficulty: 2, Title: "办理", UnitID: o.township.ID, HandlerID: &p.ID,
				State: models.CaseClosed, ReceivedAt: testkit.Now, ReceivedOn: models.NewDate(2026, month, 5), Outcome: models.Solved,
				DueOn: models.NewDate(2026, month, 20), ClosedOn: models.NewDate(2026, month, 12), Version: 1,
				CreatedAt: testkit.Now, UpdatedAt: testkit.Now,
			}
			if k%4 == 0 {
				c.Outcome = models.Explained
			}
			if err := tx.Create(&c).Error; err != nil {
				return err
			}
		}
		batches := 3
		if i == 0 {
			batches = 1
		}
		for b := range batches {
			if err := o.batch(tx, i, b, p); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (o *office) batch(tx *gorm.DB, i, b int, p models.Person) error {
	on := models.NewDate(2026, time.Month(2+b), 1)
	batch := models.RatingBatch{
		ID: models.NewRandomID(), SubjectID: &p.ID, UnitID: o.township.ID, Size: 5, EffectiveOn: on, MadeOn: on,
	}
	if err := tx.Create(&batch).Error; err != nil {
		return err
	}
	for k := range 5 {
		no := fmt.Sprint("V", i, b, k)
		err := tx.Create(&models.Rating{
			ID: models.NewRandomID(), SubjectID: &p.ID, UnitID: o.township.ID, InteractionNo: &no, Family: o.matter.Family,
			Channel: models.QR, Mode: models.ModeInvited, Level: 5 - (i+k)%3, RatedOn: on, BatchID: &batch.ID,
		}).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// publish has the general scheme approved and published in December, and comes back to today.
func (o *office) publish() {
	today, ctx, s := o.clock.Now(), o.t.Context(), o.pages.Assessments
	o.clock.Set(time.Date(2025, 12, 20, 2, 0, 0, 0, time.UTC))
	officer := o.actorOf("O1")
	must(o.t, s.SubmitScheme(ctx, officer, assessments.DefaultScheme, 1, 1))
	must(o.t, s.DecideScheme(ctx, o.actorOf("R1"), assessments.DefaultScheme, 1, assessments.Verdict{Version: 2, Agree: true}))
	must(o.t, s.PublishScheme(ctx, officer, assessments.DefaultScheme, 1, assessments.Publication{
		On: "2025-12-20", DocNo: "青组发〔2025〕18号", Place: "公示栏",
	}))
	o.clock.Set(today)
}

// open publishes the scheme and opens the period; seal also seals it.
func (o *office) open() {
	officer := o.actorOf("O1")
	o.publish()
	_, err := o.pages.Assessments.CreatePeriod(o.t.Context(), officer, assessments.NewPeriod{
		Code: half, Title: "2026年上半年平时考核", TitleEN: "First half of 2026", Kind: models.Routine, UnitID: o.county.ID,
		SpanFrom: "2026-01-01", SpanTo: "2026-06-30", Cutoff: "2026-07-10",
	})
	must(o.t, err)
}

func (o *office) seal() {
	o.open()
	_, err := o.pages.Assessments.Seal(o.t.Context(), o.actorOf("O1"), half)
	must(o.t, err)
}

func (o *office) actorOf(staffNo string) models.Actor {
	o.t.Helper()
	var p models.Person
	must(o.t, db.View(o.t.Context(), o.db, func(tx *gorm.DB) error { return tx.Take(&p, "staff_no = ?", staffNo).Error }))
	return o.actor(o.t, p.ID)
}

// entire checks a page of this area: its structure, and that no message key is left in it.
func entire(t *testing.T, p *webtest.Page) *webtest.Page {
	t.Helper()
	uicheck.Page(t, p.Body)
	for word := range strings.FieldsSeq(p.Text()) {
		for _, area := range []string{"assess.", "reports.", "report.", "job.", "account.", "form.", "word.", "field.", "state."} {
			if strings.HasPrefix(word, area) {
				t.Errorf("%s: the page shows the key %s", p.Path, word)
			}
		}
		if strings.Contains(word, "{{") || strings.Contains(word, "<no") || strings.Contains(word, "NaN") {
			t.Errorf("%s: the page shows %q", p.Path, word)
		}
	}
	return p
}
