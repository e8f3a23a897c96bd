// Package templates renders pages: a component goes to a buffer first, so that a page that fails half-way is never
// sent.
package templates

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/a-h/templ"
)

// kept is the largest buffer that goes back to the pool; one very long page must not hold its memory for ever.
const kept = 1 << 20

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render writes c to w. ctx carries the frame (ui.WithFrame). When c fails, nothing is written and the error says
// why.
func Render(ctx context.Context, w io.Writer, c templ.Component) error {
	b, ok := buffers.Get().(*bytes.Buffer)
	if !ok {
		b = new(bytes.Buffer)
	}
	defer func() {
		if b.Cap() <= kept {
			b.Reset()
			buffers.Put(b)
		}
	}()
	if err := c.Render(ctx, b); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("send page: %w", err)
	}
	return nil
}
