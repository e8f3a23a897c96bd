package ratings

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

const (
	insertAtOnce = 500
	assignAtOnce = 250 // ratings of one statement
)

// MakeBatches gathers waiting ratings in fives: of one cadre at one unit, or of one unit where nobody is named, in the
// order of their days. It returns the number of batches. Fewer than five go on waiting. For the job; idempotent.
//
// A rating that waits for the second keying of its slip is left for later. Cadre and unit both count: were a batch to
// span two units, the figures of each would advance by fewer than five.
// Fault: Forbidden for anybody but the program.
func (s *Service) MakeBatches(ctx context.Context, who models.Actor) (int, error) {
	if err := policy.Check(who, policy.AdminJobs, policy.Object{}); err != nil {
		return 0, err
	}
	now := s.now()
	n := 0
	err := db.Tx(ctx, s.db, func(tx *gorm.DB) (err error) {
		n, err = s.makeBatchesTx(tx, now, who)
		return err
	})
	return n, err
}

func (s *Service) makeBatchesTx(tx *gorm.DB, now time.Time, who models.Actor) (int, error) {
	waiting, err := looseTx(tx)
	if err != nil {
		return 0, err
	}
	held, err := s.heldTx(tx, models.DateOf(now))
	if err != nil {
		return 0, err
	}
	waiting = slices.DeleteFunc(waiting, func(r loose) bool { return held[r.ID] })
	batches, batchOf, ids := gather(waiting, models.DateOf(now))
	if len(batches) == 0 {
		return 0, nil
	}
	if err := tx.CreateInBatches(batches, insertAtOnce).Error; err != nil {
		return 0, fmt.Errorf("write batches: %w", err)
	}
	for part := range slices.Chunk(ids, assignAtOnce) {
		if err := assignTx(tx, batchOf, part); err != nil {
			return 0, err
		}
	}
	return len(batches), audit.Add(tx, now, who, audit.Event{
		Action: "rating.batch", Kind: "rating_batch", Detail: fmt.Sprintf("n=%d", len(batches)),
	})
}

// gather cuts ratings, sorted by subject, unit and day, into fives.
func gather(waiting []loose, today models.Date) (all []models.RatingBatch, batchOf map[string]string, ids []string) {
	batchOf = map[string]string{}
	for start := 0; start < len(waiting); {
		end := start
		for end < len(waiting) && waiting[end].SubjectID == waiting[start].SubjectID &&
			waiting[end].UnitID == waiting[start].UnitID {
			end++
		}
		for five := range slices.Chunk(waiting[start:end], BatchSize) {
			if len(five) < BatchSize {
				break
			}
			b := models.RatingBatch{
				ID: models.NewRandomID(), SubjectID: models.Ref(five[0].SubjectID), UnitID: five[0].UnitID,
				Size:        BatchSize,
				EffectiveOn: five[BatchSize-1].RatedOn, MadeOn: today,
			}
			all = append(all, b)
			for _, r := range five {
				batchOf[r.ID] = b.ID
				ids = append(ids, r.ID)
			}
		}
		start = end
	}
	return all, batchOf, ids
}
