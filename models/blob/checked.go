package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
)

// checked reads a file and hashes what it gives out. The last byte is held back until the hash is known to be right: a
// damaged file is never read to its full length.
type checked struct {
	ctx  context.Context //nolint:containedctx // a reader belongs to the one request that opened it
	file io.ReadCloser
	name string
	sum  hash.Hash
	left int64 // bytes not yet given out
	err  error
}

func newChecked(ctx context.Context, file io.ReadCloser, name string, size int64) *checked {
	return &checked{ctx: ctx, file: file, name: name, sum: sha256.New(), left: size}
}

// Read implements io.Reader; the end is io.EOF, or the fault "blob.damaged".
func (c *checked) Read(p []byte) (int, error) {
	switch {
	case c.err != nil:
		return 0, c.err
	case len(p) == 0:
		return 0, nil
	case c.left <= 1:
		return c.finish(p)
	}
	if err := c.ctx.Err(); err != nil {
		return c.stop(fmt.Errorf("blob: read %s: %w", c.name, err))
	}
	n, err := c.file.Read(p[:min(int64(len(p)), c.left-1)])
	c.sum.Write(p[:n])
	c.left -= int64(n)
	switch {
	case errors.Is(err, io.EOF) && n > 0:
		return n, nil // the next call sees how much is missing
	case errors.Is(err, io.EOF):
		return c.stop(damaged(c.name)) // shorter than it was a moment ago
	case err != nil:
		c.err = fmt.Errorf("blob: read %s: %w", c.name, err)
	}
	return n, c.err
}

// finish reads the last byte, and one that should not follow, and gives the last out if the hash is right.
func (c *checked) finish(p []byte) (int, error) {
	tail, err := io.ReadAll(io.LimitReader(c.file, c.left+1))
	if err != nil {
		return c.stop(fmt.Errorf("blob: read %s: %w", c.name, err))
	}
	c.sum.Write(tail)
	if hex.EncodeToString(c.sum.Sum(nil)) != c.name {
		return c.stop(damaged(c.name))
	}
	c.err = io.EOF
	return copy(p, tail), io.EOF
}

func (c *checked) stop(err error) (int, error) {
	c.err = err
	return 0, err
}

// Close implements io.Closer.
func (c *checked) Close() error {
	if err := c.file.Close(); err != nil {
		return fmt.Errorf("blob: close %s: %w", c.name, err)
	}
	return nil
}
