package cases

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/db"
	"shanzhi/models/find"
	"shanzhi/models/policy"
)

// Due narrows a list by the deadline of open cases.
type Due string

// The narrowings.
const (
	AnyDue  Due = ""
	Soon    Due = "soon"    // within SoonDays working days
	Overdue Due = "overdue" // passed
)

// Filter narrows the list of cases; a zero field narrows nothing.
type Filter struct {
	State  models.CaseState // "" = every state
	Open   bool             // every state but closed
	Family models.Family
	Due    Due
	Text   string // in number or title, or how the title sounds
	Mine   bool   // the actor is the handler
	Mark   Mark   // what else holds of them
	Page   int    // from 1
	Size   int    // entries of a page, 1 to models.ListMost; 0 = 20
	Order  models.Order
}

// Orders are the keys by which the list of cases can be sorted; by what is due first unless told.
func Orders() []string { return []string{"no", "family", "channel", "handler", "state", "due"} }

// orders say what the keys mean; states are in the order in which a case passes them.
var orders = map[string]string{
	"no": "LENGTH(c.no), c.no", "family": "c.family", "channel": "c.channel",
	"handler": find.Order(find.Person, "c.handler_id") + ", h.name", "due": "c.due_on",
	"state": "CASE c.state WHEN 'received' THEN 0 WHEN 'dispatched' THEN 1 WHEN 'in_hand' THEN 2 " +
		"WHEN 'answered' THEN 3 ELSE 4 END",
}

// Open cases come by deadline, then closed ones, the latest first.
const (
	openOrder   = "c.due_on, c.no DESC"
	closedOrder = "c.closed_on DESC, c.no DESC"
	ownOrder    = "CASE WHEN c.state = 'closed' THEN 1 ELSE 0 END, " +
		"CASE WHEN c.state = 'closed' THEN '' ELSE c.due_on END, " + closedOrder
)

// Entry is one line of the list.
type Entry struct {
	ID, No, Title string
	Family        models.Family
	Channel       models.Channel
	State         models.CaseState
	DueOn         models.Date
	ClosedOn      models.Date
	Outcome       models.Outcome
	Reopened      int
	SuspendedOn   models.Date
	SupervisedOn  models.Date
	Unit, Handler string
	// what tells the handler from another of the same name
	HandlerID, HandlerNo, HandlerPost string

	DaysLeft int `gorm:"-"` // working days to the deadline, negative when it has passed; 0 when closed
}

// MostCounted is how many closed cases are counted: they grow without end, and nobody pages through them.
const MostCounted = 1000

// Found is one page of the list with the number of all entries, and how many there are in each state.
type Found struct {
	Entries []Entry
	Total   int
	States  map[models.CaseState]int // under the same filter but State and Open
	More    bool                     // there are more than Total: not all closed ones were counted
	Many    bool                     // the number of closed ones in States is MostCounted, and there are more
}

// List returns the cases within the actor's reach and his own: open ones by deadline, then closed ones, the latest
// first.
func (s *Service) List(ctx context.Context, who models.Actor, f Filter) (Found, error) {
	if !policy.May(who, policy.CaseSee) {
		return Found{}, policy.Check(who, policy.CaseSee, policy.Object{})
	}
	f.Size = models.PageSize(f.Size, 20)
	f.Page = max(1, f.Page)
	today := models.DateOf(s.now())
	var out Found
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		see, err := sightTx(tx, who)
		if err != nil {
			return err
		}
		out, err = s.listTx(tx, see, who, f, today)
		return err
	})
	return out, err
}

// Count returns how many cases of the filter are within the actor's reach and his own: what List says as its total,
// without the list.
func (s *Service) Count(ctx context.Context, who models.Actor, f Filter) (int, error) {
	n, err := s.counts(ctx, who, []Filter{f})
	if err != nil {
		return 0, err
	}
	return n[0], nil
}

// Counts is Count for several filters at once.
func (s *Service) Counts(ctx context.Context, who models.Actor, filters ...Filter) ([]int, error) {
	return s.counts(ctx, who, filters)
}

func (s *Service) counts(ctx context.Context, who models.Actor, filters []Filter) ([]int, error) {
	if !policy.May(who, policy.CaseSee) {
		return nil, policy.Check(who, policy.CaseSee, policy.Object{})
	}
	today := models.DateOf(s.now())
	out := make([]int, len(filters))
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		for i, f := range filters {
			n, err := s.countTx(tx, sightOf(who), who, f, today)
			if err != nil {
				return err
			}
			out[i] = n
		}
		return nil
	})
	return out, err
}

func (s *Service) countTx(tx *gorm.DB, see sight, who models.Actor, f Filter, today models.Date) (int, error) {
	q := s.narrowed(tx, see, who, f, today)
	if wanted := f.states(); len(wanted) < len(States()) {
		q = q.Where("c.state IN ?", wanted)
	}
	var n int64
	if err := q.Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count cases: %w", err)
	}
	return int(n), nil
}

func (f Filter) states() []models.CaseState {
	switch {
	case f.State != "":
		return []models.CaseState{f.State}
	case f.Open:
		return openStates()
	}
	return States()
}

// openStates are every state but closed: named, so that an index leads to the few that are open.
func openStates() []models.CaseState { return States()[:4] }

// narrowed is the list under everything of the filter but the state.
func (s *Service) narrowed(tx *gorm.DB, see sight, who models.Actor, f Filter, today models.Date) *gorm.DB {
	q := f.marked(see.casesTx(tx), who)
	if f.Family != "" {
		q = q.Where("c.family = ?", f.Family)
	}
	if f.Mine {
		q = q.Where("c.handler_id = ?", who.ID)
	}
	switch f.Due {
	case Soon:
		q = q.Where("c.state IN ? AND c.suspended_on = '' AND c.due_on BETWEEN ? AND ?", openStates(), today,
			s.days.Add(today, SoonDays))
	case Overdue:
		q = q.Where("c.state IN ? AND c.suspended_on = '' AND c.due_on < ?", openStates(), today)
	case AnyDue:
	}
	if t := strings.TrimSpace(f.Text); t != "" {
		cond, args := "c.no LIKE ? ESCAPE '!' OR c.title LIKE ? ESCAPE '!'", []any{like(t), like(t)}
		if sounds, more := find.Cond(find.Case, "c.id", t); sounds != "" {
			cond, args = cond+" OR "+sounds, append(args, more...)
		}
		q = q.Where("("+cond+")", args...)
	}
	return q
}
