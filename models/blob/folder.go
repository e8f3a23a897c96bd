package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"shanzhi/models/fault"
)

const (
	// wholeSize is the size in bytes up to which a file is read and checked before its first byte is given out.
	wholeSize = 8 << 20
	tempName  = "tmp"
)

// Disk is a Store in a folder: ab/cd/abcd… with the whole hash as file name, and tmp for what is being written.
type Disk struct {
	dir   string
	write func(*os.File, []byte) error
}

var _ Store = (*Disk)(nil)

// Folder returns a store in dir, which is made when it is not there. Folders have mode 0700, files 0600.
func Folder(dir string) (*Disk, error) {
	if err := os.MkdirAll(filepath.Join(dir, tempName), 0o700); err != nil {
		return nil, fmt.Errorf("blob: make folder: %w", err)
	}
	return &Disk{dir: dir, write: writeAll}, nil
}

func writeAll(f *os.File, data []byte) error {
	_, err := f.Write(data)
	return err
}

// Put implements Store.
func (d *Disk) Put(ctx context.Context, data []byte) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("blob: put: %w", err)
	}
	hash := HashOf(data)
	kept, err := d.keeps(hash, data)
	if err != nil {
		return "", err
	}
	if kept {
		// It may have been placed a moment ago by somebody who has not flushed the folders yet.
		return hash, d.sync(hash)
	}
	temp, err := d.stage(data)
	if err != nil {
		return "", err
	}
	if err := d.place(temp, hash); err != nil {
		return "", errors.Join(err, os.Remove(temp))
	}
	return hash, nil
}

// keeps reports whether the very same bytes are there already.
func (d *Disk) keeps(hash string, data []byte) (bool, error) {
	info, err := os.Stat(d.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("blob: look at %s: %w", hash, err)
	}
	if info.Size() != int64(len(data)) {
		return false, nil
	}
	old, err := os.ReadFile(d.path(hash))
	if err != nil {
		return false, fmt.Errorf("blob: read %s: %w", hash, err)
	}
	return bytes.Equal(old, data), nil
}

// stage writes data to a file in tmp and flushes it to the disk; on failure it leaves nothing.
func (d *Disk) stage(data []byte) (temp string, err error) {
	f, err := os.CreateTemp(filepath.Join(d.dir, tempName), "put-*") // mode 0600
	if err != nil {
		return "", noRoom(fmt.Errorf("blob: make file: %w", err))
	}
	err = d.write(f, data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", noRoom(fmt.Errorf("blob: write file: %w", errors.Join(err, os.Remove(f.Name()))))
	}
	return f.Name(), nil
}

// noRoom says plainly when there is no room left, so that whoever waits for the file can have it mended.
func noRoom(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) {
		return fmt.Errorf("%w: %w", fault.New(fault.Busy, "error.disk_full"), err)
	}
	return err
}

// place gives the written file its name in one step and flushes the folders that lead to it.
func (d *Disk) place(temp, hash string) error {
	path := d.path(hash)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("blob: make folder: %w", err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("blob: name file: %w", err)
	}
	return d.sync(hash)
}

// sync flushes the three folders above a file, innermost first.
func (d *Disk) sync(hash string) error {
	inner := filepath.Dir(d.path(hash))
	for _, dir := range []string{inner, filepath.Dir(inner), d.dir} {
		f, err := os.Open(dir) // #nosec G304 -- made of the store's folder and a checked hash
		if err != nil {
			return fmt.Errorf("blob: open folder: %w", err)
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("blob: flush folder: %w", err)
		}
	}
	return nil
}

// Open implements Store. Files up to 8 MiB are checked before the first byte is given out, larger ones while read.
func (d *Disk) Open(ctx context.Context, hash string) (io.ReadCloser, int64, error) {
	f, size, err := d.find(ctx, hash)
	if err != nil {
		return nil, 0, err
	}
	check := newChecked(ctx, f, hash, size)
	if size > wholeSize {
		return check, size, nil
	}
	data, err := io.ReadAll(check)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, 0, err
	}
	return io.NopCloser(bytes.NewReader(data)), size, nil
}

func (d *Disk) find(ctx context.Context, hash string) (*os.File, int64, error) {
	if !Valid(hash) {
		return nil, 0, fault.New(fault.Invalid, "blob.hash")
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, fmt.Errorf("blob: open %s: %w", hash, err)
	}
	f, err := os.Open(d.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fault.New(fault.NotFound, "blob.not_found", "hash", hash)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("blob: open %s: %w", hash, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, fmt.Errorf("blob: look at %s: %w", hash, errors.Join(err, f.Close()))
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errors.Join(damaged(hash), f.Close())
	}
	return f, info.Size(), nil
}

// Has implements Store.
func (d *Disk) Has(ctx context.Context, hash string) (bool, error) {
	if !Valid(hash) {
		return false, fault.New(fault.Invalid, "blob.hash")
	}
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("blob: look at %s: %w", hash, err)
	}
	info, err := os.Stat(d.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("blob: look at %s: %w", hash, err)
	}
	return info.Mode().IsRegular(), nil
}

// Walk calls do with the hash and size of every file, in no order, without checking content.
func (d *Disk) Walk(ctx context.Context, do func(hash string, size int64) error) error {
	err := filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // placed or swept meanwhile
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case e.IsDir() || !Valid(e.Name()) || path != d.path(e.Name()):
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		return do(e.Name(), info.Size())
	})
	if err != nil {
		return fmt.Errorf("blob: list files: %w", err)
	}
	return nil
}

// Sweep removes what writers that were killed left in tmp, if it was last changed before the given instant (a day ago
// is safe), and returns the number of files removed.
func (d *Disk) Sweep(ctx context.Context, before time.Time) (n int, err error) {
	dir := filepath.Join(d.dir, tempName)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("blob: list unfinished files: %w", err)
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return n, fmt.Errorf("blob: sweep: %w", err)
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.ModTime().Before(before) {
			continue // placed meanwhile, or still being written
		}
		if err == nil {
			err = os.Remove(filepath.Join(dir, e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, fmt.Errorf("blob: remove unfinished file: %w", err)
		}
		n++
	}
	return n, nil
}

// path is called with checked hashes only.
func (d *Disk) path(hash string) string {
	return filepath.Join(d.dir, hash[:2], hash[2:4], hash)
}

func damaged(hash string) error { return fault.New(fault.Internal, "blob.damaged", "hash", hash) }
