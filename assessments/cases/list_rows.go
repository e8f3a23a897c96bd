package cases

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"shanzhi/models"
)

// No query of the list reads more than it shows or counts, however many cases are closed: the open ones are few and
// have an index, closed ones are counted up to a limit and read in the order of an index. Only a text that is looked
// for, or an order that the reader asks for, goes through all of his.

// listing is one page that is asked for.
type listing struct {
	Filter
	tx  *gorm.DB
	all func() *gorm.DB // every case under the filter but State and Open
	// ids of the closed ones, where they are wanted and not too many to be named
	closed []string
}

// listTx returns one page of the list.
func (s *Service) listTx(tx *gorm.DB, see sight, who models.Actor, f Filter, today models.Date) (Found, error) {
	l := listing{Filter: f, tx: tx, all: func() *gorm.DB { return s.narrowed(tx, see, who, f, today) }}
	out, err := l.counted()
	if err != nil {
		return out, fmt.Errorf("count cases: %w", err)
	}
	ids, err := l.page(out)
	if err != nil {
		return out, fmt.Errorf("find cases: %w", err)
	}
	if out.Entries, err = entriesTx(tx, ids); err != nil {
		return out, fmt.Errorf("list cases: %w", err)
	}
	if out.More && len(ids) < l.Size { // the end has come in sight
		out.More = false
		if len(ids) > 0 {
			out.Total = (l.Page-1)*l.Size + len(ids)
		}
	}
	for i := range out.Entries {
		if e := &out.Entries[i]; e.State != models.CaseClosed {
			e.DaysLeft = s.days.Between(today, e.DueOn)
		}
	}
	return out, nil
}

// counted counts the cases in each state.
func (l *listing) counted() (Found, error) {
	out := Found{States: map[models.CaseState]int{}}
	var counts []struct {
		State models.CaseState
		N     int
	}
	err := l.all().Where("c.state IN ?", openStates()).
		Select("c.state, COUNT(*) AS n").Group("c.state").Scan(&counts).Error
	if err != nil {
		return out, err
	}
	for _, c := range counts {
		out.States[c.State] = c.N
	}
	n, err := l.countClosed()
	if out.Many = n > MostCounted && l.Size <= MostCounted; out.Many {
		n = MostCounted
	}
	out.More = out.Many && l.wantsClosed()
	if n > 0 {
		out.States[models.CaseClosed] = n
	}
	for _, state := range l.states() {
		out.Total += out.States[state]
	}
	return out, err
}

// countClosed counts closed cases, for a page no further than MostCounted and one. It asks for the day of closing and
// not for the state: by the index of states a database would read every closed case of the house.
func (l *listing) countClosed() (int, error) {
	if l.Due != AnyDue {
		return 0, nil
	}
	q := l.all().Where("c.closed_on <> ''")
	if l.Size <= MostCounted {
		q = q.Limit(MostCounted + 1)
		if l.wantsClosed() {
			err := q.Pluck("c.id", &l.closed).Error
			return len(l.closed), err
		}
	}
	var n int64
	err := l.tx.Table("(?) AS x", q.Select("c.id")).Count(&n).Error
	return int(n), err
}

func (l *listing) wantsClosed() bool { return slices.Contains(l.states(), models.CaseClosed) }

// page returns the ids of the page's cases in its order.
func (l *listing) page(out Found) (ids []string, err error) {
	skip := (l.Page - 1) * l.Size
	if _, chosen := orders[l.Order.Key]; chosen {
		q := l.all().Joins("LEFT JOIN persons h ON h.id = c.handler_id").Where("c.state IN ?", l.states())
		err := q.Order(l.Order.By(orders, ownOrder)).Limit(l.Size).Offset(skip).Pluck("c.id", &ids).Error
		return ids, err
	}
	open := out.Total
	if l.wantsClosed() {
		open -= out.States[models.CaseClosed]
	}
	if skip < open {
		states := slices.DeleteFunc(l.states(), func(s models.CaseState) bool { return s == models.CaseClosed })
		q := l.all().Where("c.state IN ?", states)
		if err := q.Order(openOrder).Limit(l.Size).Offset(skip).Pluck("c.id", &ids).Error; err != nil {
			return nil, err
		}
	}
	if left := l.Size - len(ids); left > 0 && l.wantsClosed() {
		var closed []string
		q := l.ended(out).Order(closedOrder).Limit(left).Offset(max(0, skip-open))
		if err := q.Pluck("c.id", &closed).Error; err != nil {
			return nil, err
		}
		ids = append(ids, closed...)
	}
	return ids, nil
}

// ended is the closed cases: by name where they are few, so that they are sorted; else by their state, so that they are
// read in the order of an index.
func (l *listing) ended(out Found) *gorm.DB {
	if l.Size <= MostCounted && !out.More {
		return l.tx.Table("cases AS c").Where("c.id IN ?", l.closed)
	}
	return l.all().Where("c.state = ?", models.CaseClosed)
}

// entriesTx returns the lines of cases in the order of their ids.
func entriesTx(tx *gorm.DB, ids []string) ([]Entry, error) {
	var out []Entry
	at := make(map[string]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	for part := range slices.Chunk(ids, MostCounted) {
		var rows []Entry
		err := tx.Table("cases AS c").Joins("JOIN units u ON u.id = c.unit_id").
			Select("c.id, c.no, c.title, c.family, c.channel, c.state, c.due_on, c.closed_on, c.outcome, c.reopened, "+
				"c.suspended_on, c.supervised_on, u.name AS unit, COALESCE(h.name, '') AS handler, "+
				"COALESCE(h.id, '') AS handler_id, COALESCE(h.staff_no, '') AS handler_no, "+
				"COALESCE(hp.title, '') AS handler_post").
			Joins("LEFT JOIN persons h ON h.id = c.handler_id").
			Joins("LEFT JOIN posts hp ON hp.id = c.handler_post_id").
			Where("c.id IN ?", part).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	slices.SortFunc(out, func(a, b Entry) int { return at[a.ID] - at[b.ID] })
	return out, nil
}
