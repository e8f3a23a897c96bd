package accounts

import (
	"sync"
	"time"
)

// maxGhosts is how many unknown logins are remembered at most.
const maxGhosts = 10_000

// ghosts counts tries of logins that nobody has, so that they are locked like real ones: a lock must not tell which
// numbers exist. They are forgotten when the program ends.
type ghosts struct {
	mu   sync.Mutex
	seen map[string]ghost
}

type ghost struct {
	tries int
	until time.Time // locked
	last  time.Time
}

// knock counts a try and returns how long the login is locked, 0 when it is not.
func (g *ghosts) knock(key string, now time.Time, o Options) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.seen) >= maxGhosts {
		g.sweep(now, o.Lock)
	}
	x := g.seen[key]
	if now.Before(x.until) {
		return x.until.Sub(now)
	}
	if !x.until.IsZero() {
		x = ghost{}
	}
	x.tries++
	x.last = now
	if x.tries >= o.Failures {
		x.until = now.Add(o.Lock)
	}
	g.seen[key] = x
	if x.until.IsZero() {
		return 0
	}
	return o.Lock
}

// sweep forgets what was tried long ago; if that is not enough, everything.
func (g *ghosts) sweep(now time.Time, old time.Duration) {
	for k, x := range g.seen {
		if now.Sub(x.last) > old {
			delete(g.seen, k)
		}
	}
	if len(g.seen) >= maxGhosts {
		clear(g.seen)
	}
}
