// Package queue keeps work that was promised inside a transaction, and the ticks of the clock that were run.
//
// A promise (AddTx) commits with the change it belongs to. Several servers claim items; a claim is a lease with a
// fencing token, so that a worker that was thought dead cannot finish what another has taken over: DoneTx refuses it
// and rolls its result back. An item that cannot be done is set aside with its reason and does not stop its batch.
package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// MaxAttempts is how often an item is tried before it is set aside.
const MaxAttempts = 4

// Queue is the door of the workers.
type Queue struct {
	db  *db.DB
	now clock.Clock
}

// New returns a Queue on d.
func New(d *db.DB, now clock.Clock) *Queue { return &Queue{db: d, now: now} }

// Item is work to be promised. Payload becomes JSON. Two items with the same Key are one.
type Item struct {
	Topic   string
	BatchID string // "" outside a batch
	Key     string // "" = no duplicates looked for
	Payload any
	After   time.Time // zero = at once
}

// AddTx promises the items and returns how many are now to be done. An item whose key was promised before is not
// promised again, unless it was set aside: then it is made ready once more, in the batch of the new promise.
func AddTx(tx *gorm.DB, now time.Time, items ...Item) (int, error) {
	rows := make([]models.QueueItem, 0, len(items))
	for _, it := range items {
		body, err := json.Marshal(it.Payload)
		if err != nil {
			return 0, fmt.Errorf("encode queue item %s: %w", it.Topic, err)
		}
		row := models.QueueItem{
			ID: models.NewID(), Topic: it.Topic, Payload: string(body), State: models.Ready, RunAfter: now,
			CreatedAt: now,
		}
		if it.BatchID != "" {
			row.BatchID = &it.BatchID
		}
		if it.Key != "" {
			row.Key = &it.Key
		}
		if !it.After.IsZero() {
			row.RunAfter = it.After
		}
		rows = append(rows, row)
	}
	rows, revived, err := unpromised(tx, rows)
	if err != nil || len(rows) == 0 {
		return revived, err
	}
	// A key that another server promises at this very moment is let go by: its promise counts.
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, 200).Error; err != nil {
		return 0, fmt.Errorf("promise %d queue items: %w", len(rows), err)
	}
	return len(rows) + revived, nil
}

// unpromised drops the rows whose key was promised before, and revives those of them that were set aside.
func unpromised(tx *gorm.DB, rows []models.QueueItem) (left []models.QueueItem, revived int, err error) {
	known := map[string]models.QueueItem{}
	for part := range slices.Chunk(rows, 400) {
		var keys []string
		var found []models.QueueItem
		for _, r := range part {
			if r.Key != nil {
				keys = append(keys, *r.Key)
			}
		}
		if len(keys) == 0 {
			continue
		}
		if err := tx.Select("id", "dedupe_key", "state").Where("dedupe_key IN ?", keys).Find(&found).Error; err != nil {
			return nil, 0, fmt.Errorf("look for promised keys: %w", err)
		}
		for _, f := range found {
			known[*f.Key] = f
		}
	}
	for _, r := range rows {
		var old models.QueueItem
		promised := false
		if r.Key != nil {
			old, promised = known[*r.Key]
		}
		switch {
		case !promised:
			left = append(left, r)
		case old.State == models.Aside:
			which := tx.Where("id = ? AND state = ?", old.ID, models.Aside)
			if err := revive(which, map[string]any{"batch_id": r.BatchID}); err != nil {
				return nil, 0, err
			}
			revived++
		}
		if r.Key != nil {
			known[*r.Key] = r // the same key further on in the list is the same promise
		}
	}
	return left, revived, nil
}

// revive makes what was set aside ready again.
func revive(which *gorm.DB, set map[string]any) error {
	if set == nil {
		set = map[string]any{}
	}
	set["state"], set["attempts"], set["finished_at"] = models.Ready, 0, nil
	set["reason_key"], set["reason_args"] = "", ""
	if err := which.Model(&models.QueueItem{}).Updates(set).Error; err != nil {
		return fmt.Errorf("revive queue items: %w", err)
	}
	return nil
}

// BatchTx opens a batch, whose progress people can watch.
func BatchTx(tx *gorm.DB, now time.Time, who models.Actor, topic, scopeID, label string) (models.Batch, error) {
	b := models.Batch{ID: models.NewID(), Topic: topic, ScopeID: scopeID, Label: label, CreatedAt: now}
	if who.ID != "" {
		b.RequestedBy = &who.ID
	}
	if err := tx.Create(&b).Error; err != nil {
		return b, fmt.Errorf("open batch %s: %w", topic, err)
	}
	return b, nil
}

// Claim takes up to n items of the topics that are due, or whose worker has let its lease run out.
func (q *Queue) Claim(ctx context.Context, topics []string, n int, lease time.Duration) ([]models.QueueItem, error) {
	now := q.now()
	var items []models.QueueItem
	err := db.Tx(ctx, q.db, func(tx *gorm.DB) error {
		items = nil
		ids, err := claimable(tx, now, topics, n)
		if err != nil || len(ids) == 0 {
			return err
		}
		token := models.NewRandomID()
		res := tx.Model(&models.QueueItem{}).Where("id IN ?", ids).Updates(map[string]any{
			"state": models.Running, "claim": token, "lease_until": now.Add(lease),
			"attempts": gorm.Expr("attempts + 1"),
		})
		if res.Error != nil {
			return res.Error
		}
		return tx.Where("id IN ?", ids).Order("id").Find(&items).Error
	})
	if err != nil {
		return nil, fmt.Errorf("claim queue items: %w", err)
	}
	return items, nil
}

// claimable locks and returns the ids of what can be taken: first what is ready, then what was left lying.
func claimable(tx *gorm.DB, now time.Time, topics []string, n int) ([]string, error) {
	lock := clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}
	var ids []string
	err := tx.Model(&models.QueueItem{}).Clauses(lock).
		Where("state = ? AND run_after <= ? AND topic IN ?", models.Ready, now, topics).
		Order("run_after, id").Limit(n).Pluck("id", &ids).Error
	if err != nil || len(ids) >= n {
		return ids, err
	}
	var left []string
	err = tx.Model(&models.QueueItem{}).Clauses(lock).
		Where("state = ? AND lease_until <= ? AND topic IN ?", models.Running, now, topics).
		Order("run_after, id").Limit(n-len(ids)).Pluck("id", &left).Error
	return append(ids, left...), err
}

// Renew keeps the lease of a long item. It reports false when the item was taken over.
func (q *Queue) Renew(ctx context.Context, it models.QueueItem, lease time.Duration) (bool, error) {
	var kept bool
	err := db.Tx(ctx, q.db, func(tx *gorm.DB) error {
		res := held(tx, it).Update("lease_until", q.now().Add(lease))
		kept = res.RowsAffected == 1
		return res.Error
	})
	return kept, err
}

// DoneTx marks the item done in the transaction of its result. A worker that lost its lease gets Conflict
// "queue.lost" and its result rolls back: another has done or is doing the work.
func DoneTx(tx *gorm.DB, now time.Time, it models.QueueItem) error {
	res := held(tx, it).Updates(map[string]any{"state": models.Done, "finished_at": now, "lease_until": nil})
	return finished(res)
}

// Fail says that an item could not be done. A refusal (a fault) sets it aside with its reason; an accident is tried
// again with growing pauses and set aside after MaxAttempts. It reports whether the item was set aside.
func (q *Queue) Fail(ctx context.Context, it models.QueueItem, cause error) (aside bool, err error) {
	now := q.now()
	f := fault.Of(cause)
	aside = f.Kind != fault.Internal && f.Kind != fault.Busy || it.Attempts >= MaxAttempts
	set := map[string]any{"lease_until": nil}
	if aside {
		args, merr := reason(f.Args)
		if merr != nil {
			return false, merr
		}
		set["state"], set["finished_at"], set["reason_key"], set["reason_args"] = models.Aside, now, f.Key, args
	} else {
		set["state"], set["run_after"] = models.Ready, now.Add(time.Second<<(2*it.Attempts))
	}
	err = db.Tx(ctx, q.db, func(tx *gorm.DB) error { return finished(held(tx, it).Updates(set)) })
	return aside, err
}

// maxReason is the room for the arguments of a reason, in characters.
const maxReason = 1000

// reason encodes the arguments of a reason. Texts that are too long for the column are cut: an item must never stay
// undone because its reason cannot be kept.
func reason(args map[string]any) (string, error) {
	body, err := json.Marshal(args)
	if err != nil {
		return "", fmt.Errorf("encode reason: %w", err)
	}
	if utf8.RuneCount(body) <= maxReason {
		return string(body), nil
	}
	short := make(map[string]any, len(args))
	for k, v := range args {
		r := []rune(fmt.Sprint(v))
		short[k] = string(r[:min(len(r), 100)])
	}
	if body, err = json.Marshal(short); err != nil || utf8.RuneCount(body) > maxReason {
		return "{}", err
	}
	return string(body), nil
}

// held selects the item while the caller's claim on it holds.
func held(tx *gorm.DB, it models.QueueItem) *gorm.DB {
	return tx.Model(&models.QueueItem{}).Where("id = ? AND claim = ? AND state = ?", it.ID, it.Claim, models.Running)
}

func finished(res *gorm.DB) error {
	switch {
	case res.Error != nil:
		return fmt.Errorf("finish queue item: %w", res.Error)
	case res.RowsAffected != 1:
		return fault.New(fault.Conflict, "queue.lost")
	}
	return nil
}

// Lost reports whether err says that another worker has taken the item over.
func Lost(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Key == "queue.lost"
}

// Decode reads the payload of an item into v.
func Decode(it models.QueueItem, v any) error {
	if err := json.Unmarshal([]byte(it.Payload), v); err != nil {
		return fmt.Errorf("decode queue item %s: %w", it.ID, err)
	}
	return nil
}
