package accounts

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"shanzhi/models"
	"shanzhi/models/audit"
	"shanzhi/models/db"
	"shanzhi/models/fault"
	"shanzhi/models/policy"
)

// Desk is work that is to change hands, and who may take it.
type Desk struct {
	Person    *models.Person // whose work it is; nil for what has nobody any more
	Items     []WorkItem
	Receivers []Receiver
	Plans     []PlanRow // handing over that was promised or done, the latest first
}

// PlanRow is a handing over with the names that belong to it.
type PlanRow struct {
	models.Handover
	Receiver, StaffNo, Unit, Title string // who takes, and in which post
}

// WorkOf lists the open work of a person within the actor's reach, with the people who may take it over.
//
// Faults: NotFound, Forbidden.
func (s *Service) WorkOf(ctx context.Context, actor models.Actor, personID string) (Desk, error) {
	now := s.now()
	var out Desk
	err := db.View(ctx, s.db, func(tx *gorm.DB) error {
		p, err := s.seenPerson(tx, now, actor, personID)
		if err != nil {
			return err
		}
		out = Desk{Person: &p}
		if out.Items, err = s.openWorkTx(tx, actor, models.DateOf(now), personID); err != nil {
			return err
		}
		if out.Receivers, err = receiversTx(tx, actor, models.DateOf(now), out.Items, personID); err != nil {
			return err
		}
		out.Plans, err = plansTx(tx, personID)
		return err
	})
	return out, err
}

// Adrift lists the work within the actor's reach that has nobody any more (待交接): its handler has left the post, and
// nobody was named to take it.
//
// Fault: Forbidden.
func (s *Service) Adrift(ctx context.Context, actor models.Actor) (Desk, error) {
	if !policy.May(actor, policy.HandOver) {
		return Desk{}, policy.Check(actor, policy.HandOver, policy.Object{})
	}
	now := s.now()
	var out Desk
	err := db.View(ctx, s.db, func(tx *gorm.DB) (err error) {
		out = Desk{}
		if out.Items, err = s.adriftTx(tx, actor, models.DateOf(now)); err != nil {
			return err
		}
		out.Receivers, err = receiversTx(tx, actor, models.DateOf(now), out.Items, "")
		return err
	})
	return out, err
}

// Choice says who takes which piece of work. Key names the item ("case:" and its id), Post the post of the receiver;
// "" leaves the item where it is.
type Choice struct{ Key, Post string }

// Key names an item in a form.
func (w WorkItem) Key() string { return w.Kind + ":" + w.ID }

// HandOver gives pieces of open work to others (工作交接): all that are named, or none. The receiver holds a post today
// in the responsible unit or below it, within the actor's reach, and is somebody else; deadlines stay. An item that
// has changed hands meanwhile, or was closed, is refused.
//
// PersonID is whose work it is; "" hands over what has nobody any more.
//
// Faults: Invalid with a field per refused choice (its name is the key of the item), or "receiver" when none is chosen;
// NotFound, Forbidden.
func (s *Service) HandOver(
	ctx context.Context, actor models.Actor, personID string, choices []Choice,
) (n int, err error) {
	if !policy.May(actor, policy.HandOver) {
		return 0, policy.Check(actor, policy.HandOver, policy.Object{})
	}
	choices = slices.DeleteFunc(slices.Clone(choices), func(c Choice) bool { return c.Post == "" })
	if len(choices) == 0 {
		return 0, fault.Wrong(fault.On("receiver", "work.nobody_chosen"))
	}
	now := s.now()
	err = db.Tx(ctx, s.db, func(tx *gorm.DB) error {
		items, err := s.itemsTx(tx, now, actor, personID)
		if err != nil {
			return err
		}
		picked, by, err := pick(tx, actor, models.DateOf(now), items, choices)
		if err != nil {
			return err
		}
		n = len(picked)
		return s.handOverTx(tx, now, actor, picked, func(it WorkItem) Receiver { return by[it.Key()] })
	})
	return n, err
}

func (s *Service) itemsTx(tx *gorm.DB, now time.Time, actor models.Actor, personID string) ([]WorkItem, error) {
	if personID == "" {
		return s.adriftTx(tx, actor, models.DateOf(now))
	}
	if _, err := s.seenPerson(tx, now, actor, personID); err != nil {
		return nil, err
	}
	return s.openWorkTx(tx, actor, models.DateOf(now), personID)
}

// pick finds the chosen items and their receivers, and refuses those that cannot be.
func pick(tx *gorm.DB, actor models.Actor, today models.Date, items []WorkItem, choices []Choice,
) (picked []WorkItem, by map[string]Receiver, err error) {
	known, err := receiversTx(tx, actor, today, items, "")
	if err != nil {
		return nil, nil, err
	}
	by = map[string]Receiver{}
	var bad []fault.Field
	for _, c := range choices {
		i := slices.IndexFunc(items, func(it WorkItem) bool { return it.Key() == c.Key && !it.ByRole() })
		r := slices.IndexFunc(known, func(x Receiver) bool { return x.PostID == c.Post })
		switch {
		case i < 0:
			bad = append(bad, fault.On(c.Key, "work.moved_on"))
		case r < 0 || !mayTake(known[r], items[i]):
			bad = append(bad, fault.On(c.Key, "work.receiver_elsewhere", "no", items[i].No))
		default:
			picked, by[c.Key] = append(picked, items[i]), known[r]
		}
	}
	return picked, by, fault.Refuse(bad)
}

// mayTake reports whether a receiver may have an item: he serves in the responsible unit or below it and is not who has
// it, unless he goes on with it at the same unit in another post.
func mayTake(r Receiver, it WorkItem) bool {
	if !policy.Within(r.UnitPath, it.HomePath) {
		return false
	}
	return r.PersonID != it.PersonID || r.PostID != it.PostID && r.UnitPath == it.UnitPath
}

// handOverTx gives the items away and keeps who took how many.
func (s *Service) handOverTx(
	tx *gorm.DB, now time.Time, actor models.Actor, items []WorkItem, to func(WorkItem) Receiver,
) error {
	if err := s.giveTx(tx, now, actor, items, to); err != nil {
		return err
	}
	type pair struct{ from, to string }
	var order []pair
	count := map[pair]int{}
	for _, it := range items {
		p := pair{it.PersonID, to(it).PostID}
		if count[p]++; count[p] == 1 {
			order = append(order, p)
		}
	}
	for _, p := range order {
		row := models.Handover{
			ID: models.NewID(), PersonID: p.from, ToPostID: p.to, DueOn: models.DateOf(now), Items: count[p],
			DoneAt: &now, AskedBy: orNil(actor.ID), CreatedAt: now,
		}
		if err := insertHandover(tx, &row); err != nil {
			return err
		}
		err := audit.Add(tx, now, actor, audit.Event{
			Action: "work.hand_over", Kind: "person", ID: p.from, Detail: handoverDetail(count[p], p.to),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
