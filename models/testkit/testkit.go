// Package testkit holds what tests share: fresh databases, a still clock, files from outside and checkers of pages.
//
// Databases are SQLite files unless SHANZHI_TEST_MYSQL names a server; `go run ./models/testkit/mariadbd -- CMD` starts
// a private one and sets it.
package testkit

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// HashMemory is the memory, in KiB, in which tests hash passwords: as little as will do.
const HashMemory = 64

// Outside is the path of a file or folder that tests read and that is no part of the project, or "" with the reason why
// it is not there: under $SHANZHI_TESTDATA, or under shared/data beside the checkout.
func Outside(name string) (path, why string) {
	dir := os.Getenv("SHANZHI_TESTDATA")
	if dir == "" {
		root, err := exec.Command("go", "env", "GOMOD").Output()
		if err != nil {
			return "", fmt.Sprintf("%s is not looked for: %v", name, err)
		}
		dir = filepath.Join(filepath.Dir(strings.TrimSpace(string(root))), "..", "shared", "data")
	}
	path = filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		return "", name + " is not here; SHANZHI_TESTDATA names its folder"
	}
	return path, ""
}
