package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"gorm.io/gorm"

	"shanzhi/app/accounts"
	"shanzhi/app/config"
	"shanzhi/app/demo"
	"shanzhi/app/onboard"
	"shanzhi/assessments"
	"shanzhi/assessments/cases"
	"shanzhi/assessments/ratings"
	"shanzhi/assessments/report"
	"shanzhi/courses"
	"shanzhi/courses/class"
	"shanzhi/courses/quiz"
	"shanzhi/courses/trainer"
	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/backup"
	"shanzhi/models/blob"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/find"
	"shanzhi/models/queue"
	"shanzhi/models/reseal"
	"shanzhi/models/vault"
	"shanzhi/models/workday"
	"shanzhi/templates/i18n"
	"shanzhi/templates/pdf"
)

// house is every service of the program, wired.
type house struct {
	store config.Store
	clock clock.Clock
	log   *slog.Logger
	db    *db.DB
	vault *vault.Vault
	words *i18n.Bundle
	queue *queue.Queue
	find  *find.Service

	accounts    *accounts.Service
	courses     *courses.Service
	quiz        *quiz.Service
	trainer     *trainer.Service
	classes     *class.Service
	cases       *cases.Service
	ratings     *ratings.Service
	assessments *assessments.Service
	reports     *report.Ledger
	press       *report.Press
	printer     *pdf.Printer
	files       *blob.Disk
	sealer      *audit.Sealer
	onboard     *onboard.Service
	reseal      *reseal.Service

	nightly *nightly // nil where no backups are wanted
}

// open opens the data folder and the database, brings both up to date where the program may, and wires the services.
// base is the public address printed in links and codes.
func open(ctx context.Context, store config.Store, base string, now clock.Clock, log *slog.Logger) (*house, error) {
	if err := os.MkdirAll(store.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	d, err := db.Open(ctx, store.URL(), now, db.Options{Logger: log})
	if err != nil {
		return nil, err
	}
	h := &house{store: store, clock: now, log: log, db: d}
	if err := h.start(ctx, store, base); err != nil {
		_ = d.Close()
		return nil, err
	}
	return h, nil
}

func (h *house) start(ctx context.Context, store config.Store, base string) error {
	if err := db.Start(ctx, h.db); err != nil {
		return err
	}
	if err := h.keysThere(ctx, store); err != nil {
		return err
	}
	var err error
	if h.vault, err = vault.Open(store.Keys()); err != nil {
		return err
	}
	if err := h.matchKeys(ctx); err != nil {
		return err
	}
	if h.files, err = blob.Folder(store.Blobs()); err != nil {
		return err
	}
	if h.words, err = i18n.Load(); err != nil {
		return err
	}
	days, err := workday.Load()
	if err != nil {
		return err
	}
	fonts, err := pdf.LoadFonts()
	if err != nil {
		return err
	}
	h.printer = pdf.NewPrinter(fonts)
	h.press = report.New(h.printer, h.words)
	h.wire(days, h.files, base)
	if err := h.calendar(ctx); err != nil {
		return err
	}
	return h.install(ctx)
}

// metaKeys holds the fingerprint of the keys with which the database was first used.
const metaKeys = backup.MetaKeys

// keysThere refuses to make new keys for a database that has been used with others: they would open nothing, and lie in
// the way of the right ones.
func (h *house) keysThere(ctx context.Context, store config.Store) error {
	if _, err := vault.Look(store.Keys()); !fault.Is(err, fault.NotFound) {
		return nil // what is wrong with them is said when they are opened
	}
	known, err := h.db.Meta(ctx, metaKeys)
	if db.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "vault.keys_gone", "path", store.Keys(), "print", known)
}

// matchKeys refuses keys that do not belong to the database: a lost key file would else silently become a new one.
func (h *house) matchKeys(ctx context.Context) error {
	known, err := h.db.Meta(ctx, metaKeys)
	switch {
	case db.IsNotFound(err):
		return h.db.SetMeta(ctx, metaKeys, h.vault.Fingerprint())
	case err != nil:
		return err
	case known != h.vault.Fingerprint():
		return fault.New(fault.Conflict, "vault.keys_other")
	}
	return nil
}

// wire makes the services. What one domain needs of another is supplied here: domains do not import each other.
func (h *house) wire(days *workday.Calendar, files blob.Store, base string) {
	h.queue = queue.New(h.db, h.clock)
	h.find = find.New(h.db)
	h.courses = courses.New(h.db, h.clock)
	h.quiz = quiz.New(h.db, h.clock, h.courses)
	h.trainer = trainer.New(h.db, h.clock, h.courses)
	h.classes = class.New(h.db, h.clock, h.courses)
	h.ratings = ratings.New(h.db, h.clock, h.vault, days)
	h.cases = cases.New(h.db, h.clock, h.vault, days, h.ratings)
	h.assessments = assessments.New(h.db, h.clock, days, h.cases, h.ratings, training{h.courses, h.quiz})
	h.sealer = audit.NewSealer(h.db, h.vault, h.clock)
	h.reseal = reseal.New(h.db, h.vault, h.clock)
	h.reports = report.NewLedger(h.db, h.clock, h.press, files, h.vault, base)
	h.accounts = accounts.New(h.db, h.vault, h.clock, accounts.Options{
		Work: []accounts.Work{
			caseWork{h.cases},
			partWork{h.cases},
			recheckWork{h.cases},
			deskWork{},
			classWork{h.classes},
			claimWork(),
			qualityWork(),
		},
		Papers: papers{h.reports},
		Holdings: []accounts.Holdings{
			caseHoldings{h.cases}, standHoldings{h.ratings}, periodHoldings{}, classHoldings{},
		},
	})
	h.onboard = onboard.New(h.db, h.clock, h.vault, days, h.accounts)
}

// install adds what every installation has: the starter courses and the default scheme.
func (h *house) install(ctx context.Context) error {
	if err := h.courses.Install(ctx, models.SystemActor("install")); err != nil {
		return err
	}
	return h.assessments.Install(ctx)
}

// training tells the assessment of quizzes and courses in its own words.
type training struct {
	courses *courses.Service
	quiz    *quiz.Service
}

// QuizzesTx implements assessments.Training.
func (t training) QuizzesTx(tx *gorm.DB, people []string, from, to models.Date,
) (map[string][]assessments.QuizResult, error) {
	evidence, err := t.quiz.EvidenceTx(tx, people, from, to)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]assessments.QuizResult, len(evidence))
	for person, es := range evidence {
		for _, e := range es {
			out[person] = append(out[person], assessments.QuizResult{
				Course: e.CourseTitle, CourseEN: e.CourseEN, Attempts: e.Attempts, First: float64(e.First) / 100,
				Best: float64(e.Best) / 100, Passed: e.Passed, PassedOn: e.PassedOn, FirstN: e.N, FirstX: e.X,
			})
		}
	}
	return out, nil
}

// CoursesTx implements assessments.Training.
func (t training) CoursesTx(tx *gorm.DB) (map[models.Competency][]assessments.Suggestion, error) {
	list, err := courses.ListTx(tx)
	if err != nil {
		return nil, err
	}
	out := map[models.Competency][]assessments.Suggestion{}
	for _, c := range list {
		out[c.Competency] = append(out[c.Competency], assessments.Suggestion{
			Course: c.Title, CourseEN: c.TitleEN, CourseCode: c.Code, For: c.Competency,
		})
	}
	return out, nil
}

// doors are what the demonstration is made through.
func (h *house) doors() demo.Doors {
	return demo.Doors{
		DB: h.db, Accounts: h.accounts, Courses: h.courses, Quiz: h.quiz, Trainer: h.trainer, Classes: h.classes,
		Cases: h.cases, Ratings: h.ratings, Assessments: h.assessments, Onboard: h.onboard, Sealer: h.sealer,
	}
}
