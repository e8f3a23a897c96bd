package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"shanzhi/app/config"
	"shanzhi/models/db"
	"shanzhi/models/fault"
)

// lockStore keeps a second server, or a new demonstration, away from an embedded database that is being served. A
// database server may have many; there the lock is nobody's. release may be called once.
func lockStore(store config.Store) (release func(), err error) {
	path, embedded := strings.CutPrefix(store.URL(), "sqlite:")
	if !embedded {
		return func() {}, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	f, err := os.OpenFile(path+".serving", os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return nil, fmt.Errorf("%w: %w", fault.New(fault.Busy, db.FileClosed, "path", path), err)
	}
	if err != nil {
		return nil, fmt.Errorf("lock database: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fault.New(fault.Conflict, "house.served", "path", path)
	}
	return func() { _ = f.Close() }, nil
}
