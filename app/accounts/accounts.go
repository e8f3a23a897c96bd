// Package accounts is the door to people: units, accounts, posts, roles, logins and sessions, and what people say about
// the system itself.
package accounts

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/clock"
	"shanzhi/models/db"
	"shanzhi/models/policy"
	"shanzhi/models/vault"
)

// Options are the settings of New, and the rooms it tells and asks; a zero value takes the default named beside it.
type Options struct {
	Hashes   int           // passwords hashed at the same time; the number of processors, at least 2
	HashWait time.Duration // how long a login waits for its turn, 3 s
	Idle     time.Duration // a session ends after so long without a request, 30 min
	Lifetime time.Duration // and in any case after so long, 12 h
	Lock     time.Duration // how long an account is locked after too many failures, 15 min
	Failures int           // so many failures in a row lock it, 5
	Work     []Work        // what the domains know of open work; nobody has any
	Papers   Papers        // what carries people's names; nothing does
	Holdings []Holdings    // what the domains hold of units; nothing
	Fresh    time.Duration // a grave step wants a second factor shown no longer ago, 15 min

	Factor     FactorMode // who needs a second factor, FactorOff
	Inspection int        // days for which an inspector's role is granted at most, 90
	HashMemory uint32     // KiB that hashing a password takes, 19 MiB; tests that guess nothing take less
}

func (o Options) withDefaults() Options {
	set(&o.Hashes, max(2, runtime.GOMAXPROCS(0)))
	set(&o.HashWait, 3*time.Second)
	set(&o.Idle, 30*time.Minute)
	set(&o.Lifetime, 12*time.Hour)
	set(&o.Lock, 15*time.Minute)
	set(&o.Failures, 5)
	set(&o.Fresh, 15*time.Minute)
	set(&o.Factor, FactorOff)
	set(&o.Inspection, 90)
	set(&o.HashMemory, hashMemory)
	return o
}

func set[T comparable](field *T, fallback T) {
	var zero T
	if *field == zero {
		*field = fallback
	}
}

// Service is the door. It is safe for concurrent use.
type Service struct {
	db     *db.DB
	vault  *vault.Vault
	now    clock.Clock
	o      Options
	turns  chan struct{} // one for each password that may be hashed at the same time
	ghosts ghosts
	knocks knocks

	mu    sync.Mutex
	setup *setupCode // nil while the first set-up is not open
}

// New returns the door to the people in d; v seals and hashes their numbers.
func New(d *db.DB, v *vault.Vault, now clock.Clock, o Options) *Service {
	o = o.withDefaults()
	return &Service{
		db: d, vault: v, now: now, o: o, turns: make(chan struct{}, o.Hashes),
		ghosts: ghosts{seen: map[string]ghost{}}, knocks: knocks{seen: map[string]knock{}},
	}
}

// Govern sets who needs a second factor and for how many days an inspector may be granted his role, as the settings of
// the server say. It is called before the first request.
func (s *Service) Govern(factor FactorMode, inspection int) {
	if factor != "" {
		s.o.Factor = factor
	}
	if inspection > 0 {
		s.o.Inspection = inspection
	}
}

// Rules are the settings in force, for the pages that tell them.
func (s *Service) Rules() Options { return s.o }

// within narrows a query to units whose path (a column of the query) lies in the reach.
func within(q *gorm.DB, r policy.Reach, column string) *gorm.DB {
	cond, args := r.Below(column)
	return q.Where(cond, args...)
}

// current is the condition that a post or grant (by its table's name) holds on a day.
func current(table string) string {
	return fmt.Sprintf("%[1]s.valid_from <= ? AND (%[1]s.valid_to = '' OR %[1]s.valid_to >= ?)", table)
}

// on repeats the day for the two marks of current.
func on(day models.Date) []any { return []any{day, day} }
