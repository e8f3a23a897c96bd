// Package clock is the only place that reads the wall clock.
package clock

import "time"

// Clock gives the present instant in UTC, cut to the millisecond (what both databases keep).
type Clock func() time.Time

// Wall returns a Clock reading the machine's time.
func Wall() Clock {
	return func() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
}
