package main

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/jobs"
	"shanzhi/models"
	"shanzhi/models/blob"
	"shanzhi/models/db"
	"shanzhi/models/queue"
	"shanzhi/models/reseal"
	"shanzhi/models/vault"
)

// lookKeys looks whether the keys belong to the database, and what old keys still hold.
func (d *doctor) lookKeys(ctx context.Context) error {
	known, err := d.db.Meta(ctx, metaKeys)
	if err != nil && !db.IsNotFound(err) {
		return err
	}
	if d.vault == nil {
		return nil // said already
	}
	if known != "" && known != d.vault.Fingerprint() {
		d.say(bad, "keys.other", "path", d.store.Keys(), "want", known)
		return nil
	}
	ids, current, err := vault.IDs(d.store.Keys())
	if err != nil {
		return err
	}
	uses, err := reseal.New(d.db, d.vault, d.clock).Uses(ctx, system("doctor"), ids)
	if err != nil {
		return err
	}
	left := int64(0)
	for id, n := range uses {
		if id != current {
			left += n
		}
	}
	if left > 0 {
		d.say(warn, "keys.stale", "n", left)
		return nil
	}
	d.say(good, "keys", "n", len(ids))
	return nil
}

// lookClock looks for rows of the future: the clock was set back, or another server's runs ahead.
func (d *doctor) lookClock(ctx context.Context) error {
	var last []models.AuditEntry
	err := db.View(ctx, d.db, func(tx *gorm.DB) error { return tx.Order("at DESC").Limit(1).Find(&last).Error })
	if err != nil {
		return err
	}
	if len(last) == 1 && last[0].At.Sub(d.clock()) > 2*time.Minute {
		d.say(bad, "clock.back", "minutes", int(last[0].At.Sub(d.clock()).Minutes()))
	}
	return nil
}

// lookPeople looks whether the three administrators are there.
func (d *doctor) lookPeople(ctx context.Context) error {
	now := d.clock()
	today := models.DateOf(now)
	var roles, unguarded []models.Role
	var people int64
	err := db.View(ctx, d.db, func(tx *gorm.DB) error {
		if err := tx.Model(&models.Person{}).Count(&people).Error; err != nil {
			return err
		}
		active := func() *gorm.DB {
			return tx.Table("role_grants").Distinct("role_grants.role").
				Joins("JOIN persons ON persons.id = role_grants.person_id").
				Where("persons.disabled_at IS NULL").
				Where("role_grants.valid_from <= ?", today).
				Where("role_grants.valid_to = '' OR role_grants.valid_to >= ?", today).
				Where("role_grants.role IN ?", administrators)
		}
		if err := active().Pluck("role", &roles).Error; err != nil {
			return err
		}
		if !hasTable("second_factors") {
			return nil
		}
		return active().Where("persons.id NOT IN (SELECT person_id FROM second_factors)").
			Pluck("role", &unguarded).Error
	})
	if err != nil {
		return err
	}
	switch {
	case people == 0:
		d.say(bad, "people.none")
	case len(roles) < len(administrators):
		d.say(bad, "people.roles", "n", len(administrators)-len(roles))
	case len(unguarded) > 0:
		d.say(warn, "people.factor", "n", len(unguarded))
	default:
		d.say(good, "people", "n", people)
	}
	return nil
}

// hasTable reports whether this version of the program has a table of that name.
func hasTable(name string) bool {
	return slices.ContainsFunc(models.All(), func(m any) bool {
		named, ok := m.(interface{ TableName() string })
		return ok && named.TableName() == name
	})
}

var administrators = []models.Role{models.RoleSystem, models.RoleSecurity, models.RoleAudit}

// lookFiles looks whether the files that rows name are there and whole: the newest 200, or all.
func (d *doctor) lookFiles(ctx context.Context) error {
	var hashes []string
	err := db.View(ctx, d.db, func(tx *gorm.DB) error {
		q := tx.Model(&models.Report{}).Order("id DESC")
		if !d.all {
			q = q.Limit(200)
		}
		return q.Pluck("sha256", &hashes).Error
	})
	if err != nil || len(hashes) == 0 {
		return err
	}
	files, err := blob.Folder(d.store.Blobs())
	if err != nil {
		return err
	}
	lost := ""
	n := 0
	for _, h := range hashes {
		if !whole(ctx, files, h) {
			lost = h
			n++
		}
	}
	if n > 0 {
		path := filepath.Join(d.store.Blobs(), lost[:2], lost[2:4], lost)
		d.say(bad, "files.lost", "n", n, "of", len(hashes), "path", path)
		return nil
	}
	d.say(good, "files", "n", len(hashes))
	return nil
}

func whole(ctx context.Context, files blob.Store, hash string) bool {
	r, _, err := files.Open(ctx, hash)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r)
	return r.Close() == nil && err == nil
}

// lookJobs looks whether the clock's work is done: no tick much too late, none failed, none left by a dead server.
func (d *doctor) lookJobs(ctx context.Context) error {
	h := &house{clock: d.clock, log: quiet(io.Discard), db: d.db, store: d.store, queue: queue.New(d.db, d.clock)}
	runner, err := jobs.New(h.queue, d.clock, h.log, 1, table(h), nil)
	if err != nil {
		return err
	}
	before := len(d.found)
	never := 0
	for _, j := range runner.Table() {
		last, err := latestRun(ctx, d.db, j.Name)
		if err != nil {
			return err
		}
		switch {
		case last == nil:
			never++
		case last.State == models.Failed:
			d.say(warn, "jobs.failed", "name", j.Name, "why", last.Error)
		case last.State == models.Running && last.LeaseUntil.Before(d.clock()):
			d.say(warn, "jobs.dead", "name", j.Name, "node", last.Node)
		case runner.Late(j.Name, last.Due):
			d.say(bad, "jobs.late", "name", j.Name, "due", last.Due.In(models.Zone).Format("2006-01-02 15:04"))
		}
	}
	switch {
	case never == len(runner.Table()):
		d.say(warn, "jobs.never")
	case len(d.found) == before:
		d.say(good, "jobs", "n", len(runner.Table()))
	}
	return nil
}

func latestRun(ctx context.Context, d *db.DB, name string) (*models.JobRun, error) {
	var runs []models.JobRun
	err := db.View(ctx, d, func(tx *gorm.DB) error {
		return tx.Where("name = ? AND by_hand = ?", name, false).Order("due DESC").Limit(1).Find(&runs).Error
	})
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	return &runs[0], nil
}

// lookQueue looks at promised work: what was set aside, and what waits for too long.
func (d *doctor) lookQueue(ctx context.Context) error {
	var aside, waiting int64
	err := db.View(ctx, d.db, func(tx *gorm.DB) error {
		if err := tx.Model(&models.QueueItem{}).Where("state = ?", models.Aside).Count(&aside).Error; err != nil {
			return err
		}
		return tx.Model(&models.QueueItem{}).Where("state IN ? AND run_after < ?",
			[]models.RunState{models.Ready, models.Running}, d.clock().Add(-time.Hour)).Count(&waiting).Error
	})
	if err != nil {
		return err
	}
	if aside > 0 {
		d.say(warn, "queue.aside", "n", aside)
	}
	if waiting > 0 {
		d.say(bad, "queue.waiting", "n", waiting)
	}
	return nil
}
