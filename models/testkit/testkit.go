// Package testkit holds what tests share: fresh databases, a still clock, golden files and checkers of pages.
//
// Databases are SQLite files unless SHANZHI_TEST_MYSQL names a server; `go run ./models/testkit/mariadbd -- CMD` starts
// a private one and sets it.
package testkit

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"shanzhi/models/clock"
)

// Now is the instant that still clocks show: in UTC, with milliseconds, 10:00 in Asia/Shanghai on a Wednesday.
var Now = time.Date(2026, 7, 15, 2, 0, 0, 123_000_000, time.UTC)

// Still is a clock that always shows Now.
func Still() clock.Clock { return func() time.Time { return Now } }

// StillClock is a clock that moves only when told. It is safe for concurrent use.
type StillClock struct {
	mu sync.Mutex
	at time.Time
}

// Clock returns a clock that shows Now until it is moved.
func Clock(tb testing.TB) *StillClock {
	tb.Helper()
	return &StillClock{at: Now}
}

// Now returns the instant that the clock shows; c.Now is a clock.Clock.
func (c *StillClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Advance moves the clock by d, cut to the millisecond.
func (c *StillClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d.Truncate(time.Millisecond))
}

// Set moves the clock to t, in UTC and cut to the millisecond.
func (c *StillClock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t.UTC().Truncate(time.Millisecond)
}

var update = flag.Bool("update", false, "rewrite golden files")

// Golden compares got with testdata/name, or rewrites that file under -update. Goldens are for documents, not pages.
func Golden(tb testing.TB, name string, got []byte) {
	tb.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		tb.Fatalf("golden file: %v (make it with -update)", err)
	}
	if !bytes.Equal(got, want) {
		tb.Errorf("%s differs: %s", file, firstDifference(got, want))
	}
}

// firstDifference shows the first line in which two documents differ.
func firstDifference(got, want []byte) string {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "line " + strconv.Itoa(i+1) + "\n got: " + g[i] + "\nwant: " + w[i]
		}
	}
	return "got " + strconv.Itoa(len(g)) + " lines, want " + strconv.Itoa(len(w))
}
