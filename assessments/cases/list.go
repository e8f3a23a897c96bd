package cases

import (
	"context"
	"fmt"
	"slices"
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

// ownOrder is open cases by deadline, then closed ones, the latest first.
const ownOrder = "CASE WHEN c.state = 'closed' THEN 1 ELSE 0 END, " +
	"CASE WHEN c.state = 'closed' THEN '' ELSE c.due_on END, c.closed_on DESC, c.no DESC"

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

// Found is one page of the list with the number of all entries, and how many there are in each state.
type Found struct {
	Entries []Entry
	Total   int
	States  map[models.CaseState]int // under the same filter but State and Open
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
		out, err = s.listTx(tx, who, f, today)
		return err
	})
	return out, err
}

// Count returns how many cases of the filter are within the actor's reach and his own: what List says as its total,
// without the list.
func (s *Service) Count(ctx context.Context, who models.Actor, f Filter) (int, error) {
	if !policy.May(who, policy.CaseSee) {
		return 0, policy.Check(who, policy.CaseSee, policy.Object{})
	}
	today := models.DateOf(s.now())
	var n int
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		n, err = s.countTx(tx, who, f, today)
		return err
	})
	return n, err
}

func (s *Service) countTx(tx *gorm.DB, who models.Actor, f Filter, today models.Date) (int, error) {
	q := s.narrowed(tx, who, f, today)
	if wanted := f.states(); len(wanted) < len(States()) {
		q = q.Where("c.state IN ?", wanted)
	}
	var n int64
	if err := q.Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count cases: %w", err)
	}
	return int(n), nil
}

func (s *Service) listTx(tx *gorm.DB, who models.Actor, f Filter, today models.Date) (Found, error) {
	out := Found{States: map[models.CaseState]int{}}
	var counts []struct {
		State models.CaseState
		N     int
	}
	err := s.narrowed(tx, who, f, today).Select("c.state, COUNT(*) AS n").Group("c.state").Scan(&counts).Error
	if err != nil {
		return out, fmt.Errorf("count cases: %w", err)
	}
	wanted := f.states()
	for _, c := range counts {
		out.States[c.State] = c.N
		if slices.Contains(wanted, c.State) {
			out.Total += c.N
		}
	}
	err = s.narrowed(tx, who, f, today).
		Select("c.id, c.no, c.title, c.family, c.channel, c.state, c.due_on, c.closed_on, c.outcome, c.reopened, "+
			"c.suspended_on, c.supervised_on, u.name AS unit, COALESCE(h.name, '') AS handler, "+
			"COALESCE(h.id, '') AS handler_id, COALESCE(h.staff_no, '') AS handler_no, "+
			"COALESCE(hp.title, '') AS handler_post").
		Joins("LEFT JOIN persons h ON h.id = c.handler_id").Joins("LEFT JOIN posts hp ON hp.id = c.handler_post_id").
		Where("c.state IN ?", wanted).
		Order(f.Order.By(orders, ownOrder)).
		Limit(f.Size).Offset((f.Page - 1) * f.Size).Find(&out.Entries).Error
	if err != nil {
		return out, fmt.Errorf("list cases: %w", err)
	}
	for i := range out.Entries {
		if e := &out.Entries[i]; e.State != models.CaseClosed {
			e.DaysLeft = s.days.Between(today, e.DueOn)
		}
	}
	return out, nil
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
func (s *Service) narrowed(tx *gorm.DB, who models.Actor, f Filter, today models.Date) *gorm.DB {
	q := f.marked(seenTx(tx, who), who)
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

// Desk is what waits for one person.
type Desk struct {
	ToAcknowledge int    // given to him, not acknowledged
	InHand        int    // acknowledged, not closed
	Overdue       int    // of both, past their deadline
	Next          *Entry // the one with the nearest deadline, nil without any
	ToDispatch    int    // within his reach, for clerks and supervisors
}

// Desk returns what waits for the actor.
func (s *Service) Desk(ctx context.Context, who models.Actor) (Desk, error) {
	if !policy.May(who, policy.CaseSee) || who.ID == "" {
		return Desk{}, nil
	}
	today := models.DateOf(s.now())
	var out Desk
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		out = Desk{}
		mine, err := s.listTx(tx, who, Filter{Mine: true, Open: true, Page: 1, Size: 1}, today)
		if err != nil {
			return err
		}
		out.ToAcknowledge = mine.States[models.CaseDispatched]
		out.InHand = mine.States[models.CaseInHand] + mine.States[models.CaseAnswered]
		if len(mine.Entries) > 0 {
			out.Next = &mine.Entries[0]
		}
		out.Overdue, err = s.countTx(tx, who, Filter{Mine: true, Open: true, Due: Overdue}, today)
		if err != nil {
			return err
		}
		out.ToDispatch, err = toDispatchTx(tx, who)
		return err
	})
	return out, err
}

func toDispatchTx(tx *gorm.DB, who models.Actor) (int, error) {
	cond, args := ScopeCond(who, policy.CaseDispatch)
	var n int64
	err := seenTx(tx, who).Where("c.state = ?", models.CaseReceived).Where(cond, args...).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count cases to dispatch: %w", err)
	}
	return int(n), nil
}
