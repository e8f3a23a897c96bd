package main

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/courses/quiz"
	"shanzhi/models"
	"shanzhi/models/db"
)

// questions are those of the paper that is measured.
const questions = 20

// BenchmarkAttempt sits tests as a browser does that saves each answer: start, one save for each question, hand in and
// mark. The baseline makes as many transactions of one insert and one update of a bare row. Both are told in the
// processor time of this process; that of a database server is its own.
func BenchmarkAttempt(b *testing.B) { b.Run(engine(), benchmarkAttempt) }

func benchmarkAttempt(b *testing.B) {
	s := insideDemo(b)
	who, code := s.longTest(b)
	d, _ := bareStore(b)
	const each = 10
	var ours, bare time.Duration
	n := 0
	for b.Loop() {
		for range 3 { // under the same weather
			from := cpuSpent()
			for range each {
				s.sit(b, who, code)
			}
			ours += cpuSpent() - from
			from = cpuSpent()
			for range each * (questions + 2) {
				bareWrite(b, d)
			}
			bare += cpuSpent() - from
			n += each
		}
	}
	b.ReportMetric(ms(ours)/float64(n), "cpu-ms")
	b.ReportMetric(ms(bare)/float64(n), "base-cpu-ms")
	b.ReportMetric(0, "ns/op")
}

// longTest makes the test of a course one of so many questions and any number of attempts, and leads a cadre to it.
func (s *inside) longTest(b *testing.B) (who models.Actor, code string) {
	b.Helper()
	ctx := b.Context()
	var p models.Person
	var c models.Course
	must(b, db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		if err := tx.Where("code = ?", "mediation").Take(&c).Error; err != nil {
			return err
		}
		if err := tx.Where("staff_no = ?", "QH1103").Take(&p).Error; err != nil {
			return err
		}
		return tx.Model(&models.Quiz{}).Where("course_id = ?", c.ID).
			Updates(map[string]any{"draw": questions, "max_attempts": 0}).Error
	}))
	who = models.Actor{ID: p.ID, Name: p.Name}
	for no := 1; s.courses.FinishLesson(ctx, who, c.Code, no) == nil; no++ {
	}
	return who, c.Code
}

func (s *inside) sit(b *testing.B, who models.Actor, code string) {
	b.Helper()
	ctx := b.Context()
	a, err := s.quiz.Start(ctx, who, code)
	must(b, err)
	version := a.Version
	for place := 1; place <= questions; place++ {
		saved, err := s.quiz.Save(ctx, who, a.ID, quiz.Answers{Version: version, Given: map[int][]string{place: {"A"}}})
		must(b, err)
		version = saved.Version
	}
	done, err := s.quiz.Submit(ctx, who, a.ID)
	must(b, err)
	if done.State != models.AttemptMarked || version != questions+1 {
		b.Fatalf("%s after %d versions", done.State, version)
	}
}

// bareWrite is one transaction of one insert and one update.
func bareWrite(b *testing.B, d *db.DB) {
	b.Helper()
	must(b, db.Tx(b.Context(), d, func(tx *gorm.DB) error {
		row := newBareRow()
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return tx.Model(&row).Update("level", 4).Error
	}))
}
