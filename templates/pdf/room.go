package pdf

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"github.com/klauspost/compress/zlib"

	"shanzhi/templates/font"
)

// room is the memory in which a document is made, used again for the next: a report needs the same as the one before.
type room struct {
	tree
	ops     []byte     // operators of the page that is drawn
	boxes   []font.Box // a line that is set and written at once
	kept    []font.Box // lines that are written later
	ids     [4][]uint16
	plain   bytes.Buffer // what gofpdf writes
	packed  bytes.Buffer // a compressed stream
	program []byte       // a font's subset
	heads   []byte       // of the stream of objects
	bodies  []byte
	zip     *zlib.Writer
}

// rooms hands rooms out; safe for many goroutines.
type rooms struct{ pool sync.Pool }

func (p *rooms) enter() *room {
	r, _ := p.pool.Get().(*room)
	if r == nil {
		r = new(room)
	}
	r.ops, r.kept = r.ops[:0], r.kept[:0]
	r.clear()
	return r
}

// leave takes a room back; nothing that was made in it may be used any more.
func (p *rooms) leave(r *room) { p.pool.Put(r) }

// space is room for n boxes that stay until the document is written.
func (r *room) space(n int) []font.Box {
	if cap(r.kept)-len(r.kept) < n {
		r.kept = make([]font.Box, 0, max(n, 2*cap(r.kept), 1024)) // what was handed out before is in use
	}
	from := len(r.kept)
	r.kept = r.kept[:from+n]
	return r.kept[from : from : from+n]
}

// numbers is an empty table of n entries.
func (r *room) numbers(face font.Face, n int) []uint16 {
	r.ids[face] = slices.Grow(r.ids[face][:0], n)[:n]
	clear(r.ids[face])
	return r.ids[face]
}

// squeeze returns the compressed form of b; it holds until the next call.
func (r *room) squeeze(b []byte) ([]byte, error) {
	r.packed.Reset()
	if r.zip == nil {
		w, err := zlib.NewWriterLevel(&r.packed, zlib.BestSpeed)
		if err != nil {
			return nil, fmt.Errorf("pdf: compress: %w", err)
		}
		r.zip = w
	} else {
		r.zip.Reset(&r.packed)
	}
	if _, err := r.zip.Write(b); err != nil {
		return nil, fmt.Errorf("pdf: compress: %w", err)
	}
	if err := r.zip.Close(); err != nil {
		return nil, fmt.Errorf("pdf: compress: %w", err)
	}
	return r.packed.Bytes(), nil
}
