package ratings

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Seen is what somebody sees of ratings: only those in batches, without times, ids, cases or order.
type Seen struct {
	Rows     []Row // by channel and mode
	Solved   [3]int
	Comments []string // masked; at least five or none; in an order that tells nothing
	Waiting  bool     // one to four more wait for their batch
}

// N returns the number of ratings.
func (s Seen) N() int { return s.count(0, 5) }

// Good returns the number of levels 5 and 4.
func (s Seen) Good() int { return s.count(0, 2) }

// Levels returns the counts of the levels 5, 4, 3, 2, 1 over all channels and modes.
func (s Seen) Levels() (all [5]int) {
	for _, r := range s.Rows {
		for i, n := range r.Counts {
			all[i] += n
		}
	}
	return all
}

func (s Seen) count(from, to int) (n int) {
	for _, r := range s.Rows {
		for _, c := range r.Counts[from:to] {
			n += c
		}
	}
	return n
}

// Mine returns the actor's own ratings as far as they are in batches.
func (s *Service) Mine(ctx context.Context, who models.Actor) (Seen, error) {
	if who.ID == "" {
		return Seen{}, fault.New(fault.Unsigned, "error.unsigned")
	}
	return s.seen(ctx, "r.subject_id = ?", who.ID)
}

// UnitFigures returns the ratings of a unit, its cadres' and those that name nobody, as far as they are in batches.
//
// Fault: NotFound where the actor does not see the unit's cases.
func (s *Service) UnitFigures(ctx context.Context, who models.Actor, unitID string) (Seen, error) {
	var path []string
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		return tx.Model(&models.Unit{}).Where("id = ?", unitID).Pluck("path", &path).Error
	})
	switch {
	case err != nil:
		return Seen{}, fmt.Errorf("read unit: %w", err)
	case len(path) == 0 || !policy.Can(who, policy.CaseSee, policy.Object{UnitPath: path[0]}):
		return Seen{}, fault.New(fault.NotFound, "error.not_found")
	}
	return s.seen(ctx, "r.unit_id = ?", unitID)
}

func (s *Service) seen(ctx context.Context, cond, id string) (Seen, error) {
	var out Seen
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		f := newFigures()
		groups, err := groupsTx(tx, span{cond: cond, args: []any{id}})
		if err != nil {
			return err
		}
		for _, g := range groups {
			f.add(g)
		}
		texts, err := s.textsTx(tx, span{cond: cond, args: []any{id}})
		if err != nil {
			return err
		}
		for _, t := range texts {
			f.Comments = append(f.Comments, t.Comment)
		}
		f.finish()
		out = f.Seen
		var n int64
		err = tx.Table("ratings AS r").Where("r.batch_id IS NULL AND r.excluded = ?", false).Where(cond, id).
			Count(&n).Error
		if err != nil {
			return fmt.Errorf("count waiting ratings: %w", err)
		}
		out.Waiting = n > 0
		return nil
	})
	return out, err
}

// SignalPage is one page of signals, those without a result first, then the latest.
type SignalPage struct {
	Signals []Signal
	Total   int
}

// Signals lists the reports of pressure from the units within the actor's reach, but none about himself or a unit
// that he belongs to by a post.
//
// Fault: Forbidden without the role of a supervisor.
func (s *Service) Signals(ctx context.Context, who models.Actor, page, size int) (SignalPage, error) {
	if !policy.May(who, policy.SignalSee) {
		return SignalPage{}, policy.Check(who, policy.SignalSee, policy.Object{})
	}
	page, size = max(1, page), models.PageSize(size, 20)
	today := models.DateOf(s.now())
	var out SignalPage
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = SignalPage{}
		var n int64
		if err := signalsOf(tx, who).Count(&n).Error; err != nil {
			return fmt.Errorf("count signals: %w", err)
		}
		out.Total = int(n)
		err := signalsOf(tx, who).
			Select(signalColumns).
			Order("CASE WHEN x.report_id IS NULL THEN 0 ELSE 1 END, s.reported_on DESC, s.id").
			Limit(size).Offset((page - 1) * size).Find(&out.Signals).Error
		if err != nil {
			return fmt.Errorf("list signals: %w", err)
		}
		return s.finishTx(tx, out.Signals, today)
	})
	return out, err
}
