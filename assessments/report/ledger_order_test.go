package report

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/fault"
	"shanzhi/models/queue"
)

// release marks the period as released.
func (s *shelf) release() {
	s.t.Helper()
	s.tx(func(tx *gorm.DB) error {
		return tx.Model(&models.Period{}).Where("code = ?", "2026H1").
			Updates(map[string]any{"state": models.PeriodReleased, "released_at": s.clock.Now()}).Error
	})
}

// A draft that is compiled after the final report (its item was tried again) does not stand beside it as current.
func TestALateDraftIsReplacedAtOnce(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "王敏")
	ctx := t.Context()
	order := Order{Period: "2026H1", Kinds: []models.ReportKind{models.CompetencyReport}}
	if _, _, err := s.Compile(ctx, s.officer, order); err != nil {
		t.Fatal(err)
	}
	late, err := s.queue.Claim(ctx, []string{Topic}, 9, time.Hour)
	if err != nil || len(late) != 1 {
		t.Fatal(len(late), err)
	}
	s.release()
	if _, _, err := s.Compile(ctx, s.officer, order); err != nil {
		t.Fatal(err)
	}
	s.drain()
	if err := s.CompileOne(ctx, late[0]); err != nil {
		t.Fatal(err)
	}
	lines, n, err := s.List(ctx, s.officer, Filter{}, 0, 9)
	if err != nil || n != 1 || lines[0].Stage != models.FinalStage {
		t.Errorf("%d current reports, want the final one: %+v, %v", n, lines, err)
	}
	if _, n, err := s.List(ctx, s.officer, Filter{Replaced: true}, 0, 9); err != nil || n != 2 {
		t.Errorf("%d reports in all, want 2: %v", n, err)
	}
}

// A batch is tried again through its own period alone.
func TestRedoKeepsToThePeriod(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "王敏")
	var other models.Batch
	s.tx(func(tx *gorm.DB) (err error) {
		if other, err = queue.BatchTx(tx, s.clock.Now(), models.Actor{}, Topic, models.NewID(), "another county"); err != nil {
			return err
		}
		_, err = queue.AddTx(tx, s.clock.Now(), queue.Item{Topic: Topic, BatchID: other.ID, Payload: job{}})
		return err
	})
	items, err := s.queue.Claim(t.Context(), []string{Topic}, 1, time.Minute)
	if err != nil || len(items) != 1 {
		t.Fatal(len(items), err)
	}
	if _, err := s.queue.Fail(t.Context(), items[0], fault.New(fault.Invalid, "report.undrawable")); err != nil {
		t.Fatal(err)
	}
	if err := s.Redo(t.Context(), s.officer, "2026H1", other.ID); keyOf(err) != "queue.no_batch" {
		t.Errorf("another county's batch: %v", err)
	}
	if p, err := s.queue.Progress(t.Context(), other.ID); err != nil || p.Aside != 1 {
		t.Errorf("its item is ready again: %+v, %v", p, err)
	}
}

// Reasons name people: who sees the period but compiles nothing there reads the counts only, and whoever is elsewhere
// learns nothing.
func TestReasonsAreForWhoeverCompiles(t *testing.T) {
	t.Parallel()
	s := newShelf(t, "李\U0002A6D7")
	ctx := t.Context()
	order := Order{Period: "2026H1", Kinds: []models.ReportKind{models.CompetencyReport}}
	if _, _, err := s.Compile(ctx, s.officer, order); err != nil {
		t.Fatal(err)
	}
	s.drain()
	if p, err := s.Progress(ctx, s.officer, "2026H1"); err != nil || len(p.Asides) != 1 {
		t.Errorf("the county: %+v, %v", p, err)
	}
	p, err := s.Progress(ctx, s.townOfficer, "2026H1")
	if err != nil || len(p.Asides) != 0 || p.Batches[0].Aside != 1 {
		t.Errorf("the town: %+v, %v", p, err)
	}
	elsewhere := models.Actor{ID: "x", Grants: []models.Grant{{Role: models.RoleOfficer, UnitPath: "/elsewhere/"}}}
	if _, err := s.Progress(ctx, elsewhere, "2026H1"); keyOf(err) != "assess.no_period" {
		t.Errorf("progress elsewhere: %v", err)
	}
	if _, _, err := s.Compile(ctx, elsewhere, order); keyOf(err) != "assess.no_period" {
		t.Errorf("compiling elsewhere: %v", err)
	}
}
