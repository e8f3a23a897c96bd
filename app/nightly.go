package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shanzhi/app/config"
	"shanzhi/jobs"
	"shanzhi/models"
	"shanzhi/models/backup"
)

// nightly writes the backups of a serving house and keeps the latest ones.
type nightly struct {
	house *house
	dir   string
	keep  int
	keys  backup.Keys
}

// nightlyOf reads the settings; nil where no folder is set. A folder without a key to encrypt with is refused, before
// the first night shows that there is no backup.
func nightlyOf(h *house, c config.Server) (*nightly, error) {
	if c.BackupDir == "" {
		return nil, nil //nolint:nilnil // no backups are wanted
	}
	keys, err := backupKeys(c.Backup)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.BackupDir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder for backups: %w", err)
	}
	return &nightly{house: h, dir: c.BackupDir, keep: c.BackupKeep, keys: keys}, nil
}

func (n *nightly) job() jobs.Job {
	return jobs.Job{Name: "backup", Schedule: "20 3 * * *", Timeout: 2 * time.Hour, Run: n.run}
}

const (
	nightlyPrefix = "shanzhi-"
	nightlySuffix = ".backup"
)

// run writes one backup, named after the instant, and then removes the oldest ones beyond those to keep.
func (n *nightly) run(ctx context.Context, _ time.Time) (string, error) {
	name := nightlyPrefix + n.house.clock().In(models.Zone).Format("20060102-150405") + nightlySuffix
	made, err := writeBackup(ctx, n.house.db, n.house.store, n.house.clock, filepath.Join(n.dir, name), n.keys, nil)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("rows=%d files=%d", made.Rows(), made.Files), n.prune()
}

// prune removes our own oldest backups; anything else in the folder is left alone.
func (n *nightly) prune() error {
	names, err := nightlyNames(n.dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names[:max(0, len(names)-n.keep)] {
		errs = append(errs, os.Remove(filepath.Join(n.dir, name)))
	}
	return errors.Join(errs...)
}

// nightlyNames are the nightly backups in a folder, the oldest first.
func nightlyNames(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), nightlyPrefix) && strings.HasSuffix(e.Name(), nightlySuffix) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}
