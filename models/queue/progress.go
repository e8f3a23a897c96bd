package queue

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// Progress is how far a batch has come, in items.
type Progress struct {
	Batch                models.Batch
	Total, Done, Waiting int
	Aside                int // set aside with a reason
}

// Finished reports whether nothing is left to do.
func (p Progress) Finished() bool { return p.Waiting == 0 }

// Reason is why an item was set aside: a message key with its arguments.
type Reason struct {
	Item models.QueueItem
	Key  string
	Args map[string]any
}

// LatestTx returns the progress of the latest n batches of a topic about a scope, newest first.
func LatestTx(tx *gorm.DB, topic, scopeID string, n int) ([]Progress, error) {
	var batches []models.Batch
	err := tx.Where("topic = ? AND scope_id = ?", topic, scopeID).Order("id DESC").Limit(n).Find(&batches).Error
	if err != nil {
		return nil, fmt.Errorf("list batches: %w", err)
	}
	return countsTx(tx, batches)
}

// countsTx counts the items of batches by state.
func countsTx(tx *gorm.DB, batches []models.Batch) ([]Progress, error) {
	out := make([]Progress, len(batches))
	ids := make([]string, len(batches))
	at := map[string]*Progress{}
	for i, b := range batches {
		out[i].Batch, ids[i], at[b.ID] = b, b.ID, &out[i]
	}
	var counts []struct {
		BatchID string
		State   models.RunState
		N       int
	}
	err := tx.Model(&models.QueueItem{}).Select("batch_id, state, COUNT(*) AS n").Where("batch_id IN ?", ids).
		Group("batch_id, state").Find(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("count batches: %w", err)
	}
	for _, c := range counts {
		p := at[c.BatchID]
		p.Total += c.N
		switch c.State {
		case models.Done:
			p.Done += c.N
		case models.Aside:
			p.Aside += c.N
		default:
			p.Waiting += c.N
		}
	}
	return out, nil
}

// AsidesTx returns up to n items of a batch that were set aside, with their reasons.
func AsidesTx(tx *gorm.DB, batchID string, n int) ([]Reason, error) {
	var items []models.QueueItem
	err := tx.Where("batch_id = ? AND state = ?", batchID, models.Aside).Order("id").Limit(n).Find(&items).Error
	if err != nil {
		return nil, fmt.Errorf("list items set aside: %w", err)
	}
	out := make([]Reason, len(items))
	for i, it := range items {
		out[i] = Reason{Item: it, Key: it.ReasonKey}
		if it.ReasonArgs != "" {
			if err := json.Unmarshal([]byte(it.ReasonArgs), &out[i].Args); err != nil {
				return nil, fmt.Errorf("decode reason of %s: %w", it.ID, err)
			}
		}
	}
	return out, nil
}

// RedoTx makes the items of a batch that were set aside ready again; NotFound "queue.no_batch" when the batch is not
// of the topic and scope.
func RedoTx(tx *gorm.DB, topic, scopeID, batchID string) error {
	b, err := batchTx(tx, batchID)
	if err != nil {
		return err
	}
	if b.Topic != topic || b.ScopeID != scopeID {
		return fault.New(fault.NotFound, "queue.no_batch")
	}
	return revive(tx.Where("batch_id = ? AND state = ?", batchID, models.Aside), nil)
}

// Progress returns the progress of one batch; NotFound "queue.no_batch" when there is none.
func (q *Queue) Progress(ctx context.Context, batchID string) (Progress, error) {
	var p Progress
	err := db.View(ctx, q.db, func(tx *gorm.DB) error {
		b, err := batchTx(tx, batchID)
		if err != nil {
			return err
		}
		all, err := countsTx(tx, []models.Batch{b})
		if err != nil {
			return err
		}
		p = all[0]
		return nil
	})
	return p, err
}

func batchTx(tx *gorm.DB, id string) (b models.Batch, err error) {
	res := tx.Where("id = ?", id).Limit(1).Find(&b)
	if res.Error != nil {
		return b, fmt.Errorf("read batch: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return b, fault.New(fault.NotFound, "queue.no_batch")
	}
	return b, nil
}
