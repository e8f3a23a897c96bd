package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/policy"
)

// ClaimTick claims the tick of a job: the first server to insert (name, due) runs it. A tick whose server died is
// taken over once its lease has run out. claimed is false when another has it or had it.
func (q *Queue) ClaimTick(ctx context.Context, name string, due time.Time, node string, lease time.Duration,
) (run models.JobRun, claimed bool, err error) {
	now := q.now()
	run = models.JobRun{
		ID: models.NewID(), Name: name, Due: due.UTC(), State: models.Running, Node: node, StartedAt: now,
		LeaseUntil: now.Add(lease),
	}
	err = db.Tx(ctx, q.db, func(tx *gorm.DB) error {
		claimed = false
		var old models.JobRun
		res := tx.Where("name = ? AND due = ?", name, run.Due).Limit(1).Find(&old)
		if res.Error != nil {
			return res.Error
		}
		if res.RowsAffected == 0 {
			claimed = true
			return tx.Create(&run).Error
		}
		res = tx.Model(&models.JobRun{}).
			Where("id = ? AND state = ? AND lease_until <= ?", old.ID, models.Running, now).
			Updates(map[string]any{"node": node, "started_at": now, "lease_until": now.Add(lease)})
		claimed = res.RowsAffected == 1
		run.ID = old.ID
		return res.Error
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return run, false, nil // another server was faster by a hair
	}
	if err != nil {
		return run, false, fmt.Errorf("claim tick %s: %w", name, err)
	}
	return run, claimed, nil
}

// ByHand records that somebody runs a job now and returns its run. It never takes the place of a tick of the schedule,
// which is due at a whole second: its own due instant is moved on by milliseconds until it is free. PolicyFault without
// the right to.
func (q *Queue) ByHand(ctx context.Context, who models.Actor, name, node string, at time.Time, lease time.Duration,
) (models.JobRun, error) {
	if err := policy.Check(who, policy.AdminJobs, rootless(who)); err != nil {
		return models.JobRun{}, err
	}
	now := q.now()
	run := models.JobRun{
		ID: models.NewID(), Name: name, Due: at.UTC(), State: models.Running, ByHand: true, Node: node, StartedAt: now,
		LeaseUntil: now.Add(lease),
	}
	err := db.Tx(ctx, q.db, func(tx *gorm.DB) error {
		for i := 0; ; i++ {
			run.Due = at.UTC().Add(time.Duration(i) * time.Millisecond)
			if run.Due.Equal(run.Due.Truncate(time.Second)) {
				continue
			}
			added, err := db.Insert(tx, &run)
			if err != nil {
				return fmt.Errorf("enter run of %s: %w", name, err)
			}
			if added {
				return audit.Add(tx, now, who, audit.Event{Action: "job.run", Kind: "job", ID: name})
			}
		}
	})
	return run, err
}

// rootless is the object of an action that belongs to the whole installation: whoever holds the role anywhere may.
func rootless(who models.Actor) policy.Object {
	for _, g := range who.Grants {
		if g.Role == models.RoleSystem {
			return policy.Object{UnitPath: g.UnitPath}
		}
	}
	return policy.Object{}
}

// FinishTick records how a run ended: a summary, or the error that stopped it. A run that another server has taken over
// meanwhile is that one's to record.
func (q *Queue) FinishTick(ctx context.Context, run models.JobRun, summary string, cause error) error {
	now := q.now()
	set := map[string]any{"state": models.Done, "finished_at": now, "summary": cut(summary), "error": ""}
	if cause != nil {
		set["state"], set["error"] = models.Failed, cut(cause.Error())
	}
	err := db.Tx(ctx, q.db, func(tx *gorm.DB) error {
		return tx.Model(&models.JobRun{}).
			Where("id = ? AND state = ? AND node = ?", run.ID, models.Running, run.Node).Updates(set).Error
	})
	if err != nil {
		return fmt.Errorf("finish tick %s: %w", run.Name, err)
	}
	return nil
}

// LastTick returns when the job was last due by its schedule; ok is false when it never ran.
func (q *Queue) LastTick(ctx context.Context, name string) (due time.Time, ok bool, err error) {
	var run models.JobRun
	err = db.View(ctx, q.db, func(tx *gorm.DB) error {
		res := tx.Where("name = ? AND by_hand = ?", name, false).Order("due DESC").Limit(1).Find(&run)
		ok = res.RowsAffected == 1
		return res.Error
	})
	return run.Due, ok, err
}

// Stale returns the ticks left running by a server that died: their lease has run out.
func (q *Queue) Stale(ctx context.Context) ([]models.JobRun, error) {
	var runs []models.JobRun
	err := db.View(ctx, q.db, func(tx *gorm.DB) error {
		return tx.Where("state = ? AND by_hand = ? AND lease_until <= ?", models.Running, false, q.now()).
			Order("due").Limit(100).Find(&runs).Error
	})
	return runs, err
}

// Runs returns the latest n runs of all jobs, newest first.
func (q *Queue) Runs(ctx context.Context, who models.Actor, n int) ([]models.JobRun, error) {
	if err := policy.Check(who, policy.AdminJobs, rootless(who)); err != nil {
		return nil, err
	}
	var runs []models.JobRun
	err := db.View(ctx, q.db, func(tx *gorm.DB) error {
		return tx.Order("started_at DESC, id DESC").Limit(n).Find(&runs).Error
	})
	return runs, err
}

func cut(s string) string {
	if r := []rune(s); len(r) > 500 {
		return string(r[:500])
	}
	return s
}
